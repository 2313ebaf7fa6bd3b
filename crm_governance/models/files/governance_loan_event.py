# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import format_datetime

from .governance_loan_line import CONDITIONS


class GovernanceLoanEvent(models.Model):
    """Register of loans: every step of every volume, for ever (档案借阅登记簿, E-46).

    Who reads the register below the level of the customer sees that there was a
    loan and whose it was, but not of which volume.
    """

    _name = "governance.loan.event"
    _description = "Loan Register"
    _inherit = [
        "governance.lent.mixin",
        "governance.sealed.mixin",
        "governance.register.mixin",
    ]
    _order = "id desc"
    _rec_name = "event"

    date = fields.Datetime(string="Recorded on", required=True, readonly=True)
    date_event = fields.Datetime(
        string="Happened on",
        readonly=True,
        help="When it happened, if that was before it was recorded.",
    )
    event = fields.Selection(
        selection=[
            ("requested", "Asked for"),
            ("chosen", "Volumes found"),
            ("approved", "Approved"),
            ("refused", "Not approved"),
            ("expired", "Expired"),
            ("cancelled", "Taken back"),
            ("accepted", "Undertaking accepted"),
            ("queued", "Waits for its return"),
            ("offered", "Ready to fetch"),
            ("dropped", "Not fetched in time"),
            ("handed_out", "Handed out"),
            ("received", "Receipt confirmed"),
            ("fetched", "File opened that may not be copied"),
            ("objected", "Objected to what was counted"),
            ("proposed", "New date proposed"),
            ("unrenewed", "New date not agreed to"),
            ("overridden", "Refusal to renew overridden"),
            ("renewed", "Renewed"),
            ("recalled", "Recalled"),
            ("overdue", "Overdue"),
            ("claimed", "Said to be returned"),
            ("unclaimed", "Found not to be returned"),
            ("lost", "Lost"),
            ("written_off", "Written off"),
            ("unobtainable", "Lost before it could be lent"),
            ("found", "Found again"),
            ("returned", "Returned"),
            ("ended", "Access ended"),
            ("settled", "Return confirmed"),
        ],
        required=True,
        readonly=True,
        index=True,
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="By",
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
    line_id = fields.Many2one(
        comodel_name="governance.loan.line",
        string="Item",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    volume_id = fields.Many2one(readonly=True)
    borrower_id = fields.Many2one(
        comodel_name="res.users",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, readonly=True, ondelete="restrict"
    )
    date_due = fields.Datetime(string="Due", readonly=True)
    count = fields.Integer(string="Documents Counted", readonly=True, aggregator=None)
    condition = fields.Selection(selection=CONDITIONS, readonly=True)
    is_present = fields.Boolean(
        string="Face to Face",
        readonly=True,
        help="Both sides counted together, and the other side said yes.",
    )
    proxy = fields.Char(
        string="Fetched or Brought by", readonly=True, help="The borrower's messenger."
    )
    note = fields.Text(readonly=True)

    @api.depends("event", "date", "user_id")
    @api.depends_context("lang", "tz", "uid")
    def _compute_display_name(self):
        """Say what happened, by whom and when, in words."""
        events = dict(self._fields["event"]._description_selection(self.env))
        for line in self:
            line.display_name = self.env._(
                "%(event)s by %(user)s, %(date)s",
                event=events.get(line.event, ""),
                user=line.user_id.sudo().name,
                date=format_datetime(self.env, line.date, dt_format="short"),
            )

    @api.model
    def _get_open_fields(self):
        return super()._get_open_fields() | {
            "borrower_id",
            "company_id",
            "condition",
            "count",
            "date",
            "date_due",
            "date_event",
            "event",
            "is_present",
            "line_id",
            "loan_id",
            "user_id",
        }

    @api.model
    def _record(self, event, lines, *, loan=None, **values):
        """Add a line for each item, by the current user and dated now.

        :param lines: items of loans; without any, `loan` is what it is about
        :param values: further columns, the same for all, or functions of the item
        """
        common = {
            "event": event,
            "date": fields.Datetime.now(),
            "user_id": self.env.uid,
        }
        vals_list = [
            {
                "loan_id": line.loan_id.id,
                "line_id": line.id,
                "volume_id": line.volume_id.id,
                "borrower_id": line.user_id.id,
                "company_id": line.company_id.id,
                **common,
                **{
                    name: value(line) if callable(value) else value
                    for name, value in values.items()
                },
            }
            for line in lines.sudo()
        ]
        if not lines and loan:
            vals_list = [
                {
                    "loan_id": loan.id,
                    "borrower_id": loan.sudo().user_id.id,
                    "company_id": loan.sudo().company_id.id,
                    **common,
                    **values,
                }
            ]
        return self._seal().create(vals_list)._unseal()
