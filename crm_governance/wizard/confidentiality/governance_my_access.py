# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date


class GovernanceMyAccess(models.TransientModel):
    """What a person may read, and why he or she cannot see more."""

    _name = "governance.my.access"
    _description = "My Access"

    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Person",
        readonly=True,
        default=lambda self: self.env.user,
    )
    statement = fields.Text(compute="_compute_answer")
    answer = fields.Text(
        string="What I can see", compute="_compute_answer", readonly=True
    )
    grant_ids = fields.Many2many(
        comodel_name="governance.access.grant",
        string="Access for a Time",
        compute="_compute_grant_ids",
    )
    request_ids = fields.Many2many(
        comodel_name="governance.access.request",
        string="Requests",
        compute="_compute_grant_ids",
    )

    @api.depends_context("lang")
    def _compute_display_name(self):
        """Call every page what its menu is called."""
        self.display_name = self.env._("My access")

    @api.depends_context("uid")
    def _compute_answer(self):
        statement = self.env["governance.clearance.ladder"]._get_statement()
        for page in self:
            page.statement = statement
            page.answer = "\n".join(page._get_sentences())

    @api.depends_context("uid")
    def _compute_grant_ids(self):
        mine = Domain("user_id", "=", self.env.uid)
        requests = self.env["governance.access.request"].search(
            mine | Domain("requester_id", "=", self.env.uid), limit=80
        )
        grants = self.env["governance.access.grant"].search(mine, limit=80)
        for page in self:
            page.grant_ids = grants
            page.request_ids = requests

    def _get_sentences(self):
        """Return why the current user sees what he or she sees."""
        user = self.env.user
        level = self.env["governance.confidentiality.level"]._get_by_rank(
            user._get_clearance()
        )
        yield self.env._(
            "You see all customers up to the level “%(level)s”.", level=level.name
        )
        if user.sudo().governance_suspended:
            yield self.env._(
                "Your access to confidential customers is suspended. Ask a data "
                "custodian."
            )
        elif user._needs_governance_training():
            yield self.env._(
                "You need a training on the protection of customer information "
                "before you see confidential customers."
            )
        if until := user.sudo().governance_trained_until:
            yield self.env._(
                "Your training is valid until %(date)s.",
                date=format_date(self.env, until),
            )
        if not user._is_clearance_suspended() and self._is_role_enough():
            if count := self._count_by_role():
                yield self.env._(
                    "Besides, you see %(count)s confidential customers by your role "
                    "or as a leader.",
                    count=count,
                )
            else:
                yield self.env._(
                    "No customer above that level is yours by your role or as a leader."
                )
        yield self.env._(
            "For everything else, ask for access: a customer that you may not see "
            "looks as if it did not exist."
        )

    def _is_role_enough(self):
        return self.env["governance.clearance.ladder"]._is_role_enough()

    def _count_by_role(self):
        user = self.env.user
        confidentiality = self.env["governance.confidentiality"]
        arms = confidentiality._get_role_arms(user.id, above=user._get_clearance())
        union = SQL(" UNION ").join(arm for _why, arm in arms)
        query = SQL("SELECT count(*) FROM (%s) customer", union)
        [(count,)] = self.env.execute_query(query)
        return count

    @api.model
    def action_open(self):
        """Open the page of the current user."""
        page = self.create({})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("My access"),
            "res_model": self._name,
            "res_id": page.id,
            "view_mode": "form",
        }
