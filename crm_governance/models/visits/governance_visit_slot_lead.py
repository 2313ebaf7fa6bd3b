# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

# An action counts on the day when it is on record: windows that have been over for
# longer get no more.
LATEST = timedelta(days=92)


class GovernanceVisitSlot(models.Model):
    """Actions on leads, which need no visit (VC-07, J-31)."""

    _inherit = "governance.visit.slot"

    date_done = fields.Date(
        string="Done on",
        readonly=True,
        help="The day of the first action on the lead in this window.",
    )

    _open_lead_idx = models.Index(
        "(company_id, window_end) "
        "WHERE lead_id IS NOT NULL AND state = 'open' AND date_done IS NULL"
    )
    _open_callback_idx = models.Index(
        "(company_id, date_due) "
        "WHERE origin_ref IS NOT NULL AND state = 'open' AND visit_id IS NULL"
    )

    @api.model
    def _note_actions(self, company, since=None):
        """Note the first action on each lead in each window, in one statement.

        :param date since: only in windows that are not over on this day; else also
            in those of the last months, for what was entered late
        :return: how many were done
        """
        self.env.flush_all()
        leads = self.env["crm.lead"].sudo().with_company(company)
        today = company._get_governance_today()
        arms = leads._get_action_arms(
            SQL.identifier("s", "lead_id"),
            SQL("(s.window_start - 1)::timestamp"),
            fields.Datetime.now(),
        )
        rows = self.env.execute_query(
            SQL(
                """WITH found AS (
                       SELECT s.id, min(%(day)s) AS day
                         FROM governance_visit_slot s
                        CROSS JOIN LATERAL (%(actions)s) action
                        WHERE s.lead_id IS NOT NULL AND s.state = 'open'
                          AND s.date_done IS NULL AND s.company_id = %(company)s
                          AND s.window_end > %(since)s AND s.window_start <= %(today)s
                          AND %(day)s >= s.window_start AND %(day)s < s.window_end
                        GROUP BY s.id)
                   UPDATE governance_visit_slot s SET date_done = found.day
                     FROM found
                    WHERE s.id = found.id AND s.date_done IS NULL
                RETURNING s.id""",
                day=leads._get_day_sql(SQL.identifier("action", "moment")),
                actions=SQL(" UNION ALL ").join(arms),
                company=company.id,
                since=since or today - LATEST,
                today=today,
            )
        )
        self.env.invalidate_all()
        return len(rows)
