# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class GovernanceExitReport(models.Model):
    """Investigation and evaluation before a customer is given up (A-146, P-16)."""

    _name = "governance.exit.report"
    _description = "Report before Giving up a Customer"
    _inherit = [
        "governance.customer.mixin",
        "governance.guarded.mixin",
        "governance.approval.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "id desc"
    _rec_name = "partner_id"
    _check_company_auto = True
    _has_drafts = True

    tier_id = fields.Many2one(
        related="partner_id.governance_tier_id", string="Present Tier"
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Author",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )
    situation = fields.Text(
        string="True Situation",
        required=True,
        help="What the customer buys, what it costs us and why.",
    )
    evaluation = fields.Text(
        string="Value of the Customer",
        required=True,
        help="What we would lose and what we would gain by giving the customer up.",
    )
    proposal = fields.Selection(
        selection=[("give_up", "Give up"), ("keep", "Keep and develop")],
        default="give_up",
        required=True,
    )
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("requested", "Waiting for Approval"),
            ("approved", "Approved"),
            ("refused", "Not Approved"),
        ],
        default="draft",
        required=True,
        readonly=True,
        tracking=True,
    )
    used_on = fields.Datetime(
        readonly=True,
        copy=False,
        help="When the customer was given up. A report serves once: whoever comes "
        "back is given up with a new one only.",
    )

    def _get_author(self):
        return self.user_id

    @api.model
    def _get_user_fields(self):
        return {"partner_id", "company_id", "situation", "evaluation", "proposal"}

    def action_request_approval(self):
        """Submit the report; its author never approves it."""
        self.check_access("write")
        for report in self:
            report._check_author()
            if report.state != "draft":
                raise UserError(
                    self.env._(
                        "The report on %(customer)s has been submitted already.",
                        customer=report.partner_id.display_name,
                    )
                )
            if not report.situation.strip() or not report.evaluation.strip():
                raise UserError(
                    self.env._(
                        "Describe the situation of %(customer)s and its value before "
                        "you submit the report.",
                        customer=report.partner_id.display_name,
                    )
                )
            report._request_approval(reason=report.evaluation)
            report._as_system().write({"state": "requested"})
        return True

    def _get_approval_subject(self):
        return "exit_report"

    def _get_approval_hash_fields(self):
        return ["partner_id", "situation", "evaluation", "proposal"]

    def _approval_approved(self, request):
        self._as_system().write({"state": "approved"})

    def _approval_rejected(self, request):
        self._as_system().write({"state": "refused"})

    def _approval_closed(self, request):
        self._as_system().write({"state": "draft"})

    @api.model
    def _get_missing(self, partners):
        """Return the customers that may not be given up yet.

        An archived customer is gone for every company, so each whose tier asks
        for it needs its own report.

        :param partners: ``res.partner`` records about to be archived
        """
        guarded = partners._get_governing_assignments().filtered(
            "tier_id.requires_exit_report"
        )
        approved = self.sudo().search(
            [
                ("partner_id", "in", guarded.partner_id.ids),
                ("state", "=", "approved"),
                ("proposal", "=", "give_up"),
                ("used_on", "=", False),
            ]
        )
        reported = {(report.partner_id, report.company_id) for report in approved}
        return guarded.filtered(
            lambda held: (held.partner_id, held.company_id) not in reported
        ).partner_id

    @api.model
    def _use_up(self, partners):
        """Let approved reports serve for one giving-up only, in every company.

        What was approved while the customer was away is used up by its return.

        :param partners: ``res.partner`` records just archived or reactivated
        """
        used = self.sudo().search(
            [
                ("partner_id", "in", partners.ids),
                ("state", "=", "approved"),
                ("used_on", "=", False),
            ]
        )
        used._as_system().write({"used_on": fields.Datetime.now()})
