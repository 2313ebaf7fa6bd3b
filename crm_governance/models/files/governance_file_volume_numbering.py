# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

# Volumes have running numbers for each of these together.
NUMBERED_BY = ("file_id", "year", "department_id")


class GovernanceFileVolume(models.Model):
    """Volumes are numbered within file, year and department; codes follow (E-02)."""

    _inherit = "governance.file.volume"

    @api.model_create_multi
    def create(self, vals_list):
        """Begin volumes; each gets the next number of its year and department."""
        volumes = super().create(vals_list)
        volumes._assign_codes()
        return volumes

    def write(self, vals):
        """Change volumes; those that people move get a number of the new place."""
        renumbers = not self._is_system() and not set(NUMBERED_BY).isdisjoint(vals)
        before = {volume: volume._get_numbered_by() for volume in self if renumbers}
        result = super().write(vals)
        moved = [volume.id for volume in before if volume._is_moved(before[volume])]
        self.browse(moved)._assign_codes()
        return result

    def _assign_codes(self):
        """Number volumes within file, year and department, in turn with others.

        Who numbers volumes of the same file at the same moment writes the same row,
        so the database lets one of the two begin again.
        """
        files = self.sudo().file_id
        if not files:
            return
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE governance_file SET write_date = write_date WHERE id = ANY(%s)",
                sorted(files.ids),
            )
        )
        for volume in self.sudo():
            last = volume._get_last_number(volume._get_numbered_by())
            volume._assign_code(last + 1)

    def _move_to(self, file):
        """Let the volume lie in another file, under the code that it has."""
        self.ensure_one()
        number = self._get_last_number((file.id, *self._get_numbered_by()[1:])) + 1
        self._as_system().write({"file_id": file.id, "number": number})
        self.env.flush_all()

    def _get_last_number(self, place):
        """Return the highest number of the other volumes of a place, maybe 0."""
        same = zip(NUMBERED_BY, place, strict=True)
        domain = Domain.AND(Domain(name, "=", value) for name, value in same)
        [(last,)] = self.sudo()._read_group(
            domain & Domain("id", "!=", self.id), aggregates=["number:max"]
        )
        return last or 0

    def _get_numbered_by(self):
        self.ensure_one()
        return (self.file_id.id, self.year, self.department_id.id)

    def _is_moved(self, place):
        return self._get_numbered_by() != place

    def _assign_code(self, number):
        self.ensure_one()
        before = self.code
        parts = [self.file_id.name, str(self.year), self.department_id.code]
        code = "-".join([*(part for part in parts if part), f"{number:02d}"])
        vals = {"number": number, "code": code}
        if not self.barcode or self.barcode == before:
            vals["barcode"] = code
        self._as_system().write(vals)
        self.flush_recordset()
