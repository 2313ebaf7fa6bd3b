# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Mails that arrive twice or fail at the same moment: none is lost, none doubled."""

from email.message import EmailMessage
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL, mute_logger
from odoo.tools.misc import unique

from .complaints_mail_common import QUIET
from .race_common import RaceCommon

ADDRESS = "complaints@race.example.com"
TAKING = "odoo.addons.crm_governance.models.complaints.governance_complaint_intake_take"
ISOLATED = "odoo.addons.crm_governance.models.confidentiality.governance_isolated_mixin"


@tagged("post_install", "-at_install")
class TestComplaintMailRaces(RaceCommon):
    MADE = (
        "governance_complaint_intake",
        "governance_complaint_clock",
        "governance_complaint_event",
        "governance_complaint",
        "governance_access_entry",
        "mail_activity",
        "mail_mail",
        "mail_message",
        "mail_followers",
        "ir_attachment",
        "ir_cron_trigger",
        "bus_bus",
        "governance_complaint_unit",
        "mail_alias",
        "mail_alias_domain",
        "res_users",
        "res_partner",
    )

    def setUp(self):
        super().setUp()
        crons = type(self.env["ir.cron"])
        # Whoever runs the job ends with its own transaction.
        self.startPatcher(
            patch.object(crons, "_commit_progress", lambda *args, **kwargs: 1000)
        )
        muted = mute_logger(*QUIET, TAKING, ISOLATED)
        muted.__enter__()
        self.addCleanup(muted.__exit__)
        self.commit(self.make_world)

    def make_world(self, env):
        domain = env["mail.alias.domain"].create({"name": "race.example.com"})
        user = new_test_user(env, "mail_race", groups="crm_governance.group_complaint")
        unit = env["governance.complaint.unit"].create(
            {
                "name": "Race",
                "code": "RACE",
                "is_answering": True,
                "member_ids": [Command.set(user.ids)],
                "alias_name": "complaints",
                "alias_domain_id": domain.id,
            }
        )
        self.unit_id = unit.id

    def untie(self, cr):
        cr.execute(
            "DELETE FROM governance_complaint_unit_user_rel WHERE user_id > %s",
            [self.last["res_users"]],
        )
        # The first domain is that of all companies and addresses.
        for table in ("res_company", "mail_alias"):
            cr.execute(
                SQL(
                    "UPDATE %s SET alias_domain_id = NULL WHERE alias_domain_id > %s",
                    SQL.identifier(table),
                    self.last["mail_alias_domain"],
                )
            )

    # ------------------------------------------------------------------
    # MAILS
    # ------------------------------------------------------------------

    @staticmethod
    def mail(number=1, body="Broken", **headers):
        mail = EmailMessage()
        values = {
            "From": f"Racer <racer{number}@nowhere.example.com>",
            "To": ADDRESS,
            "Subject": f"Race {number}",
            "Message-Id": f"<race-{number}@nowhere.example.com>",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        for name, value in values.items():
            if value is not None:
                mail[name] = value
        mail.set_content(body)
        return mail.as_bytes()

    def arrive(self, mail, **context):
        def work(env):
            threads = env["mail.thread"].with_context(**context)
            return threads.message_process(None, mail)

        return work

    def failing(self, *subjects, error=None):
        """Return a patch in which mails with such subjects fail in the database."""
        model = type(self.env["governance.complaint"])
        original = model._take_in

        def fail(complaints, values, *args, **options):
            made = original(complaints, values, *args, **options)
            if not subjects or values["title"] in subjects:
                if error:
                    raise error
                complaints.env.cr.execute("SELECT 1 / 0")
            return made

        return patch.object(model, "_take_in", fail)

    def look(self):
        """Return subjects of complaints, and (subject, state) of what was kept."""
        env = self.open_env()
        complaints = env["governance.complaint"].search(
            [("complainant_email", "like", "@nowhere.example.com")], order="title, id"
        )
        kept = env["governance.complaint.intake"].search(
            [("id", ">", self.last["governance_complaint_intake"])], order="title, id"
        )
        return complaints.mapped("title"), [(one.title, one.state) for one in kept]

    def try_again(self, env):
        env["governance.complaint.intake"]._cron_take_in()
        return True

    # ------------------------------------------------------------------
    # ARRIVING AT ONCE
    # ------------------------------------------------------------------

    def test_two_failing_mails(self):
        """Each is kept by its own connection; the transaction goes on."""
        with self.failing():
            answers = self.race(self.arrive(self.mail(1)), self.arrive(self.mail(2)))
        self.assertAllDone(answers)
        self.assertEqual(
            self.look(), ([], [("Race 1", "failed"), ("Race 2", "failed")])
        )

    def test_one_fails_beside_one_that_does_not(self):
        with self.failing("Race 1"):
            answers = self.race(self.arrive(self.mail(1)), self.arrive(self.mail(2)))
        self.assertAllDone(answers)
        self.assertEqual(self.look(), (["Race 2"], [("Race 1", "failed")]))

    def test_same_mail_twice(self):
        """Two servers deliver one mail: it is one complaint, and nothing is lost."""
        answers = self.race(*[self.arrive(self.mail())] * 3)
        self.assertAllDone(answers)
        complaints, kept = self.look()
        self.assertEqual(complaints, ["Race 1"])
        self.assertEqual(list(unique(state for _title, state in kept)), ["ignored"])
        self.assertEqual(len(kept), 1)

    def test_same_failing_mail_twice(self):
        with self.failing():
            answers = self.race(*[self.arrive(self.mail())] * 3)
        self.assertAllDone(answers)
        self.assertEqual(self.look(), ([], [("Race 1", "failed")]))

    def test_same_number_twice(self):
        """By two ways with other headers: one complaint, the other one is kept."""
        first, second = self.mail(), self.mail(Received="from relay.example.com")
        self.assertAllDone(self.race(self.arrive(first), self.arrive(second)))
        self.assertEqual(self.look(), (["Race 1"], [("Race 1", "ignored")]))

    def test_answer_twice(self):
        """What the customer adds is told to the complaint once."""
        self.commit(self.arrive(self.mail()))
        answer = self.mail(
            2,
            From="racer1@nowhere.example.com",
            References="<race-1@nowhere.example.com>",
        )
        self.assertAllDone(self.race(*[self.arrive(answer)] * 2))
        complaints, _kept = self.look()
        self.assertEqual(complaints, ["Race 1"])
        env = self.open_env()
        complaint = env["governance.complaint"].search(
            [("complainant_email", "=", "racer1@nowhere.example.com")]
        )
        self.assertEqual(complaint.event_ids.mapped("kind").count("inbound"), 1)

    # ------------------------------------------------------------------
    # COMING AGAIN
    # ------------------------------------------------------------------

    def test_failed_and_sent_again(self):
        """A mail that is kept waits for the job; sent again it is no second one."""
        with self.failing():
            self.commit(self.arrive(self.mail()))
        self.commit(self.arrive(self.mail()))
        self.assertEqual(self.look(), ([], [("Race 1", "failed")]))
        self.commit(self.try_again)
        self.assertEqual(self.look(), (["Race 1"], [("Race 1", "done")]))

    def test_failed_and_came_by_another_way(self):
        """Its number was taken in meanwhile: the job leaves the failed one alone."""
        with self.failing():
            self.commit(self.arrive(self.mail()))
        self.commit(self.arrive(self.mail(Received="from relay.example.com")))
        self.commit(self.try_again)
        self.assertEqual(self.look(), (["Race 1"], [("Race 1", "ignored")]))
        env = self.open_env()
        intake = env["governance.complaint.intake"].search(
            [("id", ">", self.last["governance_complaint_intake"])]
        )
        self.assertEqual(intake.complaint_id.title, "Race 1")

    def test_two_jobs_at_once(self):
        """What failed becomes one complaint, whoever tries again."""
        with self.failing():
            for number in range(1, 4):
                self.commit(self.arrive(self.mail(number)))
            self.commit(self.arrive(self.mail(Received="from relay.example.com")))
        self.assertAllDone(self.race(*[self.try_again] * 2))
        self.commit(self.try_again)
        complaints, kept = self.look()
        self.assertEqual(complaints, ["Race 1", "Race 2", "Race 3"])
        states = sorted(state for _title, state in kept)
        self.assertEqual(states, ["done", "done", "done", "ignored"])

    def test_job_while_somebody_takes_it_in(self):
        with self.failing():
            self.commit(self.arrive(self.mail()))

        def take_in(env):
            intake = env["governance.complaint.intake"].search(
                [("id", ">", self.last["governance_complaint_intake"])]
            )
            intake.action_take_in()
            return True

        self.race(self.try_again, take_in)
        self.commit(self.try_again)
        self.assertEqual(self.look(), (["Race 1"], [("Race 1", "done")]))

    # ------------------------------------------------------------------
    # BROKEN TRANSACTIONS
    # ------------------------------------------------------------------

    def test_transaction_of_the_fetcher_is_lost(self):
        """Odoo fetches no mail twice: it is kept although nothing else is."""
        with self.failing(error=SerializationFailure()):
            with self.assertRaises(SerializationFailure), self.registry.cursor() as cr:
                self.arrive(self.mail(), fetchmail_cron_running=True)(self.new_env(cr))
        self.assertEqual(self.look(), ([], [("Race 1", "failed")]))

    def test_two_fetchers_lose_the_same(self):
        works = [self.arrive(self.mail(), fetchmail_cron_running=True)] * 2

        def fetch(work):
            def run(env):
                # As Odoo does, which goes on with the next mail.
                try:
                    work(env)
                except SerializationFailure:
                    env.cr.rollback()
                return True

            return run

        with self.failing(error=SerializationFailure()):
            answers = self.race(*map(fetch, works))
        self.assertAllDone(answers)
        self.assertEqual(self.look(), ([], [("Race 1", "failed")]))

    def test_collision_over_rpc(self):
        """Who calls from outside is asked to call again; then it is taken in."""
        collisions = [SerializationFailure()]
        model = type(self.env["governance.complaint"])
        original = model._take_in

        def collide(complaints, *args, **options):
            if collisions:
                raise collisions.pop()
            return original(complaints, *args, **options)

        with patch.object(model, "_take_in", collide):
            self.commit(self.arrive(self.mail()))
        self.assertEqual(self.look(), (["Race 1"], []))

    def test_nobody_can_be_told(self):
        """A mail is kept although telling of it fails."""
        intakes = type(self.env["governance.complaint.intake"])

        def tell(intake):
            intake.env.cr.execute("SELECT 1 / 0")

        log = "odoo.addons.crm_governance.models.complaints.governance_complaint_intake"
        with (
            self.failing(),
            patch.object(intakes, "_tell", tell),
            self.assertLogs(log, "WARNING"),
        ):
            self.commit(self.arrive(self.mail()))
        self.assertEqual(self.look(), ([], [("Race 1", "failed")]))

    def test_another_program_twice(self):
        """The same reference at once is one complaint."""
        told = {"title": "Race 1", "email": "racer1@nowhere.example.com"}

        def submit(env):
            return env["governance.complaint.intake"].submit("RACE-1", told)

        answers = self.race(submit, submit)
        self.assertTrue(any(isinstance(one, dict) for one in answers), answers)
        again = self.commit(submit)
        self.assertTrue(again["is_taken_in"])
        complaints, _kept = self.look()
        self.assertEqual(complaints, ["Race 1"])
