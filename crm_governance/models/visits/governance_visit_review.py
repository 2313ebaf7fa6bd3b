# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import AccessError


class GovernanceVisit(models.Model):
    """The leader accepts a report, gives it back or unlocks it (AM-09)."""

    _inherit = "governance.visit"

    def action_accept(self):
        """Accept reports.

        :raises AccessError: for everybody but leaders, and for the own report
        """
        self.check_access("read")
        self._check_decider()
        self._lock("submitted")
        self._as_system().write(
            {
                "state": "accepted",
                "date_accepted": fields.Datetime.now(),
                "accepted_by_id": self.env.uid,
            }
        )
        return True

    def action_give_back(self):
        """Open the dialog that asks why the report is given back."""
        return self._open_reason("return")

    def give_back(self, reason):
        """Give a report back to the visitor, who completes and submits it again.

        :raises AccessError: for everybody but leaders, and for the own report
        :raises UserError: without a reason
        """
        self.ensure_one()
        self.check_access("read")
        self._check_decider()
        reason = self._get_reason(reason)
        self._lock("submitted")
        self._open_again("returned", reason)
        self._as_system().write(
            {"return_reason": reason, "returned_by_id": self.env.uid}
        )
        self._tell_visitor(
            lambda env: env._("%(visit)s was given back", visit=self.sudo().name),
            reason,
        )
        return True

    def action_unlock(self):
        """Open the dialog that asks why the report is unlocked."""
        return self._open_reason("unlock")

    def unlock(self, reason):
        """Open a submitted report again; who, when, why and what changes stays.

        :raises AccessError: for everybody but leaders and administrators, and for
            the own report
        :raises UserError: without a reason
        """
        self.ensure_one()
        self.check_access("read")
        self._check_unlocker()
        reason = self._get_reason(reason)
        self._lock("submitted", "accepted")
        self._open_again("unlocked", reason)
        self._as_system().write(
            {"is_unlocked": True, "date_accepted": False, "accepted_by_id": False}
        )
        self._tell_visitor(
            lambda env: env._("%(visit)s was unlocked", visit=self.sudo().name), reason
        )
        return True

    def _check_decider(self):
        """Refuse that others than leaders decide, and anybody the own report.

        :raises AccessError: saying who decides
        """
        for visit in self:
            if self.env.user not in visit._get_deciders():
                visit._refuse_deciding()

    def _check_unlocker(self):
        is_manager = self.env.user.has_group("crm_governance.group_manager")
        for visit in self:
            took_part = self.env.user in visit.participant_ids | visit.user_id
            if is_manager and not took_part:
                continue
            visit._check_decider()

    def _refuse_deciding(self):
        if self.user_id == self.env.user:
            raise AccessError(
                self.env._("Somebody else looks at your report: who leads you.")
            )
        if self.env.user in self.participant_ids:
            raise AccessError(
                self.env._(
                    "You took part: another leader looks at this report or, without "
                    "one, an administrator of customer governance."
                )
            )
        raise AccessError(
            self.env._(
                "Reports of %(visitor)s are looked at by who leads %(visitor)s.",
                visitor=self.sudo().user_id.name,
            )
        )

    def _get_deciders(self):
        """Return who accepts the report: leaders; without any, administrators.

        Whoever took part is none of them: the visit counts for all who did.
        """
        self.ensure_one()
        people = self.participant_ids | self.user_id
        leaders = self._get_leaders_of(self.user_id) - people
        if leaders:
            return leaders
        managers = self.env.ref("crm_governance.group_manager").sudo().all_user_ids
        return self.company_id._filter_staff(managers) - people

    def _open_again(self, kind, reason):
        """Open a submitted report, and keep what it said."""
        self.env["governance.visit.unlock"]._record(self, kind, reason)
        self._as_system().write({"state": "held"})

    def _tell_visitor(self, get_subject, reason):
        visitor = self.sudo().user_id
        visitor._notify_in_own_language(lambda env: (get_subject(env), reason))
