# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Domain

# How the reference of what was started by hand begins.
MANUAL = "manual"


class GovernanceVisit(models.Model):
    """Callbacks are made by a visit or call of that person after the event.

    A late one still makes it.  Of several that follow one event, each needs its own
    call, the first one first.  So does what was started by hand: nobody makes it by
    the call that makes another one.
    """

    _inherit = "governance.visit"

    @api.depends("slot_ids.origin_ref")
    def _compute_report_deadline(self):
        """Callbacks go on record on the day on which they are made (B-76)."""
        result = super()._compute_report_deadline()
        for visit in self:
            if any(visit.slot_ids.mapped("origin_ref")):
                visit.report_deadline = visit.date
        return result

    def _get_slot_domain(self):
        """Add callbacks whose time is over."""
        late = (
            Domain("partner_id", "in", self.partner_id.ids)
            & Domain("user_id", "in", self.participant_ids.ids)
            & Domain("company_id", "in", self.company_id.ids)
            & Domain("state", "=", "open")
            & Domain("visit_id", "=", False)
            & Domain("origin_ref", "!=", False)
            & Domain("window_start", "<=", max(self.mapped("date")))
        )
        return super()._get_slot_domain() | late

    def _choose(self, slots):
        """Leave callbacks to other calls while earlier ones wait for this one."""
        mine = super()._choose(slots)
        callbacks = mine.filtered("origin_ref")
        return mine.filtered(
            lambda slot: (
                not slot.origin_ref
                or not any(
                    other._is_before_callback(slot) for other in callbacks - slot
                )
            )
        )


class GovernanceVisitSlot(models.Model):
    _inherit = "governance.visit.slot"

    def _get_beside(self):
        """Return the callbacks that one visit might make rather than these."""
        callbacks = self.filtered("origin_ref")
        return self.search(
            self._get_open_callback_domain()
            & Domain("partner_id", "in", callbacks.partner_id.ids)
            & Domain("user_id", "in", callbacks.user_id.ids)
        )

    def _is_missed(self):
        """Return whether no visit from now on would fulfil this contact."""
        self.ensure_one()
        return not self.origin_ref and self._is_time_over()

    def _is_started_by_hand(self):
        """Return whether no order and no file asks for this callback."""
        self.ensure_one()
        return (self.origin_ref or "").startswith(MANUAL)

    def _is_before_callback(self, later):
        """Return whether one call makes this callback rather than the other one.

        Two events may ask for the same call; what is started by hand asks for one of
        its own.
        """
        by_hand = self._is_started_by_hand(), later._is_started_by_hand()
        if any(by_hand):
            return (self.date_due, by_hand[0], self.id) < (
                later.date_due,
                by_hand[1],
                later.id,
            )
        return (
            self.origin_ref == later.origin_ref
            and self.role_id == later.role_id
            and self.date_due < later.date_due
        )
