# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Defaults that nobody can prepare."""


def get_own_defaults(model, names):
    """Return the defaults that the fields `names` of a model declare themselves.

    `default_get` prefers what the client's context and the stored defaults of
    the user say, and everybody may store defaults for himself or herself.
    """
    defaults = {}
    for name in names:
        field = model._fields.get(name)
        if field and field.default:
            value = field.convert_to_cache(field.default(model), model, validate=False)
            defaults[name] = field.convert_to_write(value, model)
    return defaults
