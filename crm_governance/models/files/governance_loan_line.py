# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

CONDITIONS = [
    ("good", "Good"),
    ("worn", "Worn"),
    ("incomplete", "Incomplete"),
    ("damaged", "Damaged"),
]
# Somebody has the volume, or answers for it.
LIVE = ("handed_out", "lost", "claimed")
# The volume is not on its shelf.
AWAY = (*LIVE, "written_off")
# For this long an approved volume is kept ready.
PICKUP = timedelta(days=7)
# Whether something was returned is settled within this time.
CLAIM = timedelta(days=14)


class GovernanceLoanLine(models.Model):
    """One volume of a loan: who holds it, since when, until when (E-50).

    A volume on paper has one live line at most; an electronic one may be read by
    several at once, each until the own due second.
    """

    _name = "governance.loan.line"
    _description = "Volume of a Loan"
    _inherit = [
        "governance.lent.mixin",
        "governance.guarded.line.mixin",
        "governance.isolated.mixin",
    ]
    _line_of = "loan_id"
    _is_governance_link_guarded = True
    _order = "date_due, id"
    _check_company_auto = True

    loan_id = fields.Many2one(
        comodel_name="governance.loan",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="loan_id.company_id", store=True, index=True)
    user_id = fields.Many2one(
        related="loan_id.user_id", string="Borrower", store=True, index=True
    )
    policy_id = fields.Many2one(related="loan_id.policy_id", store=True, index=True)
    borrower_name = fields.Char(related="loan_id.borrower_name")
    volume_id = fields.Many2one(required=True, check_company=True)
    medium = fields.Selection(
        selection=[("paper", "Paper"), ("electronic", "Electronic")],
        compute="_compute_medium",
        store=True,
        help="As the volume was when it was asked for or handed out.",
    )
    state = fields.Selection(
        selection=[
            ("draft", "Asked for"),
            ("waiting", "To Hand Out"),
            ("handed_out", "Handed Out"),
            ("claimed", "Said to Be Returned"),
            ("lost", "Lost"),
            ("written_off", "Written Off"),
            ("returned", "Returned"),
            ("dropped", "Not Lent"),
        ],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        index=True,
    )
    date_queued = fields.Datetime(string="Waits since", readonly=True, copy=False)
    date_fetch = fields.Datetime(
        string="Fetch until",
        readonly=True,
        copy=False,
        help="Until then the volume is kept ready. Empty while somebody else has it.",
    )
    date_out = fields.Datetime(string="Handed out on", readonly=True, copy=False)
    date_due = fields.Datetime(
        string="Due", readonly=True, copy=False, index="btree_not_null"
    )
    continuous_since = fields.Datetime(readonly=True, copy=False)
    # Whether the borrower could read it without the loan when it was lent, and the
    # level that the loan was approved for: what happens later opens nothing more.
    had_access = fields.Boolean(readonly=True, copy=False, groups=fields.NO_ACCESS)
    rank_opened = fields.Integer(
        readonly=True, copy=False, aggregator=None, groups=fields.NO_ACCESS
    )
    date_recalled = fields.Datetime(string="Recalled on", readonly=True, copy=False)
    date_claimed = fields.Datetime(readonly=True, copy=False)
    date_returned = fields.Datetime(
        string="Returned on",
        readonly=True,
        copy=False,
        help="When it came back; when that was recorded is in the register.",
    )
    renewals = fields.Integer(
        string="Times Renewed", readonly=True, copy=False, aggregator="avg"
    )
    count_out = fields.Integer(
        string="Documents Handed Out", readonly=True, copy=False, aggregator=None
    )
    count_in = fields.Integer(
        string="Documents Returned", readonly=True, copy=False, aggregator=None
    )
    condition_out = fields.Selection(
        selection=CONDITIONS, string="Condition before", readonly=True, copy=False
    )
    condition = fields.Selection(
        selection=CONDITIONS,
        string="Condition after",
        readonly=True,
        copy=False,
        help="What the custodian has found at the return.",
    )
    out_by_id = fields.Many2one(
        comodel_name="res.users",
        string="Handed out by",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    date_received = fields.Datetime(
        string="Receipt Confirmed on", readonly=True, copy=False
    )
    received_by_id = fields.Many2one(
        comodel_name="res.users",
        string="Receipt Confirmed by",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="The borrower, or the custodian in front of the borrower.",
    )
    in_by_id = fields.Many2one(
        comodel_name="res.users",
        string="Taken back by",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    date_settled = fields.Datetime(
        string="Return Confirmed on", readonly=True, copy=False
    )
    settled_by_id = fields.Many2one(
        comodel_name="res.users",
        string="Return Confirmed by",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="The borrower, or the custodian in front of the borrower.",
    )
    proxy = fields.Char(
        string="Fetched by",
        readonly=True,
        copy=False,
        help="The borrower's messenger. The loan stays that of the borrower.",
    )
    is_overdue_noted = fields.Boolean(readonly=True, copy=False)
    is_claim_noted = fields.Boolean(readonly=True, copy=False)
    is_overdue = fields.Boolean(
        string="Overdue", compute="_compute_is_overdue", search="_search_is_overdue"
    )
    is_on_site = fields.Boolean(related="policy_id.is_on_site")
    is_copying_allowed = fields.Boolean(related="policy_id.is_copying_allowed")
    is_mine = fields.Boolean(compute="_compute_is_mine")
    event_ids = fields.One2many(
        comodel_name="governance.loan.event",
        inverse_name="line_id",
        string="Register",
        readonly=True,
    )

    _one_holder = models.UniqueIndex(
        "(volume_id) WHERE medium = 'paper' AND state IN "
        "('handed_out', 'lost', 'claimed', 'written_off')",
        "Somebody else has this volume, or has just been given it. Ask the desk who "
        "holds it.",
    )
    _once = models.UniqueIndex(
        "(loan_id, volume_id)", "This volume is in the loan already."
    )
    _decision_idx = models.Index(
        "(user_id, partner_id, date_out, date_due) "
        "WHERE state = 'handed_out' AND medium = 'electronic'"
    )
    _queue_idx = models.Index("(volume_id, date_queued, id) WHERE state = 'waiting'")
    _due_idx = models.Index("(date_due) WHERE state = 'handed_out'")

    @api.depends("volume_id")
    def _compute_medium(self):
        for line in self:
            line.medium = line.sudo().volume_id.medium

    @api.depends("state", "date_due")
    def _compute_is_overdue(self):
        overdue = self._get_overdue_domain()
        for line in self:
            line.is_overdue = bool(line.sudo().filtered_domain(overdue))

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._get_overdue_domain()

    @api.depends("user_id")
    @api.depends_context("uid")
    def _compute_is_mine(self):
        for line in self:
            line.is_mine = line.user_id == self.env.user

    @api.depends("loan_id.name")
    def _compute_display_name(self):
        for line in self:
            line.display_name = line.loan_id.name

    @api.model
    def _get_live_domain(self):
        """Return what is not on its shelf, and what is being read at this moment."""
        return Domain("state", "in", LIVE) & (
            Domain("medium", "=", "paper")
            | Domain("date_due", ">", fields.Datetime.now())
        )

    @api.model
    def _get_reading_domain(self, user):
        """Return the loans by which a person reads at this moment.

        A clock that was set back does not bring back what is over; what has become
        more confidential than it was when it was lent is read by the loan no more.
        """
        known = self.sudo()
        present = fields.Datetime.now()
        now = self.env["governance.confidentiality"]._get_now(present)
        return (
            Domain("user_id", "=", user.id)
            & Domain("medium", "=", "electronic")
            & Domain("state", "=", "handed_out")
            & Domain("date_out", "<=", present)
            & Domain("date_due", ">", present)
            & Domain.custom(
                to_sql=lambda lines, alias, query: SQL(
                    "(%s > %s AND %s >= %s)",
                    lines._field_to_sql(alias, "date_due", query),
                    now,
                    known._field_to_sql(alias, "rank_opened", query),
                    known._field_to_sql(alias, "rank", query),
                )
            )
        )

    @api.model
    def _get_overdue_domain(self):
        """Return what is out although it was due: from the second after."""
        return Domain("state", "=", "handed_out") & Domain(
            "date_due", "<", fields.Datetime.now()
        )

    @api.model
    def _get_open_fields(self):
        return super()._get_open_fields() | {
            "borrower_name",
            "company_id",
            "condition",
            "condition_out",
            "count_in",
            "count_out",
            "date_claimed",
            "date_due",
            "date_fetch",
            "date_out",
            "date_proposed",
            "date_queued",
            "date_recalled",
            "date_received",
            "date_returned",
            "date_settled",
            "display_name",
            "event_ids",
            "in_by_id",
            "is_claim_noted",
            "is_copying_allowed",
            "is_mine",
            "is_on_site",
            "is_overdue",
            "is_overdue_noted",
            "loan_id",
            "medium",
            "out_by_id",
            "policy_id",
            "received_by_id",
            "renewals",
            "settled_by_id",
            "state",
            "user_id",
        }

    # ------------------------------------------------------------------
    # WHO CHANGES LINES
    # ------------------------------------------------------------------

    @api.model
    def _get_user_fields(self):
        return {"loan_id", "volume_id"}

    @api.model_create_multi
    def create(self, vals_list):
        """Add volumes; AccessError for those that the user does not read."""
        lines = super().create(vals_list)
        lines._check_readable_volumes()
        lines.loan_id._check_one_customer()
        return lines

    def write(self, vals):
        """Change volumes; AccessError for those that the user does not read."""
        result = super().write(vals)
        if "volume_id" in vals:
            self._check_readable_volumes()
            self.loan_id._check_one_customer()
        return result

    def _check_readable_volumes(self):
        if not self.env.su:
            self.volume_id.check_access("read")

    def _lock(self, *states, **options):
        """Return the lines, locked, as the superuser and as the database has them."""
        super()._lock(*states, **options)
        return self._as_known()

    def _check_state(self, *states):
        """Refuse what a line is not ready for.

        :raises UserError: naming what has happened to it
        """
        labels = dict(self._fields["state"]._description_selection(self.env))
        for line in self:
            if line.state not in states:
                raise UserError(
                    self.env._(
                        "%(loan)s: this volume is “%(state)s” by now. Look at the "
                        "loan again.",
                        loan=line.loan_id.name,
                        state=labels[line.state],
                    )
                )

    def _check_custodian(self):
        """Refuse everybody but data custodians who are no side of the loan (E-50).

        :raises AccessError: saying who may
        """
        self.env.user._check_governance_custodian()
        self._check_no_side()

    def _check_no_side(self):
        """Refuse borrowers, and people who are not cleared for the volumes.

        :raises AccessError: saying who may
        """
        for loan in self.sudo().loan_id:
            if loan.user_id == self.env.user:
                raise AccessError(
                    self.env._(
                        "%(loan)s is your own loan: both sides count, so another "
                        "data custodian has to do this.",
                        loan=loan.name,
                    )
                )
        if self - self._filter_by_clearance("read"):
            raise AccessError(
                self.env._(
                    "This loan is of a volume above your clearance. A data custodian "
                    "who is cleared for it has to do this."
                )
            )

    def _check_borrower(self):
        """Refuse everybody but the borrower.

        :raises AccessError: saying who may
        """
        for line in self.sudo():
            if line.user_id != self.env.user:
                raise AccessError(
                    self.env._(
                        "Only the borrower does this: %(borrower)s.",
                        borrower=line.borrower_name,
                    )
                )
