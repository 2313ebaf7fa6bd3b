# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Domain


class GovernanceFiledMixin(models.AbstractModel):
    """A live loan opens a sealed electronic volume to read, not to copy (C-16)."""

    _inherit = "governance.filed.mixin"

    @api.model
    def _get_sealed_reader_domain(self):
        lines = self.env["governance.loan.line"]
        return super()._get_sealed_reader_domain() | Domain(
            "loan_line_ids", "any!", lines._get_reading_domain(self.env.user)
        )

    def _check_copying(self):
        """Refuse copies of what is lent without them too.

        :raises UserError: naming the policy (C-18)
        """
        super()._check_copying()
        # What is about a customer as a whole lies in no volume.
        if self.env.su or self._filed_in not in self._fields:
            return
        volumes = {record._get_volume_id() for record in self.sudo()} - {False}
        lines = self.env["governance.loan.line"]._get_uncopied(list(volumes))
        if lines:
            lines[0].with_env(self.env).sudo()._refuse_copy()
