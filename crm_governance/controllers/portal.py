# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal


class GovernancePortal(CustomerPortal):
    """Pages for customers, as employees open them."""

    def _document_check_access(self, model_name, document_id, access_token=None):
        """Check a document; employees need the clearance whatever link they have."""
        document = super()._document_check_access(
            model_name, document_id, access_token=access_token
        )
        own = request.env[model_name].browse(document_id)
        if hasattr(own, "_register_portal_use"):
            own._register_portal_use(bool(request.params.get("report_type")))
        return document
