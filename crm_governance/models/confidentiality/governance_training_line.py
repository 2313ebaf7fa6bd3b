# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class GovernanceTrainingLine(models.Model):
    """Who took part in a course, and with what result."""

    _name = "governance.training.line"
    _description = "Participant of a Training"
    _inherit = "governance.guarded.line.mixin"
    _order = "training_id, id"
    _line_of = "training_id"
    _rec_name = "user_id"

    training_id = fields.Many2one(
        comodel_name="governance.training",
        required=True,
        index=True,
        ondelete="cascade",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Person",
        required=True,
        index=True,
        ondelete="restrict",
        domain=[("share", "=", False)],
    )
    has_attended = fields.Boolean(string="Attended", default=True)
    has_passed = fields.Boolean(string="Passed")
    note = fields.Char()

    _user_uniq = models.Constraint(
        "UNIQUE (training_id, user_id)", "This person is on the list already."
    )
    _passed_check = models.Constraint(
        "CHECK (has_attended OR NOT has_passed)",
        "Who has not attended cannot have passed.",
    )

    @api.model
    def _get_user_fields(self):
        return {"training_id", "user_id", "has_attended", "has_passed", "note"}
