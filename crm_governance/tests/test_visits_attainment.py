# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from dateutil.relativedelta import relativedelta

from odoo.tests import tagged

from .visits_attainment_common import AttainmentCommon


@tagged("post_install", "-at_install")
class TestAttainment(AttainmentCommon):
    """Planned, actual, scheduled and what follows from them (anchors §2.4)."""

    def test_golden(self):
        """The arithmetic of the anchor, row by row."""
        # planned, max, weight, done, ahead: remaining, to schedule, earned, goal
        table = [
            (2, 0, 1, 0, 0, 2, 2, 0, 2),
            (2, 0, 1, 1, 0, 1, 1, 1, 2),
            (2, 0, 1, 1, 1, 1, 0, 1, 2),
            (2, 0, 1, 0, 3, 2, 0, 0, 2),
            (2, 0, 1, 2, 0, 0, 0, 2, 2),
            (2, 0, 1, 5, 1, 0, 0, 5, 2),
            (2, 3, 1, 5, 0, 0, 0, 3, 2),
            (2, 3, 2, 5, 0, 0, 0, 6, 4),
            (2, 1, 2, 2, 0, 0, 0, 2, 4),
            (4, 4, 0.5, 3, 1, 1, 0, 1.5, 2),
            (1, 2, 3, 1, 0, 0, 0, 3, 3),
        ]
        for number, line in enumerate(table):
            planned, most, weight, done, ahead, *expected = line
            with self.subTest(line=line):
                partner = self.customer(f"Golden {number}", self.rep)
                cadence = self.make_cadence(max_count=most, weight=weight)
                self.slots(planned, partner=partner, cadence=cadence)
                for day in range(1, done + 1):
                    self.visit(day, partner=partner)
                for day in range(20, 20 + ahead):
                    self.visit(day, "planned", partner=partner)
                [row] = self.rows(domain=[("partner_id", "=", partner.id)])
                self.assertEqual((row.planned, row.actual), (planned, done))
                self.assertEqual(row.scheduled, ahead)
                self.assertEqual(
                    [row.remaining, row.to_schedule, row.earned, row.goal], expected
                )
                self.assertEqual(row.attainment, 100 * row.earned / row.goal)

    # ------------------------------------------------------------------
    # WHICH VISITS COUNT
    # ------------------------------------------------------------------

    def assertFigures(self, rows=None, **expected):
        [row] = self.rows() if rows is None else rows
        self.assertEqual({name: row[name] for name in expected}, expected)

    def test_states(self):
        """Held, submitted and accepted up to today is done, by growing trust."""
        self.slots(2)
        for day, state in (
            (4, "planned"),
            (5, "held"),
            (6, "submitted"),
            (7, "accepted"),
            (8, "cancelled"),
            (20, "held"),
            (21, "planned"),
            (22, "cancelled"),
        ):
            self.visit(day, state)
        self.assertFigures(actual=3, reported=2, accepted=1, scheduled=3, total=3)
        self.assertFigures(earned=3, earned_reported=2, earned_accepted=1)
        self.assertFigures(
            attainment=150, attainment_reported=100, attainment_accepted=50
        )

    def test_today_counts_where_the_company_is(self):
        """A visit of today is done; today is the day of the company."""
        self.slots(2)
        self.visit(15, "held")
        self.assertFigures(actual=1, scheduled=0)
        self.visit(16, "held")
        self.assertFigures(actual=1, scheduled=1)
        self.company.partner_id.tz = "Pacific/Kiritimati"
        self.assertFigures(actual=2, scheduled=0)

    def test_windows(self):
        """The first day of a window is in it, the one after its last day is not."""
        self.slot(4, 10)
        for day in (3, 11):
            self.visit(day)
        self.assertFigures(actual=0, total=0, covered=0)
        for day in (4, 10):
            self.visit(day)
        self.assertFigures(actual=2, total=2, covered=1)

    def test_moved_out_of_a_closed_window(self):
        """The open day that is proposed instead counts, and none behind it."""
        slot = self.slot(4, 6, is_moved=True, date=date(2026, 5, 8))
        self.visit(9)
        self.assertFigures(actual=0, covered=0)
        board = self.env["governance.visit.board"].search([("id", "=", slot.id)])
        self.assertEqual((board.status, board.is_over), ("late", True))
        self.visit(8)
        self.assertFigures(actual=1, covered=1)
        board.invalidate_recordset()
        self.assertEqual((board.status, board.is_done_late), ("done", False))

    def test_moved_in_front_of_a_closed_window(self):
        """So does one before it."""
        self.slot(6, 9, is_moved=True, date=date(2026, 5, 4))
        self.visit(1)
        self.assertFigures(actual=0, covered=0)
        self.visit(4)
        self.assertFigures(actual=1, covered=1)

    def test_window_over_the_end_of_the_month(self):
        """A visit counts for the month of its window, once."""
        self.slot(date(2026, 4, 27), 3, month=date(2026, 4, 1))
        self.slot(4, 10)
        self.visit(2)
        april, may = self.rows(domain=[]).sorted("month")
        self.assertEqual((april.actual, may.actual), (1, 0))

    def test_channel(self):
        """A call is no visit; any channel is an action, not all of them presence."""
        for channel in (self.door, self.call, self.presence, self.action):
            self.slots(1, cadence=self.make_cadence(channel))
        self.visit(4, channel_id=self.door.id)
        self.visit(5, channel_id=self.call.id)
        self.visit(6, channel_id=self.presence.id)
        self.assertEqual(
            {row.channel_id: row.actual for row in self.rows()},
            {self.door: 1, self.call: 1, self.presence: 2, self.action: 3},
        )

    def test_days_of_presence(self):
        """B-29: ten working days a month are ten different days at the customer."""
        cadence = self.make_cadence(self.presence, number=10)
        self.slots(10, cadence=cadence)
        for day in (4, 4, 4, 5, 6):
            self.visit(day, channel_id=self.presence.id)
        self.visit(6, channel_id=self.door.id)
        self.visit(7, channel_id=self.door.id)
        self.assertFigures(planned=10, actual=4, total=4, remaining=6, attainment=40)

    def test_direction_and_level(self):
        """The customer's visit to us, and who was met, are asked for apart."""
        leader, daily = (
            self.env["res.partner"].create(
                {
                    "name": name,
                    "parent_id": self.acme.id,
                    "governance_contact_level": level,
                }
            )
            for name, level in (("Leader", "3"), ("Clerk", "1"))
        )
        level = self.make_cadence(contact_level="3")
        incoming = self.make_cadence(direction="incoming")
        for cadence in (self.cadence, level, incoming):
            self.slots(1, cadence=cadence)
        self.visit(4)
        self.visit(5, contact_ids=daily.ids)
        self.visit(6, contact_ids=(daily + leader).ids)
        self.visit(7, direction="incoming", contact_ids=leader.ids)
        self.assertEqual(
            {row.cadence_id: row.actual for row in self.rows()},
            {self.cadence: 3, level: 1, incoming: 1},
        )

    def test_lowest_level(self):
        """Everybody is a daily contact, also without a level or a name (VC-03)."""
        nobody = self.env["res.partner"].create(
            {"name": "New clerk", "parent_id": self.acme.id}
        )
        self.slots(2, cadence=self.make_cadence(contact_level="1"))
        self.visit(4)
        self.visit(7, contact_ids=nobody.ids)
        self.assertFigures(actual=2)

    def test_communication_of_any_kind(self):
        """A visit, a call or any other contact is one (VC-03, VC-09)."""
        channel = self.env.ref("crm_governance.governance_visit_channel_communication")
        self.slots(1, cadence=self.make_cadence(channel_id=channel.id))
        channels = self.env["governance.visit.channel"].search([])
        for other in channels:
            self.visit(4, channel_id=other.id)
        self.assertFigures(actual=len(channels))

    def test_planned_with_whom_is_open(self):
        """What was planned for a slot is scheduled before it is known who is met."""
        level = self.make_cadence(contact_level="3")
        slot = self.slot(18, 31, cadence=level)
        visit = self.visit(20, "planned")
        self.assertFigures(scheduled=0, to_schedule=1)
        slot._as_system().visit_id = visit
        self.assertFigures(scheduled=1, to_schedule=0)

    def test_other_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.rep.company_ids |= other
        self.slots(1)
        self.visit(4, company_id=other.id)
        self.assertFigures(actual=0, total=0)

    def test_other_customer(self):
        self.slots(1)
        self.visit(4, partner=self.beta)
        self.assertFigures(actual=0, total=0)

    # ------------------------------------------------------------------
    # WHOSE VISITS
    # ------------------------------------------------------------------

    def test_visits_of_others(self):
        """Visits of colleagues appear in the total only (anchors §2.4 no. 4)."""
        self.slots(2)
        self.visit(4)
        self.visit(5, user=self.rep2)
        self.visit(20, "planned", user=self.rep2)
        self.assertFigures(actual=1, scheduled=0, total=2, earned=1, covered=1)

    def test_joint_visit(self):
        """A joint visit counts for each who takes part and has a slot, once each."""
        self.slots(2)
        specialist = self.make_cadence(
            role_id=self.env["governance.visit.role"]
            .create({"name": "Specialist", "code": "TEST_SPECIALIST"})
            .id
        )
        self.slots(1, user=self.rep2, cadence=specialist)
        self.visit(4, people=self.rep + self.rep2)
        self.assertEqual(
            {row.user_id: (row.actual, row.total) for row in self.rows()},
            {self.rep: (1, 1), self.rep2: (1, 1)},
        )

    def test_owner_changes(self):
        """What was done stays with who did it; the rest of the month moves on."""
        _first, second = self.slots(2)
        self.visit(4)
        second._as_system().state = "void"
        self.slot(second.window_start, 31, user=self.rep2)
        self.visit(18, "planned", user=self.rep2)
        self.assertEqual(
            {
                row.user_id: (row.planned, row.actual, row.scheduled)
                for row in self.rows()
            },
            {self.rep: (1, 1, 0), self.rep2: (1, 0, 1)},
        )

    # ------------------------------------------------------------------
    # WHAT HAPPENS TO SLOTS
    # ------------------------------------------------------------------

    def test_tier_changes_in_the_month(self):
        """Each window belongs to the cadence of the tier at its middle: prorated."""
        rare = self.make_cadence(number=1, weight=2)
        self.slot(1, 10)
        self.slot(11, 20, cadence=rare)
        self.slot(21, 31, cadence=rare)
        self.visit(4)
        self.visit(12)
        rows = {row.cadence_id: row for row in self.rows()}
        self.assertFigures(rows[self.cadence], planned=1, actual=1, goal=1, earned=1)
        self.assertFigures(rows[rare], planned=2, actual=1, goal=4, earned=2)
        self.assertEqual(self.figures("planned", "actual"), (3, 2))

    def test_tier_of_the_row(self):
        """Each window of a cadence for several tiers stands under its own tier."""
        scheme = self.env["governance.tier.scheme"].create(
            {"name": "Scheme", "code": "TEST"}
        )
        old, new = self.env["governance.tier"].create(
            [
                {"name": name, "code": name, "rank": rank, "scheme_id": scheme.id}
                for rank, name in enumerate(("Old", "New"), 1)
            ]
        )
        late = self.slot(16, 31, tier_id=new.id)
        early = self.slot(1, 15, tier_id=old.id)
        self.visit(4)
        rows = {row.tier_id: row for row in self.rows()}
        self.assertFigures(rows[old], planned=1, actual=1)
        self.assertFigures(rows[new], planned=1, actual=0)
        self.assertEqual(rows[old]._get_slot_ids(), early.ids)
        self.assertEqual(rows[new]._get_slot_ids(), late.ids)

    def test_plan_is_shortened(self):
        """Slots that are void ask for nothing, and what is done outside is extra."""
        _first, second = self.slots(2)
        self.visit(4)
        self.visit(20, "planned")
        second._as_system().state = "void"
        self.assertFigures(planned=1, actual=1, scheduled=0, attainment=100)

    def test_waived_and_case_by_case(self):
        """Neither is a goal, and without a goal there are no points."""
        self.slot(1, 10, state="waived")
        self.slot(11, 20, is_optional=True)
        self.visit(4)
        self.visit(12)
        self.assertFigures(planned=0, actual=2, goal=0, earned=0, remaining=0)
        self.assertFigures(covered=0, attainment=0, coverage=0, reach=0)
        self.slot(21, 31)
        self.assertFigures(planned=1, actual=2, earned=2, covered=0, coverage=0)

    def test_customers_are_merged(self):
        """What was planned for the one that vanishes does not count twice."""
        self.slots(2)
        self.slots(2, partner=self.beta)
        self.visit(4)
        self.visit(20, "planned", partner=self.beta)
        self.env.flush_all()
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.acme + self.beta).ids, self.acme)
        self.assertFigures(partner_id=self.acme, planned=2, actual=1, scheduled=1)

    def test_goal_that_was_raised(self):
        """What is added has the whole month: one visit is still one visit."""
        self.slots(2)
        self.slot(1, 31, key="challenge-1-0")
        self.visit(4)
        self.assertFigures(planned=3, actual=1, covered=1, remaining=2)
        self.visit(5)
        self.assertFigures(actual=2, covered=2)

    def test_callbacks(self):
        """A callback has a row of its own, weighs one and has no limit."""
        callback = self.env["governance.visit.callback"].create(
            {
                "policy_id": self.policy.id,
                "role_id": self.role.id,
                "channel_id": self.call.id,
                "days": 3,
            }
        )
        values = {
            "cadence_id": False,
            "callback_id": callback.id,
            "channel_id": self.call.id,
            "key": f"callback-{callback.id}",
        }
        self.slot(4, 7, origin_ref="sale.order,1", **values)
        self.slot(6, 9, origin_ref="sale.order,2", **values)
        self.visit(5, channel_id=self.call.id)
        self.assertFigures(
            callback_id=callback, planned=2, actual=1, goal=2, earned=1, covered=1
        )
        self.visit(8, channel_id=self.call.id)
        self.assertFigures(actual=2, covered=2, coverage=100)

    def test_leads(self):
        """A lead is met by what happens on the lead, not at its customer (VC-07)."""
        lead, other = self.env["crm.lead"].create(
            [
                {"name": name, "partner_id": partner, "user_id": self.rep.id}
                for name, partner in (("Idea", False), ("Offer", self.acme.id))
            ]
        )
        cadence = self.make_cadence(self.action, population="lead", number=1)
        for found in (lead, other):
            self.slot(
                1,
                31,
                cadence=cadence,
                lead_id=found.id,
                partner_id=found.partner_id.id,
            )
        self.visit(4)
        self.visit(5, lead_id=lead.id, partner_id=False, channel_id=self.call.id)
        self.visit(6, lead_id=other.id, direction="incoming", channel_id=self.call.id)
        self.visit(20, "planned", lead_id=other.id)
        rows = {row.lead_id: row for row in self.rows()}
        self.assertFigures(rows[lead], actual=1, total=1, display_name="Idea")
        self.assertFigures(rows[other], actual=1, scheduled=1, display_name="Acme")
        self.assertEqual(self.figures("reach", "coverage"), (100, 100))

    def test_visits_of_others_take_nothing_away(self):
        """What a colleague enters on a lead does not undo what its person did."""
        lead = self.env["crm.lead"].create({"name": "Idea", "user_id": self.rep.id})
        cadence = self.make_cadence(self.action, population="lead", number=1)
        lead_slot = {"lead_id": lead.id, "partner_id": False}
        slot = self.slot(1, 31, cadence=cadence, **lead_slot)
        slot._as_system().date_done = date(2026, 5, 4)
        self.assertFigures(actual=1)
        self.visit(4, user=self.rep2, **lead_slot)
        self.assertFigures(actual=1)
        self.visit(4, **lead_slot)
        self.assertFigures(actual=1)

    def test_nobody_in_charge(self):
        """What nobody has to do is nobody's attainment; the board shows it."""
        self.slot(1, 31, user=self.env["res.users"])
        self.assertFalse(self.rows())
        [contact] = self.rows(model="governance.visit.board")
        self.assertEqual((contact.status, contact.actual), ("late", 0))

    # ------------------------------------------------------------------
    # SUMS
    # ------------------------------------------------------------------

    def test_december(self):
        """Twelve visits in December are a year of visits, not a year covered."""
        cadence = self.make_cadence(number=12, unit="year")
        for month in range(1, 13):
            start = date(2025, month, 1)
            end = start + relativedelta(months=1, days=-1)
            self.slot(start, end, cadence=cadence)
        for day in range(1, 13):
            self.visit(date(2025, 12, day))
        year = [("month", ">=", "2025-01-01"), ("month", "<=", "2025-12-31")]
        self.assertEqual(
            self.figures("planned", "actual", "covered", "remaining", domain=year),
            (12, 12, 1, 11),
        )
        [attainment, coverage] = self.figures("attainment", "coverage", domain=year)
        self.assertEqual(attainment, 100)
        self.assertAlmostEqual(coverage, 100 / 12)

    def test_ratios_come_from_sums(self):
        """A large and a small goal are not averaged (B-58, P-14)."""
        self.slots(10, cadence=self.make_cadence(number=10))
        self.slots(1, partner=self.beta)
        self.visit(4)
        self.visit(4, partner=self.beta)
        self.assertEqual({row.attainment for row in self.rows()}, {10, 100})
        [attainment, coverage] = self.figures("attainment", "coverage")
        self.assertAlmostEqual(attainment, 100 * 2 / 11)
        self.assertAlmostEqual(coverage, 100 * 2 / 11)
        rows = self.env["governance.visit.attainment"].formatted_read_group(
            [], ["user_id"], ["attainment:avg", "attainment:sum"]
        )
        for spec in ("attainment:avg", "attainment:sum"):
            self.assertAlmostEqual(rows[0][spec], 100 * 2 / 11)

    def test_reach(self):
        """A customer is met or not, however many cadences ask for it."""
        self.slots(1)
        self.slots(1, cadence=self.make_cadence(self.call))
        self.slots(1, partner=self.beta)
        self.slot(1, 31, partner=self.customer("Gamma"), is_optional=True)
        self.assertEqual(self.figures("reach"), (0,))
        self.visit(4)
        self.assertEqual(self.figures("reach"), (50,))

    def test_an_id_is_enough(self):
        """A row is found by its id as well, and does not change its figures."""
        self.slots(2)
        self.visit(4)
        row = self.rows()
        again = self.env["governance.visit.attainment"].browse(row.id)
        self.env.invalidate_all()
        self.assertFigures(again, planned=2, actual=1)

    def test_what_is_asked_for_changes_no_figure(self):
        """Rows are the same whatever else is asked for, and so are pages of them."""
        rare = self.make_cadence(self.call, number=1)
        for user, partner in ((self.rep, self.acme), (self.rep2, self.beta)):
            self.slots(2, user=user, partner=partner)
            self.slots(1, user=user, partner=partner, cadence=rare)
            self.visit(4, user=user, partner=partner)
        for model in ("governance.visit.attainment", "governance.visit.board"):
            everything = self.rows(domain=[], model=model)
            figures = {row: row.actual for row in everything}
            self.assertEqual(sum(figures.values()), 2)
            for domain in (
                [("user_id", "=", self.rep.id)],
                [("user_id", "!=", self.rep.id)],
                [("partner_id.name", "=", "Beta")],
                [("month", ">", "2026-05-01")],
                [("actual", ">", 0)],
                ["|", ("actual", ">", 0), ("user_id", "=", self.rep.id)],
                ["!", "|", ("actual", ">", 0), ("user_id", "=", self.rep.id)],
                [("actual", ">", 0), ("channel_id", "=", self.door.id)],
                [("id", "in", everything[1:3].ids)],
                [("id", "not in", everything[1:3].ids)],
            ):
                with self.subTest(model=model, domain=domain):
                    expected = everything.filtered_domain(domain)
                    rows = self.rows(domain=domain, model=model)
                    self.assertEqual(rows, expected)
                    self.assertEqual(
                        rows.mapped("actual"), [figures[row] for row in expected]
                    )
                    page = rows.search_fetch(domain, ["actual"], offset=1, limit=2)
                    self.assertEqual(page, expected[1:3])
                    self.assertEqual(rows.search_count(domain), len(expected))

    # ------------------------------------------------------------------
    # BOARD
    # ------------------------------------------------------------------

    def test_board(self):
        """Who, where, due, done, late."""
        expected = {}
        for number, (status, first, last, values, visits) in enumerate(
            [
                ("done", 4, 10, {}, [(5, "held"), (7, "held")]),
                ("done", 18, 31, {"date": "2026-05-18", "state": "waived"}, []),
                ("late", 4, 10, {}, []),
                ("late", 4, 10, {}, [(5, "planned")]),
                ("late", 4, 10, {}, [(5, "cancelled")]),
                ("late", 1, 31, {"date": "2026-05-14"}, []),
                ("due", 1, 31, {"date": "2026-05-15"}, []),
                ("due", 1, 31, {"date": False}, []),
                ("late", 1, 14, {"date": False}, []),
                ("planned", 1, 31, {"date": "2026-05-04"}, [(15, "planned")]),
                ("planned", 1, 31, {"date": "2026-05-04"}, [(29, "held")]),
                ("optional", 4, 10, {"is_optional": True}, []),
                ("planned", 18, 31, {"is_optional": True}, [(20, "planned")]),
                ("done", 4, 10, {"is_optional": True}, [(5, "held")]),
                ("waived", 4, 10, {"state": "waived"}, []),
            ]
        ):
            partner = self.customer(f"Board {number}", self.rep)
            if values.get("state") == "waived" and status == "done":
                visits = [(15, "held")]
                first = 1
            slot = self.slot(first, last, partner=partner, **values)
            for day, state in visits:
                self.visit(day, state, partner=partner)
            expected[slot.id] = status
        contacts = self.rows(model="governance.visit.board")
        self.assertEqual({row.id: row.status for row in contacts}, expected)
        first = contacts.filtered(lambda row: row.partner_id.name == "Board 0")
        self.assertEqual((first.actual, first.date_done), (2, date(2026, 5, 5)))
        self.assertTrue(first.is_over)
        groups = self.env["governance.visit.board"]._read_group(
            [("month", "=", "2026-05-01")], ["status"], ["__count"]
        )
        self.assertEqual(dict(groups)["late"], 5)

    # ------------------------------------------------------------------
    # WHAT IS BEHIND A FIGURE
    # ------------------------------------------------------------------

    def test_lists_behind(self):
        """From a figure to its visits and planned contacts."""
        first, second = self.slots(2)
        self.slots(1, cadence=self.make_cadence(self.call))
        own = self.visit(4)
        joint = self.visit(5, user=self.rep2)
        ahead = self.visit(20, "planned")
        self.visit(6, channel_id=self.call.id)
        self.visit(7, "cancelled")
        row = self.rows(domain=[("channel_id", "=", self.door.id)])
        action = row.action_open_visits()
        self.assertEqual(
            self.env["governance.visit"].search(action["domain"]), ahead + joint + own
        )
        action = row.action_open_slots()
        contacts = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(contacts.ids, (first + second).ids)
        action = contacts[0].action_open_visits()
        self.assertEqual(
            self.env["governance.visit"].search(action["domain"]), joint + own
        )
