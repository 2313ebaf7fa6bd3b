# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import format_list

RUNGS = [
    ("borrower", "Borrower"),
    ("leader", "Leader of the borrower"),
    ("custodian", "Data custodians"),
    ("executive", "Executive approvers"),
]


class GovernanceOverdueRung(models.Model):
    """Who was told that a volume is overdue, rung by rung, each once (E-47)."""

    _name = "governance.overdue.rung"
    _description = "Rung of the Overdue Ladder"
    _inherit = ["governance.lent.mixin", "governance.sealed.mixin"]
    _order = "id desc"
    _rec_name = "rung"

    line_id = fields.Many2one(
        comodel_name="governance.loan.line",
        string="Item",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    loan_id = fields.Many2one(
        comodel_name="governance.loan",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, readonly=True, ondelete="restrict"
    )
    borrower_id = fields.Many2one(
        comodel_name="res.users",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    volume_id = fields.Many2one(readonly=True)
    rung = fields.Selection(selection=RUNGS, required=True, readonly=True, index=True)
    date_due = fields.Datetime(
        string="Was Due",
        required=True,
        readonly=True,
        help="Of what was renewed and is overdue again, the ladder is climbed again.",
    )
    date = fields.Datetime(string="Told on", required=True, readonly=True)
    told_ids = fields.Many2many(
        comodel_name="res.users",
        relation="governance_overdue_rung_told_rel",
        string="Who Was Told",
        readonly=True,
        help="Where there is nobody on a rung, those on the next one are told.",
    )

    _once = models.UniqueIndex(
        "(line_id, rung, date_due)",
        "This rung of the overdue ladder has been climbed already.",
    )

    @api.depends("rung", "told_ids")
    @api.depends_context("lang")
    def _compute_display_name(self):
        rungs = dict(self._fields["rung"]._description_selection(self.env))
        for record in self:
            people = record.sudo().told_ids.mapped("name")
            record.display_name = self.env._(
                "%(rung)s: %(people)s",
                rung=rungs.get(record.rung, ""),
                people=format_list(self.env, people) if people else "–",
            )

    @api.model
    def _get_open_fields(self):
        return super()._get_open_fields() | {
            "borrower_id",
            "company_id",
            "date",
            "date_due",
            "display_name",
            "line_id",
            "loan_id",
            "rung",
            "told_ids",
        }

    @api.model
    def _record(self, rung, lines, people):
        """Add a record for each item, dated now."""
        return self._seal().create(
            [
                {
                    "line_id": line.id,
                    "loan_id": line.loan_id.id,
                    "company_id": line.company_id.id,
                    "borrower_id": line.user_id.id,
                    "volume_id": line.volume_id.id,
                    "rung": rung,
                    "date_due": line.date_due,
                    "date": fields.Datetime.now(),
                    "told_ids": [fields.Command.set(people.ids)],
                }
                for line in lines.sudo()
            ]
        )
