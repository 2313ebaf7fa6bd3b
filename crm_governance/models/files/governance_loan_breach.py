# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class GovernanceLoanBreach(models.Model):
    """A breach of discipline: a loan was not returned in time (违纪, E-47).

    It is recorded once per loan and due date and stays, also when the loan is
    returned.  What followed from it is written by those in charge.
    """

    _name = "governance.loan.breach"
    _description = "Breach of Discipline"
    _inherit = "governance.guarded.mixin"
    _order = "id desc"
    _rec_name = "loan_id"

    loan_id = fields.Many2one(
        comodel_name="governance.loan",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Borrower",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    borrower_name = fields.Char(
        string="Who Borrowed", readonly=True, help="As it was entered in the loan."
    )
    date = fields.Datetime(string="Recorded on", required=True, readonly=True)
    date_due = fields.Datetime(string="Was Due", required=True, readonly=True)
    date_returned = fields.Datetime(
        string="Came Back",
        compute="_compute_date_returned",
        help="Empty while something is still out.",
    )
    days_late = fields.Integer(
        compute="_compute_date_returned",
        help="From the due date to the return, or to now; each day that has begun.",
    )
    measure = fields.Text(
        string="What Followed",
        help="How it was handled by the rules of discipline, e.g. a talk or a warning.",
    )
    state = fields.Selection(
        selection=[("open", "To Handle"), ("settled", "Handled")],
        required=True,
        readonly=True,
        default="open",
        copy=False,
        index=True,
    )
    settled_by_id = fields.Many2one(
        comodel_name="res.users",
        string="Handled by",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    date_settled = fields.Datetime(string="Handled on", readonly=True, copy=False)
    can_settle = fields.Boolean(compute="_compute_can_settle")

    _once = models.UniqueIndex(
        "(loan_id, date_due)", "This breach has been recorded already."
    )

    @api.depends(
        "date_due",
        "loan_id.line_ids.date_due",
        "loan_id.line_ids.date_out",
        "loan_id.line_ids.date_returned",
    )
    def _compute_date_returned(self):
        """Look at what was due at that moment: other volumes have other dates."""
        now = fields.Datetime.now()
        for breach in self:
            due = breach.date_due
            lines = breach.sudo().loan_id.line_ids.filtered(
                lambda line, due=due: line.date_out and line.date_due == due
            )
            out = lines.filtered(lambda line: not line.date_returned)
            returned = not out and max(lines.mapped("date_returned"), default=False)
            breach.date_returned = returned
            late = (returned or now) - breach.date_due
            breach.days_late = max(late.days + bool(late.seconds), 0)

    @api.depends("user_id", "state")
    @api.depends_context("uid")
    def _compute_can_settle(self):
        for breach in self:
            breach.can_settle = (
                breach.state == "open"
                and breach.user_id != self.env.user
                and breach.has_access("write")
            )

    @api.depends("loan_id.name", "borrower_name")
    def _compute_display_name(self):
        for breach in self:
            breach.display_name = self.env._(
                "%(loan)s overdue: %(borrower)s",
                loan=breach.sudo().loan_id.name,
                borrower=breach.borrower_name,
            )

    @api.model
    def _get_user_fields(self):
        return {"measure"}

    def _is_closed(self):
        return self.state != "open"

    def _check_author(self):
        """Refuse that people handle their own breaches."""
        if any(breach.user_id == self.env.user for breach in self):
            raise AccessError(
                self.env._("This is about yourself: somebody else handles it.")
            )

    def _check_deletable(self):
        self._refuse_change()

    def action_settle(self):
        """Close the breaches, with what followed from them.

        :raises UserError: when nobody has written what followed
        """
        self.check_access("write")
        self._check_author()
        for breach in self:
            breach._check_still_open()
            if not (breach.measure or "").strip():
                raise UserError(
                    self.env._(
                        "%(breach)s: write down what followed from it.",
                        breach=breach.display_name,
                    )
                )
            breach._as_system().write(
                {
                    "state": "settled",
                    "settled_by_id": self.env.uid,
                    "date_settled": fields.Datetime.now(),
                }
            )
        return True

    @api.model
    def _record(self, lines):
        """Record that these volumes are late, once per loan and due date."""
        known = lines.sudo()
        recorded = {
            (breach.loan_id, breach.date_due)
            for breach in self.sudo().search([("loan_id", "in", known.loan_id.ids)])
        }
        late = {(line.loan_id, line.date_due) for line in known} - recorded
        return self._as_system().create(
            [
                {
                    "loan_id": loan.id,
                    "company_id": loan.company_id.id,
                    "user_id": loan.user_id.id,
                    "borrower_name": loan.borrower_name,
                    "date": fields.Datetime.now(),
                    "date_due": date_due,
                }
                for loan, date_due in sorted(late, key=lambda key: (key[0].id, key[1]))
            ]
        )
