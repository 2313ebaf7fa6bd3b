# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools.misc import formatLang

from .governance_complaint_target import TARGETS

RECIPIENTS = [
    ("handler", "Handler"),
    ("unit_leader", "Supervisor of the handling unit"),
    ("supervising", "Supervising unit"),
    ("owner", "Salesperson of the customer"),
    ("specialist", "Specialist of the customer"),
    ("liaison_leader", "Liaison leader of the customer"),
    ("team_leader", "Leader of the sales team"),
    ("committee", "Committee"),
    ("executive", "Executives"),
    ("user", "One person"),
]
NOTICES = [("message", "Message"), ("todo", "Message and to-do")]


class GovernanceComplaintRung(models.Model):
    """Who hears when a clock of a complaint comes to a point: warning or escalation."""

    _name = "governance.complaint.rung"
    _description = "Rung of Escalation"
    _inherit = "governance.policy.line.mixin"
    _order = "policy_id, kind, share, sequence, id"

    policy_id = fields.Many2one(
        comodel_name="governance.complaint.policy",
        required=True,
        index=True,
        ondelete="cascade",
    )
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        selection=TARGETS,
        string="Target",
        help="Empty: each of the targets.",
    )
    share = fields.Float(
        string="At (%)",
        required=True,
        default=100.0,
        help="Which part of the time has gone by, in percent: 75 warns, 100 is the "
        "deadline, 200 is twice the time.",
    )
    recipient = fields.Selection(
        selection=RECIPIENTS, required=True, default="unit_leader"
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Person",
        ondelete="restrict",
        domain=[("share", "=", False)],
    )
    notice = fields.Selection(
        selection=NOTICES,
        string="Gets",
        required=True,
        default="todo",
        help="A to-do stays on the list until the target is met or the clock stands.",
    )

    _share_check = models.Constraint(
        "CHECK (share > 0)", "A rung comes after some part of the time has gone by."
    )

    @api.depends("kind", "share", "recipient", "user_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for rung in self:
            rung.display_name = self.env._(
                "%(kind)s at %(share)s%%: %(recipient)s",
                kind=kinds.get(rung.kind) or self.env._("Each target"),
                share=formatLang(self.env, rung.share, digits=0),
                recipient=rung._get_recipient_text(),
            )

    def _get_rung_key(self):
        """Return what makes it the same rung of the same clock, in any version."""
        self.ensure_one()
        person = self.user_id.id if self.recipient == "user" else False
        return self.share, self.recipient, person

    def _get_recipient_text(self):
        """Return who hears, in words."""
        self.ensure_one()
        recipients = dict(self._fields["recipient"]._description_selection(self.env))
        if self.recipient == "user" and self.user_id:
            return self.sudo().user_id.name
        return recipients.get(self.recipient, "")

    def _get_rung_errors(self):
        """Return why nobody would ever hear of the rung, as sentences."""
        self.ensure_one()
        errors = []
        kinds = self.policy_id.target_ids.mapped("kind")
        if self.kind and self.kind not in kinds:
            errors.append(
                self.env._(
                    "“%(rung)s”: the policy has no such target, so that it would never "
                    "be told.",
                    rung=self.display_name,
                )
            )
        if self.recipient != "user":
            return errors
        person = self.sudo().user_id
        if not person:
            errors.append(
                self.env._(
                    "“%(rung)s” does not say which person.", rung=self.display_name
                )
            )
        elif not self.policy_id.company_id._filter_staff(person):
            errors.append(
                self.env._(
                    "“%(rung)s”: %(user)s is no active employee of %(company)s.",
                    rung=self.display_name,
                    user=person.name,
                    company=self.policy_id.company_id.sudo().name,
                )
            )
        return errors

    def _is_deserted(self):
        """Tell whether nobody is there who would hear, whatever the complaint."""
        self.ensure_one()
        company = self.policy_id.company_id
        units = self.env["governance.complaint.unit"].sudo()
        own = units.search([("company_id", "=", company.id)])
        committees = self.env["governance.committee"].sudo()
        people = {
            "unit_leader": lambda: own.filtered("is_handling").leader_id,
            "supervising": lambda: own.filtered("is_supervising")._get_people(),
            "executive": lambda: (
                self.env.ref("crm_governance.group_executive").sudo().all_user_ids
            ),
            "committee": lambda: (
                committees.search([("company_id", "=", company.id)]).member_ids.user_id
            ),
        }.get(self.recipient)
        return bool(people) and not company._filter_staff(people())
