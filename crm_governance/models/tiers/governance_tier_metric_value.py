# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import float_repr


class GovernanceTierMetricValue(models.Model):
    """What people assess about a customer, with the reason (A-63, A-67, A-96)."""

    _name = "governance.tier.metric.value"
    _description = "Customer Assessment"
    _inherit = ["governance.guarded.mixin", "mail.thread"]
    _order = "partner_id, metric_id, date_start desc, id desc"
    _check_company_auto = True

    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        required=True,
        index=True,
        ondelete="cascade",
        domain="[('commercial_partner_id', '=', id)]",
        check_company=True,
    )
    metric_id = fields.Many2one(
        comodel_name="governance.tier.metric",
        string="Figure",
        required=True,
        ondelete="restrict",
        domain="[('kind', '=', 'manual')]",
    )
    unit = fields.Selection(related="metric_id.unit")
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    active = fields.Boolean(default=True)
    is_yes = fields.Boolean(
        string="Yes",
        compute="_compute_is_yes",
        inverse="_inverse_is_yes",
    )
    value = fields.Float(digits=(16, 2), tracking=True)
    shown_value = fields.Char(string="Assessed as", compute="_compute_shown_value")
    justification = fields.Text(
        required=True,
        help="Why the customer is assessed like this: what was seen, said or signed.",
    )
    date_start = fields.Date(
        string="Valid from", required=True, default=fields.Date.context_today
    )
    date_end = fields.Date(string="Valid until")
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Assessed by",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )

    _dates = models.Constraint(
        "CHECK (date_end IS NULL OR date_end >= date_start)",
        "The assessment ends before it begins. Correct one of the dates.",
    )

    @api.model
    def _get_user_fields(self):
        return {
            "partner_id",
            "metric_id",
            "company_id",
            "active",
            "is_yes",
            "value",
            "justification",
            "date_start",
            "date_end",
        }

    def write(self, vals):
        """Change own assessments; AccessError for those of others.

        Administrators put right what somebody who has left got wrong.
        """
        if not self.env.su and not set(vals) <= self._get_free_fields():
            self._check_own()
        return super().write(vals)

    def _check_own(self):
        if self.env.user.has_group("crm_governance.group_manager"):
            return
        for assessment in self:
            if assessment.user_id != self.env.user:
                raise AccessError(
                    self.env._(
                        "%(assessment)s was assessed by %(user)s. Add an assessment "
                        "of your own instead of changing it.",
                        assessment=assessment.display_name,
                        user=assessment.user_id.sudo().name,
                    )
                )

    def _check_deletable(self):
        """Administrators delete what was never true; reviews keep their figures."""

    @api.depends("value")
    def _compute_is_yes(self):
        for assessment in self:
            assessment.is_yes = assessment.value >= 1

    @api.depends_context("lang")
    @api.depends("value", "metric_id.unit", "company_id.currency_id")
    def _compute_shown_value(self):
        explainer = self.env["governance.tier.explainer"]
        for assessment in self:
            assessment.shown_value = explainer._format_value(
                assessment.unit,
                Decimal(float_repr(assessment.value, 2)),
                assessment.company_id.currency_id,
            )

    def _inverse_is_yes(self):
        for assessment in self:
            assessment.value = 1 if assessment.is_yes else 0

    @api.depends("partner_id.name", "metric_id.name")
    def _compute_display_name(self):
        for assessment in self:
            assessment.display_name = (
                f"{assessment.partner_id.name}: {assessment.metric_id.name}"
            )

    @api.constrains("metric_id", "value", "partner_id", "justification")
    def _check_assessment(self):
        for assessment in self:
            assessment._check_metric()
            partner = assessment.partner_id
            partner._check_governance_readable()
            if partner.commercial_partner_id != partner:
                raise ValidationError(
                    self.env._(
                        "%(contact)s is a contact of %(customer)s. Assess "
                        "%(customer)s itself.",
                        contact=partner.display_name,
                        customer=partner.commercial_partner_id.display_name,
                    )
                )
            if not (assessment.justification or "").strip():
                raise ValidationError(
                    self.env._(
                        "%(assessment)s needs a justification.",
                        assessment=assessment.display_name,
                    )
                )

    def _check_metric(self):
        self.ensure_one()
        metric = self.metric_id
        if metric.kind != "manual":
            raise ValidationError(
                self.env._(
                    "%(figure)s is computed from documents and cannot be assessed.",
                    figure=metric.name,
                )
            )
        allowed = (0, 1) if metric.unit == "boolean" else (0, 100)
        inside = (
            self.value in allowed
            if metric.unit == "boolean"
            else allowed[0] <= self.value <= allowed[1]
        )
        if metric.unit in ("boolean", "points", "percent") and not inside:
            raise ValidationError(
                self.env._(
                    "%(figure)s goes from %(low)s to %(high)s, not %(value)s.",
                    figure=metric.name,
                    low=allowed[0],
                    high=allowed[1],
                    value=self.value,
                )
            )
