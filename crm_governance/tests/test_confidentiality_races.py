# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from datetime import timedelta

from psycopg2.errors import UniqueViolation

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import SQL, mute_logger

from .race_common import RaceCommon


class ConnectionsCommon(RaceCommon):
    """A customer that several connections see; `reader` has no clearance."""

    def setUp(self):
        super().setUp()
        self.reader_id = self.env.ref("base.user_admin").id
        self.addCleanup(self._delete_all)
        # Leaving the block commits.
        with self.registry.cursor() as cr:
            env = self.new_env(cr)
            cr.execute("SELECT COALESCE(max(id), 0) FROM governance_access_entry")
            [self.last_entry] = cr.fetchone()
            customer = env["res.partner"].create(
                {"name": "Racing Trading", "is_company": True}
            )
            self.customer_id = customer.id

    def customer(self, env):
        return env["res.partner"].browse(self.customer_id)

    @staticmethod
    def level(env, rank):
        return env["governance.confidentiality.level"]._get_by_rank(rank)

    def classify(self, env, rank):
        self.customer(env)._classify(self.level(env, rank), "raised")
        env.flush_all()

    def grant(self, env, hours=1):
        user = env["res.users"].browse(self.reader_id)
        end = fields.Datetime.now() + timedelta(hours=hours)
        given = env["governance.access.grant"]._grant(self.customer(env), user, end)
        env.flush_all()
        return given

    def _delete_all(self):
        with self.registry.cursor() as cr:
            cr.execute(
                "DELETE FROM governance_access_entry WHERE id > %s", [self.last_entry]
            )
            cr.execute(
                "SELECT id FROM res_partner WHERE commercial_partner_id = %s",
                [self.customer_id],
            )
            partners = [self.customer_id, *(id_ for (id_,) in cr.fetchall())]
            cr.execute("SELECT id FROM crm_lead WHERE partner_id = ANY(%s)", [partners])
            leads = [id_ for (id_,) in cr.fetchall()]
            for model, ids in (("res.partner", partners), ("crm.lead", leads)):
                for table, column in (
                    ("mail_message", "model"),
                    ("mail_followers", "res_model"),
                ):
                    cr.execute(
                        SQL(
                            "DELETE FROM %s WHERE %s = %s AND res_id = ANY(%s)",
                            SQL.identifier(table),
                            SQL.identifier(column),
                            model,
                            ids,
                        )
                    )
            for table, column, ids in (
                ("governance_access_grant", "partner_id", partners),
                ("crm_lead", "id", leads),
                ("res_partner", "parent_id", partners),
                ("res_partner", "id", partners),
            ):
                cr.execute(
                    SQL(
                        "DELETE FROM %s WHERE %s = ANY(%s)",
                        SQL.identifier(table),
                        SQL.identifier(column),
                        ids,
                    )
                )


@tagged("post_install", "-at_install")
class TestReclassifyRaces(ConnectionsCommon):
    """What is added while a customer is raised gets the new rank in the end."""

    ADDED = (
        ("crm.lead", {"name": "Deal"}, "partner_id"),
        ("res.partner", {"name": "Contact"}, "parent_id"),
    )

    def add(self, env, model, values, column):
        record = env[model].create({**values, column: self.customer_id})
        env.flush_all()
        return record

    def ranks(self, model, column):
        env = self.open_env()
        records = env[model].search([(column, "=", self.customer_id)])
        return records.mapped("classification_rank")

    def test_added_before(self):
        """Raising waits for the one that adds, and then takes it along."""
        for model, values, column in self.ADDED:
            with self.subTest(model=model):
                self.commit(lambda env: self.classify(env, 0))
                first = self.open_env()
                self.add(first, model, values, column)
                wait = self.start(lambda env: self.classify(env, 2))
                self.assertTrue(wait.is_waiting)
                first.cr.commit()
                self.assertFalse(wait())
                self.assertEqual(self.ranks(model, column), [2])

    def test_added_after(self):
        """Who adds waits for the one that raises, and starts over."""
        for model, values, column in self.ADDED:
            with self.subTest(model=model):
                self.commit(lambda env: self.classify(env, 0))
                first = self.open_env()
                self.classify(first, 2)
                wait = self.start(
                    lambda env, added=(model, values, column): self.add(env, *added)
                )
                self.assertTrue(wait.is_waiting)
                first.cr.commit()
                self.assertFalse(wait())
                self.assertEqual(self.ranks(model, column), [2])

    def test_raised_twice_at_once(self):
        """The second one waits; no record keeps the level of neither."""
        first = self.open_env()
        self.classify(first, 1)
        wait = self.start(lambda env: self.classify(env, 2))
        self.assertTrue(wait.is_waiting)
        first.cr.commit()
        self.assertFalse(wait())
        env = self.open_env()
        self.assertEqual(self.customer(env).classification_rank, 2)

    def test_stopped_before_the_repair(self):
        """The job finds what the server could not repair any more."""
        self.commit(lambda env: self.add(env, *self.ADDED[0]))
        self.commit(lambda env: self.classify(env, 2))
        with self.registry.cursor() as cr:
            cr.execute(
                "UPDATE crm_lead SET classification_rank = 0 WHERE partner_id = %s",
                [self.customer_id],
            )
        self.assertEqual(self.ranks("crm.lead", "partner_id"), [0])
        self.commit(lambda env: env["res.partner"]._cron_align_ranks())
        self.assertEqual(self.ranks("crm.lead", "partner_id"), [2])


@tagged("post_install", "-at_install")
class TestGrantRaces(ConnectionsCommon):
    """Access that is given and taken by several people at once."""

    def setUp(self):
        super().setUp()
        self.commit(lambda env: self.classify(env, 1))

    def as_reader(self):
        return self.customer(self.open_env(self.reader_id))

    def test_two_grants_at_once(self):
        """One live grant stays; the other is told so."""
        first = self.open_env()
        self.grant(first)
        wait = self.start(lambda env: self.grant(env, hours=2))
        self.assertTrue(wait.is_waiting)
        first.cr.commit()
        [error] = wait()
        self.assertIsInstance(error, UniqueViolation | UserError)
        live = self.open_env()["governance.access.grant"].search(
            [("partner_id", "=", self.customer_id), ("is_live", "=", True)]
        )
        self.assertEqual(len(live), 1)

    def test_revoked_during_an_export(self):
        """An export that has begun ends with what it saw; the next one fails."""
        self.commit(self.grant)
        begun = self.as_reader()
        self.assertTrue(begun.has_access("read"))
        self.commit(
            lambda env: (
                env["governance.access.grant"]
                .search([("partner_id", "=", self.customer_id)])
                ._end("Enough")
            )
        )
        self.assertEqual(begun.export_data(["name"])["datas"], [["Racing Trading"]])
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models"):
            self.as_reader().export_data(["name"])

    def test_end_in_a_second_worker(self):
        """Two connections, each with a cache of its own, see the end at once."""
        with freeze_time(fields.Datetime.now()) as frozen:
            self.commit(self.grant)
            one, two = self.as_reader(), self.as_reader()
            end = fields.Datetime.now() + timedelta(hours=1)
            frozen.move_to(end - timedelta(seconds=1))
            for customer in (one, two):
                self.assertTrue(customer.has_access("read"))
                self.assertTrue(customer.search([("id", "=", customer.id)]))
            frozen.move_to(end)
            for customer in (one, two, self.as_reader()):
                self.assertFalse(customer.has_access("read"))
                self.assertFalse(customer.search([("id", "=", customer.id)]))

    def test_suspended_by_another_worker(self):
        """The next request of the person finds nothing."""
        self.commit(self.grant)
        self.assertTrue(self.as_reader().has_access("read"))
        self.addCleanup(self.commit, lambda env: self.suspend(env, False))
        self.commit(lambda env: self.suspend(env, True))
        self.assertFalse(self.as_reader().has_access("read"))

    def suspend(self, env, suspended):
        user = env["res.users"].browse(self.reader_id)
        user._with_suspension().governance_suspended = suspended


@tagged("post_install", "-at_install")
class TestDecisionRaces(ConnectionsCommon):
    """Several people decide on the same at once; there is one outcome."""

    # What is made is deleted, in this order.
    EVIDENCE = (
        "governance_decision",
        "governance_approval_request_step",
        "governance_approval_request",
        "governance_access_request",
        "governance_level_change_line",
        "governance_level_change",
        "governance_approval_policy",
        "governance_clearance_ladder",
        "mail_activity",
        "mail_mail",
        "mail_message",
        "ir_cron_trigger",
        "bus_bus",
    )
    # These after the customer.
    MADE = ("res_users", "mail_followers", "res_partner")
    # What a ladder changes when it is published is put back: other tests meet it.
    KEPT = ("governance_confidentiality_level", "res_groups")

    def setUp(self):
        super().setUp()
        with self.registry.cursor() as cr:
            self.kept = {table: self.get_rows(cr, table) for table in self.KEPT}
        self.addCleanup(self.put_back)
        self.delete_later(self.EVIDENCE)
        self.commit(self.make_people)
        self.commit(lambda env: self.classify(env, 1))

    @staticmethod
    def get_rows(cr, table):
        cr.execute(SQL("SELECT to_jsonb(t) FROM %s t", SQL.identifier(table)))
        return [row for (row,) in cr.fetchall()]

    def put_back(self):
        with self.registry.cursor() as cr:
            for table, rows in self.kept.items():
                for row in rows:
                    names = SQL(", ").join(SQL.identifier(name) for name in row)
                    cr.execute(
                        SQL(
                            """UPDATE %(table)s
                                  SET (%(names)s) = (
                                      SELECT %(names)s FROM jsonb_populate_record(
                                             NULL::%(table)s, %(row)s))
                                WHERE id = %(id)s""",
                            table=SQL.identifier(table),
                            names=names,
                            row=json.dumps(row),
                            id=row["id"],
                        )
                    )
        self.registry.clear_cache()

    def untie(self, cr):
        # It points back at what is deleted later.
        if "governance_access_request" in self.last:
            cr.execute(
                "UPDATE governance_access_request SET grant_id = NULL WHERE id > %s",
                [self.last["governance_access_request"]],
            )

    def make_people(self, env):
        """Make a ladder, matrices, and people who ask, propose and decide."""
        deciders = "group_executive,group_clearance_2"
        roles = {
            "asker": "group_user",
            "proposer": "group_custodian,group_clearance_2",
            "one": deciders,
            "two": deciders,
            "three": deciders,
        }
        self.people = {
            login: new_test_user(
                env,
                f"governance_race_{login}",
                groups=",".join(f"crm_governance.{name}" for name in names.split(",")),
            ).id
            for login, names in roles.items()
        }
        executives = env.ref("crm_governance.group_executive")
        levels = env["governance.confidentiality.level"].search([])
        # The levels stay as they are: other tests meet them.
        mixin = env["governance.confidentiality.level.mixin"]
        flags = {*mixin._fields} & {*levels._fields} - {"id", "display_name"}
        flags = [name for name in flags if mixin._fields[name].store]
        env["governance.clearance.ladder"].create(
            {
                "name": "Race",
                "code": "RACE",
                "grant_max_days": 10,
                "grant_total_days": 20,
                "emergency_minutes": 60,
                "emergency_review_days": 3,
                "audit_months": 6,
                "line_ids": [
                    Command.create({flag: level[flag] for flag in flags})
                    for level in levels
                ],
            }
        ).action_publish()
        for subject in ("access_request", "level_change"):
            env["governance.approval.policy"].create(
                {
                    "name": "Race",
                    "code": f"RACE-{subject}",
                    "subject": subject,
                    "expiry_value": 3,
                    "expiry_unit": "days",
                    "step_ids": [
                        Command.create(
                            {
                                "name": "Executive",
                                "approver_type": "group",
                                "group_id": executives.id,
                            }
                        )
                    ],
                }
            ).action_publish()

    def ask(self, env):
        """Ask for access for two hours; return the request and its approval."""
        mine = env(user=self.people["asker"])["governance.access.request"]
        request = mine.create(
            {
                "customer_text": "Racing Trading",
                "reason": "Tender",
                "date_end": fields.Datetime.now() + timedelta(hours=2),
            }
        )
        request.action_request_approval()
        request.sudo()._look_up()
        return request.id, request.sudo().approval_request_id.id

    def propose(self, env):
        """Propose to lower the customer; return the proposal and its approval."""
        mine = env(user=self.people["proposer"])["governance.level.change"]
        change = mine.create(
            {
                "partner_ids": [Command.set([self.customer_id])],
                "level_id": self.level(env, 0).id,
                "reason": "It is public",
            }
        )
        change.action_request_approval()
        return change.id, change.sudo().approval_request_id.id

    def decider(self, login, approval_id, verdict="approved"):
        def decide(env):
            mine = env(user=self.people[login])["governance.approval.request"]
            answer = mine.browse(approval_id).decide(verdict, "Because")
            env.flush_all()
            return answer

        return decide

    def assertOneOutcome(self, answers, approval_id):
        """One decision holds; the others were told so, and left nothing behind."""
        errors = [answer for answer in answers if isinstance(answer, Exception)]
        self.assertEqual(len(errors), len(answers) - 1, answers)
        for error in errors:
            self.assertIsInstance(error, UserError)
            self.assertRegex(str(error), "right now|is closed")
        env = self.open_env()
        approval = env["governance.approval.request"].browse(approval_id)
        verdicts = approval.decision_ids.filtered(
            lambda line: line.event in ("approved", "rejected")
        )
        self.assertEqual(len(verdicts), 1)
        self.assertEqual(approval.state, verdicts.event)
        return env, verdicts.event

    def entries(self, env, *events):
        return env["governance.access.entry"].search(
            [("id", ">", self.last_entry), ("event", "in", events)]
        )

    def grants(self, env):
        return env["governance.access.grant"].search(
            [("partner_id", "=", self.customer_id)]
        )

    def test_two_approvals_and_a_rejection(self):
        """A request for access is either given once or refused once."""
        for verdicts in (
            ("approved", "approved", "rejected"),
            ("rejected", "approved", "approved"),
        ):
            request_id, approval_id = self.commit(self.ask)
            answers = self.race(
                *(
                    self.decider(login, approval_id, verdict)
                    for login, verdict in zip(
                        ("one", "two", "three"), verdicts, strict=True
                    )
                )
            )
            env, verdict = self.assertOneOutcome(answers, approval_id)
            request = env["governance.access.request"].browse(request_id)
            given = request.grant_id
            self.assertEqual(len(given), verdict == "approved")
            self.assertEqual(
                request.state, "active" if verdict == "approved" else "refused"
            )
            self.assertEqual(
                self.entries(env, "granted", "refused").mapped("event"),
                ["granted" if given else "refused"],
            )
            self.assertEqual(self.grants(env), given)
            env.cr.close()
            # For the next round.
            self.commit(self.forget)

    def forget(self, env):
        env.cr.execute(
            "UPDATE governance_access_request SET grant_id = NULL WHERE id > %s",
            [self.last["governance_access_request"]],
        )
        env.cr.execute(
            "DELETE FROM governance_access_grant WHERE partner_id = %s",
            [self.customer_id],
        )
        env.cr.execute(
            "DELETE FROM governance_access_entry WHERE id > %s", [self.last_entry]
        )

    def test_level_approved_twice(self):
        """A proposal that two people approve at once lowers the customer once."""
        change_id, approval_id = self.commit(self.propose)
        answers = self.race(
            self.decider("one", approval_id), self.decider("two", approval_id)
        )
        env, verdict = self.assertOneOutcome(answers, approval_id)
        self.assertEqual(verdict, "approved")
        change = env["governance.level.change"].browse(change_id)
        self.assertEqual(change.state, "done")
        self.assertEqual(self.customer(env).classification_rank, 0)
        self.assertEqual(len(self.entries(env, "lowered")), 1)

    def test_level_approved_and_rejected(self):
        """The customer has the level that fits the one decision."""
        change_id, approval_id = self.commit(self.propose)
        answers = self.race(
            self.decider("one", approval_id, "rejected"),
            self.decider("two", approval_id),
        )
        env, verdict = self.assertOneOutcome(answers, approval_id)
        lowered = verdict == "approved"
        change = env["governance.level.change"].browse(change_id)
        self.assertEqual(change.state, "done" if lowered else "refused")
        self.assertEqual(self.customer(env).classification_rank, 0 if lowered else 1)
        self.assertEqual(len(self.entries(env, "lowered")), lowered)

    def test_approved_when_its_time_is_over(self):
        """Approval and the job that ends the request meet at the end that was asked."""
        with freeze_time(fields.Datetime.now()) as frozen:
            request_id, approval_id = self.commit(self.ask)
            frozen.tick(timedelta(hours=2))
            self.race(
                self.decider("one", approval_id),
                self.decider("two", approval_id),
                lambda env: env["governance.access.request"]._cron_answer(),
            )
            env = self.open_env()
            request = env["governance.access.request"].browse(request_id)
            self.assertEqual(request.state, "expired")
            self.assertFalse(request.grant_id | self.grants(env))
            self.assertFalse(self.entries(env, "granted"))
            told = env["mail.message"].search(
                [("model", "=", request._name), ("res_id", "=", request_id)]
            )
            asker = env["res.users"].browse(self.people["asker"]).partner_id
            self.assertEqual(len(told.filtered(lambda m: asker in m.partner_ids)), 1)
