# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from ...models.files.governance_loan_line import AWAY, CONDITIONS


class GovernanceLoanDesk(models.TransientModel):
    """The desk at which volumes are counted, handed out and taken back (E-50).

    A barcode reader types the code of a volume and presses Enter: what is out comes
    back, what waits goes out.
    """

    _name = "governance.loan.desk"
    _description = "Loan Desk"

    barcode = fields.Char(
        string="Scan a Volume",
        help="The barcode or the code of the volume. Volumes that are out are taken "
        "back, volumes that wait for somebody are handed out.",
    )
    feedback = fields.Char(string="Last Scan", readonly=True)
    condition = fields.Selection(
        selection=CONDITIONS,
        help="Of the volumes that have none of their own in the list.",
    )
    is_present = fields.Boolean(
        string="Counted Face to Face",
        default=True,
        help="The borrower is here, has counted too and says yes. Otherwise the "
        "borrower confirms under “My Borrowings”.",
    )
    proxy = fields.Char(
        string="Fetched by",
        help="Somebody who fetches for the borrower. The borrower confirms later.",
    )
    date = fields.Datetime(
        string="Came back on", help="If that was before now, as for a letter box."
    )
    note = fields.Text()
    line_ids = fields.One2many(
        comodel_name="governance.loan.desk.line",
        inverse_name="desk_id",
        string="Volumes",
    )
    # Rows of a list are out of reach for those who work without a mouse.
    last_count = fields.Integer(
        string="Counted in the Last Volume",
        compute="_compute_last_count",
        readonly=False,
        help="The documents of the volume that is last in the list.",
    )
    has_returns = fields.Boolean(compute="_compute_kinds")
    has_loans = fields.Boolean(compute="_compute_kinds")

    @api.depends_context("lang")
    def _compute_display_name(self):
        self.display_name = self.env._("Hand out and take back")

    @api.depends("line_ids.kind")
    def _compute_kinds(self):
        for desk in self:
            kinds = set(desk.line_ids.mapped("kind"))
            desk.has_returns = "take_back" in kinds
            desk.has_loans = "hand_out" in kinds

    @api.depends("line_ids.count")
    def _compute_last_count(self):
        for desk in self:
            desk.last_count = desk.line_ids[-1:].count

    @api.onchange("last_count")
    def _onchange_last_count(self):
        self.line_ids[-1:].count = self.last_count

    @api.onchange("barcode")
    def _onchange_barcode(self):
        """Take what was scanned to the list, and make room for the next scan."""
        if not self.barcode:
            return
        code, self.barcode = self.barcode.strip(), False
        item, kind = self._find(code)
        if not item:
            self.feedback = kind
            return
        if item in self.line_ids.loan_line_id:
            self.feedback = self.env._("%(code)s is in the list already.", code=code)
            return
        self.line_ids = [Command.create(self._prepare_line(item, kind))]
        self.feedback = {
            "hand_out": self.env._("%(code)s goes out.", code=code),
            "take_back": self.env._("%(code)s comes back.", code=code),
        }[kind]

    @api.onchange("proxy")
    def _onchange_proxy(self):
        if self.proxy:
            self.is_present = False

    @api.model
    def _find(self, code):
        """Return the item that a scan means and what is to be done with it.

        :return: an item and “hand_out” or “take_back”, or no item and the reason
        """
        items = self.env["governance.loan.line"]
        volumes = self.env["governance.file.volume"]
        here = Domain("company_id", "=", self.env.company.id)
        volume = volumes.search(here & Domain("barcode", "=", code), limit=1)
        volume = volume or volumes.search(here & Domain("code", "=", code), limit=1)
        if not volume:
            return items, self.env._("You may read no volume “%(code)s”.", code=code)
        found = items.search([("volume_id", "=", volume.id)], order="date_queued, id")
        if live := found.filtered(
            lambda line: line.state in AWAY and line.medium == "paper"
        ):
            return live[0], "take_back"
        waiting = found.filtered(lambda line: line.state == "waiting")
        ready = waiting.filtered("date_fetch") or waiting
        if ready:
            return ready[0], "hand_out"
        return items, self.env._(
            "%(code)s is on its shelf and nobody waits for it.", code=code
        )

    @api.model
    def _prepare_line(self, item, kind):
        known = item.sudo()
        counts = known._count_documents()
        return {
            "loan_line_id": item.id,
            "kind": kind,
            "count": counts[item.id] if kind == "hand_out" else known.count_out,
        }

    @api.model
    def _open(self, items, kind):
        """Open the desk with some items that the user has been checked for."""
        known = items._as_known()
        counts = known._count_documents()
        desk = self.create(
            {
                "line_ids": [
                    Command.create(
                        {
                            "loan_line_id": item.id,
                            "kind": kind,
                            "count": (
                                counts[item.id]
                                if kind == "hand_out"
                                else item.count_out
                            ),
                        }
                    )
                    for item in known
                ]
            }
        )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_governance.governance_loan_desk_action_count"
        )
        return {**action, "res_id": desk.id, "context": {}}

    def action_confirm(self):
        """Hand out and take back what is in the list, all of it or nothing.

        :raises UserError: saying what is missing
        """
        self.ensure_one()
        # What the user serves no more is hidden by now: it is refused, not left out.
        items = self.sudo().line_ids.loan_line_id.sudo(False)
        if not items:
            raise UserError(self.env._("Scan a volume first."))
        items._check_desk()
        kinds = self.line_ids.grouped("kind")
        back = kinds.get("take_back", self.line_ids.browse())
        out = kinds.get("hand_out", self.line_ids.browse())
        message = self.env._(
            "Handed out: %(out)s. Taken back: %(back)s.", out=len(out), back=len(back)
        )
        self._take_back(back)
        self._hand_out(out)
        if self.env.context.get("desk_page"):
            # An empty page for the next one who comes.
            action = self.env["ir.actions.act_window"]._for_xml_id(
                "crm_governance.governance_loan_desk_action_scan"
            )
            return {
                "type": "ir.actions.client",
                "tag": "display_notification",
                "params": {
                    "type": "success",
                    "message": message,
                    "next": {**action, "target": "main"},
                },
            }
        return {"type": "ir.actions.act_window_close"}

    def _take_back(self, lines):
        for condition, some in lines.grouped(
            lambda line: line.condition or self.condition
        ).items():
            some.loan_line_id._take_back(
                condition,
                counts={line.loan_line_id.id: line.count for line in some},
                date=self.date,
                is_present=self.is_present,
                note=self.note,
            )

    def _hand_out(self, lines):
        for condition, some in lines.grouped(
            lambda line: line.condition or self.condition or "good"
        ).items():
            some.loan_line_id._hand_out(
                counts={line.loan_line_id.id: line.count for line in some},
                condition=condition,
                is_present=self.is_present and not self.proxy,
                proxy=self.proxy,
            )


class GovernanceLoanDeskLine(models.TransientModel):
    """One volume on the desk."""

    _name = "governance.loan.desk.line"
    _description = "Volume on the Loan Desk"

    desk_id = fields.Many2one(
        comodel_name="governance.loan.desk", required=True, ondelete="cascade"
    )
    loan_line_id = fields.Many2one(
        comodel_name="governance.loan.line",
        string="Loan",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    kind = fields.Selection(
        selection=[("hand_out", "Goes Out"), ("take_back", "Comes Back")],
        string="What",
        required=True,
        readonly=True,
    )
    # Asked with the rights of who is at the desk.
    volume_id = fields.Many2one(related="loan_line_id.volume_id", related_sudo=False)
    borrower_name = fields.Char(
        related="loan_line_id.borrower_name", related_sudo=False
    )
    date_due = fields.Datetime(related="loan_line_id.date_due", related_sudo=False)
    count = fields.Integer(
        string="Documents Counted",
        help="As many as the volume has when it goes out, as went out when it comes "
        "back, unless you have counted others.",
    )
    condition = fields.Selection(selection=CONDITIONS)
