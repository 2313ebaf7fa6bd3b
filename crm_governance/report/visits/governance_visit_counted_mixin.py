# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class GovernanceVisitCountedMixin(models.AbstractModel):
    """A row of figures on planned contacts with one customer or lead."""

    _name = "governance.visit.counted.mixin"
    _description = "Figures of planned contacts"
    _inherit = [
        "governance.visit.mixin",
        "governance.visit.counting",
        "governance.classified.mixin",
    ]
    _rec_name = "partner_id"
    _slot_fields = frozenset(
        (
            "user_id",
            "is_led",
            "company_id",
            "partner_id",
            "lead_id",
            "team_id",
            "tier_id",
            "role_id",
            "channel_id",
            "month",
        )
    )

    user_id = fields.Many2one(readonly=True)
    company_id = fields.Many2one(readonly=True, default=None)
    partner_id = fields.Many2one(
        comodel_name="res.partner", string="Customer", readonly=True
    )
    lead_id = fields.Many2one(comodel_name="crm.lead", readonly=True)
    team_id = fields.Many2one(
        comodel_name="crm.team", string="Sales Team", readonly=True
    )
    tier_id = fields.Many2one(
        comodel_name="governance.tier", string="Customer Tier", readonly=True
    )
    role_id = fields.Many2one(comodel_name="governance.visit.role", readonly=True)
    channel_id = fields.Many2one(comodel_name="governance.visit.channel", readonly=True)
    month = fields.Date(readonly=True)

    @api.depends_context("uid")
    def _compute_display_name(self):
        """Name rows after the lead where there is no customer yet."""
        result = super()._compute_display_name()
        for row in self:
            if row.lead_id and not row.partner_id:
                row.display_name = row.lead_id.sudo().display_name
        return result

    def action_open_visits(self):
        """Open the visits of anybody that count for these rows.

        :raises AccessError: when the user may not read one of the rows
        """
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Visits"),
            "res_model": "governance.visit",
            "view_mode": "list,form",
            "domain": [("id", "in", self._get_visit_ids(self._get_slot_ids()))],
            "context": {"create": False},
        }

    def _get_slot_ids(self):
        """Return the ids of the slots that these rows count."""
        return self.ids
