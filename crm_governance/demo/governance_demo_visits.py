# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import threading
from contextlib import contextmanager
from datetime import datetime, time
from unittest.mock import patch

from dateutil.relativedelta import relativedelta

from odoo import fields, models
from odoo.fields import Command
from odoo.tools import SQL

# Tier: how many visits in which unit. Customers of no other line get one a month.
CADENCES = {
    "IMPORTANT": ("at_least", 1, "week"),
    "STABLE": ("at_least", 2, "month"),
}
MATRICES = ("am_09", "am_09a", "am_09b")
# What is promised at which visit of the last month, and within how many days: the
# first promise is kept, the second is late.
PROMISES = {
    2: [("Send the drawings of the joints", 3)],
    3: [("Offer for the decking", 1)],
}
# What the reports say, in turn: result, needs and opinions.
REPORTS = [
    (
        "Walked through the site with the manager; the last delivery is built in.",
        "Would like shorter lead times in autumn.",
    ),
    (
        "Went through the open offers; two of them are decided next month.",
        "Content with the quality, compares our prices.",
    ),
    (
        "Met the new buyer and presented the range.",
        "Asks for samples of the fire-proof boards.",
    ),
]


class GovernanceDemo(models.AbstractModel):
    """Who has visited whom in the demo story, and who will."""

    _inherit = "governance.demo"

    def _visit(self):
        """Tell the last month, this one and the next one of two salespeople."""
        self._adopt_visits()
        self._name_visitors()
        self._visit_last_month()
        self._visit_this_month()
        self._plan_next_month()
        self._ask_for_own_cadence()
        self._call_back()
        self._leave_lead_idle()

    # ------------------------------------------------------------------
    # POLICIES AND PEOPLE
    # ------------------------------------------------------------------

    def _adopt_visits(self):
        """Adopt the monthly plan with a cadence for each tier, and callbacks."""
        for name in MATRICES:
            self._adopt(f"governance_approval_policy_{name}", {"expiry_value": 14})
        preset = self._ref("governance_visit_policy_vc_06").with_user(self._admin())
        policy = preset._adopt(self._company())
        policy.daily_capacity = 1
        # Whatever day it is, the next month is planned.
        policy.plan_days_before = 27
        policy.cadence_ids.number = 1
        scheme = self.env["governance.tier.scheme"].search(
            [("company_id", "=", self._company().id), ("is_governing", "=", True)]
        )
        policy.cadence_ids = [
            Command.create(self._prepare_cadence(policy.cadence_ids, tier))
            for tier in scheme.tier_ids
            if tier.code in CADENCES
        ]
        policy.action_publish()

    def _prepare_cadence(self, everybody, tier):
        mode, number, unit = CADENCES[tier.code]
        return {
            "population": "tier",
            "tier_ids": [Command.set(tier.ids)],
            "role_id": everybody.role_id.id,
            "channel_id": everybody.channel_id.id,
            "mode": mode,
            "number": number,
            "unit": unit,
            "sequence": 1,
            "objective": "The projects of the next months.",
        }

    def _name_visitors(self):
        """Say who calls back, and who decides at customers."""
        for code, role in (("satisfaction", "rep_2"), ("doctor", "leader_2")):
            self._ref(f"governance_visit_role_{code}").member_ids = [
                Command.create(
                    {
                        "company_id": self._company().id,
                        "user_id": self._user(role).id,
                    }
                )
            ]
        for name, level in (("harbour", "2"), ("northgate", "1"), ("blueheron", "3")):
            contact = self._ref(f"partner_{name}_contact_demo")
            contact.governance_contact_level = level
        self._adopt("governance_visit_policy_vc_04", {})

    # ------------------------------------------------------------------
    # MONTHS
    # ------------------------------------------------------------------

    def _get_month(self, months):
        """Return the first day of the month so many months from now."""
        return self._today().replace(day=1) + relativedelta(months=months)

    def _generate_plans(self, month):
        """Return the plans of a month, by the person; as the job makes them."""
        generator = self.env["governance.visit.generator"].sudo()
        people = self._user("rep") | self._user("rep_2") | self._user("leader")
        plans = generator._generate(self._company(), month, people)
        return plans.with_env(self.env).grouped("user_id")

    @contextmanager
    def _on(self, day, hour=8):
        """Let something happen on a day, for this thread alone."""
        moment = datetime.combine(day, time(hour))
        thread = threading.get_ident()
        clock = fields.Date.context_today

        def today(record, timestamp=None):
            if timestamp is None and threading.get_ident() == thread:
                timestamp = moment
            return clock(record, timestamp)

        patched = patch.object(fields.Date, "context_today", staticmethod(today))
        with self._at(moment), patched:
            yield

    def _approve_plan(self, plan, role, reason=None):
        plan.with_user(plan.user_id).action_request_approval()
        plan.sudo().approval_request_id.with_user(self._user(role)).decide(
            "approved", reason
        )

    def _visit_last_month(self):
        """Everything was done; one report was late, one unlocked, one back-dated."""
        first = self._get_month(-1)
        with self._on(first):
            plan = self._generate_plans(first)[self._user("rep")]
            self._approve_plan(plan, "leader", "Have a good month.")
            mine = plan.with_user(self._user("rep"))
            visits = mine.open_slot_ids._plan_visit().sorted("date_start")
        late, unlocked, *_others = visits
        for number, visit in enumerate(visits):
            days = 6 if visit == late else 1
            with self._on(visit.date + relativedelta(days=days), 16):
                self._report(visit, number, PROMISES.get(number, ()))
        self._keep_promise(visits[2])
        with self._on(unlocked.date + relativedelta(days=4)):
            unlocked.with_user(self._user("leader")).unlock(
                "The offer that you promised is missing."
            )
            unlocked.result = f"{unlocked.result} Promised an offer for the roof."
            unlocked.action_submit()
        self._backdated_visit(first + relativedelta(days=8))

    def _keep_promise(self, visit):
        with self._on(visit.date + relativedelta(days=2)):
            visit.promise_ids.action_done()

    def _backdated_visit(self, day):
        """Enter a visit long after its day; it stands out."""
        visit = self._as(self._user("rep"), "governance.visit").create(
            {
                **self._prepare_visit("silverline", day),
                "channel_id": self._ref("governance_visit_channel_door_visit").id,
            }
        )
        self._report(visit, 2)

    def _prepare_visit(self, name, day, hour=13):
        return {
            "partner_id": self._partner(name).id,
            "date_start": datetime.combine(day, time(hour)),
            "purpose_ids": [
                Command.set(self._ref("governance_visit_purpose_upkeep").ids)
            ],
        }

    def _report(self, visit, number, promises=()):
        """Report a visit as its visitor, and submit it."""
        result, needs = REPORTS[number % len(REPORTS)]
        visit.action_hold()
        visit.write(
            {
                "result": result,
                "needs": needs,
                "purpose_ids": [
                    Command.set(self._ref("governance_visit_purpose_upkeep").ids)
                ],
                "promise_ids": [
                    Command.create(
                        {
                            "name": name,
                            "date_deadline": visit.date + relativedelta(days=days),
                        }
                    )
                    for name, days in promises
                ],
            }
        )
        visit.action_submit()

    def _visit_this_month(self):
        """Half of it is done, one visit is overdue; some reports are accepted."""
        first = self._get_month(0)
        with self._on(first):
            plan = self._generate_plans(first)[self._user("rep")]
            self._approve_plan(plan, "leader", "Fits.")
            mine = plan.with_user(self._user("rep"))
            slots = mine.open_slot_ids.sorted(lambda slot: (slot.date, slot.id))
            overdue, to_plan = slots[:1], slots[1:]
            overdue._catch_up()
            visits = to_plan._plan_visit().sorted("date_start")
        done = visits.filtered(lambda visit: visit.date < self._today())
        for number, visit in enumerate(done):
            with self._on(visit.date, 17):
                self._report(visit, number)
        done[:2].with_user(self._user("leader")).action_accept()
        self._visit_in_secret()

    def _visit_in_secret(self):
        """Only those who may know whom see more than that Ben is busy."""
        day = self._today() + relativedelta(days=2)
        visits = self._as(self._user("rep"), "governance.visit")
        visits.create(self._prepare_visit("meridian", day, 9))

    def _plan_next_month(self):
        """One plan waits for the leader and is too full, one is challenged."""
        plans = self._generate_plans(self._get_month(1))
        self._fill_plan(plans[self._user("rep")])
        second = plans[self._user("rep_2")]
        self._approve_plan(second, "leader_2", "Fits.")
        slot = second.open_slot_ids.filtered("cadence_id")[:1]
        self._as(self._user("rep_2"), "governance.visit.challenge").create(
            {
                "plan_id": second.id,
                "partner_id": slot.partner_id.id,
                "cadence_id": slot.cadence_id.id,
                "goal": 0,
                "reason": "They take stock for the whole month and see nobody.",
            }
        ).action_request_approval()

    def _fill_plan(self, plan):
        """Plan more visits by hand than fit into one day, and submit it all."""
        mine = plan.with_user(plan.user_id)
        day = mine.open_slot_ids[:1].date
        slots = self._as(plan.user_id, "governance.visit.slot")
        for name in ("harbour", "eastport", "silverline"):
            slots.create(
                {
                    "plan_id": plan.id,
                    "partner_id": self._partner(name).id,
                    "channel_id": self._ref("governance_visit_channel_door_visit").id,
                    "date": day,
                }
            )
        mine.write(
            {
                "note": "The fair is in the same week: three customers on one day.",
                "cost_ids": [
                    Command.create(
                        {
                            "kind": "entertainment",
                            "name": "Dinner after the fair",
                            "amount": 240,
                            "quantity": 1,
                            "date": day,
                        }
                    )
                ],
            }
        )
        mine.action_request_approval()

    # ------------------------------------------------------------------
    # BESIDE THE PLAN
    # ------------------------------------------------------------------

    def _ask_for_own_cadence(self):
        """A customer who is being rebuilt is not visited for some weeks."""
        exception = self._as(self._user("rep"), "governance.visit.exception").create(
            {
                "partner_id": self._partner("silverline").id,
                "role_id": self._ref("governance_visit_role_owner").id,
                "channel_id": self._ref("governance_visit_channel_door_visit").id,
                "mode": "none",
                "date_start": self._get_month(2),
                "date_end": self._get_month(3),
                "reason": "The factory is being rebuilt and is closed.",
            }
        )
        exception.action_request_approval()
        exception.sudo().approval_request_id.with_user(self._user("leader")).decide(
            "approved", "Telephone instead."
        )

    def _call_back(self):
        """New customer files start callbacks: of a buyer, and of who has not bought."""
        with self._ago(days=10):
            self._make_file("juniper", "Room 2, shelf 6")
        self._make_file("riverside", "Room 2, shelf 6")

    def _leave_lead_idle(self):
        """Nobody has done anything about one opportunity for two months."""
        lead = self._ref("crm_lead_riverside_demo")
        before = fields.Datetime.now() - relativedelta(months=2)
        self.env.flush_all()
        # Nobody can write when a record was created; only demo data is written so.
        self.env.cr.execute(
            SQL("UPDATE crm_lead SET create_date = %s WHERE id = %s", before, lead.id)
        )
        self.env.invalidate_all()
