# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Working time of schedules that are changed: what is past stays past."""

from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.tests import TransactionCase, tagged

from odoo.addons.crm_governance.models.policy.working_time import NoWorkingTime
from odoo.addons.crm_governance.models.policy.working_versions import (
    Schedule,
    Version,
    VersionedTime,
)

PROPERTY = settings(
    max_examples=300,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    database=None,
)
HOUR = timedelta(hours=1)
MONDAY = datetime(2026, 3, 2)
WEEK = range(5)
# All of them from 9:00 to 17:00 on working days, or so.
PATTERNS = {
    "office": [[day, None, 9, 17] for day in WEEK],
    "lunch": [
        [day, None, *part] for day in WEEK for part in ((8, 12), (13, 17), (18, 20))
    ],
    "mornings": [[day, None, 9, 12] for day in range(6)],
    "evenings": [[day, None, 16, 24] for day in (1, 3, 5)],
    "in turn": [[day, day % 2, 9, 17] for day in range(7)],
    "always": [[day, None, 0, 24] for day in range(7)],
    "Sundays": [[6, None, 10, 11.5]],
}
ZONES = ("UTC", "Asia/Shanghai", "America/Los_Angeles", "Europe/Paris")
MOMENTS = st.integers(0, 26 * 96).map(
    lambda quarters: MONDAY - timedelta(days=3) + timedelta(minutes=15 * quarters)
)
LEAVES = st.lists(
    st.tuples(MOMENTS, st.integers(1, 200)).map(
        lambda pair: [
            pair[0].isoformat(),
            (pair[0] + pair[1] * timedelta(minutes=15)).isoformat(),
        ]
    ),
    max_size=3,
)
SCHEDULES = st.tuples(st.sampled_from(ZONES), st.sampled_from(list(PATTERNS)), LEAVES)
HISTORIES = st.tuples(
    SCHEDULES, st.lists(st.tuples(MOMENTS, SCHEDULES), min_size=1, max_size=4)
)


def schedule(zone="UTC", pattern="office", leaves=()):
    """Return a schedule; leaves are pairs of moments."""
    data = {"hours": PATTERNS[pattern], "leaves": list(leaves)}
    return Schedule(zone, lambda: data)


def build(history):
    """Return the working time of a first schedule and of changes."""
    first, changes = history
    changes = sorted(changes, key=lambda change: change[0])
    versions = [Version(since, schedule(*said)) for since, said in changes]
    return VersionedTime([Version(None, schedule(*first)), *versions], "time")


def split(history):
    """Return the working time before and after the last change, and its moment."""
    after = build(history)
    moment = after.versions[-1].since
    return after.get_known(moment - timedelta(seconds=1)), after, moment


def ask(time, name, *args):
    """Return the answer, or None when it is never reached."""
    try:
        return getattr(time, name)(*args)
    except NoWorkingTime:
        return None


def at(text):
    """Return a moment of March 2026, such as “02 09:00”."""
    return datetime.strptime(f"2026-03-{text}", "%Y-%m-%d %H:%M")


@tagged("post_install", "-at_install")
class TestWorkingVersions(TransactionCase):
    """It is March 2026; the 2nd is a Monday."""

    def change(self, moment, after, before="office", zones=("UTC", "UTC")):
        """Return the working time of a schedule that was changed once."""
        return VersionedTime(
            [
                Version(None, schedule(zones[0], before)),
                Version(at(moment), schedule(zones[1], after)),
            ]
        )

    # ------------------------------------------------------------------
    # WHAT HOLDS FOR ALL
    # ------------------------------------------------------------------

    @PROPERTY
    @given(HISTORIES, MOMENTS, MOMENTS, MOMENTS)
    def test_nothing_is_counted_twice(self, history, one, other, third):
        """The time of two stretches is that of both together."""
        time = build(history)
        low, middle, high = sorted((one, other, third))
        self.assertEqual(
            time.elapsed(low, high),
            time.elapsed(low, middle) + time.elapsed(middle, high),
        )

    @PROPERTY
    @given(HISTORIES, MOMENTS, MOMENTS)
    def test_the_past_stays(self, history, start, end):
        """What went by before a change is not counted in another way."""
        before, after, moment = split(history)
        start, end = sorted((min(start, moment), min(end, moment)))
        self.assertLessEqual(
            abs(before.elapsed(start, end) - after.elapsed(start, end)),
            timedelta(microseconds=1),
        )

    @PROPERTY
    @given(HISTORIES, MOMENTS, st.integers(1, 30), st.booleans())
    def test_no_deadline_crosses_a_change(self, history, start, amount, in_days):
        """One that has passed stays, one that is to come does not pass by it."""
        before, after, moment = split(history)
        name, amount = ("add_days", amount) if in_days else ("add", amount * HOUR)
        start = min(start, moment - timedelta(minutes=1))
        far = datetime.max
        old = ask(before, name, start, amount) or far
        new = ask(after, name, start, amount) or far
        if old < moment or new < moment:
            self.assertEqual(old, new)

    @PROPERTY
    @given(HISTORIES, MOMENTS, st.integers(1, 200))
    def test_there_and_back(self, history, start, quarters):
        """As much time goes by until a deadline as there is."""
        time = build(history)
        length = quarters * HOUR / 4
        if deadline := ask(time, "add", start, length):
            self.assertEqual(time.elapsed(start, deadline), length)
            earlier = deadline - timedelta(microseconds=1)
            self.assertLess(time.elapsed(start, earlier), length)

    @PROPERTY
    @given(HISTORIES, MOMENTS, st.integers(1, 20), st.integers(1, 20))
    def test_days_are_counted_one_by_one(self, history, start, some, more):
        """So many days, and so many more, are all of them."""
        time = build(history)
        middle = ask(time, "add_days", start, some)
        if middle and (end := ask(time, "add_days", start, some + more)):
            self.assertLess(middle, end)

    @PROPERTY
    @given(HISTORIES, MOMENTS, MOMENTS, st.integers(1, 20))
    def test_it_does_not_matter_what_was_asked_before(
        self, history, start, other, count
    ):
        """Working time that has been read far says the same as when it is new."""
        time, fresh = build(history), build(history)
        time.elapsed(*sorted((start, other)))
        self.assertEqual(
            ask(time, "add_days", other, count), ask(fresh, "add_days", other, count)
        )

    @PROPERTY
    @given(SCHEDULES, MOMENTS, MOMENTS, st.integers(1, 20))
    def test_a_change_of_nothing(self, said, moment, start, count):
        """To save a schedule as it is changes no deadline."""
        plain, saved = build((said, [])), build((said, [(moment, said)]))
        for name, amount in (("add_days", count), ("add", count * HOUR)):
            old, new = (ask(time, name, start, amount) for time in (plain, saved))
            self.assertEqual(old, new)

    # ------------------------------------------------------------------
    # GOLDEN CASES
    # ------------------------------------------------------------------

    def test_hours_are_cut(self):
        """From the change on mornings count; the afternoon before is not lost."""
        time = self.change("03 14:00", "mornings")
        self.assertEqual(time.elapsed(at("02 09:00"), at("04 17:00")), 16 * HOUR)
        self.assertEqual(time.add(at("02 09:00"), 15 * HOUR), at("04 11:00"))

    def test_change_at_work(self):
        """Whoever sends people home ends the working day."""
        time = self.change("03 14:00", "Sundays")
        self.assertEqual(time.add_days(at("02 09:00"), 1), at("03 14:00"))

    def test_change_in_a_break(self):
        """The day goes on until it is cut short, although nobody works then."""
        time = self.change("03 12:30", "Sundays", "lunch")
        self.assertEqual(time.add_days(at("02 09:00"), 1), at("03 12:30"))
        length = time.elapsed(at("02 09:00"), at("03 12:30"))
        self.assertEqual(time.add(at("02 09:00"), length), at("03 12:30"))

    def test_change_before_work(self):
        """A day on which nobody has worked is free after the change."""
        time = self.change("03 07:00", "Sundays")
        self.assertEqual(time.add_days(at("02 09:00"), 1), at("08 11:30"))

    def test_change_after_work(self):
        """A day that was over stays over: who was late does not come in time."""
        time = self.change("03 17:30", "lunch")
        self.assertEqual(time.add_days(at("02 09:00"), 1), at("03 17:00"))
        self.assertEqual(time.elapsed(at("03 17:00"), at("03 20:00")), 2 * HOUR)

    def test_zone_to_the_east(self):
        """The day that ends by it is one day, and what is left of it is gone."""
        time = self.change("03 10:00", "office", zones=("UTC", "Asia/Shanghai"))
        # It is 18:00 in Shanghai; there the 4th begins at 1:00 UTC.
        self.assertEqual(time.add_days(at("02 09:00"), 1), at("03 10:00"))
        self.assertEqual(time.add_days(at("02 09:00"), 2), at("04 09:00"))

    def test_zone_to_the_west(self):
        """What becomes the same day once more is no second day."""
        time = self.change(
            "03 19:00", "office", zones=("Asia/Shanghai", "America/Los_Angeles")
        )
        # In Shanghai it is the 4th already, in Los Angeles still the 3rd.
        self.assertEqual(time.add_days(at("02 02:00"), 1), at("03 09:00"))
        # The 3rd in Los Angeles counts as the 4th, from 11:00 until 17:00 there.
        self.assertEqual(time.add_days(at("02 02:00"), 2), at("05 01:00"))

    def test_what_was_known(self):
        """Before a change nobody knows of it."""
        time = self.change("04 00:00", "Sundays")
        self.assertEqual(time.add(at("02 09:00"), 17 * HOUR), at("08 11:00"))
        known = time.get_known(at("03 23:59"))
        self.assertEqual(known.add(at("02 09:00"), 17 * HOUR), at("04 10:00"))
        self.assertIs(time.get_known(at("04 00:00")), time)
        self.assertEqual(
            time.get_changes(at("03 00:00"), at("05 00:00")), [at("04 00:00")]
        )
        self.assertEqual(time.get_reign(at("03 00:00"))[1], at("04 00:00"))
        self.assertEqual(time.get_reign(at("04 00:00"))[1], None)

    def test_changes_of_one_moment(self):
        """Of those of one moment the last one holds."""
        time = VersionedTime(
            [
                Version(None, schedule()),
                Version(at("03 09:00"), schedule(pattern="Sundays")),
                Version(at("03 09:00"), schedule(pattern="office")),
            ]
        )
        self.assertEqual(time.add(at("02 09:00"), 16 * HOUR), at("03 17:00"))

    def test_holidays_that_overlap(self):
        """They are cut out once, also when they begin in a break."""
        leaves = [
            ["2026-03-03T10:00:00", "2026-03-03T12:00:00"],
            ["2026-03-03T11:00:00", "2026-03-03T15:00:00"],
            ["2026-03-04T16:00:00", "2026-03-05T23:59:59"],
        ]
        time = VersionedTime([Version(None, schedule(leaves=leaves))])
        self.assertEqual(time.elapsed(at("03 00:00"), at("03 23:00")), 3 * HOUR)
        self.assertEqual(time.add_days(at("03 09:00"), 2), at("06 17:00"))
