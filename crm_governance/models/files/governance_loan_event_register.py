# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import csv
import io
from functools import partial

from odoo import api, fields, models
from odoo.tools import SQL, format_datetime

from .governance_loan_line import AWAY, LIVE

# The state of a volume after each event that changes it.
STATES = {
    "requested": "draft",
    "chosen": "draft",
    "approved": "waiting",
    "refused": "dropped",
    "expired": "dropped",
    "cancelled": "dropped",
    "dropped": "dropped",
    "unobtainable": "dropped",
    "handed_out": "handed_out",
    "claimed": "claimed",
    "unclaimed": "handed_out",
    "lost": "lost",
    "written_off": "written_off",
    "returned": "returned",
    "ended": "returned",
}
# These change no state; what is found is taken back in the same step.
NEUTRAL = (
    "accepted",
    "queued",
    "offered",
    "received",
    "fetched",
    "objected",
    "proposed",
    "unrenewed",
    "overridden",
    "renewed",
    "recalled",
    "overdue",
    "found",
    "settled",
)
# The events that set the due date.
DUES = ["handed_out", "renewed", "recalled"]
# The state of a loan of which nothing was handed out, after its last event.
LOAN_STATES = {
    "requested": "requested",
    "chosen": "requested",
    "refused": "rejected",
    "expired": "expired",
    "cancelled": "cancelled",
    "dropped": "expired",
    "unobtainable": "expired",
}
# What each line of the register is known by outside of the database.  The volume is
# that of the item; level and customer follow it.
SIGNED = (
    "id",
    "event",
    "date",
    "date_event",
    "user_id",
    "loan_id",
    "line_id",
    "borrower_id",
    "company_id",
    "date_due",
    "count",
    "condition",
    "is_present",
    "proxy",
    "note",
)
LARGEST_ID = 2**31 - 1


class GovernanceLoanEvent(models.Model):
    """Compares the register of loans with what is lent, and with a list kept outside.

    After a backup was restored, or when somebody has changed the database past the
    product, both do not tell the same story any more.
    """

    _inherit = "governance.loan.event"

    number = fields.Char(
        compute="_compute_number", help="By which a list kept outside names the line."
    )
    fingerprint = fields.Char(
        compute="_compute_fingerprint",
        help="Fingerprint (SHA-256) of the line, for a list kept outside.",
    )

    def _compute_number(self):
        for line in self:
            line.number = str(line.id or "")

    def _compute_fingerprint(self):
        kept = self._get_kept([str(id_) for id_ in self._ids])
        for line in self:
            line.fingerprint = kept.get(str(line.id), False)

    @api.model
    def _get_open_fields(self):
        return super()._get_open_fields() | {"fingerprint", "number"}

    @api.model
    def _get_fingerprint_sql(self, alias):
        """Return SQL of the SHA-256 of a line, as the database holds it."""
        columns = SQL(", ").join(SQL.identifier(alias, name) for name in SIGNED)
        return SQL(
            "encode(sha256(convert_to(jsonb_build_array(%s)::text, 'UTF8')), 'hex')",
            columns,
            to_flush=[self._fields[name] for name in SIGNED if name != "id"],
        )

    @api.model
    def _get_kept(self, numbers):
        ids = [int(number) for number in numbers if number.isdecimal()]
        rows = self.env.execute_query(
            SQL(
                "SELECT id::text, %s FROM governance_loan_event WHERE id = ANY(%s)",
                self._get_fingerprint_sql("governance_loan_event"),
                [id_ for id_ in ids if id_ <= LARGEST_ID],
            )
        )
        return dict(rows)

    # ------------------------------------------------------------------
    # KEPT OUTSIDE
    # ------------------------------------------------------------------

    @api.model
    def _get_listing(self, since=None):
        """Return the register as text (CSV), to be kept outside of the database.

        Volumes that the current user may not read are left out of their lines.

        :param datetime since: only what was recorded from then on
        """
        file = io.StringIO()
        rows = csv.writer(file)
        rows.writerow(
            [
                self.env._("Number"),
                self.env._("Recorded on"),
                self.env._("Event"),
                self.env._("Loan"),
                self.env._("Borrower"),
                self.env._("Volume"),
                self.env._("Due"),
                self.env._("Fingerprint"),
            ]
        )
        events = dict(self._fields["event"]._description_selection(self.env))
        for number, date, event, *cells in self._get_listing_rows(since):
            rows.writerow(
                [number, date, events.get(event, event), *map(self._to_cell, cells)]
            )
        return file.getvalue()

    @api.model
    def _to_cell(self, value):
        """Return a text that a spreadsheet takes for no formula."""
        text = str(value or "")
        return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text

    @api.model
    def _get_listing_rows(self, since):
        is_open = self.env["governance.confidentiality"]._is_everything_open()
        closed = self._get_closed_sql("e", "read") if not is_open else SQL("FALSE")
        # Levels do not tell of seals, and these hold where no level is in force.
        volumes = self.env["governance.file.volume"].with_context(active_test=False)
        readable = volumes._search([]).subselect()
        self.env["governance.loan"].flush_model(["name", "user_id", "reader_name"])
        self.env["governance.file.volume"].flush_model(["code"])
        self.flush_model()
        return self.env.execute_query(
            SQL(
                """SELECT e.id, e.date, e.event, loan.name,
                          COALESCE(who.name, loan.reader_name),
                          CASE WHEN %(closed)s THEN NULL
                               WHEN v.id IN %(readable)s THEN v.code END,
                          e.date_due, %(fingerprint)s
                     FROM governance_loan_event e
                     JOIN governance_loan loan ON loan.id = e.loan_id
                LEFT JOIN res_users u ON u.id = loan.user_id
                LEFT JOIN res_partner who ON who.id = u.partner_id
                LEFT JOIN governance_file_volume v ON v.id = e.volume_id
                    WHERE e.company_id = ANY(%(companies)s) AND e.date >= %(since)s
                 ORDER BY e.id""",
                closed=closed,
                readable=readable,
                fingerprint=self._get_fingerprint_sql("e"),
                companies=self.env.companies.ids,
                since=since or "-infinity",
            )
        )

    @api.model
    def _describe_missing(self, row):
        return self.env._(
            "%(line)s: this is on your list, but not in the register. %(advice)s",
            line=self._describe_row(row),
            advice=self._get_advice(row),
        )

    @api.model
    def _describe_changed(self, row):
        """Say that a line is not that of the list, and what to do.

        After a restore the numbers of what was lost are given once more.
        """
        return self.env._(
            "%(line)s: the register has something else under this number. It was "
            "changed outside of the product, or the line of your list was lost and "
            "its number given again. %(advice)s",
            line=self._describe_row(row),
            advice=self._get_advice(row),
        )

    @api.model
    def _describe_row(self, row):
        fingerprint = self._find_fingerprint(row)
        return " · ".join(cell for cell in row if cell and cell != fingerprint)

    @api.model
    def _get_advice(self, row):
        """Return what to do about an event that the database does not know (C-10)."""
        event = self._find_event(row)
        if event in ("requested", "chosen", "approved", "accepted", "refused"):
            return self.env._("If it is still needed, ask for it and decide again.")
        if event == "handed_out":
            return self.env._(
                "Find out who has it. If it is still out, ask for the loan again and "
                "hand it out again."
            )
        if event in ("received", "objected", "settled"):
            return self.env._("Let the borrower say it again.")
        if event in ("proposed", "unrenewed", "overridden", "renewed", "recalled"):
            return self.env._("Renew or recall it again.")
        if event in ("returned", "found"):
            return self.env._(
                "Look whether it is on its shelf, and take it back again."
            )
        if event in ("lost", "claimed", "unclaimed"):
            return self.env._("Report it again.")
        if event == "written_off":
            return self.env._(
                "Decide on the loss again under Customer Governance > Borrowing > "
                "Losses and damage."
            )
        if event in ("ended", "fetched"):
            return self.env._("Nothing is to be done: reading ends by itself.")
        if event:
            return self.env._("The loan shows whether anything is left to do.")
        return self.env._("Find out what it was, and enter it again.")

    @api.model
    def _find_event(self, row):
        """Return the event of which a row tells, in whatever language it is kept."""
        field = self._fields["event"]
        for lang, _name in self.env["res.lang"].get_installed():
            labels = field._description_selection(self.with_context(lang=lang).env)
            for event, label in labels:
                if event in row or label in row:
                    return event
        return None

    # ------------------------------------------------------------------
    # COMPARISON
    # ------------------------------------------------------------------

    @api.model
    def _find_differences(self):
        """Yield where the register tells another story than the loans.

        All lines are replayed in one statement each for volumes, loans and queues.
        """
        self.env.flush_all()
        yield from super()._find_differences()
        yield from self._get_different_lines()
        yield from self._get_different_loans()
        yield from self._get_destroyed_on_loan()
        yield from self._get_forgotten_queues()

    @api.model
    def _get_replay_sql(self):
        """Return SQL of what each volume of a loan has come to, by the register.

        What no event has told yet is as it is.
        """
        return SQL(
            """SELECT l.id, l.loan_id, COALESCE(state_of.state, 'draft') AS state,
                      CASE WHEN first.id IS NULL THEN l.user_id
                           ELSE first.borrower_id END AS user_id,
                      COALESCE(first.volume_id, l.volume_id) AS volume_id,
                      CASE WHEN due.id IS NULL THEN l.date_due
                           ELSE due.date_due END AS date_due,
                      CASE WHEN out.id IS NULL THEN l.count_out
                           ELSE COALESCE(out.count, 0) END AS count_out,
                      CASE WHEN out.id IS NULL THEN l.condition_out
                           ELSE out.condition END AS condition_out,
                      CASE WHEN back.id IS NULL THEN l.count_in
                           ELSE COALESCE(back.count, 0) END AS count_in,
                      CASE WHEN back.id IS NULL THEN l.condition
                           ELSE back.condition END AS condition
                 FROM governance_loan_line l
            LEFT JOIN (SELECT line_id, min(id) AS first,
                              max(id) FILTER (WHERE event = ANY(%(states)s)) AS state,
                              max(id) FILTER (WHERE event = ANY(%(dues)s)) AS due,
                              max(id) FILTER (WHERE event = 'handed_out') AS out,
                              max(id) FILTER (WHERE event = 'returned') AS back
                         FROM governance_loan_event
                        WHERE line_id IS NOT NULL
                          AND company_id = ANY(%(companies)s)
                     GROUP BY line_id) told ON told.line_id = l.id
            LEFT JOIN governance_loan_event first ON first.id = told.first
            LEFT JOIN governance_loan_event stated ON stated.id = told.state
            LEFT JOIN (%(mapping)s) state_of ON state_of.event = stated.event
            LEFT JOIN governance_loan_event due ON due.id = told.due
            LEFT JOIN governance_loan_event out ON out.id = told.out
            LEFT JOIN governance_loan_event back ON back.id = told.back
                WHERE l.company_id = ANY(%(companies)s)""",
            companies=self.env.companies.ids,
            states=list(STATES),
            dues=DUES,
            mapping=self._get_mapping_sql(STATES),
        )

    @api.model
    def _get_loan_replay_sql(self):
        """Return SQL of what each loan has come to, by the register."""
        return SQL(
            """SELECT loan.id,
                      COALESCE(CASE WHEN lines.is_out THEN 'handed_out'
                                    WHEN lines.is_claimed THEN 'claimed'
                                    WHEN lines.is_lost THEN 'lost'
                                    WHEN lines.is_waiting THEN 'approved'
                                    WHEN lines.is_written_off THEN 'written_off'
                                    WHEN lines.is_back THEN 'returned' END,
                               state_of.state, 'draft') AS state,
                      lines.date_due
                 FROM governance_loan loan
            LEFT JOIN (SELECT loan_id,
                              bool_or(state = 'handed_out') AS is_out,
                              bool_or(state = 'claimed') AS is_claimed,
                              bool_or(state = 'lost') AS is_lost,
                              bool_or(state = 'waiting') AS is_waiting,
                              bool_or(state = 'written_off') AS is_written_off,
                              bool_or(state = 'returned') AS is_back,
                              min(date_due) FILTER (WHERE state = 'handed_out')
                                  AS date_due
                         FROM (%(replay)s) replay
                     GROUP BY loan_id) lines ON lines.loan_id = loan.id
            LEFT JOIN (SELECT loan_id, max(id) AS id
                         FROM governance_loan_event
                        WHERE event = ANY(%(events)s)
                          AND company_id = ANY(%(companies)s)
                     GROUP BY loan_id) last ON last.loan_id = loan.id
            LEFT JOIN governance_loan_event stated ON stated.id = last.id
            LEFT JOIN (%(mapping)s) state_of ON state_of.event = stated.event
                WHERE loan.company_id = ANY(%(companies)s)""",
            companies=self.env.companies.ids,
            replay=self._get_replay_sql(),
            events=list(LOAN_STATES),
            mapping=self._get_mapping_sql(LOAN_STATES),
        )

    @api.model
    def _get_mapping_sql(self, states):
        """Return SQL of a table that says which state follows an event."""
        return SQL(
            "SELECT * FROM unnest(%s, %s) AS mapping (event, state)",
            list(states),
            list(states.values()),
        )

    @api.model
    def _compare(self, model, replay, names):
        """Yield ``(record, field, told, found)`` where columns are not as replayed."""
        table = self.env[model]._table
        columns = SQL(", ").join(
            SQL(
                "(%s, told.%s::text, found.%s::text)",
                name,
                SQL.identifier(name),
                SQL.identifier(name),
            )
            for name in names
        )
        rows = self.env.execute_query(
            SQL(
                """SELECT found.id, pair.name, pair.told, pair.found
                     FROM %s found
                     JOIN (%s) told ON told.id = found.id
               CROSS JOIN LATERAL (VALUES %s) AS pair (name, told, found)
                    WHERE pair.told IS DISTINCT FROM pair.found
                 ORDER BY found.id, pair.name""",
                SQL.identifier(table),
                replay,
                columns,
            )
        )
        for id_, name, told, found in rows:
            yield self.env[model].browse(id_), name, told, found

    @api.model
    def _get_different_lines(self):
        """Yield volumes of loans that are not as the register tells (E-46)."""
        names = (
            "state",
            "user_id",
            "volume_id",
            "date_due",
            "count_out",
            "count_in",
            "condition_out",
            "condition",
        )
        model = "governance.loan.line"
        for difference in self._compare(model, self._get_replay_sql(), names):
            yield partial(self._describe_line, *difference)

    @api.model
    def _describe_line(self, line, name, told, found):
        sentence = self._describe_difference(
            self._name_line(line), line, name, told, found
        )
        if name == "state":
            sentence = f"{sentence} {self._get_state_advice(line, told, found)}"
        return sentence

    @api.model
    def _get_different_loans(self):
        """Yield loans that are not what the register makes of their volumes."""
        names = ("state", "date_due")
        for difference in self._compare(
            "governance.loan", self._get_loan_replay_sql(), names
        ):
            yield partial(self._describe_loan, *difference)

    @api.model
    def _describe_loan(self, loan, name, told, found):
        return self._describe_difference(loan.sudo().name, loan, name, told, found)

    @api.model
    def _describe_difference(self, item, record, name, told, found):
        return self.env._(
            "%(item)s: “%(field)s” is “%(found)s”, the register says “%(told)s”.",
            item=item,
            field=record._fields[name]._description_string(self.env),
            found=self._format_value(record, name, found),
            told=self._format_value(record, name, told),
        )

    @api.model
    def _format_value(self, record, name, value):
        """Return the text of a column as people read it, masked where it is closed."""
        field = record._fields[name]
        if value is None:
            return "–"
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, value)
        if field.type == "datetime":
            return format_datetime(self.env, fields.Datetime.to_datetime(value))
        if field.type == "many2one":
            return self._name_item(self.env[field.comodel_name].browse(int(value)))
        return value

    @api.model
    def _name_item(self, item):
        # The name of what the user may not read is put together, then masked.
        item.sudo().fetch()
        return item.display_name

    @api.model
    def _name_line(self, line):
        known = line.sudo()
        volume = known.volume_id.with_env(self.env)
        return f"{known.loan_id.name} ({self._name_item(volume)})"

    @api.model
    def _get_state_advice(self, line, told, found):
        """Return what to do when it is not known whether a volume is out."""
        if told in LIVE and found not in LIVE:
            return self.env._(
                "Find out who has it. If it is still out, ask for the loan again and "
                "hand it out again."
            )
        if found not in LIVE or told in LIVE:
            return self.env._("Look at the loan, and find out which is right.")
        if line.sudo().medium == "electronic":
            return self.env._("Recall it if nobody should read it: access ends then.")
        return self.env._("Look whether it is on its shelf, and take it back again.")

    @api.model
    def _get_destroyed_on_loan(self):
        """Yield what is out and is marked as destroyed."""
        for (id_,) in self.env.execute_query(
            SQL(
                """SELECT l.id FROM governance_loan_line l
                     JOIN governance_file_volume v ON v.id = l.volume_id
                    WHERE l.company_id = ANY(%s) AND v.state = 'destroyed'
                      AND l.state = ANY(%s) AND l.medium = 'paper'
                 ORDER BY l.id""",
                self.env.companies.ids,
                list(LIVE),
            )
        ):
            yield partial(self._describe_destroyed, id_)

    @api.model
    def _describe_destroyed(self, id_):
        return self.env._(
            "%(item)s is out and marked as destroyed. Compare the register of "
            "destructions with the files.",
            item=self._name_line(self.env["governance.loan.line"].browse(id_)),
        )

    @api.model
    def _get_forgotten_queues(self):
        """Yield volumes on their shelves that are kept ready for nobody who waits."""
        for (id_,) in self.env.execute_query(
            SQL(
                """SELECT min(l.id) FROM governance_loan_line l
                    WHERE l.company_id = ANY(%s) AND l.medium = 'paper'
                      AND (l.state = 'waiting' OR l.state = ANY(%s))
                 GROUP BY l.volume_id
                   HAVING bool_and(l.state = 'waiting' AND l.date_fetch IS NULL)
                 ORDER BY min(l.id)""",
                self.env.companies.ids,
                list(AWAY),
            )
        ):
            yield partial(self._describe_forgotten, id_)

    @api.model
    def _describe_forgotten(self, id_):
        return self.env._(
            "%(item)s is on its shelf and waited for, but kept ready for nobody. "
            "Hand it out to who has waited for longest.",
            item=self._name_line(self.env["governance.loan.line"].browse(id_)),
        )
