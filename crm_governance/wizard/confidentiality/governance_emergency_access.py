# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class GovernanceEmergencyAccess(models.TransientModel):
    """Open a confidential customer at once, with a reason, for some minutes.

    Unlike a request it says whether the customer was found.  Attempts that fail
    are on record too.
    """

    _name = "governance.emergency.access"
    _description = "Emergency Access"

    customer_text = fields.Char(
        string="Customer",
        required=True,
        help="The exact name, the reference, the tax ID or the e-mail address.",
    )
    reason = fields.Text(
        required=True,
        help="Shown on the customer to everybody who reads it, and reviewed by "
        "somebody else.",
    )
    minutes = fields.Integer(compute="_compute_minutes")

    @api.depends_context("uid")
    def _compute_minutes(self):
        ladder = self.env["governance.clearance.ladder"]._get_current()
        for wizard in self:
            wizard.minutes = ladder.emergency_minutes

    def action_open(self):
        """Open the customer for the minutes that the ladder allows.

        :raises AccessError: for whoever has no right to emergency access
        :raises UserError: saying what is missing
        """
        self.ensure_one()
        self._check_allowed()
        ladder = self.env["governance.access.request"]._get_ladder()
        if not ladder.emergency_minutes:
            raise UserError(
                self.env._("The clearance ladder provides for no emergency access.")
            )
        if not self.reason.strip():
            raise UserError(self.env._("Say what the emergency is."))
        found = self.env["governance.access.request"]._find_by_text(self.customer_text)
        if len(found) != 1:
            return self._refuse(found)
        return self._open_customer(found, ladder)

    def _check_allowed(self):
        user = self.env.user
        if not user.has_group("crm_governance.group_emergency"):
            raise AccessError(
                self.env._(
                    "You have no right to emergency access. Ask for access instead."
                )
            )
        if user._is_clearance_suspended():
            raise UserError(
                self.env._(
                    "Your access to confidential customers is suspended, or a "
                    "training is missing."
                )
            )

    def _refuse(self, found):
        """Answer that no single customer fits; an error would undo the record."""
        self.env["governance.access.entry"]._record(
            "denied",
            found.browse(),
            subject=self.env.user,
            detail={"kind": "emergency"},
        )
        message = (
            self.env._("Several customers fit: give the reference or the tax ID.")
            if found
            else self.env._("No customer fits exactly.")
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"message": message, "type": "warning", "sticky": True},
        }

    def _open_customer(self, customer, ladder):
        if customer.with_env(self.env).sudo()._filter_by_clearance("read"):
            raise UserError(self.env._("This customer is open to you already."))
        reviews = self.env["governance.emergency.review"].sudo()
        if reviews.search_count(
            [("partner_id", "=", customer.id), ("state", "=", "open")], limit=1
        ):
            raise UserError(
                self.env._(
                    "The last emergency access to this customer has not been reviewed "
                    "yet. Ask a data custodian to review it, or ask for access."
                )
            )
        grant = self.env["governance.access.grant"]._grant(
            customer,
            self.env.user,
            fields.Datetime.now() + timedelta(minutes=ladder.emergency_minutes),
            kind="emergency",
            reason=self.reason,
        )
        self.env["governance.emergency.review"]._open(grant, ladder)
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": customer.id,
            "view_mode": "form",
        }
