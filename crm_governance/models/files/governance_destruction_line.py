# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import hashlib
import json

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class GovernanceDestructionLine(models.Model):
    """A volume, or the rest of a file, that is to be destroyed."""

    _name = "governance.destruction.line"
    _description = "Item of a Destruction"
    _inherit = ["governance.filed.mixin", "governance.guarded.line.mixin"]
    _line_of = "destruction_id"
    _order = "destruction_id, file_id, volume_id, id"
    _rec_name = "file_id"
    # Whoever decides on it has no access to what is sealed.
    _is_hidden_by_seal = False

    destruction_id = fields.Many2one(
        comodel_name="governance.destruction",
        required=True,
        index=True,
        ondelete="cascade",
    )
    file_id = fields.Many2one(
        comodel_name="governance.file",
        string="Customer File",
        required=True,
        index=True,
        ondelete="restrict",
    )
    volume_id = fields.Many2one(
        comodel_name="governance.file.volume",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('file_id', '=', file_id), ('state', '!=', 'destroyed')]",
        help="Empty: the file itself is closed, once all its volumes are destroyed.",
    )
    partner_id = fields.Many2one(related="file_id.partner_id", store=True, index=True)
    company_id = fields.Many2one(
        related="destruction_id.company_id", store=True, index=True
    )
    level_rank = fields.Integer(
        related="volume_id.level_rank",
        store=True,
        aggregator=None,
        groups=fields.NO_ACCESS,
    )
    retention_until = fields.Date(related="volume_id.retention_until")
    content_hash = fields.Char(
        string="Fingerprint",
        compute="_compute_content_hash",
        compute_sudo=True,
        help="Fingerprint (SHA-256) of the documents that are to be destroyed.",
    )

    _item_uniq = models.UniqueIndex(
        "(destruction_id, file_id, (COALESCE(volume_id, 0)))",
        "This is on the list already.",
    )

    @api.depends("volume_id.document_ids.name", "file_id")
    def _compute_content_hash(self):
        contents = self._get_contents()
        for line in self:
            text = json.dumps(
                contents[line], sort_keys=True, ensure_ascii=False, default=str
            )
            line.content_hash = hashlib.sha256(text.encode()).hexdigest()

    @api.constrains("file_id", "volume_id", "destruction_id")
    def _check_item(self):
        for line in self.sudo():
            if line.volume_id and line.volume_id.file_id != line.file_id:
                raise ValidationError(
                    self.env._("Choose a volume of the file that the line names.")
                )
            if line.file_id.company_id != line.destruction_id.company_id:
                raise ValidationError(
                    self.env._("The file belongs to another company than the list.")
                )

    @api.model
    def _get_user_fields(self):
        return {"destruction_id", "file_id", "volume_id"}

    # ------------------------------------------------------------------
    # WHAT KEEPS THEM
    # ------------------------------------------------------------------

    def _get_obstacles(self, kind):
        """Return what keeps the items from being destroyed now, as sentences.

        The database is asked once for all of them.

        :param str kind: the ground that the list gives
        """
        lines = self.sudo()
        volumes = lines.volume_id
        held = volumes._get_held(), lines.file_id._get_held()
        out, wanted = volumes._get_on_loan(), volumes._get_asked_for()
        others = lines._get_unmatched_partners(kind)
        found = []
        for line in lines:
            item = line.volume_id or line.file_id
            name = item.with_env(self.env).display_name
            if item.state == "destroyed":
                found.append(self.env._("%(item)s is destroyed already.", item=name))
            if item in held[bool(not line.volume_id)]:
                found.append(item.with_env(self.env)._get_held_message())
            if line.partner_id.commercial_partner_id in others:
                found.append(line._get_other_ground(name, kind))
            if line.volume_id in out and item.state != "destroyed":
                found.append(
                    self.env._(
                        "%(item)s is on loan. It has to come back first.", item=name
                    )
                )
            elif line.volume_id in wanted and item.state != "destroyed":
                # Nobody is told to fetch what is gone.
                found.append(
                    self.env._(
                        "Somebody has asked to borrow %(item)s. That has to be "
                        "settled first.",
                        item=name,
                    )
                )
            found += line._get_volume_obstacles(name, kind)
            found += line._get_file_obstacles(name, volumes)
        return found

    def _get_volume_obstacles(self, name, kind):
        volume = self.volume_id
        if not volume or volume.state == "destroyed":
            return []
        found = []
        if volume.is_under_retention and not volume.is_retention_over:
            found.append(self._get_retention_obstacle(name))
        elif not volume.is_under_retention and kind == "retention":
            found.append(
                self.env._(
                    "%(item)s has never been filed, so no time has run. Give another "
                    "ground.",
                    item=name,
                )
            )
        return found

    def _get_retention_obstacle(self, name):
        volume = self.volume_id
        if volume.is_kept_forever:
            return self.env._("%(item)s is kept for ever.", item=name)
        if volume.awaits_event:
            return self.env._(
                "%(item)s is kept until an event that has not been entered.", item=name
            )
        if not volume.retention_until:
            return self.env._(
                "%(item)s: its retention class does not say how long it is kept.",
                item=name,
            )
        return self.env._(
            "%(item)s is kept until %(date)s.", item=name, date=volume.retention_until
        )

    def _get_file_obstacles(self, name, volumes):
        """Return why the file cannot be closed: volumes that are not on the list."""
        if self.volume_id:
            return []
        left = self.file_id.volume_ids.filtered(
            lambda volume: volume.state != "destroyed"
        )
        return [
            self.env._(
                "%(file)s still has the volume %(volume)s, which is not on the list.",
                file=name,
                volume=volume.with_env(self.env).display_name,
            )
            for volume in left - volumes
        ]

    def _get_unmatched_partners(self, kind):
        """Return the customers for whom the ground does not hold at this moment."""
        partners = self.partner_id.commercial_partner_id
        if kind == "retention":
            return partners.browse()
        policies = self.env["governance.disposal.policy"].sudo()
        return partners - policies._get_matching(
            self.destruction_id.company_id, kind, partners
        )

    def _get_other_ground(self, name, kind):
        if kind == "no_value":
            return self.env._(
                "%(item)s: an agreement with the customer was reached or is being "
                "talked about.",
                item=name,
            )
        return self.env._(
            "%(item)s: there was interaction with the customer meanwhile, or no policy "
            "in force says after how long.",
            item=name,
        )

    # ------------------------------------------------------------------
    # CONTACTS
    # ------------------------------------------------------------------

    def _get_anonymous_partners(self):
        """Return the customers whose whole file is on the list, as the system."""
        whole = self.sudo().filtered(lambda line: not line.volume_id)
        return whole.partner_id.commercial_partner_id

    def _get_anonymous_obstacles(self):
        """Return why some customers cannot be made anonymous, as sentences."""
        customers = self._get_anonymous_partners()
        if not customers:
            return [
                self.env._(
                    "No whole file is on the list, so there is no contact to make "
                    "anonymous."
                )
            ]
        files = self.env["governance.file"].sudo()
        others = files.search(
            Domain("partner_id.commercial_partner_id", "in", customers.ids)
            & Domain("state", "=", "open")
            & Domain("id", "not in", self.sudo().file_id.ids)
        )
        needed = others.partner_id.commercial_partner_id
        found = [
            self.env._(
                "%(customer)s has another file, so the contact is still needed.",
                customer=customer.with_env(self.env).display_name,
            )
            for customer in needed
        ]
        return found + [
            self.env._(
                "%(customer)s has users, orders, invoices or other documents, so the "
                "contact stays. Destroy the file alone.",
                customer=customer.with_env(self.env).display_name,
            )
            for customer in customers._filter_named_elsewhere() - needed
        ]

    # ------------------------------------------------------------------
    # WHAT IS DESTROYED
    # ------------------------------------------------------------------

    def _get_attachments(self):
        """Return all electronic content of the items, as the system."""
        items = self.sudo()._as_system()
        where = Domain.FALSE
        for records in (items.volume_id, items.volume_id.document_ids):
            where |= Domain("res_model", "=", records._name) & Domain(
                "res_id", "in", records.ids
            )
        closed = items.filtered(lambda line: not line.volume_id).file_id
        where |= Domain("res_model", "=", closed._name) & Domain(
            "res_id", "in", closed.ids
        )
        # Fields of records keep files too, which a search leaves out by default.
        any_field = Domain("res_field", "=", False) | Domain("res_field", "!=", False)
        return (
            self.env["ir.attachment"]
            .with_env(items.env)
            .search(where & any_field, order="id")
        )

    def _get_contents(self, is_final=False):
        """Return ``{line: what its documents are}``, asked for all of them at once.

        :param bool is_final: with fingerprints (SHA-256) of their content, which
            takes to read all of it; otherwise with the ones that Odoo keeps
        """
        files = self._get_attachments().grouped(
            lambda file: (file.res_model, file.res_id)
        )
        return {
            line: [
                {
                    **self._describe_holder(one),
                    "files": [
                        self._describe_file(file, is_final)
                        for file in files.get((one._name, one.id), ())
                    ],
                }
                for one in line._get_holders()
            ]
            for line in self
        }

    def _get_holders(self):
        """Return the records of the item that documents can be attached to."""
        self.ensure_one()
        return (*self.volume_id.document_ids, *(self.volume_id or self.file_id))

    @api.model
    def _describe_holder(self, holder):
        if holder._name == "governance.file":
            return {"code": holder.name or ""}
        if holder._name == "governance.file.volume":
            return {"code": holder.code or "", "title": holder.name}
        return {
            "title": holder.name,
            "reference": holder.reference or "",
            "date": str(holder.date or ""),
            "copies": holder.copies,
            "pages": holder.pages,
        }

    @api.model
    def _describe_file(self, file, is_final):
        described = {"name": file.name, "size": file.file_size}
        if is_final:
            return {
                **described,
                "sha256": hashlib.sha256(file.raw or b"").hexdigest(),
            }
        return {**described, "checksum": file.checksum or ""}

    def _erase(self):
        """Delete the electronic content and close volumes and files."""
        self._get_attachments().unlink()
        self.volume_id._as_system().write({"state": "destroyed"})
        closed = self.filtered(lambda line: not line.volume_id).file_id
        closed._as_system().write({"state": "destroyed"})

    def _settle(self):
        """Close appraisals and candidates that led to the destruction."""
        appraisals = self.env["governance.appraisal"].sudo()
        appraisals.search(
            [
                ("volume_id", "in", self.volume_id.ids),
                ("state", "in", ("open", "proposed")),
            ]
        )._as_system().write({"state": "destroyed"})
        files = self.filtered(lambda line: not line.volume_id).file_id
        candidates = self.env["governance.disposal.candidate"].sudo()
        candidates.search(
            [
                ("file_id", "in", files.ids),
                ("state", "in", ("open", "kept", "proposed")),
            ]
        )._as_system().write({"state": "destroyed"})

    def _give_back(self):
        """Open appraisals and candidates again whose destruction was refused."""
        mine = Domain("destruction_id", "in", self.destruction_id.ids) & Domain(
            "state", "=", "proposed"
        )
        for model, items in (
            ("governance.appraisal", Domain("volume_id", "in", self.volume_id.ids)),
            (
                "governance.disposal.candidate",
                Domain("file_id", "in", self.file_id.ids),
            ),
        ):
            proposed = self.env[model].sudo().search(items & mine)
            proposed._as_system().write({"state": "open"})
