# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What must hold of attainment for any slots and any visits."""

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from odoo.tests import tagged

from .visits_attainment_common import AttainmentCommon

# The same examples in each run, so that a failure is the fault of a change.
EXAMPLES = settings(
    deadline=None,
    derandomize=True,
    database=None,
    max_examples=25,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
STATES = ("planned", "held", "submitted", "accepted", "cancelled")
SUMS = (
    "planned",
    "actual",
    "scheduled",
    "remaining",
    "to_schedule",
    "goal",
    "earned",
    "covered",
)
# (windows, most, weight, which of the windows are waived or case by case)
CADENCES = st.lists(
    st.tuples(
        st.integers(1, 6),
        st.integers(0, 8),
        st.sampled_from((0.5, 1, 2)),
        st.sets(st.integers(0, 5), max_size=2),
    ),
    min_size=1,
    max_size=3,
)
# (day, state, who visits, who comes along, customer, channel)
VISIT = st.tuples(
    st.integers(1, 31),
    st.sampled_from(STATES),
    st.integers(0, 1),
    st.booleans(),
    st.integers(0, 1),
    st.integers(0, 2),
)
VISITS = st.lists(VISIT, max_size=14)


@tagged("post_install", "-at_install")
class TestAttainmentProperties(AttainmentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = [cls.rep, cls.rep2]
        cls.customers = [cls.acme, cls.beta]
        cls.channels = [cls.door, cls.call, cls.presence]

    def add_slots(self, cadences):
        for number, (count, most, weight, waived) in enumerate(cadences):
            cadence = self.make_cadence(
                self.channels[number], max_count=most, weight=weight
            )
            for user, partner in zip(self.people, self.customers, strict=True):
                slots = self.slots(count, user=user, partner=partner, cadence=cadence)
                for place, slot in enumerate(slots):
                    if place in waived:
                        slot._as_system().state = "waived"

    def add_visit(self, one):
        day, state, who, is_joint, whom, channel = one
        user = self.people[who]
        self.visit(
            day,
            state,
            user=user,
            people=self.rep + self.rep2 if is_joint else user,
            partner=self.customers[whom],
            channel_id=self.channels[channel].id,
        )

    def read_rows(self):
        """Return {(person, customer, channel): figures}."""
        return {
            (row.user_id, row.partner_id, row.channel_id): row.read(
                [*SUMS, "total", "coverage", "reach", "cadence_id"], load=""
            )[0]
            for row in self.rows()
        }

    @EXAMPLES
    @given(cadences=CADENCES, visits=VISITS)
    def test_bounds(self, cadences, visits):
        """Nothing exceeds the cap, coverage is a part, nothing is below nothing."""
        savepoint = self.env.cr.savepoint()
        self.add_slots(cadences)
        for one in visits:
            self.add_visit(one)
        rows = self.read_rows()
        by_channel = dict(zip(self.channels, cadences, strict=False))
        for (_user, _partner, channel), row in rows.items():
            _count, most, weight, _waived = by_channel[channel]
            if most:
                self.assertLessEqual(row["earned"], most * weight)
            self.assertLessEqual(row["earned"], row["actual"] * weight)
            self.assertEqual(row["goal"], row["planned"] * weight)
            self.assertLessEqual(row["covered"], row["planned"])
            self.assertLessEqual(row["covered"], row["actual"])
            self.assertLessEqual(row["actual"], row["total"])
            self.assertLessEqual(row["to_schedule"], row["remaining"])
            self.assertLessEqual(row["remaining"], row["planned"])
            self.assertGreaterEqual(row["to_schedule"], 0)
            self.assertGreaterEqual(
                row["actual"] + row["scheduled"] + row["to_schedule"], row["planned"]
            )
            self.assertLessEqual(row["coverage"], 100)
        [coverage, reach] = self.figures("coverage", "reach")
        self.assertLessEqual(max(coverage or 0, reach or 0), 100)
        self.undo(savepoint)

    @EXAMPLES
    @given(cadences=CADENCES, visits=VISITS, more=VISIT)
    def test_a_visit_never_lowers(self, cadences, visits, more):
        """One visit more lowers no figure, and raises none of what is left to do."""
        savepoint = self.env.cr.savepoint()
        self.add_slots(cadences)
        for one in visits:
            self.add_visit(one)
        before = self.read_rows()
        self.add_visit(more)
        after = self.read_rows()
        self.assertEqual(before.keys(), after.keys())
        for key, row in before.items():
            for name in ("actual", "scheduled", "earned", "covered", "total", "reach"):
                self.assertGreaterEqual(after[key][name], row[name], name)
            for name in ("remaining", "to_schedule"):
                self.assertLessEqual(after[key][name], row[name], name)
            for name in ("planned", "goal"):
                self.assertEqual(after[key][name], row[name])
        self.undo(savepoint)

    @EXAMPLES
    @given(cadences=CADENCES, visits=VISITS)
    def test_people_add_up_to_the_team(self, cadences, visits):
        """The sum over salespeople is the team's, and the sum of the rows both."""
        savepoint = self.env.cr.savepoint()
        self.add_slots(cadences)
        for one in visits:
            self.add_visit(one)
        rows = self.read_rows()
        everybody = self.figures(*SUMS)
        reports = self.env["governance.visit.attainment"]
        specs = [f"{name}:sum" for name in SUMS]
        for grouping in ("user_id", "team_id", "partner_id", "channel_id"):
            groups = reports._read_group([], [grouping], specs)
            added = [sum(column) for column in list(zip(*groups, strict=True))[1:]]
            self.assertEqual(tuple(added), everybody)
        self.assertEqual(
            tuple(sum(row[name] for row in rows.values()) for name in SUMS), everybody
        )
        self.undo(savepoint)

    def undo(self, savepoint):
        self.env.flush_all()
        savepoint.rollback()
        savepoint.close(rollback=False)
        self.env.invalidate_all(flush=False)

    def test_windows_of_a_day(self):
        """Each visit counts in one window: those of a month add up to it."""
        cadence = self.make_cadence(number=1, unit="day")
        for day in range(1, 32):
            self.slot(day, day, cadence=cadence)
        for day in (1, 1, 2, 14, 15):
            self.visit(day, "held")
        [row] = self.rows()
        self.assertEqual((row.planned, row.actual, row.covered), (31, 5, 4))
