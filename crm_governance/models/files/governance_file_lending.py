# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import format_list


class GovernanceFile(models.Model):
    """Who holds volumes of a file, for whoever reads those volumes."""

    _inherit = "governance.file"

    def _get_holder_text(self):
        out = self.volume_ids.filtered("is_out")
        if not out:
            return super()._get_holder_text()
        holders = dict.fromkeys(volume.holder for volume in out if volume.holder)
        return self.env._(
            "On loan: %(holders)s", holders=format_list(self.env, list(holders))
        )
