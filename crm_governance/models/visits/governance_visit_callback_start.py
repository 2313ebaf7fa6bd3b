# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class GovernanceVisitCallback(models.Model):
    """Which callbacks an event starts."""

    _inherit = "governance.visit.callback"

    def _filter_started_by(self, trigger):
        """Return what an event starts by itself; on request means by hand."""
        return self.filtered(
            lambda line: line.trigger == trigger and not line.is_on_request
        )

    def _filter_for(self, is_buyer):
        """Return the lines for buyers, or those for everybody else."""
        other = "non_buyer" if is_buyer else "buyer"
        return self.filtered(lambda line: line.buyer != other)
