# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class GovernanceFileVolume(models.Model):
    """How long a volume is kept: extended at any time, never shortened (RT-01).

    What the class said when the volume was filed stays on the volume.  A copy of
    it is a new draft and carries none of this.
    """

    _inherit = "governance.file.volume"

    is_under_retention = fields.Boolean(
        readonly=True,
        copy=False,
        help="The volume has been filed, so its class says how long it is kept.",
    )
    is_kept_forever = fields.Boolean(
        string="Kept for Ever",
        readonly=True,
        copy=False,
        help="It was filed in a permanent class. Another class does not change that.",
    )
    awaits_event = fields.Boolean(
        string="Waits for an Event",
        readonly=True,
        copy=False,
        help="The time it is kept begins with an event that has not happened yet.",
    )
    date_event = fields.Date(string="Event on", readonly=True, copy=False)
    is_retention_over = fields.Boolean(
        compute="_compute_is_retention_over",
        search="_search_is_retention_over",
        help="The volume has been kept as long as its class says.",
    )

    @api.depends(
        "is_under_retention",
        "is_kept_forever",
        "awaits_event",
        "retention_until",
        "company_id",
    )
    def _compute_is_retention_over(self):
        for volume in self:
            volume.is_retention_over = bool(
                volume.is_under_retention
                and not volume.is_kept_forever
                and not volume.awaits_event
                and volume.retention_until
                and volume.retention_until < volume._get_today()
            )

    def _search_is_retention_over(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        return Domain.OR(
            Domain("company_id", "=", company.id)
            & Domain("retention_until", "<", self._get_today_in(company))
            for company in self.env["res.company"].sudo().search([])
        ) & Domain(
            [
                ("is_under_retention", "=", True),
                ("is_kept_forever", "=", False),
                ("awaits_event", "=", False),
            ]
        )

    @api.model_create_multi
    def create(self, vals_list):
        """Create volumes; those that are filed at once get their retention."""
        volumes = super().create(vals_list)
        volumes._extend_retention()
        return volumes

    def write(self, vals):
        """Change volumes; how long they are kept follows, and never gets shorter."""
        result = super().write(vals)
        if not {"state", "retention_class_id", "year"}.isdisjoint(vals):
            self._extend_retention()
        return result

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_enter_event(self):
        """Let the years of retention begin today, because the event has happened.

        :raises AccessError: for everybody but data custodians
        """
        self.check_access("write")
        self.env["governance.destruction"]._check_custodian()
        for volume in self.filtered("awaits_event"):
            volume._as_system().write(
                {"awaits_event": False, "date_event": volume._get_today()}
            )
        self._extend_retention()
        return True

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _get_today(self):
        self.ensure_one()
        return self._get_today_in(self.sudo().company_id)

    @api.model
    def _get_today_in(self, company):
        """Return the date where the company works."""
        zone = company.sudo()._get_governance_timezone()
        return fields.Date.context_today(self.with_context(tz=zone))

    def _extend_retention(self):
        """Let the retention of these volumes follow their class and year."""
        self._extend_retention_where(SQL("v.id = ANY(%s)", self.ids))

    @api.model
    def _extend_retention_where(self, condition):
        """Extend the retention of the filed volumes, never shorten it.

        One statement, because a class may hold hundreds of thousands of volumes.
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """UPDATE governance_file_volume v
                      SET is_under_retention = TRUE,
                          is_kept_forever = now.is_kept_forever,
                          awaits_event = now.awaits_event,
                          retention_until = CASE
                              WHEN now.is_kept_forever THEN NULL
                              ELSE GREATEST(v.retention_until, now.until) END
                     FROM (%(now)s) now
                    WHERE now.id = v.id
                      AND (v.is_under_retention IS NOT TRUE
                           OR v.is_kept_forever IS DISTINCT FROM now.is_kept_forever
                           OR v.awaits_event IS DISTINCT FROM now.awaits_event
                           OR NOT now.is_kept_forever
                              AND now.until > COALESCE(v.retention_until,
                                                       '-infinity'))""",
                now=self._get_retention_sql(condition),
            )
        )
        if self.env.cr.rowcount:
            self.invalidate_model(
                [
                    "awaits_event",
                    "is_kept_forever",
                    "is_retention_over",
                    "is_under_retention",
                    "retention_until",
                ]
            )

    @api.model
    def _get_retention_sql(self, condition):
        """Return SQL of what class, year and event say about the filed volumes."""
        return SQL(
            """SELECT v.id,
                      (v.is_kept_forever IS TRUE OR c.is_permanent IS TRUE)
                          AS is_kept_forever,
                      (v.awaits_event IS TRUE OR c.is_event_based IS TRUE)
                          AND v.date_event IS NULL AS awaits_event,
                      CASE WHEN c.years > 0 THEN make_date(
                          LEAST(9999, c.years + COALESCE(
                              date_part('year', v.date_event)::integer, v.year)),
                          12, 31) END AS until
                 FROM governance_file_volume v
            LEFT JOIN governance_retention_class c ON c.id = v.retention_class_id
                WHERE v.state = 'filed' AND %s""",
            condition,
        )
