# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command, Domain

from .governance_lending_policy_scope import USES
from .governance_loan_line import AWAY, LIVE


class GovernanceLoan(models.Model):
    """Somebody borrows volumes of one customer under a policy (E-37 … E-50).

    Who asks, who approves, how long and with which papers follows from the policy.
    What a loan is about is shown to those who may read the customer, and what
    they wrote themselves to those who asked.
    """

    _name = "governance.loan"
    _description = "Loan of Volumes"
    _inherit = [
        "governance.numbered.mixin",
        "governance.approval.mixin",
        "governance.isolated.mixin",
    ]
    _is_governance_link_guarded = True
    _order = "id desc"
    _has_drafts = True
    _check_company_auto = True

    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.company,
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Borrower",
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
        help="Everybody borrows personally; data custodians enter loans for others "
        "too. Empty for people from outside. It never changes afterwards: nobody "
        "lends on what was lent.",
    )
    requester_id = fields.Many2one(
        comodel_name="res.users",
        string="Entered by",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
    )
    policy_id = fields.Many2one(
        comodel_name="governance.lending.policy",
        string="Borrowing Policy",
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('id', 'in', allowed_policy_ids)]",
        help="It follows from who borrows which volumes to do what with them. Where "
        "several apply, the strictest one does.",
    )
    allowed_policy_ids = fields.Many2many(
        comodel_name="governance.lending.policy",
        string="Policies That Apply",
        compute="_compute_allowed_policy_ids",
        compute_sudo=True,
        help="The strictest one for each use.",
    )
    use = fields.Selection(
        selection=USES,
        string="What for",
        compute="_compute_use",
        store=True,
        readonly=False,
        precompute=True,
        help="What is done with the volumes: the borrowing policy follows from it.",
    )
    reader_name = fields.Char(
        string="Reader from Outside", help="Readers from outside get no user."
    )
    reader_unit = fields.Char(
        string="Work Unit", help="The company or office the reader comes from."
    )
    borrower_name = fields.Char(
        string="Who Borrows", compute="_compute_borrower_name", compute_sudo=True
    )
    purpose = fields.Text(
        compute="_compute_purpose",
        inverse="_inverse_purpose",
        help="What the volumes are needed for. Read by who asks and by who may read "
        "the customer.",
    )
    wanted = fields.Text(
        string="Which Volumes",
        compute="_compute_purpose",
        inverse="_inverse_wanted",
        help="In words, when you cannot choose them: which customer, which year. A "
        "data custodian finds the volumes.",
    )
    purpose_text = fields.Text(groups=fields.NO_ACCESS, copy=True)
    wanted_text = fields.Text(groups=fields.NO_ACCESS, copy=True)
    date_wanted = fields.Datetime(
        string="Needed until", help="The policy may set an earlier date."
    )
    line_ids = fields.One2many(
        comodel_name="governance.loan.line", inverse_name="loan_id", string="Volumes"
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        compute="_compute_partner_id",
        store=True,
        index=True,
        groups=fields.NO_ACCESS,
    )
    rank = fields.Integer(
        compute="_compute_partner_id",
        store=True,
        aggregator=None,
        groups=fields.NO_ACCESS,
    )
    customer_id = fields.Many2one(
        comodel_name="res.partner",
        compute="_compute_customer_id",
        compute_sudo=True,
        help="Whose file it is, for those who may read the customer.",
    )
    certificate = fields.Binary(
        string="Certificate of the Own Leader",
        attachment=True,
        copy=False,
        help="By which the leader of the borrower's company or department approves.",
    )
    certificate_name = fields.Char(string="File Name of the Certificate", copy=False)
    letter = fields.Binary(
        string="Letter of Introduction",
        attachment=True,
        copy=False,
        help="Of the reader's work unit.",
    )
    letter_name = fields.Char(string="File Name of the Letter", copy=False)
    identity_document = fields.Binary(
        attachment=True, copy=False, help="A copy of the reader's identity document."
    )
    identity_name = fields.Char(string="File Name of the Identity Document", copy=False)
    undertaking = fields.Text(related="policy_id.undertaking")
    date_accepted = fields.Datetime(
        string="Undertaking Accepted on", readonly=True, copy=False
    )
    accepted_by_id = fields.Many2one(
        comodel_name="res.users",
        string="Undertaking Accepted by",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="The borrower; for a reader from outside the custodian who holds the "
        "signed paper.",
    )
    is_on_site = fields.Boolean(related="policy_id.is_on_site")
    is_copying_allowed = fields.Boolean(related="policy_id.is_copying_allowed")
    needs_certificate = fields.Boolean(
        related="policy_id.needs_certificate", string="Certificate Required"
    )
    needs_letter = fields.Boolean(
        related="policy_id.needs_letter", string="Letter Required"
    )
    needs_identity = fields.Boolean(
        related="policy_id.needs_identity", string="Identity Document Required"
    )
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("requested", "Asked for"),
            ("approved", "Approved"),
            ("handed_out", "Handed Out"),
            ("claimed", "Said to Be Returned"),
            ("lost", "Lost"),
            ("written_off", "Written Off"),
            ("returned", "Returned"),
            ("rejected", "Not Approved"),
            ("expired", "Expired"),
            ("cancelled", "Taken Back"),
        ],
        required=True,
        readonly=True,
        default="draft",
        index=True,
    )
    date_requested = fields.Datetime(readonly=True, copy=False)
    date_approved = fields.Datetime(readonly=True, copy=False)
    date_out = fields.Datetime(string="Handed out on", readonly=True, copy=False)
    date_due = fields.Datetime(
        string="Due", readonly=True, copy=False, help="When the first volume is due."
    )
    date_returned = fields.Datetime(string="Returned on", readonly=True, copy=False)
    is_overdue = fields.Boolean(
        string="Overdue", compute="_compute_is_overdue", search="_search_is_overdue"
    )
    is_mine = fields.Boolean(compute="_compute_is_mine")
    can_serve = fields.Boolean(compute="_compute_can_serve", search="_search_can_serve")
    line_count = fields.Integer(string="Number of Volumes", compute="_compute_lines")
    is_to_hand_out = fields.Boolean(compute="_compute_at_desk", compute_sudo=True)
    is_to_open = fields.Boolean(compute="_compute_at_desk", compute_sudo=True)
    is_to_take_back = fields.Boolean(compute="_compute_at_desk", compute_sudo=True)
    event_ids = fields.One2many(
        comodel_name="governance.loan.event",
        inverse_name="loan_id",
        string="Register",
        readonly=True,
    )

    _name_uniq = models.UniqueIndex(
        "(company_id, name) WHERE name != '/'", "Another loan has this number already."
    )
    _due_idx = models.Index("(date_due) WHERE state = 'handed_out'")

    # ------------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------------

    @api.depends("name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for loan in self:
            is_new = loan.name in (False, "/")
            loan.display_name = self.env._("New Loan") if is_new else loan.name

    @api.depends("user_id", "reader_name", "reader_unit")
    def _compute_borrower_name(self):
        for loan in self:
            parts = (loan.reader_name, loan.reader_unit)
            outside = ", ".join(part for part in parts if part)
            loan.borrower_name = loan.user_id.name or outside

    @api.depends("company_id", "user_id", "line_ids.volume_id")
    def _compute_allowed_policy_ids(self):
        policies = self.env["governance.lending.policy"]
        for loan in self:
            loan.allowed_policy_ids = policies._get_applicable(
                loan.company_id, loan.user_id, loan.line_ids.volume_id._origin
            )

    @api.depends("policy_id")
    def _compute_use(self):
        """Take the main use of the policy, unless another one is said."""
        for loan in self:
            uses = loan.policy_id.sudo()._get_uses() if loan.policy_id else [loan.use]
            if loan.use not in uses:
                loan.use = uses[0]

    @api.onchange("use", "user_id", "line_ids")
    def _onchange_use(self):
        """Leave a policy that does not apply, and take the only one that does."""
        volumes = self.line_ids.volume_id._origin
        allowed = self.env["governance.lending.policy"]._get_applicable(
            self.company_id, self.user_id, volumes, self.use
        )
        if self.policy_id not in allowed:
            self.policy_id = allowed if len(allowed) == 1 else False

    @api.depends("purpose_text", "wanted_text")
    @api.depends_context("uid")
    def _compute_purpose(self):
        """Show what was written to its author and to who may read the customer."""
        readable = self._filter_readable()
        for loan in self:
            known = loan.sudo()
            shown = loan in readable or self.env.user in (
                known.user_id | known.requester_id
            )
            loan.purpose = shown and known.purpose_text
            loan.wanted = shown and known.wanted_text

    def _inverse_purpose(self):
        for loan in self:
            loan._as_system().purpose_text = loan.purpose

    def _inverse_wanted(self):
        for loan in self:
            loan._as_system().wanted_text = loan.wanted

    @api.depends("line_ids.partner_id", "line_ids.rank")
    def _compute_partner_id(self):
        for loan in self:
            lines = loan.sudo().line_ids
            loan.partner_id = lines.partner_id[:1]
            loan.rank = max(lines.mapped("rank"), default=0)

    @api.depends("partner_id", "rank")
    @api.depends_context("uid")
    def _compute_customer_id(self):
        readable = self._filter_readable()
        for loan in self:
            loan.customer_id = loan in readable and loan.sudo().partner_id

    @api.depends("state", "date_due")
    def _compute_is_overdue(self):
        overdue = self.env["governance.loan.line"]._get_overdue_domain()
        for loan in self:
            loan.is_overdue = bool(loan.filtered_domain(overdue))

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self.env["governance.loan.line"]._get_overdue_domain()

    @api.depends("user_id")
    @api.depends_context("uid")
    def _compute_is_mine(self):
        for loan in self:
            loan.is_mine = loan.user_id == self.env.user

    @api.depends("line_ids.can_serve")
    @api.depends_context("uid")
    def _compute_can_serve(self):
        domain = Domain("id", "in", self._origin.ids) & self._get_served_domain()
        served = self.sudo().search(domain)
        for loan in self:
            loan.can_serve = loan._origin in served

    @api.model
    def _search_can_serve(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._get_served_domain()

    @api.model
    def _get_served_domain(self):
        """Return the loans of which the user serves every volume."""
        if self.env.user.has_group("crm_governance.group_custodian"):
            return Domain.TRUE
        served = self.env["governance.loan.line"]._get_served_domain()
        return (
            Domain("state", "!=", "draft")
            & Domain("line_ids", "any!", served)
            & Domain("line_ids", "not any!", ~served)
        )

    @api.depends("line_ids")
    def _compute_lines(self):
        for loan in self:
            loan.line_count = len(loan.line_ids)

    @api.depends("line_ids.state", "line_ids.medium")
    def _compute_at_desk(self):
        """Say what a custodian can do now: paper is counted, access is given."""
        for loan in self:
            by_medium = loan.line_ids.grouped("medium")
            nothing = loan.line_ids.browse()
            paper = set(by_medium.get("paper", nothing).mapped("state"))
            electronic = set(by_medium.get("electronic", nothing).mapped("state"))
            loan.is_to_hand_out = "waiting" in paper
            loan.is_to_open = "waiting" in electronic
            loan.is_to_take_back = not paper.isdisjoint(LIVE)

    def _filter_readable(self):
        """Return the loans of volumes that the current user may read."""
        clearance = self.env.user._get_clearance()
        confidentiality = self.env["governance.confidentiality"]
        closed = set()
        for rank, loans in self.sudo().grouped("rank").items():
            if rank > clearance:
                opened = confidentiality._get_opened_to_level(
                    loans.partner_id, rank, "read"
                )
                hidden = loans.filtered(
                    lambda loan, opened=opened: loan.partner_id not in opened
                )
                closed.update(hidden.ids)
        return self.filtered(lambda loan: loan._origin.id not in closed)

    # ------------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------------

    @api.model
    def _get_user_fields(self):
        return {
            "user_id",
            "policy_id",
            "use",
            "reader_name",
            "reader_unit",
            "purpose",
            "wanted",
            "date_wanted",
            "line_ids",
            "certificate",
            "certificate_name",
            "letter",
            "letter_name",
            "identity_document",
            "identity_name",
        }

    def _get_author(self):
        return self.requester_id

    @api.constrains("user_id", "reader_name")
    def _check_borrower(self):
        """Let everybody borrow for himself or herself, custodians for others (E-49)."""
        for loan in self.sudo():
            if loan.user_id and loan.reader_name:
                raise ValidationError(
                    self.env._(
                        "A loan has one borrower: an employee or a reader from outside."
                    )
                )
            if loan.user_id == loan.requester_id:
                continue
            if not loan.requester_id._has_group("crm_governance.group_custodian"):
                raise ValidationError(
                    self.env._(
                        "Everybody borrows personally. A data custodian enters loans "
                        "for others."
                    )
                )
            if loan.user_id.share:
                raise ValidationError(
                    self.env._("%(name)s is no employee.", name=loan.user_id.name)
                )

    def _check_one_customer(self):
        """Refuse loans of several customers: others approve and read each of them.

        :raises ValidationError: saying what to do
        """
        for loan in self.sudo():
            if len(loan.line_ids.partner_id) > 1:
                raise ValidationError(
                    self.env._(
                        "One loan is about one customer. Ask for the volumes of the "
                        "others with loans of their own."
                    )
                )

    def _check_deletable(self):
        self._check_still_open()
        self._check_author()

    # ------------------------------------------------------------------
    # ASKING
    # ------------------------------------------------------------------

    def action_request_approval(self):
        """Ask for the loans (E-37, E-46).

        :raises UserError: saying what is missing
        """
        self.check_access("write")
        for loan in self:
            loan._check_author()
            known = loan._as_known()
            known._check_requestable()
            known._as_system().write(
                {"state": "requested", "date_requested": fields.Datetime.now()}
            )
            known._enter("requested")
            if known.line_ids:
                loan._ask_approvers()
            else:
                known._tell_custodians()
        return True

    def action_choose(self):
        """Open the dialog in which a custodian finds the volumes that were meant."""
        self.ensure_one()
        self.check_access("write")
        self._check_choosing()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_governance.governance_loan_choose_action"
        )
        action["context"] = {"default_loan_id": self.id}
        return action

    def action_withdraw(self):
        """Take a loan back that was not handed out yet."""
        self.check_access("write")
        for loan in self:
            if self.env.user not in loan.user_id | loan.requester_id:
                raise AccessError(
                    self.env._("Who asked for a loan takes it back, nobody else.")
                )
            known = loan._as_known()
            known.line_ids._lock()
            if known.state not in ("requested", "approved") or known.date_out:
                raise UserError(
                    self.env._(
                        "%(loan)s cannot be taken back any more.", loan=loan.name
                    )
                )
            known._leave("cancelled")
            for request in known._get_open_approvals():
                request._close("withdrawn")
        return True

    def action_accept_undertaking(self):
        """Accept the undertaking as the borrower (C-39, E-53).

        For readers from outside a data custodian confirms to hold it, signed.

        :raises AccessError: for everybody else
        """
        self.check_access("write")
        for loan in self:
            if loan.user_id and loan.user_id != self.env.user:
                raise AccessError(
                    self.env._(
                        "The undertaking is accepted by the borrower in person: "
                        "%(borrower)s.",
                        borrower=loan.borrower_name,
                    )
                )
            if not loan.user_id:
                self.env.user._check_governance_custodian()
            if loan.state not in ("requested", "approved") or loan.date_accepted:
                raise UserError(
                    self.env._(
                        "%(loan)s does not wait for the undertaking.", loan=loan.name
                    )
                )
            known = loan._as_known()
            known._as_system().write(
                {
                    "date_accepted": fields.Datetime.now(),
                    "accepted_by_id": self.env.uid,
                }
            )
            known._enter("accepted")
        return True

    def action_hand_out(self):
        """Open the desk with the volumes of the loans that wait there."""
        self.check_access("write")
        lines = self._as_known().line_ids.filtered(lambda line: line.state == "waiting")
        return lines.with_env(self.env).action_hand_out()

    def action_give_access(self):
        """Let the borrowers read the electronic volumes that wait (a custodian).

        :raises UserError: saying what is missing
        """
        self.check_access("write")
        lines = self._as_known().line_ids.filtered(
            lambda line: line.state == "waiting" and line.medium == "electronic"
        )
        return lines.with_env(self.env).action_give_access()

    def action_take_back(self):
        """Open the desk with the volumes of the loans that are out."""
        self.check_access("write")
        lines = self._as_known().line_ids.filtered(
            lambda line: line.state in AWAY and line.medium == "paper"
        )
        return lines.with_env(self.env).action_take_back()

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _choose(self, volumes):
        """Enter the volumes that were asked for in words, and ask for approval.

        :raises AccessError: for volumes that the custodian may not read
        """
        self.ensure_one()
        self.check_access("write")
        self._check_choosing()
        volumes.check_access("read")
        if not volumes:
            raise UserError(self.env._("Choose at least one volume."))
        if reasons := self._get_volume_errors(volumes):
            raise UserError("\n".join(reasons))
        loan = self._as_known()
        loan._check_policy(volumes.sudo())
        loan._as_system().write(
            {
                "line_ids": [
                    Command.create({"volume_id": volume.id}) for volume in volumes
                ]
            }
        )
        loan._enter("chosen")
        loan._ask_approvers()

    def _refuse(self, reason):
        """Refuse a request in words for which there is no volume.

        :raises UserError: without a reason
        """
        self.ensure_one()
        self.check_access("write")
        self._check_choosing()
        if not (reason or "").strip():
            raise UserError(self.env._("Say why: a refusal needs a reason."))
        self._leave("rejected", "refused", note=reason)

    def _leave(self, state, event=None, **values):
        """End loans of which nothing was handed out."""
        for loan in self._as_known():
            loan._enter(event or state, **values)
            loan._as_system().state = state
            loan.line_ids._drop()
            if self.env.user != loan.user_id:
                loan._tell_borrower(
                    lambda env, loan=loan: (
                        env._("%(loan)s has ended", loan=loan.name),
                        env._("Open the loan to read what has happened."),
                    )
                )

    def _settle(self):
        """Let the loans follow their volumes."""
        for loan in self._as_known():
            lines = loan.line_ids
            states = set(lines.mapped("state")) - {"draft"}
            out = lines.filtered(lambda line: line.state == "handed_out")
            values = {
                "date_out": min(filter(None, lines.mapped("date_out")), default=False),
                "date_due": min(out.mapped("date_due"), default=False),
                "date_returned": False,
            }
            for state, result in (
                ("handed_out", "handed_out"),
                ("claimed", "claimed"),
                ("lost", "lost"),
                ("waiting", "approved"),
                ("written_off", "written_off"),
                ("returned", "returned"),
                ("dropped", "expired"),
            ):
                if state in states:
                    values["state"] = result
                    break
            if values.get("state") == "returned":
                values["date_returned"] = max(
                    filter(None, lines.mapped("date_returned"))
                )
            loan._as_system().write(values)

    def _as_known(self):
        """Return the loans as the superuser, with lines as the database holds them."""
        self.env["governance.loan.line"].invalidate_model()
        # They are fetched together, however they were come by.
        return self.sudo().browse(self.ids)

    def _enter(self, event, **values):
        """Add to the register, a line for each volume, in the current user's name.

        What has ended already has nothing to do with it.
        """
        for loan in self.sudo():
            lines = loan.line_ids.filtered(lambda line: line.state != "dropped")
            self.env["governance.loan.event"]._record(event, lines, loan=loan, **values)

    def _tell_borrower(self, write):
        for loan in self.sudo().filtered("user_id"):
            loan.user_id._notify_in_own_language(
                write, model=loan._name, res_id=loan.id
            )

    def _tell_custodians(self):
        people = self.company_id._get_custodians() - self.user_id
        people._notify_in_own_language(
            lambda env: (
                env._("A loan waits for a custodian"),
                env._(
                    "Find the volumes that are meant under Customer Governance > "
                    "Borrowing > Custodian's Desk."
                ),
            )
        )
