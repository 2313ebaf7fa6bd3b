# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class GovernanceRetentionTrigger(models.Model):
    """An event with which the years of retention begin (anchor 10, 13).

    All companies share the events, so administrators alone change them.
    """

    _name = "governance.retention.trigger"
    _description = "Event that Retention Begins with"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
