# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class GovernanceComplaint(models.Model):
    """The ways from a complaint to what is written on it."""

    _inherit = "governance.complaint"

    is_answerer = fields.Boolean(
        compute="_compute_is_answerer",
        help="You work in a unit that answers the customers of this company.",
    )

    can_find_cause = fields.Boolean(
        compute="_compute_can_find_cause",
        help="No approved report says yet what the cause is.",
    )

    @api.depends("state", "user_id", "unit_id", "investigation_ids.state")
    @api.depends_context("uid")
    def _compute_can_find_cause(self):
        for complaint in self:
            complaint.can_find_cause = (
                complaint._is_worked_on_by_user()
                and "cause_id" in complaint._get_fields_of_state()
            )

    @api.depends("company_id")
    @api.depends_context("uid")
    def _compute_is_answerer(self):
        for complaint in self:
            complaint.is_answerer = complaint._is_answered_by_user()

    def action_open_report(self):
        """Open the newest investigation report."""
        return self._open_paper("investigation_ids")

    def action_open_opinion(self):
        """Open the newest handling opinion."""
        return self._open_paper("opinion_ids")

    def action_open_reply(self):
        """Open the reply that is to be sent; lay it out anew if somebody deleted it."""
        self.ensure_one()
        self.check_access("read")
        if self.state == "to_reply" and self._is_answered_by_user():
            self._draft_reply()
            self.invalidate_recordset(["reply_ids"])
        return self._open_paper("reply_ids")

    def _open_paper(self, name):
        self.ensure_one()
        self.check_access("read")
        paper = self[name][:1]
        if not paper:
            raise UserError(
                self.env._(
                    "There is nothing to open yet: “%(complaint)s” has not come to "
                    "this step.",
                    complaint=self.display_name,
                )
            )
        return paper.action_open()
