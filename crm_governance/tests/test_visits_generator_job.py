# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The job that makes plans: in time, late, killed, beside others, in any order."""

import contextlib
import random
from collections import Counter
from datetime import date
from unittest.mock import patch

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from psycopg2.errors import SerializationFailure

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from odoo.addons.crm_governance.models.visits import (
    governance_visit_generator_job as job,
)
from odoo.addons.crm_governance.models.visits.governance_visit_generator import (
    GovernanceVisitGenerator,
)

from .visits_generator_common import GeneratorCommon

MARCH, APRIL, MAY = (date(2026, number, 1) for number in (3, 4, 5))
EXAMPLES = settings(
    deadline=None,
    derandomize=True,
    database=None,
    max_examples=20,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)
LOGGER = job.__name__


class JobCommon(GeneratorCommon):
    def run_job(self):
        """Run the job as the scheduler does."""
        self.env.flush_all()
        # In a test nothing is committed.
        with patch.object(type(self.env["ir.cron"]), "_commit_progress", self.commit):
            self.generator._cron_generate()
        self.env.invalidate_all()

    @staticmethod
    def commit(cron, processed=0, **_options):
        cron.env.flush_all()
        return True

    def months(self, user=None):
        """Return the months for which there are plans of a person."""
        plans = self.env["governance.visit.plan"].search(
            [("user_id", "=", (user or self.rep).id)], order="month"
        )
        return plans.mapped("month")


@tagged("post_install", "-at_install")
class TestVisitsGeneratorJob(JobCommon):
    """Plans are there before they are to be submitted, whatever happens (B-50)."""

    def test_some_days_before(self):
        """This month at once, the next one a week before its plan is submitted."""
        self.tiered("Customer", self.rep)
        self.policy(self.line(), plan_days_before=5)
        self.travel("2026-03-10 08:00:00")
        self.run_job()
        self.assertEqual(self.months(), [MARCH])
        self.travel("2026-03-19 08:00:00")
        self.run_job()
        self.assertEqual(self.months(), [MARCH])
        self.travel("2026-03-20 08:00:00")
        self.run_job()
        self.assertEqual(self.months(), [MARCH, APRIL])
        before = self.snapshot_of(MARCH, APRIL)
        self.travel("2026-03-21 08:00:00")
        self.run_job()
        self.assertEqual(self.snapshot_of(MARCH, APRIL), before)

    def test_a_week_late(self):
        """A server that was off over the first makes the same windows, from then on."""
        customers = [self.tiered(f"Customer {n}", self.rep) for n in range(5)]
        # Known for long: the clock of the database does not stand still.
        self.env.cr.execute("UPDATE res_partner SET create_date = '2025-01-01'")
        self.policy(self.line("every", 1, "week"))
        self.travel("2026-04-08 08:00:00")
        self.run_job()
        late = {
            (slot.partner_id, slot.window_start): slot
            for slot in self.slots_of(month=APRIL)
        }
        for slot in late.values():
            if slot.window_end > date(2026, 4, 8):
                self.assertGreaterEqual(slot.date, date(2026, 4, 8))
        self.env["governance.visit.plan"].search([])._as_system().unlink()
        self.travel("2026-03-25 08:00:00")
        self.run_job()
        in_time = {
            (slot.partner_id, slot.window_start) for slot in self.slots_of(month=APRIL)
        }
        self.assertEqual(set(late), in_time)
        self.assertEqual({partner for partner, _start in late}, set(customers))

    def test_no_policy(self):
        self.tiered("Customer", self.rep)
        self.run_job()
        self.assertFalse(self.months())

    def test_one_that_fails(self):
        """Whose plan fails is told so on the plan; all others get theirs."""
        people = [self.rep, self.rep2, self.leader, self.leader2]
        for person in people:
            self.tiered(person.name, person)
        self.policy(self.line())
        self.travel("2026-03-02 08:00:00")
        original = GovernanceVisitGenerator._create_plans

        def fail(generator, scope, rows, plans):
            original(generator, scope, rows, plans)
            if self.rep2.id in plans:
                raise errors[0]

        errors = [ValueError("secret"), UserError("Choose a schedule")]
        for words in ("The plan could not be made", "Choose a schedule"):
            with (
                patch.object(GovernanceVisitGenerator, "_create_plans", fail),
                mute_logger(LOGGER),
            ):
                self.run_job()
            plans = self.env["governance.visit.plan"].search([("month", "=", MARCH)])
            problems = {plan.user_id: plan.problem for plan in plans}
            self.assertEqual(set(problems), set(people))
            self.assertIn(words, problems[self.rep2])
            self.assertNotIn("secret", problems[self.rep2])
            self.assertEqual(
                {user for user, problem in problems.items() if problem}, {self.rep2}
            )
            self.assertEqual(set(self.slots_of().user_id), set(people) - {self.rep2})
            plans._as_system().date_generated = False
            errors.pop(0)
        self.run_job()
        self.assertEqual(set(self.slots_of().user_id), set(people))
        self.assertFalse(plans.filtered("problem"))

    def test_killed_half_way(self):
        """What is done stays, the next run goes on with the others."""
        people = [self.rep, self.rep2, self.leader, self.leader2]
        for person in people:
            self.tiered(person.name, person)
        self.policy(self.line("at_least", 2))
        self.travel("2026-03-02 08:00:00")
        done, original = [], GovernanceVisitGenerator._generate_batch

        def die(generator, scope, users):
            if len(done) == 2:
                raise KeyboardInterrupt
            done.append(users)
            return original(generator, scope, users)

        size = patch.object(GovernanceVisitGenerator, "_batch_size", 1)
        with size:
            batch = patch.object(GovernanceVisitGenerator, "_generate_batch", die)
            # What was done before is committed, so it must not be undone here.
            with batch, contextlib.suppress(KeyboardInterrupt):
                self.run_job()
            half = self.snapshot_of()
            self.assertEqual(len(half), 4)
            done.clear()
            with patch.object(
                GovernanceVisitGenerator,
                "_generate_batch",
                lambda generator, scope, users: (
                    done.append(users),
                    original(generator, scope, users),
                ),
            ):
                self.run_job()
        self.assertEqual(len(done), 2, "only those that were missing")
        whole = self.snapshot_of()
        self.assertLessEqual(set(half), set(whole))
        self.assertEqual(len(whole), 8)

    def test_busy_is_no_failure(self):
        """Who is planned by somebody else at this moment has no problem."""
        self.tiered("Customer", self.rep)
        self.policy(self.line())
        self.travel("2026-03-02 08:00:00")
        with patch.object(
            GovernanceVisitGenerator,
            "_generate_batch",
            side_effect=SerializationFailure,
        ):
            self.run_job()
        self.assertFalse(self.months())

    def test_out_of_time(self):
        """A job that has no time left stops, and is run again."""
        for person in (self.rep, self.rep2):
            self.tiered(person.name, person)
        self.policy(self.line())
        self.travel("2026-03-02 08:00:00")
        with (
            patch.object(GovernanceVisitGenerator, "_batch_size", 1),
            patch.object(
                type(self.env["ir.cron"]), "_commit_progress", lambda *_, **__: False
            ),
        ):
            self.generator._cron_generate()
        self.assertEqual(len(self.slots_of()), 1)

    def test_by_button(self):
        """A plan is made anew; whose month is over is not."""
        self.tiered("Customer", self.rep)
        self.policy(self.line())
        plan = self.env["governance.visit.plan"].create(
            {"user_id": self.rep.id, "company_id": self.company.id, "month": MARCH}
        )
        plan._generate_slots()
        self.assertEqual(len(plan.slot_ids), 1)
        self.travel("2026-04-01 08:00:00")
        with self.assertSays("March 2026 is over"):
            plan._generate_slots()


@tagged("post_install", "-at_install")
class TestVisitsGeneratorProperties(JobCommon):
    """What must hold for any cadences, tiers and visits."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = [cls.rep, cls.rep2, cls.leader]
        cls.customers = [
            cls.tiered(f"Customer {n}", cls.people[n % 3], "ABC"[n % 2])
            for n in range(12)
        ]

    def wipe(self):
        """Let the next example begin anew."""
        self.env.flush_all()
        for table in ("slot", "plan", "cadence_tier_rel", "cadence", "policy"):
            self.env.cr.execute(
                SQL("DELETE FROM %s", SQL.identifier(f"governance_visit_{table}"))
            )
        self.env.invalidate_all()

    def make_policy(self, rhythms):
        lines = [
            self.line(mode, number, unit, tiers=tiers, channel=channel)
            for (mode, number, unit), (tiers, channel) in zip(
                rhythms,
                [("A", "visit"), ("B", "visit"), ("AB", "call")],
                strict=True,
            )
        ]
        return self.policy(*lines, daily_capacity=50)

    RHYTHMS = st.lists(
        st.tuples(
            st.sampled_from(["at_least", "every"]),
            st.integers(min_value=1, max_value=4),
            st.sampled_from(["week", "month", "quarter", "period445"]),
        ),
        min_size=3,
        max_size=3,
    )

    @EXAMPLES
    @given(rhythms=RHYTHMS, size=st.sampled_from([1, 2, 200]), seed=st.integers())
    def test_any_order_and_again(self, rhythms, size, seed):
        """The same plans in any order, in any batches, and once more."""
        self.wipe()
        self.make_policy(rhythms)
        self.generate()
        once = self.snapshot_of()
        self.generate()
        self.assertEqual(self.snapshot_of(), once)
        self.env.cr.execute("DELETE FROM governance_visit_plan")
        self.env.invalidate_all()
        people = list(self.people)
        random.Random(seed).shuffle(people)
        with patch.object(GovernanceVisitGenerator, "_batch_size", size):
            self.generate(users=self.env["res.users"].concat(*people))
        self.assertEqual(self.snapshot_of(), once)
        for person in people:
            self.generate(users=person)
        self.assertEqual(self.snapshot_of(), once)

    @EXAMPLES
    @given(rhythms=RHYTHMS)
    def test_no_window_is_lost(self, rhythms):
        """Over consecutive months each customer has each window once."""
        self.wipe()
        policy = self.make_policy(rhythms)
        months = [MARCH, APRIL, MAY, date(2026, 6, 1)]
        for month in months:
            self.generate(month)
        for customer in self.customers:
            for line in policy.cadence_ids:
                slots = self.slots.search(
                    [
                        ("partner_id", "=", customer.id),
                        ("cadence_id", "=", line.id),
                    ],
                    order="window_start",
                )
                self.assertLessEqual(set(slots.mapped("state")), {"open"})
                for former, latter in zip(slots, slots[1:], strict=False):
                    self.assertEqual(former.window_end, latter.window_start)
                if self.tier_of(customer) not in line.tier_ids:
                    self.assertFalse(slots)
                elif line.mode == "at_least" or line.unit == "week":
                    # Four months are longer than each of these windows.
                    self.assertTrue(slots)

    def tier_of(self, customer):
        return (
            self.env["governance.tier.assignment"]
            ._get_open(customer, self.scheme)
            .tier_id
        )

    def test_even_spread(self):
        """No day of a month has more than an even share and one visit."""
        self.wipe()
        for number in range(60):
            self.customer(f"More {number}", self.rep)
        self.policy(self.line("at_least", 1, tiers=""), self.line("every", 2, "week"))
        self.generate()
        slots = self.slots_of(user_id=self.rep.id)
        counts = Counter(slot.date for slot in slots)
        self.assertLessEqual(max(counts.values()), len(slots) // 22 + 2)
        # Targets depend on the customers: a day at an end of the month may have none.
        self.assertGreaterEqual(len(counts), 20, "of 22 working days")
