# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class GovernanceComplaintRemedy(models.Model):
    """What the customer gets: less to pay, money back, another product (D-30).

    The amount decides who approves it.  It is done when the credit note or the order
    that it produced is booked, or when somebody says why there is none.
    """

    _name = "governance.complaint.remedy"
    _description = "Remedy for a Complaint"
    _inherit = [
        "governance.guarded.mixin",
        "governance.approval.mixin",
        "governance.complaint.part.mixin",
        "governance.labelled.mixin",
    ]
    _order = "complaint_id desc, id"
    _rec_name = "complaint_id"
    _has_drafts = True
    _check_company_auto = True

    kind = fields.Selection(
        selection=[
            ("reduction", "Price reduction"),
            ("return", "Return of Goods"),
            ("exchange", "Exchange"),
            ("compensation", "Compensation"),
        ],
        string="Remedy",
        required=True,
        default="reduction",
    )
    description = fields.Char(
        required=True, help="What the customer gets, e.g. “10 percent off the order”."
    )
    amount = fields.Monetary(
        help="What it costs us at most, taxes included. It decides who approves."
    )
    currency_id = fields.Many2one(
        comodel_name="res.currency",
        required=True,
        ondelete="restrict",
        default=lambda self: self.env.company.currency_id,
    )
    product_id = fields.Many2one(
        comodel_name="product.product",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="What comes back or is sent instead.",
    )
    quantity = fields.Float(default=1.0)
    state = fields.Selection(
        selection=[
            ("draft", "Proposed"),
            ("requested", "Waiting for Approval"),
            ("approved", "Approved"),
            ("refused", "Not Approved"),
            ("done", "Done"),
        ],
        required=True,
        readonly=True,
        default="draft",
        index=True,
        copy=False,
    )
    proposed_by_id = fields.Many2one(
        comodel_name="res.users",
        string="Proposed by",
        required=True,
        readonly=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
    )
    refusal = fields.Text(string="Why It Was Refused", readonly=True, copy=False)
    can_work = fields.Boolean(related="complaint_id.can_work")
    move_id = fields.Many2one(
        comodel_name="account.move",
        string="Credit Note",
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
        check_company=True,
        domain="[('move_type', '=', 'out_refund'), "
        "('commercial_partner_id', '=', partner_id)]",
    )
    order_id = fields.Many2one(
        comodel_name="sale.order",
        string="Sales Order",
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
        check_company=True,
        domain="[('partner_id', 'child_of', partner_id)]",
        help="The return, or what is sent instead.",
    )
    done_reason = fields.Text(string="Done without a Document, because", copy=False)
    done_by_id = fields.Many2one(
        comodel_name="res.users",
        string="Settled by",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    date_done = fields.Datetime(string="Done on", readonly=True, copy=False)

    _amount_check = models.Constraint(
        "CHECK (amount >= 0)", "A remedy costs nothing or something, never less."
    )

    _quantity_check = models.Constraint(
        "CHECK (quantity > 0 AND quantity < 'Infinity')",
        "Give the quantity as a number above 0.",
    )

    @api.depends("complaint_id", "kind")
    @api.depends_context("uid", "lang")
    def _compute_display_name(self):
        return super()._compute_display_name()

    def _get_label(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        return f"{self.complaint_id.name or ''}: {kinds.get(self.kind, '')}"

    def _get_user_fields(self):
        content = {
            "complaint_id",
            "kind",
            "description",
            "amount",
            "currency_id",
            "product_id",
            "quantity",
        }
        links = {"move_id", "order_id", "done_reason"}
        if not self:
            return super()._get_user_fields() | content
        if all(one.state == "draft" for one in self):
            return super()._get_user_fields() | content - {"complaint_id"}
        if all(one.state == "approved" for one in self):
            return super()._get_user_fields() | links
        return super()._get_user_fields()

    @api.model_create_multi
    def create(self, vals_list):
        """Propose remedies; UserError for all but who works on the complaint."""
        remedies = super().create(vals_list)
        remedies._check_proposer()
        return remedies

    def write(self, vals):
        """Change what is proposed, or say what it led to."""
        result = super().write(vals)
        if not self._is_system() and set(vals) & self._get_user_fields():
            self._check_proposer()
        return result

    def _is_closed(self):
        self.ensure_one()
        return self.state not in ("draft", "approved")

    def _check_deletable(self):
        """Let proposals be deleted as long as nobody was asked about them."""
        for remedy in self:
            if remedy.state != "draft":
                remedy._refuse_change()

    def _get_author(self):
        """Return who proposes it: whoever wrote the amount could sign it otherwise."""
        self.ensure_one()
        if self.state != "draft":
            return super()._get_author()
        return self.proposed_by_id

    def _check_proposer(self):
        """Refuse people who do not work on the complaint, and complaints that are over.

        :raises UserError: for others, or in another step
        """
        if self._is_system():
            return
        self.complaint_id._check_worker()
        self.complaint_id._check_still_running()

    # ------------------------------------------------------------------
    # APPROVAL
    # ------------------------------------------------------------------

    def action_request_approval(self):
        """Ask for the remedies; the amount decides who signs (D-30).

        :raises UserError: for others than those who work on the complaint, and for
            complaints that nobody has accepted, and without a rate of the currency
        """
        self.check_access("write")
        for remedy in self:
            remedy._check_proposer()
            remedy.complaint_id._lock(
                "assigned", "reported", "opinion", "to_reply", "answered"
            )
            remedy._lock("draft")
            remedy._check_rate()
            remedy._as_system().write({"state": "requested"})
            remedy._request_approval(reason=remedy.description)
            remedy._note("submitted")
        return True

    def _get_approval_subject(self):
        return "complaint_remedy"

    def _get_approval_company(self):
        return self.complaint_id.company_id

    def _get_approval_policy(self):
        """Return the matrix for the amount; UserError when there is none."""
        policy = self.complaint_id.sudo().policy_id
        company = self.complaint_id.company_id
        # All of a complaint together: nobody halves an amount to sign it twice.
        asked = self.complaint_id.sudo().remedy_ids.filtered(
            lambda one: one.state in ("requested", "approved", "done")
        )
        amount = sum(one._get_company_amount() for one in asked | self)
        return policy._get_remedy_matrix(company, amount)

    def _check_rate(self):
        """Refuse a currency without a rate: Odoo would take it one to one.

        :raises UserError: naming the currency
        """
        self.ensure_one()
        company = self.complaint_id.company_id.sudo()
        currency = self.currency_id.sudo()
        known = self.env["res.currency.rate"].sudo()
        if currency != company.currency_id and not known.search_count(
            Domain("currency_id", "=", currency.id)
            & Domain("company_id", "in", (False, company.root_id.id)),
            limit=1,
        ):
            raise UserError(
                self.env._(
                    "There is no rate of %(currency)s, so nobody can tell who has to "
                    "approve the remedy. Enter the rate, or give the amount in "
                    "%(own)s.",
                    currency=currency.name,
                    own=company.currency_id.name,
                )
            )

    def _get_company_amount(self):
        """Return the amount in the currency of the company, at the rate of the day."""
        company = self.complaint_id.company_id
        return self.currency_id._convert(
            self.amount, company.currency_id, company, company._get_governance_today()
        )

    def _get_approval_authors(self):
        """Let none of those decide who proposed it or have a stake in the matter."""
        remedy = self.sudo()
        excluded = remedy.complaint_id._get_excluded_deciders()
        return super()._get_approval_authors() | remedy.proposed_by_id | excluded

    def _get_approval_hash_fields(self):
        return [
            "kind",
            "description",
            "amount",
            "currency_id",
            "product_id",
            "quantity",
        ]

    def _approval_approved(self, request):
        self.complaint_id._check_independent_signers(request)
        self._as_system().write({"state": "approved"})
        self._note("approved")

    def _approval_rejected(self, request):
        lines = request.decision_ids.filtered(lambda line: line.event == "rejected")
        self._as_system().write({"state": "refused", "refusal": lines[:1].reason})
        self._note("refused", lines[:1].reason)

    def _approval_closed(self, request):
        """Let an undecided proposal be changed and asked again."""
        if self.state == "requested":
            self._as_system().write({"state": "draft"})

    def _note(self, deed, reason=None):
        for remedy in self:
            remedy.complaint_id._log_event(
                "remedy",
                note=reason,
                deed=deed,
                remedy=remedy.id,
                what=remedy.kind,
            )

    @api.model
    def _get_unsettled_states(self):
        """Return the states in which nobody knows yet what the customer gets."""
        return ("draft", "requested")
