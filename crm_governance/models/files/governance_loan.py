# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command, Domain

from .governance_loan_line import LIVE


class GovernanceLoan(models.Model):
    """Somebody borrows volumes of one customer under a policy (E-37 … E-50).

    Who asks, who approves, how long and with which papers follows from the policy.
    What a loan is about is shown to those who may read the customer, and what
    they wrote themselves to those who asked.
    """

    _name = "governance.loan"
    _description = "Loan of Volumes"
    _inherit = [
        "governance.guarded.mixin",
        "governance.approval.mixin",
        "governance.isolated.mixin",
    ]
    _order = "id desc"
    _has_drafts = True
    _check_company_auto = True

    name = fields.Char(
        string="Serial Number", required=True, readonly=True, copy=False, default="/"
    )
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
        domain="[('state', '=', 'published'), ('company_id', '=', company_id)]",
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
    line_count = fields.Integer(string="Number of Volumes", compute="_compute_lines")
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

    @api.depends("user_id", "reader_name", "reader_unit")
    def _compute_borrower_name(self):
        for loan in self:
            parts = (loan.reader_name, loan.reader_unit)
            outside = ", ".join(part for part in parts if part)
            loan.borrower_name = loan.user_id.name or outside

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

    @api.depends("line_ids")
    def _compute_lines(self):
        for loan in self:
            loan.line_count = len(loan.line_ids)

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

    @api.model_create_multi
    def create(self, vals_list):
        """Enter loans, each with a number of its company."""
        loans = super().create(vals_list)
        for loan in loans:
            sequence = self.env["ir.sequence"].sudo().with_company(loan.company_id)
            loan._as_system().name = sequence.next_by_code("governance.loan") or "/"
        return loans

    @api.model
    def _get_user_fields(self):
        return {
            "user_id",
            "policy_id",
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

    def action_take_back(self):
        """Open the desk with the volumes of the loans that are out."""
        self.check_access("write")
        lines = self._as_known().line_ids.filtered(
            lambda line: line.state in LIVE and line.medium == "paper"
        )
        return lines.with_env(self.env).action_take_back()

    # ------------------------------------------------------------------
    # CHECKS
    # ------------------------------------------------------------------

    def _check_requestable(self):
        """Refuse what the policy does not allow or what is incomplete.

        :raises UserError: with everything that is missing
        """
        self.ensure_one()
        if self.state != "draft":
            raise UserError(
                self.env._("%(loan)s was asked for already.", loan=self.name)
            )
        if errors := self._get_request_errors():
            raise UserError("\n".join(errors))
        self.policy_id._check_audience(self.user_id or self.requester_id)
        self._check_limit(("requested", "approved", "handed_out", "claimed", "lost"))

    def _get_request_errors(self):
        """Return what is missing, as sentences."""
        errors = self._get_policy_errors()
        needs_purpose = not self.policy_id or self.policy_id.needs_purpose
        if needs_purpose and not (self.purpose_text or "").strip():
            errors.append(self.env._("Say what the volumes are needed for."))
        if not self.line_ids and not (self.wanted_text or "").strip():
            errors.append(
                self.env._("Choose the volumes, or say in words which you mean.")
            )
        errors += self._get_borrower_errors()
        errors += self._get_paper_errors()
        return errors + self._get_volume_errors(self.line_ids.volume_id)

    def _get_volume_errors(self, volumes):
        """Return why volumes are not lent under the policy, as sentences (C-16)."""
        volumes = volumes.sudo()
        errors = volumes._check_lendable()
        if self.sudo().policy_id.is_sealed_allowed:
            return errors
        return errors + [
            self.env._(
                "%(volume)s is sealed. Choose a borrowing policy that allows it.",
                volume=volume.code or volume.name,
            )
            for volume in volumes.filtered("is_sealed")
        ]

    def _get_policy_errors(self):
        if not self.policy_id:
            return [self.env._("Choose the borrowing policy.")]
        if self.policy_id.state != "published":
            return [
                self.env._(
                    "The policy “%(policy)s” is not in force. Choose another one.",
                    policy=self.policy_id.display_name,
                )
            ]
        return []

    def _get_borrower_errors(self):
        if not self.user_id:
            if self.reader_name and self.reader_unit:
                return []
            return [self.env._("Enter the name and the work unit of the reader.")]
        errors = []
        if self.policy_id.borrower_kind == "external":
            errors.append(
                self.env._(
                    "The policy “%(policy)s” is for readers from outside. Employees "
                    "borrow under another one.",
                    policy=self.policy_id.display_name,
                )
            )
        if not self.user_id.active or self.user_id.governance_suspended:
            errors.append(
                self.env._(
                    "%(user)s may not borrow: the user is suspended or not active.",
                    user=self.user_id.name,
                )
            )
        return errors

    def _get_paper_errors(self):
        """Return which papers the policy wants to see and nobody has shown (E-44)."""
        errors = []
        if self.policy_id.needs_certificate and not self.certificate:
            errors.append(self.env._("Attach the certificate of the own leader."))
        if self.policy_id.needs_letter and not self.letter:
            errors.append(self.env._("Attach the letter of introduction."))
        if self.policy_id.needs_identity and not self.identity_document:
            errors.append(self.env._("Attach the identity document."))
        return errors

    def _check_limit(self, states):
        """Refuse more loans of a person than the policy allows at a time.

        :raises UserError: naming the limit
        """
        limit = self.policy_id.max_loans
        if not limit or not self.user_id:
            return
        # Two loans of one person take turns.
        self.env["governance.suspension"]._touch(self.user_id)
        others = self.search_count(
            Domain("user_id", "=", self.user_id.id)
            & Domain("policy_id.code", "=", self.policy_id.code)
            & Domain("company_id", "=", self.company_id.id)
            & Domain("state", "in", states)
            & Domain("id", "!=", self.id)
        )
        if others >= limit:
            raise UserError(
                self.env._(
                    "%(borrower)s has %(count)s loans under “%(policy)s” already, "
                    "which allows %(limit)s at a time. Return one first.",
                    borrower=self.borrower_name,
                    count=others,
                    policy=self.policy_id.name,
                    limit=limit,
                )
            )

    def _check_ready(self):
        """Refuse to hand out loans that something is missing for.

        :raises UserError: saying what
        """
        for loan in self._as_known():
            if loan.state not in ("approved", "handed_out", "returned"):
                raise UserError(self.env._("%(loan)s is not approved.", loan=loan.name))
            if loan.undertaking and not loan.date_accepted:
                raise UserError(
                    self.env._(
                        "%(loan)s: %(borrower)s has to accept the undertaking first.",
                        loan=loan.name,
                        borrower=loan.borrower_name,
                    )
                )
            errors = loan._get_borrower_errors() + loan._get_paper_errors()
            if errors:
                raise UserError("\n".join([loan.name, *errors]))
            loan._check_limit(("handed_out", "claimed", "lost"))

    def _check_choosing(self):
        self.env.user._check_governance_custodian()
        known = self._as_known()
        if known.state != "requested" or known.line_ids:
            raise UserError(
                self.env._(
                    "%(loan)s does not wait for its volumes to be found.",
                    loan=known.name,
                )
            )
        if self.env.user == known.user_id:
            raise AccessError(
                self.env._("This is your own request: another custodian serves it.")
            )

    # ------------------------------------------------------------------
    # APPROVAL
    # ------------------------------------------------------------------

    def _get_approval_subject(self):
        return "lending"

    def _get_approval_policy(self):
        """Return the matrix that the lending policy names; UserError without one."""
        return self.policy_id._get_approval_matrix()

    def _get_approval_authors(self):
        """Let neither who asks, nor who borrows, nor who chose the volumes decide."""
        choosers = self.sudo().line_ids.create_uid
        people = self.requester_id | self.user_id | choosers
        return super()._get_approval_authors() | people

    def _get_approval_hash_fields(self):
        return [
            "user_id",
            "reader_name",
            "reader_unit",
            "policy_id",
            "date_wanted",
            "purpose_text",
            "line_ids.volume_id",
        ]

    def _get_approval_content(self):
        """Leave out what only those who may read the customer see on the loan."""
        hidden = ("purpose_text", "line_ids")
        content = super()._get_approval_content()
        return [item for item in content if item["name"] not in hidden]

    def _ask_approvers(self):
        """Ask in the name of the borrower, whose leader may be one who signs."""
        loan = self.sudo()
        self.with_user(loan.user_id or loan.requester_id)._request_approval()

    def _approval_approved(self, request):
        """Get it ready; refuse who signed without being allowed to read it."""
        for user in request._get_signers():
            if not self.with_user(user)._filter_readable():
                raise AccessError(
                    self.env._(
                        "%(loan)s is of a volume above your clearance. Somebody who "
                        "is cleared decides.",
                        loan=self.name,
                    )
                )
        loan = self._as_known()
        loan._as_system().write(
            {"state": "approved", "date_approved": fields.Datetime.now()}
        )
        loan._enter("approved")
        loan.line_ids._enter_queue()
        if not loan.line_ids.filtered("date_fetch"):
            return
        loan._tell_borrower(
            lambda env: (
                env._("%(loan)s is approved", loan=loan.name),
                env._("The custodian hands it out. Read the undertaking before."),
            )
        )

    def _approval_rejected(self, request):
        self._leave("rejected", "refused")

    def _approval_closed(self, request):
        """A request that nobody has decided, or that was taken back, ends the loan."""
        if self.sudo().state == "requested":
            self._leave("expired" if request.state == "expired" else "cancelled")

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
        return self.sudo()

    def _enter(self, event, **values):
        """Add to the register, a line for each volume, in the current user's name."""
        for loan in self.sudo():
            self.env["governance.loan.event"]._record(
                event, loan.line_ids, loan=loan, **values
            )

    def _tell_borrower(self, write):
        for loan in self.sudo().filtered("user_id"):
            loan.user_id._notify_in_own_language(
                write, model=loan._name, res_id=loan.id
            )

    def _tell_custodians(self):
        custodians = self.env.ref("crm_governance.group_custodian").sudo().all_user_ids
        people = self.company_id._filter_staff(custodians) - self.user_id
        people._notify_in_own_language(
            lambda env: (
                env._("A loan waits for a custodian"),
                env._(
                    "Find the volumes that are meant under Customer Governance > "
                    "Customer Files > Loan Desk."
                ),
            )
        )
