# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG

FILED = ("governance.file.volume", "governance.file.document")
# What is approved on the evidence of files.
DECIDED = ("governance.disclosure", "governance.loan")
# What a file is, where it belongs and what it is called.
CONTENT = {"raw", "datas", "db_datas", "store_fname", "url", "type"}
PLACE = {"res_model", "res_id", "res_field"}
LABEL = {"name", "mimetype"}


class IrAttachment(models.Model):
    """Electronic documents stay as they are: composed, filed, held, decided on (E-56).

    From composing on, nobody but the destruction of the volume touches them.
    """

    _inherit = "ir.attachment"

    @api.model_create_multi
    def create(self, vals_list):
        """Add; refused for what is composed and for what was destroyed."""
        files = super().create(vals_list)
        # Where they lie may come from defaults in the context too.
        files._check_filed(files._get_places())
        files._check_not_destroyed()
        files._check_not_exchanged()
        return files

    def write(self, vals):
        """Change; refused for what is composed, filed, preserved or decided on."""
        if not (CONTENT | PLACE).isdisjoint(vals):
            self._check_kept("change")
        if not (CONTENT | PLACE | LABEL).isdisjoint(vals):
            self._check_filed(self._get_places())
        if not PLACE.isdisjoint(vals):
            self._check_filed(
                [
                    (vals.get("res_model", model), vals.get("res_id", res_id))
                    for model, res_id in self._get_places()
                ]
            )
        result = super().write(vals)
        if not PLACE.isdisjoint(vals):
            self._check_not_destroyed()
            self._check_not_exchanged()
        return result

    def unlink(self):
        """Delete; refused for what is composed, filed, preserved or decided on."""
        self._check_kept("delete")
        self._check_filed(self._get_places())
        return super().unlink()

    def _get_places(self):
        return [(file.res_model, file.res_id) for file in self.sudo()]

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

    def _check_kept(self, operation):
        """Refuse to change or delete what belongs to a volume that is kept.

        Odoo deletes files as the system too, with a message for instance: so
        only the destruction itself is let through.

        :raises UserError: naming the volume
        """
        if self.env["governance.file.volume"]._is_system() or (
            self.env.uid == SUPERUSER_ID and self.env.context.get(MODULE_UNINSTALL_FLAG)
        ):
            return
        self._check_evidence_kept()
        volumes = self._get_volumes()
        volumes.sudo(False)._check_not_held(operation)
        for volume in volumes:
            if volume.is_under_retention:
                raise UserError(
                    self.env._(
                        "“%(volume)s” has been filed: what belongs to it stays as it "
                        "is until it is destroyed.",
                        volume=volume.sudo(False).display_name,
                    )
                )

    def _check_evidence_kept(self):
        """Refuse to change or delete what disclosures and loans were decided on.

        :raises UserError: naming the record
        """
        files = self.sudo().filtered(lambda file: file.res_model in DECIDED)
        for name, some in files.grouped("res_model").items():
            for record in self.env[name].sudo().browse(some.mapped("res_id")).exists():
                if record._is_closed():
                    raise UserError(
                        self.env._(
                            "“%(number)s” was sent for approval: its evidence stays.",
                            number=record.name,
                        )
                    )

    def _check_not_exchanged(self):
        """Refuse that a file takes the place of what was decided on.

        :raises UserError: naming the record
        """
        self.sudo().filtered("res_field")._check_evidence_kept()

    def _check_not_destroyed(self):
        """Refuse that documents come to what was destroyed.

        :raises UserError: naming the volume
        """
        for volume in self._get_volumes():
            if volume.state == "destroyed":
                raise UserError(
                    self.env._(
                        "“%(volume)s” has been destroyed: nothing is added to it.",
                        volume=volume.sudo(False).display_name,
                    )
                )

    def _get_volumes(self):
        """Return the volumes, as the system, that these files belong to."""
        volumes = self.env["governance.file.volume"].sudo()
        documents = self.env["governance.file.document"].sudo()
        files = self.sudo().filtered(lambda file: file.res_model in FILED)
        for file in files.filtered("res_id"):
            if file.res_model == volumes._name:
                volumes |= volumes.browse(file.res_id)
            else:
                documents |= documents.browse(file.res_id)
        return volumes.exists() | documents.exists().volume_id
