# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain

from .governance_loan_line import AWAY, PICKUP


class GovernanceLoanLine(models.Model):
    """Who waits for a volume, and who is first to get it."""

    _inherit = "governance.loan.line"

    def _enter_queue(self):
        """Keep approved volumes ready for their borrower, or let the loan wait."""
        now = fields.Datetime.now()
        lines = self._as_system()
        lines.write({"state": "waiting", "date_queued": now})
        lines.flush_recordset()
        gone = lines._get_written_off(lines.volume_id)
        lost = lines.filtered(lambda line: line.volume_id in gone)
        lines -= lost
        busy = lines._get_busy(lines.volume_id)
        queued = lines.filtered(
            lambda line: line.medium == "paper" and line.volume_id in busy
        )
        (lines - queued)._as_system().write({"date_fetch": now + PICKUP})
        self.env["governance.loan.event"]._record("queued", queued)
        lost._give_up()

    @api.model
    def _get_busy(self, volumes):
        """Return those of some volumes that are away, or kept ready for somebody."""
        busy = self.sudo().search(
            Domain("volume_id", "in", volumes.ids) & self._get_busy_domain()
        )
        return busy.volume_id

    @api.model
    def _get_busy_domain(self):
        return Domain("medium", "=", "paper") & (
            Domain("state", "in", AWAY)
            | Domain("state", "=", "waiting") & Domain("date_fetch", "!=", False)
        )

    def _offer_next(self):
        """Tell the first who waits for each of these volumes that it is back."""
        lines = self.sudo()
        free = lines.volume_id - lines._get_busy(lines.volume_id)
        if not free:
            return
        waiting = lines.search(
            [
                ("volume_id", "in", free.ids),
                ("state", "=", "waiting"),
                ("medium", "=", "paper"),
            ],
            order="date_queued, id",
        )
        first = lines.browse()
        for queue in waiting.grouped("volume_id").values():
            first += queue[0]
        if not first:
            return
        first._as_system().write({"date_fetch": fields.Datetime.now() + PICKUP})
        self.env["governance.loan.event"]._record(
            "offered", first, date_due=lambda line: line.date_fetch
        )
        first._tell_ready()

    def _tell_ready(self):
        for loan in self.sudo().loan_id.filtered("user_id"):
            loan._tell_borrower(
                lambda env, loan=loan: (
                    env._("%(loan)s is ready to fetch", loan=loan.name),
                    env._(
                        "What you wait for is back. It is kept ready for you for "
                        "%(days)s days.",
                        days=PICKUP.days,
                    ),
                )
            )

    def _drop(self):
        """Let lines end that were never handed out, and pass volumes on."""
        lines = self.filtered(lambda line: line.state in ("draft", "waiting"))
        lines._as_system().write({"state": "dropped", "date_fetch": False})
        lines.flush_recordset()
        lines._offer_next()
