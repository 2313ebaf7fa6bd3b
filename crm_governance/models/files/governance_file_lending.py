# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import format_list


class GovernanceFile(models.Model):
    """Who holds volumes of a file, for whoever reads those volumes."""

    _inherit = "governance.file"

    def _get_holder_text(self):
        out = self.volume_ids.filtered("is_out")
        lost = self.volume_ids.filtered("is_lost") - out
        lost = lost.filtered(lambda volume: volume.state != "destroyed")
        texts = []
        if out:
            holders = dict.fromkeys(volume.holder for volume in out if volume.holder)
            texts.append(
                self.env._(
                    "On loan: %(holders)s", holders=format_list(self.env, list(holders))
                )
            )
        if lost:
            codes = [volume.code or volume.name for volume in lost]
            texts.append(
                self.env._("Lost: %(volumes)s", volumes=format_list(self.env, codes))
            )
        return " · ".join(texts) or super()._get_holder_text()
