# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class GovernanceHandoverLine(models.Model):
    _inherit = "governance.handover.line"

    kind = fields.Selection(
        selection_add=[
            ("volume", "Volume in hand"),
            ("reading", "Electronic volume on loan"),
            ("waiting", "Volume kept ready or waited for"),
            ("request", "Loan asked for"),
            ("file", "Customer file, as its custodian"),
            ("collector", "Department, as its collector"),
            ("disclosure", "Disclosure asked for"),
        ],
        ondelete={
            kind: "cascade"
            for kind in (
                "volume",
                "reading",
                "waiting",
                "request",
                "file",
                "collector",
                "disclosure",
            )
        },
    )

    def _get_item_name(self):
        """Name volumes besides their loans, and the department of a collector."""
        if self.kind in ("volume", "reading", "waiting"):
            line = self._get_holding().sudo()
            volume = line.volume_id
            volume.fetch()
            volume_name = volume.with_env(self.env).display_name
            return f"{line.loan_id.name} ({volume_name})"
        if self.kind == "collector":
            return self._get_holding().sudo().department_id.name
        if self.kind in ("request", "disclosure"):
            # A number, which tells nothing of the customer.
            return self._get_holding().sudo().name
        return super()._get_item_name()
