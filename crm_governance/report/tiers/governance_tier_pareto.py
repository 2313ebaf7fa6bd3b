# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL


class GovernanceTierPareto(models.Model):
    """Which customers bring which share of the turnover of a review (A-11).

    Shares are those of all customers of the review, whoever looks at them.
    """

    _name = "governance.tier.pareto"
    _description = "Pareto of a Tier Review"
    _auto = False
    _log_access = False
    _order = "review_id desc, place"
    _rec_name = "partner_id"

    review_id = fields.Many2one(comodel_name="governance.tier.review", readonly=True)
    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Customer", readonly=True
    )
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    tier_id = fields.Many2one(
        comodel_name="governance.tier",
        readonly=True,
        help="The decided tier; the proposed one as long as nobody has decided.",
    )
    tier_color = fields.Integer(related="tier_id.color", string="Colour of the Tier")
    reviewer_id = fields.Many2one(
        comodel_name="res.users", string="Account Owner", readonly=True
    )
    team_id = fields.Many2one(
        comodel_name="crm.team", string="Sales Team", readonly=True
    )
    place = fields.Integer(
        readonly=True,
        aggregator=None,
        help="1 is the customer with the largest turnover.",
    )
    slice = fields.Selection(
        selection=[
            ("01", "Largest 10 %"),
            ("02", "10 to 20 %"),
            ("03", "20 to 30 %"),
            ("04", "30 to 40 %"),
            ("05", "40 to 50 %"),
            ("06", "50 to 60 %"),
            ("07", "60 to 70 %"),
            ("08", "70 to 80 %"),
            ("09", "80 to 90 %"),
            ("10", "Smallest 10 %"),
        ],
        string="Customers by Size",
        readonly=True,
        help="All customers of the review, sorted by turnover, in ten equal parts.",
    )
    turnover = fields.Monetary(readonly=True)
    share = fields.Float(string="Share of Turnover (%)", digits=(16, 2), readonly=True)
    cumulative_share = fields.Float(
        string="Cumulative Share (%)",
        digits=(16, 2),
        readonly=True,
        aggregator="max",
        help="Share of the total turnover made by larger customers and this one.",
    )

    @property
    def _table_query(self):
        """Rank the lines of each review; equal turnovers are told apart by number."""
        return SQL(
            """SELECT l.id, l.review_id, l.partner_id, r.company_id,
                      COALESCE(l.decided_tier_id, l.proposed_tier_id) AS tier_id,
                      l.reviewer_id, l.team_id, l.turnover,
                      ROW_NUMBER() OVER largest AS place,
                      LPAD(NTILE(10) OVER largest::text, 2, '0') AS slice,
                      100 * l.turnover
                          / NULLIF(SUM(l.turnover) OVER (PARTITION BY l.review_id), 0)
                          AS share,
                      100 * SUM(l.turnover) OVER largest
                          / NULLIF(SUM(l.turnover) OVER (PARTITION BY l.review_id), 0)
                          AS cumulative_share
                 FROM governance_tier_review_line l
                 JOIN governance_tier_review r ON r.id = l.review_id
                WHERE r.kind <> 'preview' AND l.is_merged IS NOT TRUE AND %s
               WINDOW largest AS (PARTITION BY l.review_id
                                  ORDER BY l.turnover DESC NULLS LAST, l.id)""",
            self.env["governance.tier.review.line"]._get_share_condition("l"),
        )
