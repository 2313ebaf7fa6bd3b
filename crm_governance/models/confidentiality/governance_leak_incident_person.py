# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class GovernanceLeakIncidentPerson(models.Model):
    """A person under suspicion; later what he or she answers for, and how."""

    _name = "governance.leak.incident.person"
    _description = "Person of a Leak Incident"
    _inherit = "governance.guarded.line.mixin"
    _line_of = "incident_id"
    _rec_name = "user_id"

    incident_id = fields.Many2one(
        comodel_name="governance.leak.incident",
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
    degree = fields.Selection(
        selection=[
            ("none", "Not responsible"),
            ("minor", "Partly"),
            ("main", "Mainly"),
            ("full", "Fully"),
        ],
        string="Liability",
    )
    liability = fields.Text(string="What the person answers for")
    penalty = fields.Text()
    penalty_amount = fields.Monetary()
    currency_id = fields.Many2one(related="incident_id.currency_id")

    _user_uniq = models.Constraint(
        "UNIQUE (incident_id, user_id)", "This person is on the list already."
    )
    _amount_check = models.Constraint(
        "CHECK (penalty_amount IS NULL OR penalty_amount >= 0)",
        "Give the penalty as a positive amount.",
    )

    @api.model
    def _get_user_fields(self):
        return {
            "incident_id",
            "user_id",
            "degree",
            "liability",
            "penalty",
            "penalty_amount",
        }
