# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class GovernanceLegalHoldLine(models.Model):
    """A file with all its volumes, or a single volume, that a hold preserves."""

    _name = "governance.legal.hold.line"
    _description = "Item of a Legal Hold"
    _inherit = ["governance.classified.mixin", "governance.guarded.line.mixin"]
    _line_of = "hold_id"
    _order = "hold_id, file_id, id"
    _rec_name = "file_id"

    hold_id = fields.Many2one(
        comodel_name="governance.legal.hold",
        required=True,
        index=True,
        ondelete="restrict",
    )
    file_id = fields.Many2one(
        comodel_name="governance.file",
        string="Customer File",
        required=True,
        index=True,
        ondelete="restrict",
    )
    volume_id = fields.Many2one(
        comodel_name="governance.file.volume",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('file_id', '=', file_id)]",
        help="Empty: the whole file, volumes that are added later included.",
    )
    partner_id = fields.Many2one(related="file_id.partner_id", store=True, index=True)
    company_id = fields.Many2one(related="hold_id.company_id", store=True, index=True)
    state = fields.Selection(related="hold_id.state", string="State of the Hold")

    _item_uniq = models.UniqueIndex(
        "(hold_id, file_id, (COALESCE(volume_id, 0)))",
        "This is on the list of the hold already.",
    )

    @api.constrains("file_id", "volume_id", "hold_id")
    def _check_item(self):
        for line in self.sudo():
            if line.volume_id and line.volume_id.file_id != line.file_id:
                raise ValidationError(
                    self.env._("Choose a volume of the file that the line names.")
                )
            if line.file_id.company_id != line.hold_id.company_id:
                raise ValidationError(
                    self.env._("The file belongs to another company than the hold.")
                )

    @api.depends("file_id", "volume_id", "hold_id.name")
    @api.depends_context("uid")
    def _compute_display_name(self):
        """Tell neither hold nor item to those who have no right on holds."""
        hidden = self._get_masked()
        if not self.env.user.has_group("crm_governance.group_hold"):
            hidden = self
        for line in self:
            item = line.sudo().volume_id or line.sudo().file_id
            line.display_name = (
                self._get_mask()
                if line in hidden
                else f"{line.sudo().hold_id.name}: {item.display_name}"
            )

    @api.model
    def _get_user_fields(self):
        return {"hold_id", "file_id", "volume_id"}

    @api.model_create_multi
    def create(self, vals_list):
        """Add items; those of a hold in force are preserved at once."""
        lines = super().create(vals_list)
        lines.sudo().filtered(lambda line: line.state == "active").with_env(
            self.env
        )._take_effect()
        return lines

    def _check_line(self):
        """Let items be added until the hold is lifted, and changed in drafts only."""
        if not self._is_system():
            self._check_still_open()

    def write(self, vals):
        """Change items of drafts; AccessError for those that are preserved."""
        if not self._is_system():
            self._check_deletable()
        return super().write(vals)

    def _check_deletable(self):
        self.hold_id._check_deletable()

    def _filter_in_force(self):
        return self.filtered(lambda line: line.hold_id.state == "active")

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _take_effect(self):
        """Preserve the items from now on, unless they have just been destroyed.

        :raises UserError: naming what is destroyed
        """
        lines = self.sudo()
        lines.file_id._claim()
        lines.volume_id._claim()
        for item in (*lines.file_id, *lines.volume_id):
            if item.state == "destroyed":
                raise UserError(
                    self.env._(
                        "“%(item)s” has been destroyed, so there is nothing left to "
                        "preserve. Look into the register of destructions.",
                        item=item.with_env(self.env).display_name,
                    )
                )
        self._enter_register("held")

    def _enter_register(self, event):
        """Note it in the access register, which does not tell the name of the hold."""
        for line in self.sudo():
            self.env["governance.access.entry"]._record(
                event, line.partner_id, record=line
            )
