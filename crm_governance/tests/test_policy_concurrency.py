# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from psycopg2.errors import SerializationFailure, UniqueViolation

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .common import GovernanceCommon


@tagged("post_install", "-at_install")
class TestPolicyConcurrency(GovernanceCommon):
    """Two people at once, each with a connection of their own.

    What both have to see is committed, and deleted again by SQL: the ORM
    deletes no evidence.
    """

    def setUp(self):
        super().setUp()
        self.addCleanup(self._delete_all)
        # Leaving the block commits.
        with self.registry.cursor() as cr:
            env = self._new_env(cr)
            policy = env["governance.approval.policy"].create(
                {"name": "Race", "code": "RACE", "expiry_value": 1}
            )
            request = self._create_request(policy)
            self.policy_id, self.request_id = policy.id, request.id
        self.first = self._open_env()
        self.second = self._open_env()

    @staticmethod
    def _new_env(cr):
        return api.Environment(cr, SUPERUSER_ID, {"lang": "en_US"})

    def _open_env(self):
        cr = self.registry.cursor()
        self.addCleanup(cr.close)
        return self._new_env(cr)

    @staticmethod
    def _create_request(policy):
        return (
            policy.env["governance.approval.request"]
            ._seal()
            .create(
                {
                    "policy_id": policy.id,
                    "res_model": "res.partner",
                    "res_id": 1,
                    "res_name": "Race",
                    "company_id": policy.company_id.id,
                    "requester_id": SUPERUSER_ID,
                    "requested_on": "2026-01-01 00:00:00",
                    "expires_on": "2026-01-02 00:00:00",
                }
            )
        )

    def _delete_all(self):
        with self.registry.cursor() as cr:
            cr.execute(
                "DELETE FROM mail_message WHERE model = %s AND res_id = %s",
                ["governance.approval.request", self.request_id],
            )
            for table, column, value in (
                ("governance_decision", "request_id", self.request_id),
                ("governance_approval_request", "id", self.request_id),
                ("governance_approval_policy", "code", "RACE"),
            ):
                cr.execute(
                    SQL(
                        "DELETE FROM %s WHERE %s = %s",
                        SQL.identifier(table),
                        SQL.identifier(column),
                        value,
                    )
                )

    def _request(self, env):
        return env["governance.approval.request"].browse(self.request_id)

    def test_two_deciders_at_once(self):
        """The second one is told that somebody else is at it."""
        self._request(self.first)._lock_pending()
        with self.assertRaisesRegex(UserError, "Somebody else is deciding"):
            self._request(self.second)._lock_pending()

    def test_decider_who_comes_after(self):
        """Who looked before the other committed is sent back to look again.

        The server answers this error by repeating the whole call, which then
        finds the request closed.
        """
        late = self._request(self.second)
        self.assertEqual(late.state, "pending")
        with self.registry.cursor() as cr:
            early = self._request(self._new_env(cr))
            early._lock_pending()
            early._seal().write({"state": "approved"})
            early._record_event("approved")
        with mute_logger("odoo.sql_db"), self.assertRaises(SerializationFailure):
            late._lock_pending()
        self.second.cr.rollback()
        self.second.invalidate_all()
        with self.assertRaisesRegex(UserError, "Approved by"):
            self._request(self.second)._lock_pending()

    def test_two_requests_for_one_subject(self):
        """The database keeps a second pending request out."""
        policy = self.second["governance.approval.policy"].browse(self.policy_id)
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            self._create_request(policy)

    def test_one_person_one_verdict(self):
        request = self._request(self.second)
        request._record_event("approved")
        self.second.flush_all()
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            request._record_event("rejected")
            self.second.flush_all()

    def test_two_publishers_at_once(self):
        policy = self.first["governance.approval.policy"].browse(self.policy_id)
        policy._lock_company(policy.company_id)
        other = self.second["governance.approval.policy"].browse(self.policy_id)
        with self.assertRaisesRegex(UserError, "Somebody else is publishing"):
            other._lock_company(other.company_id)

    def test_cron_leaves_locked_requests_alone(self):
        """While somebody decides, the clock waits for the next run."""
        self._request(self.first)._lock_pending()
        request = self._request(self.second)
        request._expire_isolated()
        self.assertEqual(request.state, "pending")
