# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL


class GovernanceVisitSlot(models.Model):
    """Which events ask for callbacks, and which end them."""

    _inherit = "governance.visit.slot"

    @api.model
    def _group_events(self, events):
        """Return [((company, day where it is), events)]."""
        groups = events.sudo().grouped(
            lambda event: (event.company_id, event._get_event_day())
        )
        return groups.items()

    @api.model
    def _start_after_files(self, files):
        """Start what follows when customer files are opened (B-64 … B-72).

        :return: what was added
        """
        added = self.browse()
        lines = self.env["governance.visit.callback"].sudo()
        for (company, day), mine in self._group_events(files):
            found = lines._get_in_force(company)._filter_started_by("file")
            if not found:
                continue
            buyers = self._get_buyers(company, mine.partner_id.ids)
            for is_buyer in (True, False):
                events = [
                    (file.partner_id.id, f"{file._name},{file.id}")
                    for file in mine
                    if (file.partner_id.id in buyers) == is_buyer
                ]
                fitting = found._filter_for(is_buyer)
                added |= self._start_callbacks(company, day, events, fitting)
        return added

    @api.model
    def _start_after_orders(self, orders):
        """Start what follows when orders are confirmed (VC-04, VC-10).

        Who buys for the first time is no non-buyer any more: those callbacks end,
        and the ones that buyers get after a file was opened begin on that day.

        :return: what was added
        """
        added = self.browse()
        lines = self.env["governance.visit.callback"].sudo()
        for (company, day), mine in self._group_events(orders):
            customer_ids = mine.partner_id.commercial_partner_id.ids
            self._end_non_buyers(company, customer_ids)
            if not (found := lines._get_in_force(company)):
                continue
            events = [
                (order.partner_id.commercial_partner_id.id, f"{order._name},{order.id}")
                for order in mine
            ]
            after_order = found._filter_started_by("order")._filter_for(True)
            added |= self._start_callbacks(company, day, events, after_order)
            after_file = found._filter_started_by("file")
            if for_buyers := after_file.filtered(lambda line: line.buyer == "buyer"):
                added |= self._start_new_buyers(company, day, mine, for_buyers)
        return added

    @api.model
    def _end_after_orders(self, orders):
        """End the callbacks of orders that were taken back."""
        if orders:
            origins = [f"{order._name},{order.id}" for order in orders]
            customers = orders.sudo().partner_id.commercial_partner_id
            self._end_callbacks(
                Domain("partner_id", "in", customers.ids)
                & Domain("origin_ref", "in", origins)
            )

    @api.model
    def _end_non_buyers(self, company, customer_ids):
        self._end_callbacks(
            Domain("company_id", "=", company.id)
            & Domain("partner_id", "in", customer_ids)
            & Domain("callback_id.buyer", "=", "non_buyer")
        )

    @api.model
    def _start_new_buyers(self, company, day, orders, lines):
        customers = orders.partner_id.commercial_partner_id
        former = self._get_buyers(company, customers.ids, but=orders)
        files = self.env["governance.file"].sudo()
        files = files.search(
            Domain("company_id", "=", company.id)
            & Domain("state", "=", "open")
            & Domain("partner_id", "in", list(set(customers.ids) - former))
        )
        events = [(file.partner_id.id, f"{file._name},{file.id}") for file in files]
        return self._start_callbacks(company, day, events, lines)

    @api.model
    def _get_buyers(self, company, customer_ids, but=None):
        """Return who of some customers has bought something in a company.

        :param but: orders that do not count
        :return: ids of commercial entities
        """
        for model in ("governance.turnover.history", "res.partner", "sale.order"):
            self.env[model].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT customer.commercial_partner_id
                     FROM res_partner customer
                    WHERE customer.commercial_partner_id = ANY(%(customers)s)
                      AND (EXISTS (
                          SELECT 1 FROM sale_order bought
                           WHERE bought.partner_id = customer.id
                             AND bought.company_id = %(company)s
                             AND bought.state = 'sale'
                             AND bought.id != ALL(%(but)s))
                       OR EXISTS (
                          SELECT 1 FROM governance_turnover_history history
                           WHERE history.partner_id = customer.id
                             AND history.company_id = %(company)s
                             AND history.order_count > 0))""",
                customers=list(customer_ids),
                company=company.id,
                but=but.ids if but else [],
            )
        )
        return {partner_id for (partner_id,) in rows}
