# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date, format_list


class GovernanceVisitException(models.Model):
    """A cadence of its own for one customer, for a time, with a reason and approval.

    From `date_start` to the day before `date_end` it takes the place of all lines for
    its role and channel.
    """

    _name = "governance.visit.exception"
    _description = "Own Cadence of a Customer"
    _inherit = [
        "governance.customer.mixin",
        "governance.guarded.mixin",
        "governance.visit.approval.mixin",
        "governance.classified.mixin",
        "governance.labelled.mixin",
        "governance.visit.rhythm.mixin",
        "governance.isolated.mixin",
        "mail.thread",
    ]
    _order = "id desc"
    _rec_name = "partner_id"
    _check_company_auto = True
    _has_drafts = True

    requester_id = fields.Many2one(
        comodel_name="res.users",
        string="Asked by",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
        ondelete="restrict",
    )
    role_id = fields.Many2one(
        comodel_name="governance.visit.role",
        string="Who Visits",
        required=True,
        ondelete="restrict",
    )
    channel_id = fields.Many2one(
        comodel_name="governance.visit.channel", required=True, ondelete="restrict"
    )
    mode = fields.Selection(
        selection_add=[("none", "Not at all")],
        ondelete={"none": "cascade"},
        help="At least 2 a month, one every 2 weeks, or not at all for a time.",
    )
    date_start = fields.Date(string="From", required=True)
    date_end = fields.Date(
        string="Until",
        required=True,
        help="The first day it holds no more; from then on the policy holds again.",
    )
    reason = fields.Text(
        required=True,
        help="Why the policy does not fit this customer. Whoever decides reads it.",
    )
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("requested", "Waiting for Approval"),
            ("active", "In Force"),
            ("refused", "Not Approved"),
            ("ended", "Ended"),
        ],
        required=True,
        readonly=True,
        default="draft",
        index=True,
        copy=False,
    )

    policy_frequency = fields.Char(
        string="By the Policy",
        compute="_compute_policy_frequency",
        help="What the visit policies in force say of this customer.",
    )

    _date_check = models.Constraint(
        "CHECK (date_end >= date_start)", "It ends after it has begun."
    )
    _holding_idx = models.Index(
        "(company_id, partner_id) WHERE state IN ('active', 'ended')"
    )

    @api.depends("partner_id", "role_id", "channel_id", "company_id")
    @api.depends_context("uid", "lang")
    def _compute_policy_frequency(self):
        cadences = self.env["governance.visit.cadence"]
        for exception in self:
            lines = cadences._get_in_force(exception.company_id).filtered(
                lambda line, one=exception: (
                    line.role_id == one.role_id and line.channel_id == one.channel_id
                )
            )
            lines = lines._filter_customer(exception.partner_id)
            exception.policy_frequency = format_list(
                self.env, lines.mapped("frequency")
            )

    @api.depends("partner_id", "role_id", "channel_id")
    @api.depends_context("uid", "lang")
    def _compute_display_name(self):
        return super()._compute_display_name()

    def _get_label(self):
        if not self.partner_id:
            return self.env._("New Cadence of a Customer")
        return self.env._(
            "%(customer)s: %(role)s, %(channel)s",
            customer=self.partner_id.display_name or "",
            role=self.role_id.name or "",
            channel=self.channel_id.name or "",
        )

    def _get_author(self):
        return self.requester_id

    def _get_user_fields(self):
        return {
            "partner_id",
            "company_id",
            "role_id",
            "channel_id",
            "mode",
            "number",
            "unit",
            "date_start",
            "date_end",
            "reason",
        }

    # ------------------------------------------------------------------
    # WHAT HOLDS
    # ------------------------------------------------------------------

    @api.model
    def _get_holding_domain(self, company, start, end):
        """Return the domain of those that hold on some day of [start, end[.

        What was ended early says so in its last day, so the past stays what it was.
        """
        return (
            Domain("company_id", "=", company.id)
            & Domain("state", "in", ("active", "ended"))
            & Domain("date_start", "<", end)
            & Domain("date_end", ">", start)
            & Domain.custom(
                to_sql=lambda model, alias, query: SQL(
                    "%s > %s",
                    model._field_to_sql(alias, "date_end", query),
                    model._field_to_sql(alias, "date_start", query),
                )
            )
        )

    # ------------------------------------------------------------------
    # APPROVAL
    # ------------------------------------------------------------------

    def action_request_approval(self):
        """Ask for the exception; whoever asks never decides it.

        :raises UserError: for dates in the past, no number, and when another one for
            the same customer, role and channel overlaps
        """
        self.check_access("write")
        for exception in self:
            exception._check_author()
            exception._lock("draft")
            exception._check_requestable()
            exception._request_approval(reason=exception.reason)
            exception._as_system().write({"state": "requested"})
        return True

    def _check_requestable(self):
        self.ensure_one()
        today = self.company_id._get_governance_today()
        if self.date_start < today:
            raise UserError(
                self.env._(
                    "It would begin on %(date)s, which is over: what was due then "
                    "stays due. Begin today or later.",
                    date=format_date(self.env, self.date_start),
                )
            )
        if self.date_end <= self.date_start:
            raise UserError(
                self.env._("It would end before it begins: choose a later last day.")
            )
        if self.mode != "none" and self.number <= 0:
            raise UserError(
                self.env._(
                    "%(number)s is no number of visits. Give 1 or more, or choose “Not "
                    "at all”.",
                    number=self.number,
                )
            )
        if not self.reason.strip():
            raise UserError(self.env._("Say why the policy does not fit."))
        self._check_asker()
        self._check_alone(("requested", "active"))

    def _check_asker(self):
        """Refuse that strangers, and so their leaders, decide who is visited how often.

        :raises UserError: saying who may ask
        """
        customer = self.partner_id
        people = customer._get_keepers()
        for person in self.role_id._get_people(customer, self.company_id).values():
            people |= person
        if not customer._is_for(people, self.company_id):
            raise UserError(
                self.env._(
                    "An own cadence is asked for by who looks after the customer or "
                    "visits it in this role, or by who leads them."
                )
            )

    def _check_alone(self, states):
        """Refuse a second exception for the same at the same time.

        :raises UserError: naming the days of the other one
        """
        self.ensure_one()
        self._touch()
        other = self.sudo().search(
            Domain("id", "!=", self.id)
            & Domain("company_id", "=", self.company_id.id)
            & Domain("partner_id", "=", self.partner_id.id)
            & Domain("role_id", "=", self.role_id.id)
            & Domain("channel_id", "=", self.channel_id.id)
            & Domain("state", "in", states)
            & Domain("date_start", "<", self.date_end)
            & Domain("date_end", ">", self.date_start),
            limit=1,
        )
        if other:
            raise UserError(
                self.env._(
                    "From %(start)s until %(end)s there is an exception for the same "
                    "customer, role and channel. Choose other days, or end that one "
                    "first.",
                    start=format_date(self.env, other.date_start),
                    end=format_date(self.env, other.date_end),
                )
            )

    def _touch(self):
        """Let those who ask for exceptions of one role take turns.

        None of them would see what the other is about to store; writing the row of the
        role sends the later one back to begin again.
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE governance_visit_role SET sequence = sequence WHERE id = %s",
                self.role_id.id,
            )
        )

    def _get_approval_subject(self):
        return "visit_exception"

    def _get_approval_authors(self):
        return super()._get_approval_authors() | self.requester_id

    def _get_approval_hash_fields(self):
        return [
            "partner_id",
            "role_id",
            "channel_id",
            "mode",
            "number",
            "unit",
            "date_start",
            "date_end",
            "reason",
        ]

    def _approval_approved(self, request):
        self._check_alone(("active",))
        self._as_system().write({"state": "active"})

    def _approval_rejected(self, request):
        self._as_system().write({"state": "refused"})

    def _approval_closed(self, request):
        """An undecided request can be changed and asked again."""
        self._as_system().write({"state": "draft"})
