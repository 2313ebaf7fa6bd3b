# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import SUPERUSER_ID, api, models

from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG


class GovernancePolicyLineMixin(models.AbstractModel):
    """A line of a policy, however deep: locked when its policy is."""

    _name = "governance.policy.line.mixin"
    _inherit = "governance.policy.blank.mixin"
    _description = "Line of a versioned policy"

    @api.model_create_multi
    def create(self, vals_list):
        """Add lines to drafts; UserError for presets and published policies."""
        lines = super().create(vals_list)
        lines._check_policy_open()
        return lines

    def write(self, vals):
        """Change lines of drafts; UserError for presets and published policies."""
        # What is refused names the policy.
        self.check_access("write")
        self._check_policy_open()
        result = super().write(vals)
        # The line may have been moved into another policy.
        self._check_policy_open()
        return result

    def unlink(self):
        """Delete lines of drafts; UserError for presets and published policies."""
        self.check_access("unlink")
        uninstalling = self.env.uid == SUPERUSER_ID and self.env.context.get(
            MODULE_UNINSTALL_FLAG
        )
        if not uninstalling:
            self._check_policy_open()
        return super().unlink()

    @api.model
    def _get_policy_path(self):
        """Return the dotted path from a line to its policy."""
        return "policy_id"

    def _check_policy_open(self):
        self.sudo().mapped(self._get_policy_path())._check_open()
