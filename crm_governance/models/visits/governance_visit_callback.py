# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class GovernanceVisitCallback(models.Model):
    """A call or visit that follows an event within some days (B-64 … B-77)."""

    _name = "governance.visit.callback"
    _description = "Callback"
    _inherit = "governance.policy.line.mixin"
    _order = "policy_id, sequence, id"

    policy_id = fields.Many2one(
        comodel_name="governance.visit.policy",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="policy_id.company_id")
    sequence = fields.Integer(default=10)
    trigger = fields.Selection(
        selection=[
            ("file", "Customer file opened"),
            ("order", "Order confirmed"),
            ("manual", "Started by hand"),
        ],
        string="After",
        required=True,
        default="file",
    )
    buyer = fields.Selection(
        selection=[
            ("any", "All customers"),
            ("buyer", "Buyers"),
            ("non_buyer", "Non-buyers"),
        ],
        string="Which Customers",
        required=True,
        default="any",
    )
    role_id = fields.Many2one(
        comodel_name="governance.visit.role",
        string="Who Calls Back",
        required=True,
        ondelete="restrict",
    )
    channel_id = fields.Many2one(
        comodel_name="governance.visit.channel",
        required=True,
        ondelete="restrict",
    )
    days = fields.Integer(
        string="Within",
        help="Days after the event, open or not.",
    )
    is_on_request = fields.Boolean(
        string="On Request",
        help="Without a deadline; somebody asks for it when it is needed.",
    )
    objective = fields.Char(translate=True)

    @api.depends("role_id.name", "channel_id.name", "days", "is_on_request")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for line in self:
            line.display_name = " · ".join(
                part
                for part in (
                    line.role_id.name,
                    line.channel_id.name,
                    line._get_term_text(),
                )
                if part
            )

    def _get_term_text(self):
        """Return until when in words, e.g. “within 3 days”."""
        self.ensure_one()
        if self.is_on_request:
            return self.env._("on request")
        return self.env._("within %(days)s days", days=self.days)

    @api.model
    def _get_in_force(self, company):
        """Return the lines of the policies that a company has published."""
        return self.env["governance.visit.policy"]._get_in_force(company).callback_ids

    def _get_blank_values(self, path=""):
        """Ask for the days of callbacks that have a deadline."""
        blanks = super()._get_blank_values(path)
        if not self.days and not self.is_on_request:
            blanks.append(self._prepare_blank_value("days", True, path))
        return blanks

    def _get_unit_to_fill(self, name):
        return self.env._("days") if name == "days" else super()._get_unit_to_fill(name)

    def _get_errors(self):
        """Return what is wrong with this line, as sentences."""
        self.ensure_one()
        if self.days >= 0:
            return []
        return [
            self.env._(
                "“%(line)s”: a callback comes after the event. Give 1 day or more.",
                line=self.display_name,
            )
        ]
