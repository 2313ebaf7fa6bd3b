# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import SQL


class CrmTeam(models.Model):
    _inherit = "crm.team"

    def unlink(self):
        """Take deleted teams off the lines of reviews, which have no key on them."""
        self.check_access("unlink")
        lines = self.env["governance.tier.review.line"]
        lines.flush_model(["team_id"])
        self.env.cr.execute(
            SQL(
                """UPDATE governance_tier_review_line SET team_id = NULL
                    WHERE team_id = ANY(%s)""",
                self.ids,
            )
        )
        lines.invalidate_model(["team_id"])
        return super().unlink()
