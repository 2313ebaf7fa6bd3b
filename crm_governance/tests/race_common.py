# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import threading
from contextlib import ExitStack

from psycopg2.errors import (
    DeadlockDetected,
    LockNotAvailable,
    SerializationFailure,
)

from odoo import SUPERUSER_ID, api
from odoo.tests import TransactionCase
from odoo.tools import SQL, mute_logger

# What Odoo tries again, too.
COLLISIONS = (SerializationFailure, DeadlockDetected, LockNotAvailable)
# How long a transaction that waits for a lock is watched, in seconds.
A_MOMENT = 0.5
# When a thread is given up, in seconds.
PATIENCE = 120


class RaceCommon(TransactionCase):
    """Several connections at once; what all have to see is committed.

    It is deleted again by SQL: the ORM deletes no evidence.

    Whatever replaces something for a while (a patch, a logger that is muted) does so
    around the threads, never in them: what the second one finds is what the first one
    has put there, and that would stay.
    """

    # To these tables rows are added, which are deleted at the end in this order.
    MADE = ()
    # How often work is done again that collides with other work.
    ATTEMPTS = 20

    def setUp(self):
        super().setUp()
        self.last = {}
        self.delete_later(self.MADE)

    # ------------------------------------------------------------------
    # CLEANING UP
    # ------------------------------------------------------------------

    def delete_later(self, tables):
        """Delete at the end what is added to tables from now on, in their order."""
        with self.registry.cursor() as cr:
            for table in tables:
                cr.execute(
                    SQL("SELECT COALESCE(max(id), 0) FROM %s", SQL.identifier(table))
                )
                [self.last[table]] = cr.fetchone()
        self.addCleanup(self.delete_new, tables)

    def delete_new(self, tables):
        with self.registry.cursor() as cr:
            self.untie(cr)
            for table in tables:
                cr.execute(
                    SQL(
                        "DELETE FROM %s WHERE id > %s",
                        SQL.identifier(table),
                        self.last[table],
                    )
                )
        self.registry.clear_cache()

    def untie(self, cr):
        """Take away what keeps new rows from being deleted in their order."""

    # ------------------------------------------------------------------
    # CONNECTIONS
    # ------------------------------------------------------------------

    @staticmethod
    def new_env(cr, uid=SUPERUSER_ID):
        return api.Environment(cr, uid, {"lang": "en_US", "no_reset_password": True})

    def open_env(self, uid=SUPERUSER_ID):
        """Return an environment of its own, which is closed at the end."""
        cr = self.registry.cursor()
        self.addCleanup(cr.close)
        return self.new_env(cr, uid)

    def commit(self, work):
        """Do some work in a transaction of its own, and again when it collides."""
        with mute_logger("odoo.sql_db"):
            return self.attempt(work)

    def attempt(self, work):
        for _attempt in range(self.ATTEMPTS):
            try:
                with self.registry.cursor() as cr:
                    env = self.new_env(cr)
                    answer = work(env)
                    env.flush_all()
                    return answer
            except COLLISIONS:
                continue
        raise AssertionError(f"{self.ATTEMPTS} collisions")

    # ------------------------------------------------------------------
    # THREADS
    # ------------------------------------------------------------------

    def make_thread(self, answers, index, work):
        """Return a thread that puts its answer, or its error, into a list."""

        def run():
            try:
                answers[index] = self.attempt(work)
            except Exception as error:
                answers[index] = error

        thread = threading.Thread(target=run, daemon=True)
        # Odoo's cursors ask the thread which database it works on.
        thread.dbname = self.env.cr.dbname
        return thread

    def join(self, thread):
        thread.join(PATIENCE)
        self.assertFalse(thread.is_alive())

    def start(self, work):
        """Begin some work in another thread.

        :return: function that waits for it and returns its errors; `is_waiting` says
            whether it is held up by now
        """
        answers = [None]
        thread = self.make_thread(answers, 0, work)
        muted = ExitStack()
        muted.enter_context(mute_logger("odoo.sql_db"))
        self.addCleanup(muted.close)
        thread.start()
        thread.join(A_MOMENT)

        def wait():
            self.join(thread)
            muted.close()
            return [answer for answer in answers if isinstance(answer, Exception)]

        wait.is_waiting = thread.is_alive()
        return wait

    def race(self, *works):
        """Do all at once, each in a transaction that has begun before the others end.

        :return: what each has answered, or the error that it got
        """
        begun = threading.Barrier(len(works))

        def begin_with(others, work):
            is_first = True

            def begin(env):
                nonlocal is_first
                # From now on the transaction sees the database as it is.
                env.cr.execute("SELECT count(*) FROM res_users")
                if is_first:
                    is_first = False
                    others.wait(PATIENCE / 2)
                return work(env)

            return begin

        answers = [None] * len(works)
        threads = [
            self.make_thread(answers, index, begin_with(begun, work))
            for index, work in enumerate(works)
        ]
        with mute_logger("odoo.sql_db"):
            for thread in threads:
                thread.start()
            for thread in threads:
                self.join(thread)
        return answers

    def assertAllDone(self, answers):
        """None of those who have raced got an error."""
        errors = [answer for answer in answers if isinstance(answer, Exception)]
        self.assertEqual(errors, [])
