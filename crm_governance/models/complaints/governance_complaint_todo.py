# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from .governance_complaint import ENDED

HANDLE = "crm_governance.mail_activity_type_complaint_handle"
ANSWER = "crm_governance.mail_activity_type_complaint_answer"
CLOSE = "crm_governance.mail_activity_type_complaint_close"
CALLBACK = "crm_governance.mail_activity_type_complaint_callback"
# After which events nobody has to do it any more.
ENDS = {
    HANDLE: {"answered", *ENDED},
    ANSWER: {"response", "answered", *ENDED},
    CLOSE: {"rejected", "reopened", *ENDED},
    # Whoever is in contact with the customer again needs no callback.
    CALLBACK: {"response", "answered"},
}
# What goes over to who handles the complaint from now on.
OF_HANDLER = (HANDLE, ANSWER, CLOSE)
IN_CHARGE = {"user_id", "unit_id", "supervising_unit_id"}


class GovernanceComplaint(models.Model):
    """What people have to do about a complaint, as long as it has to be done.

    To-dos follow the events: the deed that settles the matter takes them off the list.
    They follow the complaint too, when somebody else takes it over.
    """

    _inherit = "governance.complaint"

    def write(self, vals):
        """Write; to-dos go over to who is in charge from now on."""
        result = super().write(vals)
        if IN_CHARGE & vals.keys():
            for complaint in self.sudo():
                if complaint.state != "draft":
                    complaint._hand_over_todos()
        return result

    def _log_event(self, kind, date=None, note=None, **details):
        """Write it down, and take away the to-dos that it settles."""
        events = super()._log_event(kind, date, note, **details)
        settled = [xmlid for xmlid, ends in ENDS.items() if kind in ends]
        if settled:
            self.sudo().activity_unlink(settled)
        return events

    def _complaint_registered(self):
        """Tell who handles it from the beginning."""
        result = super()._complaint_registered()
        handler = self.sudo().user_id
        if handler and handler != self.env.user:
            self._tell_handler(handler)
        return result

    # ------------------------------------------------------------------
    # PLANNING
    # ------------------------------------------------------------------

    def _remind(self, xmlid, users, summary, note=None):
        """Put a to-do on the desks of those who may read the complaint, each once.

        :param str xmlid: the type, one of `ENDS`
        :param summary: a function that gets an environment and returns a text
        """
        self.ensure_one()
        complaint = self.sudo()
        for user in complaint._filter_readers(users):
            mine = complaint.with_context(lang=user.lang)
            values = {
                "date_deadline": user.company_id._get_governance_today(),
                "summary": summary(mine.env),
                "note": note,
            }
            planned = mine.activity_search([xmlid], user_id=user.id)[:1]
            if planned:
                planned.write(values)
            else:
                mine.activity_schedule(xmlid, user_id=user.id, **values)

    # ------------------------------------------------------------------
    # HAND-OVER
    # ------------------------------------------------------------------

    def _get_people_in_charge(self):
        """Return who sees to the complaint: its handler, or who else there is."""
        self.ensure_one()
        return (
            self._get_people_to_tell("handler")
            or self._get_people_to_tell("unit_leader")
            or self._get_people_to_tell("answering")
        )

    def _hand_over_todos(self):
        """Let what the former handler had to do be done by who is in charge now."""
        self.ensure_one()
        todos = {xmlid: self.activity_search([xmlid]) for xmlid in OF_HANDLER}
        if any(todos.values()):
            heir = self._filter_readers(self._get_people_in_charge())[:1]
            for xmlid, mine in todos.items():
                # A unit finds on its desk what nobody handles.
                to_hand = heir if self.user_id or xmlid != HANDLE else heir.browse()
                self._hand_over(mine, to_hand)

    @api.model
    def _hand_over(self, todos, heir):
        """Let one of some to-dos of a kind be that of the heir; the others go."""
        kept = (todos.filtered(lambda todo: todo.user_id == heir) or todos)[:1]
        if not heir:
            kept = kept.browse()
        (todos - kept).unlink()
        if kept and kept.user_id != heir:
            kind = kept.activity_type_id.with_context(lang=heir.lang)
            kept.write({"user_id": heir.id, "summary": kind.summary or kind.name})
