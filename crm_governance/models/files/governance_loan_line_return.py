# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError

from .governance_loan_line import AWAY, LIVE


class GovernanceLoanLine(models.Model):
    """Volumes come back: counted, looked at, passed on (E-50)."""

    _inherit = "governance.loan.line"

    def _take_back(
        self, condition, counts=None, date=None, is_present=False, note=False
    ):
        """Take volumes back, also those that were lost or said to be returned.

        :param str condition: what the custodian has found
        :param dict counts: documents counted, by item; as many as went out otherwise
        :param datetime date: when they came back, if that was before now
        :raises UserError: saying what is missing or contradicts itself
        """
        self.check_access("write")
        self._check_desk()
        if not condition:
            raise UserError(
                self.env._("Say in which condition the volume has come back.")
            )
        # What is found may be about to be destroyed as lost.
        written_off = self._as_known().filtered(
            lambda line: line.state == "written_off"
        )
        written_off._claim_volumes()
        lines = self._lock()
        lines._check_state(*AWAY)
        # Who finds something has not used it.
        used = lines.filtered(lambda line: line.state in LIVE)
        if any(used.mapped("policy_id.needs_record")) and not (note or "").strip():
            raise UserError(
                self.env._(
                    "The policy wants a record of what the volume was used for. Write "
                    "it into the note."
                )
            )
        counts = {line.id: line.count_out for line in lines} | (counts or {})
        lines._check_counts(counts, condition)
        date = lines._check_return_date(date)
        found = lines.filtered(lambda line: line.state in ("lost", "written_off"))
        found.with_env(self.env)._note_found(date, note)
        values = {"condition": condition, "date_returned": date}
        if is_present:
            values |= {
                "date_settled": fields.Datetime.now(),
                "settled_by_id": self.env.uid,
            }
        for count, some in lines.grouped(lambda line: counts[line.id]).items():
            some._as_system().write({"count_in": count})
        lines.with_env(self.env)._finish("returned", values, note=note)
        if condition in ("damaged", "incomplete"):
            # What went out like that is not the fault of who brings it back.
            harmed = lines.filtered(
                lambda line: (
                    line.condition_out != condition or line.count_in < line.count_out
                )
            )
            if harmed:
                harmed.with_env(self.env)._react_to_loss("damaged", note)

    def _check_counts(self, counts, condition):
        for line in self:
            if counts[line.id] < 0 or counts[line.id] > line.count_out:
                raise UserError(
                    self.env._(
                        "%(loan)s: %(out)s documents were handed out, so %(back)s "
                        "cannot have come back. Count again.",
                        loan=line.loan_id.name,
                        out=line.count_out,
                        back=counts[line.id],
                    )
                )
            if counts[line.id] < line.count_out and condition in ("good", "worn"):
                raise UserError(
                    self.env._(
                        "%(loan)s: %(back)s of %(out)s documents have come back. The "
                        "condition is “Incomplete” or “Damaged” then.",
                        loan=line.loan_id.name,
                        out=line.count_out,
                        back=counts[line.id],
                    )
                )

    def _check_return_date(self, date):
        now = fields.Datetime.now()
        date = date or now
        if date > now:
            raise UserError(
                self.env._("A return is entered when it has happened, not before.")
            )
        if any(date < line.date_out for line in self):
            raise UserError(
                self.env._("The volume had not been handed out yet at that time.")
            )
        return date

    def _finish(self, state, values, note=False):
        """End the lines, whoever has checked the right to; pass volumes on."""
        now = fields.Datetime.now()
        lines = self._as_known()
        lines._as_system().write(
            {
                "date_returned": now,
                "in_by_id": self.env.uid,
                "date_proposed": False,
                **values,
                "state": state,
            }
        )
        electronic = lines.filtered(lambda line: line.medium == "electronic")
        for count, some in electronic.grouped("count_out").items():
            some._as_system().write({"count_in": count})
        lines.flush_recordset()
        lines.with_env(self.env)._enter(
            "returned",
            date_event=lambda line: line.date_returned,
            date_due=lambda line: line.date_due,
            count=lambda line: line.count_in,
            condition=lambda line: line.condition,
            is_present=bool(values.get("date_settled")),
            note=note,
        )
        lines.loan_id._settle()
        lines._offer_next()

    def _confirm(self, event):
        """Note that the borrower agrees with what was counted."""
        names = {
            "received": ("date_received", "received_by_id"),
            "settled": ("date_settled", "settled_by_id"),
        }
        date, by = names[event]
        self._as_system().write({date: fields.Datetime.now(), by: self.env.uid})
        self._enter(event)
