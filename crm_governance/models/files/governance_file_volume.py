# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

# The states in which a volume is still being made.
UNFILED = ("draft", "composed", "checked")


class GovernanceFileVolume(models.Model):
    """A volume of a customer file: one year, one department, one level (E-02, E-29).

    Its composer and its checker are two people; from the moment it is composed its
    content stays as it is (E-26, E-33).
    """

    _name = "governance.file.volume"
    _description = "Volume of a Customer File"
    _inherit = [
        "governance.guarded.mixin",
        "governance.filed.mixin",
        "governance.labelled.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _is_governance_link_guarded = True
    _order = "code desc, id desc"
    _rec_names_search = ["code", "name", "barcode"]
    _check_company_auto = True
    _has_drafts = True
    _filed_in = "id"

    name = fields.Char(string="Title", required=True, tracking=True)
    code = fields.Char(string="Volume Code", readonly=True, copy=False, index="trigram")
    number = fields.Integer(
        string="Running Number",
        readonly=True,
        copy=False,
        aggregator=None,
        help="Among the volumes of the file, the year and the department.",
    )
    file_id = fields.Many2one(
        comodel_name="governance.file",
        string="Customer File",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('state', '=', 'open')]",
    )
    partner_id = fields.Many2one(
        related="file_id.partner_id",
        string="Customer",
        store=True,
        index=True,
        precompute=True,
    )
    company_id = fields.Many2one(
        related="file_id.company_id", store=True, index=True, precompute=True
    )
    year = fields.Integer(
        required=True,
        aggregator=None,
        default=lambda self: fields.Date.context_today(self).year,
        help="All documents of a volume are filed under this year.",
    )
    department_id = fields.Many2one(
        comodel_name="governance.filing.department",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    category_id = fields.Many2one(
        comodel_name="governance.file.category",
        string="Entry of the Plan",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('year', '=', year), ('department_id', '=', department_id)]",
        help="Where the volume stands in the classification plan of the department.",
    )
    medium = fields.Selection(
        selection=[("paper", "Paper"), ("electronic", "Electronic")],
        required=True,
        default="paper",
        tracking=True,
    )
    level_id = fields.Many2one(
        comodel_name="governance.confidentiality.level",
        string="Level of the Volume",
        ondelete="restrict",
        tracking=True,
        help="A volume has one level, at least that of its customer. Documents that "
        "are more confidential get a volume of their own.",
    )
    level_rank = fields.Integer(
        compute="_compute_level_rank",
        store=True,
        aggregator=None,
        groups=fields.NO_ACCESS,
    )
    user_id = fields.Many2one(
        related="file_id.user_id",
        string="Custodian",
        store=True,
        index=True,
        precompute=True,
    )
    location = fields.Char(
        string="Storage Location", help="Room, shelf and box, if not that of the file."
    )
    barcode = fields.Char(
        copy=False,
        index="btree_not_null",
        help="What the reader finds the volume by; at first its code.",
    )
    retention_class_id = fields.Many2one(
        comodel_name="governance.retention.class",
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    # What the form has proposed since it was opened; nobody stores it.
    usual_retention_id = fields.Many2one(
        comodel_name="governance.retention.class",
        store=False,
        readonly=True,
        copy=False,
        exportable=False,
    )
    retention_until = fields.Date(
        string="Keep until",
        readonly=True,
        copy=False,
        help="The last day of the retention; empty while it is kept for ever or "
        "not filed yet.",
    )
    state = fields.Selection(
        selection=[
            ("draft", "Being Composed"),
            ("composed", "Composed"),
            ("checked", "Checked"),
            ("filed", "Filed"),
            ("destroyed", "Destroyed"),
        ],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        index=True,
        tracking=True,
    )
    is_sealed = fields.Boolean(
        string="Sealed",
        readonly=True,
        copy=False,
        tracking=True,
        help="Nobody reads a sealed volume without an approved loan (C-16).",
    )
    document_ids = fields.One2many(
        comodel_name="governance.file.document",
        inverse_name="volume_id",
        string="Documents",
    )
    document_count = fields.Integer(
        string="Number of Documents", compute="_compute_counts", store=True
    )
    copy_count = fields.Integer(string="Copies", compute="_compute_counts", store=True)
    page_count = fields.Integer(string="Pages", compute="_compute_counts", store=True)
    quality_ids = fields.Many2many(
        comodel_name="governance.file.quality",
        help="Confirmed by the composer, who signs for it.",
    )
    composer_id = fields.Many2one(
        comodel_name="res.users",
        string="Composed by",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    composed_on = fields.Datetime(readonly=True, copy=False)
    checker_id = fields.Many2one(
        comodel_name="res.users",
        string="Checked by",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    checked_on = fields.Datetime(readonly=True, copy=False)
    filed_by_id = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False, ondelete="restrict"
    )
    filed_on = fields.Datetime(readonly=True, copy=False)
    remark_ids = fields.One2many(
        comodel_name="governance.file.remark",
        inverse_name="volume_id",
        string="Remarks",
    )
    seal_ids = fields.One2many(
        comodel_name="governance.file.seal",
        inverse_name="volume_id",
        string="Seals",
        groups="crm_governance.group_custodian,crm_governance.group_executive,"
        "crm_governance.group_auditor",
    )
    content_text = fields.Char(
        string="Content",
        compute="_compute_content_text",
        search="_search_content_text",
        exportable=False,
        help="Finds volumes by what stands in the files attached to their documents.",
    )

    _number_uniq = models.UniqueIndex(
        "(file_id, year, COALESCE(department_id, 0), number) WHERE number IS NOT NULL",
        "Another volume has got this number in the meantime. Try again.",
    )
    _barcode_uniq = models.UniqueIndex(
        "(company_id, barcode) WHERE barcode IS NOT NULL",
        "Another volume has this barcode already.",
    )
    _year_check = models.Constraint(
        "CHECK (year BETWEEN 1900 AND 2999)",
        "The year of a volume is written with four figures, for instance 2026.",
    )
    _two_people_check = models.Constraint(
        "CHECK (composer_id IS NULL OR checker_id IS NULL"
        " OR composer_id <> checker_id)",
        "Somebody else than the composer checks the volume.",
    )
    _code_idx = models.Index("(code DESC, id DESC)")
    # Who opens sealed volumes, see governance.filed.mixin.
    _sealed_idx = models.Index("(user_id) WHERE is_sealed")

    @api.depends("code", "name")
    @api.depends_context("uid")
    def _compute_display_name(self):
        return super()._compute_display_name()

    def _get_label(self):
        return " ".join(part for part in (self.code, self.name) if part)

    @api.depends("level_id.rank")
    def _compute_level_rank(self):
        for volume in self:
            volume.level_rank = volume.sudo().level_id.rank

    @api.depends("document_ids.copies", "document_ids.pages")
    def _compute_counts(self):
        for volume in self:
            documents = volume.document_ids
            volume.document_count = len(documents)
            volume.copy_count = sum(documents.mapped("copies"))
            volume.page_count = sum(documents.mapped("pages"))

    def _compute_content_text(self):
        self.content_text = False

    @api.model
    def _search_content_text(self, operator, value):
        documents = self.env["governance.file.document"]
        domain = documents._search_content_text(operator, value)
        if domain is NotImplemented:
            return domain
        found = documents._search(domain)
        column = SQL.identifier(found.table, "volume_id")
        return Domain("id", "in", found.subselect(column))

    @api.onchange("year", "department_id")
    def _onchange_plan(self):
        """Leave the entry of another plan."""
        category = self.category_id
        if (category.year, category.department_id) != (self.year, self.department_id):
            self.category_id = False

    @api.onchange("category_id")
    def _onchange_category_id(self):
        """Propose the usual retention of the entry, unless somebody chose another."""
        before = self.usual_retention_id or self._origin.category_id.retention_class_id
        usual = self.category_id.retention_class_id
        if not usual:
            return
        if not self.retention_class_id or self.retention_class_id == before:
            self.retention_class_id = usual
        self.usual_retention_id = usual

    # ------------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------------

    @api.constrains("year")
    def _check_year(self):
        self.document_ids._check_filing_year()

    @api.constrains("level_id")
    def _check_level(self):
        self.document_ids._check_level()

    @api.constrains("category_id", "year", "department_id")
    def _check_category(self):
        for volume in self:
            category = volume.category_id
            if category and (category.year, category.department_id) != (
                volume.year,
                volume.department_id,
            ):
                raise ValidationError(
                    self.env._(
                        "“%(entry)s” belongs to the plan of %(department)s for "
                        "%(year)s. Choose an entry of the volume's own year and "
                        "department.",
                        entry=category.display_name,
                        department=category.department_id.name,
                        year=category.year,
                    )
                )

    @api.constrains("file_id")
    def _check_file(self):
        for volume in self:
            if volume.file_id.state != "open":
                raise ValidationError(
                    self.env._(
                        "%(file)s is closed. Put the volume into the open file of the "
                        "customer.",
                        file=volume.file_id.display_name,
                    )
                )

    # ------------------------------------------------------------------
    # GUARD
    # ------------------------------------------------------------------

    def write(self, vals):
        """Change volumes that are being composed."""
        if not self._is_system():
            self._check_level_change(vals)
            if "file_id" in vals:
                self._check_moved_to(vals["file_id"])
        result = super().write(vals)
        if not {"level_id", "is_sealed"}.isdisjoint(vals):
            self._withdraw_from_readers()
        return result

    @api.model
    def _get_user_fields(self):
        return {
            "name",
            "file_id",
            "year",
            "department_id",
            "category_id",
            "medium",
            "retention_class_id",
            "document_ids",
            "quality_ids",
            *self._get_free_fields(),
        }

    @api.model
    def _get_free_fields(self):
        """What archivists keep up to date after filing; levels are only raised."""
        own = {"location", "barcode", "remark_ids", "level_id"}
        return super()._get_free_fields() | own

    def _check_deletable(self):
        """Refuse to delete: volumes are destroyed by their own procedure (E-56)."""
        raise AccessError(
            self.env._(
                "Volumes are not deleted. Give this one another title and use it, or "
                "let it be destroyed when its retention has ended."
            )
        )

    def _check_level_change(self, vals):
        """Raise only; drafts are lowered by custodians.

        :raises UserError: saying what is possible
        """
        if "level_id" not in vals:
            return
        levels = self.env["governance.confidentiality.level"]
        rank = levels.browse(vals["level_id"] or []).rank
        by_custodian = self.env.su or self.env.user.has_group(
            "crm_governance.group_custodian"
        )
        for volume in self.sudo():
            if rank >= volume.level_rank:
                continue
            if volume.state == "draft" and not by_custodian:
                raise UserError(
                    self.env._(
                        "Ask a data custodian to lower the level of %(volume)s.",
                        volume=volume.code,
                    )
                )
            if volume.state != "draft":
                raise UserError(
                    self.env._(
                        "%(volume)s is composed: its level can be raised, not lowered.",
                        volume=volume.code,
                    )
                )

    @api.constrains("level_id")
    def _check_clearance(self):
        """Nobody classifies above the own clearance."""
        if self.env.user._is_superuser():
            return
        clearance = self.env.user._get_clearance()
        for volume in self.sudo():
            rank = volume.level_rank
            if rank > clearance and rank > volume.classification_rank:
                raise ValidationError(
                    self.env._(
                        "The level “%(level)s” is above your clearance. Ask somebody "
                        "who is cleared for it to keep this volume.",
                        level=volume.level_id.name,
                    )
                )

    def _withdraw_from_readers(self):
        """Take followers, to-dos and links from whoever reads these no more."""
        self.env.flush_all()
        partners = self.env["res.partner"].sudo()
        for records in (self.sudo(), self.sudo().document_ids):
            if records:
                partners._withdraw_records(records._name, records)

    def _check_moved_to(self, file_id):
        """Let custodians alone give a volume to a less confidential customer."""
        file = self.env["governance.file"].browse(file_id)
        file.check_access("read")
        self._check_stays_classified(file.sudo().partner_id.id)

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_open_documents(self):
        """Open the documents of the volume as a list of their own."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_governance.governance_file_document_action"
        )
        action["domain"] = [("volume_id", "=", self.id)]
        action["context"] = {"default_volume_id": self.id}
        action["display_name"] = self.display_name
        return action
