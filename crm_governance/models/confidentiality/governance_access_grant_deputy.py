# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, LockError, UserError


class GovernanceAccessGrant(models.Model):
    """Pass access on to a deputy: it never outlives the one that it comes from."""

    _inherit = "governance.access.grant"

    parent_id = fields.Many2one(
        comodel_name="governance.access.grant",
        string="Passed on from",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="This access never lasts longer than the one that it comes from.",
    )
    child_ids = fields.One2many(
        comodel_name="governance.access.grant",
        inverse_name="parent_id",
        string="Passed on to",
        readonly=True,
    )
    can_pass_on = fields.Boolean(compute="_compute_can_pass_on")

    @api.depends("state", "date_end")
    @api.depends_context("uid")
    def _compute_can_pass_on(self):
        for grant in self:
            grant.can_pass_on = grant.is_live and not grant._get_passing_problem()

    # ------------------------------------------------------------------
    # WHO MAY
    # ------------------------------------------------------------------

    def _get_passing_problem(self):
        """Return why the current user cannot pass this access on, or nothing.

        Nobody passes on what he or she holds for a time only.
        """
        self.ensure_one()
        user, grant = self.env.user, self.sudo()
        if not user._has_group("crm_governance.group_custodian"):
            return self.env._(
                "Only data custodians pass access on; its holder cannot. Ask one of "
                "them."
            )
        if grant.user_id == user:
            return self.env._("This is your own access: another custodian does it.")
        if grant.kind != "request":
            return self.env._(
                "Only access that was asked for and approved is passed on. The "
                "deputy can ask for access."
            )
        if not grant._filter_by_clearance("write"):
            return self.env._(
                "You pass on only what you may read yourself, by clearance or by a "
                "role on the customer."
            )
        return None

    def _check_passing(self):
        self.ensure_one()
        if problem := self._get_passing_problem():
            raise AccessError(problem)

    def _get_deputy_problem(self, user):
        name = user.sudo().name
        if user == self.env.user:
            return self.env._("Nobody passes access on to himself or herself.")
        if not user.active or user.share:
            return self.env._("%(user)s is no active employee.", user=name)
        if user._is_clearance_suspended():
            return self.env._(
                "Access of %(user)s to confidential customers is suspended, or a "
                "training is missing.",
                user=name,
            )
        if self.sudo().with_user(user).sudo()._filter_by_clearance("read"):
            return self.env._("%(user)s reads this customer already.", user=name)
        return None

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def action_pass_on(self):
        """Open the dialog that passes access on to a deputy (custodians only)."""
        self.ensure_one()
        self.check_access("read")
        self._check_passing()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_governance.governance_access_pass_on_action"
        )
        action["context"] = {
            "default_grant_id": self.id,
            "default_date_end": self.date_end,
        }
        return action

    def _pass_on(self, user, date_end, reason):
        """Give a deputy access that never outlives this one; return it.

        :raises UserError: when the deputy is no choice
        """
        self.ensure_one()
        self._check_passing()
        problem = self._get_deputy_problem(user)
        if problem:
            raise UserError(problem)
        return self._grant(
            self.sudo().partner_id,
            user,
            date_end,
            kind="derived",
            parent_id=self.id,
            reason=reason,
        )

    def _check_passes_on(self, customer, date_end):
        self.ensure_one()
        try:
            # So that it does not end while somebody relies on it.
            self.lock_for_update()
        except LockError as error:
            raise UserError(
                self.env._(
                    "Somebody else is changing the access that should be passed on. "
                    "Look at the result in a moment."
                )
            ) from error
        if self.partner_id != customer or not self.is_live:
            raise UserError(
                self.env._("The access that should be passed on is not in force.")
            )
        if date_end > self.date_end:
            raise UserError(
                self.env._(
                    "Access that is passed on ends with the one that it comes from, "
                    "at the latest."
                )
            )

    def _pass_children_to(self, grant):
        """Let what was passed on hang on the renewal, and end with it."""
        for child in self.child_ids.filtered("is_live"):
            child._as_system().write(
                {
                    "parent_id": grant.id,
                    "date_end": min(child.date_end, grant.date_end),
                }
            )
