# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL

from .governance_visit import DONE


class GovernanceVisitCounting(models.AbstractModel):
    """Callbacks count what makes them, and leads any action on them.

    A callback is made by one visit or call, be it late or in person.  An action on a
    lead that is no visit stands as one that is held, under a negative number.
    """

    _inherit = "governance.visit.counting"

    @api.model
    def _get_met_sql(self, columns):
        return SQL(
            "%s UNION ALL %s UNION ALL %s",
            super()._get_met_sql(columns),
            self._get_arm_sql(
                columns,
                SQL("visit.id = slot.visit_id"),
                SQL("slot.origin_ref IS NOT NULL AND visit.state <> 'cancelled'"),
            ),
            self._get_actions_sql(columns),
        )

    @api.model
    def _get_actions_sql(self, columns):
        """Return a query of actions on leads, where no visit of the day counts."""
        return SQL(
            """SELECT %s, -slot.id, 'held', slot.date_done,
                      slot.date_done <= slot.today, slot.date_done >= slot.today, TRUE
                 FROM slot
                WHERE slot.date_done IS NOT NULL AND NOT EXISTS (
                      SELECT 1 FROM governance_visit visit
                       WHERE visit.lead_id = slot.lead_id AND %s
                         AND visit.date = slot.date_done
                         AND visit.state IN %s AND %s)""",
            columns,
            self._get_slot_fit_sql(SQL("NULL")),
            DONE,
            self._get_participation_sql(SQL("slot.user_id")),
        )

    @api.model
    def _get_callers_sql(self, columns):
        """Return a query of which visits may make which callbacks, be it late."""
        return self._get_arm_sql(
            columns,
            SQL("visit.partner_id = slot.partner_id"),
            SQL(
                """slot.origin_ref IS NOT NULL AND slot.window_start <= visit.date
                   AND %s""",
                self._get_fit_sql(
                    company=SQL("slot.company_id"),
                    channels=SQL("slot.called"),
                    direction=SQL("'outgoing'"),
                    level=SQL("NULL"),
                    visit=SQL("NULL"),
                ),
            ),
        )
