# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .complaints_common import ComplaintCommon


@tagged("post_install", "-at_install")
class TestSkeleton(ComplaintCommon):
    def test_draft(self):
        complaint = self.draft()
        complaint._log_event("received")
        self.assertReads(self.rep, complaint)
        self.assertHidden(self.handler, complaint)
        complaint._as_system().unit_id = self.workshop
        self.assertReads(self.handler, complaint)
        self.assertReads(self.handler, complaint.event_ids)
        self.assertHidden(self.overseer, complaint.event_ids)
        self.policy([{"kind": "acknowledge", "amount": 1}], [{"share": 75}])
        self.procedure()
