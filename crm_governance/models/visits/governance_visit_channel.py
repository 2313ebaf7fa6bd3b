# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

CHANNEL_KINDS = [
    ("visit", "Visit"),
    ("call", "Call"),
    ("presence", "Presence"),
    ("activity", "Any action"),
    ("other", "Other"),
]


class GovernanceVisitChannel(models.Model):
    """How somebody keeps in touch with a customer: door visit, call, presence."""

    _name = "governance.visit.channel"
    _description = "Channel of Contact"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        selection=CHANNEL_KINDS,
        required=True,
        default="visit",
        help="What counts: days of presence are counted by day; any action is every "
        "visit, call or other contact, and what somebody does on a lead.",
    )
    accepts_kind = fields.Boolean(
        string="Any of Its Kind",
        help="What asks for this channel is also done over any other one of the same "
        "kind: who comes for a talk of leaders has come to the door.",
    )
    effort = fields.Float(
        default=1.0,
        help="Which part of a visit's time it takes. Plans count it against the "
        "capacity of a day.",
    )
    duration = fields.Integer(
        string="Minutes", default=60, help="How long it takes in the calendar."
    )

    _code_uniq = models.UniqueIndex("(code)", "There is a channel with this code.")
    _effort_check = models.Constraint(
        "CHECK (effort >= 0 AND duration > 0)",
        "The effort is 0 or more, and it takes at least a minute.",
    )
