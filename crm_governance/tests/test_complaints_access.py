# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who reads which complaint, who changes it, and who has nothing to do with it."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .complaints_common import ComplaintCommon

EVERYBODY = tuple(name for name in ComplaintCommon.ROLES if name != "portal")


@tagged("post_install", "-at_install")
class TestComplaintAccess(ComplaintCommon):
    def complaint(self, state="assigned", **values):
        """Return a complaint of a customer of rep2 that the workshop handles."""
        customer = self.customer("South Trading", self.rep2)
        complaint = self.draft(
            self.cmanager, **{"partner_id": customer.id, "title": "Dents", **values}
        )
        complaint._as_system().write(
            {
                "state": state,
                "unit_id": self.workshop.id,
                "supervising_unit_id": self.supervision.id,
                "user_id": self.handler.id,
            }
        )
        complaint._log_event("received")
        return complaint

    def assertReaders(self, complaint, *names):
        """These read it and what belongs to it, nobody else does."""
        records = (complaint, complaint.sudo().event_ids)
        for name in EVERYBODY:
            check = self.assertReads if name in names else self.assertHidden
            for record in records:
                with self.subTest(name, record=record):
                    check(self.users[name], record)

    def assertChangers(self, complaint, *names):
        self.env.flush_all()
        self.env.invalidate_all()
        changers = {
            name
            for name in EVERYBODY
            if complaint.with_user(self.users[name]).has_access("write")
        }
        self.assertEqual(changers, set(names))

    USUAL = (
        # Who handles it, whose unit it is, who supervises and who answers.
        *("handler", "handler2", "chief", "overseer", "service", "cmanager"),
        # Who looks after the customer, and who leads these people.
        *("rep2", "leader2"),
        # Who reads all.
        *("auditor", "manager"),
    )

    def test_open_customer(self):
        complaint = self.complaint()
        self.assertReaders(complaint, *self.USUAL)
        self.assertChangers(
            complaint, "handler", "handler2", "chief", "overseer", "cmanager"
        )

    def test_draft(self):
        """What nobody has registered yet is the affair of who types it in."""
        complaint = self.draft(self.rep2)
        complaint._log_event("received")
        # rep is the salesperson of the customer.
        readers = ("rep", "rep2", "cmanager", "auditor", "manager")
        self.assertReaders(complaint, *readers)
        self.assertChangers(complaint, "rep2", "cmanager")

    def test_registered_by(self):
        """Whoever has registered it follows it."""
        complaint = self.draft(self.custodian)
        complaint._as_system().state = "registered"
        self.assertReads(self.custodian, complaint)
        self.assertHidden(self.rep2, complaint)

    def test_to_answer(self):
        """Customer service has what is to be answered, and what comes after that."""
        for state, has_it in (
            ("registered", False),
            ("opinion", False),
            ("to_reply", True),
            ("answered", True),
            ("closed", True),
            ("withdrawn", False),
        ):
            with self.subTest(state):
                complaint = self.complaint(state)
                self.assertReads(self.service, complaint)
                self.assertEqual(
                    complaint.with_user(self.service).has_access("write"), has_it
                )

    def test_service_of_another_company(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.service_unit.sudo().write({"active": False})
        self.env["governance.complaint.unit"].create(
            {
                "name": "Service there",
                "code": "T-X",
                "company_id": other.id,
                "is_answering": True,
                "member_ids": [(6, 0, self.service.ids)],
            }
        )
        self.assertHidden(self.service, self.complaint("to_reply"))

    def test_important(self):
        """The top reads what was reported to it."""
        complaint = self.complaint(is_important=True)
        top = ("executive", "committee", "committee2", "boss")
        self.assertReaders(complaint, *self.USUAL, *top)
        for name in top:
            self.assertFalse(
                complaint.with_user(self.users[name]).has_access("write"), name
            )

    def test_leader_of_the_handler(self):
        complaint = self.complaint(user_id=False)
        self.assertHidden(self.leader, complaint)
        complaint._as_system().user_id = self.rep
        self.assertReads(self.leader, complaint)
        self.assertReads(self.rep, complaint)

    def test_roles_of_the_customer(self):
        """Specialist and liaison leader read complaints of their customers (D-16)."""
        complaint = self.complaint()
        self.assertHidden(self.specialist, complaint)
        complaint.sudo().partner_id.write(
            {
                "governance_specialist_id": self.specialist.id,
                "governance_liaison_leader_id": self.liaison.id,
            }
        )
        for user in (self.specialist, self.liaison):
            self.assertReads(user, complaint)
            self.assertFalse(complaint.with_user(user).has_access("write"))

    def test_confidential_customer(self):
        """Handlers below the level of the customer read nothing of it."""
        complaint = self.complaint(partner_id=self.open_customer.id)
        complaint._as_system().user_id = self.handler
        self.classify(self.open_customer, self.level2)
        self.assertReaders(complaint, "rep", "leader")
        self.assertChangers(complaint)
        # Whether a grant has ended is asked of the database, where time goes on.
        self.grant(self.handler, self.open_customer, hours=24 * 3650)
        self.assertReads(self.handler, complaint)
        self.assertReads(self.handler, complaint.sudo().event_ids)
        # A grant is for reading.
        self.assertFalse(complaint.with_user(self.handler).has_access("write"))

    def test_other_company(self):
        """Complaints of another company are not seen from here, managers neither."""
        other = self.env["res.company"].create({"name": "Elsewhere"})
        complaint = self.complaint()
        complaint._as_system().write(
            {"company_id": other.id, "unit_id": False, "supervising_unit_id": False}
        )
        self.assertReaders(complaint)

    def test_nobody_writes_the_rest(self):
        """State, dates and clocks are not for anybody to type in."""
        complaint = self.complaint()
        for name in ("handler", "cmanager", "manager", "rep2", "auditor"):
            user = self.users[name]
            for values in (
                {"state": "closed"},
                {"date_closed": "2026-03-01"},
                {"next_deadline": "2026-03-01"},
                {"policy_id": False},
            ):
                with self.subTest(name, values=values), self.assertRaises(AccessError):
                    complaint.with_user(user).write(values)
            for model in ("event", "clock", "escalation"):
                self.assertRefused(
                    user,
                    f"governance.complaint.{model}",
                    "create",
                    [{"complaint_id": complaint.id}],
                )
        self.assertEqual(complaint.state, "assigned")

    def test_events_stay(self):
        complaint = self.complaint()
        for name in ("handler", "cmanager", "manager", "rep2", "auditor"):
            for method, args in (("unlink", ()), ("write", ({"note": "x"},))):
                self.assertRefused(
                    self.users[name],
                    "governance.complaint.event",
                    method,
                    complaint.sudo().event_ids.ids,
                    *args,
                )
