# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo import SUPERUSER_ID
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .confidentiality_common import ConfidentialityCommon

DIGEST = "odoo.addons.crm_governance.models.confidentiality.governance_access_digest"
FORGED = {
    "governance_seal": True,
    "install_mode": True,
    "_force_unlink": True,
    "governance_reading": True,
}


@tagged("post_install", "-at_install")
class TestDigest(ConfidentialityCommon):
    """Whatever is done to the register behind its back is found and named."""

    def setUp(self):
        super().setUp()
        commit = patch.object(
            type(self.env["ir.cron"]), "_commit_progress", return_value=3600
        )
        self.startPatcher(commit)
        self.register = self.env["governance.access.entry"]
        self.digests = self.env["governance.access.digest"]
        self.digests._cron_digest()
        self.first = self.write_lines(3)
        self.digest = self.seal()
        self.second = self.write_lines(2)
        self.last = self.seal()

    def write_lines(self, count):
        ids = [
            self.register.with_user(self.rep)
            ._record("opened", self.secret, record=self.secret, detail={"n": number})
            .id
            for number in range(count)
        ]
        return self.register.browse(ids)

    def seal(self):
        self.digests._cron_digest()
        return self.digests.search([], limit=1)

    def sql(self, query, *params):
        self.env.flush_all()
        self.env.cr.execute(query, params)
        self.env.invalidate_all()

    def problems(self):
        return self.digests.sudo()._verify()[0]

    def assertFound(self, pattern):
        problems = self.problems()
        self.assertTrue(problems, "nothing was found")
        self.assertRegex(problems[0], pattern)

    # ------------------------------------------------------------------
    # NOBODY WRITES
    # ------------------------------------------------------------------

    def test_nobody_writes(self):
        """Neither a line nor a digest is changed, copied, added or deleted."""
        for record in (self.first[0], self.digest):
            for user in (SUPERUSER_ID, self.custodian.id, self.auditor.id):
                for attempt in (
                    record.with_user(user),
                    record.with_user(user).sudo().with_context(**FORGED),
                ):
                    name = "event" if "event" in record._fields else "number"
                    for change in (
                        lambda attempt=attempt, name=name: attempt.write({name: False}),
                        lambda attempt=attempt: attempt.unlink(),
                        lambda attempt=attempt: attempt.copy(),
                        lambda attempt=attempt: attempt.create({}),
                    ):
                        with self.assertRaises(AccessError):
                            change()

    def test_who_verifies(self):
        for user in (self.auditor, self.custodian, self.manager):
            action = self.digests.with_user(user).action_verify()
            self.assertEqual(action["params"]["type"], "success")
        for user in (self.rep, self.leader, self.committee, self.executive):
            with self.assertRaises(AccessError):
                self.digests.with_user(user).action_verify()

    # ------------------------------------------------------------------
    # ALL IS WELL
    # ------------------------------------------------------------------

    def test_intact(self):
        """Everything is in order, in numbers."""
        self.write_lines(1)
        self.assertEqual(self.problems(), [])
        action = self.digests.with_user(self.auditor).action_verify()
        self.assertIn("1 lines wait for the next digest", action["params"]["message"])
        self.assertTrue(self.digest.verified_on)
        self.assertEqual(self.digest.entry_count, 3)
        self.assertEqual(self.last.previous_signature, self.digest.signature)

    def test_cron_again(self):
        """Without new lines there is no new digest."""
        self.assertEqual(self.seal(), self.last)

    def test_cron_dead_for_days(self):
        """What was written meanwhile is sealed in one go, in parts if it is much."""
        with patch(f"{DIGEST}.MAX_ENTRIES", 2), freeze_time("2031-01-01"):
            self.write_lines(5)
            self.seal()
            self.assertEqual(
                self.digests.search([("number", ">", self.last.number)]).mapped(
                    "entry_count"
                ),
                [1, 2, 2],
            )
            self.assertEqual(self.problems(), [])

    def test_many_gaps(self):
        """However many numbers no line has, they are one question to the database."""
        digests = self.env["governance.access.digest"]
        counts = []
        for holes in (1, 5):
            lines = self.write_lines(2 * holes + 1)
            for line in lines[1::2]:
                self.sql("DELETE FROM governance_access_entry WHERE id = %s", line.id)
            digest = self.seal()
            self.assertEqual(len(digest.gaps), holes)
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(digests._get_late_rows(digest), [])
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts)

    def test_late_lines(self):
        """A line that was finished later goes into the next digest."""
        lines = self.write_lines(3)
        late = lines[1].id
        self.sql("UPDATE governance_access_entry SET id = -1 WHERE id = %s", late)
        digest = self.seal()
        self.assertEqual(digest.gaps, [[late, late]])
        self.sql("UPDATE governance_access_entry SET id = %s WHERE id = -1", late)
        self.assertFound(f"Line {late} was inserted later")
        following = self.seal()
        self.assertEqual(following.late_ids, [late])
        self.assertEqual(self.problems(), [])
        self.assertEqual(self.seal(), following)
        self.sql("DELETE FROM governance_access_entry WHERE id = %s", late)
        self.assertFound(f"Line {late}, which digest {following.number} covers")

    # ------------------------------------------------------------------
    # TAMPERING WITH LINES
    # ------------------------------------------------------------------

    def test_changed(self):
        """Each column of a line that says something is guarded."""
        for name, value in (
            ("partner_id", self.open_customer.id),
            ("user_id", self.rep2.id),
            ("event", "printed"),
            ("date", "2020-01-01"),
            ("rank", 0),
            ("subject_id", self.rep2.id),
            ("res_model", "crm.lead"),
            ("res_id", 1),
            ("customer_count", 7),
            ("detail", '{"n": 5}'),
        ):
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                self.sql(
                    f"UPDATE governance_access_entry SET {name} = %s WHERE id = %s",
                    value,
                    self.first[1].id,
                )
                self.assertFound(f"Line {self.first[1].id} has been changed")
                savepoint.rollback()
                self.env.invalidate_all()

    def test_changed_with_its_fingerprint(self):
        """Whoever computes the fingerprint again is found by the digest."""
        line = self.first[1]
        values = [line[name] for name in self.register._get_signed_names()]
        names = self.register._get_signed_names()
        values[names.index("partner_id")] = self.open_customer.id
        for name in ("user_id", "subject_id"):
            values[names.index(name)] = line[name].id
        self.sql(
            "UPDATE governance_access_entry SET partner_id = %s, fingerprint = %s"
            " WHERE id = %s",
            self.open_customer.id,
            self.register._get_fingerprint(values),
            line.id,
        )
        self.assertFound(f"not with the content, that digest {self.digest.number}")

    def test_deleted(self):
        self.sql("DELETE FROM governance_access_entry WHERE id = %s", self.first[1].id)
        self.assertFound(f"Line {self.first[1].id}, which digest .* is missing")

    def test_deleted_tail(self):
        self.sql(
            "DELETE FROM governance_access_entry WHERE id = ANY(%s)", self.second.ids
        )
        self.assertFound(f"Line {self.second[0].id}, which digest .* is missing")

    def test_deleted_after_the_last_digest(self):
        """What no digest covers yet is at least noticed."""
        line = self.write_lines(1)
        self.sql("DELETE FROM governance_access_entry WHERE id = %s", line.id)
        problems, notes = self.digests.sudo()._verify()
        self.assertFalse(problems)
        self.assertRegex(" ".join(notes), "1 numbers after the last digest")

    def test_reordered(self):
        """Two lines that swap their numbers."""
        one, other = self.first[:2].ids
        for new, old in ((-1, one), (one, other), (other, -1)):
            self.sql(
                "UPDATE governance_access_entry SET id = %s WHERE id = %s", new, old
            )
        self.assertFound(
            f"Lines {self.digest.first_id} to {self.digest.last_id} are not in the"
        )

    def test_inserted(self):
        """A line that takes the number of one that was never finished."""
        lines = self.write_lines(3)
        self.sql(
            "UPDATE governance_access_entry SET id = -1 WHERE id = %s", lines[1].id
        )
        digest = self.seal()
        self.sql(
            "UPDATE governance_access_entry SET id = %s WHERE id = -1", lines[1].id
        )
        self.assertFound(
            f"Line {lines[1].id} was inserted later: digest {digest.number}"
        )

    # ------------------------------------------------------------------
    # TAMPERING WITH DIGESTS
    # ------------------------------------------------------------------

    def test_changed_digest(self):
        self.sql(
            "UPDATE governance_access_digest SET entry_count = 2 WHERE id = %s",
            self.digest.id,
        )
        self.assertFound(f"Digest {self.digest.number} has been changed")

    def test_deleted_digest(self):
        number = self.digest.number
        self.sql("DELETE FROM governance_access_digest WHERE id = %s", self.digest.id)
        self.assertFound(f"Digest {number} is missing")

    def test_moved_digest(self):
        one, other = self.digest.number, self.last.number
        for new, old in ((-1, one), (one, other), (other, -1)):
            self.sql(
                "UPDATE governance_access_digest SET number = %s WHERE number = %s",
                new,
                old,
            )
        self.assertFound(f"Digest {one} has been changed")

    def test_deleted_last_digest(self):
        number = self.last.number
        self.sql("DELETE FROM governance_access_digest WHERE id = %s", self.last.id)
        self.assertFound(f"The last digest was number {number}")

    def test_older_state(self):
        """Digests, lines and the second copy are put back to where they were."""
        self.sql("DELETE FROM governance_access_digest WHERE id = %s", self.last.id)
        self.sql(
            "DELETE FROM governance_access_entry WHERE id = ANY(%s)", self.second.ids
        )
        self.digests._set_head(self.digest)
        self.assertFound(f"After digest {self.digest.number}, 1 more were begun")

    def test_copied_database(self):
        """A copy has another secret, and verification says so."""
        self.env["ir.config_parameter"].set_param("database.secret", "another one")
        self.assertFound("was signed with another secret")

    # ------------------------------------------------------------------
    # RETENTION
    # ------------------------------------------------------------------

    def keep(self, months):
        ladder = self.env["governance.clearance.ladder"]
        return patch.object(
            type(ladder),
            "_get_current",
            lambda self: ladder.new({"register_months": months}),
        )

    def test_retention(self):
        """Lines out of time go, digests stay, and the chain is still verified."""
        with freeze_time("2040-01-01"):
            young = self.write_lines(2)
            with self.keep(0):
                self.seal()
            self.assertTrue(self.first.exists())
            with self.keep(12):
                self.seal()
            self.assertFalse((self.first | self.second).exists())
            self.assertEqual(young.exists(), young)
            self.assertTrue(self.digest.removed_on)
            self.assertEqual(self.problems(), [])
            self.sql(
                "UPDATE governance_access_digest SET removed_on = '2039-01-01'"
                " WHERE id = %s",
                self.digest.id,
            )
            self.assertFound("it was not the system that removed them")

    def test_retention_keeps_what_was_tampered_with(self):
        self.sql(
            "UPDATE governance_access_entry SET rank = 0 WHERE id = %s",
            self.first[1].id,
        )
        with freeze_time("2040-01-01"), self.keep(12), mute_logger(DIGEST):
            self.seal()
        self.assertEqual(self.first.exists(), self.first)
        self.assertFalse(self.second.exists())

    def test_removal_is_no_way_to_hide(self):
        """To say that lines were removed needs the system's signature."""
        self.sql("DELETE FROM governance_access_entry WHERE id = %s", self.first[0].id)
        self.sql(
            "UPDATE governance_access_digest SET removed_on = now() WHERE id = %s",
            self.digest.id,
        )
        self.assertFound("it was not the system that removed them")
