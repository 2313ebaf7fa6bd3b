# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class PortalMixin(models.AbstractModel):
    _inherit = "portal.mixin"

    def _get_share_url(
        self, redirect=False, signup_partner=False, pid=None, share_token=True
    ):
        """Make the link that opens a document without a login, and register it."""
        url = super()._get_share_url(
            redirect=redirect,
            signup_partner=signup_partner,
            pid=pid,
            share_token=share_token,
        )
        if share_token and hasattr(self, "_collect_reading"):
            if not self.env.su and self.env.user._is_internal():
                self._collect_reading("shared")
        return url
