# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import hashlib
import json
from dataclasses import dataclass, field
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import MissingError
from odoo.tools import SQL, format_datetime

from ..policy.unchecked_many2one import UncheckedMany2one

# What was read comes in many calls; the same within this time is one opening.
SAME_OPENING = timedelta(seconds=60)
# Beyond this number of customers one line holds all their numbers.
MAX_LINES = 500
COLLECTED = "crm_governance.register"


@dataclass
class Collected:
    """What happened to one customer within a request."""

    # The level at that moment: the customer may be gone when it is written.
    rank: int = 0
    # {(model, number)} of the records that were read, printed, sent …
    references: set = field(default_factory=set)
    # {number of a contact, or an address} that it was sent to.
    recipients: set = field(default_factory=set)


class GovernanceAccessEntry(models.Model):
    """Register of who looked at which confidential customer, and who let them."""

    _name = "governance.access.entry"
    _description = "Access Register"
    _inherit = ["governance.redacted.mixin", "governance.sealed.mixin"]
    _order = "id desc"
    _rec_name = "event"

    date = fields.Datetime(required=True, readonly=True, index=True)
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="By",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    event = fields.Selection(
        selection=[
            ("opened", "Opened"),
            ("read_many", "Read many"),
            ("exported", "Exported"),
            ("printed", "Printed"),
            ("sent", "Sent"),
            ("shared", "Shared outside"),
            ("changed", "Added or changed"),
            ("deleted", "Deleted"),
            ("denied", "Denied"),
            ("requested", "Access requested"),
            ("granted", "Access granted"),
            ("refused", "Access refused"),
            ("revoked", "Access revoked"),
            ("proposed", "Level proposed"),
            ("raised", "Level raised"),
            ("lowered", "Level lowered"),
            ("kept", "Level kept"),
            ("suspended", "Person suspended"),
            ("resumed", "Suspension lifted"),
            ("cleared", "Clearance changed"),
            ("merged", "Customers merged"),
        ],
        required=True,
        readonly=True,
        index=True,
    )
    # Unchecked: a line outlives the customer that it tells about.
    partner_id = UncheckedMany2one(
        comodel_name="res.partner", string="Customer", readonly=True, index=True
    )
    rank = fields.Integer(
        readonly=True, aggregator=None, help="The level at that moment."
    )
    subject_id = fields.Many2one(
        comodel_name="res.users",
        string="Person concerned",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    res_model = fields.Char(string="Record model", readonly=True)
    res_id = fields.Many2oneReference(
        string="Record number", model_field="res_model", readonly=True
    )
    customer_count = fields.Integer(
        string="Number of Customers",
        default=1,
        readonly=True,
        help="How many customers were read, exported, printed … at once.",
    )
    detail = fields.Json(readonly=True)
    particulars = fields.Text(
        compute="_compute_particulars",
        help="Which record, to whom, from which level to which, until when.",
    )
    fingerprint = fields.Char(
        readonly=True,
        copy=False,
        help="Fingerprint (SHA-256) of the line. The hourly digests hold it too, so "
        "that no line changes unnoticed.",
    )

    _same_opening_idx = models.Index("(user_id, event, date)")

    @api.depends("event", "date", "user_id")
    @api.depends_context("lang", "tz", "uid")
    def _compute_display_name(self):
        """Say what happened, by whom and when, in words."""
        events = dict(self._fields["event"]._description_selection(self.env))
        for line in self:
            line.display_name = self.env._(
                "%(event)s by %(user)s, %(date)s",
                event=events.get(line.event, ""),
                user=line.user_id.sudo().name,
                date=format_datetime(self.env, line.date, dt_format="short"),
            )

    @api.model_create_multi
    def create(self, vals_list):
        """Add lines, each with its fingerprint."""
        for vals in vals_list:
            vals.setdefault("customer_count", 1)
            values = [vals.get(name) for name in self._get_signed_names()]
            vals["fingerprint"] = self._get_fingerprint(values)
        return super().create(vals_list)

    # ------------------------------------------------------------------
    # WHO SEES WHOM
    # ------------------------------------------------------------------

    @api.model
    def _get_open_fields(self):
        return super()._get_open_fields() | {
            "customer_count",
            "date",
            "event",
            "res_model",
            "subject_id",
            "user_id",
        }

    @api.model
    def _get_closed_sql(self, alias, operation, query=None):
        """Judge lines on many customers, or on one that is gone, by their rank."""
        closed = super()._get_closed_sql(alias, operation, query)
        line = self.sudo()
        return SQL(
            """(%s OR %s > %s AND NOT EXISTS (SELECT 1 FROM res_partner named
                                               WHERE named.id = %s))""",
            closed,
            line._field_to_sql(alias, "rank", query),
            self.env.user._get_clearance(),
            line._field_to_sql(alias, "partner_id", query),
        )

    # ------------------------------------------------------------------
    # FINGERPRINT
    # ------------------------------------------------------------------

    @api.model
    def _get_signed_names(self):
        """Return the names of the columns that the fingerprint is taken of."""
        return [
            "date",
            "user_id",
            "event",
            "partner_id",
            "rank",
            "subject_id",
            "res_model",
            "res_id",
            "customer_count",
            "detail",
        ]

    @api.model
    def _get_fingerprint(self, values):
        """Return the SHA-256 of the values of a line, in the order of their names."""
        content = [value or None for value in values]
        text = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
        return hashlib.sha256(text.encode()).hexdigest()

    # ------------------------------------------------------------------
    # RECORDING
    # ------------------------------------------------------------------

    @api.model
    def _record(
        self, event, partners, *, subject=None, record=None, detail=None, apart=False
    ):
        """Add a line for each customer, signed by the current user and dated now.

        Other rooms call it, after the check of who asks.

        :param partners: the customers concerned, maybe none
        :param subject: the user whose rights change
        :param record: the record that was opened, printed, decided …
        :param bool apart: write in a transaction of its own, so that the line
            stays when the request fails
        """
        common = {
            "event": event,
            "subject_id": subject.id if subject else False,
            "res_model": record._name if record is not None else False,
            "res_id": record.id if record else False,
            "detail": detail,
        }
        customers = partners.sudo().commercial_partner_id
        vals_list = [
            {**common, "partner_id": customer.id, "rank": customer.classification_rank}
            for customer in customers
        ]
        return self._add_lines(
            vals_list or [{**common, "customer_count": 0}], apart=apart
        )

    @api.model
    def _add_lines(self, vals_list, *, apart=False):
        """Add lines, signed by the current user and dated now.

        What is read on a replica is written apart, too: it takes no writes.
        """
        common = {"date": fields.Datetime.now(), "user_id": self.env.uid}
        vals_list = [{**vals, **common} for vals in vals_list]
        if not apart and not self.env.cr.readonly:
            return self._seal().create(vals_list)._unseal()
        with self.env.registry.cursor() as cr:
            entries = self.with_env(self.env(cr=cr, su=True))
            # Nothing stands apart from the transaction that makes the user.
            if entries.env.user.exists():
                entries._seal().create(vals_list)
        return self.browse()

    @api.model
    def _record_once(self, event, partners, *, record=None, detail=None, apart=False):
        """Add a line for each customer, unless the last minute has the same one.

        Two transactions at once may both write theirs: a line too many, never one
        too few.
        """
        customers = partners.sudo().commercial_partner_id
        same = self.sudo().search_fetch(
            [
                ("user_id", "=", self.env.uid),
                ("event", "=", event),
                ("date", ">", fields.Datetime.now() - SAME_OPENING),
                ("partner_id", "in", customers.ids),
                ("res_model", "=", record._name if record is not None else False),
                ("res_id", "=", record.id if record else False),
            ],
            ["partner_id"],
        )
        left = customers - same.partner_id
        if left:
            self._record(event, left, record=record, detail=detail, apart=apart)

    @api.model
    def _record_denied(self, refused, operation):
        """Note apart that records, or contacts, were refused to the current user.

        :param str operation: “read”, “link”, “export” or “print”
        """
        record = refused if len(refused) == 1 else None
        partners = self.env["res.partner"].union(
            *(one._get_classified_partner() for one in refused.sudo()[:MAX_LINES])
        )
        if not refused:
            return
        self._record_once(
            "denied",
            partners,
            record=record,
            detail={"operation": operation, "model": refused._name},
            apart=True,
        )

    # ------------------------------------------------------------------
    # COLLECTING: what one request reads becomes few lines when it ends well
    # ------------------------------------------------------------------

    @api.model
    def _collect(self, event, records, recipients=()):
        """Keep in mind what the current user did with records.

        :param recipients: numbers of contacts and addresses that they were sent to
        """
        customers = self._group_by_customer(records, recipients)
        self._collect_customers(event, customers)

    @api.model
    def _group_by_customer(self, records, recipients=()):
        """Return ``{number of customer: Collected}``."""
        customers = {}
        for record in records.sudo():
            for partner in record._get_registered_customers():
                collected = customers.setdefault(partner.id, Collected())
                collected.rank = max(collected.rank, partner.classification_rank)
                collected.references.add((record._name, record.id))
                collected.recipients.update(recipients)
        return customers

    @api.model
    def _get_logged_documents(self, model, ids):
        """Return those of some documents whose level asks for a record.

        :param str model: name of any model; most name no customers
        """
        documents = self.env.get(model)
        if not hasattr(documents, "_get_logged"):
            return self.browse()
        try:
            return documents.browse(ids)._get_logged()
        except MissingError:
            return documents.browse(ids).exists()._get_logged()

    @api.model
    def _collect_customers(self, event, customers):
        """Keep in mind what was grouped by customer already."""
        mine = self._get_collected().setdefault((self.env.uid, event), {})
        for partner_id, one in customers.items():
            kept = mine.setdefault(partner_id, Collected())
            kept.rank = max(kept.rank, one.rank)
            kept.references |= one.references
            kept.recipients |= one.recipients

    @api.model
    def _collect_covered(self, partners):
        """Keep in mind that the customers have lines of their own already."""
        covered = self._get_collected().setdefault((self.env.uid, "opened"), {})
        for partner in partners.sudo().commercial_partner_id:
            covered[partner.id] = Collected()

    @api.model
    def _get_collected(self):
        callbacks = self.env.cr.precommit
        if COLLECTED not in callbacks.data:
            callbacks.data[COLLECTED] = {}
            callbacks.add(self.with_env(self.env(su=False))._write_collected)
        return callbacks.data[COLLECTED]

    def _write_collected(self):
        """Write what the request has read, right before it is committed."""
        collected = self.env.cr.precommit.data.pop(COLLECTED, {})
        for (uid, event), customers in collected.items():
            if event == "opened":
                continue
            if event == "read_many":
                for partner_id in collected.get((uid, "opened"), {}):
                    customers.pop(partner_id, None)
            if customers:
                entries = self.with_user(uid)
                entries._write_collected_event(event, customers)

    def _write_collected_event(self, event, customers):
        """Write lines; what a failure means is up to the levels of the customers."""
        self.env["res.partner"]._write_register(
            {collected.rank for collected in customers.values()},
            lambda: self._add_collected_lines(event, customers),
        )

    def _add_collected_lines(self, event, customers):
        models_ = {model for one in customers.values() for model, _id in one.references}
        detail = {"count": len(customers), "models": sorted(models_)}
        if event == "read_many" and self._is_read_again(customers):
            return
        if len(customers) > 1 and (event == "read_many" or len(customers) > MAX_LINES):
            detail["customers"] = sorted(customers)
            vals_list = [
                {
                    "event": event,
                    "rank": max(one.rank for one in customers.values()),
                    "customer_count": len(customers),
                    "detail": self._add_recipients(detail, customers.values()),
                }
            ]
        else:
            vals_list = [
                {
                    "event": event,
                    "partner_id": partner_id,
                    "rank": one.rank,
                    "detail": self._add_recipients(detail, [one]),
                    **self._prepare_reference(one.references),
                }
                for partner_id, one in customers.items()
            ]
        self._add_lines(vals_list)

    @api.model
    def _add_recipients(self, detail, collected):
        to = {recipient for one in collected for recipient in one.recipients}
        return {**detail, "to": sorted(to, key=str)} if to else detail

    @api.model
    def _prepare_reference(self, references):
        """Return the record of a line, when it is one and not the customer itself."""
        if len(references) != 1:
            return {}
        [(model, res_id)] = references
        return {"res_model": model, "res_id": res_id}

    def _is_read_again(self, customers):
        """Return whether the user read all of these within the last minute."""
        lines = self.sudo().search_fetch(
            [
                ("user_id", "=", self.env.uid),
                ("event", "in", ("read_many", "opened")),
                ("date", ">", fields.Datetime.now() - SAME_OPENING),
            ],
            ["partner_id", "detail"],
        )
        seen = set(lines.partner_id.ids)
        for line in lines:
            seen.update((line.detail or {}).get("customers", ()))
        return seen >= set(customers)
