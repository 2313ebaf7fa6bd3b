# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

# What happens to a complaint, in the order in which it usually does. Clocks are a
# function of these, `complaint_clock.py` says of which.
EVENTS = [
    ("received", "Received"),
    ("registered", "Complaint registered"),
    ("acknowledged", "Receipt acknowledged"),
    ("inbound", "Message of the customer"),
    ("response", "Answer to the customer"),
    ("waiting", "Waiting for the customer"),
    ("resumed", "Taken up again"),
    ("checked", "Reason checked"),
    ("accepted", "Complaint accepted"),
    ("declined", "Not accepted"),
    ("assigned", "Assigned"),
    ("taken", "Taken over"),
    ("not_investigated", "Not investigated"),
    ("important", "Reported to the top"),
    ("disagreement", "Serious disagreement"),
    ("reaction", "Reaction of the committee"),
    ("report_submitted", "Investigation report submitted"),
    ("report_returned", "Investigation report given back"),
    ("report_approved", "Investigation report approved"),
    ("opinion_submitted", "Handling opinion submitted"),
    ("opinion_returned", "Handling opinion given back"),
    ("opinion_approved", "Handling opinion approved"),
    ("remedy", "Remedy"),
    ("extended", "Time extended"),
    ("reclassified", "Kind, severity or policy changed"),
    ("policy_ended", "Complaint policy ended"),
    ("policy_resumed", "Complaint policy holds again"),
    ("reset", "Clock reset"),
    ("answered", "Solution sent to the customer"),
    ("confirmed", "Accepted by the customer"),
    ("rejected", "Rejected by the customer"),
    ("reopened", "Opened again"),
    ("closed", "Closed"),
    ("withdrawn", "Withdrawn by the customer"),
    ("duplicate", "Same as another complaint"),
    ("escalated", "Escalated"),
    ("action", "Corrective action"),
    ("rated", "Rated by the customer"),
    ("filed", "Filed with the customer"),
    ("contact", "Complainant or address changed"),
]


class GovernanceComplaintEvent(models.Model):
    """What happened to a complaint, when, and when we wrote it down. Only added to."""

    _name = "governance.complaint.event"
    _description = "Event of a Complaint"
    _inherit = ["governance.sealed.mixin", "governance.complaint.part.mixin"]
    _order = "date desc, id desc"
    _rec_name = "kind"

    complaint_id = fields.Many2one(readonly=True)
    kind = fields.Selection(
        selection=EVENTS, string="Event", required=True, readonly=True, index=True
    )
    date = fields.Datetime(
        string="When",
        required=True,
        readonly=True,
        default=fields.Datetime.now,
        help="When it happened, which may be before somebody wrote it down.",
    )
    recorded_on = fields.Datetime(
        string="Written Down", required=True, readonly=True, default=fields.Datetime.now
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="By",
        required=True,
        readonly=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
    )
    note = fields.Text(readonly=True)
    details = fields.Json(readonly=True)
    in_short = fields.Text(compute="_compute_in_short")

    @api.depends("note", "kind", "details")
    @api.depends_context("lang")
    def _compute_in_short(self):
        for event in self:
            event.in_short = event.note or event._get_details_text()

    def _get_details_text(self):
        """Return in words what is known of an event without a note."""
        details = self.details or {}
        if self.kind == "escalated":
            clocks = self.env["governance.complaint.clock"]
            targets = dict(clocks._fields["kind"]._description_selection(self.env))
            return self.env._(
                "%(target)s, %(share)s%% of the time",
                target=targets.get(details.get("target"), ""),
                share=f"{details.get('share', 0):g}",
            )
        if self.kind == "assigned":
            return ", ".join(filter(None, (details.get("unit"), details.get("user"))))
        return ""

    @api.model
    def _sealed_mutable_fields(self):
        """Let the customer follow the complaint, to whom it may be given later."""
        return {"partner_id", "company_id"}
