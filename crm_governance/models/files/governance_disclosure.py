# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain


class GovernanceDisclosure(models.Model):
    """Customer data that are given to somebody outside (C-24 … C-28).

    It takes the consent of the customer or a law, with the evidence attached, and two
    signatures at the same time, both before anything is given.
    """

    _name = "governance.disclosure"
    _description = "Disclosure Outside"
    _inherit = [
        "governance.numbered.mixin",
        "governance.approval.mixin",
        "governance.filed.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "id desc"
    _has_drafts = True
    _check_company_auto = True
    # Whoever decides on it has no access to what is sealed.
    _is_hidden_by_seal = False

    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('commercial_partner_id', '=', id)]",
        check_company=True,
        tracking=True,
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
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
    recipient = fields.Char(
        required=True, help="Person and organisation that get the data."
    )
    purpose = fields.Text(required=True, help="What they may use it for.")
    content = fields.Text(
        string="What is Given",
        required=True,
        help="In words: which facts, of which period. Volumes and documents that are "
        "copied are listed below.",
    )
    volume_ids = fields.Many2many(
        comodel_name="governance.file.volume",
        relation="governance_disclosure_volume_rel",
        string="Volumes",
        domain="[('partner_id', '=', partner_id), ('state', '=', 'filed')]",
    )
    document_ids = fields.Many2many(
        comodel_name="governance.file.document",
        relation="governance_disclosure_document_rel",
        string="Documents",
        domain="[('partner_id', '=', partner_id), ('state', '=', 'filed')]",
    )
    level_rank = fields.Integer(
        compute="_compute_level_rank",
        store=True,
        aggregator=None,
        groups=fields.NO_ACCESS,
    )
    basis = fields.Selection(
        selection=[
            ("consent", "The customer agrees"),
            ("law", "A law demands it"),
        ],
        required=True,
        default="consent",
        help="Nothing is given to third parties without the one or the other.",
    )
    basis_note = fields.Char(
        string="Consent or Article",
        help="Who agreed, when and how; or which article demands it.",
    )
    evidence_ids = fields.Many2many(
        comodel_name="ir.attachment",
        relation="governance_disclosure_attachment_rel",
        copy=False,
        help="The letter of the customer, the order of the authority …",
    )
    evidence_hash = fields.Char(
        string="Fingerprint of the Evidence",
        compute="_compute_evidence_hash",
        compute_sudo=True,
    )
    medium = fields.Selection(
        selection=[
            ("paper", "On paper"),
            ("email", "By e-mail"),
            ("carrier", "On a data carrier"),
            ("oral", "In conversation"),
        ],
        string="Handed over",
        copy=False,
    )
    date_released = fields.Datetime(string="Disclosed on", readonly=True, copy=False)
    released_by_id = fields.Many2one(
        comodel_name="res.users",
        string="Disclosed by",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("requested", "Waiting for Approval"),
            ("approved", "To Give"),
            ("released", "Disclosed"),
            ("refused", "Not Approved"),
        ],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        index=True,
        tracking=True,
    )

    @api.depends("volume_ids.level_rank", "document_ids.level_rank")
    def _compute_level_rank(self):
        for disclosure in self:
            given = disclosure.sudo()
            ranks = [
                *given.volume_ids.mapped("level_rank"),
                *given.document_ids.mapped("level_rank"),
            ]
            disclosure.level_rank = max(ranks, default=0)

    @api.depends("evidence_ids")
    def _compute_evidence_hash(self):
        for disclosure in self:
            sums = disclosure.evidence_ids.mapped(lambda file: file.checksum or "")
            disclosure.evidence_hash = " ".join(sorted(sums))

    @api.constrains("partner_id", "volume_ids", "document_ids")
    def _check_customer(self):
        for disclosure in self:
            disclosure.partner_id._check_governance_readable()
            (disclosure.volume_ids | disclosure.document_ids.volume_id).check_access(
                "read"
            )
            given = disclosure.sudo()
            customers = (given.volume_ids | given.document_ids.volume_id).partner_id
            if customers - given.partner_id:
                raise ValidationError(
                    self.env._(
                        "Some of the volumes or documents are not about "
                        "%(customer)s. Ask for each customer separately.",
                        customer=disclosure.partner_id.display_name,
                    )
                )

    # ------------------------------------------------------------------
    # GUARD
    # ------------------------------------------------------------------

    def _get_author(self):
        return self.user_id

    @api.model
    def _get_user_fields(self):
        return {
            "partner_id",
            "company_id",
            "recipient",
            "purpose",
            "content",
            "volume_ids",
            "document_ids",
            "basis",
            "basis_note",
            "evidence_ids",
        }

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_request_approval(self):
        """Send the disclosures to both who decide, as who needs them.

        :raises UserError: naming what is missing
        Source: C-24 … C-27.
        """
        self.check_access("write")
        for disclosure in self:
            disclosure._check_author()
            disclosure._check_still_open()
            disclosure._check_basis()
            disclosure._keep_evidence()
            disclosure._request_approval()
            disclosure._as_system().write({"state": "requested"})
        return True

    def action_release(self):
        """Open the dialog in which a custodian says how the data were given."""
        self.ensure_one()
        self.check_access("read")
        self._check_releasable()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_governance.governance_disclosure_release_action"
        )
        action["context"] = {"default_disclosure_id": self.id}
        return action

    def release(self, medium):
        """Enter that the data were given, as the custodian who gives them.

        :param str medium: “paper”, “email”, “carrier” or “oral”
        :raises AccessError: for everybody but data custodians
        :raises UserError: before both have signed, and when something has changed
        Source: C-03, C-27.
        """
        self.ensure_one()
        self.check_access("read")
        self._lock()
        self._check_releasable()
        if medium not in dict(self._fields["medium"].selection):
            raise UserError(self.env._("Say how the data were handed over."))
        self._as_system().write(
            {
                "state": "released",
                "medium": medium,
                "date_released": fields.Datetime.now(),
                "released_by_id": self.env.uid,
            }
        )
        self._enter_register()
        return True

    def action_reopen(self):
        """Make one's own disclosure a draft again; it has to be approved anew."""
        self.check_access("write")
        for disclosure in self:
            disclosure._check_author()
            disclosure._lock()
            if disclosure.state not in ("approved", "refused"):
                raise UserError(
                    self.env._(
                        "“%(number)s” is not waiting to be given.",
                        number=disclosure.name,
                    )
                )
            disclosure._as_system().write({"state": "draft"})
        return True

    # ------------------------------------------------------------------
    # CHECKS
    # ------------------------------------------------------------------

    def _check_basis(self):
        """Refuse disclosures without consent or law, and without its evidence.

        :raises UserError: naming what is missing; for what is not filed, whose
            content could be exchanged once both have signed
        """
        self.ensure_one()
        given = self.sudo().volume_ids | self.sudo().document_ids.volume_id
        if any(volume.state != "filed" for volume in given):
            raise UserError(
                self.env._(
                    "Some of the volumes or documents are not filed, so they may still "
                    "change. List only what is filed."
                )
            )
        missing = []
        if not (self.basis_note or "").strip():
            missing.append(
                self.env._("who agreed, when and how")
                if self.basis == "consent"
                else self.env._("the article that demands it")
            )
        if not self.sudo().evidence_ids:
            missing.append(
                self.env._("the written consent of the customer, attached")
                if self.basis == "consent"
                else self.env._("the order of the authority, attached")
            )
        if missing:
            raise UserError(
                self.env._(
                    "Before “%(number)s” is decided, give: %(missing)s.",
                    number=self.name,
                    missing="; ".join(missing),
                )
            )

    def _check_releasable(self):
        """Refuse to give what both have not signed as it is.

        :raises AccessError: for everybody but data custodians
        """
        self.env.user._check_governance_custodian()
        if self.state != "approved":
            raise UserError(
                self.env._(
                    "“%(number)s” is given once, after both have approved it.",
                    number=self.name,
                )
            )
        request = self._search_approvals(Domain("state", "=", "approved"))[-1:]
        signers = request._get_signers()
        if len(signers) < 2 or self.user_id in signers:
            raise UserError(
                self.env._(
                    "“%(number)s” was not approved by two persons besides who asked.",
                    number=self.name,
                )
            )
        if not request._is_content_unchanged():
            raise UserError(
                self.env._(
                    "“%(number)s” has changed since it was approved. Who asked makes "
                    "it a draft again and asks anew.",
                    number=self.name,
                )
            )
        self._check_basis()

    # ------------------------------------------------------------------
    # APPROVAL
    # ------------------------------------------------------------------

    def _get_approval_subject(self):
        return "disclosure"

    def _get_approval_policy(self):
        """Return the matrix in force; UserError unless two sign side by side."""
        policy = super()._get_approval_policy()
        steps = policy.step_ids
        if len(steps) < 2 or len(set(steps.mapped("sequence"))) > 1:
            raise UserError(
                self.env._(
                    "The approval matrix “%(matrix)s” has to ask the head of the "
                    "department and the marketing director at the same time: publish "
                    "a version with two steps of the same order.",
                    matrix=policy.name,
                )
            )
        return policy

    def _get_approval_authors(self):
        return self.create_uid | self.user_id

    def _get_approval_hash_fields(self):
        return [
            "partner_id",
            "recipient",
            "purpose",
            "content",
            "volume_ids",
            "document_ids",
            "basis",
            "basis_note",
            "evidence_hash",
        ]

    def _get_approval_content(self):
        """Leave out what only whoever opens the disclosure is to read."""
        hidden = ("content", "volume_ids", "document_ids", "evidence_hash")
        return [
            item
            for item in super()._get_approval_content()
            if item["name"] not in hidden
        ]

    def _approval_approved(self, request):
        """Let it be given; refuse who signed without being allowed to read it."""
        for user in request._get_signers():
            if not self.with_user(user)._filter_by_clearance("read"):
                raise AccessError(
                    self.env._(
                        "%(number)s is about a customer above your clearance. Somebody "
                        "who is cleared decides.",
                        number=self.name,
                    )
                )
        self._as_system().write({"state": "approved"})

    def _approval_rejected(self, request):
        self._as_system().write({"state": "refused"})

    def _approval_closed(self, request):
        """An undecided disclosure can be changed and asked again."""
        self._as_system().write({"state": "draft"})

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _keep_evidence(self):
        """Let those who decide read the evidence, and nobody else change it.

        :raises UserError: for what belongs to another record, which stays there
        """
        files = self.sudo().evidence_ids
        own = {(False, 0), (self._name, 0), (self._name, self.id)}
        if any((file.res_model, file.res_id) not in own for file in files):
            raise UserError(
                self.env._(
                    "A file among the evidence belongs to another record. Upload it "
                    "here."
                )
            )
        files.write({"res_model": self._name, "res_id": self.id})

    def _enter_register(self):
        """Note who got what in the access register (C-14, C-21)."""
        entries = self.env["governance.access.entry"]
        for disclosure in self.sudo():
            entries._record(
                "disclosed",
                disclosure.partner_id,
                record=disclosure,
                detail={"to": [disclosure.recipient], "medium": disclosure.medium},
            )

    def _get_copied_documents(self):
        """Return the documents that copies are made of, in their order."""
        return (self.volume_ids.document_ids | self.document_ids).sorted(
            lambda document: (document.volume_id.id, document.sequence, document.id)
        )

    def _get_copied_files(self):
        """Return the files of the copied documents, for who may read these.

        :raises AccessError: for documents that are closed to the user
        """
        documents = self._get_copied_documents()
        documents.check_access("read")
        return self.env["ir.attachment"].search(
            [("res_model", "=", documents._name), ("res_id", "in", documents.ids)],
            order="res_id, id",
        )

    @api.model
    def _is_copied(self, file):
        """Return whether a file can be printed behind the sheet."""
        kind = file.mimetype or ""
        return kind == "application/pdf" or kind.startswith("image/")

    def _get_watermark(self):
        """Return who got it, what for, and who gave it when."""
        self.ensure_one()
        given = self.sudo()
        return self.env._(
            "%(number)s · for %(recipient)s only · %(purpose)s",
            number=given.name,
            recipient=given.recipient,
            purpose=" ".join(given.purpose.split()),
        )
