# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain


class GovernanceComplaintPartMixin(models.AbstractModel):
    """What belongs to a complaint: read and changed by whom the complaint is.

    Two global record rules ask `is_complaint_readable` and `is_complaint_changeable`,
    two more, as of every governed model, how confidential the customer is.
    """

    _name = "governance.complaint.part.mixin"
    _description = "Part of a complaint"
    _inherit = "governance.classified.mixin"

    complaint_id = fields.Many2one(
        comodel_name="governance.complaint",
        required=True,
        index=True,
        ondelete="restrict",
    )
    partner_id = fields.Many2one(
        related="complaint_id.partner_id",
        string="Customer",
        store=True,
        precompute=True,
        index=True,
    )
    company_id = fields.Many2one(
        related="complaint_id.company_id", store=True, precompute=True, index=True
    )
    is_complaint_readable = fields.Boolean(
        compute="_compute_is_complaint_readable",
        search="_search_is_complaint_readable",
        groups=fields.NO_ACCESS,
    )
    is_complaint_changeable = fields.Boolean(
        compute="_compute_is_complaint_readable",
        search="_search_is_complaint_changeable",
        groups=fields.NO_ACCESS,
    )

    @api.depends_context("uid")
    def _compute_is_complaint_readable(self):
        for name, operation in (
            ("is_complaint_readable", "read"),
            ("is_complaint_changeable", "write"),
        ):
            allowed = self.sudo().filtered_domain(self._get_part_domain(operation))
            for part in self:
                part[name] = part.id in allowed._ids

    def _search_is_complaint_readable(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        return self._get_part_domain("read")

    def _search_is_complaint_changeable(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        return self._get_part_domain("write")

    @api.model
    def _get_part_domain(self, operation):
        """Return the domain of the parts whose complaint is open to the user."""
        rules = self.env["ir.rule"].sudo(False)
        domain = rules._compute_domain("governance.complaint", operation)
        return Domain("complaint_id", "any!", domain)

    @api.model_create_multi
    def create(self, vals_list):
        """Create; AccessError for parts of complaints that one does not change.

        Asked before anything is stored: an index on what there is already would tell.
        """
        if not self.env.su:
            numbers = {
                vals["complaint_id"] for vals in vals_list if "complaint_id" in vals
            }
            complaints = self.env["governance.complaint"].browse(
                numbers - {False, None}
            )
            complaints.check_access("write")
        return super().create(vals_list)

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_open(self):
        """Open this record by itself; AccessError for who may not read it."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
        }

    def action_open_complaint(self):
        """Open the complaint, with the rights of the user."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "governance.complaint",
            "res_id": self.sudo().complaint_id.id,
            "view_mode": "form",
        }
