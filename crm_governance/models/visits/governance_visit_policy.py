# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

# Where no policy in force says otherwise: VC-06, and a day of an hour for each visit.
REPORT_DAYS = 2
DAILY_CAPACITY = 6.0


class GovernanceVisitPolicy(models.Model):
    """How often whom must be visited by whom: presets VC-01 … VC-10 (area B)."""

    _name = "governance.visit.policy"
    _description = "Visit Policy"
    _inherit = ["governance.policy.mixin", "mail.thread"]
    _order = "company_id, code, version desc, id"
    _check_company_auto = True

    previous_id = fields.Many2one(
        comodel_name="governance.visit.policy",
        string="Previous version",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    state = fields.Selection(tracking=True)
    active = fields.Boolean(tracking=True)
    cadence_ids = fields.One2many(
        comodel_name="governance.visit.cadence",
        inverse_name="policy_id",
        string="Cadences",
        copy=True,
    )
    callback_ids = fields.One2many(
        comodel_name="governance.visit.callback",
        inverse_name="policy_id",
        string="Callbacks",
        copy=True,
    )
    report_days = fields.Integer(
        string="Report within",
        default=REPORT_DAYS,
        help="How many days after the visit its report is due. 0: another policy says "
        "so, otherwise 2 days.",
    )
    plan_days_before = fields.Integer(
        string="Plan before Month End",
        help="How many days before the end of a month the plan of the next one is to "
        "be submitted. 0: on the last day.",
    )
    daily_capacity = fields.Float(
        string="Visits per Day",
        default=DAILY_CAPACITY,
        help="How many visits somebody makes on a working day at most. A plan that "
        "asks for more shows by how much. 0: another policy says so, otherwise 6.",
    )
    recent_days = fields.Integer(
        string="Recent Buyers",
        help="A customer counts as a recent buyer for so many days after an order.",
    )

    _number_check = models.Constraint(
        "CHECK (report_days >= 0 AND plan_days_before BETWEEN 0 AND 27"
        " AND daily_capacity >= 0 AND recent_days >= 0)",
        "The numbers of a visit policy are 0 or more, and a plan is submitted at most "
        "27 days before the month ends.",
    )

    # ------------------------------------------------------------------
    # WHAT HOLDS
    # ------------------------------------------------------------------

    @api.model
    def _get_settings(self, company):
        """Return {name: value} of what holds for a company besides the lines.

        Several policies may be in force: the shortest time for reports, the earliest
        day for plans and the smallest capacity hold.  `recent_days` is asked of the
        policy of a line, because each counts its own buyers.
        """
        policies = self._get_in_force(company)
        days = [days for days in policies.mapped("report_days") if days]
        capacities = [number for number in policies.mapped("daily_capacity") if number]
        return {
            "report_days": min(days, default=REPORT_DAYS),
            "plan_days_before": max(policies.mapped("plan_days_before"), default=0),
            "daily_capacity": min(capacities, default=DAILY_CAPACITY),
        }

    # ------------------------------------------------------------------
    # ADOPTION
    # ------------------------------------------------------------------

    def _get_blank_values(self, path=""):
        """Ask for how long a purchase is recent, and for the capacity of a planner."""
        blanks = super()._get_blank_values(path)
        populations = self.cadence_ids.mapped("population")
        if "recent_buyer" in populations and not self.recent_days:
            blanks.append(self._prepare_blank_value("recent_days", True, path))
        if self.is_preset and self.report_days and not self.daily_capacity:
            blanks.append(self._prepare_blank_value("daily_capacity", False, path))
        return blanks

    def _get_unit_to_fill(self, name):
        units = {
            "recent_days": self.env._("days"),
            "daily_capacity": self.env._("visits a day"),
        }
        return units.get(name) or super()._get_unit_to_fill(name)

    def _copy_into(self, company, values):
        """Adopt the preset, with the tiers that the company has in place of presets."""
        draft = super()._copy_into(company, values)
        draft.cadence_ids._map_tiers()
        return draft

    def _publish(self):
        """Publish, with tiers of schemes that were adopted in the meantime."""
        self._check_publishable()
        self.cadence_ids._map_tiers()
        return super()._publish()
