# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup
from reportlab.graphics.barcode import createBarcodeDrawing

from odoo import api, fields, models
from odoo.exceptions import AccessError, LockError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

# The states in which a volume is still being made.
UNFILED = ("draft", "composed", "checked")
# Volumes have running numbers for each of these together.
NUMBERED_BY = ("file_id", "year", "department_id")


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
        """Propose the usual retention of the entry."""
        if self.category_id.retention_class_id:
            self.retention_class_id = self.category_id.retention_class_id

    # ------------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------------

    @api.constrains("year")
    def _check_year(self):
        self.document_ids._check_filing_year()

    @api.constrains("barcode")
    def _check_barcode(self):
        """No barcode is the code of another volume: the desk reads both."""
        for volume in self.filtered("barcode"):
            taken = self.sudo().search_count(
                [
                    ("company_id", "=", volume.company_id.id),
                    ("code", "=", volume.barcode),
                    ("id", "!=", volume.id),
                ],
                limit=1,
            )
            if taken:
                raise ValidationError(
                    self.env._("Another volume has this barcode already.")
                )

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

    @api.model_create_multi
    def create(self, vals_list):
        """Begin volumes; each gets the next number of its year and department."""
        volumes = super().create(vals_list)
        volumes._assign_codes()
        return volumes

    def write(self, vals):
        """Change volumes that are being composed; the code follows."""
        by_hand = not self._is_system()
        if by_hand:
            self._check_level_change(vals)
            self._check_barcode_change(vals)
            if "file_id" in vals:
                self._check_moved_to(vals["file_id"])
        renumbers = by_hand and not set(NUMBERED_BY).isdisjoint(vals)
        before = {volume: volume._get_numbered_by() for volume in self if renumbers}
        result = super().write(vals)
        moved = [volume.id for volume in before if volume._is_moved(before[volume])]
        self.browse(moved)._assign_codes()
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

    def _check_barcode_change(self, vals):
        """Let custodians alone change what filed volumes are found by.

        :raises AccessError: for everybody else
        """
        if "barcode" not in vals or self.env.user.has_group(
            "crm_governance.group_custodian"
        ):
            return
        if any(volume.state not in UNFILED for volume in self.sudo()):
            raise AccessError(
                self.env._("The volume is filed: a data custodian changes its barcode.")
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

    def _assign_codes(self):
        """Number volumes within file, year and department, in turn with others.

        Who numbers volumes of the same file at the same moment writes the same row,
        so the database lets one of the two begin again.
        """
        files = self.sudo().file_id
        if not files:
            return
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE governance_file SET write_date = write_date WHERE id = ANY(%s)",
                sorted(files.ids),
            )
        )
        for volume in self.sudo():
            last = volume._get_last_number(volume._get_numbered_by())
            volume._assign_code(last + 1)

    def _move_to(self, file):
        """Let the volume lie in another file, under the code that it has."""
        self.ensure_one()
        number = self._get_last_number((file.id, *self._get_numbered_by()[1:])) + 1
        self._as_system().write({"file_id": file.id, "number": number})
        self.env.flush_all()

    def _get_last_number(self, place):
        """Return the highest number of the other volumes of a place, maybe 0."""
        same = zip(NUMBERED_BY, place, strict=True)
        domain = Domain.AND(Domain(name, "=", value) for name, value in same)
        [(last,)] = self.sudo()._read_group(
            domain & Domain("id", "!=", self.id), aggregates=["number:max"]
        )
        return last or 0

    def _get_numbered_by(self):
        self.ensure_one()
        return (self.file_id.id, self.year, self.department_id.id)

    def _is_moved(self, place):
        return self._get_numbered_by() != place

    def _assign_code(self, number):
        self.ensure_one()
        before = self.code
        parts = [self.file_id.name, str(self.year), self.department_id.code]
        code = "-".join([*(part for part in parts if part), f"{number:02d}"])
        vals = {"number": number, "code": code}
        if not self.barcode or self.barcode == before:
            vals["barcode"] = code
        self._as_system().write(vals)
        self.flush_recordset()

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_compose(self):
        """Sign the volumes as their composer; their content stays from now on (E-26).

        :raises AccessError: for everybody but data custodians
        :raises UserError: with everything that is missing
        """
        for volume in self._lock_for_step("draft"):
            volume.action_sort_documents()
            volume._raise_errors(volume._get_composing_errors())
            volume._as_system().write(
                {
                    "state": "composed",
                    "composer_id": self.env.uid,
                    "composed_on": fields.Datetime.now(),
                }
            )
        return True

    def action_check(self):
        """Sign the volumes as their checker, who is not their composer (E-33).

        :raises AccessError: for everybody but data custodians
        :raises UserError: for the composer
        """
        for volume in self._lock_for_step("composed"):
            if volume.composer_id == self.env.user:
                raise UserError(
                    self.env._(
                        "You have composed %(volume)s. Somebody else checks it.",
                        volume=volume.code,
                    )
                )
            volume._as_system().write(
                {
                    "state": "checked",
                    "checker_id": self.env.uid,
                    "checked_on": fields.Datetime.now(),
                }
            )
        return True

    def action_file(self):
        """Put checked volumes into the archive; from now on they are kept (E-32).

        :raises AccessError: for everybody but data custodians
        :raises UserError: with what is missing
        """
        for volume in self._lock_for_step("checked"):
            volume._raise_errors(volume._get_filing_errors())
            volume._file()
        return True

    def action_return(self):
        """Open the dialog that gives a volume back to its composer."""
        return self._open_reason("return")

    def action_seal(self):
        """Open the dialog in which a volume is sealed."""
        return self._open_reason("seal")

    def action_unseal(self):
        """Open the dialog that asks to open the seal of a volume."""
        return self._open_reason("unseal")

    def action_sort_documents(self):
        """Put the documents in order: what belongs together stands together (E-31)."""
        self.check_access("write")
        for volume in self:
            volume._check_still_open()
            for position, document in enumerate(volume._get_ordered_documents(), 1):
                if document.sequence != 10 * position:
                    document.sequence = 10 * position
        return True

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

    def _open_reason(self, kind):
        self.ensure_one()
        self.check_access("write")
        self._check_custodian()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_governance.governance_file_reason_action"
        )
        titles = {
            "return": self.env._("Back to the composer"),
            "seal": self.env._("Seal the volume"),
            "unseal": self.env._("Ask to open the seal"),
        }
        action["name"] = titles[kind]
        action["context"] = {"default_volume_id": self.id, "default_kind": kind}
        return action

    # ------------------------------------------------------------------
    # STEPS
    # ------------------------------------------------------------------

    def return_to_composer(self, reason):
        """Give a volume that is not filed yet back, with a signed remark.

        :raises AccessError: for everybody but data custodians
        :raises UserError: without a reason, and once the volume is filed
        """
        self.ensure_one()
        reason = self._get_reason(reason)
        [volume] = self._lock_for_step("composed", "checked")
        self.env["governance.file.remark"].create(
            {"volume_id": volume.id, "text": reason}
        )
        volume._as_system().write(
            {
                "state": "draft",
                "composer_id": False,
                "composed_on": False,
                "checker_id": False,
                "checked_on": False,
            }
        )
        return True

    def seal(self, reason):
        """Seal a filed volume at once; only its custodian reads it then (E-58).

        :raises AccessError: for everybody but data custodians
        :raises UserError: without a reason, and for what is sealed or not filed
        """
        self.ensure_one()
        reason = self._get_reason(reason)
        [volume] = self._lock_for_step("filed")
        if volume.is_sealed:
            raise UserError(self.env._("%(name)s is sealed.", name=volume.code))
        if not volume.user_id:
            raise UserError(
                self.env._(
                    "Nobody looks after %(file)s, so nobody could open the seal. Name "
                    "a custodian of the file first.",
                    file=volume.file_id.name,
                )
            )
        self.env["governance.file.seal"]._begin(volume, "seal", reason)._apply()
        return True

    def unseal(self, reason):
        """Ask for the approval to open the seal of a volume (C-16).

        :return: the record that waits for the decision
        :raises AccessError: for everybody but the custodian of the volume
        :raises UserError: without a reason, and for what is not sealed
        """
        self.ensure_one()
        reason = self._get_reason(reason)
        [volume] = self._lock_for_step("filed")
        if not volume.is_sealed:
            raise UserError(self.env._("%(name)s is not sealed.", name=volume.code))
        seal = self.env["governance.file.seal"]._begin(volume, "unseal", reason)
        return seal._ask()

    def _lock_for_step(self, *states):
        """Return these volumes for a step from a state, read anew under a lock.

        :raises AccessError: for everybody but data custodians
        :raises UserError: when a volume is in another state
        """
        self.check_access("write")
        self._check_custodian()
        try:
            self.lock_for_update(allow_referencing=True)
        except LockError as error:
            raise UserError(
                self.env._("Somebody else works on this volume. Try again.")
            ) from error
        self.invalidate_recordset()
        names = dict(self._fields["state"]._description_selection(self.env))
        for volume in self:
            if volume.state not in states:
                raise UserError(
                    self.env._(
                        "%(volume)s is in the state “%(state)s”. This is done in the "
                        "state “%(wanted)s”.",
                        volume=volume.code,
                        state=names[volume.state],
                        wanted=names[states[0]],
                    )
                )
        return self

    @api.model
    def _check_custodian(self):
        if not self.env.user.has_group("crm_governance.group_custodian"):
            raise AccessError(
                self.env._(
                    "Only data custodians compose, check, file and seal volumes. Ask "
                    "one of them."
                )
            )

    @api.model
    def _get_reason(self, reason):
        reason = str(reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say why."))
        return reason

    def _raise_errors(self, errors):
        if errors:
            raise UserError(
                self.env._(
                    "%(volume)s is not complete yet:\n%(errors)s",
                    volume=self.code,
                    errors="\n".join(f"• {error}" for error in errors),
                )
            )

    def _get_composing_errors(self):
        """Return what keeps the volume from being composed, as sentences."""
        self.ensure_one()
        errors = self._get_cataloguing_errors()
        if missing := self._get_unconfirmed_quality():
            errors.append(
                self.env._(
                    "Confirm its quality: %(points)s",
                    points=", ".join(missing.mapped("name")),
                )
            )
        if self.medium == "electronic":
            errors += [
                self.env._(
                    "“%(title)s” has no file attached, and the volume is electronic.",
                    title=document.name,
                )
                for document in self.document_ids
                if not document.attachment_count
            ]
        return errors

    def _get_cataloguing_errors(self):
        errors = []
        if not self.department_id:
            errors.append(self.env._("Say which department it belongs to."))
        plans = self.env["governance.file.category"]
        has_plan = self.department_id and plans.search_count(
            [("department_id", "=", self.department_id.id), ("year", "=", self.year)],
            limit=1,
        )
        if has_plan and not self.category_id:
            errors.append(
                self.env._(
                    "Choose its entry in the classification plan of the department."
                )
            )
        if not self.retention_class_id:
            errors.append(self.env._("Choose its retention class."))
        if not self.document_ids:
            errors.append(self.env._("Enter its documents, item by item."))
        errors += self._get_central_errors()
        return errors + self.document_ids._get_year_errors()

    def _get_central_errors(self):
        """Return which documents the central archive keeps itself (E-06)."""
        archive = self.env["governance.filing.department"].search(
            [("company_id", "=", self.company_id.id), ("is_central", "=", True)],
            limit=1,
        )
        if not archive or self.department_id == archive:
            return []
        return [
            self.env._(
                "“%(title)s” was issued by the company: it goes into a volume of "
                "%(archive)s.",
                title=document.name,
                archive=archive.name,
            )
            for document in self.document_ids
            if document.type_id.is_central
        ]

    def _get_unconfirmed_quality(self):
        return (
            self.env["governance.file.quality"].search([("active", "=", True)])
            - self.quality_ids
        )

    def _get_filing_errors(self):
        """Return what keeps a checked volume from being filed, as sentences."""
        return []

    def _file(self):
        """Put the volume into the archive; what begins with that follows here."""
        self.ensure_one()
        self._as_system().write(
            {
                "state": "filed",
                "filed_by_id": self.env.uid,
                "filed_on": fields.Datetime.now(),
            }
        )

    def _get_ordered_documents(self):
        """Return the documents as they stand in the volume (E-31)."""
        self.ensure_one()
        documents = self.document_ids.sorted(lambda document: document.sequence)
        ordered = documents.browse()
        for leader in documents.filtered(lambda document: not document.related_id):
            family = documents.filtered(
                lambda doc, leader=leader: doc.related_id == leader
            )
            ordered += (leader + family).sorted(
                lambda document: (document._get_place(), document.sequence)
            )
        return ordered + (documents - ordered)

    # ------------------------------------------------------------------
    # PAPERS
    # ------------------------------------------------------------------

    def _get_barcode_drawing(self):
        """Return the barcode as a drawing for labels, empty where none is possible.

        Drawn as SVG, which needs no library of the system.
        """
        self.ensure_one()
        if not self.barcode or not self.barcode.isascii():
            return ""
        drawing = createBarcodeDrawing("Code128", value=self.barcode, barHeight=36)
        svg = drawing.asString("svg")
        # As wide as the label, whatever its height.
        svg = svg.replace("xMinYMin meet", "none")
        return Markup(svg[svg.index("<svg") :])
