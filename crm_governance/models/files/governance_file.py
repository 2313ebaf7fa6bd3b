# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL


class GovernanceFile(models.Model):
    """All that is filed about one customer of a company (客户档案, E-35)."""

    _name = "governance.file"
    _description = "Customer File"
    _inherit = [
        "governance.guarded.mixin",
        "governance.classified.stored.mixin",
        "governance.labelled.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _is_governance_link_guarded = True
    _order = "name desc, id desc"
    _rec_names_search = ["name", "partner_id"]
    _check_company_auto = True

    name = fields.Char(string="File Code", readonly=True, copy=False, index="trigram")
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('commercial_partner_id', '=', id)]",
        check_company=True,
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Custodian",
        index=True,
        tracking=True,
        ondelete="restrict",
        default=lambda self: self._get_default_custodian(),
        domain=lambda self: [
            ("all_group_ids", "in", self.env.ref("crm_governance.group_custodian").ids)
        ],
        help="Who looks after the file, and alone opens its sealed volumes.",
    )
    location = fields.Char(
        string="Storage Location", help="Room, shelf and box of the paper volumes."
    )
    date_opened = fields.Date(
        string="Opened on", readonly=True, default=fields.Date.context_today
    )
    state = fields.Selection(
        selection=[
            ("open", "In Use"),
            ("merged", "Merged"),
            ("destroyed", "Destroyed"),
        ],
        required=True,
        readonly=True,
        default="open",
        copy=False,
        tracking=True,
    )
    merged_into_id = fields.Many2one(
        comodel_name="governance.file",
        string="Merged into",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="Two customers turned out to be one: their volumes lie in that file.",
    )
    note = fields.Html()
    volume_ids = fields.One2many(
        comodel_name="governance.file.volume", inverse_name="file_id", string="Volumes"
    )
    volume_count = fields.Integer(string="Number of Volumes", compute="_compute_counts")
    document_count = fields.Integer(
        string="Number of Documents", compute="_compute_counts"
    )
    holder_text = fields.Char(
        string="Who Has It",
        compute="_compute_holder_text",
        help="Who holds the paper volumes of the file at this moment.",
    )

    _name_idx = models.Index("(name DESC, id DESC)")
    _name_uniq = models.UniqueIndex(
        "(company_id, name)", "Another file of this company has this code already."
    )
    _one_open = models.UniqueIndex(
        "(company_id, partner_id) WHERE state = 'open'",
        "This customer has an open file in this company already.",
    )

    @api.model
    def _get_default_custodian(self):
        user = self.env.user
        is_custodian = user.has_group("crm_governance.group_custodian")
        return user if is_custodian else self.env.company._get_archivists()[:1]

    @api.depends("name", "partner_id.display_name")
    @api.depends_context("uid")
    def _compute_display_name(self):
        return super()._compute_display_name()

    def _get_label(self):
        if not self.name:
            return self.env._("New file")
        return f"{self.name} {self.partner_id.display_name}"

    @api.depends("volume_ids")
    @api.depends_context("uid")
    def _compute_counts(self):
        """Count what the user may read."""
        volumes = dict(
            self.env["governance.file.volume"]._read_group(
                [("file_id", "in", self.ids)], ["file_id"], ["__count"]
            )
        )
        documents = dict(
            self.env["governance.file.document"]._read_group(
                [("volume_id.file_id", "in", self.ids)],
                ["volume_id.file_id"],
                ["__count"],
            )
        )
        for file in self:
            file.volume_count = volumes.get(file, 0)
            file.document_count = documents.get(file, 0)

    @api.depends("location", "state")
    @api.depends_context("uid", "lang")
    def _compute_holder_text(self):
        for file in self:
            file.holder_text = file._get_holder_text()

    def _get_holder_text(self):
        """Return in words who holds the volumes of this file; loans say more."""
        self.ensure_one()
        if self.state == "destroyed":
            return self.env._("Destroyed")
        if self.location:
            return self.env._("In the archive: %(place)s", place=self.location)
        return self.env._("In the archive")

    @api.constrains("partner_id")
    def _check_partner(self):
        for file in self:
            partner = file.partner_id
            if partner.commercial_partner_id != partner:
                raise ValidationError(
                    self.env._(
                        "%(contact)s is a contact of %(customer)s. Open the file of "
                        "%(customer)s: everything about its contacts belongs there.",
                        contact=partner.display_name,
                        customer=partner.commercial_partner_id.display_name,
                    )
                )

    @api.constrains("user_id")
    def _check_user(self):
        for file in self:
            user = file.sudo().user_id
            if user and not user.has_group("crm_governance.group_custodian"):
                raise ValidationError(
                    self.env._(
                        "%(person)s is no data custodian. Files are in the care of "
                        "data custodians.",
                        person=user.name,
                    )
                )

    # ------------------------------------------------------------------
    # GUARD
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Open files; their codes come from the numbering of the company (E-35)."""
        files = super().create(vals_list)
        for company, mine in files.grouped("company_id").items():
            codes = self._get_next_codes(company, len(mine))
            for file, code in zip(mine, codes, strict=True):
                file._as_system().name = code
            if not self._is_system():
                mine._tell_opened(company, ", ".join(codes))
        return files

    def write(self, vals):
        """Change open files; only the custodian passes on what is sealed (C-16)."""
        if "user_id" in vals and not self._is_system():
            self._check_custodian_passed_on()
        return super().write(vals)

    @api.model
    def _get_user_fields(self):
        return {"partner_id", "company_id", "user_id", "location", "note"}

    @api.model
    def _get_free_fields(self):
        """Paper is moved to another shelf whatever the state of the file."""
        return super()._get_free_fields() | {"location"}

    def _is_closed(self):
        return self.state != "open"

    def _check_names(self, vals):
        result = super()._check_names(vals)
        if "company_id" in vals and any(
            file.company_id.id != vals["company_id"] for file in self
        ):
            raise UserError(
                self.env._(
                    "The code of a file is one of its company. Open another file in "
                    "the other company."
                )
            )
        if "partner_id" in vals and self.sudo().volume_ids:
            raise UserError(
                self.env._(
                    "There are volumes in this file, so it stays with its customer. "
                    "Open another file instead."
                )
            )
        return result

    def _check_custodian_passed_on(self):
        """Refuse that others than its keeper pass on what is sealed (C-16).

        :raises UserError: unless the keeper is archived or no custodian any more
        """
        for file in self:
            keeper = file.sudo().user_id
            sealed = file.sudo().volume_ids.filtered("is_sealed")
            if not sealed or not keeper.active or keeper == self.env.user:
                continue
            if keeper.has_group("crm_governance.group_custodian"):
                raise UserError(
                    self.env._(
                        "There are sealed volumes in %(file)s. %(keeper)s, who looks "
                        "after them, passes them on.",
                        file=file.name,
                        keeper=keeper.name,
                    )
                )

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_open_volumes(self):
        """Open the volumes of the file."""
        return self._get_parts_action("volume", [("file_id", "=", self.id)])

    def action_open_documents(self):
        """Open the documents in all volumes of the file."""
        return self._get_parts_action("document", [("volume_id.file_id", "=", self.id)])

    def _get_parts_action(self, kind, domain):
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            f"crm_governance.governance_file_{kind}_action"
        )
        action["domain"] = domain
        action["context"] = {"default_file_id": self.id} if kind == "volume" else {}
        action["display_name"] = self.display_name
        return action

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    @api.model
    def _mail_get_partner_fields(self, introspect_fields=False):
        """Propose no customer as recipient of what is written inside (C-19)."""
        return []

    @api.model
    def _get_next_codes(self, company, count):
        """Return that many codes of a company; two who ask never get the same."""
        sequence = company._get_governance_file_sequence()
        if sequence.implementation != "standard" or sequence.use_date_range:
            return [sequence.next_by_id() for _number in range(count)]
        rows = self.env.execute_query(
            SQL(
                "SELECT nextval(%s) FROM generate_series(1, %s)",
                f"ir_sequence_{sequence.id:03d}",
                count,
            )
        )
        return [sequence.get_next_char(number) for (number,) in rows]

    @api.model
    def _open_for(self, company, partner_ids):
        """Open the missing files of many customers in one statement (E-36).

        :param list partner_ids: ids of commercial entities
        :return: the new files
        """
        if not partner_ids:
            return self.browse()
        archivist = company._get_archivists()[:1]
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """INSERT INTO governance_file
                       (name, partner_id, company_id, user_id, date_opened, state,
                        classification_rank, classification_partner_id,
                        create_uid, create_date, write_uid, write_date)
                SELECT wanted.code, customer.id, %(company)s, %(archivist)s, %(day)s,
                       'open', customer.classification_rank,
                       CASE WHEN customer.classification_rank > 0
                            THEN customer.commercial_partner_id END,
                       %(uid)s, now() AT TIME ZONE 'UTC',
                       %(uid)s, now() AT TIME ZONE 'UTC'
                  FROM unnest(%(partners)s, %(codes)s) AS wanted (id, code)
                  JOIN res_partner customer ON customer.id = wanted.id
                   AND customer.commercial_partner_id = customer.id
                    ON CONFLICT DO NOTHING
             RETURNING id""",
                company=company.id,
                archivist=archivist.id or None,
                day=company._get_governance_today(),
                uid=self.env.uid,
                partners=list(partner_ids),
                codes=self._get_next_codes(company, len(partner_ids)),
            )
        )
        files = self.browse(id_ for (id_,) in self.env.cr.fetchall())
        self.env.invalidate_all()
        if files:
            files._tell_opened(company, None)
        return files

    def _tell_opened(self, company, codes):
        """Tell the archive and the departments, without naming customers (E-36)."""
        people = company._get_archivists() | company._get_collectors()
        count = len(self)
        (people - self.env.user)._notify_in_own_language(
            lambda env: (
                env._("New customer files"),
                env._("Opened: %(codes)s. File there what you have.", codes=codes)
                if codes
                else env._(
                    "%(count)s customers have come into a tier that asks for a file. "
                    "File there what you have about them.",
                    count=count,
                ),
            )
        )

    def _merge_into(self, file):
        """Put the volumes of these files into another one, and close these.

        The volumes keep the codes that are written on them.

        :raises UserError: when sealed volumes would get another custodian
        """
        for merged in self:
            if merged.user_id != file.user_id:
                merged._check_custodian_passed_on()
        system = self._as_system()
        for volume in system.volume_ids.sorted("id"):
            volume._move_to(file)
        system.write({"state": "merged", "merged_into_id": file.id})
        self.env.flush_all()
