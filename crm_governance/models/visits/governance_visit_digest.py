# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from dateutil.relativedelta import relativedelta
from markupsafe import Markup

from odoo import SUPERUSER_ID, api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

_logger = logging.getLogger(__name__)

# The hours of a morning, where the leader's company is.
MORNING = range(6, 12)
# So many are named of each kind; the rest is a number.
MOST_NAMED = 10
# What was missed longer ago is for the lists, not for a morning.
LOOK_BACK = relativedelta(days=31)


class GovernanceVisitReminder(models.Model):
    """Each morning a leader is told what is due, overdue and late of the own people.

    It is put together with the rights of the leader: what a leader may not read is
    neither named nor counted.  The daily list of callbacks is a part of it; who
    supervises them gets that one alone (B-75).
    """

    _inherit = "governance.visit.reminder"

    @api.model
    def _cron_digest(self):
        """Tell each leader once a morning; nothing when there is nothing."""
        cron = self.env["ir.cron"]
        leaders = self._get_digest_leaders()
        cron._commit_progress(remaining=len(leaders))
        for leader in leaders:
            try:
                with self.env.cr.savepoint():
                    self._send_digest(leader)
                    self.env.flush_all()
            except Exception:
                _logger.warning("Digest for %s failed", leader.id, exc_info=True)
                self.env.invalidate_all()
            if not cron._commit_progress(1):
                return

    @api.model
    def _get_digest_leaders(self):
        """Return active leaders and supervisors who begin a day of work by now."""
        group = self.env.ref("crm_governance.group_leader").sudo()
        supervisors = self.env["governance.visit.role"]._get_supervisors()
        people = (group.all_user_ids | supervisors).filtered("active")
        awake = people.company_id.filtered(self._is_morning)
        return people.filtered(lambda user: user.company_id in awake).sorted("id")

    @api.model
    def _is_morning(self, company):
        """Return whether it is the morning of an open day where a company is."""
        zone = company._get_governance_timezone()
        now = fields.Datetime.context_timestamp(
            self.with_context(tz=zone), fields.Datetime.now()
        )
        if now.hour not in MORNING:
            return False
        days = self.env["governance.visit.slot"]._get_callback_days(company)
        return not days or days.is_open(now.date())

    @api.model
    def _send_digest(self, leader):
        """Tell a leader, unless there is nothing or it was looked up today."""
        company = leader.company_id
        runs = self.env["governance.visit.run"]
        if runs._is_done("digest", company, leader):
            return
        today = company._get_governance_today()
        mine = self.with_user(leader).with_context(
            allowed_company_ids=leader.company_ids.ids,
            lang=leader.lang,
            tz=company._get_governance_timezone(),
        )
        sections = mine.sudo(False)._get_digest_sections()
        row = (leader.id, company.id, "res.users", leader.id, today)
        if sections and self._remind("digest", self._get_values_sql([row])):
            leader.with_user(SUPERUSER_ID)._notify_in_own_language(
                lambda env: (
                    env._("Visits on %(date)s", date=format_date(env, today)),
                    self._get_digest_body(sections),
                )
            )
        runs._note_done("digest", company, leader)

    @api.model
    def _get_digest_body(self, sections):
        items = Markup().join(
            Markup("<h3>%s: %s</h3><ul>%s</ul>")
            % (
                title,
                count,
                Markup().join(Markup("<li>%s</li>") % name for name in names),
            )
            for title, count, names in sections
        )
        return Markup("<div>%s</div>") % items

    @api.model
    def _get_digest_sections(self):
        """Return [(title, count, names)] of what the current user has to know."""
        sections = []
        for title, model, domain in self._get_digest_questions():
            records = self.env[model]
            if not records.has_access("read"):
                continue
            count = records.search_count(domain)
            if count:
                found = records.search(domain, limit=MOST_NAMED)
                names = [record._get_digest_line() for record in found]
                if count > len(found):
                    names.append(self.env._("%(count)s more", count=count - len(found)))
                sections.append((title, count, names))
        return sections

    @api.model
    def _get_digest_questions(self):
        """Return [(title, model, domain)]; another addon may ask for more.

        What is due goes by the day where the company of each record is.
        """
        led = Domain("is_led", "=", True)
        slots = self.env["governance.visit.slot"]
        by_day = slots._get_day_domain
        callbacks = slots._get_open_callback_domain()
        callbacks &= led | Domain("is_supervised", "=", True)
        return [
            (
                self.env._("Visits due today with nothing planned"),
                "governance.visit.slot",
                led & by_day(self._get_due_today_domain),
            ),
            (
                self.env._("Visits overdue with nothing planned"),
                "governance.visit.slot",
                led & by_day(self._get_missed_domain),
            ),
            (
                self.env._("Callbacks due today"),
                "governance.visit.slot",
                callbacks & by_day(self._get_called_today_domain),
            ),
            (
                self.env._("Callbacks overdue"),
                "governance.visit.slot",
                callbacks & slots._get_over_domain("date_due"),
            ),
            (
                self.env._("Reports late"),
                "governance.visit",
                led & Domain("is_report_due", "=", True),
            ),
            (
                self.env._("Reports to accept"),
                "governance.visit",
                led
                & Domain("state", "=", "submitted")
                & Domain("participant_ids", "not in", self.env.user.ids),
            ),
            (
                self.env._("Promises late"),
                "governance.visit.promise",
                led
                & Domain("state", "=", "open")
                & slots._get_over_domain("date_deadline"),
            ),
            (
                self.env._("Plans to approve"),
                "governance.visit.plan",
                led & Domain("state", "=", "requested"),
            ),
            (
                self.env._("Plans not submitted"),
                "governance.visit.plan",
                led & self._get_late_plan_domain(),
            ),
            (
                self.env._("Idle leads"),
                "crm.lead",
                self._get_led_leads_domain() & Domain("governance_is_idle", "=", True),
            ),
        ]

    @api.model
    def _get_due_today_domain(self, today):
        return self._get_due_domain(today) & Domain("date", "=", today)

    @api.model
    def _get_missed_domain(self, today):
        """Return the domain of what was missed of late, and what still waits."""
        missed = self._get_overdue_domain(today)
        missed &= Domain("window_end", ">", today - LOOK_BACK)
        return missed | (self._get_due_domain(today) & Domain("date", "<", today))

    @api.model
    def _get_called_today_domain(self, today):
        """Return the domain of callbacks for today, the last open day for some."""
        early = Domain("is_moved", "=", True) & Domain("date", "=", today)
        return Domain("date_due", "=", today) | (early & Domain("date_due", ">", today))

    @api.model
    def _get_late_plan_domain(self):
        """Return the domain of drafts whose day has passed, company by company."""
        domain = Domain.FALSE
        for company in self.env.companies:
            today = company._get_governance_today()
            settings = self.env["governance.visit.policy"].sudo()._get_settings(company)
            before = relativedelta(days=settings["plan_days_before"])
            # The plan of a month is late from `before` days ahead of it on.
            domain |= (
                Domain("company_id", "=", company.id)
                & Domain("state", "=", "draft")
                & Domain("month", "<=", today + before)
                & Domain("month", ">=", today.replace(day=1))
            )
        return domain

    @api.model
    def _get_led_leads_domain(self):
        domain = Domain.FALSE
        for people, company in self.env["governance.approver.mixin"]._get_led_people(
            self.env.user
        ):
            mine = Domain("user_id", "in", people.ids)
            if company:
                mine &= Domain("company_id", "in", (company.id, False))
            domain |= mine
        return domain


class GovernanceVisitMixin(models.AbstractModel):
    _inherit = "governance.visit.mixin"

    def _get_digest_line(self):
        """Return a line of the digest: whom it is about, as the reader may know."""
        self.ensure_one()
        parts = [self._get_digest_label(), self.user_id.sudo().name]
        return " – ".join(part for part in parts if part)

    def _get_digest_label(self):
        return self.display_name


class GovernanceVisitSlot(models.Model):
    _inherit = "governance.visit.slot"

    def _get_digest_label(self):
        """Name the customer or lead as the display name does, which asks no rule."""
        if self in self._get_masked():
            return self._get_mask()
        known = self.sudo()
        return known.partner_id.name or known.lead_id.name


class CrmLead(models.Model):
    _inherit = "crm.lead"

    def _get_digest_line(self):
        """Return a line of the digest: the lead and its salesperson."""
        self.ensure_one()
        parts = [self.display_name, self.user_id.sudo().name]
        return " – ".join(part for part in parts if part)
