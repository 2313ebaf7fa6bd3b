# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import hashlib
import json
from functools import partial

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_list

from ..policy.unchecked_many2one import UncheckedMany2one


class GovernanceDestructionEntry(models.Model):
    """Register of what was destroyed: by whom, why, which documents (E-55, E-56)."""

    _name = "governance.destruction.entry"
    _description = "Register of Destructions"
    _inherit = [
        "governance.redacted.mixin",
        "governance.sealed.mixin",
        "governance.register.mixin",
    ]
    _order = "id desc"

    name = fields.Char(
        string="Certificate Number", required=True, readonly=True, index=True
    )
    destruction_id = fields.Many2one(
        comodel_name="governance.destruction",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, readonly=True, ondelete="restrict"
    )
    date = fields.Datetime(
        string="Destroyed on", required=True, readonly=True, index=True
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Destroyed by",
        required=True,
        readonly=True,
        ondelete="restrict",
    )
    requester_id = fields.Many2one(
        comodel_name="res.users",
        string="Requested by",
        required=True,
        readonly=True,
        ondelete="restrict",
    )
    signers = fields.Char(string="Approved by", required=True, readonly=True)
    # Unchecked: the line outlives the customer that it tells about.
    partner_id = UncheckedMany2one(
        comodel_name="res.partner", string="Customer", readonly=True, index=True
    )
    rank = fields.Integer(readonly=True, aggregator=None)
    file_id = fields.Many2one(
        comodel_name="governance.file",
        string="Customer File",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    volume_id = fields.Many2one(
        comodel_name="governance.file.volume",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    item = fields.Char(string="File or Volume", readonly=True)
    kind = fields.Selection(
        selection=lambda self: (
            self.env["governance.destruction"]
            ._fields["kind"]
            ._description_selection(self.env)
        ),
        string="Ground",
        required=True,
        readonly=True,
    )
    method = fields.Selection(
        selection=lambda self: (
            self.env["governance.destruction"]
            ._fields["method"]
            ._description_selection(self.env)
        ),
        string="Way of Destruction",
        required=True,
        readonly=True,
    )
    reason = fields.Text(readonly=True)
    content = fields.Json(readonly=True)
    content_text = fields.Text(
        string="Documents",
        compute="_compute_content_text",
        help="The documents that were destroyed, with the fingerprint of each file.",
    )
    document_count = fields.Integer(string="Number of Documents", readonly=True)
    fingerprint = fields.Char(
        readonly=True,
        help="Fingerprint (SHA-256) of the line, also on the certificate.",
    )

    _volume_uniq = models.UniqueIndex(
        "(volume_id) WHERE volume_id IS NOT NULL",
        "This volume has been destroyed in the meantime.",
    )
    _file_uniq = models.UniqueIndex(
        "(file_id) WHERE volume_id IS NULL",
        "This file has been destroyed in the meantime.",
    )

    @api.depends("content")
    @api.depends_context("uid", "lang")
    def _compute_content_text(self):
        shown = self._filter_by_clearance("read")
        for line in self:
            content = line.sudo().content or []
            line.content_text = (
                "\n".join(line._format_documents(content)) if line in shown else False
            )

    def _format_documents(self, content):
        """Yield the documents and their files, each a line of text."""
        for document in content:
            words = (
                document.get(name) for name in ("code", "reference", "title", "date")
            )
            if text := " ".join(filter(None, words)):
                yield text
            if contacts := document.get("anonymous"):
                numbers = format_list(self.env, [str(id_) for id_ in contacts])
                yield self.env._("Anonymous contacts: %s", numbers)
            for file in document.get("files", ()):
                yield f"    {file['name']} ({file['size']} B) {file['sha256']}"

    # ------------------------------------------------------------------
    # WHO SEES WHOM
    # ------------------------------------------------------------------

    @api.model
    def _get_open_fields(self):
        return super()._get_open_fields() | {
            "company_id",
            "date",
            "destruction_id",
            "display_name",
            "document_count",
            "fingerprint",
            "kind",
            "method",
            "name",
            "requester_id",
            "signers",
            "user_id",
        }

    @api.model
    def _get_closed_sql(self, alias, operation, query=None):
        """Judge lines by the level of the volume too, and when the customer is gone."""
        confidentiality = self.env["governance.confidentiality"]
        line = self.sudo()
        rank = line._field_to_sql(alias, "rank", query)
        customer = line._field_to_sql(alias, "partner_id", query)
        return SQL(
            "(%s OR NOT %s AND %s IS NOT TRUE)",
            super()._get_closed_sql(alias, operation, query),
            confidentiality._get_cleared_sql(rank),
            confidentiality._get_level_opened_sql(customer, rank, operation),
        )

    # ------------------------------------------------------------------
    # RECORDING
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Add lines, each with its fingerprint."""
        for vals in vals_list:
            vals["fingerprint"] = self._get_fingerprint(vals)
        return super().create(vals_list)

    @api.model
    def _get_signed_names(self):
        """Return the names of the columns that the fingerprint is taken of."""
        return (
            "name",
            "date",
            "user_id",
            "requester_id",
            "signers",
            "partner_id",
            "file_id",
            "volume_id",
            "item",
            "kind",
            "method",
            "reason",
            "content",
        )

    @api.model
    def _get_fingerprint(self, vals):
        """Return the SHA-256 of the values of a line."""
        content = {name: vals.get(name) or None for name in self._get_signed_names()}
        text = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
        return hashlib.sha256(text.encode()).hexdigest()

    def _has_own_fingerprint(self):
        """Return whether the line is as it was written."""
        self.ensure_one()
        line = self.sudo()
        values = {
            name: line[name].id if line._fields[name].relational else line[name]
            for name in self._get_signed_names()
        }
        return self._get_fingerprint(values) == line.fingerprint

    @api.model
    def _record(self, destruction, signers):
        """Add a line for each item of a list that is being destroyed.

        :param signers: the users who approved it
        """
        names = format_list(
            self.env, [f"{user.name} ({user.login})" for user in signers.sorted("id")]
        )
        contents = destruction.line_ids._get_contents(is_final=True)
        if destruction.is_anonymous:
            self._add_contacts(contents)
        vals_list = [
            {
                "name": f"{destruction.name}-{number}",
                "destruction_id": destruction.id,
                "company_id": destruction.company_id.id,
                "date": destruction.date_executed,
                "user_id": self.env.uid,
                "requester_id": destruction.user_id.id,
                "signers": names,
                "kind": destruction.kind,
                "method": destruction.method,
                "reason": destruction.reason,
                **self._prepare_item(line, contents[line]),
            }
            for number, line in enumerate(destruction.line_ids.sorted("id"), 1)
        ]
        return self._seal().create(vals_list)._unseal()

    @api.model
    def _add_contacts(self, contents):
        """Note on the lines of whole files which contacts are made anonymous."""
        whole = [line for line in contents if not line.volume_id]
        partners = self.env["res.partner"].union(*(line.partner_id for line in whole))
        families = partners._get_whole_family().grouped("commercial_partner_id")
        for line in whole:
            family = families[line.partner_id.commercial_partner_id]
            contents[line].append({"anonymous": family.ids})

    @api.model
    def _prepare_item(self, line, content):
        volume, file = line.volume_id, line.file_id
        item = f"{volume.code or ''} {volume.name}".strip() if volume else file.name
        return {
            "partner_id": line.partner_id.commercial_partner_id.id,
            "rank": line._get_classified_rank(),
            "file_id": file.id,
            "volume_id": volume.id,
            "item": item,
            "content": content,
            "document_count": len(volume.document_ids),
        }

    # ------------------------------------------------------------------
    # COMPARISON
    # ------------------------------------------------------------------

    @api.model
    def _find_differences(self):
        """Yield where register and files of the companies disagree.

        After a backup was restored, files may be there again that were destroyed.
        Whoever may read the line of a certificate finds there what it names.
        """
        yield from super()._find_differences()
        yield from self._get_reappeared()
        yield from self._get_unregistered()
        yield from self._get_changed_lines()

    @api.model
    def _get_reappeared(self):
        """Yield what is registered as destroyed and is there nevertheless."""
        rows = self.env.execute_query(
            SQL(
                """SELECT e.name, COALESCE(v.state, f.state) <> 'destroyed',
                          (SELECT count(*) FROM ir_attachment a
                            WHERE a.res_model = 'governance.file.volume'
                              AND a.res_id = v.id
                               OR a.res_model = 'governance.file.document'
                              AND a.res_id IN (
                                  SELECT id FROM governance_file_document
                                   WHERE volume_id = v.id)
                               OR v.id IS NULL AND a.res_id = f.id
                              AND a.res_model = 'governance.file')
                     FROM governance_destruction_entry e
                     JOIN governance_file f ON f.id = e.file_id
                LEFT JOIN governance_file_volume v ON v.id = e.volume_id
                    WHERE e.company_id = ANY(%s)
                 ORDER BY e.id""",
                self.env.companies.ids,
            )
        )
        for name, is_back, files in rows:
            if is_back:
                yield lambda name=name: self.env._(
                    "%(number)s: what was destroyed is not marked as such.",
                    number=name,
                )
            if files:
                yield lambda name=name, files=files: self.env._(
                    "%(number)s: what was destroyed has electronic documents "
                    "(%(count)s).",
                    number=name,
                    count=files,
                )

    @api.model
    def _get_unregistered(self):
        """Yield what is marked as destroyed without a line of the register."""
        rows = self.env.execute_query(
            SQL(
                """SELECT 'governance.file.volume', v.id FROM governance_file_volume v
                    WHERE v.company_id = ANY(%(companies)s)
                      AND v.state = 'destroyed' AND NOT EXISTS (
                          SELECT 1 FROM governance_destruction_entry e
                           WHERE e.volume_id = v.id)
                UNION ALL
                   SELECT 'governance.file', f.id FROM governance_file f
                    WHERE f.company_id = ANY(%(companies)s)
                      AND f.state = 'destroyed' AND NOT EXISTS (
                          SELECT 1 FROM governance_destruction_entry e
                           WHERE e.file_id = f.id AND e.volume_id IS NULL)""",
                companies=self.env.companies.ids,
            )
        )
        for model, id_ in rows:
            yield partial(self._describe_unregistered, self.env[model].browse(id_))

    @api.model
    def _describe_unregistered(self, item):
        # The name of what the user may not read is put together, then masked.
        item.sudo().fetch()
        return self.env._(
            "%(item)s is marked as destroyed, but is not in the register.",
            item=item.display_name,
        )

    @api.model
    def _get_changed_lines(self):
        """Yield the lines that are not as they were written."""
        mine = Domain("company_id", "in", self.env.companies.ids)
        for line in self.sudo().search(mine, order="id"):
            if not line._has_own_fingerprint():
                yield lambda line=line: self.env._(
                    "%(number)s does not have its own fingerprint: the line was "
                    "changed outside of the product.",
                    number=line.name,
                )

    @api.model
    def _get_kept(self, numbers):
        lines = self.sudo().search([("name", "in", numbers)])
        return {line.name: line.fingerprint for line in lines}

    @api.model
    def _describe_missing(self, row):
        return self.env._(
            "%(number)s is on your list, but not in the register: what it names may "
            "be there again.",
            number=row[0],
        )
