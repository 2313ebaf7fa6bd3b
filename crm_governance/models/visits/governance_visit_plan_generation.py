# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import contextmanager

from odoo import models

# The plans whose contacts are being changed together, in the data of a transaction.
CHANGING = "governance_visit_plan_changing"


class GovernanceVisitPlan(models.Model):
    """Making the planned contacts of plans anew, and counting what they take."""

    _inherit = "governance.visit.plan"

    def action_generate(self):
        """Propose what the policies ask for in the month of these drafts.

        :raises UserError: for plans that are no drafts, or whose month is over
        """
        self.check_access("write")
        self._check_planner()
        self._lock("draft")
        before = self.open_slot_ids
        self._generate_slots()
        return self._prepare_notice(
            self.env._(
                "The plan has %(count)s contacts, %(added)s of them new.",
                count=len(self.open_slot_ids),
                added=len(self.open_slot_ids - before),
            )
        )

    def _generate_slots(self):
        """Make what is due of these plans anew; whoever calls has checked the rights.

        What has a visit, was waived or is over stays.

        :raises UserError: when somebody works on a plan, or its month is over
        """
        self._lock("draft", "approved")
        generator = self.env["governance.visit.generator"].sudo()
        for (company, month), plans in self.grouped(
            lambda plan: (plan.company_id, plan.month)
        ).items():
            generator._generate(company, month, plans.user_id)
        return self

    def _refresh_figures(self):
        """Write effort, excess and problems anew, after slots have changed."""
        changing = self.env.cr.precommit.data.get(CHANGING)
        if changing is not None:
            changing.update(self.ids)
            return
        self.env.flush_all()
        generator = self.env["governance.visit.generator"].sudo()
        for (company, month), plans in self.grouped(
            lambda plan: (plan.company_id, plan.month)
        ).items():
            generator._refresh_others(
                self._get_fit_scope(company, month), set(plans.ids)
            )
        self.invalidate_recordset()

    @contextmanager
    def _changing_together(self):
        """Write the figures once for all contacts that change inside."""
        data = self.env.cr.precommit.data
        if CHANGING in data:
            yield
            return
        data[CHANGING] = set()
        try:
            yield
        finally:
            changed = data.pop(CHANGING, ())
        self.browse(changed)._refresh_figures()
