# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError


class GovernanceVisitSlot(models.Model):
    """Leaving planned contacts out of a draft, and taking them back."""

    _inherit = "governance.visit.slot"

    def action_drop(self):
        """Open the dialog in which one says why contacts are left out.

        What somebody added by hand goes without a reason.
        """
        self.check_access("write")
        self._check_droppable()
        if all(slot.is_manual for slot in self):
            self.unlink()
            return {"type": "ir.actions.client", "tag": "soft_reload"}
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_governance.governance_visit_slot_drop_action"
        )
        action["context"] = {"default_slot_ids": self.ids}
        return action

    def action_restore(self):
        """Take what was left out back into the plan.

        :raises UserError: for plans that are no drafts
        """
        self.check_access("write")
        self._check_planner()
        self.plan_id._lock("draft")
        left_out = self.filtered(lambda slot: slot.state == "waived")
        left_out._check_not_over()
        left_out._as_system().write(
            {
                "state": "open",
                "drop_reason": False,
                "dropped_by_id": False,
                "date_dropped": False,
                "is_undecided": False,
            }
        )
        self.plan_id._refresh_figures()
        return True

    def _leave_out(self, reason):
        """Leave contacts out of a draft as the current user.

        They count until somebody has decided on the plan.

        :raises UserError: without a reason, or when it is too late
        """
        self.check_access("write")
        reason = str(reason or "").strip()
        if not reason:
            raise UserError(
                self.env._("Say why it is left out: the leader reads the reason.")
            )
        self._check_droppable()
        self.plan_id._lock("draft")
        self.invalidate_recordset()
        self._check_droppable()
        self._drop(reason)
        self._as_system().is_undecided = True
        self.plan_id._refresh_figures()

    def _check_droppable(self):
        self._check_planner()
        self._check_open()
        self._check_not_over()
        for slot in self:
            if slot.visit_id:
                raise UserError(
                    self.env._("It is in the calendar already: cancel the visit.")
                )
            if slot.plan_id.state != "draft":
                raise UserError(
                    self.env._(
                        "This is agreed on. Challenge the goal, with a reason, to do "
                        "less."
                    )
                )

    def _drop(self, reason, user=None):
        """Leave contacts out, and keep who asked for it."""
        self._as_system().write(
            {
                "state": "waived",
                "drop_reason": reason,
                "dropped_by_id": (user or self.env.user).id,
                "date_dropped": fields.Datetime.now(),
            }
        )
