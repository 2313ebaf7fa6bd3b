# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL


class GovernanceComplaintCountedMixin(models.AbstractModel):
    """A row of figures on one complaint: by what it can be grouped.

    Everybody counts what the own rights show: nobody learns from a sum what the list
    does not tell.
    """

    _name = "governance.complaint.counted.mixin"
    _description = "Figures of a complaint"
    _inherit = ["governance.complaint.part.mixin", "governance.complaint.counting"]
    _rec_name = "complaint_id"
    # {rate: (part, whole)}, of the sums of a group.
    _rates = {}

    complaint_id = fields.Many2one(readonly=True)
    # The columns of the view: nothing follows from another field here.
    partner_id = fields.Many2one(
        comodel_name="res.partner", related=None, precompute=False, readonly=True
    )
    company_id = fields.Many2one(
        comodel_name="res.company", related=None, precompute=False, readonly=True
    )
    unit_id = fields.Many2one(
        comodel_name="governance.complaint.unit", string="Handling Unit", readonly=True
    )
    supervising_unit_id = fields.Many2one(
        comodel_name="governance.complaint.unit", readonly=True
    )
    user_id = fields.Many2one(comodel_name="res.users", string="Handler", readonly=True)
    tier_id = fields.Many2one(
        comodel_name="governance.tier", string="Customer Tier", readonly=True
    )
    type_id = fields.Many2one(comodel_name="governance.complaint.type", readonly=True)
    type_kind = fields.Selection(
        selection=lambda self: (
            self.env["governance.complaint.type"]
            ._fields["kind"]
            ._description_selection(self.env)
        ),
        string="Nature",
        readonly=True,
    )
    matter_id = fields.Many2one(
        comodel_name="governance.complaint.matter", readonly=True
    )
    cause_id = fields.Many2one(
        comodel_name="governance.complaint.cause", string="Root Cause", readonly=True
    )
    severity_id = fields.Many2one(
        comodel_name="governance.complaint.severity", readonly=True
    )
    channel_id = fields.Many2one(
        comodel_name="governance.complaint.channel", readonly=True
    )
    complainant_kind_id = fields.Many2one(
        comodel_name="governance.complaint.complainant.kind",
        string="Kind of Complainant",
        readonly=True,
    )
    product_id = fields.Many2one(comodel_name="product.product", readonly=True)
    is_important = fields.Boolean(string="Important", readonly=True)
    date_received = fields.Datetime(string="Received at", readonly=True)
    month = fields.Date(
        readonly=True, help="The month of its receipt, where the company works."
    )

    @api.model
    def _read_group_select(self, aggregate_spec, query):
        """Take rates from the sums of a group, not from the rates of its rows."""
        name = aggregate_spec.partition(":")[0]
        if name not in self._rates:
            return super()._read_group_select(aggregate_spec, query)
        part, whole = (
            self._field_to_sql(self._table, field, query) for field in self._rates[name]
        )
        return SQL("100.0 * SUM(%s) / NULLIF(SUM(%s), 0)", part, whole)

    def action_open_complaints(self):
        """Open the complaints of these rows.

        :raises AccessError: when the user may not read one of the rows
        """
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_governance.governance_complaint_action"
        )
        return {
            **action,
            "domain": [("id", "in", self.complaint_id.ids)],
            "context": {},
        }
