# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
ADDON = "odoo.addons.crm_governance"
# In the order in which they build upon one another.
ROOMS = ("policy", "tiers", "confidentiality", "files", "visits", "complaints")


def get_room_models(env, room):
    """Return the names of the models that a room has brought, tables and views."""
    older = ROOMS[: ROOMS.index(room)]
    return sorted(
        name
        for name, model in env.registry.items()
        if name.startswith("governance.")
        and not model._abstract
        and not model._transient
        and _is_made_in(model, (room,))
        and not _is_made_in(model, older)
    )


def _is_made_in(model, rooms):
    """Return whether one of the rooms has the file that is named like the model."""
    file = model._name.replace(".", "_")
    modules = {base.__module__ for base in model.mro()}
    places = {
        f"{ADDON}.{part}.{room}" for part in ("models", "report") for room in rooms
    }
    return any(f"{place}.{file}" in modules for place in places)
