# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Domain
from odoo.tools import SQL, format_list

# So many obstacles are named at once.
MAX_NAMED = 10


class GovernanceDestruction(models.Model):
    """A list of volumes and files that two persons let be destroyed (E-55, E-56).

    Whoever asks never decides.  A custodian carries it out, once, in one transaction
    that checks everything again.  What is left are the records without their
    documents, and a register line with the fingerprints of those.
    """

    _name = "governance.destruction"
    _description = "Destruction of Files"
    _inherit = [
        "governance.classified.mixin",
        "governance.numbered.mixin",
        "governance.approval.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "id desc"
    _has_drafts = True
    _check_company_auto = True

    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self.env.company,
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Requested by",
        required=True,
        readonly=True,
        copy=False,
        ondelete="restrict",
        default=lambda self: self.env.user,
    )
    kind = fields.Selection(
        selection=[
            ("retention", "Kept long enough"),
            ("no_interaction", "No interaction for years"),
            ("no_value", "No agreement and no value"),
        ],
        string="Ground",
        required=True,
        default="retention",
        tracking=True,
        help="It is checked when the files are destroyed: the time is over; the "
        "customer had no interaction; or no agreement was ever reached.",
    )
    reason = fields.Text(
        required=True,
        help="Why nobody needs the files any more. Those who decide read it.",
    )
    method = fields.Selection(
        selection=[
            ("shredded", "Shredded"),
            ("burnt", "Burnt"),
            ("pulped", "Pulped"),
            ("erased", "Erased (electronic files only)"),
        ],
        string="Way of Destruction",
        required=True,
        default="shredded",
        help="What is done with the paper. Electronic documents are erased anyway.",
    )
    is_anonymous = fields.Boolean(
        string="Make Contacts Anonymous",
        tracking=True,
        help="Names, addresses, notes and messages of the customers whose whole file "
        "is on the list are erased too, on their contacts and leads. Country, "
        "industry, tags, tier and the figures of leads stay for statistics. Not "
        "possible for customers with orders or invoices.",
    )
    line_ids = fields.One2many(
        comodel_name="governance.destruction.line",
        inverse_name="destruction_id",
        string="Items",
        copy=False,
    )
    entry_ids = fields.One2many(
        comodel_name="governance.destruction.entry",
        inverse_name="destruction_id",
        string="Register Lines",
        readonly=True,
        copy=False,
    )
    obstacles = fields.Text(
        compute="_compute_obstacles",
        help="What keeps the list from being destroyed today.",
    )
    date_executed = fields.Datetime(string="Destroyed on", readonly=True, copy=False)
    executed_by_id = fields.Many2one(
        comodel_name="res.users",
        string="Destroyed by",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("requested", "Waiting for Approval"),
            ("approved", "To Destroy"),
            ("executed", "Destroyed"),
            ("refused", "Not Approved"),
        ],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        index=True,
        tracking=True,
    )

    @api.depends("line_ids", "kind", "is_anonymous", "state")
    def _compute_obstacles(self):
        for destruction in self:
            found = []
            if destruction.state in ("draft", "requested", "approved"):
                found = destruction._get_obstacles()
            destruction.obstacles = "\n".join(f"• {one}" for one in found)

    def unlink(self):
        """Delete drafts; what led to them is to be decided again."""
        self.check_access("unlink")
        self._check_deletable()
        self.sudo().line_ids._give_back()
        return super().unlink()

    # ------------------------------------------------------------------
    # CONFIDENTIALITY: as open as the most confidential item
    # ------------------------------------------------------------------

    def _get_classified_rank(self):
        return max(self.sudo().line_ids._get_classified_ranks(), default=0)

    def _get_classified_partner(self):
        lines = self.sudo().line_ids
        return lines.sorted(lambda line: line._get_classified_rank())[-1:].partner_id

    def _filter_by_clearance(self, operation):
        return self._filter_by_clearance_sql(operation)

    @api.model
    def _get_clearance_domain(self, operation):
        lines = self.env["governance.destruction.line"].sudo()
        domain = lines._get_clearance_domain(operation).optimize_full(lines)

        def to_sql(model, alias, query):
            return SQL(
                """NOT EXISTS (SELECT 1 FROM governance_destruction_line line
                                WHERE line.destruction_id = %s AND NOT (%s))""",
                SQL.identifier(alias, "id"),
                domain._to_sql(lines, "line", query),
                to_flush=lines._fields["destruction_id"],
            )

        return Domain.custom(to_sql=to_sql)

    # ------------------------------------------------------------------
    # GUARD
    # ------------------------------------------------------------------

    def _get_author(self):
        return self.user_id

    @api.model
    def _get_user_fields(self):
        return {"kind", "reason", "method", "is_anonymous", "line_ids"}

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_request_approval(self):
        """Send the lists to those who decide, as the person who made them.

        :raises UserError: naming what is missing or keeps an item from it
        Source: E-55, E-56.
        """
        self.check_access("write")
        self.env.user._check_governance_custodian()
        for destruction in self:
            destruction._check_author()
            destruction._check_still_open()
            if not (destruction.reason or "").strip():
                raise UserError(self.env._("Say why nobody needs the files any more."))
            destruction._check_obstacles()
            destruction._request_approval()
            destruction._as_system().write({"state": "requested"})
        return True

    def action_destroy(self):
        """Destroy what is on the list, now and once.

        :raises AccessError: for everybody but data custodians
        :raises UserError: naming what keeps it from being destroyed
        Source: E-56, anchor 15.
        """
        self.ensure_one()
        self.check_access("write")
        self.env.user._check_governance_custodian()
        self._lock()
        lines = self.sudo().line_ids
        (lines.file_id | lines.volume_id.file_id)._claim()
        lines.volume_id._claim()
        if self.is_anonymous:
            lines._get_anonymous_partners()._claim_family()
        # From here on the database is asked, and others wait.
        self.env.invalidate_all()
        self._check_signed()
        self._check_obstacles(attempted=True)
        self._check_unchanged()
        self._destroy()
        return True

    def action_reopen(self):
        """Make an approved list a draft again; it has to be approved anew."""
        self.check_access("write")
        self.env.user._check_governance_custodian()
        for destruction in self:
            destruction._check_author()
            destruction._lock()
            if destruction.state not in ("approved", "refused"):
                raise UserError(
                    self.env._(
                        "“%(number)s” is not waiting to be carried out.",
                        number=destruction.name,
                    )
                )
            destruction._as_system().write({"state": "draft"})
        return True

    # ------------------------------------------------------------------
    # CHECKS
    # ------------------------------------------------------------------

    def _check_signed(self):
        """Refuse a list that two persons have not signed as it is.

        :raises UserError: saying what is missing
        """
        self.ensure_one()
        if self.state != "approved":
            raise UserError(
                self.env._(
                    "“%(number)s” is destroyed once, and after two persons have "
                    "approved it.",
                    number=self.name,
                )
            )
        request = self._get_approved_request()
        signers = request._get_signers()
        if self.user_id in signers or len(signers) < 2 or not signers - self.env.user:
            raise UserError(
                self.env._(
                    "“%(number)s” was not approved by two persons besides who asked.",
                    number=self.name,
                )
            )

    def _check_unchanged(self):
        """Refuse a list of which something else was signed.

        :raises UserError: saying how to go on
        """
        if not self._get_approved_request()._is_content_unchanged():
            raise UserError(
                self.env._(
                    "What is on the list “%(number)s” has changed since it was "
                    "approved. Who asked makes it a draft again and asks anew.",
                    number=self.name,
                )
            )

    def _get_approved_request(self):
        """Return the request that was approved last, as the system."""
        return self._search_approvals(Domain("state", "=", "approved"))[-1:]

    def _check_obstacles(self, attempted=False):
        """Refuse lists with items that may not be destroyed.

        :param bool attempted: note attempts against a hold in the register
        :raises UserError: naming the items
        """
        self.ensure_one()
        if attempted:
            lines = self.sudo().line_ids
            # The file counts where it is itself on the list.
            whole = lines.filtered(lambda line: not line.volume_id).file_id
            for items in (whole, lines.volume_id):
                items._get_held()._note_attempt("destroy")
        found = self._get_obstacles()
        if found:
            named = found[:MAX_NAMED]
            if len(found) > MAX_NAMED:
                named.append(self.env._("%(count)s more", count=len(found) - MAX_NAMED))
            raise UserError(
                self.env._(
                    "“%(number)s” cannot be destroyed:\n%(obstacles)s",
                    number=self.name,
                    obstacles="\n".join(f"• {one}" for one in named),
                )
            )

    def _get_obstacles(self):
        """Return what keeps the list from being destroyed now, as sentences."""
        self.ensure_one()
        if not self.sudo().line_ids:
            return [self.env._("There is nothing on the list yet.")]
        found = self.line_ids._get_obstacles(self.kind)
        if self.is_anonymous:
            found += self.line_ids._get_anonymous_obstacles()
        return found

    # ------------------------------------------------------------------
    # APPROVAL
    # ------------------------------------------------------------------

    def _get_approval_subject(self):
        return "destruction"

    def _get_approval_policy(self):
        """Return the matrix in force; UserError when one person alone would sign."""
        policy = super()._get_approval_policy()
        if len(policy.step_ids) < 2:
            raise UserError(
                self.env._(
                    "The approval matrix “%(matrix)s” has one signature only. Files "
                    "are destroyed when two persons agree: publish a version with two "
                    "steps.",
                    matrix=policy.name,
                )
            )
        return policy

    def _get_approval_partner(self):
        """Name no customer: requests have more readers than lists."""
        return self.env["res.partner"]

    def _get_approval_authors(self):
        return self.create_uid | self.user_id

    def _get_approval_hash_fields(self):
        return [
            "kind",
            "reason",
            "method",
            "is_anonymous",
            "line_ids.file_id",
            "line_ids.volume_id",
            "line_ids.content_hash",
        ]

    def _get_approval_content(self):
        """Show what names nobody; the items are on the list itself."""
        return [
            item
            for item in super()._get_approval_content()
            if item["name"] in ("kind", "method", "is_anonymous")
        ]

    def _approval_approved(self, request):
        """Let it be carried out; refuse who signed without being allowed to read it."""
        for user in request._get_signers():
            if not self.with_user(user)._filter_by_clearance("read"):
                raise AccessError(
                    self.env._(
                        "%(number)s names customers above your clearance. Somebody "
                        "who is cleared for them decides.",
                        number=self.name,
                    )
                )
        self._as_system().write({"state": "approved"})

    def _approval_rejected(self, request):
        self._as_system().write({"state": "refused"})
        self.line_ids._give_back()

    def _approval_closed(self, request):
        """An undecided list can be changed and asked again."""
        self._as_system().write({"state": "draft"})

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    @api.model
    def _propose(self, files=None, volumes=None, kind="retention", reason=None):
        """Return a new draft of the current user on some files and volumes.

        A file brings all its volumes that are left.

        :raises UserError: when the items belong to several companies
        """
        files = files if files is not None else self.env["governance.file"]
        volumes = volumes if volumes is not None else files.volume_ids.browse()
        volumes |= files.volume_ids.filtered(lambda one: one.state != "destroyed")
        companies = (files | volumes.file_id).company_id
        if len(companies) != 1:
            raise UserError(
                self.env._("Choose files of one company; each company decides alone.")
            )
        items = [{"file_id": file.id} for file in files] + [
            {"file_id": volume.file_id.id, "volume_id": volume.id} for volume in volumes
        ]
        return self.with_company(companies).create(
            {
                "kind": kind,
                "reason": reason
                or dict(self._fields["kind"]._description_selection(self.env))[kind],
                "line_ids": [Command.create(item) for item in items],
            }
        )

    def _get_form_action(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
        }

    def _destroy(self):
        """Erase the documents, leave the stubs and enter it in both registers."""
        self.ensure_one()
        destruction = self._as_system()
        now = fields.Datetime.now()
        destruction.write(
            {
                "state": "executed",
                "date_executed": now,
                "executed_by_id": self.env.uid,
            }
        )
        request = destruction._get_approved_request()
        entries = self.env["governance.destruction.entry"]
        entries._record(destruction, request._get_signers())
        destruction.line_ids._erase()
        destruction.line_ids._settle()
        for line in destruction.line_ids:
            self.env["governance.access.entry"]._record(
                "destroyed",
                line.partner_id,
                record=line.volume_id or line.file_id,
                detail={"destruction": self.name},
            )
        if self.is_anonymous:
            destruction.line_ids._get_anonymous_partners()._anonymise()
        self.env.flush_all()

    def _get_signer_names(self):
        """Return who approved, for the certificate."""
        self.ensure_one()
        signers = self._get_approved_request()._get_signers()
        return format_list(self.env, signers.mapped("name"))
