# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

# Where a document stands beside the one that it belongs to, which stands at 0:
# drafts before the final text, requests after the reply, attachments last (E-31).
PLACES = {"draft": -1, "request": 1, "original": 2, "version": 3, "attachment": 4}


class GovernanceFileDocument(models.Model):
    """One document in a volume, on paper or electronic (卷内文件, E-28, E-31)."""

    _name = "governance.file.document"
    _description = "Document in a Volume"
    _inherit = [
        "governance.guarded.line.mixin",
        "governance.filed.part.mixin",
        "mail.thread",
    ]
    _is_governance_link_guarded = True
    _order = "volume_id.id desc, sequence, id"
    _rec_names_search = ["name", "reference"]
    _check_company_auto = True
    _line_of = "volume_id"

    name = fields.Char(string="Title", required=True)
    reference = fields.Char(string="Document Number", help="The document's own number.")
    originator = fields.Char(
        string="Responsible", help="The person or the unit that issued the document."
    )
    sequence = fields.Integer(default=10)
    type_id = fields.Many2one(
        comodel_name="governance.document.type", index=True, ondelete="restrict"
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    date_start = fields.Date(
        string="Covers from",
        help="The first day that a plan, a summary or a meeting covers.",
    )
    date_end = fields.Date(
        string="Covers until", help="The last day that a plan, summary … covers."
    )
    filing_year = fields.Integer(
        compute="_compute_filing_year",
        store=True,
        aggregator=None,
        help="The year under which the document is filed; it follows from its type. "
        "What belongs to another document is filed with it.",
    )
    level_id = fields.Many2one(
        comodel_name="governance.confidentiality.level",
        string="Own Level",
        ondelete="restrict",
        help="Empty: the level of the volume.",
    )
    is_following = fields.Boolean(
        string="Follows a More Secret One",
        help="A few ordinary documents that belong closely to a more secret one may "
        "lie in its volume. They are then as secret as the volume.",
    )
    related_id = fields.Many2one(
        comodel_name="governance.file.document",
        string="Belongs to",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('volume_id.file_id', '=', file_id), ('related_id', '=', False)]",
        help="The reply to this request, the main document of this attachment, the "
        "final text of this draft … They stay together in one volume.",
    )
    relation = fields.Selection(
        selection=[
            ("attachment", "Attachment to it"),
            ("draft", "Draft of it"),
            ("request", "Request that it answers"),
            ("original", "Original that it forwards"),
            ("version", "Other language of it"),
        ],
        string="As",
    )
    related_ids = fields.One2many(
        comodel_name="governance.file.document",
        inverse_name="related_id",
        string="What Belongs to It",
    )
    kinds = fields.Integer(default=1, help="How many kinds of documents these are.")
    copies = fields.Integer(default=1)
    pages = fields.Integer(default=1, help="Pages of one copy.")
    file_id = fields.Many2one(related="volume_id.file_id", string="Customer File")
    department_id = fields.Many2one(
        related="volume_id.department_id", store=True, index="btree_not_null"
    )
    year = fields.Integer(
        related="volume_id.year", string="Year of the Volume", aggregator=None
    )
    state = fields.Selection(related="volume_id.state", string="State of the Volume")
    transfer_id = fields.Many2one(
        comodel_name="governance.filing.transfer",
        string="Handed over with",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    attachment_count = fields.Integer(
        string="Files Attached", compute="_compute_attachment_count"
    )
    processing_text = fields.Text(
        string="What Was Done",
        compute="_compute_processing_text",
        help="Who has registered, handed over, composed, checked and filed it, and "
        "when: the register of document processing (文件处理登记簿).",
    )
    content_text = fields.Char(
        string="Content",
        compute="_compute_content_text",
        search="_search_content_text",
        exportable=False,
        help="Finds documents by what stands in the files attached to them.",
    )

    # Pages of long lists and of one volume are read off in their order.
    _volume_idx = models.Index("(volume_id DESC, sequence, id)")
    _date_idx = models.Index("(date DESC, id DESC)")
    _counts_check = models.Constraint(
        "CHECK (kinds > 0 AND copies > 0 AND pages > 0)",
        "A document has at least one kind, one copy and one page.",
    )
    _dates_check = models.Constraint(
        "CHECK (date_start IS NULL OR date_end IS NULL OR date_end >= date_start)",
        "What a document covers ends before it begins.",
    )
    _relation_check = models.Constraint(
        "CHECK ((related_id IS NULL) = (relation IS NULL))",
        "Say both: which document it belongs to, and as what.",
    )

    @api.depends(
        "date",
        "date_start",
        "date_end",
        "type_id.year_rule",
        "related_id.filing_year",
    )
    def _compute_filing_year(self):
        """Apply the rule of the type; what is composed keeps its year (E-30)."""
        for document in self:
            is_kept = document.filing_year and document._is_closed()
            if not is_kept:
                document.filing_year = document._get_filing_year()

    def _get_filing_year(self):
        """Return the year under which this document is to be filed.

        A request goes with its reply; without one its own year counts.
        """
        self.ensure_one()
        if self.related_id:
            return self.related_id.filing_year
        rule = self.type_id.year_rule
        day = self.date
        if rule in ("first", "opening"):
            day = self.date_start or self.date
        elif rule == "last":
            day = self.date_end or self.date
        return day.year if day else 0

    def _compute_attachment_count(self):
        counts = dict(
            self.env["ir.attachment"]
            .sudo()
            ._read_group(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "in", self.ids),
                    ("res_field", "=", False),
                ],
                ["res_id"],
                ["__count"],
            )
        )
        for document in self:
            document.attachment_count = counts.get(document.id, 0)

    @api.depends(
        "transfer_id.state",
        "transfer_id.handed_over_on",
        "transfer_id.collector_id",
        "transfer_id.received_on",
        "transfer_id.receiver_id",
        "volume_id.composed_on",
        "volume_id.composer_id",
        "volume_id.checked_on",
        "volume_id.checker_id",
        "volume_id.filed_on",
        "volume_id.filed_by_id",
        "volume_id.category_id",
    )
    @api.depends_context("uid", "lang", "tz")
    def _compute_processing_text(self):
        """Tell what was done with documents, in order (E-25)."""
        for document in self:
            document.processing_text = "\n".join(
                f"{format_date(self.env, day)} {what}: {user.name}"
                for what, day, user in document.sudo()._get_processing()
                if day
            )

    def _get_processing(self):
        """Return what was done: [(what, when, who)]."""
        self.ensure_one()
        transfer, volume = self.transfer_id, self.volume_id
        steps = [(self.env._("Registered"), self.create_date, self.create_uid)]
        if transfer.state in ("handed_over", "received"):
            day, who = transfer.handed_over_on, transfer.collector_id
            steps.append((self.env._("Handed over"), day, who))
        if transfer.state == "received":
            day, who = transfer.received_on, transfer.receiver_id
            steps.append((self.env._("Received"), day, who))
        steps += [
            (self.env._("Composed"), volume.composed_on, volume.composer_id),
            (self.env._("Checked"), volume.checked_on, volume.checker_id),
            (self._get_filed_text(), volume.filed_on, volume.filed_by_id),
        ]
        return steps

    def _get_filed_text(self):
        entry = self.volume_id.category_id
        if not entry:
            return self.env._("Filed")
        return self.env._("Filed under %(entry)s", entry=entry.display_name)

    def _compute_content_text(self):
        self.content_text = False

    @api.model
    def _search_content_text(self, operator, value):
        if operator not in ("like", "ilike", "=like", "=ilike") or not value:
            return NotImplemented
        attachments = self.env["ir.attachment"].sudo()
        found = attachments._search(
            Domain("res_model", "=", self._name)
            & Domain("res_field", "=", False)
            & Domain("index_content", operator, value)
        )
        column = SQL.identifier(found.table, "res_id")
        return Domain("id", "in", found.subselect(column))

    # ------------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------------

    @api.constrains(
        "volume_id",
        "date",
        "date_start",
        "date_end",
        "type_id",
        "related_id",
        "filing_year",
    )
    def _check_filing_year(self):
        """Keep documents of other years out of a volume (E-30)."""
        errors = self.filtered(lambda document: not document._is_closed())
        for error in errors._get_year_errors():
            raise ValidationError(error)

    def _get_year_errors(self):
        return [
            self.env._(
                "“%(title)s” is filed under %(year)s, and %(volume)s holds the "
                "documents of %(other)s. Put it into a volume of %(year)s.",
                title=document.name,
                year=document.filing_year,
                volume=document.volume_id.code or document.volume_id.name,
                other=document.volume_id.year,
            )
            for document in self
            if document.filing_year != document.volume_id.year
        ]

    @api.constrains("level_id", "is_following", "volume_id")
    def _check_level(self):
        """Keep one level in a volume, with the exception that raises (E-29)."""
        for document in self.sudo():
            rank, volume = document.level_id.rank, document.volume_id
            held = max(volume.level_rank, volume.classification_rank)
            if not document.level_id or rank == held:
                continue
            if rank > held:
                raise ValidationError(
                    self.env._(
                        "“%(title)s” is “%(level)s”, more than its volume. Put it into "
                        "a volume of that level.",
                        title=document.name,
                        level=document.level_id.name,
                    )
                )
            if not document.is_following:
                raise ValidationError(
                    self.env._(
                        "“%(title)s” is less secret than its volume. Put it into "
                        "another one, or mark that it follows a more secret document.",
                        title=document.name,
                    )
                )

    @api.constrains("related_id", "volume_id")
    def _check_related(self):
        """Keep together what belongs together (E-28)."""
        for document in self | self.related_ids:
            leader = document.related_id
            if not leader:
                continue
            if leader.related_id or leader == document or document.related_ids:
                raise ValidationError(
                    self.env._(
                        "Link “%(title)s” to the leading document of its group, to "
                        "which all others of the group belong.",
                        title=document.name,
                    )
                )
            if leader.volume_id != document.volume_id:
                raise ValidationError(
                    self.env._(
                        "“%(title)s” belongs to “%(leader)s”: both lie in one volume.",
                        title=document.name,
                        leader=leader.name,
                    )
                )

    # ------------------------------------------------------------------
    # GUARD
    # ------------------------------------------------------------------

    @api.model
    def _get_user_fields(self):
        return {
            "name",
            "reference",
            "originator",
            "volume_id",
            "sequence",
            "type_id",
            "date",
            "date_start",
            "date_end",
            "level_id",
            "is_following",
            "related_id",
            "relation",
            "kinds",
            "copies",
            "pages",
        }

    def write(self, vals):
        """Change documents; what belongs to them moves to another volume with them."""
        # Their order in the volume is nothing that was signed.
        if not vals.keys().isdisjoint(self._get_user_fields() - {"sequence"}):
            self._check_signed(vals)
        if "volume_id" not in vals or self._is_system():
            return super().write(vals)
        self._check_moved_to(vals["volume_id"])
        followers = self.related_ids - self
        if not followers:
            return super().write(vals)
        rest = dict(vals)
        place = {"volume_id": rest.pop("volume_id")}
        super(GovernanceFileDocument, self | followers).write(place)
        return super().write(rest)

    def unlink(self):
        """Delete documents of drafts, unless somebody has signed for them."""
        if not self._is_system():
            for document in self.sudo():
                if document.transfer_id.state in ("handed_over", "received"):
                    document._refuse_change()
        return super().unlink()

    def _check_signed(self, vals):
        """Let custodians alone change what a department has handed over (E-10)."""
        if self.env.su or self.env.user.has_group("crm_governance.group_custodian"):
            return
        moved = self.related_ids if "volume_id" in vals else self.browse()
        for document in (self | moved).sudo():
            if document.transfer_id.state in ("handed_over", "received"):
                document._refuse_change()

    def _check_moved_to(self, volume_id):
        """Let custodians alone move a document to a less confidential volume."""
        volume = self.env["governance.file.volume"].browse(volume_id)
        volume.check_access("write")
        if self.env.su or self.env.user.has_group("crm_governance.group_custodian"):
            return
        rank = volume.sudo()._get_classified_rank()
        for document in self.sudo():
            if document._get_classified_rank() > rank:
                raise UserError(
                    self.env._(
                        "“%(title)s” would lie in a less confidential volume. Ask a "
                        "data custodian to move it.",
                        title=document.sudo(False).display_name,
                    )
                )

    def _is_closed(self):
        self.ensure_one()
        return self.volume_id.sudo().state not in (False, "draft")

    def _get_place(self):
        """Return where this document stands beside the one it belongs to."""
        return PLACES.get(self.relation, 0)
