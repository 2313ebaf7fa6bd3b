# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What counts is the same for the plan, for its visits and for the figures."""

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from odoo.fields import Command
from odoo.tests import tagged

from .visits_generator_common import GeneratorCommon

EXAMPLES = settings(
    deadline=None,
    derandomize=True,
    database=None,
    max_examples=12,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
# (channel, direction, level of whom to meet) of the lines of the policy.
LINES = (
    ("visit", "outgoing", False),
    ("visit", "incoming", False),
    ("visit", "outgoing", "1"),
    ("visit", "outgoing", "3"),
    ("call", "outgoing", False),
    ("presence", "outgoing", False),
    ("activity", "outgoing", "3"),
)
CHANNELS = ("visit", "call", "presence", "activity", "top", "mail")
# (day, state, who, who comes along, customer, channel, direction, whom, is met)
VISITS = st.lists(
    st.tuples(
        st.integers(1, 31),
        st.sampled_from(("planned", "held", "accepted", "cancelled")),
        st.integers(0, 1),
        st.booleans(),
        st.integers(0, 1),
        st.sampled_from(CHANNELS),
        st.sampled_from(("outgoing", "outgoing", "incoming")),
        st.integers(0, 2),
        st.booleans(),
    ),
    min_size=1,
    max_size=12,
)


@tagged("post_install", "-at_install")
class TestOneMeaning(GeneratorCommon):
    NOW = "2026-03-16 08:00:00"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        channels = cls.env["governance.visit.channel"]
        for name, kind in (("top", "visit"), ("mail", "other")):
            cls.channels[name] = channels.create(
                {"name": name, "code": f"plan_{name}", "kind": kind}
            )
        cls.channels["visit"].accepts_kind = True
        cls.customers = [cls.tiered(name, cls.rep) for name in ("One", "Two")]
        cls.contacts = [
            [
                cls.env["res.partner"].create(
                    {
                        "name": f"Contact {level}",
                        "parent_id": customer.id,
                        "governance_contact_level": level,
                    }
                )
                for level in (False, "2", "3")
            ]
            for customer in cls.customers
        ]
        # Nobody has missed what was over before the customer was known.
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE res_partner SET create_date = '2025-01-01' WHERE id = ANY(%s)",
            [[customer.id for customer in cls.customers]],
        )
        cls.policy(
            *(
                cls.line(
                    number=2,
                    channel=channel,
                    direction=direction,
                    contact_level=level,
                )
                for channel, direction, level in LINES
            )
        )

    def add_visit(self, one):
        day, state, who, is_joint, customer, channel, direction, whom, is_met = one
        people = (self.rep, self.rep2)
        contact = self.contacts[customer][whom]
        if day > 16 and state != "cancelled":
            state = "planned"
        visit = self.visited(
            self.customers[customer],
            f"2026-03-{day:02}",
            people[who],
            channel,
            direction=direction,
            state="planned" if state == "planned" or day > 16 else "held",
            meeting_ids=[Command.set(contact.ids)],
            contact_ids=[Command.set(contact.ids if is_met else [])],
            participant_ids=[Command.set([one.id for one in people if is_joint])],
        )
        if state not in ("planned", "held"):
            visit._as_system().state = state
        return visit

    def fits(self, slot, visit):
        """Return whether a visit of March is what a slot asks for."""
        line, kind = slot.cadence_id, visit.channel_id.kind
        accepted = {
            "visit": ("visit",),
            "call": (),
            "presence": ("visit", "presence"),
            "activity": ("visit", "call", "presence", "activity", "other"),
        }[slot.channel_id.kind]
        met = visit.contact_ids
        if visit.state == "planned" and not any(met.mapped("governance_contact_level")):
            met = visit.meeting_ids
        levels = [one.governance_contact_level or "0" for one in met]
        return (
            visit.state != "cancelled"
            and visit.partner_id == slot.partner_id
            and slot.user_id in visit.participant_ids
            and slot.window_start <= visit.date < slot.window_end
            and (visit.channel_id == slot.channel_id or kind in accepted)
            and visit.direction == line.direction
            and max(levels, default="0") >= (line.contact_level or "0").strip("1")
        )

    def check(self, slots, visits):
        self.env.flush_all()
        self.env.invalidate_all()
        board = self.env["governance.visit.board"].browse(slots.ids)
        for slot, row in zip(slots, board, strict=True):
            fitting = visits.filtered(lambda visit, slot=slot: self.fits(slot, visit))
            done = fitting.filtered(lambda visit: visit.state != "planned")
            done = done.filtered(lambda visit: visit.date <= self.generator_today)
            self.assertEqual(bool(slot.visit_id), bool(fitting))
            self.assertLessEqual(slot.visit_id, fitting)
            self.assertEqual(row.actual, len(done))

    @EXAMPLES
    @given(plan=VISITS)
    def test_one_meaning(self, plan):
        """Generator, matching and figures agree with what is written down here."""
        self.generator_today = self.company._get_governance_today()
        savepoint = self.env.cr.savepoint()
        visits = self.env["governance.visit"].union(*map(self.add_visit, plan))
        self.generate()
        slots = self.slots_of(*self.customers)
        self.assertEqual(len(slots), 2 * 2 * len(LINES))
        self.check(slots, visits)
        slots._as_system().write({"visit_id": False})
        visits._match_slots()
        self.check(slots, visits)
        slots._as_system().write({"visit_id": False})
        visits._fill_slots(slots)
        self.env.flush_all()
        savepoint.rollback()
        savepoint.close(rollback=False)
        self.env.invalidate_all(flush=False)
