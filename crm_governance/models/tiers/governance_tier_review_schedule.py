# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)


class GovernanceTierReviewSchedule(models.AbstractModel):
    """What happens to tier reviews by themselves: crons, reminders, notices."""

    _name = "governance.tier.review.schedule"
    _description = "Schedule of Tier Reviews"

    # ------------------------------------------------------------------
    # NOTICES
    # ------------------------------------------------------------------

    def _get_deciders(self):
        """Return the users who decide lines of these reviews."""
        self.ensure_one()
        decided_by = self.scheme_id.decided_by
        if decided_by == "committee":
            committee = (
                self.env["governance.committee"]
                .sudo()
                .search([("company_id", "=", self.company_id.id)], limit=1)
            )
            members = committee.member_ids.user_id
            group = self.env.ref("crm_governance.group_committee").sudo().all_user_ids
            return (members & group if members else group).filtered(
                lambda user: user.active and not user.share
            )
        lines = self.env["governance.tier.review.line"].sudo()
        field = "team_id" if decided_by == "leader" else "reviewer_id"
        groups = lines._read_group(
            [("review_id", "=", self.id), ("state", "=", "pending")], [field]
        )
        found = [record for (record,) in groups if record]
        if decided_by == "leader":
            found = [team.user_id for team in found]
        users = self.env["res.users"].sudo().union(*found)
        return (users | self.scheme_id.fallback_reviewer_id).filtered("active")

    def _notify_deciders(self):
        self._notify("decide", self._get_deciders(), self.committee_deadline)

    def _get_group_members(self, xmlid):
        """Return the people of the review's company who are in a group."""
        self.ensure_one()
        root = self.env.ref("base.user_root")
        return (
            self.env.ref(xmlid)
            .sudo()
            .all_user_ids.filtered(
                lambda user: (
                    user.active
                    and not user.share
                    and user != root
                    and self.company_id in user.company_ids
                )
            )
        )

    def _get_notice_summary(self, notice):
        """Return what an activity asks for, in the language of the context."""
        self.ensure_one()
        return {
            "nominate": self.env._("Nominate customers for “%s”", self.name),
            "decide": self.env._("Decide the customers of “%s”", self.name),
            "remind": self.env._(
                "Half of the time is over: customers of “%s” are undecided", self.name
            ),
            "parked": self.env._(
                "Silence would move too many customers of “%s”: please decide",
                self.name,
            ),
            "escalate": self.env._(
                "Customers of “%s” were not decided in time", self.name
            ),
            "publish": self.env._("“%s” has to be published by now", self.name),
        }[notice]

    def _notify(self, notice, users, deadline=None):
        """Give each user one activity of a kind, in the user's own language.

        Nobody gets the same one twice, done or not.

        :param str notice: key of ``_get_notice_summary``
        """
        self.ensure_one()
        for lang, group in users.grouped("lang").items():
            review = self.with_context(lang=lang).sudo()
            summary = review._get_notice_summary(notice)
            for user in group - review._get_notified(group, summary):
                review.activity_schedule(
                    "mail.mail_activity_data_todo",
                    date_deadline=deadline or self._get_today(),
                    summary=summary,
                    user_id=user.id,
                )

    def _clear_notices(self, notice=None):
        """Take away the activities that ask for what is done, or no longer wanted.

        :param str notice: key of ``_get_notice_summary``; all of them if not given
        """
        activities = self.sudo().activity_ids.filtered("automated")
        if notice:
            summaries = {
                self.with_context(lang=lang)._get_notice_summary(notice)
                for lang in activities.user_id.mapped("lang")
            }
            activities = activities.filtered(lambda each: each.summary in summaries)
        activities.unlink()

    def _clear_notices_if_decided(self):
        for review in self:
            if not review._count_undecided():
                review._clear_notices()

    def _get_notified(self, users, summary):
        """Return the users who have or had an activity with this summary."""
        return (
            self.env["mail.activity"]
            .sudo()
            .with_context(active_test=False)
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "=", self.id),
                    ("user_id", "in", users.ids),
                    ("summary", "=", summary),
                ]
            )
            .user_id
        )

    # ------------------------------------------------------------------
    # CRON
    # ------------------------------------------------------------------

    @api.model
    def _cron_open_due(self):
        """Open the reviews that calendars and due customers ask for (A-113, A-117).

        Safe to run at any time and as often as one likes: a period is opened
        once, and after a stand-still only the latest one.
        """
        schemes = self.env["governance.tier.scheme"].search(
            [("is_preset", "=", False), ("calendar_id.state", "=", "published")]
        )
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(schemes))
        for scheme in schemes:
            self._isolate(scheme, lambda s=scheme: self._open_due(s))
            if not cron._commit_progress(1):
                break

    @api.model
    def _isolate(self, record, function):
        """Run a step of a cron so that one bad record stops nobody else."""
        try:
            with self.env.cr.savepoint():
                return function()
        except OperationalError:
            # Lost against another transaction: the run is simply repeated.
            raise
        except Exception as error:
            _logger.exception("%s could not be processed", record)
            self.env.invalidate_all()
            message = self.env._("The scheduled run failed: %(error)s", error=error)
            if record._name == self._name:
                record._as_system().write({"last_error": message})
            record._message_log(body=message)
            return None

    @api.model
    def _open_due(self, scheme):
        if not scheme.ruleset_id:
            return self.browse()
        today = self.new({"scheme_id": scheme.id})._get_today()
        calendar = scheme.calendar_id
        period = calendar._get_due_period(today)
        opened = self.browse()
        if period:
            opened |= self._open_period(scheme, period)
        if calendar.recurrence in ("customer", "event") or not scheme._is_frozen():
            opened |= self._open_due_customers(scheme, today)
        return opened

    @api.model
    def _open_period(self, scheme, period):
        """Open the review of a period unless it is there already."""
        known = self.search_count(
            [
                ("scheme_id", "=", scheme.id),
                ("period_key", "=", period.key),
                ("kind", "=", "campaign"),
            ],
            limit=1,
        )
        published = scheme.ruleset_ids.filtered("published_on").mapped("published_on")
        before_adoption = published and min(published).date() > period.publish_deadline
        if known or before_adoption:
            return self.browse()
        today = self.new({"scheme_id": scheme.id})._get_today()
        review = self._as_system().create(
            self._prepare_review_values(scheme, period.shifted_to(today), "campaign")
        )
        review._ask_for_nominations()
        return review

    @api.model
    def _prepare_review_values(self, scheme, period, kind):
        return {
            "name": f"{scheme.name} {period.key}",
            "scheme_id": scheme.id,
            "kind": kind,
            "period_key": period.key,
            "date_as_of": period.as_of,
            "nomination_deadline": period.nomination_deadline,
            "committee_deadline": period.committee_deadline,
            "publish_deadline": period.publish_deadline,
        }

    @api.model
    def _open_due_customers(self, scheme, today):
        """Open one review of all customers whose own date has come (A-120)."""
        period = scheme.calendar_id._get_open_period(today, str(today))
        pending = self.search_count(
            [
                ("scheme_id", "=", scheme.id),
                "|",
                ("period_key", "=", period.key),
                "&",
                ("state", "in", ("nomination", "evaluation")),
                "&",
                ("kind", "=", "campaign"),
                ("population", "=", "all"),
            ],
            limit=1,
        )
        due = self._get_due_select(scheme, today)
        self.env.flush_all()
        self.env.cr.execute(SQL("SELECT EXISTS (%s)", due))
        if pending or not self.env.cr.fetchone()[0]:
            return self.browse()
        review = self._as_system().create(
            {
                **self._prepare_review_values(scheme, period, "event"),
                "population": "selected",
            }
        )
        review.flush_recordset()
        self.env.cr.execute(
            SQL(
                """INSERT INTO governance_tier_review_partner_rel
                               (review_id, partner_id)
                   SELECT %s, due.partner_id FROM (%s) due""",
                review.id,
                due,
            )
        )
        review.invalidate_recordset(["partner_ids"])
        review._start_evaluation()
        return review

    @api.model
    def _get_due_select(self, scheme, today):
        """Return the SELECT of customers that are due and in no open review."""
        return SQL(
            """SELECT a.partner_id FROM governance_tier_assignment a
                 JOIN res_partner p ON p.id = a.partner_id
                WHERE a.scheme_id = %(scheme)s AND a.date_end IS NULL
                  AND a.next_review_date <= %(today)s
                  AND p.commercial_partner_id = p.id AND p.active
                  AND p.partner_share
                  AND (p.company_id = a.company_id OR p.company_id IS NULL)
                  AND NOT EXISTS (
                      SELECT 1 FROM governance_tier_review_line l
                        JOIN governance_tier_review r ON r.id = l.review_id
                       WHERE l.partner_id = a.partner_id
                         AND r.scheme_id = a.scheme_id AND r.kind <> 'preview'
                         AND r.state NOT IN ('published', 'cancelled'))
                  AND NOT EXISTS (
                      SELECT 1 FROM governance_tier_review_partner_rel s
                        JOIN governance_tier_review r ON r.id = s.review_id
                       WHERE s.partner_id = a.partner_id
                         AND r.scheme_id = a.scheme_id
                         AND r.population = 'selected' AND r.kind <> 'preview'
                         AND r.state IN ('nomination', 'evaluation'))""",
            scheme=scheme.id,
            today=today,
        )

    def _ask_for_nominations(self):
        """Tell representatives and leaders until when they can nominate."""
        self.ensure_one()
        if (
            not self.nomination_deadline
            or self.nomination_deadline <= self._get_today()
        ):
            return
        self._notify(
            "nominate",
            self._get_group_members("crm_governance.group_user"),
            self.nomination_deadline,
        )

    @api.model
    def _cron_evaluate(self):
        """Evaluate reviews whose nominations are over, batch by batch."""
        self._start_due_evaluations()
        cron = self.env["ir.cron"]
        reviews = self.search([("state", "=", "evaluation")], order="id")
        cron._commit_progress(remaining=len(reviews))
        for review in reviews:
            if not self._run_batches(review, "evaluation", "_evaluate_batch"):
                return

    @api.model
    def _start_due_evaluations(self):
        due = self.search(
            [
                ("state", "=", "nomination"),
                ("kind", "!=", "preview"),
                ("nomination_deadline", "!=", False),
            ]
        )
        for review in due:
            last_day = max(review.nomination_deadline, review.date_as_of)
            if review._get_today() > last_day:
                self._isolate(review, review._start_evaluation)

    @api.model
    def _run_batches(self, review, state, step):
        """Run a step until the review is done; return whether time is left.

        Each batch is committed on its own, so that a run that is killed goes on
        where it stopped; two workers never work on the same review.
        """
        cron = self.env["ir.cron"]
        while True:
            locked = review.try_lock_for_update().filtered(
                lambda r: r.state == state and not r.last_error
            )
            if not locked:
                return bool(cron._commit_progress(1))
            more = self._isolate(locked, getattr(locked, step))
            if not cron._commit_progress(0 if more else 1):
                return False
            if not more:
                return True

    @api.model
    def _cron_publish(self):
        """Go on with publications that were begun, batch by batch."""
        cron = self.env["ir.cron"]
        reviews = self.search([("state", "=", "publication")], order="id")
        cron._commit_progress(remaining=len(reviews))
        for review in reviews:
            if not self._run_batches(review, "publication", "_publish_batch"):
                return

    @api.model
    def _cron_remind(self):
        """Remind deciders at half time, administrators on the last day (A-115)."""
        reviews = self.search(
            [
                ("state", "=", "committee"),
                ("kind", "!=", "preview"),
                ("reminded_on", "=", False),
                ("committee_deadline", "!=", False),
            ]
        )
        for review in reviews.filtered(lambda r: r._is_half_time()):
            self._isolate(review, review._remind)
        unpublished = self.search(
            [
                ("state", "in", ("committee", "approval")),
                ("kind", "!=", "preview"),
                ("publish_deadline", "!=", False),
            ]
        )
        for review in unpublished.filtered(lambda r: r._is_publication_due()):
            self._isolate(review, review._remind_publication)

    def _is_half_time(self):
        self.ensure_one()
        start = (self.evaluated_on or self.opened_on).date()
        middle = start + (self.committee_deadline - start) / 2
        return self._get_today() >= middle

    def _remind(self):
        self.ensure_one()
        if self.undecided_count:
            self._notify("remind", self._get_deciders(), self.committee_deadline)
        self._as_system().write({"reminded_on": fields.Datetime.now()})

    def _is_publication_due(self):
        """Return whether the last day has come and silence has not published."""
        self.ensure_one()
        today, decided = self._get_today(), self.committee_deadline
        return today >= self.publish_deadline and (not decided or today > decided)

    def _remind_publication(self):
        self.ensure_one()
        administrators = self._get_group_members("crm_governance.group_manager")
        self._notify("publish", administrators, self.publish_deadline)

    @api.model
    def _cron_silence(self):
        """Apply the policy on silence to reviews whose deadline has passed."""
        reviews = self.search(
            [
                ("state", "=", "committee"),
                ("kind", "!=", "preview"),
                ("is_parked", "=", False),
                ("silence_applied_on", "=", False),
                ("committee_deadline", "!=", False),
            ]
        )
        cron = self.env["ir.cron"]
        due = reviews.filtered(lambda r: r._get_today() > r.committee_deadline)
        cron._commit_progress(remaining=len(due))
        for review in due:
            locked = review.try_lock_for_update().filtered(
                lambda r: r.state == "committee" and not r.silence_applied_on
            )
            # What silence has decided stays, even if publishing has to wait for
            # somebody who fills a role.
            if locked and self._isolate(locked, locked._apply_silence):
                locked._as_system().write({"last_error": False})
                self._isolate(locked, locked._publish_after_silence)
            if not cron._commit_progress(1):
                break

    def _publish_after_silence(self):
        """Publish after silence when nothing and nobody else has to agree."""
        self.ensure_one()
        if self._count_undecided():
            return
        self._check_publishable()
        if not self._needs_approval():
            self._start_publication()
            return
        self._request_approval(
            self.env._("The deadline has passed; silence was applied.")
        )
        self._as_system().write({"state": "approval"})
