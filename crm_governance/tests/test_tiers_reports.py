# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import Counter
from unittest.mock import patch

from lxml import html

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import SQL, convert_file

from ..report.tiers import report_tier_list
from .tiers_common import TiersCommon
from .tiers_world import TiersWorld

LIST = "crm_governance.report_tier_list"
SHEET = "crm_governance.report_tier_sheet"


class ReportCase(TiersWorld):
    def printed(self, report, records, user=None, lang="en_US"):
        """Return the text of a printed page, as a user gets it."""
        reports = self.env["ir.actions.report"].with_context(lang=lang)
        page, _kind = reports.with_user(user or self.manager)._render_qweb_html(
            report, records.ids
        )
        return " ".join(html.fromstring(page).text_content().split())


@tagged("post_install", "-at_install")
class TestPrintedList(ReportCase):
    """The list of customers by tier on paper (A-115, P-08)."""

    def test_list_names_customers_by_tier_with_their_people(self):
        review = self.committee_review()
        line = self.line(review, self.north)
        line.with_user(self.committee).specialist_id = self.leader
        line.with_user(self.committee).liaison_leader_id = self.executive
        self.publish(review)
        text = self.printed(LIST, review)
        self.assertRegex(
            text,
            r"Tier A \(1\).*North Trading.*leader.*executive.*\$ 5,000\.00"
            r".*Tier B \(1\).*South Trading.*Tier C \(2\).*Small Trading",
        )
        self.assertRegex(text, r"Total 4 \$ 5,570\.00")
        self.assertNotIn("left out on paper", text)

    def test_list_waits_for_publication(self):
        review = self.committee_review()
        with self.assertRaisesRegex(UserError, "not published"):
            self.printed(LIST, review)

    def test_large_tiers_name_their_largest_customers_only(self):
        review = self.published_review()
        with patch.multiple(
            report_tier_list, PRINTED_CUSTOMERS=2, PRINTED_OF_EACH_TIER=1
        ):
            text = self.printed(LIST, review)
        self.assertIn("Small Trading", text)
        self.assertNotIn("Orphan Trading", text)
        self.assertRegex(text, "And 1 more customers of this tier.*left out on paper")
        self.assertIn("Tier C (2)", text)

    def test_list_shows_what_the_user_may_see(self):
        review = self.published_review()
        text = self.printed(LIST, review, self.rep)
        self.assertIn("North Trading", text)
        self.assertNotIn("South Trading", text)
        self.assertIn("Only the customers that governance_rep", text)
        # Whether any customer is hidden from the auditor is not to be told either.
        self.assertIn("Only the customers", self.printed(LIST, review, self.auditor))
        self.auditor.group_ids += self.env.ref("crm_governance.group_clearance_2")
        self.assertNotIn("Only the customers", self.printed(LIST, review, self.auditor))
        for user in (self.employee, self.portal):
            with self.assertRaises(AccessError):
                self.printed(LIST, review, user)

    def test_nominations_for_the_whole_company_are_marked(self):
        review = self.open_review()
        self.nominate(self.rep, review, self.small, is_company_level=True)
        review.action_evaluate()
        self.publish(review)
        self.assertIn("Small Trading ★", self.printed(LIST, review))

    def test_list_is_a_pdf_in_chinese(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.north.name = "北方贸易有限公司"
        review = self.published_review()
        with self.allow_pdf_render():
            content, kind = (
                self.env["ir.actions.report"]
                .with_user(self.manager)
                .with_context(lang="zh_CN", force_report_rendering=True)
                ._render_qweb_pdf(LIST, review.ids)
            )
        self.assertEqual(kind, "pdf")
        self.assertTrue(content.startswith(b"%PDF"))
        self.assertIn(
            "北方贸易有限公司", self.printed(LIST, review, self.manager, "zh_CN")
        )

    def test_places_are_written_as_the_language_does(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        italy = self.env.ref("base.it")
        italy.with_context(lang="zh_CN").name = "意大利"
        place = self.env["report.crm_governance.report_tier_list"]._get_place
        self.assertEqual(place(self.north), "")
        self.north.country_id = italy
        self.assertEqual(place(self.north), "Italy")
        self.north.city = "Rome"
        self.assertEqual(place(self.north), "Rome, Italy")
        chinese = self.north.with_context(lang="zh_CN")
        place = chinese.env["report.crm_governance.report_tier_list"]._get_place
        self.assertEqual(place(chinese), "意大利Rome")

    def test_buttons_give_the_reports(self):
        review = self.published_review()
        action = review.with_user(self.auditor).action_print_list()
        self.assertEqual(action["report_name"], LIST)
        line = self.line(review, self.north)
        action = line.with_user(self.rep).action_print_sheet()
        self.assertEqual(action["report_name"], SHEET)


@tagged("post_install", "-at_install")
class TestPrintedSheet(ReportCase):
    """The evaluation sheet of one customer (A-35, P-02)."""

    def test_sheet_says_figures_proposal_decision_and_why(self):
        review = self.open_review()
        self.nominate(self.rep, review, self.north, reason="Growing fast")
        review.action_evaluate()
        line = self.line(review, self.north)
        line.with_user(self.committee).decide(self.tier_b.id, "Not yet stable")
        text = self.printed(SHEET, line)
        self.assertRegex(text, r"Turnover \$ 5,000\.00")
        self.assertRegex(text, "Proposal Tier A")
        self.assertRegex(text, "Tier A, .*Growing fast")
        self.assertRegex(text, "Decision Tier B")
        self.assertRegex(text, "Reason Not yet stable")
        self.assertRegex(text, "Evaluated by governance_committee")
        self.assertRegex(text, "Turnover at least 1,000")

    def test_sheet_of_another_representative_is_closed(self):
        review = self.committee_review()
        with self.assertRaises(AccessError):
            self.printed(SHEET, self.line(review, self.south), self.rep)

    def test_figures_with_an_amount_are_told_apart(self):
        groups = [
            ("A", [("consecutive_years", "ge", 2, {"parameter": 1000})]),
            ("B", [("consecutive_years", "ge", 2, {"parameter": 100})]),
        ]
        scheme = self.make_scheme(code="YEARS")
        self.make_rules(scheme, groups)
        review = self.committee_review(scheme_id=scheme.id)
        text = self.printed(SHEET, self.line(review, self.north))
        self.assertIn("(1,000.00) 1 year", text)
        self.assertIn("(100.00) 1 year", text)


@tagged("post_install", "-at_install")
class TestPareto(TiersWorld):
    """Who brings the turnover (A-11)."""

    def test_shares_add_up_from_the_largest_down(self):
        review = self.committee_review()
        rows = self.env["governance.tier.pareto"].search(
            [("review_id", "=", review.id)]
        )
        self.assertEqual(rows.mapped("place"), [1, 2, 3, 4])
        self.assertEqual(rows.mapped("turnover"), [5000, 500, 50, 20])
        self.assertAlmostEqual(sum(rows.mapped("share")), 100)
        self.assertAlmostEqual(rows[0].share, 100 * 5000 / 5570)
        self.assertAlmostEqual(rows[1].cumulative_share, 100 * 5500 / 5570)
        self.assertAlmostEqual(rows[3].cumulative_share, 100)
        self.assertEqual(rows[0].tier_id, self.tier_a)

    def test_share_is_of_everybody_whoever_looks(self):
        review = self.committee_review()
        rows = (
            self.env["governance.tier.pareto"]
            .with_user(self.leader)
            .search([("review_id", "=", review.id)])
        )
        self.assertEqual(rows.partner_id, self.north | self.small)
        self.assertAlmostEqual(rows[0].share, 100 * 5000 / 5570)
        with self.assertRaises(AccessError):
            self.env["governance.tier.pareto"].with_user(self.rep).search([])

    def test_previews_are_left_out(self):
        self.rules.action_preview()
        self.assertFalse(self.env["governance.tier.pareto"].search([]))

    def test_latest_review_is_that_of_the_governing_scheme(self):
        first = self.published_review(name="First")
        latest = self.env["governance.tier.review"].search([("is_latest", "=", True)])
        self.assertEqual(latest, first)
        second = self.committee_review(name="Second", date_as_of="2026-01-05")
        self.assertTrue(second.is_latest)
        self.assertFalse(first.is_latest)


@tagged("post_install", "-at_install")
class TestDemo(TiersCommon):
    """The demo data tells its story on any day."""

    def _forget_terms(self):
        """Put the presets back to before Odoo has loaded the addon's terms."""
        self.env["res.lang"]._activate_lang("zh_CN")
        self.env.flush_all()
        for table in ("governance_tier_scheme", "governance_tier"):
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET name = jsonb_build_object('en_US', name->'en_US')",
                    SQL.identifier(table),
                )
            )
        self.env.invalidate_all()

    def test_story(self):
        if self.env.ref("crm_governance.crm_team_key_demo", raise_if_not_found=False):
            self.skipTest("The demo data is there already.")
        self.env["governance.committee"].search([]).active = False
        self._forget_terms()
        for name in ("res_users_demo", "res_partner_demo"):
            convert_file(
                self.env,
                "crm_governance",
                f"demo/{name}.xml",
                {},
                mode="init",
                noupdate=True,
            )
        reviews = self.env["governance.tier.review"].search(
            [("name", "like", "review %/%")]
        )
        self.assertEqual(
            reviews.sorted("date_as_of").mapped("state"),
            ["published", "published", "committee"],
        )
        running = reviews.sorted("date_as_of")[-1]
        self.assertTrue(running.undecided_count)
        self.assertTrue(running.up_count)
        self.assertTrue(running.down_count)
        self.assertTrue(running.nomination_count)
        for review in reviews:
            self.assertEqual(
                self.env["governance.tier.evaluator"]._count_differences(review), 0
            )
        for tier in reviews.scheme_id.tier_ids:
            self.assertNotEqual(tier.with_context(lang="zh_CN").name, tier.name)
        self.check_confidentiality()
        self.check_lending()
        self.check_disposal()
        self.check_visits()

    def check_visits(self):
        """A month that is done, one half done, one that waits; each mark once."""
        rep = self.env.ref("crm_governance.user_rep_demo")
        plans = self.env["governance.visit.plan"].search(
            [("user_id", "=", rep.id)], order="month"
        )
        self.assertEqual(plans.mapped("state"), ["approved", "approved", "requested"])
        self.assertTrue(plans[-1].is_excessive)
        visits = self.env["governance.visit"].search([("user_id", "=", rep.id)])
        for mark in ("is_late", "is_unlocked", "is_backdated"):
            self.assertTrue(visits.filtered(mark), mark)
        hidden = visits.filtered(
            lambda visit: visit.state == "planned" and visit.classification_rank == 2
        )[:1]
        other = self.env.ref("crm_governance.user_rep_2_demo")
        self.assertEqual(hidden.event_id.with_user(other).display_name, "Busy")
        [challenge] = self.env["governance.visit.challenge"].search([])
        self.assertEqual(challenge.state, "requested")
        self.assertEqual(
            self.env["governance.visit.exception"].search([]).mapped("state"),
            ["active"],
        )
        promises = self.env["governance.visit.promise"].search([])
        self.assertEqual(set(promises.mapped("state")), {"kept", "open"})
        self.assertTrue(promises.filtered("is_late"))
        callbacks = self.env["governance.visit.slot"].search(
            [("origin_ref", "!=", False)]
        )
        self.assertGreater(len(callbacks), 3)
        lead = self.env.ref("crm_governance.crm_lead_riverside_demo")
        self.assertTrue(lead.governance_is_idle)

    def check_lending(self):
        """Every fate of a loan is there once, the overdue one with its ladder."""
        company = self.env.ref("base.main_company")
        loans = self.env["governance.loan"].search([("company_id", "=", company.id)])
        self.assertEqual(
            Counter(loans.mapped("state")),
            {"returned": 2, "lost": 1, "handed_out": 3, "approved": 2, "requested": 2},
        )
        [late] = loans.filtered("is_overdue")
        self.assertEqual(
            late.rung_ids.sorted("id").mapped("rung"),
            ["borrower", "leader", "custodian", "executive"],
        )
        self.assertEqual(len(late.breach_ids), 1)
        self.assertEqual(late.breach_ids.date_due, late.date_due)
        queued = loans.line_ids.filtered(
            lambda line: line.state == "waiting" and not line.date_fetch
        )
        self.assertEqual(queued.volume_id, late.line_ids.volume_id)
        secret = self.env.ref("crm_governance.partner_meridian_demo")
        reader = self.env.ref("crm_governance.user_leader_2_demo")
        self.assertTrue(secret.with_user(reader).has_access("read"))
        self.assertEqual(loans.incident_ids.state, "investigation")
        self.assertTrue(loans.filtered(lambda loan: not loan.user_id).date_returned)

    def check_disposal(self):
        """One list is destroyed, one waits; the same of what is given outside."""
        self.assertEqual(
            self.env["governance.destruction"].search([], limit=2).mapped("state"),
            ["requested", "executed"],
        )
        self.assertEqual(
            self.env["governance.disclosure"].search([], limit=2).mapped("state"),
            ["requested", "released"],
        )
        candidates = self.env["governance.disposal.candidate"].search([])
        self.assertIn("Thornbury Pavilions", candidates.partner_id.mapped("name"))
        hold = self.env["governance.legal.hold"].search([], limit=1)
        self.assertEqual(hold.state, "active")
        self.assertTrue(hold.line_ids.volume_id._is_held())
        self.assertTrue(
            self.env["governance.appraisal"].search_count([("state", "=", "open")])
        )

    def check_confidentiality(self):
        """Three customers are confidential; a colleague has access to one."""
        names = ("meridian", "northgate", "blueheron")
        partners = [
            self.env.ref(f"crm_governance.partner_{name}_demo") for name in names
        ]
        self.assertEqual([p.classification_rank for p in partners], [2, 1, 1])
        rep_2 = self.env.ref("crm_governance.user_rep_2_demo")
        self.assertEqual(
            [p.with_user(rep_2).has_access("read") for p in partners],
            [False, True, False],
        )
        changes = self.env["governance.level.change"].search([], order="id", limit=3)
        self.assertEqual(changes.mapped("state"), ["done", "done", "requested"])
        requests = self.env["governance.access.request"].search(
            [("user_id", "=", rep_2.id)], order="id"
        )
        self.assertEqual(requests.mapped("state"), ["active", "requested"])
        self.assertEqual(requests[1].sudo().approval_state, "pending")
