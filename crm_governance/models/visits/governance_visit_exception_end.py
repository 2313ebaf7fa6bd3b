# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class GovernanceVisitException(models.Model):
    """The end of an own cadence: early, on its day, or when customers are merged."""

    _inherit = "governance.visit.exception"

    can_end = fields.Boolean(compute="_compute_can_end")

    @api.depends("state", "requester_id", "company_id")
    @api.depends_context("uid")
    def _compute_can_end(self):
        for exception in self:
            exception.can_end = (
                exception.state == "active" and self.env.user in exception._get_enders()
            )

    def action_end(self):
        """End the exceptions today: the policy holds again from now on.

        :raises UserError: for everybody but who asked and who may decide such requests
        """
        self.check_access("read")
        for exception in self:
            exception._check_ender()
            exception._lock("active")
            exception._finish()
        return True

    def _check_ender(self):
        self.ensure_one()
        if self.env.user not in self._get_enders():
            raise UserError(
                self.env._(
                    "%(exception)s is ended by who asked for it (%(person)s) or by the "
                    "leader.",
                    exception=self.display_name,
                    person=self.sudo().requester_id.name,
                )
            )

    def _get_enders(self):
        """Return who asked and who leads that person."""
        requester = self.sudo().requester_id
        return requester | self.env["governance.approver.mixin"]._get_leaders(
            requester, self.company_id
        )

    def _finish(self):
        """End the exception, today at the latest."""
        self.ensure_one()
        today = self.company_id._get_governance_today()
        # What has not begun yet never holds: no day is left of it.
        day = max(self.date_start, min(today, self.date_end))
        self._as_system().write({"state": "ended", "date_end": day})

    @api.model
    def _settle_merge(self, sources, target):
        """Leave one exception for each day when customers are merged into `target`.

        Those of the customer that stays go first, then those that began first.
        """
        found = self.sudo().search(
            Domain("partner_id", "in", (sources | target).ids)
            & Domain("state", "in", ("active", "ended")),
            order="date_start, id",
        )
        kept = self.browse()
        for exception in found.sorted(lambda one: one.partner_id != target):
            if kept.filtered(exception._overlaps):
                # No day is left of it.
                exception._as_system().write(
                    {"state": "ended", "date_end": exception.date_start}
                )
            else:
                kept |= exception

    def _overlaps(self, other):
        """Return whether two exceptions hold for the same role and channel on a day."""
        names = ("company_id", "role_id", "channel_id")
        return (
            all(self[name] == other[name] for name in names)
            and self.date_start < other.date_end
            and other.date_start < self.date_end
        )

    @api.model
    def _cron_end(self):
        """End what is over; what was missed for a week is caught up."""
        active = Domain("state", "=", "active")
        for (company,) in self.sudo()._read_group(active, ["company_id"]):
            over = active & Domain("company_id", "=", company.id)
            over &= Domain("date_end", "<=", company._get_governance_today())
            if not self._isolate_each(over, "_finish"):
                return
