# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain


class GovernanceFileVolume(models.Model):
    """Who holds a volume, and whether it can be lent."""

    _inherit = "governance.file.volume"

    loan_line_ids = fields.One2many(
        comodel_name="governance.loan.line",
        inverse_name="volume_id",
        string="Loans",
        readonly=True,
    )
    holder = fields.Char(
        string="Who Holds It",
        compute="_compute_holder",
        help="Everybody who has this volume now, or has to answer for it.",
    )
    is_out = fields.Boolean(
        string="On Loan", compute="_compute_holder", search="_search_is_out"
    )

    @api.depends("loan_line_ids.state", "loan_line_ids.date_due")
    def _compute_holder(self):
        """Name the holders to whoever reads the volume."""
        lines = self.env["governance.loan.line"].sudo()
        # By numbers: a line whose volume was blanked for a reader still counts.
        rows = lines._read_group(
            Domain("volume_id", "in", self.ids) & lines._get_live_domain(),
            ["volume_id"],
            ["loan_id:recordset"],
        )
        held = {volume.id: loans for volume, loans in rows}
        for volume in self:
            loans = held.get(volume.id, lines.loan_id)
            volume.is_out = bool(loans)
            volume.holder = ", ".join(loans.mapped("borrower_name"))

    def _search_is_out(self, operator, value):
        if operator != "in":
            return NotImplemented
        lines = self.env["governance.loan.line"]
        return Domain("loan_line_ids", "any!", lines._get_live_domain())

    def action_open_loans(self):
        """Open the loans of these volumes that the user may read."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_governance.governance_loan_line_action_register"
        )
        action["domain"] = [("volume_id", "in", self.ids)]
        action["context"] = {}
        return action

    def _is_on_loan(self):
        """Return whether one of the volumes is out, as the database says now.

        Lost volumes and those said to be returned are out: somebody answers for
        them.
        """
        lines = self.env["governance.loan.line"].sudo()
        return bool(
            lines.search_count(
                Domain("volume_id", "in", self.ids) & lines._get_live_domain(), limit=1
            )
        )

    def _check_lendable(self):
        """Return why volumes cannot be lent, as sentences."""
        states = dict(self._fields["state"]._description_selection(self.env))
        return [
            self.env._(
                "%(volume)s is “%(state)s”: volumes are lent once they are filed.",
                volume=volume.code or volume.name,
                state=states[volume.state],
            )
            for volume in self.sudo()
            if volume.state != "filed"
        ]
