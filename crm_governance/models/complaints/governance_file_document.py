# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class GovernanceFileDocument(models.Model):
    """Papers of complaints are read in the file by whom the complaint is open to.

    A global record rule asks `is_complaint_open`, on top of all others: the customer
    file is read by more people than the complaints are (D-20).
    """

    _inherit = "governance.file.document"

    complaint_id = fields.Many2one(
        comodel_name="governance.complaint",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    complaint_paper = fields.Selection(
        selection=[
            ("card", "Complaint record card"),
            ("report", "Investigation report"),
        ],
        string="Paper of the Complaint",
        readonly=True,
        copy=False,
    )
    complaint_round = fields.Integer(
        string="Closing of the Complaint",
        readonly=True,
        copy=False,
        aggregator=None,
        help="How often it had been opened again when this was filed.",
    )
    is_complaint_open = fields.Boolean(
        compute="_compute_is_complaint_open",
        search="_search_is_complaint_open",
        groups=fields.NO_ACCESS,
    )

    _complaint_uniq = models.UniqueIndex(
        "(complaint_id, complaint_paper, complaint_round) "
        "WHERE complaint_id IS NOT NULL",
        "This paper of the complaint has been filed in the meantime.",
    )

    @api.depends("complaint_id")
    @api.depends_context("uid")
    def _compute_is_complaint_open(self):
        filed = self.sudo().filtered("complaint_id")
        hidden = filed - filed.filtered_domain(self._get_complaint_open_domain())
        for document in self:
            document.is_complaint_open = document.id not in hidden._ids

    def _search_is_complaint_open(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        return self._get_complaint_open_domain()

    def write(self, vals):
        """Change documents; papers of complaints stay in volumes for them.

        :raises UserError: when one would be moved to another volume
        """
        if "volume_id" in vals and not self._is_system():
            volumes = self.env["governance.file.volume"].sudo()
            if not volumes.browse(vals["volume_id"]).is_for_complaints:
                self._check_no_paper()
        return super().write(vals)

    def unlink(self):
        """Delete documents; papers of complaints stay, which are filed once.

        :raises UserError: for papers of complaints
        """
        if not self._is_system():
            self._check_no_paper()
        return super().unlink()

    def _check_no_paper(self):
        for paper in self.sudo().filtered("complaint_id").sudo(False):
            raise UserError(
                self.env._(
                    "“%(title)s” is the paper of a complaint: it stays in the volume "
                    "into which it was filed.",
                    title=paper.display_name,
                )
            )

    @api.model
    def _get_complaint_open_domain(self):
        """Return the domain of what is no paper of a complaint closed to the user."""
        other = Domain("complaint_id", "=", False)
        if self.env.user._is_superuser():
            return Domain.TRUE
        if not self.env["governance.complaint"].sudo(False).has_access("read"):
            return other
        rules = self.env["ir.rule"].sudo(False)
        domain = rules._compute_domain("governance.complaint", "read")
        return other | Domain("complaint_id", "any!", domain)
