# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain

from .governance_loan_line import CLAIM


class GovernanceLoanLine(models.Model):
    """What time alone does to loans, noted by a job."""

    _inherit = "governance.loan.line"

    @api.model
    def _cron_tidy(self):
        """End what was not fetched and what is over, note what is overdue.

        Nobody's access depends on it: a loan of an electronic volume ends when
        somebody reads after the due second.
        """
        for domain, step in (
            (self._get_unfetched_domain(), "_expire"),
            (self._get_ended_domain(), "_end"),
            (self._get_unnoted_domain(), "_note_overdue"),
            (self._get_unsettled_claims_domain(), "_remind_of_claim"),
        ):
            if not self._isolate_each(domain, step):
                return

    @api.model
    def _get_unfetched_domain(self):
        return Domain("state", "=", "waiting") & Domain(
            "date_fetch", "<=", fields.Datetime.now()
        )

    @api.model
    def _get_ended_domain(self):
        return (
            Domain("state", "=", "handed_out")
            & Domain("medium", "=", "electronic")
            & Domain("date_due", "<=", fields.Datetime.now())
        )

    @api.model
    def _get_unnoted_domain(self):
        return (
            self._get_overdue_domain()
            & Domain("medium", "=", "paper")
            & Domain("is_overdue_noted", "=", False)
        )

    @api.model
    def _get_unsettled_claims_domain(self):
        return (
            Domain("state", "=", "claimed")
            & Domain("date_claimed", "<=", fields.Datetime.now() - CLAIM)
            & Domain("is_claim_noted", "=", False)
        )

    def _remind_of_claim(self):
        """Ask the custodians once to settle whether a volume has come back."""
        self._as_system().write({"is_claim_noted": True})
        loan = self.loan_id
        people = loan.company_id._get_custodians() - loan.user_id
        people._notify_in_own_language(
            lambda env: (
                env._("%(loan)s waits to be settled", loan=loan.name),
                env._(
                    "%(borrower)s said %(days)s days ago that a volume was returned. "
                    "Look for it: take it back, or say that it was not returned.",
                    borrower=loan.borrower_name,
                    days=CLAIM.days,
                ),
            )
        )

    def _expire(self):
        """Let an approved loan end that nobody has fetched."""
        self.env["governance.loan.event"]._record("dropped", self)
        self._drop()
        self.loan_id._settle()
        self.loan_id._tell_borrower(
            lambda env: (
                env._("%(loan)s has expired", loan=self.loan_id.name),
                env._("What was ready was not fetched in time. Ask for it again."),
            )
        )

    def _end(self, moment=None):
        """Note that reading an electronic volume was over at the due second.

        :param moment: when it was over, if that was before
        """
        moment = moment or self.date_due
        self._as_system().write(
            {
                "state": "returned",
                "date_returned": moment,
                "count_in": self.count_out,
            }
        )
        self.env["governance.loan.event"]._record(
            "ended", self, date_event=moment, date_due=self.date_due
        )
        self.loan_id._settle()

    def _note_overdue(self):
        self._as_system().write({"is_overdue_noted": True})
        self.env["governance.loan.event"]._record(
            "overdue", self, date_due=self.date_due
        )

    @api.model
    def _end_with_access(self, user, customer):
        """End what somebody reads on loan who had access then and has none now."""
        now = fields.Datetime.now()
        lines = self.search(
            Domain("user_id", "=", user.id)
            & Domain("partner_id", "=", customer.id)
            & Domain("state", "=", "handed_out")
            & Domain("medium", "=", "electronic")
            & Domain("date_due", ">", now)
            & Domain("had_access", "=", True)
        )
        lines.lock_for_update()
        lines.invalidate_recordset()
        for line in lines.filtered(lambda line: line.state == "handed_out"):
            if not line._get_own_access(line.rank)[0]:
                line._end(now)
