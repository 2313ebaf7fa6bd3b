# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL, format_datetime


class GovernanceConfidentiality(models.AbstractModel):
    """A loan of an electronic volume opens its customer until the due second."""

    _inherit = "governance.confidentiality"

    @api.model
    def _get_reading_arms(self, user_id, present):
        line = self.env["governance.loan.line"]
        names = ("user_id", "partner_id", "state", "medium", "date_out", "date_due")
        live = SQL(
            """SELECT partner_id FROM governance_loan_line
                WHERE user_id = %s AND state = 'handed_out' AND medium = 'electronic'
                  AND tsrange(date_out, GREATEST(date_out, date_due)) @> %s""",
            user_id,
            self._get_now(present),
            to_flush=[line._fields[name] for name in names],
        )
        return [*super()._get_reading_arms(user_id, present), ("loan", live)]

    @api.model
    def _get_reason_text(self, why, user, customer):
        if why != "loan":
            return super()._get_reason_text(why, user, customer)
        lines = self.env["governance.loan.line"].sudo()
        line = lines.search(
            Domain("partner_id", "=", customer.id) & lines._get_reading_domain(user),
            order="date_due desc",
            limit=1,
        )
        return self.env._(
            "Reads an electronic volume on loan until %(date)s (%(loan)s).",
            date=format_datetime(self.env, line.date_due),
            loan=line.loan_id.name,
        )

    @api.model
    def _get_open_models(self):
        redacted = "Everybody sees a line, but not whom it names."
        return {
            **super()._get_open_models(),
            "governance.loan": "Own rows; nobody reads the column of the customer.",
            "governance.loan.event": redacted,
            "governance.loan.incident": redacted,
            "governance.loan.line": redacted,
            "governance.overdue.rung": redacted,
        }
