# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..policy.unchecked_many2one import UncheckedMany2one


class GovernanceAccessEntry(models.Model):
    """Register of who looked at which confidential customer, and who let them."""

    _name = "governance.access.entry"
    _description = "Access Register"
    _inherit = ["governance.classified.mixin", "governance.sealed.mixin"]
    _order = "id desc"
    _rec_name = "event"

    date = fields.Datetime(required=True, readonly=True, index=True)
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="By",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    event = fields.Selection(
        selection=[
            ("opened", "Opened"),
            ("read_many", "Read many"),
            ("exported", "Exported"),
            ("printed", "Printed"),
            ("denied", "Denied"),
            ("requested", "Access requested"),
            ("granted", "Access granted"),
            ("refused", "Access refused"),
            ("revoked", "Access revoked"),
            ("proposed", "Level proposed"),
            ("raised", "Level raised"),
            ("lowered", "Level lowered"),
            ("kept", "Level kept"),
            ("suspended", "Person suspended"),
            ("resumed", "Suspension lifted"),
            ("cleared", "Clearance changed"),
            ("merged", "Customers merged"),
        ],
        required=True,
        readonly=True,
        index=True,
    )
    # Unchecked: a line outlives the customer that it tells about.
    partner_id = UncheckedMany2one(
        comodel_name="res.partner", string="Customer", readonly=True, index=True
    )
    rank = fields.Integer(
        readonly=True, aggregator=None, help="The level at that moment."
    )
    subject_id = fields.Many2one(
        comodel_name="res.users",
        string="Person concerned",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    res_model = fields.Char(string="Record model", readonly=True)
    res_id = fields.Many2oneReference(
        string="Record number", model_field="res_model", readonly=True
    )
    detail = fields.Json(readonly=True)

    @api.model
    def _record(
        self, event, partners, *, subject=None, record=None, detail=None, apart=False
    ):
        """Add a line for each customer, signed by the current user and dated now.

        :param partners: the customers concerned, maybe none
        :param subject: the user whose rights change
        :param record: the record that was opened, printed, decided …
        :param bool apart: write in a transaction of its own, so that the line
            stays when the request fails
        """
        customers = partners.sudo().commercial_partner_id
        common = {
            "date": fields.Datetime.now(),
            "user_id": self.env.uid,
            "event": event,
            "subject_id": subject.id if subject else False,
            "res_model": record._name if record is not None else False,
            "res_id": record.id if record else False,
            "detail": detail,
        }
        vals_list = [
            {**common, "partner_id": customer.id, "rank": customer.classification_rank}
            for customer in customers
        ] or [common]
        if not apart:
            return self._seal().create(vals_list)._unseal()
        with self.env.registry.cursor() as cr:
            self.with_env(self.env(cr=cr))._seal().create(vals_list)
        return self.browse()
