# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import contextlib
from collections import defaultdict

from odoo import api, models
from odoo.exceptions import AccessError, MissingError


class Base(models.AbstractModel):
    _inherit = "base"

    # Whether no form takes links to records that the user does not read, or that are
    # missing: what a form computes as the system would tell them apart.
    _is_governance_link_guarded = False

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
        """Compute a form; AccessError when a value points at what is hidden.

        Odoo computes a form from lines that nobody creates as well.
        """
        self._check_governance_form_links(values)
        return super().onchange(values, field_names, fields_spec)

    @api.model
    def default_get(self, fields):
        """Propose nothing hidden, whatever a client or an old default says."""
        values = super().default_get(fields)
        if self.env.su:
            return values
        for name in list(values):
            links = self._get_governance_form_links({name: values[name]})
            if any(self._get_governance_unread(*link) for link in links.items()):
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
        self._check_governance_customers(ids)

    @api.model
    def _check_governance_customers(self, ids):
        if hidden := self._get_governance_hidden(ids):
            self.env["res.partner"].browse(ids)._enter_denial(hidden, "link")
            raise AccessError(
                self.env._(
                    "This customer is confidential and not open to you. Ask for "
                    "access under Customer Governance > Confidentiality."
                )
            )

    @api.model
    def _check_governance_form_links(self, values):
        """Refuse links of a form and of its lines to what the user does not read.

        :raises AccessError: in the same words for what is hidden and what is missing
        """
        if self.env.su:
            return
        for model, ids in self._get_governance_form_links(values).items():
            if model == "res.partner":
                self._check_governance_customers(ids)
            elif self._get_governance_unread(model, ids):
                raise AccessError(
                    self.env._(
                        "%(kind)s: this is gone or not open to you. Choose another "
                        "one.",
                        kind=self.env["ir.model"]._get(model).name,
                    )
                )

    @api.model
    def _get_governance_form_links(self, values):
        """Return the ids that a form and its lines point at: {model: {id}}."""
        found = defaultdict(set)
        for name, value in values.items():
            field = self._fields.get(name)
            if not value or not field or not field.relational:
                continue
            comodel = self.env[field.comodel_name]
            if comodel._is_governance_link_guarded:
                ids = self._get_governance_linked_ids(name, value)
                found[comodel._name].update(ids)
            for line in self._get_governance_lines(value):
                for model, ids in comodel._get_governance_form_links(line).items():
                    found[model] |= ids
        return {model: ids for model, ids in found.items() if ids}

    @api.model
    def _get_governance_lines(self, value):
        """Return the values of other records that stand in the value of a field."""
        if isinstance(value, dict):
            return [value]
        lines = []
        for command in value if isinstance(value, list | tuple) else ():
            if isinstance(command, list | tuple):
                lines += [part for part in command[2:3] if isinstance(part, dict)]
            elif isinstance(command, dict):
                lines.append(command)
        return lines

    @api.model
    def _get_governance_unread(self, model, ids):
        """Return what the user does not read among some ids, missing ones as well."""
        if model == "res.partner":
            return set(self._get_governance_hidden(ids).ids)
        records = self.env[model].with_context(active_test=False)
        if not records.has_access("read"):
            return set(ids)
        return set(ids) - set(records._search([("id", "in", list(ids))]))

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
        # Odoo takes whatever it can go through, a text by its digits.
        if parts[0] == 6 and isinstance(parts[2], list | tuple | set | str | dict):
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
