# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models, tools
from odoo.exceptions import AccessError, UserError, ValidationError

# See governance_sealed_mixin: the identity of this object is the key.
_SUSPENSION = object()


class ResUsers(models.Model):
    _inherit = "res.users"

    governance_suspended = fields.Boolean(
        string="Access to Confidential Customers Suspended",
        readonly=True,
        copy=False,
        groups="base.group_erp_manager,crm_governance.group_custodian,"
        "crm_governance.group_auditor",
        help="Suspended people read open customers only, whatever their clearance.",
    )
    governance_trained_until = fields.Date(
        string="Trained until",
        readonly=True,
        copy=False,
        groups="base.group_erp_manager,crm_governance.group_custodian,"
        "crm_governance.group_auditor",
    )
    governance_training_reminded = fields.Boolean(
        readonly=True, copy=False, groups=fields.NO_ACCESS
    )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_governance_suspension(vals)
        before = self._get_clearances()
        users = super().create(vals_list)
        users._check_governance_open_partner()
        self._register_clearances(before)
        return users

    def write(self, vals):
        self._check_governance_suspension(vals)
        before = self._get_clearances() if "group_ids" in vals else None
        result = super().write(vals)
        if before is not None:
            self._register_clearances(before)
        if not {"partner_id", "group_ids", "active"}.isdisjoint(vals):
            self._check_governance_open_partner()
        if "active" in vals and not vals["active"]:
            self._end_governance_access()
            self.env["governance.handover"]._note_leaving(self)
        return result

    def _end_governance_access(self):
        """End the access for a time of people who have left."""
        grants = self.env["governance.access.grant"].sudo()
        held = grants.search([("user_id", "in", self.ids), ("is_live", "=", True)])
        held._end(self.env._("The person's user has been archived."))

    def _check_governance_suspension(self, vals):
        guarded = {
            "governance_suspended",
            "governance_trained_until",
            "governance_training_reminded",
        }
        if not guarded.isdisjoint(vals) and (
            self.env.context.get("governance_suspension") is not _SUSPENSION
        ):
            raise AccessError(
                self.env._(
                    "Suspensions and trainings are recorded under Customer Governance "
                    "> Confidentiality, with their reason."
                )
            )

    def _with_suspension(self):
        """Return the users with the right to suspend and to note trainings."""
        return self.sudo().with_context(governance_suspension=_SUSPENSION)

    def _note_training(self, until):
        """Let trainings count until a day; never shorten what counts longer.

        Whoever calls has checked the right to do it.
        """
        for user in self.sudo():
            if not user.governance_trained_until or (
                user.governance_trained_until < until
            ):
                user._with_suspension().write(
                    {
                        "governance_trained_until": until,
                        "governance_training_reminded": False,
                    }
                )

    def action_governance_suspend(self):
        """Open a new suspension of this person.

        :raises AccessError: for everybody but custodians and executives
        """
        self.ensure_one()
        self.check_access("read")
        self.env["governance.suspension"]._check_suspender()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Suspend access"),
            "res_model": "governance.suspension",
            "view_mode": "form",
            "context": {"default_user_id": self.id},
        }

    def _check_governance_open_partner(self):
        """Keep the contacts of employees open: a hidden one would hide the user.

        :raises ValidationError: naming the user
        """
        for user in self.sudo():
            if not user.share and user.partner_id.classification_rank:
                raise ValidationError(
                    self.env._(
                        "The contact of %(user)s belongs to a confidential customer. "
                        "Employees need a contact of their own.",
                        user=user.login,
                    )
                )

    @api.depends_context("uid")
    def _compute_display_name(self):
        """Mask users of the portal who belong to a hidden customer."""
        result = super()._compute_display_name()
        partners = self.sudo().filtered("share").partner_id.with_env(self.env)
        if hidden := partners.sudo()._get_masked():
            for user in self:
                if user.sudo().partner_id in hidden:
                    user.display_name = hidden._get_mask()
        return result

    # ------------------------------------------------------------------
    # CLEARANCE
    # ------------------------------------------------------------------

    def _is_clearance_suspended(self):
        """Return whether clearance and roles have no effect now (C-36, C-38, C-43).

        Other rooms call it.
        """
        self.ensure_one()
        user = self.sudo()
        if user.governance_suspended:
            return True
        return self._needs_governance_training()

    def _needs_governance_training(self):
        """Return whether a training is required and none is valid (C-38)."""
        self.ensure_one()
        user = self.sudo()
        needed = self.env["governance.clearance.ladder"]._is_training_needed()
        if not (needed and user._is_internal()):
            return False
        until = user.governance_trained_until
        # The day where the user is, not where the client says to be.
        local = user.with_context(tz=user.tz or "UTC")
        return not until or until < fields.Date.context_today(local)

    @api.model
    def _get_clearances(self):
        """Return ``{user: rank}`` of all who are cleared, suspended or not."""
        ranks = self.env["governance.confidentiality.level"]._get_ranks_by_group()
        groups = self.env["res.groups"].sudo().with_context(active_test=False)
        clearances = {}
        for group_id, rank in ranks.items():
            for user in groups.browse(group_id).all_user_ids:
                clearances[user.id] = max(rank, clearances.get(user.id, 0))
        return clearances

    @api.model
    def _register_clearances(self, before):
        """Add a line to the register for everybody whose clearance has changed.

        :param dict before: what `_get_clearances` returned before the change
        """
        after = self._get_clearances()
        for user_id in sorted(before.keys() | after.keys()):
            old, new = before.get(user_id, 0), after.get(user_id, 0)
            if old != new:
                self.env["governance.access.entry"]._record(
                    "cleared",
                    self.env["res.partner"],
                    subject=self.browse(user_id),
                    detail={"from": old, "to": new},
                )

    @tools.ormcache("self.id")
    def _get_direct_clearance(self):
        """Return the rank that the groups of the user give, 0 without one."""
        self.ensure_one()
        if not self._is_internal():
            return 0
        ranks = self.env["governance.confidentiality.level"]._get_ranks_by_group()
        groups = self._get_group_ids()
        return max((rank for id_, rank in ranks.items() if id_ in groups), default=0)

    def _get_clearance(self):
        """Return up to which rank the user reads customers, at this moment.

        Other rooms call it.

        :rtype: int
        """
        self.ensure_one()
        clearance = self._get_direct_clearance()
        return 0 if clearance and self._is_clearance_suspended() else clearance

    def _check_governance_custodian(self):
        """Refuse everybody but data custodians who are not suspended (C-03, C-43).

        Other rooms call it first in what takes this office.

        :raises AccessError: for others, and for suspended custodians
        """
        if not self.has_group("crm_governance.group_custodian"):
            raise AccessError(
                self.env._("Only data custodians do this. Ask one of them.")
            )
        self._check_governance_not_suspended()

    def _check_governance_not_suspended(self):
        """Refuse people whose access is suspended, whatever their office.

        :raises AccessError: for them
        """
        self.ensure_one()
        if self.sudo().governance_suspended:
            raise AccessError(
                self.env._("Your own access is suspended. Ask a colleague to do this.")
            )

    def _check_governance_clearance(self, level):
        """Refuse that somebody decides about levels above the own clearance.

        :raises UserError: naming the level
        """
        if self._get_clearance() < level.rank:
            raise UserError(
                self.env._("“%(level)s” is above your own clearance.", level=level.name)
            )

    def _notify_in_own_language(self, write, thread=None, **values):
        """Send each of these users who is active a message in the own language.

        :param write: a function that returns subject and text; it is given an
            environment in that language
        :param thread: the record with the chatter that the message is about
        """
        thread = (self.env["mail.thread"] if thread is None else thread).sudo()
        for user in self.sudo().filtered("active"):
            mine = thread.with_context(lang=user.lang)
            subject, body = write(mine.env)
            mine.message_notify(
                partner_ids=user.partner_id.ids, subject=subject, body=body, **values
            )
