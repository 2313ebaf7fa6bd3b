# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class IrAttachment(models.Model):
    """Files that are read on loan: looked at on record, copied by policy (C-18)."""

    _inherit = "ir.attachment"

    def _register_use(self, event):
        """Keep in mind what people open that they may not copy as well."""
        if event == "opened":
            for file, lines in self._get_uncopied():
                lines._note_fetched(file.name)
        return super()._register_use(event)

    def _check_lent_copy(self):
        """Refuse copies of what is lent without them.

        :raises UserError: naming the policy
        """
        for _file, lines in self._get_uncopied():
            lines[0]._refuse_copy()

    def _get_uncopied(self):
        """Yield the files that are read on loan without copies, with the loans."""
        if self.env.su or not self.env.user._is_internal():
            return
        volumes = {file: file._get_volumes() for file in self}
        numbers = {volume.id for some in volumes.values() for volume in some}
        if not numbers:
            return
        lines = self.env["governance.loan.line"]._get_uncopied(list(numbers))
        by_volume = lines.grouped("volume_id")
        for file, some in volumes.items():
            for volume in some:
                if volume in by_volume:
                    yield file.sudo(), by_volume[volume].with_env(self.env).sudo()
