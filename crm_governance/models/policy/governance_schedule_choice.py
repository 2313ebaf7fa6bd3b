# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class GovernanceScheduleChoice(models.Model):
    """Which working schedule a company had, from when until when; only added to.

    For clocks that run on whichever schedule the company has (D-41).
    """

    _name = "governance.schedule.choice"
    _description = "Working Schedule of a Company"
    _inherit = "governance.sealed.mixin"
    _order = "id desc"

    name = fields.Char(string="Working Schedule", required=True, readonly=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    # The number outlives the schedule.
    calendar_key = fields.Integer(
        string="Number of the Schedule", required=True, readonly=True
    )
    date_start = fields.Datetime(
        string="Held from", readonly=True, help="Empty: nobody knows what held before."
    )
    date_end = fields.Datetime(
        string="Held until", readonly=True, help="Empty: it holds now."
    )

    _one_present = models.UniqueIndex(
        "(company_id) WHERE date_end IS NULL",
        "A company has one working schedule at a time.",
    )

    @api.model
    def _sealed_mutable_fields(self):
        """Let a choice end when the next one is made."""
        return {"date_end"}

    @api.model
    def _get_reigns(self, company):
        """Return the numbers of the schedules that a company had, with since when.

        :return: list of pairs (moment or None, number), in order
        """
        rows = self.sudo().search_fetch(
            Domain("company_id", "=", company.id),
            ["calendar_key", "date_start"],
            order="id",
        )
        return [(row.date_start or None, row.calendar_key) for row in rows]

    @api.model
    def _begin(self, companies):
        """Record the schedules of companies whose clocks run on them from now on."""
        known = self.sudo().search_fetch(
            Domain("company_id", "in", companies.ids), ["company_id"]
        )
        if new := companies.sudo() - known.company_id:
            # Whoever comes second starts again, and finds them.
            self.env.cr.execute(
                SQL(
                    "UPDATE res_company SET id = id WHERE id IN %s",
                    tuple(sorted(new.ids)),
                )
            )
        calendars = self.env["resource.calendar"]
        for company in new:
            if calendar := company._get_governance_calendar():
                calendars |= calendar
                self._seal().create(self._prepare(company, calendar))
        self.env["governance.schedule.version"]._begin(calendars)

    @api.model
    def _record(self, companies):
        """Record the schedules that companies have now, if they had others before."""
        present = self.sudo().search(
            Domain("company_id", "in", companies.ids) & Domain("date_end", "=", False),
            order="company_id",
        )
        now = fields.Datetime.now()
        for choice in present:
            company = choice.company_id
            calendar = company._get_governance_calendar()
            if not calendar or calendar.id == choice.calendar_key:
                continue
            self.env["governance.schedule.version"]._begin(calendar)
            start = max(now, choice.date_start or now)
            choice._seal().date_end = start
            choice.flush_recordset()
            self._seal().create(self._prepare(company, calendar, start))

    @api.model
    def _prepare(self, company, calendar, start=False):
        return {
            "name": calendar.name,
            "company_id": company.id,
            "calendar_key": calendar.id,
            "date_start": start,
        }
