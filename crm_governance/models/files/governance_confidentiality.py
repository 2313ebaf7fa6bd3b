# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_datetime


class GovernanceConfidentiality(models.AbstractModel):
    """A loan of an electronic volume opens its customer until the due second."""

    _inherit = "governance.confidentiality"

    @api.model
    def _get_reading_arms(self, user_id, present):
        live = self._get_loan_arm(user_id, present)
        return [*super()._get_reading_arms(user_id, present), ("loan", live)]

    @api.model
    def _get_loan_arm(self, user_id, present, rank=0):
        """Return SQL of the customers of whom something of a rank, or more, is lent.

        A loan opens what it was approved for: nothing to whoever had access when it
        was lent, which may be over, and nothing once it is more confidential.
        """
        line = self.env["governance.loan.line"]
        names = (
            "user_id",
            "partner_id",
            "state",
            "medium",
            "date_out",
            "date_due",
            "rank",
            "rank_opened",
            "had_access",
        )
        return SQL(
            """SELECT lent.partner_id FROM governance_loan_line lent
                WHERE lent.user_id = %s AND lent.state = 'handed_out'
                  AND lent.medium = 'electronic' AND lent.rank >= %s
                  AND lent.rank_opened >= lent.rank AND lent.had_access IS NOT TRUE
                  AND tsrange(lent.date_out, GREATEST(lent.date_out, lent.date_due))
                      @> %s""",
            user_id,
            rank,
            self._get_now(present),
            to_flush=[line._fields[name] for name in names],
        )

    @api.model
    def _get_level_opened_sql(self, customer, rank, operation):
        """Return SQL that holds when a user may read what has a level of its own.

        A role and a grant open whatever is filed about the customer, a loan what is
        no more confidential than the volume that is lent.

        :param SQL customer: the commercial entity
        :param SQL rank: the level of what is filed
        """
        user = self.env.user
        held = SQL("%s IN %s", customer, self._get_opened_sql("write"))
        if operation != "read" or not user._is_internal():
            return held
        if user._needs_governance_training():
            return held
        now = fields.Datetime.now()
        arms = dict(self._get_reading_arms(user.id, now))
        arms["loan"] = self._get_loan_arm(user.id, now, rank)
        return SQL(
            """(%(held)s OR (%(lent)s)
                AND NOT EXISTS (SELECT 1 FROM res_users
                                 WHERE id = %(user)s AND governance_suspended))""",
            held=held,
            lent=SQL(" OR ").join(
                SQL("%s IN (%s)", customer, arm) for arm in arms.values()
            ),
            user=user.id,
            to_flush=self.env["res.users"]._fields["governance_suspended"],
        )

    @api.model
    def _get_opened_to_level(self, customers, rank, operation):
        """Return those of some customers of whom a user may read up to a level."""
        opened = self._get_level_opened_sql(SQL("customer.id"), rank, operation)
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM unnest(%s) AS customer (id) WHERE %s",
                customers.ids,
                opened,
            )
        )
        return customers.browse(id_ for (id_,) in rows)

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
