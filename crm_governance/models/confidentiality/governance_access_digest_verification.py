# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import hmac

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from .governance_access_digest import MAX_ENTRIES

NAMED_PROBLEMS = 3
READERS = ("group_auditor", "group_manager", "group_custodian")


class GovernanceAccessDigest(models.Model):
    """Compare the access register with its digests, and these with each other."""

    _inherit = "governance.access.digest"

    def action_verify(self):
        """Compare the whole register with its digests and say what is wrong.

        :raises AccessError: for others than auditors, custodians and administrators
        """
        user = self.env.user
        if not any(user.has_group(f"crm_governance.{name}") for name in READERS):
            raise AccessError(
                self.env._(
                    "The access register is verified by auditors, data custodians and "
                    "governance administrators."
                )
            )
        problems, notes = self.sudo()._verify()
        if problems:
            message = self._format_problems(problems)
        else:
            message = " ".join(notes)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": (
                    self.env._("The register has been tampered with")
                    if problems
                    else self.env._("The register is intact")
                ),
                "message": message,
                "type": "danger" if problems else "success",
                "sticky": True,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    @api.model
    def _format_problems(self, problems):
        more = len(problems) - NAMED_PROBLEMS
        named = problems[:NAMED_PROBLEMS]
        if more > 0:
            named.append(self.env._("And %(count)s more.", count=more))
        return " ".join(named)

    @api.model
    def _verify(self):
        """Return what is wrong, the first broken link first, and notes.

        One digest after the other is read, so the size of the register does not
        matter.
        """
        self.env["governance.access.entry"].flush_model()
        self.flush_model()
        self.invalidate_model()
        problems, intact = [], self.browse()
        late = self._get_all_late_ids()
        last = self.browse()
        for digest in self.search([("number", "!=", False)], order="number"):
            found = digest._get_chain_problems(last) or digest._get_problems(late)
            problems += found
            if not found:
                intact += digest
            last = digest
        problems += self._get_head_problems(last)
        open_problems, open_count = self._get_open_problems(last)
        problems += open_problems
        intact._seal().write({"verified_on": fields.Datetime.now()})
        return problems, self._get_notes(intact, open_count)

    # ------------------------------------------------------------------
    # CHAIN OF DIGESTS
    # ------------------------------------------------------------------

    def _get_chain_problems(self, last):
        """Return what is wrong with the digest itself and with its place."""
        self.ensure_one()
        number = self.number
        if number != last.number + 1:
            return [self.env._("Digest %(number)s is missing.", number=last.number + 1)]
        if self.key_code != self._get_key_code():
            return [
                self.env._(
                    "Digest %(number)s was signed with another secret: this database "
                    "is a copy, or its secret was changed.",
                    number=number,
                )
            ]
        if not self._is_signed(self.signature, self._sign_digest(self)):
            return [self.env._("Digest %(number)s has been changed.", number=number)]
        if (self.previous_signature or "") != (last.signature or ""):
            return [
                self.env._(
                    "Digest %(number)s does not follow the one before it.",
                    number=number,
                )
            ]
        if self.removed_on and not self._is_signed(
            self.removal_signature, self._sign_removal(self.removed_on)
        ):
            return [
                self.env._(
                    "Digest %(number)s says that its lines were removed, but it was "
                    "not the system that removed them.",
                    number=number,
                )
            ]
        return []

    @api.model
    def _is_signed(self, signature, expected):
        return hmac.compare_digest(signature or "", expected)

    @api.model
    def _get_head_problems(self, last):
        number, signature = self._get_head()
        if (number, signature) == (last.number, last.signature or ""):
            given = self._get_sequence_value(self._table)
            if last and given > last.id:
                return [
                    self.env._(
                        "After digest %(number)s, %(count)s more were begun that are "
                        "not on record. Wait for the next one; if this stays, they "
                        "were deleted.",
                        number=last.number,
                        count=given - last.id,
                    )
                ]
            return []
        return [
            self.env._(
                "The last digest was number %(expected)s; now it is number %(number)s "
                "or another one. Digests were deleted, or an older state restored.",
                expected=number,
                number=last.number,
            )
        ]

    # ------------------------------------------------------------------
    # LINES OF THE REGISTER
    # ------------------------------------------------------------------

    def _get_problems(self, late):
        """Return what is wrong with the lines that the digest covers."""
        self.ensure_one()
        rows = self._get_rows(late)
        found = {row[0] for row in rows}
        expected = self._get_expected_ids()
        if self.removed_on:
            expected = set()
        problems = [
            self.env._(
                "Line %(line)s, which digest %(number)s covers, is missing.",
                line=id_,
                number=self.number,
            )
            for id_ in sorted(expected - found)[:NAMED_PROBLEMS]
        ]
        problems += [
            self.env._(
                "Line %(line)s was inserted later: digest %(number)s does not know it.",
                line=id_,
                number=self.number,
            )
            for id_ in sorted(found - expected)[:NAMED_PROBLEMS]
        ]
        problems += self._get_changed(rows)
        if problems or self.removed_on:
            return problems
        content_hash = self._get_content_hash([row[:2] for row in rows])
        if content_hash != self.content_hash:
            problems.append(
                self.env._(
                    "Lines %(first)s to %(last)s are not in the order, or not with "
                    "the content, that digest %(number)s holds.",
                    first=self.first_id,
                    last=self.last_id,
                    number=self.number,
                )
            )
        return problems

    def _get_rows(self, late):
        """Return the lines that the digest covers: id, fingerprint, values.

        :param set late: the numbers of all late lines, which other digests cover
        """
        self.ensure_one()
        entry = self.env["governance.access.entry"]
        own = set(self.late_ids or [])
        rows = self.env.execute_query(
            SQL(
                """SELECT id, fingerprint, %s FROM governance_access_entry
                    WHERE id BETWEEN %s AND %s OR id = ANY(%s) ORDER BY id""",
                SQL(", ").join(
                    SQL.identifier(name) for name in entry._get_signed_names()
                ),
                self.first_id,
                self.last_id,
                list(own),
            )
        )
        return [row for row in rows if row[0] in own or row[0] not in late]

    @api.model
    def _get_all_late_ids(self):
        digests = self.sudo().search([("late_ids", "!=", False)])
        return {id_ for digest in digests for id_ in digest.late_ids}

    def _get_expected_ids(self):
        expected = set(range(self.first_id, self.last_id + 1))
        for first, final in self.gaps or []:
            expected.difference_update(range(first, final + 1))
        return expected | set(self.late_ids or [])

    @api.model
    def _get_changed(self, rows):
        entry = self.env["governance.access.entry"]
        return [
            self.env._("Line %(line)s has been changed.", line=id_)
            for id_, fingerprint, *values in rows
            if fingerprint != entry._get_fingerprint(values)
        ]

    @api.model
    def _get_open_problems(self, last):
        """Return what is wrong with lines after the last digest, and their number."""
        problems, count, last_id = [], 0, last.last_id
        names = self.env["governance.access.entry"]._get_signed_names()
        while rows := self.env.execute_query(
            SQL(
                """SELECT id, fingerprint, %s FROM governance_access_entry
                    WHERE id > %s ORDER BY id LIMIT %s""",
                SQL(", ").join(SQL.identifier(name) for name in names),
                last_id,
                MAX_ENTRIES,
            )
        ):
            problems += self._get_changed(rows)
            count += len(rows)
            last_id = rows[-1][0]
        return problems, count

    # ------------------------------------------------------------------
    # NOTES
    # ------------------------------------------------------------------

    @api.model
    def _get_notes(self, intact, open_count):
        entry = self.env["governance.access.entry"]
        notes = [
            self.env._(
                "%(digests)s digests and the %(lines)s lines that they cover are as "
                "they were written; of these, %(removed)s digests outlived their lines "
                "by the retention policy. %(open)s lines wait for the next digest.",
                digests=len(intact),
                lines=sum(
                    intact.filtered(lambda d: not d.removed_on).mapped("entry_count")
                ),
                removed=len(intact.filtered("removed_on")),
                open=open_count,
            )
        ]
        last_id = max(intact.mapped("last_id"), default=0)
        missing = self._get_sequence_value(entry._table) - last_id - open_count
        if missing > 0:
            notes.append(
                self.env._(
                    "%(count)s numbers after the last digest have no line: they were "
                    "begun and not finished, or deleted within the last hour.",
                    count=missing,
                )
            )
        skipped = intact.filtered("skipped")
        if skipped:
            notes.append(
                self.env._(
                    "Before digest %(number)s others were begun that are not on "
                    "record.",
                    number=skipped[0].number,
                )
            )
        return notes
