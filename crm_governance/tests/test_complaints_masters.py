# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .complaints_common import ComplaintCommon

# What the source names (004/2 Art. 1 and 2), and channels (000/7 §4).
NAMED = {
    "type": ("reduction", "return", "exchange", "damages", "criticism", "suggestion"),
    "complainant_kind": ("consumer", "agent", "franchisee"),
    "channel": ("phone", "email", "website", "portal"),
}


@tagged("post_install", "-at_install")
class TestComplaintMasters(ComplaintCommon):
    """Types, complainants and channels are data of the company (D-01 … D-03)."""

    def get_codes(self, name):
        model = self.env[f"governance.complaint.{name.replace('_', '.')}"]
        return set(model.search([]).mapped("code"))

    def test_types(self):
        """Each request that the source names has its type; two of them are lighter."""
        self.assertLessEqual(set(NAMED["type"]), self.get_codes("type"))
        for code in NAMED["type"]:
            record = self.env.ref(f"crm_governance.governance_complaint_type_{code}")
            kind = "suggestion" if code == "suggestion" else "complaint"
            self.assertEqual(record.kind, kind, code)

    def test_complainants_and_channels(self):
        for name in ("complainant_kind", "channel"):
            self.assertLessEqual(set(NAMED[name]), self.get_codes(name))

    def test_matters_are_edited(self):
        """The list of matters is missing in the source: the company writes its own."""
        matters = self.env["governance.complaint.matter"]
        mine = matters.with_user(self.manager).create({"name": "Own", "code": "own"})
        complaint = self.draft(matter_id=mine.id)
        self.assertEqual(complaint.matter_id.with_user(self.rep).name, "Own")
        with self.assertRaises(AccessError):
            matters.with_user(self.handler).create({"name": "No", "code": "no"})

    def test_duplicates(self):
        """What has a code is duplicated with a code of its own."""
        for record in (self.phone, self.types["service"], self.workshop):
            copy = record.with_user(self.manager).copy()
            self.env.flush_all()
            self.assertEqual(copy.code, f"{record.code} (copy)")
            self.assertEqual(copy.name, record.name)
