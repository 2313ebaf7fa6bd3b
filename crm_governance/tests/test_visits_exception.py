# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .visits_generator_common import GeneratorCommon
from .visits_policy_common import VisitsPolicyCommon


@tagged("post_install", "-at_install")
class TestVisitsException(VisitsPolicyCommon):
    """A cadence of its own for one customer: asked, decided, over."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.acme = cls.customer("Acme", cls.rep)
        cls.create_matrix(
            [{"approver_type": "requester_leader"}], subject="visit_exception"
        )

    def exception(self, user=None, **values):
        """Return a draft of `user`: every four weeks from today for a month."""
        user = user or self.rep
        return (
            self.env["governance.visit.exception"]
            .with_user(user)
            .create(
                {
                    "partner_id": self.acme.id,
                    "role_id": self.role("owner").id,
                    "channel_id": self.channel("door_visit").id,
                    "mode": "every",
                    "number": 4,
                    "unit": "week",
                    "date_start": "2026-03-02",
                    "date_end": "2026-04-01",
                    "reason": "The site is closed for repairs.",
                    **values,
                }
            )
        )

    def decide(self, exception, user, approve=True):
        request = exception.sudo().approval_request_id.with_user(user)
        request.decide("approved" if approve else "rejected", "Seen")
        exception.invalidate_recordset()
        return exception

    def approved(self, **values):
        exception = self.exception(**values)
        exception.action_request_approval()
        return self.decide(exception, self.leader)

    def holding(self, start, end):
        exceptions = self.env["governance.visit.exception"]
        domain = exceptions._get_holding_domain(
            self.company, date.fromisoformat(start), date.fromisoformat(end)
        )
        return exceptions.search(domain)

    def test_strangers_ask_for_nothing(self):
        """Neither they nor their leader decide how often a customer is visited."""
        exception = self.exception(self.rep2)
        with self.assertSays("who looks after the customer"):
            exception.action_request_approval()
        self.acme.governance_specialist_id = self.rep2
        exception.action_request_approval()
        self.assertEqual(exception.state, "requested")
        of_leader = self.exception(self.leader, channel_id=self.channel("call").id)
        of_leader._check_requestable()

    @mute_logger("odoo.sql_db")
    def test_numbers_that_no_calendar_has(self):
        """One of them would stop the plans of everybody."""
        for mode in ("every", "at_least"):
            with self.assertRaises(IntegrityError), self.env.cr.savepoint():
                self.exception(mode=mode, number=1_000_000, unit="day")

    def test_the_leader_decides(self):
        """It holds when the leader of who asked has agreed, on its days."""
        exception = self.exception()
        self.assertEqual(exception.frequency, "every 4 weeks")
        new = self.env[exception._name].new({})
        self.assertEqual(new.display_name, "New Cadence of a Customer")
        self.assertEqual(
            exception.display_name, "Acme: Salesperson of the customer, Door visit"
        )
        exception.action_request_approval()
        self.assertEqual(exception.state, "requested")
        self.assertFalse(self.holding("2026-03-01", "2026-05-01"))
        self.decide(exception, self.leader)
        self.assertEqual(exception.state, "active")
        self.assertEqual(self.holding("2026-03-01", "2026-03-03"), exception)
        self.assertEqual(self.holding("2026-03-31", "2026-04-30"), exception)
        self.assertFalse(self.holding("2026-02-01", "2026-03-02"))
        self.assertFalse(self.holding("2026-04-01", "2026-05-01"))

    def test_nobody_decides_the_own(self):
        """Neither who asked, nor the leader of another team."""
        exception = self.exception()
        exception.action_request_approval()
        for user in (self.rep, self.leader2, self.rep2):
            with self.assertRaises(UserError):
                self.decide(exception, user)
        own = self.exception(self.leader)
        with self.assertRaises(UserError):
            own.action_request_approval()
            self.decide(own, self.leader)

    def test_what_the_policy_says(self):
        """The form shows what would hold without the exception."""
        policy = self.policy(self.line(population="all", number=2))
        policy.action_publish()
        exception = self.exception()
        self.assertEqual(exception.policy_frequency, "at least 2 a month")
        self.assertFalse(
            self.exception(channel_id=self.channel("call").id).policy_frequency
        )

    def test_refused_and_withdrawn(self):
        refused = self.exception()
        refused.action_request_approval()
        self.decide(refused, self.leader, approve=False)
        self.assertEqual(refused.state, "refused")
        withdrawn = self.exception()
        withdrawn.action_request_approval()
        withdrawn.action_approval_withdraw()
        self.assertEqual(withdrawn.state, "draft")
        self.assertFalse(self.holding("2026-03-01", "2026-05-01"))

    def test_dates(self):
        past = self.exception(date_start="2026-03-01")
        with self.assertSays("Begin today or later"):
            past.action_request_approval()
        empty = self.exception(date_end="2026-03-02")
        with self.assertSays("end before it begins"):
            empty.action_request_approval()
        self.exception(date_end="2026-03-03").action_request_approval()

    def test_number(self):
        with self.assertSays("0 is no number of visits"):
            self.exception(number=0).action_request_approval()
        none = self.exception(number=0, mode="none")
        self.assertEqual(none.frequency, "not at all")
        none.action_request_approval()

    def test_reason(self):
        with self.assertSays("Say why"):
            self.exception(reason="  ").action_request_approval()

    def test_overlap(self):
        """One at a time for the customer, role and channel; others are free."""
        first = self.approved()
        with self.assertSays("03/02/2026 until 04/01/2026 there is an exception"):
            self.exception(date_start="2026-03-31", date_end="2026-05-01").with_user(
                self.rep
            ).action_request_approval()
        later = self.exception(date_start="2026-04-01", date_end="2026-05-01")
        later.action_request_approval()
        with self.assertSays("there is an exception"):
            self.exception(
                date_start="2026-04-30", date_end="2026-05-02"
            ).action_request_approval()
        for values in (
            {"channel_id": self.channel("call").id},
            {"role_id": self.role("leader").id},
            {"partner_id": self.customer("Other", self.rep).id},
        ):
            self.exception(**values).action_request_approval()
        self.assertEqual(first.state, "active")

    def test_two_at_once_take_turns(self):
        """Whoever asks writes the row of the role, so that the later one sees it."""
        exception = self.exception()
        statements = []
        execute = type(self.env.cr).execute

        def note(cursor, query, *args, **kwargs):
            statements.append(str(getattr(query, "code", query)))
            return execute(cursor, query, *args, **kwargs)

        with patch.object(type(self.env.cr), "execute", note):
            exception.action_request_approval()
        touched = [
            text for text in statements if "UPDATE governance_visit_role" in text
        ]
        self.assertEqual(len(touched), 1)

    def test_only_customers_themselves(self):
        contact = self.customer("Mr Li", parent_id=self.acme.id, is_company=False)
        with self.assertSays("is a contact of Acme"):
            self.exception(partner_id=contact.id)

    def test_closed_once_asked(self):
        """What is signed stays as it is; others never write it."""
        exception = self.exception()
        with self.assertRaises(AccessError):
            exception.state = "active"
        with self.assertRaises(AccessError):
            exception.with_user(self.rep2).number = 9
        exception.number = 3
        exception.action_request_approval()
        with self.assertRaises(AccessError):
            exception.number = 9
        with self.assertRaises(AccessError):
            exception.unlink()
        with self.assertSays("at “Waiting for Approval” by now"):
            exception.action_request_approval()

    def test_ended_early(self):
        """From the day on which it is ended the policy holds again."""
        exception = self.approved()
        self.assertTrue(exception.can_end)
        self.assertFalse(exception.with_user(self.auditor).can_end)
        for user in (self.rep2, self.auditor):
            with self.assertRaises(UserError):
                exception.with_user(user).action_end()
        with freeze_time("2026-03-10 08:00:00"):
            exception.action_end()
            self.assertEqual(exception.state, "ended")
            self.assertEqual(exception.date_end, date(2026, 3, 10))
            self.assertEqual(self.holding("2026-03-01", "2026-03-05"), exception)
            self.assertFalse(self.holding("2026-03-10", "2026-04-01"))
            with self.assertSays("at “Ended” by now"):
                exception.action_end()
        coming = self.approved(date_start="2026-06-01", date_end="2026-07-01")
        coming.with_user(self.leader).action_end()
        self.assertFalse(self.holding("2026-05-01", "2026-08-01"))

    def test_over(self):
        """The job ends what is over, a week late as well, and nothing else."""
        over = self.approved()
        still = self.approved(date_start="2026-04-01", date_end="2026-05-01")
        crons = type(self.env["ir.cron"])
        with (
            freeze_time("2026-04-08 08:00:00"),
            patch.object(crons, "_commit_progress", lambda *args, **kwargs: 1000),
        ):
            for _again in range(2):
                self.env["governance.visit.exception"]._cron_end()
        self.env.invalidate_all()
        self.assertEqual(over.state, "ended")
        self.assertEqual(over.date_end, date(2026, 4, 1))
        self.assertEqual(still.state, "active")

    def test_merged_customers(self):
        """For each day one exception is left, that of the customer that stays first."""
        other = self.customer("Acme again", self.rep)
        second = self.approved(partner_id=other.id)
        later = self.approved(
            partner_id=other.id, date_start="2026-04-01", date_end="2026-05-01"
        )
        first = self.approved(date_start="2026-03-10")
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (self.acme | other).ids, self.acme
        )
        self.env.invalidate_all()
        self.assertEqual((first | second | later).partner_id, self.acme)
        self.assertEqual(self.holding("2026-03-01", "2026-06-01"), first | later)
        self.assertEqual(second.state, "ended")

    def test_who_reads(self):
        """Who asked, who looks after the customer, who decides, auditors."""
        exception = self.exception()
        exception.action_request_approval()
        readers = {
            login
            for login, user in self.users.items()
            if login != "portal"
            and exception.with_user(user).search([("id", "=", exception.id)])
        }
        self.assertEqual(readers, {"rep", "leader", "auditor", "manager"})
        self.acme.user_id = self.rep2
        self.assertTrue(exception.with_user(self.rep2).has_access("read"))
        self.assertFalse(exception.with_user(self.rep2).has_access("write"))

    def test_remote_calls(self):
        exception = self.exception()
        exception.action_request_approval()
        for login in ("rep2", "employee"):
            for method in ("action_request_approval", "action_end"):
                with self.assertRaises(AccessError, msg=(login, method)):
                    getattr(exception.with_user(self.users[login]), method)()


@tagged("post_install", "-at_install")
class TestVisitsExceptionPlans(GeneratorCommon):
    """What an exception makes of the plan of a month."""

    def windows(self, customer):
        return [str(slot.window_start) for slot in self.slots_of(customer)]

    def test_takes_the_place_of_the_policy(self):
        """On its days; the number of others stays."""
        own = self.tiered("Own", self.rep)
        none = self.tiered("None", self.rep)
        other = self.tiered("Other", self.rep)
        self.policy(self.line("at_least", 2))
        self.exception(own, "at_least", 1)
        self.exception(none, "none")
        self.generate()
        self.assertEqual(self.windows(own), ["2026-03-01"])
        self.assertEqual(self.windows(none), [])
        self.assertEqual(self.windows(other), ["2026-03-01", "2026-03-16"])

    def test_the_past_stays_what_it_was(self):
        """What was not due while the exception held is not due when it is over."""
        customer = self.tiered("Own", self.rep)
        self.policy(self.line("at_least", 2))
        exception = self.exception(customer, "none", date_end="2026-03-16")
        self.generate()
        self.assertEqual(self.windows(customer), ["2026-03-16"])
        exception._as_system().state = "ended"
        self.generate()
        self.assertEqual(self.windows(customer), ["2026-03-16"])
