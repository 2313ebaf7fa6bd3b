# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError


class ReportVisitPlan(models.AbstractModel):
    """The printed visit plan of a month (P-14)."""

    _name = "report.crm_governance.report_visit_plan"
    _description = "Printed visit plan"

    @api.model
    def _get_report_values(self, docids, data=None):
        """Return what the plans show.

        :raises AccessError: when the user may not read one of the plans
        """
        plans = self.env["governance.visit.plan"].browse(docids)
        plans.check_access("read")
        return {
            "doc_ids": plans.ids,
            "doc_model": plans._name,
            "docs": plans,
            "rows_of": self._get_rows,
            "costs_of": self._get_costs,
            "signers_of": self._get_signers,
        }

    @api.model
    def _get_rows(self, plan):
        """Return the contacts of a plan as the user may print them, day by day.

        Of customers that are hidden, or whose level leaves copies to custodians, the
        line stays and all that tells who it is goes.
        """
        slots = plan.sudo().open_slot_ids.sorted(lambda slot: (str(slot.date), slot.id))
        shown = self._get_shown(slots.partner_id)
        return [self._get_row(slot, slot.partner_id in shown) for slot in slots]

    @api.model
    def _get_row(self, slot, is_shown):
        visit = slot.visit_id
        objects = dict(visit._fields["object_type"]._description_selection(self.env))
        kind = visit.object_type or ("customer" if slot.partner_id else "potential")
        purposes = ", ".join(visit.purpose_ids.mapped("name"))
        hidden = self.env._("Confidential customer")
        lead = slot.lead_id.sudo(False)
        return {
            "date": slot.date,
            "customer": self._get_name(slot.partner_id or lead)
            if is_shown or not slot.partner_id
            else hidden,
            "channel": slot.channel_id.name,
            "object": objects[kind],
            "purpose": is_shown
            and (purposes or visit.objective or slot.objective)
            or "",
            "is_outside": slot.is_outside,
            "is_optional": slot.is_optional,
        }

    @api.model
    def _get_costs(self, plan):
        """Return what is asked for as the user may print it."""
        costs = plan.sudo().cost_ids
        shown = self._get_shown(costs.partner_id)
        hidden = self.env._("Confidential")
        return [
            {
                "cost": cost,
                "is_shown": not cost.partner_id or cost.partner_id in shown,
                "what": cost.name
                if not cost.partner_id or cost.partner_id in shown
                else hidden,
                "customer": cost.partner_id.name if cost.partner_id in shown else "",
            }
            for cost in costs
        ]

    @api.model
    def _get_name(self, record):
        """Return a name as the current user reads it."""
        return record.sudo(False).display_name or ""

    @api.model
    def _get_shown(self, partners):
        """Return the customers whom the user may read and print, and note it."""
        shown = partners.browse()
        for partner in partners:
            own = partner.sudo(False)
            if not own.has_access("read"):
                continue
            try:
                own._check_copying()
            except UserError:
                continue
            own._collect_reading("printed")
            shown |= partner
        return shown

    @api.model
    def _get_signers(self, plan):
        """Return who approved the plan, and with which remark."""
        request = plan.sudo().approval_request_ids.sorted("id")[-1:]
        return request.decision_ids.filtered(lambda line: line.event == "approved")
