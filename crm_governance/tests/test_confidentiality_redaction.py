# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ApprovalCommon
from .test_confidentiality_register import RegisterCommon
from .tiers_world import TiersWorld


@tagged("post_install", "-at_install")
class TestRedaction(RegisterCommon):
    """Who reads a register without clearance sees lines, but not whom they name."""

    HIDING = ("partner_id", "rank", "res_id", "detail", "fingerprint")

    def setUp(self):
        super().setUp()
        self.open(self.rep, self.secret)
        self.open(self.rep, self.important)
        self.secret_line = self.lines("opened", partner_id=self.secret.id)
        self.important_line = self.lines("opened", partner_id=self.important.id)
        self.both = self.secret_line | self.important_line
        self.register = self.env["governance.access.entry"]

    def found(self, user, domain, **kwargs):
        ids = self.call(user, self.register, "search", domain, **kwargs)
        return self.register.browse(ids) & self.both

    def test_lines_are_there_and_blank(self):
        """Auditor and custodian see when and who, not whom."""
        for user in (self.auditor, self.custodian):
            names = [*self.HIDING, "user_id", "event", "display_name", "is_redacted"]
            for values in (
                self.call(user, self.secret_line, "read", names)[0],
                self.call(
                    user,
                    self.secret_line,
                    "web_read",
                    {name: {} for name in names},
                )[0],
                self.call(
                    user,
                    self.register,
                    "search_read",
                    [("id", "=", self.secret_line.id)],
                    names,
                )[0],
            ):
                for name in self.HIDING:
                    self.assertFalse(values[name], name)
                self.assertTrue(values["is_redacted"])
                self.assertEqual(values["event"], "opened")
                self.assertTrue(values["user_id"])

    def test_cleared_readers_see_whom(self):
        """Custodians with clearance see everything up to their level."""
        [values] = self.call(
            self.custodian2, self.secret_line, "read", list(self.HIDING)
        )
        self.assertEqual(values["partner_id"], (self.secret.id, "Secret Holding"))
        self.assertEqual(values["rank"], 2)
        group = self.env.ref("crm_governance.group_clearance_1")
        self.auditor.group_ids |= group
        [important] = self.call(self.auditor, self.important_line, "read", ["rank"])
        [secret] = self.call(self.auditor, self.secret_line, "read", ["rank"])
        self.assertEqual((important["rank"], secret["rank"]), (1, 0))

    def test_cached_by_the_system(self):
        """What the system has read in the same request is not shown either."""
        line = self.secret_line.with_user(self.auditor)
        self.assertEqual(line.sudo().partner_id, self.secret)
        self.assertFalse(line.read(["partner_id"])[0]["partner_id"])

    def test_searching_is_no_oracle(self):
        """Searching by what is blank finds open lines only."""
        self.assertEqual(self.found(self.auditor, []), self.both)
        self.assertEqual(
            self.found(self.auditor, [("event", "=", "opened")]), self.both
        )
        for domain in (
            [("partner_id", "=", self.secret.id)],
            [("partner_id.name", "ilike", "Secret")],
            [("rank", "=", 2)],
            [("rank", "!=", 1)],
            ["!", ("partner_id", "=", self.important.id)],
            [("res_id", "=", self.secret.id)],
            ["|", ("event", "=", "opened"), ("partner_id", "=", 1)],
            [("fingerprint", "=", self.secret_line.fingerprint)],
        ):
            with self.subTest(domain):
                self.assertFalse(self.found(self.auditor, domain))
                self.assertIn(
                    self.secret_line, self.found(self.custodian2, domain), domain
                )

    def test_sorting_is_no_oracle(self):
        for order in ("partner_id", "rank desc", "date, res_id"):
            self.assertFalse(self.found(self.auditor, [], order=order))
            self.assertEqual(self.found(self.custodian2, [], order=order), self.both)
        self.assertEqual(self.found(self.auditor, [], order="date, id desc"), self.both)

    def test_grouping_is_no_oracle(self):
        """Charts by what is blank do not contain hidden customers; counts stay."""
        domain = [("id", "in", self.both.ids)]
        for groupby, aggregates in (
            (["partner_id"], ["__count"]),
            (["rank"], ["__count"]),
            ([], ["rank:max", "__count"]),
            ([], ["partner_id:count_distinct", "__count"]),
        ):
            for user, expected in ((self.auditor, 0), (self.custodian2, 2)):
                groups = self.call(
                    user,
                    self.register,
                    "formatted_read_group",
                    domain,
                    groupby,
                    aggregates,
                )
                count = sum(group["__count"] for group in groups)
                self.assertEqual(count, expected, (user.login, groupby, aggregates))
        groups = self.call(
            self.auditor,
            self.register,
            "formatted_read_group",
            domain,
            ["event"],
            ["__count"],
        )
        self.assertEqual(groups[0]["__count"], 2)

    def test_export(self):
        """Exports of the register are blank as well."""
        allow = self.env.ref("base.group_allow_export")
        self.auditor.group_ids |= allow
        rows = self.call(
            self.auditor,
            self.both,
            "export_data",
            ["event", "partner_id", "partner_id/name", "rank"],
        )["datas"]
        self.assertNotIn("Secret", str(rows))
        self.assertEqual(len(rows), 2)

    def test_lines_on_many_customers(self):
        """The numbers in a list of customers are blank below the highest of them."""
        line = self.register.with_user(self.rep)._add_lines(
            [
                {
                    "event": "read_many",
                    "rank": 2,
                    "customer_count": 2,
                    "detail": {"customers": [self.secret.id, self.important.id]},
                }
            ]
        )
        [values] = self.call(self.auditor, line, "read", ["detail", "customer_count"])
        self.assertFalse(values["detail"])
        self.assertEqual(values["customer_count"], 2)
        [values] = self.call(self.custodian2, line, "read", ["detail"])
        self.assertTrue(values["detail"])

    def test_particulars(self):
        """What else was recorded is told in words, to readers of the line alone."""
        order = self.env["sale.order"].create({"partner_id": self.secret.id})
        sent = self.register._record(
            "sent",
            self.secret,
            record=order,
            detail={"to": [self.rep.partner_id.id, "somebody@else.example"]},
        )
        raised = self.register._record(
            "raised", self.secret, detail={"from": 0, "to": 2}
        )
        many = self.register._add_lines(
            [
                {
                    "event": "read_many",
                    "rank": 2,
                    "customer_count": 12,
                    "detail": {
                        "customers": [self.secret.id, *range(10**8, 10**8 + 11)],
                        "models": ["sale.order"],
                    },
                }
            ]
        )
        denied = self.register._record(
            "denied", self.secret, detail={"operation": "export"}
        )
        custodian = self.custodian2
        for line, said in (
            (sent, f"To: {self.rep.name} and somebody@else.example"),
            # A custodian need not read orders.
            (sent, f"Sales Order: number {order.id}, gone or not open to you"),
            (raised, f"From “{self.levels[0].name}” to “{self.level2.name}”"),
            (many, "Customers: Secret Holding"),
            (many, "2 more"),
            (many, "Sales Order"),
            (denied, "Attempted: exporting"),
        ):
            [values] = self.call(custodian, line, "read", ["particulars"])
            self.assertIn(said, values["particulars"])
            [values] = self.call(self.auditor, line, "read", ["particulars"])
            self.assertFalse(values["particulars"])
        # Access is called by the customer, who stands on the line already.
        given = self.register._record(
            "granted", self.secret, record=self.grant(self.rep2, self.secret)
        )
        [values] = self.call(custodian, given, "read", ["particulars"])
        self.assertFalse(values["particulars"])
        before = self.lines()
        self.call(custodian, sent | many, "read", ["particulars", "display_name"])
        self.assertEqual(self.lines(), before)

    def test_names_of_lines(self):
        """Lines are called by what happened, which tells nobody about whom."""
        [values] = self.call(self.auditor, self.secret_line, "read", ["display_name"])
        self.assertIn(f"Opened by {self.rep.name}", values["display_name"])

    def test_lines_without_customers_count_none(self):
        """A change of clearance is about a person, and about no customer."""
        line = self.register._record(
            "cleared", self.env["res.partner"], subject=self.rep
        )
        self.assertEqual(line.customer_count, 0)

    def test_customer_that_is_gone(self):
        """A line outlives its customer, and stays as secret as it was."""
        partner = self.customer("Gone Holding")
        self.classify(partner, self.level2)
        line = self.register._record("kept", partner, detail={"name": "Gone Holding"})
        partner.unlink()
        [values] = self.call(self.auditor, line, "read", ["detail", "rank"])
        self.assertFalse(values["detail"] or values["rank"])

    def test_others_see_their_own_lines_only(self):
        """Employees without a part in the register find what they did themselves."""
        self.assertEqual(self.found(self.rep, []), self.both)
        self.assertFalse(self.found(self.rep2, []))


@tagged("post_install", "-at_install")
class TestApprovals(RegisterCommon, ApprovalCommon):
    """Requests on confidential customers concern those who may read the customer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.create_matrix([cls.group_step("group_executive")])

    def ask_for(self, customer):
        return self.ask(self.create_deal(self.rep, partner_id=customer.id))

    def test_nobody_is_cleared(self):
        """Asking says so when nobody who could sign may read the customer."""
        self.boss.group_ids -= self.env.ref("crm_governance.group_clearance_2")
        with self.assertRaisesRegex(UserError, "nobody may read this confidential"):
            self.ask_for(self.secret)
        self.ask_for(self.open_customer)

    def test_only_cleared_people_decide(self):
        """Approvers below the level are not invited, see nothing, decide nothing."""
        request = self.ask_for(self.secret)
        self.assertIn(self.boss, request.activity_ids.user_id)
        self.assertNotIn(self.executive, request.activity_ids.user_id)
        for user in (self.executive, self.auditor, self.manager):
            self.assertHidden(user, request)
            self.assertHidden(user, request.step_ids)
        with self.assertRaises(AccessError):
            request.with_user(self.executive).decide("approved")
        self.assertReads(self.boss, request)
        self.assertReads(self.rep, request)
        request.with_user(self.boss).decide("approved", "Good")
        self.assertEqual(request.state, "approved")

    def test_other_requests_are_as_before(self):
        request = self.ask_for(self.open_customer)
        self.assertReads(self.auditor, request)
        request.with_user(self.executive).decide("approved", "Good")
        self.assertEqual(request.state, "approved")

    def test_register_of_decisions(self):
        """The register of decisions shows the line, without what names the customer."""
        request = self.ask_for(self.secret)
        request.with_user(self.boss).decide("rejected", "Secret Holding is broke")
        lines = request.decision_ids
        names = ["res_name", "res_id", "partner_id", "reason", "detail", "content_hash"]
        for values in self.call(
            self.auditor, lines, "read", [*names, "event", "display_name", "request_id"]
        ):
            self.assertFalse(any(values[name] for name in names))
            self.assertTrue(values["event"])
            self.assertNotIn("Deal", str(values))
            self.assertNotIn("Secret", str(values))
        ids = self.call(
            self.auditor,
            self.env["governance.decision"],
            "search",
            [("reason", "ilike", "broke")],
        )
        self.assertFalse(ids)
        [values] = self.call(self.boss, lines[-1], "read", ["partner_id"])
        self.assertEqual(values["partner_id"][0], self.secret.id)


@tagged("post_install", "-at_install")
class TestTiers(TiersWorld):
    """Tiers, reviews and histories of hidden customers are hidden as well."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        level = cls.env["governance.confidentiality.level"]._get_by_rank(2)
        cls.review = cls.published_review()
        cls.north._with_classifying().governance_level_id = level
        cls.env.flush_all()

    def test_hidden_with_the_customer(self):
        """No row, count or chart of those below the level contains the customer."""
        north = [("partner_id", "=", self.north.id)]
        models = (
            "governance.tier.review.line",
            "governance.tier.assignment",
            "governance.tier.pareto",
        )
        for name in models:
            everything = self.env[name].search_count([])
            self.assertTrue(self.env[name].search_count(north), name)
            for user in (self.auditor, self.committee, self.manager):
                self.assertFalse(self.rpc(user, name, "search_count", north), name)
                count = self.rpc(user, name, "search_count", [])
                self.assertEqual(
                    count, everything - self.env[name].search_count(north), name
                )
                groups = self.rpc(
                    user, name, "formatted_read_group", [], ["partner_id"], ["__count"]
                )
                self.assertNotIn(self.north.id, [g["partner_id"][0] for g in groups])
            self.assertTrue(self.rpc(self.leader, name, "search_count", north), name)

    def test_counts_of_the_review(self):
        """The numbers on a review are those of the customers that its reader sees."""
        counts = {
            user: self.rpc(
                user,
                "governance.tier.review",
                "read",
                self.review.ids,
                ["line_count"],
            )[0]["line_count"]
            for user in (self.auditor, self.env.user)
        }
        self.assertEqual(counts[self.env.user] - counts[self.auditor], 1)

    def test_evaluation_is_not_changed(self):
        """A review contains every customer, whoever starts it."""
        review = self.open_review(name="Next")
        review.with_user(self.manager).action_evaluate()
        self.assertIn(self.north, review.sudo().line_ids.partner_id)
        line = review.sudo().line_ids.filtered(
            lambda line: line.partner_id == self.north
        )
        self.assertEqual(line.proposed_tier_id, self.tier_a)
