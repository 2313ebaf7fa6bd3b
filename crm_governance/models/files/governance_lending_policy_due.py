# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import contextmanager
from datetime import datetime, time, timedelta

from pytz import timezone, utc

from odoo import api, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_date, format_datetime

from ..policy.open_days import NoOpenDay

SECOND = timedelta(seconds=1)
# Why a loan is not renewed, in the order in which it is asked.
RENEWAL_REFUSALS = [
    ("suspended", "Borrower suspended"),
    ("on_site", "Reading room only"),
    ("recalled", "Recalled"),
    ("waiting", "Somebody waits for it"),
    ("overdue", "Overdue"),
    ("too_many", "Renewed often enough"),
    ("too_soon", "Too early"),
    ("no_gain", "Would not last longer"),
]
# What data custodians may let pass, for a reason.  Who waits has a right to it.
OVERRIDABLE_REFUSALS = {"overdue", "too_many", "too_soon"}


class GovernanceLendingPolicy(models.Model):
    """Until when something is lent, renewed and recalled under a policy."""

    _inherit = "governance.lending.policy"

    # ------------------------------------------------------------------
    # DUE DATES (all moments are naive UTC)
    # ------------------------------------------------------------------

    def _get_due(self, start, requested=None, rank=0, limit=None):
        """Return when a loan that begins at `start` ends at the latest.

        :param requested: until when the borrower wants it; can only make it shorter,
            but for policies with an agreed date, which need it
        :param rank: of the most confidential file of the loan
        :param limit: when the borrower's own right to read ends
        :raises ValidationError: when nothing can be lent: the room is closed, no date
            is agreed, the right to read ends before
        Source: anchors §5.5, 1 to 5; E-39, E-40, E-42, E-46.
        """
        self.ensure_one()
        with self._explain_calendar():
            days = self._get_open_days()
            due = self._get_plain_due(days, start, requested, rank)
            line = self._get_limit(rank)
            today = days.get_day(start)
            latest = [days.get_end(line._get_last_day(days, today))] if line else []
            due = self._clip(days, today, due, [*latest, limit])
        if due <= start:
            self._refuse_too_late(start, due)
        return due

    def _get_plain_due(self, days, start, requested, rank):
        if self._is_read_on_site(rank) or self.due_rule == "hours":
            return self._get_due_today(days, start, requested, rank)
        today = days.get_day(start)
        wanted = requested and self._get_wanted_day(days, start, requested)
        if self.due_rule == "agreed":
            if not wanted:
                raise ValidationError(
                    self.env._("Say until when the files are needed.")
                )
            return days.get_end(wanted)
        amount = self.due_days if self.due_rule == "days" else 0
        day = days.add(today, amount, self.calendar_mode)
        return days.get_end(min(day, wanted) if wanted else day)

    def _get_wanted_day(self, days, start, requested):
        if requested <= start:
            raise ValidationError(
                self.env._(
                    "The files are wanted until %(requested)s, which is not after the "
                    "beginning of the loan (%(start)s).",
                    requested=format_datetime(self.env, requested),
                    start=format_datetime(self.env, start),
                )
            )
        return days.roll(days.get_day(requested), self.calendar_mode)

    def _get_due_today(self, days, start, requested, rank):
        """Return the end of a loan that does not outlive the opening hours."""
        ends = [requested] if requested else []
        if self.due_rule == "hours":
            ends.append(start + timedelta(hours=self.due_hours))
        if self._is_read_on_site(rank) or self.calendar_mode != "days":
            today = days.get_day(start)
            ends.append(self._get_closing(days, start, today))
            ends.append(days.get_end(today))
        return min(ends)

    def _get_closing(self, days, start, today):
        """Return when the archive room closes today, later than `start`."""
        close = days.get_close(today)
        if not close:
            raise ValidationError(
                self.env._(
                    "The archive room is closed on %(date)s by the working schedule "
                    "“%(calendar)s”. Hand the files out on another day.",
                    date=format_date(self.env, today),
                    calendar=days.calendar.name,
                )
            )
        if close <= start:
            raise ValidationError(
                self.env._(
                    "The archive room closes at %(time)s by the working schedule "
                    "“%(calendar)s”. Hand the files out while it is open.",
                    time=format_datetime(self.env, close, tz=days.calendar.tz),
                    calendar=days.calendar.name,
                )
            )
        return close

    def _clip(self, days, today, due, ends):
        """Return `due`, or the last moment that all of `ends` allow.

        When that is on a closed day, it is the end of the last open day before; the
        day `today`, on which somebody is there to hand out, counts as open.
        """
        latest = min(end for end in [due, *ends] if end)
        if latest == due:
            return due
        # The first second of a day is no time to return something.
        day = days.get_day(latest - SECOND)
        if self.calendar_mode != "days":
            day = days.get_previous(day, min(today, day))
        return min(latest, days.get_end(day))

    def _refuse_too_late(self, start, due):
        raise ValidationError(
            self.env._(
                "Nothing can be lent at %(start)s under “%(policy)s”: the loan would "
                "have to end at %(due)s.",
                start=format_datetime(self.env, start),
                policy=self.display_name,
                due=format_datetime(self.env, due),
            )
        )

    # ------------------------------------------------------------------
    # RENEWAL AND RECALL
    # ------------------------------------------------------------------

    def _get_renewed_due(self, loan_start, old_due, now, renewals, **details):
        """Return when the loan ends if it is renewed now.

        :param renewals: how often it was renewed before
        :param details: `rank` and `limit` as for `_get_due`; `requested`: until when
            it is wanted now, if that is after the old date; `waiting`: somebody else
            is in the queue; `recalled`; `suspended`; `override`: the codes that
            somebody with that right lets pass
        :raises UserError: with the reason, see `_get_renewal_refusal`
        Source: anchors §5.5, 4 and 5.
        """
        code = self._get_renewal_refusal(loan_start, old_due, now, renewals, **details)
        if code:
            raise UserError(self._get_refusal_text(code))
        return self._compute_renewed_due(loan_start, old_due, now, renewals, **details)

    def _get_renewal_refusal(self, loan_start, old_due, now, renewals, **details):
        """Return the code of `RENEWAL_REFUSALS` that speaks against it, or None."""
        passed = OVERRIDABLE_REFUSALS & set(details.get("override") or ())
        for code in self._get_held_refusals(old_due, now, renewals, **details):
            if code not in passed:
                return code
        due = self._compute_renewed_due(loan_start, old_due, now, renewals, **details)
        return None if due > max(old_due, now) else "no_gain"

    def _get_held_refusals(self, old_due, now, renewals, **details):
        """Return all codes that speak against it, but that it would gain nothing."""
        self.ensure_one()
        window = timedelta(days=self.renewal_window)
        refusals = {
            "suspended": details.get("suspended"),
            "on_site": self._is_read_on_site(details.get("rank", 0)),
            "recalled": details.get("recalled"),
            "waiting": details.get("waiting"),
            "overdue": now > old_due,
            "too_many": renewals >= self.max_renewals,
            "too_soon": window and now < old_due - window,
        }
        return [code for code, holds in refusals.items() if holds]

    def _compute_renewed_due(
        self,
        loan_start,
        old_due,
        now,
        renewals,
        requested=None,
        rank=0,
        limit=None,
        **_others,
    ):
        with self._explain_calendar():
            days = self._get_open_days()
            # What is renewed although it is overdue begins today.
            is_from_now = self.renewal_base == "now" or now > old_due
            base = days.get_day(now if is_from_now else old_due)
            lent = days.get_day(old_due) - days.get_day(loan_start)
            amount = self._get_renewal_days(lent.days // (renewals + 1))
            day = days.add(base, amount, self.calendar_mode)
            # What the loan was wanted for at first is no wish for its renewal.
            if requested and requested > old_due:
                wanted = days.roll(days.get_day(requested), self.calendar_mode)
                day = wanted if self._is_renewed_by_agreement() else min(day, wanted)
            ends = [limit, *self._get_renewal_ends(days, base, loan_start, rank)]
            return self._clip(days, base, days.get_end(day), ends)

    def _is_renewed_by_agreement(self):
        return self.due_rule == "agreed" and self.renewal_period == "same"

    def _get_renewal_days(self, lent):
        """Return for how many days a loan is renewed that was given for `lent` days."""
        if self.renewal_period == "own":
            return self.renewal_days
        return self.due_days if self.due_rule == "days" else lent

    def _get_renewal_ends(self, days, base, loan_start, rank):
        """Return what a renewal never goes beyond: limit of the level, total."""
        if line := self._get_limit(rank):
            yield days.get_end(line._get_last_day(days, base))
        if self.total_days:
            last = days.get_day(loan_start) + timedelta(days=self.total_days)
            yield days.get_end(last)

    @api.model
    def _get_refusal_codes(self):
        """Return the codes of refused renewals, in the order they are asked."""
        return [code for code, _label in RENEWAL_REFUSALS]

    def _get_refusal_text(self, code):
        """Return why a loan is not renewed, in a sentence."""
        texts = {
            "suspended": self.env._(
                "The borrower is suspended or not active: bring the files back."
            ),
            "on_site": self.env._(
                "What is read in the archive room is not renewed: ask again tomorrow."
            ),
            "recalled": self.env._("The loan was recalled: bring the files back."),
            "waiting": self.env._("Somebody else waits for these files."),
            "overdue": self.env._(
                "The loan is overdue: bring the files back, then ask again."
            ),
            "too_many": self.env._(
                "The loan was renewed as often as the policy allows (%(count)s).",
                count=self.max_renewals,
            ),
            "too_soon": self.env._(
                "It is too early: a loan is renewed in the last %(count)s days.",
                count=self.renewal_window,
            ),
            "no_gain": self.env._(
                "The loan would not last longer: the longest time that the policy, "
                "the level of the files and your own access allow is used up."
            ),
        }
        return texts[code]

    def _get_recalled_due(self, loan_start, old_due, now):
        """Return when a loan ends that is recalled now, never later than before.

        It is the later one of the guaranteed time after the hand-out and the time to
        return after the recall.  Source: anchors §5.5, 6.
        """
        self.ensure_one()
        time = self.env["governance.business.time"]
        unit, calendar = self.recall_unit, self._get_calendar()
        guaranteed = time._add(loan_start, self.guarantee_value, unit, calendar)
        returned = time._add(now, self.recall_value, unit, calendar)
        return min(old_due, max(guaranteed, returned))

    # ------------------------------------------------------------------
    # TOOLS
    # ------------------------------------------------------------------

    def _get_calendar(self):
        """Return the opening hours of the archive room."""
        self.ensure_one()
        policy = self.sudo()
        return policy.calendar_id or policy.company_id._get_governance_calendar()

    def _get_open_days(self):
        return self.env["governance.business.time"]._get_open_days(self._get_calendar())

    def _get_limit(self, rank):
        """Return the line that says how long files of a rank are lent at most."""
        self.ensure_one()
        lines = self.limit_ids.filtered(lambda line: line.rank <= rank)
        return lines.sorted("rank")[-1:]

    def _is_read_on_site(self, rank=0):
        """Return whether files of a rank do not leave the archive room."""
        return self.is_on_site or self._get_limit(rank).is_on_site

    @contextmanager
    def _explain_calendar(self):
        """Say in words what keeps a day from being found."""
        try:
            yield
        except (NoOpenDay, OverflowError) as error:
            raise ValidationError(
                self.env._(
                    "There is no open day within ten years by the working schedule "
                    "“%(calendar)s”. Correct its holidays.",
                    calendar=self._get_calendar().sudo().name,
                )
            ) from error

    # ------------------------------------------------------------------
    # THE BORROWER'S OWN ACCESS
    # ------------------------------------------------------------------

    @api.model
    def _get_access(self, user, customer, rank, since=None):
        """Return whether a borrower has a right to read a customer, and its end.

        Whoever is cleared needs a valid training where the ladder asks for one;
        whoever has been given access for a time has it until its end.  A role on the
        customer has no end; who has nothing of all that reads by the loan alone.

        :param since: when something was lent; access that has ended after that is
            over and no loan without limit
        :rtype: tuple(bool, datetime or None)
        """
        user = user.sudo()
        if not rank or user._get_clearance() >= rank:
            return True, self._get_training_end(user) if rank else None
        customer = customer.commercial_partner_id
        decision = self.env["governance.confidentiality"].with_user(user)
        if customer in decision._get_opened_to_level(customer, rank, "write"):
            return True, None
        grants = self.env["governance.access.grant"].sudo()
        mine = Domain("user_id", "=", user.id) & Domain("partner_id", "=", customer.id)
        if live := grants.search(mine & grants._get_live_domain()):
            return True, max(live.mapped("date_end"))
        if user._get_direct_clearance() >= rank:
            return False, self._get_training_end(user)
        over = since and grants.search(mine & Domain("date_end", ">", since))
        return False, max(over.mapped("date_end")) if over else None

    @api.model
    def _get_training_end(self, user):
        until = user.governance_trained_until
        ladder = self.env["governance.clearance.ladder"]
        if not until or not ladder._is_training_needed():
            return None
        midnight = datetime.combine(until + timedelta(days=1), time.min)
        zone = timezone(user.tz or "UTC")
        return zone.localize(midnight).astimezone(utc).replace(tzinfo=None)
