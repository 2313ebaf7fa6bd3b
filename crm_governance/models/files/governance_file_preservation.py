# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class GovernanceFile(models.Model):
    """A file that stays until it is destroyed by two persons (E-56)."""

    _name = "governance.file"
    _inherit = ["governance.file", "governance.kept.mixin"]

    hold_line_ids = fields.One2many(
        comodel_name="governance.legal.hold.line",
        inverse_name="file_id",
        string="Legal Holds",
        groups="crm_governance.group_hold",
    )
    hold_count = fields.Integer(
        string="Holds in Force",
        compute="_compute_hold_count",
        groups="crm_governance.group_hold",
    )

    @api.depends("hold_line_ids.hold_id.state")
    def _compute_hold_count(self):
        for file in self:
            file.hold_count = len(file.hold_line_ids._filter_in_force().hold_id)

    def write(self, vals):
        """Change files; UserError for the customer of what a hold preserves."""
        if not self._is_system() and "partner_id" in vals:
            self._check_not_held("change")
        return super().write(vals)

    @api.model
    def _get_held_sql(self):
        return SQL("l.file_id = k.id")

    def _check_deletable(self):
        """Keep files: they are destroyed by request only (E-56)."""
        self._check_not_held("delete")
        return super()._check_deletable()

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_open_holds(self):
        """Open the holds on these files, for who looks after holds."""
        self.check_access("read")
        return self.env["governance.legal.hold"]._open_holds_of(self)

    def action_propose_destruction(self):
        """Open a draft that asks to destroy these files with all their volumes.

        :raises AccessError: for everybody but data custodians
        """
        self.check_access("write")
        destructions = self.env["governance.destruction"]
        self.env.user._check_governance_custodian()
        return destructions._propose(files=self)._get_form_action()

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _merge_into(self, file):
        """Bring the volumes into the file that goes on, with what holds them.

        A hold on the whole file holds the whole of the other from then on: what is
        preserved stays so, and later volumes too.
        """
        (self | file)._claim()
        result = super()._merge_into(file)
        lines = self.env["governance.legal.hold.line"].sudo()
        for line in lines.search([("file_id", "in", self.ids)]):
            same = Domain("hold_id", "=", line.hold_id.id) & Domain(
                "file_id", "=", file.id
            )
            whole = same & Domain("volume_id", "=", False)
            if line.volume_id or not lines.search_count(whole, limit=1):
                line._as_system().write({"file_id": file.id})
        self.env.flush_all()
        return result
