# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class SaleOrder(models.Model):
    """Callbacks begin when an order is confirmed (VC-04, VC-10)."""

    _name = "sale.order"
    _inherit = ["sale.order", "governance.visit.event.mixin"]

    def _action_confirm(self):
        """Start the callbacks that follow an order."""
        result = super()._action_confirm()
        self._follow_event()
        return result

    def _action_cancel(self):
        """End the callbacks of orders that are taken back."""
        result = super()._action_cancel()
        self._follow_event()
        return result

    def _update_callbacks(self):
        slots = self.env["governance.visit.slot"]
        states = self.grouped("state")
        slots._start_after_orders(states.get("sale", self.browse()))
        slots._end_after_orders(states.get("cancel", self.browse()))
