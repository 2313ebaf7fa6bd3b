# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class GovernanceApproverMixin(models.AbstractModel):
    _inherit = "governance.approver.mixin"

    @api.private
    def init(self):
        """Take roles that an addon adds into the decision in the database."""
        if self._name == "governance.approver.mixin":
            self.env["governance.confidentiality"].init()
        return super().init()
