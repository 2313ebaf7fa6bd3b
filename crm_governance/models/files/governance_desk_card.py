# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from ast import literal_eval

from odoo import api, fields, models
from odoo.fields import Domain


class GovernanceDeskCard(models.Model):
    """One kind of work on the custodian's desk, with how much of it waits.

    A card counts what its list shows, with the rights of who looks.
    """

    _name = "governance.desk.card"
    _description = "Card on the Custodian's Desk"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    hint = fields.Char(translate=True, help="What is to be done.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    section = fields.Selection(
        selection=[
            ("borrowing", "Borrowing"),
            ("filing", "Filing"),
            ("retention", "Retention"),
        ],
        required=True,
        default="borrowing",
    )
    action_id = fields.Many2one(
        comodel_name="ir.actions.act_window",
        string="List",
        required=True,
        ondelete="cascade",
    )
    domain = fields.Char(string="What Is Counted", required=True)
    is_urgent = fields.Boolean(
        string="Late", help="Whatever is on this list should have been done before."
    )
    count = fields.Integer(compute="_compute_count")

    @api.depends("action_id", "domain")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_count(self):
        for card in self:
            model = self.env.get(card.sudo().action_id.res_model)
            card.count = (
                model.search_count(card._get_domain())
                if model is not None and model.has_access("read")
                else 0
            )

    def _get_domain(self):
        self.ensure_one()
        return Domain(literal_eval(self.domain))

    def action_open(self):
        """Open the list of what this card counts."""
        self.ensure_one()
        self.check_access("read")
        action = self.sudo().action_id._get_action_dict()
        shown = literal_eval(action["context"] or "{}")
        return {
            **action,
            "name": self.name,
            "display_name": self.name,
            "domain": list(self._get_domain()),
            "context": {"create": shown.get("create", True)},
        }
