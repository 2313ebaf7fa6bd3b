# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ...models.complaints.complaint_steps import KINDS


class GovernanceComplaintStep(models.TransientModel):
    """The dialog that asks what a step of a complaint needs to be on record."""

    _name = "governance.complaint.step"
    _description = "Step of a Complaint"

    complaint_id = fields.Many2one(
        comodel_name="governance.complaint",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="complaint_id.company_id")
    kind = fields.Selection(selection=KINDS, required=True, readonly=True)
    reason = fields.Text(help="It stays on the timeline of the complaint.")
    date = fields.Datetime(
        string="When",
        default=fields.Datetime.now,
        help="When you talked with the customer, or heard from there.",
    )
    asking = fields.Selection(
        selection=[
            ("send", "Send the question now"),
            ("asked", "The customer has been asked"),
        ],
        string="Question to the Customer",
    )
    can_ask = fields.Boolean(compute="_compute_can_ask")
    recipient_email = fields.Char(string="Goes to", compute="_compute_can_ask")
    question = fields.Text(
        string="What We Ask",
        help="The customer reads it in the mail and in the portal.",
    )
    unit_id = fields.Many2one(
        comodel_name="governance.complaint.unit",
        string="Handling Unit",
        ondelete="cascade",
        domain="[('is_handling', '=', True), ('company_id', '=', company_id)]",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Handler",
        ondelete="cascade",
        domain="[('id', 'in', candidate_ids)]",
        help="Only people of the unit who have no interest in the matter. Empty: "
        "whoever of the unit takes it.",
    )
    candidate_ids = fields.Many2many(
        comodel_name="res.users", compute="_compute_candidate_ids"
    )
    supervising_unit_id = fields.Many2one(
        comodel_name="governance.complaint.unit",
        ondelete="cascade",
        domain="[('is_supervising', '=', True), ('company_id', '=', company_id)]",
    )
    type_id = fields.Many2one(
        comodel_name="governance.complaint.type", ondelete="cascade"
    )
    severity_id = fields.Many2one(
        comodel_name="governance.complaint.severity", ondelete="cascade"
    )
    channel_id = fields.Many2one(
        comodel_name="governance.complaint.channel", ondelete="cascade"
    )
    other_id = fields.Many2one(
        comodel_name="governance.complaint",
        string="Other Complaint",
        ondelete="cascade",
        domain="[('id', '!=', complaint_id), ('state', '!=', 'draft')]",
    )

    @api.model
    def default_get(self, fields):
        """Begin with what the complaint says now."""
        values = super().default_get(fields)
        complaints = self.env["governance.complaint"]
        complaint = complaints.browse(values.get("complaint_id")).exists()
        if complaint:
            complaint.check_access("read")
            values.update(self._get_present(complaint, fields, values.get("kind")))
        return values

    @api.model
    def _get_present(self, complaint, names, kind):
        """Return the present values, and the one similar complaint if there is one."""
        same = (
            "unit_id",
            "supervising_unit_id",
            "user_id",
            *complaint._get_class_fields(),
        )
        present = {name: complaint[name].id for name in same if name in names}
        if kind == "wait":
            may_send = complaint._is_asked_by_user()
            has_address = bool(complaint._get_recipient_email())
            present["asking"] = "send" if may_send and has_address else "asked"
        similar = complaint.similar_ids
        if kind == "duplicate" and len(similar) == 1:
            present["other_id"] = similar.id
        return present

    @api.depends("complaint_id")
    @api.depends_context("uid")
    def _compute_can_ask(self):
        for dialog in self:
            complaint = dialog.sudo(False).complaint_id
            complaint.check_access("read")
            dialog.recipient_email = complaint._get_recipient_email()
            dialog.can_ask = (
                bool(dialog.recipient_email) and complaint._is_asked_by_user()
            )

    @api.depends("unit_id", "complaint_id")
    def _compute_candidate_ids(self):
        for dialog in self:
            complaint = dialog.sudo(False).complaint_id
            complaint.check_access("read")
            interested = complaint._get_interested_users()
            dialog.candidate_ids = dialog.unit_id._get_people().filtered(
                lambda user, interested=interested: (
                    user not in interested
                    and user.has_group("crm_governance.group_complaint")
                )
            )

    @api.onchange("unit_id")
    def _onchange_unit_id(self):
        if self.user_id not in self.candidate_ids:
            self.user_id = False

    @api.constrains("complaint_id", "other_id")
    def _check_readable(self):
        # The dialog shows their names; constraints are checked for the superuser.
        for dialog in self.sudo(False):
            dialog.complaint_id.check_access("read")
            dialog.other_id.check_access("read")

    def action_confirm(self):
        """Go on with the rights of the user; see the methods of the complaint."""
        self.ensure_one()
        getattr(self, f"_do_{self.kind}")(self.complaint_id)
        return {"type": "ir.actions.act_window_close"}

    def _do_assign(self, complaint):
        complaint.assign(
            self.unit_id.id,
            self.user_id.id,
            self.supervising_unit_id.id,
            self.reason,
        )

    def _do_wait(self, complaint):
        if self.asking == "send":
            complaint.wait(self.question)
        else:
            complaint.wait(self.reason, is_asked=True, date=self.date)

    def _do_inbound(self, complaint):
        complaint.note_inbound(self.reason, self.date)

    def _do_important(self, complaint):
        complaint.report_to_top(self.reason)

    def _do_disagreement(self, complaint):
        complaint.note_disagreement(self.reason)

    def _do_react(self, complaint):
        complaint.react(self.reason)

    def _do_reclassify(self, complaint):
        values = {name: self[name].id for name in complaint._get_class_fields()}
        complaint.reclassify(values, self.reason)

    def _do_skip(self, complaint):
        complaint.skip_investigation(self.reason)

    def _do_confirm(self, complaint):
        complaint.note_confirmation(self.reason)

    def _do_reject(self, complaint):
        complaint.note_rejection(self.reason)

    def _do_duplicate(self, complaint):
        complaint.mark_duplicate(self.other_id.id)

    def _do_link(self, complaint):
        complaint.link(self.other_id.id)

    def _do_withdraw(self, complaint):
        complaint.withdraw(self.reason)

    def _do_reopen(self, complaint):
        complaint.reopen(self.reason)
