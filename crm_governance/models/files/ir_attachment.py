# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import AccessError

PLACE = ("res_model", "res_id")
CONTENT = {"raw", "datas", "db_datas", "store_fname", "name", "mimetype", *PLACE}


class IrAttachment(models.Model):
    """The files of documents that are composed stay as they are (E-56)."""

    _inherit = "ir.attachment"

    @api.model_create_multi
    def create(self, vals_list):
        """Add; AccessError for documents of volumes that are composed."""
        self._check_filed([tuple(map(vals.get, PLACE)) for vals in vals_list])
        return super().create(vals_list)

    def write(self, vals):
        """Change; AccessError for documents of volumes that are composed."""
        if not CONTENT.isdisjoint(vals):
            self._check_filed(self._get_places())
            self._check_filed(
                [
                    tuple(vals.get(name, file[name]) for name in PLACE)
                    for file in self.sudo()
                ]
            )
        return super().write(vals)

    def unlink(self):
        """Delete; AccessError for documents of volumes that are composed."""
        self._check_filed(self._get_places())
        return super().unlink()

    def _get_places(self):
        return [tuple(map(file.__getitem__, PLACE)) for file in self.sudo()]

    @api.model
    def _check_filed(self, places):
        """Refuse changes to the files of filed documents, whoever asks.

        Only the product itself destroys them, after its own procedure.
        """
        documents = self.env["governance.file.document"]
        ids = {res_id for model, res_id in places if model == documents._name}
        if not ids or documents._is_system():
            return
        for document in documents.sudo().browse(filter(None, ids)).exists():
            if document._is_closed():
                raise AccessError(
                    self.env._(
                        "“%(document)s” lies in a volume that is composed. Its files "
                        "stay as they are.",
                        document=document.sudo(False).display_name,
                    )
                )
