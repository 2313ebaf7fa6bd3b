# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import hashlib
import json

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date, format_datetime, format_list, html2plaintext
from odoo.tools.misc import clean_context, formatLang


class GovernanceApprovalMixin(models.AbstractModel):
    """A record that takes effect only when others have signed it.

    A model says by hooks what it is called in the approval matrices
    (`_get_approval_subject`), which of its fields are signed
    (`_get_approval_hash_fields`), which customer it concerns
    (`_get_approval_partner`) and what happens then (`_approval_approved`,
    `_approval_rejected`, `_approval_closed`).
    """

    _name = "governance.approval.mixin"
    _description = "Subject of approvals"

    approval_request_ids = fields.One2many(
        comodel_name="governance.approval.request",
        inverse_name="res_id",
        string="Approval requests",
        domain=lambda self: [("res_model", "=", self._name)],
        readonly=True,
        copy=False,
    )
    approval_request_id = fields.Many2one(
        comodel_name="governance.approval.request",
        string="Latest approval request",
        compute="_compute_approval_request_id",
        compute_sudo=True,
    )
    approval_state = fields.Selection(
        selection=[
            ("none", "Not asked"),
            ("pending", "Waiting for decision"),
            ("approved", "Approved"),
            ("rejected", "Rejected"),
            ("expired", "Expired"),
            ("voided", "Void"),
            ("withdrawn", "Withdrawn"),
        ],
        string="Approval",
        compute="_compute_approval_request_id",
        compute_sudo=True,
    )
    approval_can_decide = fields.Boolean(
        string="To decide by me",
        compute="_compute_approval_can_decide",
        search="_search_approval_can_decide",
    )
    approval_can_withdraw = fields.Boolean(
        compute="_compute_approval_can_withdraw",
        compute_sudo=True,
    )
    approval_can_read = fields.Boolean(
        compute="_compute_approval_can_read",
        search="_search_approval_can_read",
        groups=fields.NO_ACCESS,
    )

    @api.depends("approval_request_ids.state", "approval_request_ids.expires_on")
    def _compute_approval_request_id(self):
        # A search, because the field of a superuser would stay in the cache of
        # users who may not read all of these requests.
        latest = {request.res_id: request for request in self._search_approvals()}
        for record in self:
            request = latest.get(record.id)
            record.approval_request_id = request
            record.approval_state = (
                request._get_effective_state() if request else "none"
            )

    @api.depends("approval_request_ids.state", "approval_request_ids.decision_ids")
    @api.depends_context("uid")
    def _compute_approval_can_decide(self):
        domain = self.env["governance.approval.request"]._get_decidable_domain()
        ids = self._get_approval_ids(domain)
        for record in self:
            record.approval_can_decide = record.id in ids

    def _search_approval_can_decide(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = self.env["governance.approval.request"]._get_decidable_domain()
        return self._search_approval_ids(domain)

    @api.depends("approval_request_ids.state", "approval_request_ids.requester_id")
    @api.depends_context("uid")
    def _compute_approval_can_withdraw(self):
        ids = self._get_approval_ids(
            Domain("state", "=", "pending") & Domain("requester_id", "=", self.env.uid)
        )
        for record in self:
            record.approval_can_withdraw = record.id in ids

    @api.depends("approval_request_ids.state", "approval_request_ids.decision_ids")
    @api.depends_context("uid")
    def _compute_approval_can_read(self):
        ids = self._get_approval_ids(self._get_approval_reader_domain())
        for record in self:
            record.approval_can_read = record.id in ids

    def _search_approval_can_read(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._search_approval_ids(self._get_approval_reader_domain())

    # ------------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------------

    def write(self, vals):
        """Write, and void what was signed before when its content changes."""
        signed = {path.split(".")[0] for path in self._get_approval_hash_fields()}
        result = super().write(vals)
        if signed & set(vals):
            self._void_changed_approvals()
        return result

    def unlink(self):
        """Delete, and void the requests that nobody has decided yet."""
        self.check_access("unlink")
        for request in self._get_open_approvals():
            request._close("voided", self.env._("The subject has been deleted."))
        return super().unlink()

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_request_approval(self):
        """Send the records for approval; UserError when that is not possible."""
        self.check_access("write")
        for record in self:
            record._request_approval()
        return True

    def action_approval_approve(self):
        """Open the dialog in which the user signs."""
        return self._get_pending_approval().action_approve()

    def action_approval_reject(self):
        """Open the dialog in which the user rejects."""
        return self._get_pending_approval().action_reject()

    def action_approval_withdraw(self):
        """Take one's own request back."""
        return self._get_pending_approval().action_withdraw()

    def action_open_approval_requests(self):
        """Open the requests on this record that the user may read."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_governance.governance_approval_request_action"
        )
        action["domain"] = [("res_model", "=", self._name), ("res_id", "=", self.id)]
        action["context"] = {}
        return action

    # ------------------------------------------------------------------
    # HOOKS
    # ------------------------------------------------------------------

    def _get_approval_subject(self):
        """Return the `subject` of the approval matrices that fit this record."""
        return "generic"

    def _get_approval_company(self):
        """Return the company whose matrix decides."""
        company = self.company_id if "company_id" in self._fields else None
        return company or self.env.company

    def _get_approval_policy(self):
        """Return the matrix in force; UserError when there is none."""
        return self.env["governance.approval.policy"]._get_for_subject(
            self._get_approval_company(), self._get_approval_subject()
        )

    def _get_approval_partner(self):
        """Return the customer concerned, or an empty record."""
        if "partner_id" in self._fields:
            return self.partner_id
        return self.env["res.partner"]

    def _get_approval_authors(self):
        """Return the users who prepared the record and so never decide on it."""
        return self.create_uid

    def _prepare_approval_step(self, step):
        """Return the values of the copy that a request keeps of a step."""
        return step._prepare_request_step()

    def _get_approval_hash_fields(self):
        """Return the names of the fields that are signed.

        A field of the lines is given as `line_ids.amount`.
        """
        return []

    def _is_approval_deferred(self, request):
        """Tell whether the effect comes later, by `request._apply()`."""
        return False

    def _get_remark_reason(self, verdict):
        """Return why “approved” or “rejected” needs a remark here, as a sentence."""
        return ""

    def _approval_approved(self, request):
        """Take effect; called for the superuser after the last signature."""

    def _approval_rejected(self, request):
        """React to a rejection; called for the superuser."""

    def _approval_closed(self, request):
        """React to a request that expired, was withdrawn or became void."""

    @api.model
    def _get_approval_reader_domain(self):
        """Return the requests whose deciders may read their subject.

        Who is to decide reads what it is about, and keeps reading it.
        """
        requests = self.env["governance.approval.request"]
        return requests._get_decidable_domain() | Domain(
            "decision_ids", "any", requests._get_verdict_domain(self.env.user)
        )

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _request_approval(self, reason=None):
        """Ask for approval in the name of the current user; return the request.

        Raises UserError when no matrix is in force, when the record waits for a
        decision already, and when nobody could sign.
        """
        self.ensure_one()
        context = clean_context(self.env.context)
        record = self.with_env(self.env(su=True, context=context))
        for request in record._get_open_approvals():
            if request._is_overdue():
                request._expire()
            elif request.state == "pending":
                raise UserError(
                    self.env._(
                        "“%(subject)s” waits for a decision already.",
                        subject=record.display_name,
                    )
                )
        policy = record._get_approval_policy()
        return record.env["governance.approval.request"]._open(record, policy, reason)

    def _get_pending_approval(self):
        """Return the pending request, with the user's own rights."""
        self.ensure_one()
        self.check_access("read")
        requests = self.sudo()._get_open_approvals()
        pending = requests.filtered(lambda request: request.state == "pending")
        if not pending:
            raise UserError(
                self.env._(
                    "“%(subject)s” does not wait for a decision.",
                    subject=self.display_name,
                )
            )
        return self.env["governance.approval.request"].browse(pending.id)

    def _get_open_approvals(self):
        """Return the requests that are undecided or approved without effect yet."""
        return self._search_approvals(
            Domain("state", "in", ("pending", "approved"))
            & Domain("applied_on", "=", False)
        )

    def _search_approvals(self, domain=Domain.TRUE):
        """Return the requests on these records, oldest first, for the superuser."""
        subject = Domain("res_model", "=", self._name) & Domain(
            "res_id", "in", self.ids
        )
        requests = self.env["governance.approval.request"]._unseal()
        return requests.search(subject & domain, order="id")

    def _void_changed_approvals(self):
        for request in self._get_open_approvals():
            if not request._is_content_unchanged():
                request._close("voided", request._get_void_reason())

    def _get_approval_ids(self, domain):
        return set(self._search_approvals(domain).mapped("res_id"))

    @api.model
    def _search_approval_ids(self, domain):
        requests = self.env["governance.approval.request"]._unseal()
        query = requests._search(Domain("res_model", "=", self._name) & domain)
        return Domain(
            "id", "in", query.subselect(SQL.identifier(query.table, "res_id"))
        )

    # ------------------------------------------------------------------
    # CONTENT
    # ------------------------------------------------------------------

    def _get_approval_hash(self):
        """Return the SHA-256 of what is signed, the same for whoever asks."""
        self.ensure_one()
        record = self._get_signed_record()
        content = {
            "model": self._name,
            "id": self.id,
            "fields": {
                path: self._get_signed_value(record, path)
                for path in self._get_approval_hash_fields()
            },
        }
        text = json.dumps(content, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def _get_signed_record(self):
        company = self._get_approval_company()
        env = self.env(su=True, context={"active_test": False})
        return self.with_env(env).with_company(company)

    @api.model
    def _get_signed_value(self, record, path):
        """Return a value in a form that depends on nothing but the data."""
        name, _dot, rest = path.partition(".")
        if rest:
            return [
                [line.id, self._get_signed_value(line, rest)]
                for line in record[name].sorted("id")
            ]
        field = record._fields[name]
        if field.store and field.translate:
            return field._get_stored_translations(record)
        value = record[name]
        if field.relational:
            return sorted(value.ids)
        if isinstance(value, bytes):
            return hashlib.sha256(value).hexdigest()
        if isinstance(value, float):
            # Fifteen digits survive the way to the database and back.
            return format(value, ".15g")
        if value is None or isinstance(value, bool | int | str):
            return value
        return str(value)

    def _get_approval_content(self):
        """Return what approvers see of what is signed: [{name, value}]."""
        self.ensure_one()
        names = [path.split(".")[0] for path in self._get_approval_hash_fields()]
        return [
            {"name": name, "value": self._format_signed_value(name)}
            for name in dict.fromkeys(names)
        ]

    def _format_signed_value(self, name):
        field, value = self._fields[name], self[name]
        if field.relational:
            return format_list(self.env, value.mapped("display_name"))
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value) or ""
        if field.type == "boolean":
            return self.env._("Yes") if value else self.env._("No")
        if value in (False, None):
            return ""
        formatters = {
            "date": lambda: format_date(self.env, value),
            "datetime": lambda: format_datetime(self.env, value),
            "float": lambda: formatLang(self.env, value),
            "html": lambda: html2plaintext(Markup(value)),
            "monetary": lambda: formatLang(
                self.env, value, currency_obj=self[field.get_currency_field(self)]
            ),
        }
        return formatters.get(field.type, lambda: str(value))()
