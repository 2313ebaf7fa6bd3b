# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

from ...models.complaints.governance_complaint_counting import READ

# What both complaints and sales have; sales have the rest empty.
BOTH = ("company_id", "partner_id", "tier_id", "product_id", "month")
OF_COMPLAINTS = ("type_id", "cause_id", "unit_id", "channel_id")
# {rate: (part, whole)}: different complaints, orders and customers of a group.
RATES = {
    "complaint_rate": ("complaint_id", "order_id"),
    "customer_rate": ("complaining_id", "buying_id"),
}


class GovernanceComplaintRate(models.Model):
    """How many complaints there are for so many orders and customers (D-49).

    A row is a complaint, or what somebody bought; a month, a tier or a product has
    both, and so a rate.  Sales have no cause and no unit: there, only complaints are
    counted.  Suggestions and requests are no complaints, and the same complaint twice
    is one.
    """

    _name = "governance.complaint.rate"
    _description = "Complaint Rate"
    _inherit = [
        "governance.classified.mixin",
        "governance.complaint.counting",
        "governance.complaint.rate.mixin",
    ]
    _auto = False
    _log_access = False
    _order = "month desc, id"
    _rec_name = "partner_id"
    _depends = {
        **READ,
        "sale.order": ("partner_id", "company_id", "state", "date_order"),
        "sale.order.line": (
            "order_id",
            "product_id",
            "display_type",
            "is_downpayment",
        ),
        "res.partner": ("commercial_partner_id", "tz"),
        "governance.tier.scheme": ("is_governing", "active"),
        "governance.tier.assignment": (
            "partner_id",
            "company_id",
            "scheme_id",
            "tier_id",
            "date_start",
            "date_end",
        ),
    }

    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Customer", readonly=True
    )
    tier_id = fields.Many2one(
        comodel_name="governance.tier",
        string="Customer Tier",
        readonly=True,
        help="The tier that the customer had on that day.",
    )
    product_id = fields.Many2one(comodel_name="product.product", readonly=True)
    month = fields.Date(readonly=True)
    type_id = fields.Many2one(comodel_name="governance.complaint.type", readonly=True)
    cause_id = fields.Many2one(
        comodel_name="governance.complaint.cause", string="Root Cause", readonly=True
    )
    unit_id = fields.Many2one(
        comodel_name="governance.complaint.unit", string="Handling Unit", readonly=True
    )
    channel_id = fields.Many2one(
        comodel_name="governance.complaint.channel", readonly=True
    )
    complaint_id = fields.Many2one(
        comodel_name="governance.complaint",
        string="Complaints",
        readonly=True,
        aggregator="count_distinct",
    )
    order_id = fields.Many2one(
        comodel_name="sale.order",
        string="Orders",
        readonly=True,
        aggregator="count_distinct",
    )
    complaining_id = fields.Many2one(
        comodel_name="res.partner",
        string="Complaining Customers",
        readonly=True,
        aggregator="count_distinct",
    )
    buying_id = fields.Many2one(
        comodel_name="res.partner",
        string="Buying Customers",
        readonly=True,
        aggregator="count_distinct",
    )

    @property
    def _table_query(self):
        """Return the complaints, and what was sold; ids of sales are negative."""
        both = SQL(", ").join(SQL.identifier("row", name) for name in BOTH)
        return SQL(
            """SELECT row.id, %(both)s, %(own)s, row.id AS complaint_id,
                      NULL::int AS order_id, row.partner_id AS complaining_id,
                      NULL::int AS buying_id, NULL::float8 AS complaint_rate,
                      NULL::float8 AS customer_rate
                 FROM (%(complaints)s) row
                WHERE row.type_kind = 'complaint' AND row.status <> 'duplicate'
                UNION ALL
               SELECT -row.id, %(both)s, %(none)s, NULL::int, row.order_id, NULL::int,
                      row.partner_id, NULL::float8, NULL::float8
                 FROM (%(orders)s) row""",
            both=both,
            own=SQL(", ").join(SQL.identifier("row", name) for name in OF_COMPLAINTS),
            none=SQL(", ").join(SQL("NULL::int") for _name in OF_COMPLAINTS),
            complaints=self._get_rows_sql(),
            orders=self._get_orders_sql(),
        )

    @api.model
    def _read_group_select(self, aggregate_spec, query):
        """Divide what is different in a group."""
        name = aggregate_spec.partition(":")[0]
        if name not in RATES:
            return super()._read_group_select(aggregate_spec, query)
        part, whole = (
            self._field_to_sql(self._table, field, query) for field in RATES[name]
        )
        return SQL(
            "100.0 * COUNT(DISTINCT %s) / NULLIF(COUNT(DISTINCT %s), 0)", part, whole
        )
