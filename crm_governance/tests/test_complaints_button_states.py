# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""No button of a complaint is in sight that refuses whoever presses it."""

from lxml import etree

from odoo import models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .complaints_paper_common import ComplaintPaperCommon

STATES = (
    "registered",
    "acceptance",
    "accepted",
    "assigned",
    "reported",
    "opinion",
    "to_reply",
    "answered",
)
OVER = ("closed", "withdrawn", "duplicate")
USERS = ("rep", "handler")
# Where those who lead have buttons of their own.
LED = ("acceptance", "accepted", "assigned", "answered", "closed")


@tagged("post_install", "-at_install")
class TestButtonStates(ComplaintPaperCommon):
    """Each button, in each step, pressed by everybody who sees it.

    rep has registered the complaint and looks after the customer, so has an interest in
    it; handler handles it, unless nobody does.
    """

    ROLES = {
        **ComplaintPaperCommon.ROLES,
        "member": "crm_governance.group_committee",
    }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.create_matrix(
            [{"approver_type": "unit_leader"}],
            subject="complaint_acceptance",
            code="T-acceptance",
        )

    def setUp(self):
        super().setUp()
        self.forms = {}

    def begin(self, state, case):
        """Return a complaint in a step, with all that somebody asks for."""
        complaint = self.at("registered", validity="valid", prevention="Better boxes")
        if case == "free":
            complaint._as_system().user_id = False
        if state in ("acceptance", "reported", "opinion", "assigned"):
            self.walk(complaint, state)
        elif state in ("withdrawn", "duplicate"):
            complaint._end(state)
        elif state != "registered":
            complaint._enter(state)
        if case == "waiting":
            complaint._as_system().waiting_since = self.NOW
            complaint._log_event("waiting")
        elif case == "disagreed":
            complaint._as_system().is_important = True
            complaint._log_event("disagreement")
        return complaint

    def walk(self, complaint, state):
        if state != "reported":
            complaint._enter(state)
            return
        complaint._enter("assigned")
        self.submit_report(complaint)

    def get_buttons(self, record, user):
        """Return what a user sees: [(button, step of its context)]."""
        self.env.flush_all()
        self.env.invalidate_all()
        record = record.with_user(user).sudo(False)
        if not record.has_access("read"):
            return []
        if user not in self.forms:
            arch = record.get_view(view_type="form")["arch"]
            self.forms[user] = etree.fromstring(arch)
        form = self.forms[user]
        values = {"uid": user.id, "id": record.id}
        for name in record._fields:
            if form.xpath(f"//field[@name='{name}'][not(ancestor::field)]"):
                value = record[name]
                relational = isinstance(value, models.BaseModel)
                values[name] = value.ids or False if relational else value
        buttons = form.xpath("//button[@type='object'][not(ancestor::field)]")
        seen = []
        for button in buttons:
            conditions = button.xpath("ancestor-or-self::*/@invisible")
            if not any(safe_eval(one, values) for one in conditions):
                context = safe_eval(button.get("context") or "{}", {"id": record.id})
                if button.get("name") != "action_file_papers":
                    # It asks for a file of the customer, which a custodian opens.
                    seen.append((button.get("name"), context.get("governance_step")))
        return seen

    def press(self, record, user, name, step):
        """Press a button, and go through the dialog of a step with fitting words."""
        record = record.with_user(user).sudo(False)
        if name != "action_step":
            getattr(record, name)()
            return
        action = record.with_context(governance_step=step).action_step()
        steps = self.env["governance.complaint.step"].with_user(user)
        dialog = steps.with_context(**action["context"]).create(
            {
                "reason": "Because",
                "question": "Which colour?",
                "asking": "asked",
                "date": self.NOW,
                "unit_id": self.workshop.id,
                "user_id": (record.user_id or self.handler2).id,
                "severity_id": self.severities["major"].id,
                # Whoever reacts for the committee reads this complaint alone.
                "other_id": step in ("duplicate", "link") and self.other.id,
            }
        )
        dialog.action_confirm()

    def check(self, state, case, users=USERS):
        complaint = self.begin(state, case)
        self.assertEqual(complaint.state, state)
        pressed = set()
        for login in users:
            user = getattr(self, login)
            for name, step in self.get_buttons(complaint, user):
                pressed.add(step or name)
                with (
                    self.subTest(state=state, case=case, by=login, button=step or name),
                    self.env.cr.savepoint() as point,
                ):
                    try:
                        self.press(complaint, user, name, step)
                    except (AccessError, UserError, ValidationError) as error:
                        self.fail(f"{error}")
                    finally:
                        point.rollback()
                        self.env.invalidate_all()
        return pressed

    def test_each_step(self):
        self.other = self.at("assigned", title="Another one")
        pressed = set()
        for state in (*STATES, *OVER):
            pressed |= self.check(state, "handled")
        for state in LED:
            pressed |= self.check(state, "handled", ["chief", "cmanager"])
        pressed |= self.check("accepted", "handled", ["overseer"])
        pressed |= self.check("to_reply", "handled", ["service"])
        # The walk has come by the buttons that lead on.
        self.assertLessEqual(
            {
                "action_check",
                "action_approval_approve",
                "action_close",
                "assign",
                "confirm",
                "reject",
                "wait",
                "inbound",
                "reopen",
                "withdraw",
                "skip",
                "reclassify",
            },
            pressed,
        )

    def test_nobody_handles(self):
        self.other = self.at("assigned", title="Another one")
        taken = set()
        for state in ("registered", "acceptance", "accepted", "assigned", "to_reply"):
            if "action_take" in self.check(state, "free", ["handler2", "chief"]):
                taken.add(state)
        self.assertEqual(taken, {"registered", "accepted", "assigned", "to_reply"})

    def test_waiting_and_disagreed(self):
        self.other = self.at("assigned", title="Another one")
        self.assertIn("action_resume", self.check("assigned", "waiting"))
        self.assertIn("react", self.check("to_reply", "disagreed", ["member", "rep"]))

    def test_taking_is_refused(self):
        """While the acceptance is decided, nobody becomes handler."""
        complaint = self.begin("acceptance", "free")
        with self.assertSays("Waiting for Acceptance"):
            complaint.with_user(self.chief).sudo(False).action_take()
