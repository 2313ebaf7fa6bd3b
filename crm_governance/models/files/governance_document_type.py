# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class GovernanceDocumentType(models.Model):
    """What kind of document is filed, and under which year (E-13 … E-22, E-30)."""

    _name = "governance.document.type"
    _description = "Document Type"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    year_rule = fields.Selection(
        selection=[
            ("date", "Year of the document"),
            ("reply", "Year of the reply, without one that of the request"),
            ("first", "First year it covers (plans)"),
            ("last", "Last year it covers (summaries)"),
            ("opening", "Year in which it opened (meetings)"),
        ],
        string="Filed under",
        required=True,
        default="date",
        help="Documents of different years are not mixed in one volume. This says "
        "which year counts when a document covers several.",
    )
    is_central = fields.Boolean(
        string="Issued by the Company",
        help="Kept by the central archive, whichever department it comes from.",
    )
    note = fields.Text(
        string="What Belongs Here",
        translate=True,
        help="The documents of this type that are filed, in words.",
    )
