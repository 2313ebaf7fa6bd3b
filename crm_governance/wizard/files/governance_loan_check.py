# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
from datetime import timedelta

from odoo import api, fields, models

# The list reaches back to the oldest backup that somebody would still restore.
KEPT = timedelta(days=90)


class GovernanceLoanCheck(models.TransientModel):
    """Compares the register of loans with what is lent, after a restore (E-46).

    What has happened since the backup is on the list that was kept outside alone.
    """

    _name = "governance.loan.check"
    _description = "Comparison of Register and Loans"
    _inherit = "governance.register.check.mixin"

    date_from = fields.Datetime(
        string="Recorded since",
        default=lambda self: fields.Datetime.now() - KEPT,
        help="The list has what was recorded from then on. Take it further back than "
        "your oldest backup.",
    )
    export = fields.Binary(readonly=True, attachment=False)

    @api.model
    def _get_register(self):
        return self.env["governance.loan.event"]

    @api.model
    def _get_agreement(self):
        return self.env._(
            "Register, loans and list agree: who holds what is as it was recorded."
        )

    @api.model
    def _get_title(self):
        return self.env._("Compare register and loans")

    def action_download(self):
        """Download the register as a list to be kept outside of the database.

        :raises AccessError: for everybody but custodians and auditors
        """
        self.ensure_one()
        self.check_access("write")
        self._check_reader()
        listing = self._get_register()._get_listing(self.date_from)
        # The mark says to spreadsheets in which character set it is written.
        self.export = base64.b64encode(listing.encode("utf-8-sig"))
        name = f"loans-{fields.Date.context_today(self)}.csv"
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/export/{name}?download=true",
            "target": "self",
        }
