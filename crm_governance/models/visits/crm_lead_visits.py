# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmLead(models.Model):
    """The visits for the sake of a lead or an opportunity."""

    _inherit = "crm.lead"

    governance_visit_count = fields.Integer(
        string="Number of Visits",
        compute="_compute_governance_visit_count",
        groups="crm_governance.group_user,crm_governance.group_auditor",
    )

    def write(self, vals):
        """Let visits and planned contacts follow a lead that gets a customer."""
        result = super().write(vals)
        if vals.get("partner_id"):
            self._give_customer_to_visits()
        return result

    def _give_customer_to_visits(self):
        """Name the customer where there was none yet, which closes what is closed."""
        for name in ("governance.visit", "governance.visit.slot"):
            found = self.env[name].sudo()
            found = found.search(
                [("lead_id", "in", self.ids), ("partner_id", "=", False)]
            )
            for lead, records in found.grouped("lead_id").items():
                customer = lead.partner_id.commercial_partner_id
                records._as_system().write({"partner_id": customer.id})

    def _merge_dependences(self, opportunities):
        """Take over visits and planned contacts of leads that are merged away."""
        result = super()._merge_dependences(opportunities)
        customer = (self | opportunities).sudo().partner_id[:1].commercial_partner_id
        self._take_over_slots(opportunities, customer)
        visits = self.env["governance.visit"].sudo()
        visits = visits.search([("lead_id", "in", opportunities.ids)])._as_system()
        # What was a visit to another customer stays one, without the lead.
        others = visits.filtered(
            lambda visit: visit.partner_id and visit.partner_id != customer
        )
        others.write({"lead_id": False})
        (visits - others).write({"lead_id": self.id})
        return result

    def _take_over_slots(self, opportunities, customer):
        """Leave one planned contact for each window; what was done goes first."""
        slots = self.env["governance.visit.slot"].sudo()
        slots = slots.search([("lead_id", "in", (self | opportunities).ids)])
        kept = set()
        for slot in slots.filtered(lambda slot: slot.state != "void").sorted(
            lambda slot: (
                not (slot.visit_id or slot.date_done),
                slot.lead_id != self,
                slot.id,
            )
        ):
            window = (slot.key, slot.window_start)
            if window in kept:
                slot._as_system().write({"state": "void"})
            kept.add(window)
        taken = slots.filtered(lambda slot: slot.lead_id != self)
        # Voided ones leave the unique index before others take their place.
        slots.flush_recordset()
        taken._as_system().write({"lead_id": self.id, "partner_id": customer.id})

    @api.ondelete(at_uninstall=False)
    def _unlink_except_visited(self):
        """Keep leads with visits.

        :raises UserError: naming the lead
        """
        visits = self.env["governance.visit"].sudo()
        if kept := visits.search([("lead_id", "in", self.ids)], limit=1):
            raise UserError(
                self.env._(
                    "%(lead)s has visits on record. Archive it or mark it as lost "
                    "instead of deleting it.",
                    lead=kept.lead_id.name,
                )
            )

    @api.depends_context("uid")
    def _compute_governance_visit_count(self):
        """Count what the user may read."""
        rows = self.env["governance.visit"]._read_group(
            [("lead_id", "in", self.ids), ("state", "!=", "cancelled")],
            ["lead_id"],
            ["__count"],
        )
        counts = {lead.id: count for lead, count in rows}
        for lead in self:
            lead.governance_visit_count = counts.get(lead.id, 0)

    def action_governance_visits(self):
        """Open the visits for the sake of this lead."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_governance.governance_visit_action_all"
        )
        customer = self.partner_id.commercial_partner_id
        action["domain"] = [("lead_id", "=", self.id)]
        action["context"] = {
            "default_lead_id": self.id,
            "default_partner_id": customer.id,
            "default_object_type": "potential",
        }
        return action
