# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .complaints_common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestStatistic(ComplaintCommon):
    def test_first(self):
        complaint = self.draft()
        complaint.action_register()
        self.env.flush_all()
        rows = self.env["governance.complaint.figure"].with_user(self.cmanager)
        print(rows.search_read([], []))
        print(rows._read_group([], ["month:month"], ["solution_rate:avg"]))
        timing = self.env["governance.complaint.timing"].with_user(self.cmanager)
        print(timing.search_read([], []))
        rate = self.env["governance.complaint.rate"].with_user(self.cmanager)
        print(rate._read_group([], ["month:month"], ["complaint_rate:avg", "order_id:count_distinct"]))
