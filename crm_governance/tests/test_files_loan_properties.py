# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What must hold for loans after any sequence of steps of any people."""

from datetime import timedelta

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .loan_common import LoanCommon

# The same examples in each run, so that a failure is the fault of a change.
EXAMPLES = settings(
    deadline=None,
    derandomize=True,
    database=None,
    max_examples=25,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)
BORROWERS = ("rep", "rep2", "leader")
# How often each step is tried, and in which state a loan is usually then.
OFTEN = {
    "ask": (5, None),
    "approve": (5, "requested"),
    "refuse": (1, "requested"),
    "withdraw": (1, "approved"),
    "accept": (1, "requested"),
    "hand_out": (5, "approved"),
    "confirm": (1, "handed_out"),
    "renew": (2, "handed_out"),
    "recall": (1, "handed_out"),
    "take_back": (3, "handed_out"),
    "lose": (3, "handed_out"),
    "claim": (2, "handed_out"),
    "unclaim": (1, "claimed"),
    "find": (1, "lost"),
    "give_back": (1, "handed_out"),
    "wait": (2, None),
    "job": (2, None),
}
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            [name for name, (often, _) in OFTEN.items() for _ in range(often)]
        ),
        st.integers(0, 11),
    ),
    min_size=15,
    max_size=45,
)
WAITS = (1, 10, 30, 80, 200)
# What the register says last of a line, by the state that it is in.
LAST = {
    "draft": {"requested", "chosen", "accepted"},
    "waiting": {"approved", "accepted", "queued", "offered", "requested"},
    "handed_out": {
        "handed_out",
        "received",
        "renewed",
        "recalled",
        "unclaimed",
        "overdue",
    },
    "claimed": {"claimed", "received"},
    "lost": {"lost", "received"},
    "returned": {"returned", "ended", "settled"},
    "dropped": {"refused", "cancelled", "expired", "dropped"},
}


@tagged("post_install", "-at_install")
class TestLoanProperties(LoanCommon):
    """Who holds what, told by the state, the register and the decision alike."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls.lending_policy(code="P-1", max_renewals=9)
        cls.volumes = [cls.volume, cls.volume2, cls.electronic]
        # Everybody may ask for every volume by its number; only loans open it.
        cls.secret.user_id = False
        cls.secret.governance_specialist_id = False
        cls.secret.governance_liaison_leader_id = False

    def test_any_sequence(self):
        """Whatever people do in whatever order, the three tell the same story."""
        self.reached = set()
        self.try_sequence()
        # The steps lead everywhere, or the test would prove little.
        self.assertEqual(self.reached, set(LAST))

    @EXAMPLES
    @given(STEPS)
    def try_sequence(self, steps):
        with self.env.cr.savepoint() as savepoint:
            loans = []
            clock = freeze_time(self.NOW)
            now = clock.start()
            try:
                for step in steps:
                    self.do(loans, now, *step)
                    self.check(loans)
            finally:
                clock.stop()
                self.env.invalidate_all(flush=False)
                savepoint.rollback()
        self.env.invalidate_all(flush=False)

    def do(self, loans, now, name, number):
        """Do one step; what people are refused has to change nothing."""
        if name == "wait":
            now.tick(timedelta(hours=WAITS[number % len(WAITS)]))
            return
        if name == "job":
            self.run_loans()
            return
        before = self.snapshot(loans)
        try:
            with self.env.cr.savepoint():
                if name == "ask":
                    loans.append(self.ask(BORROWERS[number // 4], number % 3))
                elif loans:
                    getattr(self, f"do_{name}")(self.pick(loans, name, number))
                self.env.flush_all()
        except UserError:
            self.env.invalidate_all(flush=False)
            self.assertEqual(self.snapshot(loans), before, name)
        self.env.invalidate_all()

    def pick(self, loans, name, number):
        """Return a loan that fits the step; sometimes any."""
        usual = OFTEN[name][1]
        fitting = [loan for loan in loans if loan.sudo().state == usual]
        among = loans if number > 9 or not fitting else fitting
        return among[number % len(among)]

    def snapshot(self, loans):
        return [
            (loan.state, self.lines(loan).read(["state", "date_due", "date_fetch"]))
            for loan in (one.sudo() for one in loans)
        ]

    def ask(self, login, number):
        volume = self.volumes[number]
        user = self.users[login]
        loan = self.draft(volume.browse(), user, wanted="That one")
        loan.action_request_approval()
        loan.with_user(self.custodian2)._choose(volume.with_user(self.custodian2))
        return loan

    def do_approve(self, loan):
        loan.sudo().approval_request_id.with_user(self.boss).decide("approved")

    def do_refuse(self, loan):
        loan.sudo().approval_request_id.with_user(self.boss).decide("rejected", "No")

    def do_withdraw(self, loan):
        loan.action_withdraw()

    def do_accept(self, loan):
        loan.action_accept_undertaking()

    def do_hand_out(self, loan):
        if loan.state == "approved" and not loan.date_accepted:
            loan.action_accept_undertaking()
        self.lines(loan).with_user(self.custodian2)._hand_out()

    def do_confirm(self, loan):
        line = self.lines(loan).with_user(loan.user_id)
        if line.state == "returned":
            line.action_confirm_return()
        else:
            line.action_confirm_receipt()

    def do_renew(self, loan):
        self.lines(loan).with_user(loan.user_id).action_renew()

    def do_recall(self, loan):
        self.lines(loan).with_user(self.custodian2).action_recall()

    def do_take_back(self, loan):
        self.lines(loan).with_user(self.custodian2)._take_back("good")

    do_find = do_take_back

    def do_lose(self, loan):
        self.lines(loan).with_user(loan.user_id)._report("lost", "Gone")

    def do_claim(self, loan):
        self.lines(loan).with_user(loan.user_id)._report("claimed", "It is back")

    def do_unclaim(self, loan):
        self.lines(loan).with_user(self.custodian2)._report("unclaimed", "It is not")

    def do_give_back(self, loan):
        self.lines(loan).with_user(loan.user_id).action_give_back()

    # ------------------------------------------------------------------
    # WHAT MUST HOLD
    # ------------------------------------------------------------------

    def check(self, loans):
        self.env.flush_all()
        self.env.invalidate_all()
        lines = self.env["governance.loan.line"].search(
            [("volume_id", "in", [volume.id for volume in self.volumes])]
        )
        self.check_holders(lines)
        self.check_access_ends(lines)
        self.check_queue(lines)
        for line in lines:
            self.reached.add(line.state)
            self.check_register(line)

    def check_holders(self, lines):
        """A volume on paper has one holder at most, and is out or on its shelf."""
        for volume in self.volumes[:2]:
            held = lines.filtered(
                lambda line, volume=volume: (
                    line.volume_id == volume
                    and line.state in ("handed_out", "lost", "claimed")
                )
            )
            self.assertLessEqual(len(held), 1)
            self.assertEqual(volume._is_on_loan(), bool(held))
            self.assertEqual(volume.holder or "", "".join(held.mapped("borrower_name")))

    def check_access_ends(self, lines):
        """Who reads the secret customer has a live loan of its electronic volume."""
        now = fields.Datetime.now()
        for login in BORROWERS:
            user = self.users[login]
            live = lines.filtered(
                lambda line, user=user: (
                    line.user_id == user
                    and line.volume_id == self.electronic
                    and line.state == "handed_out"
                    and line.date_out <= now < line.date_due
                )
            )
            self.assertEqual(self.can_read(user, self.secret), bool(live), login)

    def check_queue(self, lines):
        """Nothing on its shelf is waited for without being kept ready for somebody."""
        for volume in self.volumes[:2]:
            waiting = lines.filtered(
                lambda line, volume=volume: (
                    line.volume_id == volume and line.state == "waiting"
                )
            )
            ready = waiting.filtered("date_fetch")
            self.assertLessEqual(len(ready), 1)
            if volume._is_on_loan():
                self.assertFalse(ready)
            elif waiting:
                self.assertTrue(ready)

    def check_register(self, line):
        """The register tells the same as the state."""
        events = line.event_ids.sorted("id").mapped("event")
        self.assertIn(events[-1], LAST[line.state], (line.state, events))
        out = events.count("handed_out")
        back = events.count("returned") + events.count("ended")
        live = line.state in ("handed_out", "claimed", "lost")
        self.assertEqual(out - back, int(live), events)
        self.assertEqual(bool(line.date_out), bool(out))
        self.assertEqual(bool(line.date_returned), line.state == "returned")
        self.assertEqual(events.count("renewed"), line.renewals)
