# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .tiers_world import TiersWorld

FIELDS = ("partner_id", "date", "amount", "order_count", "reference")


@tagged("post_install", "-at_install")
class TestTiersImport(TiersWorld):
    """Turnover of former years by the standard import: all of it, or nothing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.governance_cutover_date = "2025-01-01"
        cls.lines = cls.env["governance.turnover.history"]

    def load(self, rows, fields=FIELDS, user=None):
        lines = self.lines.with_user(user or self.manager)
        with mute_logger("odoo.sql_db"):
            result = lines.load(list(fields), rows)
        self.env.invalidate_all()
        return result

    def assertRefusedLine(self, rows, line, field, *words, fields=FIELDS):
        """The import names the line and the field, and has imported nothing."""
        before = self.lines.search_count([])
        result = self.load(rows, fields)
        self.assertFalse(result["ids"])
        self.assertEqual(self.lines.search_count([]), before)
        errors = [m for m in result["messages"] if m["type"] == "error"]
        self.assertTrue(errors, result)
        message = errors[0]
        self.assertEqual(message["rows"], {"from": line, "to": line}, message)
        if field:
            self.assertEqual(message.get("field"), field, message)
        for word in words:
            self.assertRegex(message["message"], word)
        return message

    def good(self, number=1, **values):
        row = {
            "partner_id": "North Trading",
            "date": f"2024-05-{number:02d}",
            "amount": "100.50",
            "order_count": "1",
            "reference": f"R{number}",
            **values,
        }
        return [row[name] for name in FIELDS]

    def test_good_lines(self):
        result = self.load(
            [
                self.good(1),
                self.good(2, amount="-20", order_count="0", reference=""),
                self.good(3, partner_id="South Trading", order_count="3"),
            ]
        )
        self.assertFalse(result["messages"])
        lines = self.lines.browse(result["ids"])
        self.assertEqual(lines.mapped("amount"), [100.5, -20, 100.5])
        self.assertEqual(lines.mapped("largest_amount"), [100.5, 0, 0])
        self.assertEqual(lines.partner_id, self.north | self.south)
        self.assertEqual(lines.company_id, self.company)

    def test_they_count(self):
        self.load([self.good(amount="5000", partner_id="Small Trading")])
        rules = self.make_rules(
            self.scheme, [("A", [("turnover", "ge", 1000)])], include_history=True
        )
        self.assertTrue(rules.include_history)
        review = self.committee_review()
        self.assertEqual(self.line(review, self.small).proposed_tier_id, self.tier_a)
        self.assertEqual(self.line(review, self.small).turnover, 5050)

    def test_unknown_customer(self):
        self.assertRefusedLine(
            [self.good(1), self.good(2, partner_id="Nobody Ltd"), self.good(3)],
            1,
            "partner_id",
            "Nobody Ltd",
        )

    def test_customer_by_id(self):
        fields = ["partner_id/.id", *FIELDS[1:]]
        rows = [self.good(1), self.good(2)]
        rows[0][0], rows[1][0] = str(self.north.id), "999999999"
        self.assertRefusedLine(rows, 1, "partner_id", "999999999", fields=fields)
        fields[0] = "partner_id/id"
        rows[0][0], rows[1][0] = "base.partner_admin", "base.no_such_partner"
        self.assertRefusedLine(
            rows, 1, "partner_id", "base.no_such_partner", fields=fields
        )

    def test_ambiguous_customer(self):
        """Two customers of one name: the import asks which, it does not guess."""
        self.customer("North Trading")
        result = self.load([self.good()])
        self.assertTrue(result["messages"])
        self.assertIn("North Trading", result["messages"][0]["message"])

    def test_missing_columns(self):
        for missing in ("partner_id", "date", "amount"):
            fields = [name for name in FIELDS if name != missing]
            index = FIELDS.index(missing)
            rows = [
                [value for place, value in enumerate(self.good(n)) if place != index]
                for n in (1, 2)
            ]
            label = {"partner_id": "Customer", "date": "Date", "amount": "Amount"}
            self.assertRefusedLine(rows, 0, missing, label[missing], fields=fields)

    def test_empty_cells(self):
        for field, label in (
            ("partner_id", "Customer"),
            ("date", "Date"),
            ("amount", "amount is missing"),
        ):
            self.assertRefusedLine(
                [self.good(1), self.good(2, **{field: ""})], 1, field, label
            )

    def test_text_in_numbers_and_days(self):
        for field, value in (
            ("amount", "much"),
            ("amount", "12,50 €"),
            ("amount", "1.2.3"),
            ("order_count", "two"),
            ("order_count", "1.5"),
            ("date", "yesterday"),
            ("date", "2024-02-30"),
            ("date", "31.12.2024"),
        ):
            with self.subTest(value=value):
                self.assertRefusedLine(
                    [self.good(1), self.good(2, **{field: value})], 1, field, value
                )

    def test_not_a_number(self):
        for value in ("nan", "NaN", "inf", "-inf", "1e400"):
            with self.subTest(value=value):
                self.assertRefusedLine(
                    [self.good(1), self.good(2, amount=value)], 1, "amount", value
                )

    def test_after_the_cutover(self):
        for day in ("2025-01-01", "2025-06-30", "9999-12-31"):
            message = self.assertRefusedLine(
                [self.good(1), self.good(2, date=day)],
                1,
                "date",
                day,
                "before the cut-over date 2025-01-01",
            )
            self.assertIn("orders and invoices in Odoo count", message["message"])
        self.assertFalse(self.load([self.good(date="2024-12-31")])["messages"])
        self.assertFalse(self.load([self.good(date="1900-01-01")])["messages"])

    def test_without_a_cutover(self):
        self.company.governance_cutover_date = False
        self.assertRefusedLine(
            [self.good()], 0, "date", "Set the cut-over date of", "settings"
        )

    def test_impossible_amounts(self):
        self.assertRefusedLine(
            [self.good(1), self.good(2, order_count="-1")],
            1,
            "order_count",
            "100.50 with -1 orders",
        )
        self.assertRefusedLine(
            [self.good(1), self.good(2, order_count="0")],
            1,
            "order_count",
            "100.50 with 0 orders. Only refunds",
        )

    def test_many_mistakes(self):
        """Twenty mistakes are named, each with its line; the rest can wait."""
        rows = [self.good(n % 28 + 1, date="2025-06-06") for n in range(50)]
        rows[0] = self.good()
        result = self.load(rows)
        self.assertFalse(result["ids"])
        self.assertEqual(
            [message["rows"]["from"] for message in result["messages"]],
            list(range(1, 21)),
        )

    def test_another_company(self):
        """The cut-over date of the company that the line names is what counts."""
        other = self.env["res.company"].create(
            {"name": "Other", "governance_cutover_date": "2024-01-01"}
        )
        self.manager.company_ids += other
        fields = [*FIELDS, "company_id"]
        rows = [[*self.good(1, date="2023-12-31"), "Other"]]
        lines = self.lines.with_context(allowed_company_ids=(self.company | other).ids)
        result = lines.with_user(self.manager).load(fields, rows)
        self.assertFalse(result["messages"])
        rows.append([*self.good(2, date="2024-06-06"), "Other"])
        result = lines.with_user(self.manager).load(fields, rows)
        self.assertFalse(result["ids"])
        self.assertIn("2024-01-01", result["messages"][-1]["message"])
        self.assertEqual(result["messages"][-1]["rows"], {"from": 1, "to": 1})

    def test_huge_file(self):
        """One bad line among a thousand good ones: nothing is imported."""
        rows = [self.good(number % 28 + 1) for number in range(1000)]
        rows[777][2] = "much"
        self.assertRefusedLine(rows, 777, "amount", "much")
        rows[777][2] = "1"
        self.assertEqual(len(self.load(rows)["ids"]), 1000)

    def test_who_imports(self):
        before = self.lines.search_count([])
        for user in (
            self.rep,
            self.leader,
            self.committee,
            self.executive,
            self.auditor,
            self.employee,
            self.portal,
        ):
            try:
                result = self.load([self.good()], user=user)
            except AccessError:
                continue
            self.assertFalse(result["ids"], user.login)
            self.assertTrue(result["messages"], user.login)
        self.assertEqual(self.lines.search_count([]), before)

    def test_change_of_the_cutover(self):
        """Moving the date back makes lines count that lie before it, no others."""
        self.load([self.good(date="2024-03-03"), self.good(date="2024-09-09")])
        self.make_rules(
            self.scheme, [("A", [("turnover", "ge", 100)])], include_history=True
        )
        line = self.line(self.committee_review(), self.north)
        self.assertEqual(line.turnover, 5201)
        self.company.governance_cutover_date = "2024-06-01"
        line = self.line(self.committee_review(name="Again"), self.north)
        self.assertEqual(line.turnover, 5100.5)

    def test_direct_input(self):
        """By hand the same rules hold as in the import."""
        for values, words in (
            ({"date": date(2025, 1, 1)}, "before the cut-over date"),
            ({"order_count": 0}, "with 0 orders"),
        ):
            with self.assertSays(words, ValidationError):
                self.history(self.north, 100, "2024-05-05").write(values)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.history(self.north, 100, "2024-05-05", order_count=-1)
            self.env.flush_all()


@tagged("post_install", "-at_install")
class TestTiersImportOfOthers(TiersWorld):
    """Nothing else comes in through an import either."""

    def refuse(self, model, fields, row, user=None):
        records = self.env[model].with_user(user or self.manager)
        before = records.sudo().search_count([])
        with mute_logger("odoo.sql_db"):
            result = records.load(fields, [row])
        self.env.invalidate_all()
        self.assertFalse(result["ids"], result)
        self.assertEqual(records.sudo().search_count([]), before)
        return result["messages"][0]["message"]

    def test_evidence(self):
        self.published_review()
        for model, fields, row in (
            (
                "governance.tier.assignment",
                ["partner_id", "scheme_id", "tier_id", "date_start", "kind"],
                ["South Trading", "Scheme TEST", "Tier A", "2026-01-01", "review"],
            ),
            (
                "governance.tier.review.line",
                ["review_id", "partner_id", "decided_tier_id"],
                ["Review", "South Trading", "Tier A"],
            ),
            (
                "governance.tier.review",
                ["name", "scheme_id", "date_as_of", "state"],
                ["Fake", "Scheme TEST", "2025-12-31", "Published"],
            ),
            (
                "governance.tier.override",
                ["partner_id", "scheme_id", "tier_id", "reason", "state"],
                ["South Trading", "Scheme TEST", "Tier A", "Because", "In Force"],
            ),
            (
                "governance.decision",
                ["res_model", "company_id", "event"],
                ["governance.tier.review", self.company.name, "Approved"],
            ),
        ):
            with self.subTest(model=model):
                self.refuse(model, fields, row)

    def test_published_rules(self):
        words = self.refuse(
            "governance.tier.criterion.group",
            ["ruleset_id", "tier_id"],
            [self.rules.name, "Tier A"],
        )
        self.assertIn("has been published", words)
        words = self.refuse(
            "governance.tier.ruleset",
            ["name", "code", "scheme_id", "state"],
            ["Fake", "FAKE", "Scheme TEST", "Published"],
        )
        self.assertTrue(words)

    def test_drafts_may_come_in(self):
        """What people may write by hand, they may import."""
        scheme = self.env["governance.tier.scheme"].with_user(self.manager)
        result = scheme.load(
            ["name", "code", "tier_ids/name", "tier_ids/code", "tier_ids/rank"],
            [
                ["Imported", "IMP", "Gold", "G", "1"],
                ["", "", "Silver", "S", "2"],
            ],
        )
        self.assertFalse(result["messages"])
        imported = scheme.browse(result["ids"])
        self.assertEqual(imported.tier_ids.mapped("code"), ["G", "S"])
        self.assertFalse(imported.is_governing)
