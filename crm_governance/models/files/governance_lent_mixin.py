# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL


class GovernanceLentMixin(models.AbstractModel):
    """A line about a volume that is lent: all see it, but not whom it names.

    The higher one of the levels of the volume and of its customer counts.
    """

    _name = "governance.lent.mixin"
    _description = "Line about a lent volume"
    _inherit = "governance.redacted.mixin"

    volume_id = fields.Many2one(
        comodel_name="governance.file.volume",
        index=True,
        ondelete="restrict",
    )
    partner_id = fields.Many2one(
        related="volume_id.partner_id", string="Customer", store=True, index=True
    )
    rank = fields.Integer(
        compute="_compute_rank", store=True, aggregator=None, groups=fields.NO_ACCESS
    )

    @api.model
    def _mail_get_partner_fields(self, introspect_fields=False):
        """Propose no customer as recipient of what is written inside (C-19)."""
        return []

    @api.depends("volume_id.classification_rank", "volume_id.level_rank")
    def _compute_rank(self):
        for line in self:
            volume = line.sudo().volume_id
            line.rank = max(volume.classification_rank, volume.level_rank)

    @api.model
    def _get_closed_sql(self, alias, operation, query=None):
        """Judge by the level that is stored, and that of the customer by now."""
        closed = super()._get_closed_sql(alias, operation, query)
        confidentiality = self.env["governance.confidentiality"]
        line = self.sudo()
        rank = line._field_to_sql(alias, "rank", query)
        customer = line._field_to_sql(alias, "partner_id", query)
        return SQL(
            "(%s OR NOT %s AND %s IS NOT TRUE)",
            closed,
            confidentiality._get_cleared_sql(rank),
            confidentiality._get_level_opened_sql(customer, rank, operation),
        )

    def _get_classified_rank(self):
        return self.sudo().rank

    def _get_masked(self):
        """Mask no label: it is a number and names nobody."""
        return self.browse()

    def _as_known(self):
        """Return the records as the superuser, with what the database holds.

        What a reader below the level has fetched in this transaction is blank.
        """
        self.invalidate_recordset()
        # They are fetched together, however they were come by.
        return self.sudo().browse(self.ids)
