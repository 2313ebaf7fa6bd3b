# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import Counter

from odoo.tests import tagged
from odoo.tools import convert_file

from .tiers_common import TiersCommon

STATES = {
    "draft": 1,
    "registered": 1,
    "acceptance": 1,
    "accepted": 1,
    "assigned": 1,
    "reported": 1,
    "opinion": 1,
    "to_reply": 2,
    "answered": 1,
    "closed": 4,
    "withdrawn": 1,
    "duplicate": 1,
}


@tagged("post_install", "-at_install")
class TestComplaintDemo(TiersCommon):
    """The demo company has complaints at every step, told by who may do each."""

    def test_story(self):
        if self.env.ref("crm_governance.crm_team_key_demo", raise_if_not_found=False):
            self.skipTest("The demo data is there already.")
        self.env["governance.committee"].search([]).active = False
        for name in ("res_users_demo", "res_partner_demo"):
            convert_file(
                self.env,
                "crm_governance",
                f"demo/{name}.xml",
                {},
                mode="init",
                noupdate=True,
            )
        company = self.env.ref("base.main_company")
        complaints = self.env["governance.complaint"].search(
            [("company_id", "=", company.id)]
        )
        self.assertEqual(Counter(complaints.mapped("state")), STATES)
        told = complaints.filtered(lambda one: one.state != "draft")
        self.assertFalse(told.filtered(lambda one: not one.policy_id))
        self.assertFalse(told.filtered(lambda one: not one.procedure_id))
        suggestion = self.env.ref("crm_governance.governance_complaint_type_suggestion")
        for complaint in told:
            light = complaint.type_id == suggestion
            code = "AM-08-SUGGESTION" if light else "AM-08"
            self.assertEqual(complaint.procedure_id.code, code)
            self.assertEqual(complaint.policy_id.code, "SLA-03")
        closed = complaints.filtered(lambda one: one.state == "closed")
        days = {one.title: (one.date_closed - one.date_received).days for one in closed}
        self.assertGreater(days["Boards warped on arrival"], 7)
        self.assertLessEqual(days["Invoice shows the old price"], 7)
        warped = closed.filtered(lambda one: "warped" in one.title)
        self.assertEqual(len(warped.cause_id), 1)
        self.assertEqual(len(complaints.filtered("waiting_since")), 1)
        important = complaints.filtered("is_important")
        self.assertIn("important", important.event_ids.mapped("kind"))
        duplicate = complaints.filtered(lambda one: one.state == "duplicate")
        self.assertEqual(duplicate.duplicate_of_id.partner_id, duplicate.partner_id)
        rep = self.env.ref("crm_governance.user_rep_demo")
        self.assertTrue(closed.partner_id.filtered(lambda one: one.user_id == rep))
        self.assertTrue(closed.with_user(rep)._filtered_access("read"))
        self.check_what_follows(complaints)

    def check_what_follows(self, complaints):
        """Remedies, actions, meetings and figures show each fate once."""
        company = self.env.ref("base.main_company")

        def states(name, domain=None):
            domain = domain or [("complaint_id", "in", complaints.ids)]
            records = self.env[f"governance.complaint.{name}"].search(domain)
            return Counter(records.mapped("state"))

        self.assertEqual(
            states("remedy"), {"draft": 1, "requested": 1, "approved": 1, "done": 1}
        )
        [settled] = complaints.remedy_ids.filtered(lambda one: one.state == "done")
        self.assertTrue(settled.move_id or settled.done_reason)
        self.assertEqual(states("action"), {"open": 3, "done": 1, "effective": 1})
        actions = complaints.action_ids
        self.assertEqual(len(actions.filtered("is_late")), 1)
        self.assertEqual(
            Counter(actions.check_ids.mapped("outcome")),
            {"effective": 1, "ineffective": 1},
        )
        self.assertEqual(states("penalty"), {"confirmed": 1})
        ours = [("company_id", "=", company.id)]
        self.assertEqual(states("statistic", ours), {"filed": 1, "approved": 1})
        self.assertEqual(states("review", ours), {"listed": 1, "planned": 1})
        self.assertEqual(states("summary", ours), {"submitted": 1, "open": 1})
        callback = self.env.ref("crm_governance.mail_activity_type_complaint_callback")
        called = complaints.filtered(
            lambda one: callback in one.activity_ids.activity_type_id
        )
        self.assertEqual(called.mapped("title"), ["Invoice shows the old price"])
        related = complaints.filtered("related_ids")
        self.assertEqual(len(related), 2)
        self.assertEqual(related.related_ids, related)
