# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class GovernanceLevelChangeLine(models.Model):
    """One customer of a proposal."""

    _name = "governance.level.change.line"
    _description = "Customer whose Level Changes"
    _inherit = [
        "governance.classified.mixin",
        "governance.guarded.mixin",
        "governance.isolated.mixin",
    ]
    _order = "change_id, id"
    _rec_name = "partner_id"

    change_id = fields.Many2one(
        comodel_name="governance.level.change",
        string="Proposal",
        required=True,
        index=True,
        ondelete="cascade",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        required=True,
        index=True,
        ondelete="restrict",
    )
    present_level_id = fields.Many2one(
        related="partner_id.governance_confidentiality_id", string="Present Level"
    )
    present_rank = fields.Integer(compute="_compute_present_rank")
    former_level_id = fields.Many2one(
        comodel_name="governance.confidentiality.level",
        string="Level before",
        ondelete="restrict",
        readonly=True,
    )
    former_rank = fields.Integer(related="former_level_id.rank")
    state = fields.Selection(
        selection=[("open", "To Do"), ("done", "Done"), ("kept", "Not Changed")],
        default="open",
        required=True,
        readonly=True,
        index=True,
    )
    last_error = fields.Char(string="Problem", readonly=True)

    _partner_uniq = models.UniqueIndex(
        "(change_id, partner_id)", "This customer is on the list already."
    )

    @api.depends("partner_id.classification_rank")
    def _compute_present_rank(self):
        for line in self:
            line.present_rank = line.partner_id.sudo().classification_rank

    @api.constrains("partner_id")
    def _check_partner(self):
        for line in self:
            if line.partner_id.commercial_partner_id != line.partner_id:
                raise ValidationError(
                    self.env._("A contact has the level of its customer.")
                )

    def _note_former(self):
        for line in self:
            line.former_level_id = line.partner_id.governance_confidentiality_id

    def _apply(self):
        """Give these customers the level of their proposal."""
        for change, lines in self.grouped("change_id").items():
            event = "lowered" if change.direction == "lower" else "raised"
            lines.partner_id._classify(change.level_id, event, {"change": change.id})
            lines._as_system().write({"state": "done", "last_error": False})

    def _isolation_failed(self, error):
        """Leave the customer as it is, and say why."""
        if isinstance(error, UserError):
            self._as_system().write({"last_error": str(error), "state": "kept"})
