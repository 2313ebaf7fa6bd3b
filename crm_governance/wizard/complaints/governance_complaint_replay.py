# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class GovernanceComplaintReplay(models.TransientModel):
    """The dialog that shows the clocks of a complaint as they stood at any moment."""

    _name = "governance.complaint.replay"
    _description = "Clocks of a Complaint at a Moment"

    complaint_id = fields.Many2one(
        comodel_name="governance.complaint",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    moment = fields.Datetime(
        string="As of",
        required=True,
        default=fields.Datetime.now,
        help="Nothing that happened later counts.",
    )
    is_known = fields.Boolean(
        string="As It Was Known Then",
        help="Leave out what happened before, but was written down only later: what a "
        "colleague saw at that moment.",
    )
    answer = fields.Html(compute="_compute_answer", sanitize=False)

    @api.constrains("complaint_id")
    def _check_complaint(self):
        # The dialog shows its name; constraints are checked for the superuser.
        self.sudo(False).complaint_id.check_access("read")

    @api.depends("complaint_id", "moment", "is_known")
    @api.depends_context("lang", "tz", "uid")
    def _compute_answer(self):
        for replay in self:
            replay.answer = replay._get_answer() if replay.moment else False

    def _get_answer(self):
        """Return how the clocks stood and why.

        :raises AccessError: to whom may not read the complaint
        """
        self.ensure_one()
        complaint = self.complaint_id.sudo(False)
        complaint.check_access("read")
        return self.env["ir.qweb"]._render(
            "crm_governance.governance_complaint_replay_answer",
            {
                "states": complaint._get_clock_states(self.moment, self.is_known),
                "schedules": complaint._get_schedule_texts(self.moment),
                "story": complaint._render_clock_story(self.moment, self.is_known),
            },
        )
