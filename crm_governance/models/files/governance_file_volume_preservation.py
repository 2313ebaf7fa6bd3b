# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL


class GovernanceFileVolume(models.Model):
    """A volume that stays until it is destroyed by two persons (E-56)."""

    _name = "governance.file.volume"
    _inherit = ["governance.file.volume", "governance.kept.mixin"]

    hold_line_ids = fields.One2many(
        comodel_name="governance.legal.hold.line",
        inverse_name="volume_id",
        string="Legal Holds",
        groups="crm_governance.group_hold",
    )
    hold_count = fields.Integer(
        string="Holds in Force",
        compute="_compute_hold_count",
        groups="crm_governance.group_hold",
    )

    @api.depends("hold_line_ids.hold_id.state", "file_id.hold_line_ids.hold_id.state")
    def _compute_hold_count(self):
        for volume in self:
            on_file = volume.file_id.hold_line_ids.filtered(
                lambda line: not line.volume_id
            )
            lines = (volume.hold_line_ids | on_file)._filter_in_force()
            volume.hold_count = len(lines.hold_id)

    def write(self, vals):
        """Change volumes; UserError for what a hold forbids, their content and place.

        Documents have their own check, and new ones may come.
        """
        kept = self._get_user_fields() - self._get_free_fields() - {"document_ids"}
        if not self._is_system() and not kept.isdisjoint(vals):
            self._check_not_held("change")
        return super().write(vals)

    def _check_deletable(self):
        """Keep volumes: they are destroyed by request only (E-56)."""
        self._check_not_held("delete")
        return super()._check_deletable()

    @api.model
    def _get_held_sql(self):
        return SQL(
            "(l.volume_id = k.id OR l.volume_id IS NULL AND l.file_id = k.file_id)",
            to_flush=self._fields["file_id"],
        )

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_open_holds(self):
        """Open the holds that keep these volumes, for who looks after holds."""
        self.check_access("read")
        return self.env["governance.legal.hold"]._open_holds_of(self.file_id)

    def action_propose_destruction(self):
        """Open a draft that asks to destroy these volumes.

        :raises AccessError: for everybody but data custodians
        """
        self.check_access("write")
        destructions = self.env["governance.destruction"]
        self.env.user._check_governance_custodian()
        return destructions._propose(volumes=self)._get_form_action()

    # ------------------------------------------------------------------
    # LENDING
    # ------------------------------------------------------------------

    def _check_lendable(self, is_unfiled=False):
        """Keep in the archive what is about to be destroyed; what is held is lent."""
        lines = self.env["governance.destruction.line"].sudo()
        leaving = lines.search(
            [
                ("volume_id", "in", self.ids),
                ("destruction_id.state", "in", ("requested", "approved")),
            ]
        ).volume_id
        return super()._check_lendable(is_unfiled) + [
            self.env._(
                "%(volume)s is on a list of what is to be destroyed.",
                volume=volume.code or volume.name,
            )
            for volume in leaving
        ]
