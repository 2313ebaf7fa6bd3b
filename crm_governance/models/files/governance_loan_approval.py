# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import AccessError


class GovernanceLoan(models.Model):
    """Who decides on a loan, on what, and what follows."""

    _inherit = "governance.loan"

    def _get_approval_subject(self):
        return "lending"

    def _get_approval_policy(self):
        """Return the matrix that the lending policy names; UserError without one."""
        return self.policy_id._get_approval_matrix()

    def _get_approval_authors(self):
        """Let neither who asks, nor who borrows, nor who chose the volumes decide."""
        choosers = self.sudo().line_ids.create_uid
        people = self.requester_id | self.user_id | choosers
        return super()._get_approval_authors() | people

    def _get_approval_hash_fields(self):
        return [
            "user_id",
            "reader_name",
            "reader_unit",
            "policy_id",
            "use",
            "date_wanted",
            "purpose_text",
            "line_ids.volume_id",
        ]

    def _get_approval_content(self):
        """Leave out what only those who may read the customer see on the loan."""
        hidden = ("purpose_text", "line_ids")
        content = super()._get_approval_content()
        return [item for item in content if item["name"] not in hidden]

    def _ask_approvers(self):
        """Ask in the name of the borrower, whose leader may be one who signs."""
        loan = self.sudo()
        self.with_user(loan.user_id or loan.requester_id)._request_approval()

    def _approval_approved(self, request):
        """Get it ready; refuse who signed without being allowed to read it."""
        for user in request._get_signers():
            if not self.with_user(user)._filter_readable():
                raise AccessError(
                    self.env._(
                        "%(loan)s is of a volume above your clearance. Somebody who "
                        "is cleared decides.",
                        loan=self.name,
                    )
                )
        self._check_policy_fits()
        loan = self._as_known()
        loan._as_system().write(
            {"state": "approved", "date_approved": fields.Datetime.now()}
        )
        loan._enter("approved")
        loan.line_ids._enter_queue()
        if not loan.line_ids.filtered("date_fetch"):
            return
        loan._tell_borrower(
            lambda env: (
                env._("%(loan)s is approved", loan=loan.name),
                env._("The custodian hands it out. Read the undertaking before."),
            )
        )

    def _approval_rejected(self, request):
        self._leave("rejected", "refused")

    def _approval_closed(self, request):
        """A request that nobody has decided, or that was taken back, ends the loan."""
        if self.sudo().state == "requested":
            self._leave("expired" if request.state == "expired" else "cancelled")
