# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class GovernanceHandoverLine(models.Model):
    """One thing that a leaver keeps; its name is shown to those who may read it."""

    _name = "governance.handover.line"
    _description = "What a Leaver Keeps"
    _inherit = "governance.guarded.line.mixin"
    _line_of = "handover_id"
    _order = "date_settled desc, kind, id"

    handover_id = fields.Many2one(
        comodel_name="governance.handover",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="handover_id.company_id", store=True)
    kind = fields.Selection(
        selection=[
            ("owner", "Customer, as account owner"),
            ("specialist", "Customer, as marketing specialist"),
            ("liaison_leader", "Customer, as liaison leader"),
            ("lead", "Open lead or opportunity"),
            ("todo", "Open to-do"),
        ],
        string="What",
        required=True,
        readonly=True,
    )
    res_model = fields.Char(
        string="Record model", required=True, readonly=True, groups=fields.NO_ACCESS
    )
    res_id = fields.Many2oneReference(
        string="Record number",
        model_field="res_model",
        required=True,
        readonly=True,
        groups=fields.NO_ACCESS,
    )
    item = fields.Char(string="Which", compute="_compute_item")
    date_settled = fields.Datetime(string="Handed over on", readonly=True)

    _once = models.UniqueIndex(
        "(handover_id, kind, res_model, res_id)", "This is on the list already."
    )

    @api.depends("kind", "res_model", "res_id")
    @api.depends_context("lang", "uid")
    def _compute_item(self):
        for line in self:
            line.item = line._get_item_name()

    def _get_item_name(self):
        """Return the name of what is kept, masked for who may not read it."""
        record = self._get_holding()
        if not record.sudo().exists():
            return False
        if self.kind == "todo":
            return self._get_todo_name(record.sudo())
        # The name of what the user may not read is put together, then masked.
        record.sudo().fetch()
        return record.display_name

    def _get_todo_name(self, todo):
        """Name the kind of the to-do, and more to those who may read the record."""
        kind = todo.activity_type_id.with_env(self.env).sudo().name or ""
        about = self._get_subject()
        if not about.has_access("read"):
            return kind
        return f"{about.display_name} ({todo.summary or kind})"

    @api.depends("kind", "item")
    @api.depends_context("lang", "uid")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for line in self:
            line.display_name = f"{kinds.get(line.kind, '')}: {line.item or '–'}"

    def _get_holding(self):
        """Return what is kept, with the rights of the current user."""
        self.ensure_one()
        line = self.sudo()
        return self.env[line.res_model].browse(line.res_id)

    def _get_subject(self):
        """Return the record to look at, with the rights of the current user."""
        holding = self._get_holding()
        if self.kind != "todo":
            return holding
        todo = holding.sudo()
        return self.env[todo.res_model].browse(todo.res_id)

    def action_open(self):
        """Open what is kept; of a to-do, what it is about.

        :raises AccessError: for what the user may not read
        """
        self.ensure_one()
        self.check_access("read")
        record = self._get_subject()
        record.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "view_mode": "form",
        }
