# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL


class GovernanceVisitRun(models.Model):
    """The day on which a step of a job was done to its end for the last time.

    The jobs come every hour, for companies all over the world; what depends on the
    day alone is done once on each.
    """

    _name = "governance.visit.run"
    _description = "Daily Run of Visits"
    _rec_name = "step"
    _log_access = False

    step = fields.Char(required=True, readonly=True)
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, readonly=True, ondelete="cascade"
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        readonly=True,
        ondelete="cascade",
        help="For whom it was done; nobody for a step that is for all.",
    )
    day = fields.Date(required=True, readonly=True)

    _once = models.UniqueIndex(
        "(step, company_id, COALESCE(user_id, 0))", "It has been done already."
    )

    @api.model
    def _is_done(self, step, company, user=None):
        """Return whether a step was done today, by the day where the company is."""
        return bool(
            self.env.execute_query(
                SQL(
                    """SELECT 1 FROM governance_visit_run
                        WHERE step = %s AND company_id = %s
                          AND COALESCE(user_id, 0) = %s AND day >= %s""",
                    step,
                    company.id,
                    user.id if user else 0,
                    company._get_governance_today(),
                )
            )
        )

    @api.model
    def _note_done(self, step, company, user=None):
        """Note that a step was done today."""
        self.env.cr.execute(
            SQL(
                """INSERT INTO governance_visit_run (step, company_id, user_id, day)
                   VALUES (%s, %s, %s, %s)
              ON CONFLICT (step, company_id, COALESCE(user_id, 0))
            DO UPDATE SET day = EXCLUDED.day""",
                step,
                company.id,
                user.id if user else None,
                company._get_governance_today(),
            )
        )
        self.invalidate_model(flush=False)
