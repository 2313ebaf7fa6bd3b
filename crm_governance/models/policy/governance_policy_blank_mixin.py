# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class GovernancePolicyBlankMixin(models.AbstractModel):
    """Values that a written policy leaves open and each company has to give."""

    _name = "governance.policy.blank.mixin"
    _description = "Values that a company has to give"

    @api.model
    def _get_fields_to_fill(self):
        """Return {field name: required} of the fields that may ship blank.

        An empty value (for a number: zero) counts as blank.
        """
        return {}

    def _get_blank_values(self, path=""):
        """Return the values that are still blank here and in the lines below.

        Each is a dict with `record`, `field` (name), `label` (of the field, in
        the user's language), `unit`, `required` and `path`, which finds the same
        value in a copy of the record (see `_set_blank_values`). `takes_zero` says
        that 0 is a value like any other, `error` is a sentence of its own for
        what is missing.
        """
        self.ensure_one()
        blanks = [
            self._prepare_blank_value(name, required, path)
            for name, required in self._get_fields_to_fill().items()
            if not self[name]
        ]
        for name in self._get_line_fields():
            for index, line in enumerate(self[name]):
                blanks += line._get_blank_values(f"{path}{name}.{index}.")
        return blanks

    def _prepare_blank_value(self, name, required, path):
        return {
            "record": self,
            "field": name,
            "label": self._fields[name]._description_string(self.env),
            "unit": self._get_unit_to_fill(name),
            "required": required,
            "path": f"{path}{name}",
        }

    def _get_unit_to_fill(self, name):
        """Return the unit of a number that is still blank, e.g. “days”."""
        return ""

    def _set_blank_values(self, values):
        """Write {path: value}, with the paths of `_get_blank_values`."""
        self.ensure_one()
        for path, value in values.items():
            *steps, name = path.split(".")
            record = self
            for field, index in zip(steps[::2], steps[1::2], strict=True):
                record = record[field][int(index)]
            record.write({name: value})

    @api.model
    def _get_line_fields(self):
        """Return the names of the one2many fields that hold lines of a policy."""
        lines = self.env.registry.descendants(
            ["governance.policy.line.mixin"], "_inherit"
        )
        return [
            name
            for name, field in self._fields.items()
            if field.type == "one2many" and field.comodel_name in lines and field.copy
        ]
