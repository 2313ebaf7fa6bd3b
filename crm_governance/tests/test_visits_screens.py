# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from ast import literal_eval
from collections import defaultdict
from datetime import timedelta

from lxml import html

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command, Domain
from odoo.tests import Form, HttpCase, tagged

from .visits_common import VisitCommon

REPORT = "crm_governance.report_customer_visit"
ACTIONS = (
    "governance_visit_action",
    "governance_visit_action_all",
    "governance_visit_action_decide",
    "governance_visit_promise_action",
)


@tagged("post_install", "-at_install")
class TestVisitScreens(VisitCommon):
    """Screens open for whoever has a menu to them; the printed report (P-15)."""

    def test_screens(self):
        """Every view of every list, for each who may open it."""
        visit = self.submitted()
        visit.with_user(self.leader).unlock("Look")
        for xmlid in ACTIONS:
            action = self.env["ir.actions.act_window"]._for_xml_id(
                f"crm_governance.{xmlid}"
            )
            for user in (self.rep, self.leader, self.auditor, self.manager):
                model = self.env[action["res_model"]].with_user(user)
                views = [[False, kind] for kind in action["view_mode"].split(",")]
                found = model.get_views([*views, [False, "search"]])
                for view in found["views"].values():
                    self.assertTrue(view["arch"])

    def get_first(self, xmlid, user):
        """Return what somebody sees first in a list, before taking a filter away."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            f"crm_governance.{xmlid}"
        )
        model = self.env[action["res_model"]].with_user(user)
        view_id = action["search_view_id"] and action["search_view_id"][0]
        search = model.get_views([[view_id, "search"]])["views"]["search"]["arch"]
        domains = defaultdict(list)
        for name in literal_eval(action["context"]):
            [found] = html.fromstring(search).xpath(
                f"//filter[@name='{name.removeprefix('search_default_')}']"
            )
            group = len(found.xpath("preceding-sibling::separator"))
            domains[group].append(
                Domain(literal_eval(found.get("domain").replace("uid", str(user.id))))
            )
        return model.search(
            Domain(literal_eval(action["domain"] or "[]"))
            & Domain.AND(Domain.OR(alternatives) for alternatives in domains.values())
        )

    def test_what_is_first(self):
        """Lists start with what is to be done, on a phone too."""
        done = self.submitted()
        next_one = self.visit(date_start="2026-03-20 09:00:00")
        of_others = self.visit(self.rep2, partner_id=self.south.id)
        mine = self.env.ref("crm_governance.governance_visit_action")
        self.assertEqual(mine.views[0][1], "list")
        first = self.get_first("governance_visit_action", self.rep)
        self.assertEqual(first & (done | next_one | of_others), next_one)
        to_plan = self.slot(date="2026-03-04", key="plan")
        planned = self.slot(date="2026-03-20", key="planned", visit=next_one)
        missed = self.slot(month="2026-02-01", date="2026-02-04", key="missed")
        first = self.get_first("governance_visit_slot_action", self.rep)
        self.assertEqual(first & (to_plan | planned | missed), to_plan)

    def test_form(self):
        """A contact that is chosen becomes whom to meet, at the company."""
        with Form(self.env["governance.visit"].with_user(self.rep)) as form:
            form.channel_id = self.channels["visit"]
            form.partner_id = self.contact
            self.assertEqual(form.partner_id, self.open_customer)
            form.date_start = "2026-03-09 14:00:00"
        visit = form.record
        self.assertEqual(visit.meeting_ids, self.contact)
        self.assertEqual(visit.date_stop - visit.date_start, timedelta(hours=1))
        with Form(visit) as form:
            form.date_stop = "2026-03-09 17:00:00"
        with Form(visit) as form:
            form.date_start = "2026-03-10 14:00:00"
        self.assertEqual(visit.date_stop - visit.date_start, timedelta(hours=3))

    def test_form_of_a_lead(self):
        """A lead brings its customer, and goes with it; so do the contacts."""
        lead = self.env["crm.lead"].create(
            {"name": "Deal", "partner_id": self.contact.id, "user_id": self.rep.id}
        )
        form = Form(self.env["governance.visit"].with_user(self.rep))
        form.lead_id = lead
        self.assertEqual(form.partner_id, self.open_customer)
        form.meeting_ids.add(self.chief)
        self.assertEqual(form.lead_id, lead)
        form.partner_id = self.important
        self.assertFalse(form.lead_id)
        self.assertFalse(form.meeting_ids[:])

    def test_form_of_a_channel(self):
        """Another channel takes another time."""
        self.channels["call"].duration = 15
        form = Form(self.env["governance.visit"].with_user(self.rep))
        form.partner_id = self.open_customer
        form.channel_id = self.channels["visit"]
        form.date_start = "2026-03-09 14:00:00"
        self.assertEqual(str(form.date_stop), "2026-03-09 15:00:00")
        form.channel_id = self.channels["call"]
        self.assertEqual(str(form.date_stop), "2026-03-09 14:15:00")

    def test_buttons(self):
        """Whoever would only be refused is not offered to cancel (Odoo's readers)."""
        visit = self.visit()
        view = "crm_governance.governance_visit_view_form"
        for user, may in ((self.rep, True), (self.leader, True), (self.auditor, False)):
            mine = visit.with_user(user)
            self.assertEqual(mine.is_mine or mine.is_led, may, user.login)
        arch = self.env.ref(view).arch
        self.assertIn("not is_mine and not is_led", arch)

    def test_notices(self):
        """Sentences are whole, so that each language has its own order."""
        self.env["res.lang"]._activate_lang("zh_CN")
        visit = self.submitted()
        visit.with_user(self.leader).give_back("Say more")
        self.assertEqual(
            visit.return_notice, f"{self.leader.name} gave the report back: Say more"
        )
        late = self.visit()
        self.travel("2026-03-20 10:00:00")
        late.invalidate_recordset(["is_report_due", "deadline_notice"])
        self.assertIn("was due on", late.deadline_notice)
        self.assertFalse(visit.deadline_notice, "submitted once")
        days = self.open_customer.with_user(self.rep).governance_visit_days
        self.assertIn("Last: ", days)

    def test_dialogs(self):
        """Each asks why, and does it with the rights of the user."""
        visit = self.submitted()
        for user, button, state in (
            (self.leader, "action_give_back", "held"),
            (self.rep, "action_cancel", "cancelled"),
        ):
            action = getattr(visit.with_user(user), button)()
            dialogs = self.env[action["res_model"]].with_user(user)
            with Form(dialogs.with_context(**action["context"])) as form:
                form.reason = "They moved"
            form.record.action_confirm()
            self.assertEqual(visit.state, state)
        self.assertEqual(visit.cancel_reason, "They moved")
        with self.assertRaises(AccessError):
            self.env["governance.visit.reason"].with_user(self.rep2).create(
                {"visit_id": visit.id, "kind": "unlock", "reason": "Me too"}
            )

    def printed(self, visit, user):
        self.env.flush_all()
        self.env.invalidate_all()
        reports = self.env["ir.actions.report"].with_user(user)
        page, _kind = reports._render_qweb_html(REPORT, visit.ids)
        tree = html.fromstring(page)
        for noise in tree.xpath("//script | //style | //title"):
            noise.drop_tree()
        return " ".join(" ".join(tree.itertext()).split())

    def test_paper(self):
        """Visited person, findings, promises, follow-up, reviewer (P-15)."""
        visit = self.visit(
            meeting_ids=[Command.link(self.chief.id)],
            participant_ids=[Command.link(self.rep2.id)],
        )
        self.promise(visit)
        self.travel("2026-03-05 11:00:00")
        visit.action_hold()
        self.report(visit, competitors="Brand X", decision_makers="New buyer")
        visit.with_user(self.leader).unlock("Look again")
        visit.result = "They buy"
        visit.action_submit()
        visit.with_user(self.leader).action_accept()
        for user in (self.rep, self.leader, self.auditor):
            text = self.printed(visit, user)
            for word in (
                "Open Trading",
                visit.name,
                "Chief",
                "They buy",
                "Faster delivery",
                "Brand X",
                "New buyer",
                "Send the list",
                "03/10/2026",
                "Unlocked",
                "Look again",
                "Talked → They buy",
                f"Reviewed by {self.leader.name}",
                self.rep2.name,
            ):
                self.assertIn(word, text)
        with self.assertRaises(AccessError):
            self.printed(visit, self.employee)

    def test_paper_of_a_plan(self):
        """Also an empty one can be printed and filled in by hand."""
        lead = self.env["crm.lead"].create({"name": "Deal", "user_id": self.rep.id})
        visit = self.visit(partner_id=False, lead_id=lead.id)
        self.assertIn("Whom to Meet", self.printed(visit, self.rep))


@tagged("post_install", "-at_install")
class TestVisitTours(VisitCommon, HttpCase):
    """A report by hand, from the check-in to its acceptance."""

    def setUp(self):
        super().setUp()
        # The browser has a clock of its own.
        self.come_back()
        # One checks in on the day of the visit.
        self.company.partner_id.tz = self.get_noon_zone()
        begin = fields.Datetime.now() - timedelta(minutes=5)
        self.env["governance.visit"].search([("user_id", "=", self.rep.id)]).unlink()
        self.made = self.visit(date_start=begin)

    def by_hand(self, path, tour, user):
        self.env.flush_all()
        self.start_tour(f"/odoo/{path}", f"governance_visit_{tour}", login=user.login)
        self.env.invalidate_all()

    def test_report(self):
        """The visitor checks in, reports and promises; the leader accepts."""
        self.by_hand("governance-my-visits", "report", self.rep)
        self.assertEqual(self.made.state, "submitted")
        self.assertTrue(self.made.date_checkin)
        self.assertEqual(self.made.promise_ids.name, "Send the list")
        self.by_hand("governance-visit-reports", "accept", self.leader)
        self.assertEqual(self.made.state, "accepted")


@tagged("post_install", "-at_install")
class TestVisitPhone(TestVisitTours):
    """The same button on a phone."""

    browser_size = "390x844"
    touch_enabled = True

    def test_report(self):
        """One touch checks in; a browser that tells no position is no obstacle."""
        self.by_hand("governance-my-visits", "phone", self.rep)
        self.assertEqual(self.made.state, "held")
        self.assertTrue(self.made.date_checkin)
