# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .complaints_statistic_common import StatisticCommon
from .test_complaints_actions import ActionCommon


@tagged("post_install", "-at_install")
class TestComplaintButtons(ActionCommon):
    """Buttons that lead to what belongs to a complaint, for whom it is there."""

    def assertRefused(self, record, button, *users):
        for user in users:
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.rpc(user, record._name, button, record.ids)

    def test_open_complaint(self):
        """Who owns an action comes from it to its complaint."""
        action = self.plan()
        for user in (self.handler2, self.chief, self.cmanager):
            with self.subTest(user=user.login):
                shown = self.rpc(
                    user, action._name, "action_open_complaint", action.ids
                )
                self.assertEqual(shown["res_id"], self.complaint.id)
                self.assertReads(user, self.complaint)
        self.assertRefused(action, "action_open_complaint", self.rep2, self.employee)

    def test_check_effect(self):
        """The dialog knows which action it is about."""
        action = self.verified()
        self.close()
        shown = self.rpc(self.cmanager, action._name, "action_check_effect", action.ids)
        self.assertEqual(shown["res_model"], "governance.complaint.action.step")
        self.assertEqual(shown["context"]["default_action_id"], action.id)
        self.assertEqual(shown["context"]["default_kind"], "effect")
        self.assertRefused(action, "action_check_effect", self.rep2, self.employee)

    def test_open_report(self):
        """The handler comes to the report that is to be written."""
        self.complaint._as_system()._start_assigned()
        report = self.complaint.sudo().investigation_ids
        shown = self.rpc(
            self.handler, self.complaint._name, "action_open_report", self.complaint.ids
        )
        self.assertEqual(
            (shown["res_model"], shown["res_id"]), (report._name, report.id)
        )
        self.assertRefused(
            self.complaint, "action_open_report", self.rep2, self.employee
        )


@tagged("post_install", "-at_install")
class TestStatisticButtons(StatisticCommon):
    """From the statistic of a month to its figures."""

    def test_open_figures(self):
        mine = self.case("02-03 09:00")
        self.case("01-03 09:00")
        statistic = self.statistic(self.overseer)
        shown = self.rpc(
            self.cmanager, statistic._name, "action_open_figures", statistic.ids
        )
        figures = self.env[shown["res_model"]].with_user(self.cmanager)
        self.assertEqual(figures.search(shown["domain"]).complaint_id, mine)
        with self.assertRaises(AccessError):
            self.rpc(
                self.employee, statistic._name, "action_open_figures", statistic.ids
            )
