# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL


class CalendarEvent(models.Model):
    """Events of customer visits: moving one moves the visit."""

    _inherit = "calendar.event"

    governance_visit_ids = fields.One2many(
        comodel_name="governance.visit",
        inverse_name="event_id",
        string="Customer Visit",
        groups="crm_governance.group_user,crm_governance.group_auditor",
    )

    def write(self, vals):
        """Change; the visits follow.

        :raises AccessError: for who may not move the visit
        :raises UserError: when its report was submitted, or it would be opened
        """
        visits = self._get_followed_visits()
        if not visits:
            return super().write(vals)
        moves = not self._get_time_fields().isdisjoint(vals)
        if moves and not self.env.su:
            visits.sudo(False)._check_movable()
        if "privacy" in vals:
            self._check_visits_stay_private(visits, vals["privacy"])
        if vals.get("recurrency"):
            self._refuse_repetition()
        leaves = vals.get("active") is False
        result = super().write(vals)
        if moves:
            visits._follow_events()
        if leaves:
            visits._note_event_gone()
        return result

    def copy_data(self, default=None):
        """Return what a duplicate would hold.

        :raises UserError: for confidential visits, whose name would get out
        """
        visits = self._get_followed_visits()
        if not self.env.su and any(visit._is_confidential() for visit in visits):
            self._refuse_repetition()
        return super().copy_data(default)

    def _refuse_repetition(self):
        raise UserError(
            self.env._(
                "This is the meeting of one visit. Plan another visit for each "
                "further day."
            )
        )

    def unlink(self):
        """Delete; visits stay as they are."""
        visits = self._get_followed_visits()
        result = super().unlink()
        visits._note_event_gone()
        return result

    def action_open_governance_visit(self):
        """Open the visit of the event."""
        self.ensure_one()
        visit = self.governance_visit_ids[:1]
        visit.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "governance.visit",
            "res_id": visit.id,
            "view_mode": "form",
        }

    def _get_followed_visits(self):
        """Return the visits of these events, unless they are what changes these."""
        visits = self.env["governance.visit"].sudo()
        if visits._is_calendar_sync() or not self.ids:
            return visits.browse()
        return visits.search([("event_id", "in", self.ids)])

    @api.model
    def _check_visits_stay_private(self, visits, privacy):
        if privacy != "private" and any(visit._is_confidential() for visit in visits):
            raise UserError(
                self.env._(
                    "The customer of this visit is confidential: to everybody else the "
                    "calendar shows busy, so the event stays private."
                )
            )

    # ------------------------------------------------------------------
    # CONFIDENTIALITY
    # ------------------------------------------------------------------

    def _get_named_customers(self):
        visits = self.sudo().governance_visit_ids
        return super()._get_named_customers() | visits.partner_id

    @api.model
    def _get_clearance_domain(self, operation):
        confidentiality = self.env["governance.confidentiality"]

        def to_sql(model, alias, query):
            return SQL(
                """NOT EXISTS (
                       SELECT 1 FROM governance_visit visit
                        WHERE visit.event_id = %s AND %s)""",
                SQL.identifier(alias, "id"),
                confidentiality._get_hidden_condition(
                    SQL.identifier("visit", "partner_id"), operation
                ),
                to_flush=[
                    self.env["governance.visit"]._fields[name]
                    for name in ("event_id", "partner_id")
                ],
            )

        domain = super()._get_clearance_domain(operation)
        return Domain(domain) & Domain.custom(to_sql=to_sql)
