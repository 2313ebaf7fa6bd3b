# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import hashlib
import hmac
import json
import logging
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

# Where the number and the signature of the last digest are kept a second time.
HEAD = "crm_governance.access_digest_head"
MAX_ENTRIES = 10000
# How long after a digest a transaction may still be open that has lower numbers.
LATE_DAYS = 7


class GovernanceAccessDigest(models.Model):
    """Seal over lines of the access register, chained to the seal before.

    A digest covers all lines from the last one to its own `last_id` that were there
    (`gaps` says which numbers were not), and late lines of earlier digests.  Source:
    design §6, anchors_world §3.5 item 15.
    """

    _name = "governance.access.digest"
    _description = "Digest of the Access Register"
    _inherit = "governance.sealed.mixin"
    _order = "number desc"
    _rec_name = "number"

    number = fields.Integer(
        string="Digest Number", required=True, readonly=True, aggregator=None
    )
    date = fields.Datetime(required=True, readonly=True)
    first_id = fields.Integer(string="From Line", readonly=True, aggregator=None)
    last_id = fields.Integer(string="To Line", readonly=True, aggregator=None)
    entry_count = fields.Integer(string="Lines", readonly=True)
    late_ids = fields.Json(
        readonly=True, help="Lines with lower numbers that were finished later."
    )
    gaps = fields.Json(
        readonly=True, help="First and last of the numbers that no line had."
    )
    skipped = fields.Integer(
        readonly=True, help="Digests that were begun before and are not on record."
    )
    content_hash = fields.Char(
        string="Fingerprint", readonly=True, help="SHA-256 of the lines, in order."
    )
    previous_signature = fields.Char(string="Signature before", readonly=True)
    key_code = fields.Char(
        readonly=True, help="Tells with which secret of the database it was signed."
    )
    signature = fields.Char(required=True, readonly=True)
    verified_on = fields.Datetime(
        string="Last Verified", readonly=True, help="When it was found to be intact."
    )
    removed_on = fields.Datetime(
        string="Lines Removed",
        readonly=True,
        help="When its lines were removed because their time was over.",
    )
    removal_signature = fields.Char(readonly=True)

    _number_uniq = models.UniqueIndex("(number)", "This digest exists already.")

    @api.depends("number")
    def _compute_display_name(self):
        for digest in self:
            digest.display_name = self.env._("Digest %(number)s", number=digest.number)

    @api.model
    def _sealed_mutable_fields(self):
        return super()._sealed_mutable_fields() | {
            "removal_signature",
            "removed_on",
            "verified_on",
        }

    # ------------------------------------------------------------------
    # SIGNING
    # ------------------------------------------------------------------

    @api.model
    def _get_key(self):
        parameters = self.env["ir.config_parameter"].sudo()
        secret = parameters.get_param("database.secret") or ""
        return hmac.digest(secret.encode(), b"crm_governance.access.digest", "sha256")

    @api.model
    def _get_key_code(self):
        return hashlib.sha256(self._get_key()).hexdigest()[:16]

    @api.model
    def _sign(self, values):
        """Return the signature (HMAC-SHA-256) of a list of values."""
        content = [value or None for value in values]
        text = json.dumps(content, sort_keys=True, default=str)
        return hmac.new(self._get_key(), text.encode(), "sha256").hexdigest()

    @api.model
    def _sign_digest(self, values):
        names = (
            "number",
            "date",
            "first_id",
            "last_id",
            "entry_count",
            "late_ids",
            "gaps",
            "skipped",
            "content_hash",
            "previous_signature",
            "key_code",
        )
        return self._sign([values[name] for name in names])

    def _sign_removal(self, date):
        return self._sign(["removed", self.number, self.signature, date])

    @api.model
    def _get_content_hash(self, rows):
        """Return the SHA-256 of lines, given as ``(id, fingerprint)``."""
        text = "\n".join(f"{id_}:{fingerprint}" for id_, fingerprint in sorted(rows))
        return hashlib.sha256(text.encode()).hexdigest()

    # ------------------------------------------------------------------
    # CRON
    # ------------------------------------------------------------------

    @api.model
    def _cron_digest(self):
        """Seal all lines that no digest covers, and remove those out of time.

        Safe at any time, as often as one likes and in two workers at once.
        """
        cron = self.env["ir.cron"]
        while self._add_digest():
            if not cron._commit_progress(1):
                return
        self._remove_expired()

    @api.model
    def _add_digest(self):
        """Add the next digest; return it, empty when no line is uncovered."""
        [(locked,)] = self.env.execute_query(
            SQL("SELECT pg_try_advisory_xact_lock(hashtext(%s))", HEAD)
        )
        if not locked:
            return self.browse()
        last = self.sudo().search([], limit=1)
        rows = self._get_new_rows(last)
        late = self._get_late_rows(last)
        if not rows and not late:
            return self.browse()
        values = self._prepare_values(last, rows, late)
        values["signature"] = self._sign_digest(values)
        digest = self._seal().create([values])._unseal()
        self._set_head(digest)
        # A copy that nobody changes from inside of the database.
        _logger.info("Access digest %s: %s", digest.number, digest.signature)
        return digest

    @api.model
    def _prepare_values(self, last, rows, late):
        ids = [id_ for id_, _fingerprint in rows]
        first_id = last.last_id + 1
        last_id = ids[-1] if ids else last.last_id
        return {
            "number": last.number + 1,
            "date": fields.Datetime.now(),
            "first_id": first_id,
            "last_id": last_id,
            "entry_count": len(rows) + len(late),
            "late_ids": [id_ for id_, _fingerprint in late],
            "gaps": self._get_gaps(first_id, ids),
            "skipped": self._get_sequence_value(self._table) - last.id,
            "content_hash": self._get_content_hash([*rows, *late]),
            "previous_signature": last.signature,
            "key_code": self._get_key_code(),
            "verified_on": False,
            "removed_on": False,
            "removal_signature": False,
        }

    @api.model
    def _get_gaps(self, first_id, ids):
        """Return ``[[first, last]]`` of the numbers that are missing among `ids`."""
        gaps = []
        for id_ in ids:
            if id_ > first_id:
                gaps.append([first_id, id_ - 1])
            first_id = id_ + 1
        return gaps

    @api.model
    def _get_new_rows(self, last):
        entry = self.env["governance.access.entry"]
        entry.flush_model()
        return self.env.execute_query(
            SQL(
                """SELECT id, fingerprint FROM governance_access_entry
                    WHERE id > %s ORDER BY id LIMIT %s""",
                last.last_id,
                MAX_ENTRIES,
            )
        )

    @api.model
    def _get_late_rows(self, last):
        """Return lines that were not finished yet when their numbers were covered."""
        if not last:
            return []
        recent = self.sudo().search(
            [("date", ">=", last.date - timedelta(days=LATE_DAYS))]
        )
        covered = [id_ for digest in recent for id_ in digest.late_ids or []]
        gaps = [gap for digest in recent for gap in digest.gaps or []]
        # Each request that fails leaves a gap, so there may be thousands.
        return self.env.execute_query(
            SQL(
                """SELECT entry.id, entry.fingerprint
                     FROM unnest(%s::int[], %s::int[]) AS gap (first_id, last_id)
                     JOIN governance_access_entry entry
                       ON entry.id BETWEEN gap.first_id AND gap.last_id
                    WHERE NOT entry.id = ANY(%s::int[])
                    ORDER BY entry.id""",
                [first for first, _last in gaps],
                [last for _first, last in gaps],
                covered,
            )
        )

    @api.model
    def _set_head(self, digest):
        # Past the ORM, which would empty the caches of all workers every hour.
        self.env.cr.execute(
            SQL(
                """INSERT INTO ir_config_parameter (key, value) VALUES (%s, %s)
                   ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value""",
                HEAD,
                f"{digest.number}:{digest.signature}",
            )
        )

    @api.model
    def _get_head(self):
        """Return the number and the signature of the last digest as kept apart."""
        rows = self.env.execute_query(
            SQL("SELECT value FROM ir_config_parameter WHERE key = %s", HEAD)
        )
        number, _colon, signature = ((rows and rows[0][0]) or "").partition(":")
        return int(number) if number.isdigit() else 0, signature

    @api.model
    def _get_sequence_value(self, table):
        """Return the last number that the database has given to a row of a table."""
        [(value,)] = self.env.execute_query(
            SQL(
                "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM %s",
                SQL.identifier(f"{table}_id_seq"),
            )
        )
        return value

    # ------------------------------------------------------------------
    # RETENTION
    # ------------------------------------------------------------------

    @api.model
    def _remove_expired(self):
        """Remove lines older than the policy keeps them, once they are verified.

        The digests stay, and say so.  Lines that were tampered with stay as well.
        """
        ladder = self.env["governance.clearance.ladder"]._get_current()
        if not ladder.register_months:
            return
        limit = fields.Datetime.now() - relativedelta(months=ladder.register_months)
        digests = self.sudo().search(
            [("removed_on", "=", False), ("date", "<", limit)], order="number"
        )
        cron = self.env["ir.cron"]
        late = self._get_all_late_ids()
        for digest in digests:
            if digest._get_problems(late):
                _logger.warning("%s is broken, its lines are kept", digest)
                continue
            digest._remove_entries(late)
            if not cron._commit_progress(1):
                break

    def _remove_entries(self, late):
        self.ensure_one()
        now = fields.Datetime.now()
        ids = [row[0] for row in self._get_rows(late)]
        self.env.cr.execute(
            SQL("DELETE FROM governance_access_entry WHERE id = ANY(%s)", ids)
        )
        self.env["governance.access.entry"].invalidate_model()
        self._seal().write(
            {
                "verified_on": now,
                "removed_on": now,
                "removal_signature": self._sign_removal(now),
            }
        )
