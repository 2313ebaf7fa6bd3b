# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class GovernanceAgreement(models.Model):
    """A signed cooperation or supply agreement in force (A-17, A-38)."""

    _name = "governance.agreement"
    _description = "Customer Agreement"
    _inherit = ["governance.guarded.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "date_start desc, id desc"
    _check_company_auto = True

    name = fields.Char(required=True, tracking=True)
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        required=True,
        index=True,
        tracking=True,
        ondelete="restrict",
        domain="[('commercial_partner_id', '=', id)]",
        check_company=True,
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    kind = fields.Selection(
        selection=[
            ("strategic", "Strategic cooperation"),
            ("supply", "Annual supply"),
            ("other", "Other"),
        ],
        default="strategic",
        required=True,
        tracking=True,
    )
    date_start = fields.Date(string="Valid from", required=True, tracking=True)
    date_end = fields.Date(
        string="Valid until",
        tracking=True,
        help="The last day of the agreement. Empty: until further notice.",
    )
    state = fields.Selection(
        selection=[
            ("draft", "Being prepared"),
            ("signed", "Signed"),
            ("ended", "Ended early"),
        ],
        default="draft",
        required=True,
        readonly=True,
        tracking=True,
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Responsible",
        default=lambda self: self.env.user,
    )
    note = fields.Html()

    _dates = models.Constraint(
        "CHECK (date_end IS NULL OR date_end >= date_start)",
        "The agreement ends before it begins. Correct one of the dates.",
    )

    @api.model
    def _get_user_fields(self):
        return {
            "name",
            "partner_id",
            "company_id",
            "kind",
            "date_start",
            "date_end",
            "user_id",
            "note",
        }

    def write(self, vals):
        """Keep what was signed; AccessError for customer, kind and beginning."""
        if {"partner_id", "company_id", "kind", "date_start"} & set(vals):
            for agreement in self:
                if agreement.state != "draft" and not self._is_system():
                    agreement._refuse_change()
        return super().write(vals)

    def _is_closed(self):
        return self.state == "ended"

    def _check_deletable(self):
        """Leave it to `_unlink_except_signed`, which says what to do instead."""

    @api.constrains("partner_id")
    def _check_partner(self):
        for agreement in self:
            agreement.partner_id._check_governance_readable()

    def action_sign(self):
        """Mark the agreement as signed: from its first day on it counts."""
        self._change_state("draft", "signed")

    def action_end(self):
        """End a signed agreement today."""
        today = fields.Date.context_today(self)
        self._change_state("signed", "ended")
        for agreement in self:
            if not agreement.date_end or agreement.date_end > today:
                agreement._as_system().date_end = max(today, agreement.date_start)

    def _change_state(self, before, after):
        self.check_access("write")
        for agreement in self:
            if agreement.state != before:
                raise UserError(
                    self.env._(
                        "%(agreement)s is “%(state)s” already.",
                        agreement=agreement.display_name,
                        state=dict(
                            self._fields["state"]._description_selection(self.env)
                        )[agreement.state],
                    )
                )
        self._as_system().write({"state": after})

    @api.ondelete(at_uninstall=False)
    def _unlink_except_signed(self):
        for agreement in self:
            if agreement.state != "draft":
                raise UserError(
                    self.env._(
                        "%(agreement)s was signed: reviews rest on it. End it instead "
                        "of deleting it.",
                        agreement=agreement.display_name,
                    )
                )
