# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Command

ALLOWED = ("crm_governance.group_custodian", "crm_governance.group_auditor")


class GovernanceAccessWhy(models.TransientModel):
    """The dialog that says who reads a customer, and why."""

    _name = "governance.access.why"
    _description = "Who Can See This?"

    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    user_id = fields.Many2one(
        comodel_name="res.users", string="Person", domain=[("share", "=", False)]
    )
    answer = fields.Text(compute="_compute_answer")
    line_ids = fields.One2many(
        comodel_name="governance.access.why.line",
        inverse_name="why_id",
        string="Readers",
        readonly=True,
    )

    @api.depends("user_id", "partner_id")
    def _compute_answer(self):
        for why in self:
            why.answer = why._get_answer() if why.user_id else False

    def _get_answer(self):
        self.ensure_one()
        self._check_allowed()
        customer = self.partner_id.commercial_partner_id
        readable, sentences = self.env["governance.confidentiality"]._explain(
            customer, self.user_id
        )
        name = self.user_id.name
        verdict = (
            self.env._("%(user)s can see this customer.", user=name)
            if readable
            else self.env._("%(user)s cannot see this customer.", user=name)
        )
        return "\n".join([verdict, *sentences])

    def action_list(self):
        """Open the list of everybody who reads the customer, for export."""
        self.ensure_one()
        self._check_allowed()
        customer = self.partner_id.commercial_partner_id
        readers = self.env["governance.confidentiality"]._get_readers(customer)
        self.line_ids = [
            Command.clear(),
            *(
                Command.create({"user_id": user.id, "why": " ".join(why)})
                for user, why in readers
            ),
        ]
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_governance.governance_access_why_line_action"
        )
        action["domain"] = [("why_id", "=", self.id)]
        return action

    def _check_allowed(self):
        """Refuse to tell whoever may not read the customer, or has no such duty.

        :raises AccessError: saying who may ask
        """
        self.partner_id.sudo(False).check_access("read")
        if not any(map(self.env.user.has_group, ALLOWED)):
            raise AccessError(
                self.env._("Data custodians and auditors look up who sees a customer.")
            )


class GovernanceAccessWhyLine(models.TransientModel):
    """One person who reads the customer."""

    _name = "governance.access.why.line"
    _description = "Who Can See a Customer"
    _rec_name = "user_id"

    why_id = fields.Many2one(
        comodel_name="governance.access.why",
        string="Question",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    partner_id = fields.Many2one(related="why_id.partner_id", related_sudo=False)
    user_id = fields.Many2one(
        comodel_name="res.users", string="Person", readonly=True, ondelete="cascade"
    )
    why = fields.Text(readonly=True)
