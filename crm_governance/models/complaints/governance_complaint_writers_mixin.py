# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class GovernanceComplaintWritersMixin(models.AbstractModel):
    """What is signed knows who wrote it: whoever did signs it not, whoever hands it in.

    Comes before `governance.approval.mixin`, whose fields are looked at.
    """

    _name = "governance.complaint.writers.mixin"
    _description = "Signed record that knows who wrote it"

    writer_ids = fields.Many2many(
        comodel_name="res.users",
        string="Written by",
        readonly=True,
        copy=False,
        help="Whoever wrote in it does not approve it.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Create, and remember who filled it in."""
        records = super().create(vals_list)
        for record, vals in zip(records, vals_list, strict=True):
            record._note_writer(vals)
        return records

    def write(self, vals):
        """Change, and remember who did."""
        result = super().write(vals)
        self._note_writer(vals)
        return result

    def _note_writer(self, vals):
        if self._is_system() or not set(vals) & self._get_written_fields():
            return
        for record in self.sudo():
            if self.env.user not in record.writer_ids:
                record._as_system().writer_ids |= self.env.user

    def _get_written_fields(self):
        """Return the fields of which who wrote them is remembered."""
        return {path.split(".")[0] for path in self._get_approval_hash_fields()}

    def _get_approval_authors(self):
        """Let nobody sign what he or she has written."""
        return super()._get_approval_authors() | self.sudo().writer_ids
