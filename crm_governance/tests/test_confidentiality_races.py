# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import threading
from datetime import timedelta

from psycopg2.errors import SerializationFailure, UniqueViolation

from odoo import SUPERUSER_ID, api, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, freeze_time, tagged
from odoo.tools import SQL, mute_logger

# How long a transaction that waits for a lock is watched.
A_MOMENT = 0.5


class ConnectionsCommon(TransactionCase):
    """A customer that several connections see; `reader` has no clearance.

    What all have to see is committed, and deleted again by SQL: the ORM deletes
    no evidence.
    """

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

    @staticmethod
    def new_env(cr, uid=SUPERUSER_ID):
        return api.Environment(cr, uid, {"lang": "en_US"})

    def open_env(self, uid=SUPERUSER_ID):
        cr = self.registry.cursor()
        self.addCleanup(cr.close)
        return self.new_env(cr, uid)

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

    def commit(self, work):
        """Do some work in a transaction of its own, and again when it collides."""
        for _attempt in range(3):
            try:
                with self.registry.cursor() as cr, mute_logger("odoo.sql_db"):
                    return work(self.new_env(cr))
            except SerializationFailure:
                continue
        raise AssertionError("three collisions")

    def start(self, work):
        """Begin some work in another thread; return a function that waits for it."""
        errors = []

        def run():
            try:
                self.commit(work)
            except Exception as error:
                errors.append(error)

        thread = threading.Thread(target=run)
        # Odoo's cursors ask the thread which database it works on.
        thread.dbname = self.env.cr.dbname
        thread.start()
        thread.join(A_MOMENT)

        def wait():
            thread.join(30)
            self.assertFalse(thread.is_alive())
            return errors

        wait.is_waiting = thread.is_alive()
        return wait

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
