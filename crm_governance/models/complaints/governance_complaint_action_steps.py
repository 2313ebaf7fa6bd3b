# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import AccessError, UserError

TODO = "crm_governance.mail_activity_type_complaint_action"


class GovernanceComplaintAction(models.Model):
    """How an action is done, verified or dropped."""

    _inherit = "governance.complaint.action"

    # ------------------------------------------------------------------
    # DIALOGS
    # ------------------------------------------------------------------

    def action_done(self):
        """Open the dialog in which the owner says what was done."""
        return self._open_step("done")

    def action_drop(self):
        """Open the dialog that asks why an action is dropped."""
        return self._open_step("drop")

    def action_check_effect(self):
        """Open the dialog in which somebody says whether an action had an effect."""
        return self._open_step("effect")

    def action_request_approval(self):
        """Open the dialog in which the owner says what is to be verified."""
        return self.action_done()

    def _open_step(self, kind):
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_governance.governance_complaint_action_step_action"
        )
        action["context"] = {"default_action_id": self.id, "default_kind": kind}
        return action

    # ------------------------------------------------------------------
    # DEEDS
    # ------------------------------------------------------------------

    def report_done(self, result):
        """Say that the action is done, and ask somebody else to verify it.

        :param str result: what was done
        :raises AccessError: for others than the owner
        :raises UserError: without a result, or when nobody could verify
        """
        self.ensure_one()
        self.check_access("read")
        if self.user_id != self.env.user:
            raise AccessError(
                self.env._(
                    "%(owner)s owns this action: only %(owner)s says that it is done.",
                    owner=self.sudo().user_id.name,
                )
            )
        result = self._get_words(result, self.env._("Say what was done."))
        self._lock("open")
        self._as_system().write(
            {
                "result": result,
                "date_done": self.company_id._get_governance_today(),
                "state": "verification",
            }
        )
        self._request_approval(reason=result)
        self._finish_todos(TODO)
        self._note("reported")
        return True

    def drop(self, reason):
        """Drop an action that has become pointless.

        :raises AccessError: for others than the supervisor of the unit and complaint
            managers, and for the owner
        :raises UserError: without a reason
        """
        self.ensure_one()
        self.check_access("read")
        if not self._may_drop():
            raise AccessError(
                self.env._(
                    "The supervisor of the handling unit or a complaint manager drops "
                    "an action, never its owner."
                )
            )
        reason = self._get_words(
            reason, self.env._("Say why the action is not needed any more.")
        )
        self._lock("open")
        self._as_system().write({"state": "dropped", "drop_reason": reason})
        self.sudo().activity_unlink([TODO])
        self._note("dropped", note=reason)
        return True

    def _may_drop(self):
        """Return whether the user may drop the action; its owner never may."""
        self.ensure_one()
        user = self.env.user
        if user == self.user_id:
            return False
        leader = self.sudo().complaint_id.unit_id.leader_id
        return user == leader or user.has_group(
            "crm_governance.group_complaint_manager"
        )

    @api.model
    def _get_words(self, words, missing):
        words = (words or "").strip()
        if not words:
            raise UserError(missing)
        return words

    def _note(self, what, note=None, **details):
        """Write the deed into the timeline of the complaint."""
        for action in self.sudo():
            action.complaint_id.with_env(self.env)._log_event(
                "action",
                note=note or action.name,
                action=action.id,
                what=what,
                **details,
            )

    # ------------------------------------------------------------------
    # VERIFICATION
    # ------------------------------------------------------------------

    def _get_approval_subject(self):
        return "complaint_action"

    def _get_approval_authors(self):
        """Let neither the owner verify it, nor the handler, nor who has a stake."""
        excluded = self.sudo().complaint_id._get_excluded_deciders()
        return super()._get_approval_authors() | self.user_id | excluded

    def _get_approval_hash_fields(self):
        return [
            "name",
            "complaint_id",
            "kind",
            "description",
            "user_id",
            "date_deadline",
            "result",
        ]

    def _get_written_fields(self):
        """Return what is done; who does it, and until when, is no part of that."""
        return {"name", "description"}

    def _approval_approved(self, request):
        self.complaint_id._check_independent_signers(request)
        today = self.company_id._get_governance_today()
        self._as_system().write({"state": "done", "date_verified": today})
        self._note("verified")
        self._plan_check()

    def _approval_rejected(self, request):
        """What was not done is still to be done."""
        self._take_up("rejected")

    def _approval_closed(self, request):
        """What nobody has verified is reported again."""
        self._take_up("unverified")

    def _take_up(self, what, **values):
        self._as_system().write({"state": "open", "date_done": False, **values})
        self._note(what)
        self._schedule_owner()

    # ------------------------------------------------------------------
    # TO-DOS
    # ------------------------------------------------------------------

    def _schedule_owner(self):
        """Give the owner the to-do, and take it from who had it before."""
        for action in self.sudo().filtered(lambda action: action.state == "open"):
            todo = action.activity_search([TODO])
            if todo:
                values = {
                    "user_id": action.user_id.id,
                    "date_deadline": action.date_deadline,
                }
                todo[:1].write(values)
            else:
                action.activity_schedule(
                    TODO,
                    action.date_deadline,
                    summary=action.name,
                    user_id=action.user_id.id,
                )

    def _finish_todos(self, xmlid):
        self.sudo().activity_feedback([xmlid])
