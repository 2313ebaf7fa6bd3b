# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain

# The steps of a complaint in their order, and what of a procedure asks for them.
STEPS = {
    "registered": None,
    "acceptance": "needs_acceptance",
    "accepted": "needs_routing",
    "assigned": "needs_investigation",
    "reported": "needs_review",
    "opinion": "needs_opinion",
    "to_reply": "needs_reply",
    "answered": "needs_confirmation",
    "closed": None,
}


class GovernanceComplaintProcedure(models.Model):
    """Which steps complaints of some types go through: AM-08 and shorter ones."""

    _name = "governance.complaint.procedure"
    _description = "Complaint Procedure"
    _inherit = [
        "governance.policy.mixin",
        "governance.complaint.scope.mixin",
        "mail.thread",
    ]
    _order = "company_id, sequence, code, version desc, id"
    _check_company_auto = True

    previous_id = fields.Many2one(
        comodel_name="governance.complaint.procedure",
        string="Previous version",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    state = fields.Selection(tracking=True)
    active = fields.Boolean(tracking=True)
    sequence = fields.Integer(
        default=10, help="Of several that fit, the first one holds."
    )
    type_ids = fields.Many2many(
        comodel_name="governance.complaint.type",
        relation="governance_complaint_procedure_type_rel",
        string="Types",
        help="Empty: complaints of every type.",
    )
    is_customer_cause = fields.Boolean(
        string="Where the Customer Is the Cause",
        help="Complaints change over to this procedure when it turns out that the "
        "cause lies with the customer (D-22).",
    )
    needs_acceptance = fields.Boolean(
        string="Acceptance",
        default=True,
        help="A supervisor decides whether the complaint is accepted (D-21).",
    )
    needs_routing = fields.Boolean(
        string="Assignment",
        default=True,
        help="The supervising unit determines who handles it (D-23). Otherwise the "
        "routing rules do, at once.",
    )
    needs_investigation = fields.Boolean(
        string="Investigation Report",
        default=True,
        help="The handling unit writes a report in five parts (D-25, D-26).",
    )
    needs_review = fields.Boolean(
        string="Review of the Report",
        default=True,
        help="The report is signed as the approval matrix says (D-25, D-27).",
    )
    needs_opinion = fields.Boolean(
        string="Handling Opinion",
        default=True,
        help="The handling unit says how the complaint is settled, and its supervisor "
        "approves (D-28).",
    )
    needs_reply = fields.Boolean(
        string="Reply",
        default=True,
        help="Customer service answers the customer (D-29).",
    )
    needs_confirmation = fields.Boolean(
        string="Word of the Customer",
        default=True,
        help="The customer accepts the answer or rejects it before it is closed.",
    )
    confirmation_days = fields.Integer(
        string="Silence Counts as Consent after",
        help="Days after the answer. 0: somebody closes it by hand.",
    )
    needs_prevention = fields.Boolean(
        string="Prevention",
        default=True,
        help="Nobody closes a complaint without saying how it is kept from happening "
        "again (D-04, D-05).",
    )
    needs_rating = fields.Boolean(
        string="Rating by the Customer",
        default=True,
        help="The customer is asked by mail, after the closing, what he or she thinks "
        "of how the complaint was handled (D-48).",
    )
    reply_template_id = fields.Many2one(
        comodel_name="mail.template",
        string="Template of the Reply",
        ondelete="restrict",
    )

    step_summary = fields.Char(
        string="Steps",
        compute="_compute_step_summary",
        help="What complaints go through, in order.",
    )

    _confirmation_check = models.Constraint(
        "CHECK (confirmation_days >= 0)",
        "The silence of the customer lasts no negative number of days.",
    )

    @api.depends(*(name for name in STEPS.values() if name))
    @api.depends_context("lang")
    def _compute_step_summary(self):
        states = self.env["governance.complaint"]._fields["state"]
        labels = dict(states._description_selection(self.env))
        for procedure in self:
            procedure.step_summary = " → ".join(
                labels[state]
                for state, needed in STEPS.items()
                if not needed or procedure[needed]
            )

    @api.model
    def _get_for(self, company, complaint=None, is_customer_cause=False):
        """Return the procedure in force for a complaint of a company, or none.

        :param complaint: whose type decides; None: the first for every type
        :param is_customer_cause: ask for the one where the customer is the cause
        """
        found = self.sudo()._get_in_force(
            company, Domain("is_customer_cause", "=", is_customer_cause)
        )
        return found._get_first(complaint or self.env["governance.complaint"])
