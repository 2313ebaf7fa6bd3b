# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_datetime

from .governance_visit import DONE


class GovernanceVisit(models.Model):
    """Who writes and moves a report, and what is missing in it."""

    _inherit = "governance.visit"

    def _check_visitor(self):
        """Refuse what the visitor alone does.

        :raises UserError: naming the visitor
        """
        self._check_author()

    def _check_moving_rights(self):
        """Let the visitor and who leads him or her call the visit off.

        :raises AccessError: for others
        """
        for visit in self:
            allowed = visit.user_id | visit._get_leaders_of(visit.user_id)
            if self.env.user not in allowed:
                raise AccessError(
                    self.env._(
                        "%(visitor)s, or who leads %(visitor)s, calls the visit off.",
                        visitor=visit.sudo().user_id.name,
                    )
                )

    def _check_begun(self):
        """Refuse reports on visits that have not begun.

        :raises UserError: saying when it begins
        """
        now = fields.Datetime.now()
        for visit in self:
            begin = min(filter(None, (visit.date_start, visit.date_checkin)))
            if begin > now:
                raise UserError(
                    self.env._(
                        "%(visit)s begins at %(time)s: it cannot be reported before. "
                        "If it was earlier, change its time first.",
                        visit=visit.name,
                        time=format_datetime(self.env, visit.date_start),
                    )
                )

    def _check_held_in_past(self):
        """Refuse to move visits that took place into the future.

        :raises UserError: saying what to do instead
        """
        for visit in self.filtered(lambda visit: visit.state in DONE):
            if visit.date > visit._get_local_date(fields.Datetime.now()):
                raise UserError(
                    self.env._(
                        "%(visit)s took place, so its day is not in the future. Plan "
                        "another visit for the next meeting.",
                        visit=visit.name,
                    )
                )

    def _check_complete(self):
        """Refuse reports that do not say what the leader wants to know (B-12, B-25).

        :raises UserError: naming what is missing
        """
        self.ensure_one()
        if missing := self._get_missing():
            raise UserError(
                self.env._(
                    "The report on %(visit)s is not complete:\n%(missing)s",
                    visit=self.name,
                    missing="\n".join(f"• {sentence}" for sentence in missing),
                )
            )

    def _get_missing(self):
        """Return what a report lacks, as sentences."""
        missing = []
        if not (self.result or "").strip():
            missing.append(
                self.env._("Result: what was talked about, what came of it.")
            )
        in_person = self.channel_id.kind in ("visit", "presence")
        if in_person and not (self.needs or "").strip():
            missing.append(
                self.env._("Needs and Opinions: what the customer needs and thinks.")
            )
        if self.channel_id.kind == "visit" and not self.purpose_ids:
            missing.append(self.env._("Purposes: what the visit was for."))
        return missing

    @api.model
    def _get_reason(self, reason):
        reason = str(reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say why: the reason stays with the visit."))
        return reason
