# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_datetime
from odoo.tools.misc import format_duration

from .working_versions import (
    Schedule,
    Version,
    VersionedTime,
    drop_past,
    read_schedule,
)

# What this transaction has changed, see `_note_change`.
CHANGED = "governance_schedule_changed"


class GovernanceScheduleVersion(models.Model):
    """What a working schedule said, from when until when; only added to.

    Clocks count each moment by the version that held then, so that whoever changes a
    schedule moves no deadline of the past, and any moment can be replayed (D-41).
    Schedules have versions from the moment on at which something runs on them, see
    `_begin`; others cost nothing.
    """

    _name = "governance.schedule.version"
    _description = "Version of a Working Schedule"
    _inherit = "governance.sealed.mixin"
    _order = "id desc"

    name = fields.Char(string="Working Schedule", required=True, readonly=True)
    calendar_id = fields.Many2one(
        comodel_name="resource.calendar",
        string="Present Schedule",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="Empty: the schedule has been deleted.",
    )
    # The number outlives the schedule.
    calendar_key = fields.Integer(
        string="Number of the Schedule", required=True, readonly=True, index=True
    )
    company_id = fields.Many2one(
        comodel_name="res.company", readonly=True, ondelete="set null"
    )
    date_start = fields.Datetime(
        string="Held from",
        readonly=True,
        help="Empty: nobody knows what held before.",
    )
    date_end = fields.Datetime(
        string="Held until", readonly=True, help="Empty: it holds now."
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="By",
        readonly=True,
        ondelete="set null",
        default=lambda self: self.env.user,
    )
    zone = fields.Char(string="Time Zone", required=True, readonly=True)
    data = fields.Json(readonly=True)
    content = fields.Text(string="What It Says", compute="_compute_content")

    _one_present = models.UniqueIndex(
        "(calendar_key) WHERE date_end IS NULL",
        "One version of a working schedule holds now.",
    )

    @api.depends("data")
    @api.depends_context("lang", "tz")
    def _compute_content(self):
        for version in self:
            version.content = version._get_content()

    @api.model
    def _sealed_mutable_fields(self):
        """Let a version end when the next one begins."""
        return {"date_end"}

    # ------------------------------------------------------------------
    # WHAT CLOCKS RUN ON
    # ------------------------------------------------------------------

    @api.model
    def _get_working_time(self, calendar, company=None):
        """Return the working time of a schedule, each moment by what held then.

        :param company: whose schedule it is, when the clock runs on whichever schedule
            the company has
        :return: see `VersionedTime`; without versions, what the schedule says now
        """
        reigns = [(None, calendar.id)]
        if company:
            choices = self.env["governance.schedule.choice"]
            reigns = choices._get_reigns(company) or reigns
        # A company that has none any more keeps the last one that it had.
        present = calendar.id or reigns[-1][1]
        rows = self.sudo().search_fetch(
            Domain("calendar_key", "in", [key for _since, key in reigns]),
            ["calendar_key", "date_start", "zone", "name"],
            order="id",
        )
        rows = rows.grouped("calendar_key")
        if present not in rows:
            return self.env["governance.business.time"]._get_working_time(calendar)
        ends = [since for since, _key in reigns[1:]] + [None]
        versions = []
        # Of what it says, only that of the times that clocks ask for is read, at once.
        for (since, key), until in zip(reigns, ends, strict=True):
            said = rows.get(key, self)
            for place, row in enumerate(said):
                start = row.date_start or None
                if since and (not start or start <= since):
                    # Of those of one moment the last one holds.
                    start = since
                if not until or not start or start < until:
                    row = row.with_prefetch(said[place:].ids)
                    versions.append(Version(start, row._get_schedule(), row.name))
        return VersionedTime(versions, (company.id if company else None, present))

    def _get_schedule(self):
        """Return what this version says; it is read when somebody asks."""
        return Schedule(self.zone, lambda: self.data)

    # ------------------------------------------------------------------
    # WRITING
    # ------------------------------------------------------------------

    @api.model
    def _begin(self, calendars):
        """Record what schedules say that something runs on from now on."""
        known = self.sudo().search_fetch(
            Domain("calendar_key", "in", calendars.ids), ["calendar_key"]
        )
        new = sorted(set(calendars.ids) - set(known.mapped("calendar_key")))
        if not new:
            return
        # Whoever comes second starts again, and finds them.
        self.env.cr.execute(
            SQL("UPDATE resource_calendar SET id = id WHERE id IN %s", tuple(new))
        )
        calendars = calendars.sudo().browse(new)
        said = self._read_schedules(calendars)
        self._seal().create(
            [self._prepare(calendar, said[calendar.id]) for calendar in calendars]
        )

    @api.model
    def _note_change(self, calendars=None, companies=None, is_general=False):
        """Have it recorded at the end of the transaction what schedules say then.

        One version is written, however many lines were changed, and none when nothing
        has changed in the end.

        :param companies: those that may have another schedule now
        :param bool is_general: a holiday has changed that concerns many schedules
        """
        callbacks = self.env.cr.precommit
        if CHANGED not in callbacks.data:
            callbacks.data[CHANGED] = {"calendars": set(), "companies": set()}
            callbacks.add(self.sudo()._record_changes)
        changed = callbacks.data[CHANGED]
        changed["calendars"].update(calendars.ids if calendars else ())
        changed["companies"].update(companies.ids if companies else ())
        changed["is_general"] = is_general or changed.get("is_general")

    def _record_changes(self):
        """Record the schedules that this transaction has changed, if they changed."""
        changed = self.env.cr.precommit.data.pop(CHANGED, None)
        if not changed:
            return
        if changed["companies"]:
            companies = self.env["res.company"].browse(changed["companies"]).exists()
            self.env["governance.schedule.choice"]._record(companies)
        domain = Domain("date_end", "=", False) & Domain("calendar_id", "!=", False)
        if not changed["is_general"]:
            domain &= Domain("calendar_key", "in", list(changed["calendars"]))
        present = self.sudo().search(domain, order="calendar_key")
        said = self._read_schedules(present.calendar_id)
        now = fields.Datetime.now()
        for version in present:
            calendar = version.calendar_id
            # What is over when a version begins is never asked of it.
            data = drop_past(said[calendar.id], now)
            if (version.zone, drop_past(version.data, now)) == (calendar.tz, data):
                continue
            start = max(now, version.date_start or now)
            version._seal().date_end = start
            version.flush_recordset()
            self._seal().create(self._prepare(calendar, data, start))

    @api.model
    def _prepare(self, calendar, data, start=False):
        return {
            "name": calendar.name,
            "calendar_id": calendar.id,
            "calendar_key": calendar.id,
            "company_id": calendar.company_id.id,
            "date_start": start,
            "user_id": self.env.uid,
            "zone": calendar.tz,
            "data": data,
        }

    @api.model
    def _read_schedules(self, calendars):
        """Return what schedules say now, by their numbers, whoever asks."""
        time = self.env["governance.business.time"]
        calendars = time._plain(calendars)
        leaves = calendars.env["resource.calendar.leaves"].search(
            Domain("time_type", "=", "leave")
            & Domain("resource_id", "=", False)
            & Domain("calendar_id", "in", [False, *calendars.ids])
        )
        return {
            calendar.id: read_schedule(
                calendar,
                time._get_attendances(calendar),
                leaves.filtered(calendar._has_holiday),
            )
            for calendar in calendars
        }

    # ------------------------------------------------------------------
    # IN WORDS
    # ------------------------------------------------------------------

    def _get_content(self):
        """Return in words, line by line, what this version says."""
        self.ensure_one()
        data = self.data or {"hours": [], "leaves": []}
        weekdays = self.env["resource.calendar.attendance"]._fields["dayofweek"]
        weekdays = dict(weekdays._description_selection(self.env))
        lines = []
        for weekday, week, start, end in data["hours"]:
            values = {
                "day": weekdays[str(weekday)],
                "start": format_duration(start),
                "end": format_duration(end),
            }
            if week is None:
                text = self.env._("%(day)s: %(start)s to %(end)s", **values)
            else:
                text = self.env._(
                    "%(day)s of week %(week)s: %(start)s to %(end)s",
                    week=week + 1,
                    **values,
                )
            lines.append(text)
        for start, end in data["leaves"]:
            lines.append(
                self.env._(
                    "Holiday from %(start)s to %(end)s",
                    start=format_datetime(self.env, datetime.fromisoformat(start)),
                    end=format_datetime(self.env, datetime.fromisoformat(end)),
                )
            )
        return "\n".join(lines) or self.env._("No working time.")
