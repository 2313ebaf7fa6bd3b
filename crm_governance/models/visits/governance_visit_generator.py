# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..policy.month_name import get_month_name
from .governance_visit_cadence import LOWEST_LEVEL
from .visit_scope import UNIT_EFFORT, Line, Scope
from .visit_windows import Cadence


class GovernanceVisitGenerator(models.AbstractModel):
    """Makes the planned contacts of a month from the policies in force (B-01 … B-45).

    What is wanted follows from the policies, tiers, people and exceptions alone; what
    is there already stays.  So it can run again at any time, late, for anybody and in
    any order, with the same result.
    """

    _name = "governance.visit.generator"
    _description = "Generator of visit plans"

    # So many people, and about so many contacts, are planned at once.
    _batch_size = 200
    _batch_contacts = 250_000

    # ------------------------------------------------------------------
    # ENTRY
    # ------------------------------------------------------------------

    @api.model
    def _generate(self, company, month, users=None):
        """Make or renew the plans of a month in one transaction.

        Whoever calls has checked the rights.  Plans that somebody else is making at
        this moment are left to them.

        :param date month: any day of the month
        :param users: for whom; all who have something to do by default
        :return: the plans
        :raises UserError: for a month that is over
        """
        self.env.flush_all()
        scope = self._get_scope(company, month.replace(day=1))
        self._check_month(scope)
        if users is None:
            users = self._get_users(scope)
        users = company._filter_staff(users)
        for batch in self._split(scope, users):
            self._generate_batch(scope, batch)
        self.env.invalidate_all()
        return (
            self.env["governance.visit.plan"]
            .sudo()
            .search(
                Domain("company_id", "=", company.id)
                & Domain("month", "=", scope.month)
                & Domain("user_id", "in", users.ids)
            )
        )

    @api.model
    def _check_month(self, scope):
        if scope.end <= scope.today:
            raise UserError(
                self.env._(
                    "%(month)s is over. Plans are made for this month and for those to "
                    "come.",
                    month=get_month_name(self.env, scope.month),
                )
            )

    # ------------------------------------------------------------------
    # SCOPE
    # ------------------------------------------------------------------

    @api.model
    def _get_scope(self, company, month):
        """Return what all plans of a company and month are made from."""
        system = self.sudo().with_company(company)
        cadences = system.env["governance.visit.cadence"]._get_in_force(company)
        channels = system.env["governance.visit.counting"]._get_accepted_channels()
        lines = []
        for cadence in cadences.sorted(
            lambda line: (line.policy_id.code, line.sequence, line.id)
        ):
            lines.append(system._prepare_line(len(lines), cadence, channels))
        exceptions = system._get_exceptions(company, month)
        covered = {(line.role_id, line.channel_id) for line in lines}
        for own in exceptions.sorted("id"):
            if (own.role_id.id, own.channel_id.id) not in covered:
                covered.add((own.role_id.id, own.channel_id.id))
                lines.append(system._prepare_own_line(len(lines), own, channels))
        settings = system.env["governance.visit.policy"]._get_settings(company)
        return Scope(
            company,
            month,
            company._get_governance_today(),
            lines,
            {
                Cadence(own.mode, own.number, own.unit)
                for own in exceptions
                if own.mode != "none" and own.number > 0
            },
            settings["daily_capacity"],
            has_exceptions=bool(exceptions),
        )

    @api.model
    def _get_exceptions(self, company, month):
        """Return those that may hold in a window of the month, some of years.

        Those that have ended count for their days, so that the past stays what it was.
        """
        exceptions = self.env["governance.visit.exception"]
        years = relativedelta(years=10)
        return exceptions.search(
            exceptions._get_holding_domain(company, month - years, month + years)
        )

    @api.model
    def _prepare_line(self, number, cadence, channels):
        policy = cadence.policy_id
        return Line(
            number=number,
            cadence_id=cadence.id,
            role_id=cadence.role_id.id,
            channel_id=cadence.channel_id.id,
            channels=channels[cadence.channel_id.id],
            # About a lead it is the same who comes to whom.
            direction="" if cadence.population == "lead" else cadence.direction,
            contact_level=cadence.contact_level or LOWEST_LEVEL,
            key=cadence.key,
            population=cadence.population,
            tier_ids=cadence.tier_ids.ids,
            barred=cadence._get_outranking_tiers().ids,
            cadence=Cadence(cadence.mode, cadence.number, cadence.unit),
            since=self._get_since(policy),
            recent_days=policy.recent_days,
            is_optional=cadence.is_case_by_case,
            effort=round(cadence.channel_id.effort * UNIT_EFFORT),
        )

    @api.model
    def _prepare_own_line(self, number, exception, channels):
        """Return the line of an exception to which no policy has one."""
        channel, role = exception.channel_id, exception.role_id
        return Line(
            number=number,
            cadence_id=None,
            role_id=role.id,
            channel_id=channel.id,
            channels=channels[channel.id],
            direction="",
            contact_level=LOWEST_LEVEL,
            key=f"exception-{role.id}-{channel.id}-outgoing-0",
            population="exception",
            tier_ids=[],
            barred=[],
            cadence=None,
            since=exception.date_start,
            recent_days=0,
            is_optional=False,
            effort=round(channel.effort * UNIT_EFFORT),
        )

    @api.model
    def _get_since(self, policy):
        """Return the day on which the first version of a policy came into force."""
        versions = policy.with_context(active_test=False).search(
            policy._get_family_domain() & Domain("published_on", "!=", False),
            order="published_on",
            limit=1,
        )
        zone = policy.company_id._get_governance_timezone()
        return fields.Datetime.context_timestamp(
            policy.with_context(tz=zone), versions.published_on
        ).date()

    # ------------------------------------------------------------------
    # BATCH
    # ------------------------------------------------------------------

    @api.model
    def _generate_batch(self, scope, users):
        """Make or renew the plans of some people."""
        plans = self._lock_plans(scope, users)
        users = users.filtered(lambda user: plans.get(user.id, {}).get("is_free", True))
        days = self._get_working_days(scope, users)
        losing = set()
        for page in self._get_pages(scope, users):
            losing |= self._generate_page(scope, users, plans, days, page)
        self._write_figures(scope, plans, days)
        self._refresh_others(scope, losing - {plan["id"] for plan in plans.values()})

    @api.model
    def _generate_page(self, scope, users, plans, days, page):
        """Make what some people have to do at some customers.

        :return: the ids of plans that lose something
        """
        rows = self._read_wanted(scope, users, page)
        self._create_plans(scope, rows, plans)
        changes = self._compare(scope, plans, rows, days, page)
        losing = self._apply(changes)
        self._insert(scope, self._place(scope, plans, changes.new, days))
        return losing

    @api.model
    def _lock_plans(self, scope, users):
        """Return {user: plan} of those who have one; who is at work keeps it."""
        rows = self.env.execute_query_dict(
            SQL(
                """SELECT id, user_id, state FROM governance_visit_plan
                    WHERE company_id = %s AND month = %s AND user_id = ANY(%s)""",
                scope.company.id,
                scope.month,
                users.ids,
            )
        )
        locked = self.env.execute_query(
            SQL(
                """SELECT id FROM governance_visit_plan WHERE id = ANY(%s)
                    ORDER BY id FOR NO KEY UPDATE SKIP LOCKED""",
                [row["id"] for row in rows],
            )
        )
        locked = {row[0] for row in locked}
        for row in rows:
            # What waits for approval stays as it was signed.
            row["is_free"] = row["id"] in locked and row["state"] != "requested"
        return {row["user_id"]: row for row in rows}

    @api.model
    def _read_wanted(self, scope, users, page):
        """Return the obligations of some people, one for each customer and window."""
        rows = []
        for kind in scope.get_kinds():
            if kind == "customer" or page[0] == 0:
                query = self._get_wanted_sql(scope, users, kind, page)
                rows += self.env.execute_query(query)
        keys = [scope.keys[line.key] for line in scope.lines]
        starts = [span.start for span in scope.spans]
        found = {}
        for row in rows:
            _user, line, span, partner, lead = row[:5]
            # Of two lines for one thing the first one counts.
            found.setdefault((partner, lead, keys[line], starts[span]), row)
        return list(found.values()) if len(found) < len(rows) else rows

    @api.model
    def _create_plans(self, scope, rows, plans):
        """Add the missing plans of people who have something to do."""
        missing = sorted({row[0] for row in rows} - set(plans))
        if not missing:
            return
        created = self.env.execute_query(
            SQL(
                """INSERT INTO governance_visit_plan
                          (user_id, company_id, month, state, create_uid, create_date,
                           write_uid, write_date)
                   SELECT user_id, %(company)s, %(month)s, 'draft', %(uid)s, %(now)s,
                          %(uid)s, %(now)s
                     FROM unnest(%(users)s) user_id
              ON CONFLICT DO NOTHING RETURNING user_id, id""",
                company=scope.company.id,
                month=scope.month,
                users=missing,
                uid=self.env.uid,
                now=fields.Datetime.now(),
            )
        )
        for user_id, plan_id in created:
            plans[user_id] = {
                "id": plan_id,
                "user_id": user_id,
                "state": "draft",
                "is_free": True,
            }
