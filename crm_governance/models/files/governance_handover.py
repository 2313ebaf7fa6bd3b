# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain


class GovernanceHandover(models.Model):
    """Leavers hand over files, departments, loans and disclosures (C-41, C-42)."""

    _inherit = "governance.handover"

    def _get_holdings(self):
        person = self.sudo().user_id
        mine = Domain("user_id", "=", person.id) & Domain(
            "company_id", "=", self.company_id.id
        )
        lines = self.env["governance.loan.line"].sudo()
        out = Domain("state", "in", ("handed_out", "claimed"))
        paper = Domain("medium", "=", "paper")
        reading = Domain("state", "=", "handed_out") & ~paper
        collectors = self.env["governance.filing.collector"].sudo()
        current = collectors._get_current_domain() & Domain("date_end", "=", False)
        kept = {
            "volume": lines.search(mine & out & paper),
            "reading": lines.search(mine & reading),
            "waiting": lines.search(mine & Domain("state", "=", "waiting")),
            "request": self.env["governance.loan"]
            .sudo()
            .search(mine & Domain("state", "=", "requested")),
            "file": self.env["governance.file"]
            .sudo()
            .search(mine & Domain("state", "=", "open")),
            "collector": collectors.search(mine & current),
            "disclosure": self.env["governance.disclosure"]
            .sudo()
            .search(mine & Domain("state", "in", ("requested", "approved"))),
        }
        return super()._get_holdings() + list(kept.items())

    def _pass_on_volume(self, line):
        """Refuse to pass on what is out: no borrower lends on (E-49)."""
        raise UserError(
            self.env._(
                "%(loan)s: volumes on paper are brought to the custodian, who takes "
                "them back.",
                loan=line.sudo().loan_id.name,
            )
        )

    def _pass_on_reading(self, line):
        line._check_custodian()
        self._check_goes()
        known = line._lock()
        known._check_state("handed_out")
        known.with_env(self.env)._finish(
            "returned", {"condition": "good"}, note=self.display_name
        )

    def _pass_on_waiting(self, line):
        line._check_custodian()
        self._check_goes()
        known = line._lock()
        known._check_state("waiting")
        self._check_not_waiting(known.volume_id)
        self.env["governance.loan.event"]._record(
            "dropped", known, note=self.display_name
        )
        known._drop()
        known.loan_id._settle()
        known.loan_id._tell_borrower(
            lambda env: (
                env._("%(loan)s has ended", loan=known.loan_id.name),
                env._("Open the loan to read what has happened."),
            )
        )

    def _pass_on_request(self, loan):
        loan.check_access("read")
        known = loan._as_known()
        known.line_ids.with_env(self.env)._check_custodian()
        self._check_goes()
        known.line_ids._lock()
        known._lock("requested")
        self._check_not_waiting(known.line_ids.volume_id)
        known._leave("cancelled", note=self.display_name)
        for request in known._get_open_approvals():
            request._close("withdrawn")

    def _pass_on_file(self, file):
        file.write({"user_id": self.successor_id.id})

    def _pass_on_collector(self, collector):
        """End the entry, and let the successor collect from today on (E-04)."""
        department = collector.department_id
        today = department.company_id._get_governance_today()
        ends = max(collector.date_start, today - timedelta(days=1))
        collector.write({"date_end": ends})
        if self.successor_id not in department.current_collector_ids:
            collector.create(
                {
                    "department_id": department.id,
                    "user_id": self.successor_id.id,
                    "date_start": today,
                }
            )

    def _pass_on_disclosure(self, disclosure):
        """Let nothing be given that nobody answers for; who needs it asks anew."""
        self.env.user._check_governance_custodian()
        disclosure.check_access("read")
        self._check_goes()
        known = disclosure.sudo()._lock("requested", "approved")
        for request in known._get_open_approvals():
            request._close("withdrawn")
        known._as_system().write({"state": "draft"})

    def _check_not_waiting(self, volumes):
        """Refuse that people take others out of a queue in which they stand.

        :raises AccessError: saying who may
        """
        lines = self.env["governance.loan.line"].sudo()
        if lines.search_count(
            Domain("user_id", "=", self.env.uid)
            & Domain("volume_id", "in", volumes.ids)
            & Domain("state", "in", ("draft", "waiting")),
            limit=1,
        ):
            raise AccessError(
                self.env._(
                    "You ask for this volume yourself, so another data custodian has "
                    "to do this."
                )
            )
