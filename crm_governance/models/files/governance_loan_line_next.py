# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import format_datetime


class GovernanceLoanLine(models.Model):
    """What comes next for a volume of a loan, and who does it."""

    _inherit = "governance.loan.line"

    next_step = fields.Char(
        string="What Comes Next",
        compute="_compute_next_step",
        help="Who has to do what. Empty when nothing is left to do.",
    )

    @api.depends(
        "state",
        "date_due",
        "date_fetch",
        "date_proposed",
        "date_received",
        "date_settled",
        "incident_ids.state",
        "loan_id.state",
        "loan_id.date_accepted",
    )
    @api.depends_context("lang", "tz")
    def _compute_next_step(self):
        for line in self:
            get_step = getattr(line.sudo(), f"_get_step_{line.state}", None)
            line.next_step = get_step() if get_step else False

    @api.model
    def _get_open_fields(self):
        return super()._get_open_fields() | {"next_step"}

    def _format_date(self, date):
        return format_datetime(self.env, date, dt_format="short")

    def _get_step_draft(self):
        if self.loan_id.state == "draft":
            return self.env._("Whoever enters the loan asks for it.")
        if self.loan_id.state == "requested":
            return self.env._("The approvers decide on the loan.")
        return False

    def _get_step_waiting(self):
        if self.loan_id.undertaking and not self.loan_id.date_accepted:
            return self.env._(
                "%(borrower)s accepts the undertaking.", borrower=self.borrower_name
            )
        if self.medium == "electronic":
            return self.env._(
                "A data custodian gives access until %(date)s.",
                date=self._format_date(self.date_fetch),
            )
        if not self.date_fetch:
            return self.env._("It has to come back from somebody else first.")
        return self.env._(
            "%(borrower)s fetches it from a data custodian until %(date)s.",
            borrower=self.borrower_name,
            date=self._format_date(self.date_fetch),
        )

    def _get_step_handed_out(self):
        due = self._format_date(self.date_due)
        if self.medium == "electronic":
            return self.env._("Access ends by itself on %(date)s.", date=due)
        if self.is_overdue:
            return self.env._(
                "%(borrower)s brings it back at once: it was due on %(date)s.",
                borrower=self.borrower_name,
                date=due,
            )
        if self.date_proposed:
            return self.env._(
                "A data custodian agrees to the new date, %(date)s, or not.",
                date=self._format_date(self.date_proposed),
            )
        if not self.date_received:
            return self.env._(
                "%(borrower)s confirms the receipt, and brings it back until %(date)s.",
                borrower=self.borrower_name,
                date=due,
            )
        return self.env._(
            "%(borrower)s brings it back until %(date)s.",
            borrower=self.borrower_name,
            date=due,
        )

    def _get_step_claimed(self):
        return self.env._(
            "A data custodian looks for it, and takes it back or says that it is not "
            "there."
        )

    def _get_step_lost(self):
        if "requested" in self.incident_ids.mapped("state"):
            return self.env._("The approvers decide on the loss.")
        return self.env._("A data custodian or an executive looks into the loss.")

    def _get_step_written_off(self):
        return self.env._("Nothing, unless it is found: a custodian takes it back.")

    def _get_step_returned(self):
        if self.medium == "electronic" or self.date_settled:
            return False
        if not self.user_id:
            return False
        return self.env._(
            "%(borrower)s confirms the return.", borrower=self.borrower_name
        )
