# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields


class ComplaintRecords:
    """One record of each governed model of complaints, for the matrix of leaks."""

    @classmethod
    def make_complaint(cls, word, customer):
        """Return `{model: records}` of a complaint, with a word in all its texts."""
        complaint = cls.write_complaint(word, customer)
        note = complaint._log_event("received", note=word, why=word)
        action = cls.plan_action(word, complaint)
        records = [
            *(complaint, note, action, action.check_ids),
            *cls.write_papers(word, complaint),
            *cls.run_clock(complaint),
            *cls.list_complaint(word, complaint),
        ]
        cls.env.flush_all()
        return {
            **{record._name: record.with_env(cls.env) for record in records},
            **cls.count_complaint(complaint),
        }

    @classmethod
    def rate_complaint(cls, word, complaint):
        """Return what the customer says of how it was handled."""
        ratings = cls.env["rating.rating"].sudo()
        return ratings.create(
            {
                "res_model_id": cls.env["ir.model"]._get_id("governance.complaint"),
                "res_id": complaint.id,
                "partner_id": complaint.partner_id.id,
                "rating": 5,
                "feedback": word,
            }
        ).with_env(cls.env)

    @classmethod
    def write_complaint(cls, word, customer):
        """Return a complaint of a month that is over, which rep handles."""
        month = fields.Datetime.to_datetime("2026-02-10 09:00:00")
        texts = (
            *("name", "title", "demand", "description", "validity_reason"),
            *("prevention", "complainant_name", "complainant_email"),
            "complainant_phone",
        )
        complaints = cls.env["governance.complaint"]._as_system()
        return complaints.create(
            {
                **dict.fromkeys(texts, word),
                "partner_id": customer.id,
                "contact_id": customer.child_ids[:1].id,
                "type_id": cls.env["governance.complaint.type"]
                .search([("kind", "=", "complaint")], limit=1)
                .id,
                "cause_id": cls.env["governance.complaint.cause"]
                .search([], limit=1)
                .id,
                "date_received": month,
                "date_registered": month,
                "registered_by_id": cls.rep.id,
                "user_id": cls.rep.id,
                "state": "assigned",
            }
        )

    @classmethod
    def write_papers(cls, word, complaint):
        """Return what is written on it, and what a mail about it came to."""
        about = {"complaint_id": complaint.id}
        told = {"company_id": complaint.company_id.id, "source": "mail"}
        values = {
            "investigation": {
                **about,
                **dict.fromkeys(
                    (
                        *("cause", "course", "accused_other", "conclusion"),
                        *("measures", "prevention", "refusal"),
                    ),
                    word,
                ),
            },
            "opinion": {**about, "opinion": word, "solution": word},
            "remedy": {
                **about,
                "kind": "reduction",
                "description": word,
                "amount": 10,
                "done_reason": word,
            },
            "reply": {
                **about,
                "subject": word,
                "body": word,
                "recipient": word,
                "spoken_with": word,
                "sent_to": word,
            },
            "extension": {**about, "reason": word, "date_until": "2026-04-01"},
            "penalty": {**about, "reason": word, "user_id": cls.rep2.id},
            "intake": {
                **told,
                **dict.fromkeys(
                    ("title", "reason", "email", "original_name", "reference"), word
                ),
                "partner_id": complaint.partner_id.id,
                "complaint_id": complaint.id,
            },
        }
        return [
            complaint.env[f"governance.complaint.{name}"].create(one)
            for name, one in values.items()
        ]

    @classmethod
    def plan_action(cls, word, complaint):
        """Return a corrective action, which was checked once."""
        action = complaint.env["governance.complaint.action"].create(
            {
                "complaint_id": complaint.id,
                "name": word,
                "description": word,
                "user_id": cls.cleared2.id,
                "date_deadline": "2026-04-01",
            }
        )
        action.write({"result": word, "drop_reason": word})
        cls.env["governance.complaint.action.check"]._seal().create(
            {
                "action_id": action.id,
                "complaint_id": complaint.id,
                "date": fields.Datetime.now(),
                "user_id": cls.manager.id,
                "outcome": "inconclusive",
                "finding": word,
                "result": word,
            }
        )
        return action

    @classmethod
    def run_clock(cls, complaint):
        """Return a clock that runs, and that somebody was told of it."""
        start = {
            "complaint_id": complaint.id,
            "kind": "first_resolution",
            "start": complaint.date_received,
        }
        clocks = complaint.env["governance.complaint.clock"]
        clock = clocks.create({**start, "state": "running"})
        told = cls.env["governance.complaint.escalation"]._seal()
        return clock, told.create(
            {
                **start,
                "share": 100,
                "recipient": "handler",
                "date_due": complaint.date_received,
                "date": complaint.date_received,
                "told_ids": [(6, 0, cls.rep.ids)],
            }
        )

    @classmethod
    def list_complaint(cls, word, complaint):
        """Return its line in a review, and that of its customer in a summary."""
        company = {"company_id": complaint.company_id.id}
        week = {**company, "date_start": "2026-02-09"}
        month = {**company, "month": "2026-02-01", "user_id": cls.rep.id}
        review = cls.find_or_create("review", week)
        summary = cls.find_or_create("summary", month)
        yield review.env["governance.complaint.review.line"].create(
            {"review_id": review.id, "complaint_id": complaint.id, "remark": word}
        )
        yield summary.env["governance.complaint.summary.line"].create(
            {
                "summary_id": summary.id,
                "partner_id": complaint.partner_id.id,
                "remark": word,
            }
        )

    @classmethod
    def find_or_create(cls, name, values):
        records = cls.env[f"governance.complaint.{name}"]._as_system()
        domain = [(field, "=", value) for field, value in values.items()]
        return records.search(domain, limit=1) or records.create(values)

    @classmethod
    def count_complaint(cls, complaint):
        """Return its rows in the reports."""
        about = {
            "figure": ("complaint_id", complaint.id),
            "timing": ("complaint_id", complaint.id),
            "rate": ("partner_id", complaint.partner_id.id),
        }
        return {
            name: cls.env[name].search([(field, "=", value)])
            for name, (field, value) in (
                (f"governance.complaint.{kind}", one) for kind, one in about.items()
            )
        }
