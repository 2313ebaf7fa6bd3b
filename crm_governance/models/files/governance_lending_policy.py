# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import contextmanager
from datetime import datetime, time, timedelta

from pytz import timezone, utc

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_date, format_datetime
from odoo.tools.misc import formatLang

from ..policy.governance_business_time import UNITS
from ..policy.open_days import DAY_MODES, NoOpenDay

SECOND = timedelta(seconds=1)
# Why a loan is not renewed, in the order in which it is asked.
RENEWAL_REFUSALS = [
    ("on_site", "Reading room only"),
    ("recalled", "Recalled"),
    ("waiting", "Somebody waits for it"),
    ("overdue", "Overdue"),
    ("too_many", "Renewed often enough"),
    ("too_soon", "Too early"),
    ("no_gain", "Would not last longer"),
]
# What somebody with the right to do so may let pass.
OVERRIDABLE_REFUSALS = {"waiting", "overdue", "too_many", "too_soon"}


class GovernanceLendingPolicy(models.Model):
    """Who borrows files, with whose approval, for how long (BP-01 … BP-09)."""

    _name = "governance.lending.policy"
    _description = "Borrowing Policy"
    _inherit = ["governance.policy.mixin", "mail.thread"]
    _order = "is_preset, code, version desc, id desc"
    _check_company_auto = True

    previous_id = fields.Many2one(
        comodel_name="governance.lending.policy",
        string="Previous Version",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    state = fields.Selection(tracking=True)
    active = fields.Boolean(tracking=True)

    # Who asks, and who decides
    borrower_kind = fields.Selection(
        selection=[
            ("manager", "Sales manager"),
            ("department", "Other department"),
            ("own", "Own staff"),
            ("group", "Other company or department of the group"),
            ("external", "Outsider"),
            ("representative", "Representative, for a callback"),
            ("handler", "Document handler of the department"),
            ("anybody", "Anybody"),
        ],
        string="Who Borrows",
        required=True,
        default="anybody",
        help="Whom the policy is for. Outsiders get no user: the loan says who they "
        "are and where they come from.",
    )
    group_ids = fields.Many2many(
        comodel_name="res.groups",
        relation="governance_lending_policy_group_rel",
        string="Who May Ask",
        help="Members of these groups ask under this policy. Empty: every employee.",
    )
    approval_code = fields.Char(
        string="Code of the Approval Matrix",
        required=True,
        help="Loans are approved by the matrix for borrowing with this code.",
    )
    approval_summary = fields.Char(
        string="Approved by",
        compute="_compute_approval_summary",
        help="The steps in order: → then, + side by side.",
    )

    # Place and time
    is_on_site = fields.Boolean(
        string="Reading Room only",
        help="The files do not leave the archive room. The loan ends when the room "
        "closes on the same day and is not renewed.",
    )
    due_rule = fields.Selection(
        selection=[
            ("same_day", "On the same day"),
            ("days", "After a number of days"),
            ("hours", "After a number of hours"),
            ("agreed", "On an agreed date"),
        ],
        string="To Be Returned",
        required=True,
        default="same_day",
        help="Days end at 23:59. Loans by the hour end at the latest when the archive "
        "room closes.",
    )
    due_days = fields.Integer(string="Length of the Loan (Days)")
    due_hours = fields.Float(string="Length of the Loan (Hours)")
    calendar_mode = fields.Selection(
        selection=DAY_MODES,
        string="Days Are Counted",
        required=True,
        default="datedue",
        help="How weekends and holidays of the working schedule count.",
    )
    calendar_id = fields.Many2one(
        comodel_name="resource.calendar",
        string="Opening Hours",
        check_company=True,
        ondelete="restrict",
        help="The working schedule of the archive room, with its holidays. Empty: "
        "that of the company. If you work on some weekends for a longer holiday, give "
        "the schedule seven working days and enter the other weekends as holidays.",
    )
    limit_ids = fields.One2many(
        comodel_name="governance.lending.limit",
        inverse_name="policy_id",
        string="Longest Loan by Level",
        copy=True,
    )
    limit_summary = fields.Char(string="Longest Loan", compute="_compute_limit_summary")

    # Renewal and recall
    max_renewals = fields.Integer(
        string="Renewals", help="How often a loan is renewed at most. 0: never."
    )
    renewal_period = fields.Selection(
        selection=[
            ("same", "As long as the loan"),
            ("own", "A number of days of its own"),
        ],
        string="A Renewal Lasts",
        required=True,
        default="same",
    )
    renewal_days = fields.Integer(string="Length of a Renewal (Days)")
    renewal_base = fields.Selection(
        selection=[("due", "The day it was due"), ("now", "The day it is renewed")],
        string="Counted from",
        required=True,
        default="due",
    )
    renewal_window = fields.Integer(
        string="Renewed at Most (Days before)",
        help="How many days before it is due a loan can be renewed. 0: at any time.",
    )
    total_days = fields.Integer(
        string="Longest in Total (Days)",
        help="Renewals included, nobody keeps a file for longer than this.",
    )
    guarantee_value = fields.Float(
        string="Guaranteed Time",
        help="A loan that is recalled lasts at least this long from the hand-out.",
    )
    recall_value = fields.Float(
        string="Time to Return after a Recall",
        help="Whoever has the files gets this long to bring them back when they are "
        "recalled.",
    )
    recall_unit = fields.Selection(
        selection=UNITS,
        string="Unit of Recalls",
        required=True,
        default="working_days",
    )

    # What is asked for
    needs_purpose = fields.Boolean(
        string="Purpose Required",
        default=True,
        help="The request says what the files are needed for.",
    )
    needs_certificate = fields.Boolean(
        string="Certificate of the Own Leader",
        help="The leader of the borrower's company or department certifies the "
        "request in writing.",
    )
    needs_letter = fields.Boolean(
        string="Letter of Introduction",
        help="Outsiders bring a letter of introduction of the unit they work for.",
    )
    needs_identity = fields.Boolean(
        string="Identity Document",
        help="The identity document of the outsider has been looked at.",
    )
    needs_record = fields.Boolean(
        string="Record with the Return",
        help="The files come back with a written record of what they were used for, "
        "e.g. the callback.",
    )
    is_copying_allowed = fields.Boolean(
        string="Copies Allowed", help="Borrowers may copy what they read."
    )
    is_sealed_allowed = fields.Boolean(
        string="Sealed Volumes Allowed",
        help="Sealed volumes are lent under policies that allow it, no others.",
    )
    max_loans = fields.Integer(
        string="Loans per Person",
        help="How many loans under this policy a person has at the same time. 0: no "
        "limit.",
    )
    undertaking = fields.Text(
        translate=True,
        help="What borrowers accept when they ask: care, secrecy, no lending on.",
    )

    # Overdue, lost, damaged
    overdue_leader_days = fields.Integer(
        string="Leader Told after (Days)",
        default=1,
        help="The borrower is told at once. So many days after the loan was due, the "
        "leader of the borrower's sales team is told.",
    )
    overdue_custodian_days = fields.Integer(
        string="Custodians Told after (Days)", default=3
    )
    overdue_executive_days = fields.Integer(
        string="Executives Told after (Days)", default=7
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    penalty_min = fields.Monetary(
        string="Least Penalty",
        default=50,
        help="Who loses or damages files is fined by seriousness within this range.",
    )
    penalty_max = fields.Monetary(string="Highest Penalty", default=500)

    _number_check = models.Constraint(
        "CHECK (due_days >= 0 AND due_hours >= 0 AND max_renewals >= 0"
        " AND renewal_days >= 0 AND renewal_window >= 0 AND total_days >= 0"
        " AND guarantee_value >= 0 AND recall_value >= 0 AND max_loans >= 0"
        " AND overdue_leader_days >= 0 AND overdue_custodian_days >= 0"
        " AND overdue_executive_days >= 0 AND penalty_min >= 0 AND penalty_max >= 0)",
        "The numbers of a borrowing policy are 0 or more.",
    )

    @api.depends("approval_code", "company_id", "is_preset")
    def _compute_approval_summary(self):
        matrices = self.env["governance.approval.policy"].sudo()
        for policy in self:
            domain = policy._get_matrix_domain()
            policy.approval_summary = matrices.search(domain, limit=1).step_summary

    @api.depends("limit_ids.rank", "limit_ids.value", "limit_ids.unit")
    def _compute_limit_summary(self):
        for policy in self:
            policy.limit_summary = " · ".join(
                f"{line.rank}: {line._get_text()}"
                for line in policy.limit_ids.sorted("rank")
            )

    # ------------------------------------------------------------------
    # POLICY
    # ------------------------------------------------------------------

    def _get_blank_values(self, path=""):
        """Ask for what the written policies leave open, where it has a meaning."""
        return super()._get_blank_values(path) + [
            self._prepare_blank_value(name, required, path)
            for name, required in self._get_open_numbers().items()
            if not self[name]
        ]

    def _get_open_numbers(self):
        """Return {name: required} of the numbers that this policy cannot do without.

        What is not required may stay 0, which is a value too.
        """
        numbers = {"undertaking": True}
        if not self.is_on_site and self.due_rule == "days":
            numbers["due_days"] = True
        if self.due_rule == "hours":
            numbers["due_hours"] = True
        if self._is_lent_for_days():
            numbers |= {
                "recall_value": True,
                "max_renewals": False,
                "total_days": bool(self.max_renewals),
            }
        return {**numbers, "max_loans": False}

    def _is_lent_for_days(self):
        """Return whether loans last longer than the day they begin on."""
        return not self.is_on_site and self.due_rule in ("days", "agreed")

    def _get_unit_to_fill(self, name):
        units = {
            "due_days": self.env._("days"),
            "due_hours": self.env._("hours"),
            "total_days": self.env._("days"),
            "max_renewals": self.env._("times"),
            "max_loans": self.env._("loans"),
        }
        if name == "recall_value":
            return dict(self._fields["recall_unit"]._description_selection(self.env))[
                self.recall_unit
            ]
        return units.get(name) or super()._get_unit_to_fill(name)

    def _get_publish_errors(self):
        return [
            *super()._get_publish_errors(),
            *self._get_time_errors(),
            *self._get_renewal_errors(),
            *self._get_matrix_errors(),
            *self._get_order_errors(),
        ]

    def _get_time_errors(self):
        time = self.env["governance.business.time"]
        return [
            *time._get_calendar_errors(self._get_calendar(), "working_days"),
            *time._get_amount_errors(self.guarantee_value, self.recall_unit),
            *time._get_amount_errors(self.recall_value, self.recall_unit),
        ]

    def _get_renewal_errors(self):
        if not self.max_renewals:
            return []
        if not self._is_lent_for_days():
            return [
                self.env._(
                    "Loans that end on the day they begin are not renewed: set the "
                    "number of renewals to 0."
                )
            ]
        if self.total_days < self.due_days:
            return [
                self.env._(
                    "In total a loan lasts at most %(total)s days, which is less than "
                    "one loan (%(days)s days).",
                    total=self.total_days,
                    days=self.due_days,
                )
            ]
        return []

    def _get_matrix_errors(self):
        matrices = self.env["governance.approval.policy"].sudo()
        if matrices.search_count(self._get_matrix_domain(), limit=1):
            return []
        return [
            self.env._(
                "No approval matrix for borrowing with the code %(code)s is in force. "
                "Publish one under Customer Governance > Configuration > Approval "
                "matrices, or give the code of another.",
                code=self.approval_code,
            )
        ]

    def _get_order_errors(self):
        errors = []
        rungs = [
            self.overdue_leader_days,
            self.overdue_custodian_days,
            self.overdue_executive_days,
        ]
        if rungs != sorted(rungs):
            errors.append(
                self.env._(
                    "The leader is told after %(leader)s days, custodians after "
                    "%(custodian)s and executives after %(executive)s: nobody is told "
                    "before those who come first.",
                    leader=rungs[0],
                    custodian=rungs[1],
                    executive=rungs[2],
                )
            )
        if self.penalty_min > self.penalty_max:
            errors.append(
                self.env._("The least penalty is higher than the highest penalty.")
            )
        return errors

    # ------------------------------------------------------------------
    # WHO ASKS AND WHO DECIDES
    # ------------------------------------------------------------------

    @api.model
    def _get_audience_domain(self, user):
        """Return the domain of the policies that a user may ask under."""
        return Domain("group_ids", "=", False) | Domain(
            "group_ids", "in", user.all_group_ids.ids
        )

    def _check_audience(self, user):
        """Refuse a request under a policy that is meant for others.

        :raises AccessError: saying for whom it is
        """
        for policy in self.sudo():
            if not policy.filtered_domain(self._get_audience_domain(user)):
                raise AccessError(
                    self.env._(
                        "“%(policy)s” is for others (%(groups)s). Choose a borrowing "
                        "policy that is meant for you.",
                        policy=policy.display_name,
                        groups=", ".join(policy.group_ids.mapped("name")),
                    )
                )

    def _get_approval_matrix(self):
        """Return the matrix in force that loans run through, or raise UserError."""
        self.ensure_one()
        return self.env["governance.approval.policy"]._get_for_subject(
            self.company_id, "lending", self.approval_code
        )

    def _get_matrix_domain(self):
        matrix = Domain("subject", "=", "lending") & Domain(
            "code", "=", self.approval_code
        )
        if self.is_preset:
            return matrix & Domain("is_preset", "=", True)
        return (
            matrix
            & Domain("company_id", "=", self.company_id.id)
            & Domain("state", "=", "published")
        )

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
            is in the queue; `recalled`; `override`: let pass what somebody with that
            right may let pass
        :raises UserError: with the reason, see `_get_renewal_refusal`
        Source: anchors §5.5, 4 and 5.
        """
        code = self._get_renewal_refusal(loan_start, old_due, now, renewals, **details)
        if code:
            raise UserError(self._get_refusal_text(code))
        return self._compute_renewed_due(loan_start, old_due, now, renewals, **details)

    def _get_renewal_refusal(self, loan_start, old_due, now, renewals, **details):
        """Return the code of `RENEWAL_REFUSALS` that speaks against it, or None."""
        self.ensure_one()
        window = timedelta(days=self.renewal_window)
        refusals = {
            "on_site": self._is_read_on_site(details.get("rank", 0)),
            "recalled": details.get("recalled"),
            "waiting": details.get("waiting"),
            "overdue": now > old_due,
            "too_many": renewals >= self.max_renewals,
            "too_soon": window and now < old_due - window,
        }
        passed = OVERRIDABLE_REFUSALS if details.get("override") else set()
        for code, holds in refusals.items():
            if holds and code not in passed:
                return code
        due = self._compute_renewed_due(loan_start, old_due, now, renewals, **details)
        return None if due > max(old_due, now) else "no_gain"

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
            base = days.get_day(old_due if self.renewal_base == "due" else now)
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
    # OVERDUE, LOST, DAMAGED
    # ------------------------------------------------------------------

    def _get_overdue_delays(self):
        """Return ``{rung: days after the due date}`` of the overdue ladder (E-47)."""
        self.ensure_one()
        return {
            "borrower": 0,
            "leader": self.overdue_leader_days,
            "custodian": self.overdue_custodian_days,
            "executive": self.overdue_executive_days,
        }

    def _check_penalty(self, amount):
        """Refuse a penalty outside of the range of the policy (E-52).

        :raises UserError: with the range
        """
        self.ensure_one()
        policy = self.sudo()
        if not policy.penalty_min <= amount <= policy.penalty_max:
            currency = policy.company_id.currency_id
            raise UserError(
                self.env._(
                    "The penalty is %(amount)s. By “%(policy)s” it is from %(least)s "
                    "to %(most)s.",
                    amount=formatLang(self.env, amount, currency_obj=currency),
                    policy=policy.name,
                    least=formatLang(
                        self.env, policy.penalty_min, currency_obj=currency
                    ),
                    most=formatLang(
                        self.env, policy.penalty_max, currency_obj=currency
                    ),
                )
            )

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
    def _get_access_end(self, user, customer, rank):
        """Return when a borrower's right to read a customer ends; None if it doesn't.

        Whoever is cleared needs a valid training where the ladder asks for one;
        whoever has been given access for a time has it until its end.  Who has
        neither reads by the loan alone.
        """
        user = user.sudo()
        if not rank:
            return None
        if user._get_clearance() >= rank:
            return self._get_training_end(user)
        grants = self.env["governance.access.grant"].sudo()
        live = grants.search(
            Domain("user_id", "=", user.id)
            & Domain("partner_id", "=", customer.commercial_partner_id.id)
            & grants._get_live_domain()
        )
        return max(live.mapped("date_end"), default=None)

    @api.model
    def _get_training_end(self, user):
        until = user.governance_trained_until
        ladder = self.env["governance.clearance.ladder"]
        if not until or not ladder._is_training_needed():
            return None
        midnight = datetime.combine(until + timedelta(days=1), time.min)
        zone = timezone(user.tz or "UTC")
        return zone.localize(midnight).astimezone(utc).replace(tzinfo=None)
