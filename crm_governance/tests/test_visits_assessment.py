# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .visits_attainment_common import AttainmentCommon

ASSESSMENT = "governance.visit.assessment"


@tagged("post_install", "-at_install")
class TestAssessment(AttainmentCommon):
    """What a month of visits says of one person (B-58)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plans = cls.plan(cls.rep, 10) | cls.plan(cls.rep2, 30)

    @classmethod
    def plan(cls, user, capacity, month="2026-05-01"):
        plans = cls.env["governance.visit.plan"]._as_system()
        plan = plans.create({"user_id": user.id, "month": month})
        plan.write({"capacity": capacity})
        return plan.with_env(cls.env)

    def assertFigures(self, user=None, **expected):
        domain = [("user_id", "=", (user or self.rep).id)]
        [row] = self.rows(domain=domain, model=ASSESSMENT)
        self.assertEqual({name: row[name] for name in expected}, expected)

    def test_sums(self):
        """The figures are the sums of the rows behind them."""
        self.slots(2, cadence=self.make_cadence(weight=2))
        self.slots(4, cadence=self.make_cadence(self.call))
        self.slots(1, partner=self.beta)
        self.visit(4)
        self.visit(5, channel_id=self.call.id)
        self.visit(20, "planned")
        self.assertFigures(
            planned=7, actual=2, scheduled=1, remaining=5, covered=2, goal=9, earned=3
        )
        self.assertFigures(assigned=2, reached=1, reach=50, effort=3.5, utilisation=35)
        self.assertFigures(self.rep2, planned=0, attainment=0, reach=0)

    def test_team_is_the_sum_of_its_people(self):
        """Ratios of a team come from sums: 4 visits fit into 40, not 20 %."""
        self.slots(4)
        self.slots(4, user=self.rep2, partner=self.beta)
        self.visit(4)
        people = self.figures("planned", "actual", "utilisation", model=ASSESSMENT)
        self.assertEqual(people, (8, 1, 20))
        rows = self.rows(model=ASSESSMENT)
        self.assertEqual(set(rows.mapped("utilisation")), {40, 4 * 100 / 30})

    def test_months_and_people_are_apart(self):
        self.plan(self.rep, 10, "2026-04-01")
        self.slots(2)
        self.visit(4)
        self.promise("2026-05-04", "2026-05-04")
        rows = self.rows(domain=[("user_id", "=", self.rep.id)], model=ASSESSMENT)
        self.assertEqual(
            [(row.month.month, row.planned, row.promises_kept) for row in rows],
            [(5, 2, 1), (4, 0, 0)],
        )

    def test_days_at_customers(self):
        """Different days with a visit or presence, joint ones too; calls are none."""
        self.visit(4)
        self.visit(4, partner=self.beta)
        self.visit(5, user=self.rep2, people=self.rep + self.rep2)
        self.visit(6, channel_id=self.presence.id)
        self.visit(7, channel_id=self.call.id)
        self.visit(8, "planned")
        self.visit(20, "held")
        self.assertFigures(presence_days=3)
        self.assertFigures(self.rep2, presence_days=1)

    # ------------------------------------------------------------------
    # PROMISES AND REPORTS
    # ------------------------------------------------------------------

    def promise(self, deadline, done=False, user=None):
        visit = self.visit(1, "held")
        promises = self.env["governance.visit.promise"].with_user(self.rep)
        promise = promises.create(
            {
                "visit_id": visit.id,
                "user_id": (user or self.rep).id,
                "name": "Catalogue",
                "date_deadline": deadline,
            }
        )
        self.env.flush_all()
        # Who keeps it does so on the day itself.
        self.env.cr.execute(
            "UPDATE governance_visit_promise SET date_done = %s WHERE id = %s",
            [done or None, promise.id],
        )
        return promise

    def test_promises(self):
        """Kept in time, kept late, overdue; what is not due yet is none of them."""
        self.promise("2026-05-10", "2026-05-09")
        self.promise("2026-05-10", "2026-05-10")
        self.promise("2026-05-10", "2026-05-11")
        self.promise("2026-05-14")
        self.promise("2026-05-15")
        self.promise("2026-05-20")
        self.promise("2026-05-20", "2026-05-12")
        self.promise("2026-06-01", "2026-05-12")
        self.promise("2026-05-10", user=self.rep2)
        self.assertFigures(
            promises_due=5,
            promises_kept=3,
            promises_late=1,
            promises_broken=1,
            promises_in_time=60,
        )
        self.assertFigures(self.rep2, promises_due=1, promises_in_time=0)
        [row] = self.rows(domain=[("user_id", "=", self.rep.id)], model=ASSESSMENT)
        action = row.action_open_promises()
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(len(found), 7)

    def test_promises_put_off_or_dropped(self):
        """What counts is the day that was promised, and nothing that was dropped."""
        late = self.promise("2026-05-05")
        late.visit_id._as_system().date_first_submitted = "2026-05-02 09:00:00"
        late.with_user(self.rep).date_deadline = "2026-06-30"
        dropped = self.promise("2026-05-05")
        dropped._drop("They need it no more")
        self.assertFigures(promises_due=1, promises_kept=0, promises_broken=1)
        late.with_user(self.rep).action_done()
        self.assertFigures(promises_due=1, promises_kept=0, promises_late=1)
        [row] = self.rows(domain=[("user_id", "=", self.rep.id)], model=ASSESSMENT)
        action = row.action_open_promises()
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(found, late | dropped)

    def test_reports(self):
        """Submitted in time, late, or overdue, by whose visit it is."""
        for state, values in (
            ("accepted", {}),
            ("submitted", {}),
            ("submitted", {"is_late": True}),
            ("held", {"report_deadline": "2026-05-14"}),
            ("held", {"report_deadline": "2026-05-15"}),
            ("planned", {"report_deadline": "2026-05-06"}),
        ):
            visit = self.visit(4, state, people=self.rep + self.rep2)
            visit._as_system().write(values)
        self.assertFigures(reports_due=4, reports_kept=2, reports_in_time=50)
        self.assertFigures(self.rep2, reports_due=0)

    def test_list_of_customers(self):
        self.slots(1)
        self.slots(1, user=self.rep2, partner=self.beta)
        [row] = self.rows(domain=[("user_id", "=", self.rep.id)], model=ASSESSMENT)
        action = row.action_open_attainment()
        rows = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(rows.partner_id, self.acme)
