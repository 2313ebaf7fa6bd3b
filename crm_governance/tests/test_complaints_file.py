# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .complaints_statistic_common import StatisticCommon


@tagged("post_install", "-at_install")
class TestComplaintFile(StatisticCommon):
    """Complaints and how they were handled belong to the customer file (D-20)."""

    def test_file_of_the_customer(self):
        """The file shows what its reader may read of the customer's complaints."""
        file = (
            self.env["governance.file"]
            .with_user(self.custodian)
            .create({"partner_id": self.open_customer.id})
        )
        self.draft()
        first = self.case("02-03 09:00", "closed 02-04 09:00")
        second = self.case("02-05 09:00")
        self.case("02-05 09:00", partner_id=self.important.id)
        self.env.flush_all()
        self.env.invalidate_all()
        for user, shown in (
            (self.auditor, first | second),
            (self.rep, first | second),
            (self.rep2, first.browse()),
        ):
            with self.subTest(user.login):
                self.assertEqual(file.with_user(user).sudo(False).complaint_ids, shown)
