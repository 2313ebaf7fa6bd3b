# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import AccessError

from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG

CONTENT = {"raw", "datas", "db_datas", "store_fname", "url", "type", "name"}
PLACE = {"res_model", "res_id"}


class IrAttachment(models.Model):
    """Files of a report stay as they are from its submission on (B-56)."""

    _inherit = "ir.attachment"

    @api.model_create_multi
    def create(self, vals_list):
        """Add; AccessError for reports that were submitted."""
        files = super().create(vals_list)
        self._check_visits(files._get_places())
        return files

    def write(self, vals):
        """Change; AccessError for reports that were submitted."""
        if not (CONTENT | PLACE).isdisjoint(vals):
            places = self._get_places()
            self._check_visits(places)
            self._check_visits(
                [
                    (vals.get("res_model", model), vals.get("res_id", res_id))
                    for model, res_id in places
                ]
            )
        return super().write(vals)

    def unlink(self):
        """Delete; AccessError for reports that were submitted."""
        self._check_visits(self._get_places())
        return super().unlink()

    @api.model
    def _check_visits(self, places):
        """Refuse changes to the files of submitted reports, whoever asks.

        Odoo adds files to a chatter as the system.
        """
        visits = self.env["governance.visit"]
        ids = {res_id for model, res_id in places if model == visits._name and res_id}
        uninstalling = self.env.uid == SUPERUSER_ID and self.env.context.get(
            MODULE_UNINSTALL_FLAG
        )
        if not ids or visits._is_system() or uninstalling:
            return
        for visit in visits.sudo().browse(ids).exists():
            if visit.state in ("submitted", "accepted"):
                raise AccessError(
                    self.env._(
                        "The report on %(visit)s was submitted: its files stay as "
                        "they are, and none is added. The leader can give it back.",
                        visit=visit.name,
                    )
                )
