# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup
from reportlab.graphics.barcode import createBarcodeDrawing

from odoo import api, models
from odoo.exceptions import AccessError, ValidationError

from .governance_file_volume import UNFILED


class GovernanceFileVolume(models.Model):
    """What a scanner finds a volume by."""

    _inherit = "governance.file.volume"

    def write(self, vals):
        """Change volumes; AccessError for the barcode of what is filed."""
        if not self._is_system():
            self._check_barcode_change(vals)
        return super().write(vals)

    @api.constrains("barcode")
    def _check_barcode(self):
        """No barcode is the code of another volume: the desk reads both."""
        for volume in self.filtered("barcode"):
            taken = self.sudo().search_count(
                [
                    ("company_id", "=", volume.company_id.id),
                    ("code", "=", volume.barcode),
                    ("id", "!=", volume.id),
                ],
                limit=1,
            )
            if taken:
                raise ValidationError(
                    self.env._("Another volume has this barcode already.")
                )

    def _check_barcode_change(self, vals):
        """Let custodians alone change what filed volumes are found by.

        :raises AccessError: for everybody else
        """
        if "barcode" not in vals or self.env.user.has_group(
            "crm_governance.group_custodian"
        ):
            return
        if any(volume.state not in UNFILED for volume in self.sudo()):
            raise AccessError(
                self.env._("The volume is filed: a data custodian changes its barcode.")
            )

    def _get_barcode_drawing(self):
        """Return the barcode as a drawing for labels, empty where none is possible.

        Drawn as SVG, which needs no library of the system.
        """
        self.ensure_one()
        if not self.barcode or not self.barcode.isascii():
            return ""
        drawing = createBarcodeDrawing("Code128", value=self.barcode, barHeight=36)
        svg = drawing.asString("svg")
        # As wide as the label, whatever its height.
        svg = svg.replace("xMinYMin meet", "none")
        return Markup(svg[svg.index("<svg") :])
