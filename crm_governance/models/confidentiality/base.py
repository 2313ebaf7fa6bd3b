# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import contextlib

from odoo import api, models
from odoo.exceptions import AccessError, MissingError


class Base(models.AbstractModel):
    _inherit = "base"

    @api.model_create_multi
    def create(self, vals_list):
        """Create; AccessError when a value points at a hidden customer.

        Odoo does not ask whether a user may read what a many2one points at, and
        copies name, address and e-mail from there.
        """
        self._check_governance_links(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        """Write; AccessError when a value points at a hidden customer."""
        self._check_governance_links([vals])
        return super().write(vals)

    def onchange(self, values, field_names, fields_spec):
        """Compute a form; AccessError when a value points at a hidden customer."""
        self._check_governance_links([values])
        return super().onchange(values, field_names, fields_spec)

    @api.model
    def default_get(self, fields):
        """Propose no hidden customer, whatever a client or an old default says."""
        values = super().default_get(fields)
        if self.env.su:
            return values
        for name in self._get_governance_link_fields() & values.keys():
            ids = self._get_governance_linked_ids(name, values[name])
            if self._get_governance_hidden(ids):
                del values[name]
        return values

    @api.model
    def _check_governance_links(self, vals_list):
        """Refuse links to customers that the current user cannot read.

        :raises AccessError: without saying which customer it is
        """
        if self.env.su or not (names := self._get_governance_link_fields()):
            return
        ids = {
            link
            for vals in vals_list
            for name in names & vals.keys()
            for link in self._get_governance_linked_ids(name, vals[name])
        }
        if hidden := self._get_governance_hidden(ids):
            self.env["res.partner"].browse(ids)._enter_denial(hidden, "link")
            raise AccessError(
                self.env._(
                    "This customer is confidential and not open to you. Ask for "
                    "access under Customer Governance > Confidentiality."
                )
            )

    @api.model
    def _get_governance_hidden(self, ids):
        """Return the contacts among some ids that are closed to the current user."""
        partners = self.env["res.partner"].sudo().browse(ids)
        try:
            # What is read here the record would read anyway, a moment later.
            opened = partners._filter_by_clearance("read")
        except MissingError:
            partners = partners.exists()
            opened = partners._filter_by_clearance("read")
        # Unless another rule forbids it: Odoo does not ask again for what is cached.
        forbidden = partners - partners.sudo(False)._filtered_access("read").sudo()
        if forbidden:
            forbidden.invalidate_recordset()
        return partners - opened

    @api.model
    def _get_governance_link_fields(self):
        """Return the names of the fields that point at contacts."""
        return {
            name
            for name, field in self._fields.items()
            if field.type in ("many2one", "many2many", "one2many")
            and field.comodel_name == "res.partner"
        }

    @api.model
    def _get_governance_linked_ids(self, name, value):
        """Return the ids that a value of a field points at, however it is written.

        The database takes “7” and 7.0 for the number of a record as well.
        """
        if self._fields[name].type == "many2one":
            return self._get_governance_ids(value)
        if isinstance(value, models.BaseModel):
            return self._get_governance_ids(value)
        return [
            id_
            for command in (value if isinstance(value, list | tuple) else [])
            for id_ in self._get_governance_command_ids(command)
        ]

    @api.model
    def _get_governance_command_ids(self, command):
        if not isinstance(command, list | tuple):
            return self._get_governance_ids(command)
        parts = [*command, None, None, None]
        if parts[0] in (1, 2, 3, 4):
            return self._get_governance_ids(parts[1])
        if parts[0] == 6 and isinstance(parts[2], list | tuple):
            return [id_ for item in parts[2] for id_ in self._get_governance_ids(item)]
        return []

    @api.model
    def _get_governance_ids(self, value):
        if isinstance(value, models.BaseModel):
            return [id_ for id_ in value.ids if id_]
        if isinstance(value, list | tuple):
            value = value[0] if value else None
        elif isinstance(value, dict):
            value = value.get("id")
        if isinstance(value, str | int | float):
            with contextlib.suppress(ValueError, OverflowError):
                return [int(value)] if int(value) > 0 else []
        return []
