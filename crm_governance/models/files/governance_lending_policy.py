# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools.misc import formatLang

from ..policy.governance_business_time import UNITS
from ..policy.open_days import DAY_MODES


class GovernanceLendingPolicy(models.Model):
    """Who borrows files, with whose approval, for how long (BP-01 … BP-09)."""

    _name = "governance.lending.policy"
    _description = "Borrowing Policy"
    _inherit = ["governance.policy.mixin", "mail.thread"]
    _order = "is_preset, code, version desc, id desc"
    _check_company_auto = True

    previous_id = fields.Many2one(
        comodel_name="governance.lending.policy",
        string="Previous Version",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    state = fields.Selection(tracking=True)
    active = fields.Boolean(tracking=True)

    # Who asks, and who decides
    borrower_kind = fields.Selection(
        selection=[
            ("manager", "Sales manager"),
            ("department", "Other department"),
            ("own", "Own staff"),
            ("group", "Other company or department of the group"),
            ("external", "Outsider"),
            ("representative", "Representative, for a callback"),
            ("handler", "Document handler of the department"),
            ("anybody", "Anybody"),
        ],
        string="Who Borrows",
        required=True,
        default="anybody",
        help="Whom the policy is for. Outsiders get no user: the loan says who they "
        "are and where they come from.",
    )
    group_ids = fields.Many2many(
        comodel_name="res.groups",
        relation="governance_lending_policy_group_rel",
        string="Who May Ask",
        help="Members of these groups ask under this policy. Empty: every employee.",
    )
    approval_code = fields.Char(
        string="Code of the Approval Matrix",
        required=True,
        help="Loans are approved by the matrix for borrowing with this code.",
    )
    approval_summary = fields.Char(
        string="Approved by",
        compute="_compute_approval_summary",
        help="The steps in order: → then, + side by side.",
    )

    # Place and time
    is_on_site = fields.Boolean(
        string="Reading Room only",
        help="The files do not leave the archive room. The loan ends when the room "
        "closes on the same day and is not renewed.",
    )
    due_rule = fields.Selection(
        selection=[
            ("same_day", "On the same day"),
            ("days", "After a number of days"),
            ("hours", "After a number of hours"),
            ("agreed", "On an agreed date"),
        ],
        string="To Be Returned",
        required=True,
        default="same_day",
        help="Days end at 23:59. Loans by the hour end at the latest when the archive "
        "room closes.",
    )
    due_days = fields.Integer(string="Length of the Loan (Days)")
    due_hours = fields.Float(string="Length of the Loan (Hours)")
    calendar_mode = fields.Selection(
        selection=DAY_MODES,
        string="Days Are Counted",
        required=True,
        default="datedue",
        help="How weekends and holidays of the working schedule count.",
    )
    calendar_id = fields.Many2one(
        comodel_name="resource.calendar",
        string="Opening Hours",
        check_company=True,
        ondelete="restrict",
        help="The working schedule of the archive room, with its holidays. Empty: "
        "that of the company. If you work on some weekends for a longer holiday, give "
        "the schedule seven working days and enter the other weekends as holidays.",
    )
    limit_ids = fields.One2many(
        comodel_name="governance.lending.limit",
        inverse_name="policy_id",
        string="Longest Loan by Level",
        copy=True,
    )
    limit_summary = fields.Char(string="Longest Loan", compute="_compute_limit_summary")

    # Renewal and recall
    max_renewals = fields.Integer(
        string="Renewals", help="How often a loan is renewed at most. 0: never."
    )
    renewal_period = fields.Selection(
        selection=[
            ("same", "As long as the loan"),
            ("own", "A number of days of its own"),
        ],
        string="A Renewal Lasts",
        required=True,
        default="same",
    )
    renewal_days = fields.Integer(string="Length of a Renewal (Days)")
    renewal_base = fields.Selection(
        selection=[("due", "The day it was due"), ("now", "The day it is renewed")],
        string="Counted from",
        required=True,
        default="due",
    )
    renewal_window = fields.Integer(
        string="Renewed at Most (Days before)",
        help="How many days before it is due a loan can be renewed. 0: at any time.",
    )
    total_days = fields.Integer(
        string="Longest in Total (Days)",
        help="Renewals included, nobody keeps a file for longer than this.",
    )
    guarantee_value = fields.Float(
        string="Guaranteed Time",
        help="A loan that is recalled lasts at least this long from the hand-out.",
    )
    recall_value = fields.Float(
        string="Time to Return after a Recall",
        help="Whoever has the files gets this long to bring them back when they are "
        "recalled.",
    )
    recall_unit = fields.Selection(
        selection=UNITS,
        string="Unit of Recalls",
        required=True,
        default="working_days",
    )

    # What is asked for
    needs_purpose = fields.Boolean(
        string="Purpose Required",
        default=True,
        help="The request says what the files are needed for.",
    )
    needs_certificate = fields.Boolean(
        string="Certificate of the Own Leader",
        help="The leader of the borrower's company or department certifies the "
        "request in writing.",
    )
    needs_letter = fields.Boolean(
        string="Letter of Introduction",
        help="Outsiders bring a letter of introduction of the unit they work for.",
    )
    needs_identity = fields.Boolean(
        string="Identity Document",
        help="The identity document of the outsider has been looked at.",
    )
    needs_record = fields.Boolean(
        string="Record with the Return",
        help="The files come back with a written record of what they were used for, "
        "e.g. the callback.",
    )
    is_copying_allowed = fields.Boolean(
        string="Copies Allowed", help="Borrowers may copy what they read."
    )
    is_sealed_allowed = fields.Boolean(
        string="Sealed Volumes Allowed",
        help="Sealed volumes are lent under policies that allow it, no others.",
    )
    max_loans = fields.Integer(
        string="Loans per Person",
        help="How many loans under this policy a person has at the same time. 0: no "
        "limit.",
    )
    undertaking = fields.Text(
        translate=True,
        help="What borrowers accept when they ask: care, secrecy, no lending on.",
    )

    # Overdue, lost, damaged
    overdue_leader_days = fields.Integer(
        string="Leader Told after (Days)",
        default=1,
        help="The borrower is told at once. So many days after the loan was due, the "
        "leader of the borrower is told.",
    )
    overdue_custodian_days = fields.Integer(
        string="Custodians Told after (Days)", default=3
    )
    overdue_executive_days = fields.Integer(
        string="Executives Told after (Days)", default=7
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    penalty_min = fields.Monetary(
        string="Least Penalty",
        help="Who loses or damages files is fined by seriousness within this range.",
    )
    penalty_max = fields.Monetary(
        string="Highest Penalty",
        help="0: no range is set, and whoever approves the outcome decides.",
    )

    _number_check = models.Constraint(
        "CHECK (due_days >= 0 AND due_hours >= 0 AND max_renewals >= 0"
        " AND renewal_days >= 0 AND renewal_window >= 0 AND total_days >= 0"
        " AND guarantee_value >= 0 AND recall_value >= 0 AND max_loans >= 0"
        " AND overdue_leader_days >= 0 AND overdue_custodian_days >= 0"
        " AND overdue_executive_days >= 0 AND penalty_min >= 0 AND penalty_max >= 0)",
        "The numbers of a borrowing policy are 0 or more.",
    )

    @api.depends("approval_code", "company_id", "is_preset")
    @api.depends_context("lang")
    def _compute_approval_summary(self):
        matrices = self._get_matrices()
        for policy in self:
            policy.approval_summary = matrices[policy].step_summary

    def _get_matrices(self):
        """Return ``{policy: its approval matrix}``, which may be missing."""
        matrices = self.env["governance.approval.policy"].sudo()
        found = matrices.search(
            Domain.OR(policy._get_matrix_domain() for policy in self), order="id"
        )
        by_key = {(one.is_preset, one.company_id.id, one.code): one for one in found}
        return {
            policy: by_key.get(policy._get_matrix_key(), matrices) for policy in self
        }

    def _get_matrix_key(self):
        company = not self.is_preset and self.company_id.id
        return self.is_preset, company, self.approval_code

    @api.depends(
        "limit_ids.rank", "limit_ids.value", "limit_ids.unit", "limit_ids.is_on_site"
    )
    @api.depends_context("lang")
    def _compute_limit_summary(self):
        for policy in self:
            policy.limit_summary = " · ".join(
                f"{line.rank}: {line._get_text()}"
                for line in policy.limit_ids.sorted("rank")
            )

    # ------------------------------------------------------------------
    # POLICY
    # ------------------------------------------------------------------

    def _get_blank_values(self, path=""):
        """Ask for what the written policies leave open, where it has a meaning."""
        return super()._get_blank_values(path) + [
            self._prepare_blank_value(name, required, path)
            for name, required in self._get_open_numbers().items()
            if not self[name]
        ]

    def _get_open_numbers(self):
        """Return {name: required} of the numbers that this policy cannot do without.

        What is not required may stay 0, which is a value too.
        """
        numbers = {"undertaking": True}
        if not self.is_on_site and self.due_rule == "days":
            numbers["due_days"] = True
        if self.due_rule == "hours":
            numbers["due_hours"] = True
        if self._is_lent_for_days():
            numbers |= {
                "recall_value": True,
                "max_renewals": False,
                "total_days": bool(self.max_renewals),
            }
        return {**numbers, "max_loans": False}

    def _is_lent_for_days(self):
        """Return whether loans last longer than the day they begin on."""
        return not self.is_on_site and self.due_rule in ("days", "agreed")

    def _get_unit_to_fill(self, name):
        units = {
            "due_days": self.env._("days"),
            "due_hours": self.env._("hours"),
            "total_days": self.env._("days"),
            "max_renewals": self.env._("times"),
            "max_loans": self.env._("loans"),
        }
        if name == "recall_value":
            return dict(self._fields["recall_unit"]._description_selection(self.env))[
                self.recall_unit
            ]
        return units.get(name) or super()._get_unit_to_fill(name)

    def _get_publish_errors(self):
        return [
            *super()._get_publish_errors(),
            *self._get_time_errors(),
            *self._get_renewal_errors(),
            *self._get_matrix_errors(),
            *self._get_order_errors(),
        ]

    def _get_time_errors(self):
        time = self.env["governance.business.time"]
        return [
            *time._get_calendar_errors(self._get_calendar(), "working_days"),
            *time._get_amount_errors(self.guarantee_value, self.recall_unit),
            *time._get_amount_errors(self.recall_value, self.recall_unit),
        ]

    def _get_renewal_errors(self):
        if not self.max_renewals:
            return []
        if not self._is_lent_for_days():
            return [
                self.env._(
                    "Loans that end on the day they begin are not renewed: set the "
                    "number of renewals to 0."
                )
            ]
        if self.total_days < self.due_days:
            return [
                self.env._(
                    "In total a loan lasts at most %(total)s days, which is less than "
                    "one loan (%(days)s days).",
                    total=self.total_days,
                    days=self.due_days,
                )
            ]
        return []

    def _get_matrix_errors(self):
        matrices = self.env["governance.approval.policy"].sudo()
        if matrices.search_count(self._get_matrix_domain(), limit=1):
            return []
        return [
            self.env._(
                "No approval matrix for borrowing with the code %(code)s is in force. "
                "Publish one under Customer Governance > Configuration > Approval "
                "matrices, or give the code of another.",
                code=self.approval_code,
            )
        ]

    def _get_order_errors(self):
        errors = []
        rungs = [
            self.overdue_leader_days,
            self.overdue_custodian_days,
            self.overdue_executive_days,
        ]
        if rungs != sorted(rungs):
            errors.append(
                self.env._(
                    "The leader is told after %(leader)s days, custodians after "
                    "%(custodian)s and executives after %(executive)s: nobody is told "
                    "before those who come first.",
                    leader=rungs[0],
                    custodian=rungs[1],
                    executive=rungs[2],
                )
            )
        if self.penalty_min > self.penalty_max:
            errors.append(
                self.env._("The least penalty is higher than the highest penalty.")
            )
        return errors

    # ------------------------------------------------------------------
    # WHO ASKS AND WHO DECIDES
    # ------------------------------------------------------------------

    @api.model
    def _get_audience_domain(self, user):
        """Return the domain of the policies that a user may ask under."""
        return Domain("group_ids", "=", False) | Domain(
            "group_ids", "in", user.all_group_ids.ids
        )

    def _check_audience(self, user):
        """Refuse a request under a policy that is meant for others.

        :raises AccessError: saying for whom it is
        """
        for policy in self.sudo():
            if not policy.filtered_domain(self._get_audience_domain(user)):
                raise AccessError(
                    self.env._(
                        "“%(policy)s” is for others (%(groups)s). Choose a borrowing "
                        "policy that is meant for you.",
                        policy=policy.display_name,
                        groups=", ".join(policy.group_ids.mapped("name")),
                    )
                )

    def _get_approval_matrix(self):
        """Return the matrix in force that loans run through, or raise UserError."""
        self.ensure_one()
        return self.env["governance.approval.policy"]._get_for_subject(
            self.company_id, "lending", self.approval_code
        )

    def _get_matrix_domain(self):
        matrix = Domain("subject", "=", "lending") & Domain(
            "code", "=", self.approval_code
        )
        if self.is_preset:
            return matrix & Domain("is_preset", "=", True)
        return (
            matrix
            & Domain("company_id", "=", self.company_id.id)
            & Domain("state", "=", "published")
        )

    # ------------------------------------------------------------------
    # OVERDUE, LOST, DAMAGED
    # ------------------------------------------------------------------

    def _get_overdue_delays(self):
        """Return ``{rung: days after the due date}`` of the overdue ladder (E-47)."""
        self.ensure_one()
        return {
            "borrower": 0,
            "leader": self.overdue_leader_days,
            "custodian": self.overdue_custodian_days,
            "executive": self.overdue_executive_days,
        }

    def _check_penalty(self, amount):
        """Refuse a penalty outside of the range of the policy, if it has one (E-52).

        :raises UserError: with the range
        """
        self.ensure_one()
        policy = self.sudo()
        if not policy.penalty_max:
            return
        if not policy.penalty_min <= amount <= policy.penalty_max:
            currency = policy.company_id.currency_id
            raise UserError(
                self.env._(
                    "The penalty is %(amount)s. By “%(policy)s” it is from %(least)s "
                    "to %(most)s.",
                    amount=formatLang(self.env, amount, currency_obj=currency),
                    policy=policy.name,
                    least=formatLang(
                        self.env, policy.penalty_min, currency_obj=currency
                    ),
                    most=formatLang(
                        self.env, policy.penalty_max, currency_obj=currency
                    ),
                )
            )
