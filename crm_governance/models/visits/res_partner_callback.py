# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Domain


class ResPartner(models.Model):
    """Callbacks of a customer, and who arranges them."""

    _inherit = "res.partner"

    def action_governance_callbacks(self):
        """Open the callbacks of the customer that the user may read."""
        self.ensure_one()
        self.check_access("read")
        slots = self.env["governance.visit.slot"]
        slots.check_access("read")
        customer = self.commercial_partner_id
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_governance.governance_visit_callback_action"
        )
        action["domain"] = list(
            slots._get_callback_domain() & Domain("partner_id", "=", customer.id)
        )
        action["context"] = {}
        return action

    def action_start_governance_callbacks(self):
        """Open the dialog in which callbacks are started by hand."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_governance.governance_visit_callback_start_action"
        )
        action["context"] = {"default_partner_id": self.commercial_partner_id.id}
        return action

    def _may_start_callbacks(self, company):
        """Return whether the user arranges callbacks of this customer (B-67, B-73).

        Those are its people, whoever has a role that calls customers back, the
        leaders of all of them, and governance administrators.
        """
        self.ensure_one()
        user = self.env.user
        if not user.has_group("crm_governance.group_user"):
            return False
        return self._is_for(self._get_callback_people(company), company)

    @api.model
    def _is_for(self, people, company):
        """Return whether the user is one of some people, or leads or governs them."""
        user = self.env.user
        if user in people or user.has_group("crm_governance.group_manager"):
            return True
        steps = self.env["governance.approver.mixin"]
        return any(
            people & members and (not at or at == company)
            for members, at in steps._get_led_people(user)
        )

    def _get_keepers(self):
        """Return who looks after the customer."""
        customer = self.sudo()
        return (
            customer.user_id
            | customer.governance_specialist_id
            | customer.governance_liaison_leader_id
        )

    def _get_callback_people(self, company):
        """Return who looks after the customer, and who calls it back by the policy."""
        customer, people = self.sudo(), self._get_keepers()
        lines = self.env["governance.visit.callback"].sudo()._get_in_force(company)
        for role in lines.role_id:
            for person in role._get_people(customer, company).values():
                people |= person
        return people
