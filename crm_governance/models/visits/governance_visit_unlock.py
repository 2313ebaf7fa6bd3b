# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import format_date, format_datetime, format_list

# What a report says, in the order in which it is compared.
CONTENT = (
    "company_id",
    "partner_id",
    "lead_id",
    "object_type",
    "channel_id",
    "direction",
    "date_start",
    "date_stop",
    "participant_ids",
    "meeting_ids",
    "contact_ids",
    "contact_level",
    "purpose_ids",
    "objective",
    "invites_contacts",
    "is_announced",
    "items",
    "is_prepared",
    "result",
    "needs",
    "competitors",
    "decision_makers",
    "promise_ids",
)


class GovernanceVisitUnlock(models.Model):
    """A submitted report was opened again: who, when, why, and what changed since."""

    _name = "governance.visit.unlock"
    _description = "Reopened Report"
    _inherit = ["governance.sealed.mixin", "governance.classified.mixin"]
    _order = "id desc"
    _rec_name = "visit_id"

    visit_id = fields.Many2one(
        comodel_name="governance.visit",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    partner_id = fields.Many2one(
        related="visit_id.partner_id", store=True, precompute=True, index=True
    )
    company_id = fields.Many2one(
        related="visit_id.company_id", store=True, precompute=True, index=True
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Reopened by",
        required=True,
        readonly=True,
        ondelete="restrict",
    )
    date = fields.Datetime(string="Reopened on", required=True, readonly=True)
    kind = fields.Selection(
        selection=[("returned", "Given back"), ("unlocked", "Unlocked")],
        required=True,
        readonly=True,
    )
    reason = fields.Text(required=True, readonly=True)
    before = fields.Json(string="Report before", readonly=True)
    after = fields.Json(string="Report after", readonly=True)
    date_closed = fields.Datetime(string="Submitted again on", readonly=True)
    changes = fields.Text(
        string="What Has Changed",
        compute="_compute_changes",
        help="Since the report was opened, until it was submitted again.",
    )

    @api.depends("before", "after", "date_closed")
    @api.depends_context("lang", "tz", "uid")
    def _compute_changes(self):
        for unlock in self:
            visit = unlock.visit_id
            after = unlock.after if unlock.date_closed else self._read(visit)
            unlock.changes = self._get_changes(unlock.before or {}, after or {})

    @api.model
    def _get_changes(self, before, after):
        """Return line by line what two states of a report differ in."""
        fields_ = self.env["governance.visit"]._fields
        lines = []
        for name in (*CONTENT, "attachments"):
            if name not in before or name not in after:
                # It was not kept yet when this report was opened.
                continue
            old, new = before[name], after[name]
            if self._get_key(name, old) != self._get_key(name, new):
                label = (
                    fields_[name]._description_string(self.env)
                    if name in fields_
                    else self.env._("Attachments")
                )
                lines.append(
                    self.env._(
                        "%(field)s: %(old)s → %(new)s",
                        field=label,
                        old=self._tell(name, old) or "–",
                        new=self._tell(name, new) or "–",
                    )
                )
        return "\n".join(lines) or False

    @api.model
    def _get_key(self, name, value):
        """Return what two states are compared by: names of records may change."""
        field = self.env["governance.visit"]._fields.get(name)
        if field and field.relational and name != "promise_ids":
            return [id_ for id_, _name in value or ()]
        return value or ""

    @api.model
    def _read(self, visit):
        """Return what a report says, as {field: value}; records are [id, name]."""
        visit = visit.with_env(self.env(su=True, context={"lang": "en_US"}))
        content = {name: self._store(visit, name) for name in CONTENT}
        files = (
            self.env["ir.attachment"]
            .sudo()
            .search(
                [("res_model", "=", visit._name), ("res_id", "=", visit.id)], order="id"
            )
        )
        content["attachments"] = [
            [file.name, (file.checksum or "")[:8]] for file in files
        ]
        return content

    @api.model
    def _store(self, visit, name):
        """Return the value of a field as it is kept."""
        field, value = visit._fields[name], visit[name]
        if name == "promise_ids":
            return [
                [promise.name, fields.Date.to_string(promise.date_promised)]
                for promise in value.sorted("id")
            ]
        if field.type == "datetime":
            return fields.Datetime.to_string(value)
        if field.relational:
            return [[record.id, record.display_name] for record in value.sorted("id")]
        return value or ""

    @api.model
    def _tell(self, name, value):
        """Return a value that was kept in words of the reader."""
        field = self.env["governance.visit"]._fields.get(name)
        if not value:
            return ""
        if name == "attachments":
            return ", ".join(f"{file} ({digest})" for file, digest in value)
        if name == "promise_ids":
            return "; ".join(
                f"{promise} ({format_date(self.env, day)})" for promise, day in value
            )
        if field.type == "datetime":
            return format_datetime(self.env, value, tz=self.env.context.get("tz"))
        if field.relational:
            return format_list(self.env, self._get_names(field, value))
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, value)
        return self.env._("Yes") if field.type == "boolean" else value

    @api.model
    def _get_names(self, field, value):
        """Return names as they were; those that are translated as the reader says."""
        records = self.env[field.comodel_name].sudo()
        names = {}
        if records._fields[records._rec_name].translate:
            living = records.browse([id_ for id_, _name in value]).exists()
            names = {record.id: record.display_name for record in living}
        return [names.get(id_, name) for id_, name in value]

    @api.model
    def _sealed_mutable_fields(self):
        return {"after", "date_closed"}

    @api.model
    def _record(self, visit, kind, reason):
        """Keep who opened a report, why, and what it said.

        Whoever calls has checked the right to it.
        """
        return self._seal().create(
            {
                "visit_id": visit.id,
                "user_id": self.env.uid,
                "date": fields.Datetime.now(),
                "kind": kind,
                "reason": reason,
                "before": self._read(visit),
            }
        )

    def _close(self):
        """Keep what the report says when it is submitted again."""
        now = fields.Datetime.now()
        for unlock in self.filtered(lambda unlock: not unlock.date_closed):
            unlock._seal().write(
                {"after": self._read(unlock.visit_id), "date_closed": now}
            )
