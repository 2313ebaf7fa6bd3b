# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup, escape

from odoo import models


class GovernanceComplaint(models.Model):
    """Who hears of a complaint: only who may read it is told whose it is."""

    _inherit = "governance.complaint"

    def _get_people_to_tell(self, kind):
        """Return who hears of this complaint in a role.

        :param str kind: a recipient of rungs, besides “user”; or “answering”
        :return: active employees of the company, who need not be able to read it
        """
        self.ensure_one()
        complaint = self.sudo()
        people = getattr(complaint, f"_get_people_{kind}")()
        return complaint.company_id._filter_staff(people)

    def _get_people_handler(self):
        return self.user_id

    def _get_people_unit_leader(self):
        return self.unit_id.leader_id

    def _get_people_unit(self):
        return self.unit_id._get_people()

    def _get_people_supervising(self):
        return self.supervising_unit_id._get_people()

    def _get_people_answering(self):
        """Return customer service: who may answer customers (D-29)."""
        units = self.env["governance.complaint.unit"].search(
            [("company_id", "=", self.company_id.id), ("is_answering", "=", True)]
        )
        return units._get_people()

    def _get_people_owner(self):
        return self.partner_id.user_id

    def _get_people_specialist(self):
        return self.partner_id.governance_specialist_id

    def _get_people_liaison_leader(self):
        return self.partner_id.governance_liaison_leader_id

    def _get_people_team_leader(self):
        steps = self.env["governance.approver.mixin"]
        return steps._get_leaders(self.partner_id.user_id, self.company_id)

    def _get_people_committee(self):
        return self.env.ref("crm_governance.group_committee").all_user_ids

    def _get_people_executive(self):
        return self.env.ref("crm_governance.group_executive").all_user_ids

    def _filter_readers(self, users):
        """Return those of some users who may read this complaint."""
        self.ensure_one()
        company = self.sudo().company_id
        readers = self.with_context(allowed_company_ids=company.ids)
        return users.filtered(lambda user: readers._is_read_by(user))

    def _is_read_by(self, user):
        return self.with_user(user).sudo(False).has_access("read")

    def _follow(self, users):
        """Let those who may read the complaint follow it."""
        for complaint in self:
            readers = complaint._filter_readers(
                complaint.company_id._filter_staff(users)
            )
            complaint.sudo().message_subscribe(partner_ids=readers.partner_id.ids)

    def _tell(self, users, write):
        """Send people a message about this complaint, each in the own language.

        Who may not read it hears the number and no more: not whose complaint it is.

        :param write: a function that gets an environment and returns subject and text
            (plain text, or markup that is escaped already)
        """
        self.ensure_one()
        complaint = self.sudo()
        readers = self._filter_readers(users)

        def write_marked(env):
            subject, text = write(env)
            return subject, text if isinstance(text, Markup) else escape(text)

        def write_masked(env):
            return (
                env._("Complaint %(number)s", number=complaint.name),
                env._(
                    "There is news about complaint %(number)s. Its customer is "
                    "confidential and not open to you; a data custodian tells you who "
                    "knows more.",
                    number=complaint.name,
                ),
            )

        readers._notify_in_own_language(write_marked, thread=complaint)
        (users - readers)._notify_in_own_language(write_masked)
