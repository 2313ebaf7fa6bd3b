# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_datetime

from .governance_loan_line import LIVE

# So many volumes may be said to be returned, by one person, until it is settled.
MAX_CLAIMS = 3


class GovernanceLoanLine(models.Model):
    """What becomes of a volume between the shelf and its return."""

    _inherit = "governance.loan.line"

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_hand_out(self):
        """Open the desk with these volumes, to count them and hand them out."""
        return self._open_desk("hand_out")

    def action_take_back(self):
        """Open the desk with these volumes, to count them and take them back."""
        return self._open_desk("take_back")

    def action_confirm_receipt(self):
        """Confirm as the borrower what was handed out (E-50).

        :raises AccessError: for everybody but the borrower
        """
        self.check_access("write")
        self._check_borrower()
        lines = self._lock()
        lines._check_state(*LIVE)
        lines.filtered(lambda line: not line.date_received)._confirm("received")
        return True

    def action_confirm_return(self):
        """Confirm as the borrower what was taken back (E-50).

        :raises AccessError: for everybody but the borrower
        """
        self.check_access("write")
        self._check_borrower()
        lines = self._lock()
        lines._check_state("returned")
        lines.filtered(lambda line: not line.date_settled)._confirm("settled")
        return True

    def action_give_back(self):
        """End access to electronic volumes before they are due.

        :raises UserError: for volumes on paper, which the desk takes back
        """
        self.check_access("write")
        self._check_borrower()
        lines = self._lock()
        lines._check_state("handed_out")
        if lines.filtered(lambda line: line.medium == "paper"):
            raise UserError(
                self.env._(
                    "Bring volumes on paper to the custodian: both sides count them."
                )
            )
        lines._finish("returned", {"condition": "good"})
        return True

    def action_renew(self):
        """Lend on, as the policy allows.

        :raises UserError: saying why not
        """
        self.check_access("write")
        self._check_side()
        lines = self._lock()
        lines._check_state("handed_out")
        for line in lines:
            line.with_env(self.env)._renew()
        return True

    def action_recall(self):
        """Ask for volumes before they are due (a data custodian).

        :raises AccessError: for everybody but data custodians
        """
        self.check_access("write")
        self._check_custodian()
        lines = self._lock()
        lines._check_state("handed_out")
        for line in lines:
            line.with_env(self.env)._recall()
        return True

    def action_report(self):
        """Open the dialog in which somebody says what has happened to a volume."""
        self.check_access("write")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_governance.governance_loan_report_action"
        )
        action["context"] = {"default_line_ids": self.ids}
        return action

    def _open_desk(self, kind):
        self.check_access("write")
        self._check_custodian()
        return self.env["governance.loan.desk"]._open(self, kind)

    # ------------------------------------------------------------------
    # HAND OUT
    # ------------------------------------------------------------------

    def _hand_out(self, counts=None, condition="good", is_present=False, proxy=False):
        """Give volumes to their borrowers, in as few statements for many as for one.

        :param dict counts: documents counted, by item; all of the volume otherwise
        :param bool is_present: the borrower has counted too and said yes
        :param str proxy: who fetches for the borrower
        :raises UserError: saying what is missing
        """
        self.check_access("write")
        self._check_custodian()
        lines = self._lock()
        lines._check_state("waiting")
        lines.loan_id.with_env(self.env)._check_ready()
        lines._check_free()
        lines._check_volumes()
        now = fields.Datetime.now()
        documents = lines._count_documents()
        counted = documents | (counts or {})
        lines._check_counts_out(documents, counted, condition)
        dues = lines._get_dues(now)
        common = {
            "state": "handed_out",
            "date_out": now,
            "date_fetch": False,
            "condition_out": condition,
            "out_by_id": self.env.uid,
            "proxy": proxy,
        }
        if is_present:
            common |= {"date_received": now, "received_by_id": self.env.uid}
        same = lines.grouped(
            lambda line: (line.volume_id.medium, *dues[line], counted[line.id])
        )
        for (medium, due, since, count), some in same.items():
            some._as_system().write(
                {
                    **common,
                    "medium": medium,
                    "date_due": due,
                    "continuous_since": since,
                    "count_out": count,
                }
            )
        # The index says who was first.
        lines.flush_recordset()
        lines._unoffer_others()
        lines.with_env(self.env)._enter(
            "handed_out",
            condition=condition,
            is_present=is_present,
            proxy=proxy,
            count=lambda line: line.count_out,
            date_due=lambda line: line.date_due,
        )
        lines.with_env(self.env)._enter_access()
        lines.loan_id._settle()

    def _enter_access(self):
        """Note in the access register who reads which customer by a loan (C-14)."""
        entries = self.env["governance.access.entry"]
        for line in self.sudo():
            if line.medium == "electronic" and line.user_id and line.rank:
                entries._record(
                    "granted",
                    line.partner_id,
                    subject=line.user_id,
                    record=line.loan_id,
                    detail={"until": str(line.date_due)},
                )

    def _check_free(self):
        """Refuse volumes that somebody else has, or is first to get.

        :raises UserError: naming the volume and who has it
        """
        paper = self.filtered(lambda line: line.volume_id.medium == "paper")
        others = self.search(
            Domain("volume_id", "in", paper.volume_id.ids)
            & Domain("id", "not in", paper.ids)
            & self._get_busy_domain()
        ).grouped("volume_id")
        for line in paper:
            other = others.get(line.volume_id, self.browse())
            if live := other.filtered(lambda one: one.state in LIVE):
                raise UserError(
                    self.env._(
                        "%(volume)s is with %(holder)s since %(date)s. It can be "
                        "handed out when it is back.",
                        volume=line.volume_id.code or line.volume_id.name,
                        holder=live[0].borrower_name,
                        date=format_datetime(self.env, live[0].date_out),
                    )
                )
            if other and not line.date_fetch:
                raise UserError(
                    self.env._(
                        "%(volume)s is kept ready for %(holder)s, who has waited for "
                        "longer.",
                        volume=line.volume_id.code or line.volume_id.name,
                        holder=other[0].borrower_name,
                    )
                )

    def _unoffer_others(self):
        """Let others for whom the same volumes were ready wait for their return."""
        paper = self.filtered(lambda line: line.medium == "paper")
        others = self.search(
            [
                ("volume_id", "in", paper.volume_id.ids),
                ("state", "=", "waiting"),
                ("date_fetch", "!=", False),
            ]
        )
        others._as_system().write({"date_fetch": False})

    def _check_volumes(self):
        """Refuse volumes that cannot be lent any more.

        :raises UserError: with the reasons
        """
        reasons = []
        for loan, lines in self.grouped("loan_id").items():
            reasons += loan._get_volume_errors(lines.volume_id)
        if reasons:
            raise UserError("\n".join(reasons))

    def _count_documents(self):
        """Return ``{item: number of documents in its volume}``."""
        groups = self.env["governance.file.document"]._read_group(
            [("volume_id", "in", self.volume_id.ids)], ["volume_id"], ["__count"]
        )
        counts = {volume.id: count for volume, count in groups}
        return {line.id: counts.get(line.volume_id.id, 0) for line in self}

    def _check_counts_out(self, documents, counts, condition):
        """Refuse to hand out what the volume does not have, or less as “good”.

        :raises UserError: saying what was counted
        """
        for line in self:
            count, there = counts[line.id], documents[line.id]
            if count < 0 or count > there:
                raise UserError(
                    self.env._(
                        "%(loan)s: the volume has %(documents)s documents, so "
                        "%(count)s cannot go out. Count again.",
                        loan=line.loan_id.name,
                        documents=there,
                        count=count,
                    )
                )
            if count < there and condition not in ("incomplete", "damaged"):
                raise UserError(
                    self.env._(
                        "%(loan)s: %(count)s of %(documents)s documents go out. The "
                        "condition is “Incomplete” or “Damaged” then.",
                        loan=line.loan_id.name,
                        count=count,
                        documents=there,
                    )
                )

    def _get_dues(self, now):
        """Return ``{item: (due, reading since)}`` for volumes that go out now.

        Reading ends when the clearance ladder says, if that is before the policy.
        """
        dues = {}
        for loan, lines in self.grouped("loan_id").items():
            rank = max(lines.mapped("rank"))
            for medium, some in lines.grouped(
                lambda line: line.volume_id.medium
            ).items():
                since, latest = now, None
                if medium == "electronic" and loan.user_id:
                    since, latest = some[0]._get_reading_limit(rank)
                if latest and latest <= now:
                    raise UserError(some[0]._get_reading_over_text())
                due = loan.policy_id._get_due(
                    now, requested=loan.date_wanted, rank=rank, limit=latest
                )
                dues.update((line, (due, since)) for line in some)
        return dues

    def _get_reading_limit(self, rank):
        """Return since when, and until when at most, the borrower reads a customer.

        Nobody reads for longer than the ladder allows, nor than the own access.
        """
        self.ensure_one()
        key = (self.partner_id, self.user_id)
        grants = self.env["governance.access.grant"]
        ends = (
            grants._get_latest_end(*key),
            self.policy_id._get_access_end(self.user_id, self.partner_id, rank),
        )
        return grants._get_continuous_since(*key), min(filter(None, ends), default=None)

    def _get_reading_over_text(self):
        return self.env._(
            "%(borrower)s has read this customer for as long as the clearance ladder "
            "allows in a row. Whoever needs it for longer needs the clearance.",
            borrower=self.borrower_name,
        )

    # ------------------------------------------------------------------
    # TAKE BACK
    # ------------------------------------------------------------------

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
        self._check_custodian()
        if not condition:
            raise UserError(
                self.env._("Say in which condition the volume has come back.")
            )
        lines = self._lock()
        lines._check_state(*LIVE)
        if any(lines.mapped("policy_id.needs_record")) and not (note or "").strip():
            raise UserError(
                self.env._(
                    "The policy wants a record of what the volume was used for. Write "
                    "it into the note."
                )
            )
        counts = {line.id: line.count_out for line in lines} | (counts or {})
        lines._check_counts(counts, condition)
        date = lines._check_return_date(date)
        found = lines.filtered(lambda line: line.state == "lost")
        found.with_env(self.env)._enter("found", date_event=date, note=note)
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

    # ------------------------------------------------------------------
    # IN BETWEEN
    # ------------------------------------------------------------------

    def _renew(self):
        self.ensure_one()
        line = self.sudo()
        now = fields.Datetime.now()
        limit = None
        if line.medium == "electronic" and line.user_id:
            limit = line._get_reading_limit(line.rank)[1]
        due = line.policy_id._get_renewed_due(
            line.date_out,
            line.date_due,
            now,
            line.renewals,
            requested=line.loan_id.date_wanted,
            rank=line.rank,
            limit=limit,
            waiting=line.medium == "paper" and line._is_waited_for(),
            recalled=bool(line.date_recalled),
        )
        line._as_system().write({"date_due": due, "renewals": line.renewals + 1})
        self._enter("renewed", date_due=due)
        line.loan_id._settle()

    def _is_waited_for(self):
        return bool(
            self.sudo().search_count(
                [("volume_id", "=", self.volume_id.id), ("state", "=", "waiting")],
                limit=1,
            )
        )

    def _recall(self):
        self.ensure_one()
        line = self.sudo()
        now = fields.Datetime.now()
        due = line.policy_id._get_recalled_due(line.date_out, line.date_due, now)
        line._as_system().write(
            {"date_due": min(due, line.date_due), "date_recalled": now}
        )
        self._enter("recalled", date_due=line.date_due)
        line.loan_id._settle()
        line.loan_id._tell_borrower(
            lambda env: (
                env._("%(loan)s is recalled", loan=line.loan_id.name),
                env._(
                    "Please bring back what you have borrowed until %(date)s.",
                    date=format_datetime(env, line.date_due),
                ),
            )
        )

    def _report(self, kind, note):
        """Note what the borrower or a custodian says of volumes that are out.

        :param str kind: “lost”, “claimed”, “unclaimed” or “objected”
        :raises UserError: without a note, or when it does not fit
        """
        self.check_access("write")
        note = (note or "").strip()
        if not note:
            raise UserError(self.env._("Say what has happened."))
        if kind not in ("lost", "claimed", "unclaimed", "objected"):
            raise ValidationError(self.env._("This cannot be reported."))
        lines = self._lock()
        getattr(lines.with_env(self.env), f"_report_{kind}")(note)

    def _check_side(self):
        """Refuse everybody but the borrower and data custodians who are cleared."""
        if not self.env.user.has_group("crm_governance.group_custodian"):
            self._check_borrower()
        others = self.sudo().filtered(lambda line: line.user_id != self.env.user)
        if others:
            others.sudo(False)._check_custodian()

    def _report_lost(self, note):
        """Note that volumes are lost; the borrower stays answerable (E-51)."""
        self._check_side()
        self._check_report("handed_out", "claimed")
        self._report_on("lost", {"state": "lost"}, note)
        self._react_to_loss("lost", note)

    def _report_claimed(self, note):
        """Note that the borrower says it came back, which nobody has recorded."""
        self._check_side()
        self._check_report("handed_out")
        for borrower in self.sudo().user_id:
            claims = self.sudo().search_count(
                [("user_id", "=", borrower.id), ("state", "=", "claimed")]
            )
            mine = self.sudo().filtered(lambda line, one=borrower: line.user_id == one)
            if claims + len(mine) > MAX_CLAIMS:
                raise UserError(
                    self.env._(
                        "%(count)s volumes at most are said to be returned at a time. "
                        "Settle the others with the custodian first.",
                        count=MAX_CLAIMS,
                    )
                )
        now = fields.Datetime.now()
        values = {"state": "claimed", "date_claimed": now, "is_claim_noted": False}
        self._report_on("claimed", values, note)

    def _report_unclaimed(self, note):
        """Note that a volume said to be returned is with the borrower after all."""
        self._check_custodian()
        self._check_report("claimed")
        self._report_on(
            "unclaimed", {"state": "handed_out", "date_claimed": False}, note
        )

    def _report_objected(self, note):
        """Note that the borrower disagrees with what the custodian has counted."""
        self._check_borrower()
        self._check_report("handed_out", "returned")
        self._report_on("objected", {}, note)
        people = self.sudo().out_by_id | self.sudo().in_by_id
        name = self.sudo().loan_id[:1].name
        people.with_user(SUPERUSER_ID)._notify_in_own_language(
            lambda env: (
                env._("The borrower objects: %(loan)s", loan=name),
                env._("What was counted is disputed. Read the register of the loan."),
            )
        )

    def _check_report(self, *states):
        lines = self._as_known()
        lines._check_state(*states)
        if "returned" not in states and lines.filtered(
            lambda line: line.medium == "electronic"
        ):
            raise UserError(
                self.env._("Access to an electronic volume ends by itself.")
            )

    def _report_on(self, event, values, note):
        if values:
            self.sudo()._as_system().write(values)
        self._enter(event, note=note)
        self.sudo().loan_id._settle()

    def _react_to_loss(self, kind, note):
        """React to volumes that are “lost” or came back “damaged” (E-51)."""

    @api.model
    def _get_event_model(self):
        return self.env["governance.loan.event"]

    def _enter(self, event, **values):
        """Add to the register, in the name of the current user."""
        self._get_event_model()._record(event, self, **values)
