# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class GovernanceConfidentiality(models.AbstractModel):
    _inherit = "governance.confidentiality"

    @api.model
    def _get_open_models(self):
        return {
            **super()._get_open_models(),
            "website.technical.page": "Pages of the website, without customers.",
        }


class WebsiteVisitor(models.Model):
    _name = "website.visitor"
    _inherit = ["governance.classified.mixin", "website.visitor"]
