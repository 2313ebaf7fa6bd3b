# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Two companies: what happens in one is nobody's business in the other."""

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .complaints_mail_common import ComplaintMailCommon
from .complaints_world import ComplaintsWorld
from .room_outside import WORD

# Refusals for lack of rights and invalid values are among these.
REFUSED = UserError


@tagged("post_install", "-at_install")
class TestAdversaryOtherCompany(ComplaintsWorld):
    """All records of the world lie in one company, and somebody works in another."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.there = cls.env["res.company"].create({"name": "Elsewhere"})
        groups = ",".join(
            f"crm_governance.group_{name}"
            for name in (
                "complaint_manager",
                "manager",
                "auditor",
                "executive",
                "committee",
                "clearance_2",
                "leader",
            )
        )
        cls.stranger = new_test_user(
            cls.env,
            "governance_elsewhere",
            groups=groups,
            company_id=cls.there.id,
            company_ids=[Command.set(cls.there.ids)],
            lang="en_US",
            tz="UTC",
        )
        cls.env.flush_all()

    def get_records(self):
        """Yield a record of each model of the room that has a company."""
        for name in self.get_models():
            model = self.env[name].sudo().with_context(active_test=False)
            if "company_id" in model._fields:
                domain = [("company_id", "=", self.company.id)]
            elif "policy_id" in model._fields:
                domain = [("policy_id.company_id", "=", self.company.id)]
            else:
                continue
            found = model.search(domain, limit=3)
            if found:
                yield found

    def test_nothing_is_found(self):
        """Whatever the rights there, nothing of here is found, read or changed."""
        tried = 0
        for records in self.get_records():
            tried += 1
            name = records._name
            seen = records.with_user(self.stranger)
            with self.subTest(name):
                self.assertFalse(seen.has_access("read"))
                self.assertFalse(seen.has_access("write"))
                try:
                    found = seen.search([("id", "in", records.ids)])
                except AccessError:
                    continue
                self.assertFalse(found)
                for method, args in (
                    ("search_count", [[("id", "in", records.ids)]]),
                    (
                        "formatted_read_group",
                        [[("id", "in", records.ids)], [], ["__count"]],
                    ),
                ):
                    result = self.rpc(self.stranger, name, method, *args)
                    count = result if isinstance(result, int) else result[0]["__count"]
                    self.assertEqual(count, 0, method)
        self.assertGreater(tried, 25)

    def test_companies_that_are_not_mine(self):
        """Nor by asking for the company of others in the context."""
        for companies in (self.company.ids, (self.company | self.there).ids):
            for records in self.get_records():
                with self.subTest(records._name, companies=companies):
                    try:
                        with self.env.cr.savepoint():
                            result = self.rpc(
                                self.stranger,
                                records._name,
                                "search_read",
                                [("id", "in", records.ids)],
                                ["display_name"],
                                context={"allowed_company_ids": companies},
                            )
                    except REFUSED:
                        result = []
                    self.env.invalidate_all()
                    self.assertFalse(result)

    def test_links_from_elsewhere(self):
        """Nothing there is built on units, policies and complaints of here."""
        kind = self.types["complaint"].id
        for model, values in (
            ("governance.complaint", {"title": "x", "company_id": self.company.id}),
            (
                "governance.complaint",
                {"title": "x", "type_id": kind, "unit_id": self.workshop.id},
            ),
            (
                "governance.complaint.route",
                {"name": "x", "unit_id": self.workshop.id},
            ),
            (
                "governance.complaint.unit",
                {"name": "x", "code": "x", "company_id": self.company.id},
            ),
            (
                "governance.complaint.statistic",
                {"company_id": self.company.id, "month": "2020-01-01"},
            ),
            (
                "governance.complaint.target",
                {"policy_id": self.rules.id, "kind": "reaction", "amount": 1},
            ),
            (
                "governance.complaint.norm",
                {"policy_id": self.rules.id, "name": "x", "amount": 1},
            ),
            (
                "governance.complaint.remedy.limit",
                {"policy_id": self.rules.id, "approval_code": "x"},
            ),
            (
                "governance.complaint.action",
                {
                    "complaint_id": self.late.id,
                    "name": "x",
                    "date_deadline": "2099-1-1",
                },
            ),
            (
                "governance.complaint.remedy",
                {"complaint_id": self.late.id, "description": "x"},
            ),
            ("governance.complaint.reply", {"complaint_id": self.late.id, "body": "x"}),
            (
                "governance.complaint.extension",
                {
                    "complaint_id": self.late.id,
                    "reason": "x",
                    "date_until": "2099-01-01 00:00:00",
                },
            ),
            (
                "governance.complaint.penalty",
                {"complaint_id": self.late.id, "user_id": self.rep2.id, "reason": "x"},
            ),
        ):
            with self.subTest(model, values=values):
                self.assertRefused(
                    self.stranger, model, "create", [values], error=REFUSED
                )

    def test_no_step(self):
        """No step of a complaint here is taken by who works elsewhere."""
        for complaint in (self.late, self.new, self.to_reply, self.done):
            before = complaint.event_ids
            state = complaint.state
            for method, args in (
                ("action_take", []),
                ("action_check", []),
                ("action_close", []),
                ("action_acknowledge", []),
                ("action_resume", []),
                ("wait", ["x"]),
                ("note_inbound", ["x"]),
                ("report_to_top", ["x"]),
                ("note_disagreement", ["x"]),
                ("react", ["x"]),
                ("assign", [self.workshop.id]),
                ("skip_investigation", ["x"]),
                ("reset_clocks", [["first_resolution"], "x"]),
                ("reopen", ["x"]),
                ("withdraw", ["x"]),
                ("note_confirmation", ["x"]),
                ("note_rejection", ["x"]),
                ("link", [self.new.id]),
                ("mark_duplicate", [self.new.id]),
                ("action_open_report", []),
                ("action_replay", []),
                ("action_reset", []),
                ("message_post", []),
            ):
                with self.subTest(complaint=complaint.title, method=method):
                    self.assertRefused(
                        self.stranger,
                        complaint._name,
                        method,
                        complaint.ids,
                        *args,
                        error=REFUSED,
                    )
            self.assertEqual(complaint.event_ids, before)
            self.assertEqual(complaint.state, state)

    def test_signatures(self):
        """An executive of another company decides nothing here."""
        for record in (self.waiting, self.statistic):
            request = record.sudo()._get_open_approvals()
            self.assertTrue(request)
            self.assertHidden(self.stranger, request)
            self.assertRefused(
                self.stranger, request._name, "decide", request.ids, "approved", "x"
            )

    def test_words(self):
        """What is written on customers of both companies names nothing of here."""
        for model, fields in (
            ("res.partner", ["governance_complaint_count"]),
            ("mail.message", ["body", "record_name"]),
            ("mail.activity", ["summary", "res_name"]),
            ("rating.rating", ["res_name"]),
            ("governance.file", ["complaint_ids"]),
        ):
            with self.subTest(model):
                try:
                    rows = self.rpc(self.stranger, model, "search_read", [], fields)
                except AccessError:
                    continue
                self.assertNotIn(WORD, str(rows))
                counts = [row.get("governance_complaint_count") for row in rows]
                self.assertFalse(any(counts))


@tagged("post_install", "-at_install")
class TestAdversaryTwoCompanies(ComplaintMailCommon):
    """Somebody works in both companies, mails and jobs know both."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.there = cls.env["res.company"].create({"name": "Elsewhere"})
        cls.both = new_test_user(
            cls.env,
            "governance_both",
            groups="crm_governance.group_complaint_manager",
            company_id=cls.company.id,
            company_ids=[Command.set((cls.company | cls.there).ids)],
            lang="en_US",
            tz="UTC",
        )
        cls.domain_there = cls.env["mail.alias.domain"].create(
            {
                "name": "elsewhere.example.com",
                "company_ids": [Command.link(cls.there.id)],
            }
        )
        cls.there.alias_domain_id = cls.domain_there
        cls.unit_there = (
            cls.env["governance.complaint.unit"]
            .with_company(cls.there)
            .create(
                {
                    "name": "There",
                    "code": "T-T",
                    "company_id": cls.there.id,
                    "leader_id": cls.both.id,
                    "is_answering": True,
                    "is_supervising": True,
                    "alias_name": "complaints",
                }
            )
        )
        cls.env.flush_all()

    def complaint(self, company, state="assigned", **values):
        complaint = (
            self.env["governance.complaint"]
            .with_user(self.both)
            .with_context(allowed_company_ids=[company.id])
            .create(
                {
                    "title": "Scratches",
                    "partner_id": self.open_customer.id,
                    "type_id": self.types["complaint"].id,
                    "severity_id": self.severities["minor"].id,
                    **values,
                }
            )
        )
        complaint.action_register()
        complaint = self.env["governance.complaint"].browse(complaint.id)
        unit = self.workshop if company == self.company else self.unit_there
        complaint._as_system().write({"state": state, "unit_id": unit.id})
        return complaint

    def mine(self, record):
        companies = (self.company | self.there).ids
        return record.with_user(self.both).with_context(allowed_company_ids=companies)

    def test_mail_to_each(self):
        """The address says whose complaint it is; so do the answers."""
        complaint, kept = self.receive(To="complaints@elsewhere.example.com")
        self.assertFalse(kept)
        self.assertEqual(complaint.company_id, self.there)
        self.assertEqual(complaint.unit_id, self.unit_there)
        self.assertHidden(self.service, complaint)
        self.assertHidden(self.cmanager, complaint)
        address = complaint._notify_get_reply_to()[complaint.id]
        self.assertIn("complaints@elsewhere.example.com", address)
        here, kept = self.receive()
        self.assertEqual(here.company_id, self.company)
        self.assertReads(self.service, here)

    def test_answer_to_the_other_company(self):
        """A number in a subject finds complaints of the sender, whoever gets it."""
        complaint, _kept = self.receive(To="complaints@elsewhere.example.com")
        other, kept = self.receive(
            Subject=f"Re: {complaint.name}", From="Spy <spy@example.com>"
        )
        self.assertTrue(other or kept)
        self.assertNotEqual(other, complaint)
        self.assertNotIn("inbound", complaint.event_ids.mapped("kind"))

    def test_same_matter_of_two_companies(self):
        """A complaint does not end as the same as one of another company."""
        here, there = self.complaint(self.company), self.complaint(self.there)
        with self.assertSays("company"):
            self.mine(here).mark_duplicate(there.id)
        with self.assertSays("company"):
            self.mine(there).mark_duplicate(here.id)
        self.assertEqual((here.state, there.state), ("assigned", "assigned"))

    def test_linked(self):
        """Links between companies name nothing to who works in one of them."""
        here, there = self.complaint(self.company), self.complaint(self.there)
        there.title = "Zinnober"
        try:
            self.mine(here).link(there.id)
        except UserError:
            return
        self.env.flush_all()
        rows = self.rpc(
            self.cmanager,
            here._name,
            "web_read",
            here.ids,
            {"related_ids": {"fields": {"display_name": {}}}},
        )
        self.assertNotIn("Zinnober", str(rows))

    def test_units_of_the_other_company(self):
        here = self.complaint(self.company)
        for args in (
            [self.unit_there.id],
            [self.workshop.id, None, self.unit_there.id],
            [self.workshop.id, self.both.id],
        ):
            with self.subTest(args), self.assertRaises(REFUSED):
                self.mine(here).assign(*args)
        with self.assertRaises(REFUSED):
            self.mine(here).write({"company_id": self.there.id})
        with self.assertRaises(REFUSED):
            self.mine(here).write({"unit_id": self.unit_there.id})

    def test_people_of_the_other_company(self):
        """Who leads a unit here without working here leads nothing."""
        outsider = new_test_user(
            self.env,
            "governance_outsider",
            groups="crm_governance.group_complaint",
            company_id=self.there.id,
            company_ids=[Command.set(self.there.ids)],
        )
        self.workshop.write(
            {"leader_id": outsider.id, "member_ids": [Command.link(outsider.id)]}
        )
        here = self.complaint(self.company)
        self.assertHidden(outsider, here)
        self.assertNotIn(outsider, self.workshop._get_people())
        with self.assertRaises(REFUSED):
            self.mine(here).assign(self.workshop.id, outsider.id)
        before = self.env["mail.message"].search([], order="id desc", limit=1).id
        here._tell_unit()
        told = self.env["mail.message"].search([("id", ">", before)])
        self.assertNotIn(
            outsider.partner_id, told.partner_ids | told.notified_partner_ids
        )

    def test_numbers_of_each_company(self):
        """Each company counts its own complaints."""
        sequence = self.env["ir.sequence"].search(
            [("code", "=", "governance.complaint")], limit=1
        )
        sequence.copy({"company_id": self.there.id, "prefix": "THERE/"})
        there = self.complaint(self.there)
        here = self.complaint(self.company)
        self.assertTrue(there.name.startswith("THERE/"))
        self.assertFalse(here.name.startswith("THERE/"))

    def test_rules_of_the_other_company(self):
        """Policies and procedures of another company hold for nothing here."""
        policy = self.env["governance.complaint.policy"].create(
            {
                "name": "There",
                "code": "T-THERE",
                "company_id": self.there.id,
                "target_ids": [Command.create({"kind": "acknowledge", "amount": 1})],
            }
        )
        policy.action_publish()
        here, there = self.complaint(self.company), self.complaint(self.there)
        self.assertEqual(there.policy_id, policy)
        self.assertFalse(here.policy_id)
