# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class GovernanceConfidentiality(models.AbstractModel):
    _inherit = "governance.confidentiality"

    @api.model
    def _get_open_models(self):
        return {
            **super()._get_open_models(),
            "mailing.trace": "Has its own checks, see mailing_trace.py.",
            "mailing.trace.report": "Figures of a mailing, without its recipients.",
        }
