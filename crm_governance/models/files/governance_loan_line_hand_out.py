# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_datetime

from .governance_loan_line import LIVE


class GovernanceLoanLine(models.Model):
    """Volumes go out: free, counted, until when (E-50)."""

    _inherit = "governance.loan.line"

    def _hand_out(self, counts=None, condition="good", is_present=False, proxy=False):
        """Give volumes to their borrowers, in as few statements for many as for one.

        :param dict counts: documents counted, by item; all of the volume otherwise
        :param bool is_present: the borrower has counted too and said yes
        :param str proxy: who fetches for the borrower
        :raises UserError: saying what is missing
        """
        self.check_access("write")
        self._check_desk()
        # Volumes first: whoever has one changes the lines of all who wait for it.
        self._claim_volumes()
        lines = self._lock()
        lines._check_state("waiting")
        lines.loan_id.with_env(self.env)._check_ready()
        lines._check_free()
        lines._check_volumes()
        lines.loan_id.with_env(self.env)._check_policy_fits()
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
        for (medium, due, since, is_cut, had_access, count), some in same.items():
            some._as_system().write(
                {
                    **common,
                    "medium": medium,
                    "date_due": due,
                    "continuous_since": since,
                    "is_cut": is_cut,
                    "had_access": had_access,
                    "count_out": count,
                }
            )
        for rank, some in lines.grouped("rank").items():
            some._as_system().write({"rank_opened": rank})
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
            note=lambda line: line.with_env(self.env).sudo()._get_cut_text(),
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
            # What is lost for good is refused for that reason.
            & Domain("state", "!=", "written_off")
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

    def _claim_volumes(self):
        """Take turns with others who change what becomes of these volumes."""

    def _check_volumes(self):
        """Refuse volumes that cannot be lent any more.

        :raises UserError: with the reasons
        """
        reasons = []
        # Policies that allow the same are asked for once.
        for lines in self.grouped(
            lambda line: (
                line.policy_id.borrower_kind == "handler",
                line.policy_id.is_sealed_allowed,
            )
        ).values():
            reasons += lines.loan_id[:1]._get_volume_errors(lines.volume_id)
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
        """Return ``{item: (due, reading since, cut, had access)}`` of what goes out.

        A loan ends with the borrower's access to the customer, and reading when the
        clearance ladder says, if that is before the policy; then it is cut.
        """
        dues = {}
        for loan, lines in self.grouped("loan_id").items():
            rank = max(lines.mapped("rank"))
            had_access = lines[0]._get_own_access(rank)[0]
            for medium, some in lines.grouped(
                lambda line: line.volume_id.medium
            ).items():
                since, latest = some[0]._get_lending_limit(medium, rank)
                if latest and latest <= now and medium == "electronic":
                    raise UserError(some[0]._get_reading_over_text())
                policy, wanted = loan.policy_id, loan.date_wanted
                due = policy._get_due(now, requested=wanted, rank=rank, limit=latest)
                is_cut = bool(latest) and due < policy._get_due(
                    now, requested=wanted, rank=rank
                )
                facts = (due, since or now, is_cut, had_access)
                dues.update(dict.fromkeys(some, facts))
        return dues

    def _get_lending_limit(self, medium, rank):
        """Return since when the borrower reads, and when a loan ends at the latest.

        Somebody from outside has no access to customers that could end.
        """
        if not self.user_id:
            return None, None
        if medium == "electronic":
            return self._get_reading_limit(rank)
        return None, self._get_access_limit(rank)

    def _get_own_access(self, rank):
        """Return whether the borrower may read without the loan, and until when."""
        if not self.user_id:
            return False, None
        return self.policy_id._get_access(
            self.user_id, self.partner_id, rank, since=self.date_out
        )

    def _get_access_limit(self, rank):
        """Return when a loan ends with the borrower's access, None if it doesn't.

        What was lent to somebody with access, or on a lower level, does not go on by
        the loan alone when that is over.
        """
        has_access, end = self._get_own_access(rank)
        if has_access or end or not self.date_out:
            return end
        if self.had_access or rank > self.rank_opened:
            return self.date_out
        return None

    def _get_reading_limit(self, rank):
        """Return since when, and until when at most, the borrower reads a customer.

        Nobody reads for longer than the ladder allows, nor than the own access.
        """
        self.ensure_one()
        key = (self.partner_id, self.user_id)
        grants = self.env["governance.access.grant"]
        ends = (
            grants._get_latest_end(*key),
            self._get_access_limit(rank),
        )
        return grants._get_continuous_since(*key), min(filter(None, ends), default=None)

    def _get_reading_over_text(self):
        return self.env._(
            "%(borrower)s has read this customer for as long as the clearance ladder "
            "allows in a row. Whoever needs it for longer needs the clearance.",
            borrower=self.borrower_name,
        )
