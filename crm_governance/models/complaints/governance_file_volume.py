# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class GovernanceFileVolume(models.Model):
    """Volumes of papers of complaints are kept by custodians who may not read them."""

    _inherit = "governance.file.volume"

    is_for_complaints = fields.Boolean(
        string="Takes Papers of Complaints",
        readonly=True,
        copy=False,
        # That there are complaints is nothing for all who read the file.
        groups=fields.NO_ACCESS,
        help="Papers of complaints that are closed come into this volume by themselves "
        "as long as it is being composed.",
    )

    @api.depends("document_ids.copies", "document_ids.pages")
    def _compute_counts(self):
        """Count all documents, also when somebody changes it who sees some of them."""
        own = self.filtered(lambda volume: volume.sudo().is_for_complaints)
        result = super(GovernanceFileVolume, self - own)._compute_counts()
        rows = (
            self.env["governance.file.document"]
            .sudo()
            ._read_group(
                [("volume_id", "in", own.ids)],
                ["volume_id"],
                ["__count", "copies:sum", "pages:sum"],
            )
        )
        counts = {volume.id: figures for volume, *figures in rows}
        for volume in own:
            count, copies, pages = counts.get(volume._origin.id, (0, 0, 0))
            # In a form there are some that are not stored yet.
            typed = volume.browse() if volume.id else volume
            typed = typed.document_ids.filtered(lambda one: not one._origin)
            volume.document_count = count + len(typed)
            volume.copy_count = copies + sum(typed.mapped("copies"))
            volume.page_count = pages + sum(typed.mapped("pages"))
        return result

    def _get_composing_errors(self):
        """Look for what is missing among all documents, hidden ones included."""
        if not self.sudo().is_for_complaints or self.env.su:
            return super()._get_composing_errors()
        # What one person has read of them is remembered for all, so read anew.
        self.invalidate_recordset(["document_ids"])
        errors = super(GovernanceFileVolume, self.sudo())._get_composing_errors()
        self.invalidate_recordset(["document_ids"])
        return errors
