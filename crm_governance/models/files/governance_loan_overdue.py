# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import SUPERUSER_ID, api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date, format_datetime, format_list

from .governance_overdue_rung import RUNGS

# So many overdue loans are named in a refusal.
MAX_NAMED = 5
GROUPS = {
    "custodian": "crm_governance.group_custodian",
    "executive": "crm_governance.group_executive",
}


class GovernanceLoan(models.Model):
    """What follows when a loan is overdue: the ladder, no new loans (E-47)."""

    _inherit = "governance.loan"

    breach_ids = fields.One2many(
        comodel_name="governance.loan.breach",
        inverse_name="loan_id",
        string="Breaches of Discipline",
        readonly=True,
    )

    rung_ids = fields.One2many(
        comodel_name="governance.overdue.rung",
        inverse_name="loan_id",
        string="Overdue Ladder",
        readonly=True,
    )
    incident_ids = fields.One2many(
        comodel_name="governance.loan.incident",
        inverse_name="loan_id",
        string="Losses and Damage",
        readonly=True,
    )

    # ------------------------------------------------------------------
    # LADDER
    # ------------------------------------------------------------------

    @api.model
    def _cron_climb(self):
        """Tell the next rung about all that is overdue, each loan on its own.

        A job that comes late climbs all rungs that were due, each once.
        """
        self._isolate_each(self._get_climbing_domain(), "_climb")

    @api.model
    def _get_climbing_domain(self):
        """Return the loans of which somebody has to be told now."""
        lines = self.env["governance.loan.line"]
        return Domain("line_ids", "any", lines._get_climbing_domain())

    def _climb(self):
        self.ensure_one()
        lines = self._as_known().line_ids.filtered_domain(
            self.env["governance.loan.line"]._get_climbing_domain()
        )
        # Whoever is taking one back at this moment comes first.
        late = lines.try_lock_for_update()
        self.env["governance.loan.breach"]._record(late)
        for rung, _label in RUNGS:
            due = late.filtered(lambda line, rung=rung: line._is_rung_due(rung))
            if due:
                self._climb_to(rung, due)

    def _climb_to(self, rung, lines):
        people = self._get_people_on(rung)
        self.env["governance.overdue.rung"]._record(rung, lines, people)
        if rung == "borrower" and people == self.user_id:
            self._remind_borrower(lines)
        else:
            self._tell_overdue(people, lines)

    def _get_people_on(self, rung):
        """Return who is told on a rung; those of the next one where there is nobody."""
        self.ensure_one()
        names = [name for name, _label in RUNGS]
        for name in names[names.index(rung) :]:
            people = self._get_people_of_rung(name)
            if people:
                return people
        return self.env["res.users"]

    def _get_people_of_rung(self, rung):
        loan = self.sudo()
        if rung == "borrower":
            people = loan.user_id
        elif rung == "leader":
            steps = self.env["governance.approver.mixin"]
            people = steps._get_leaders(loan.user_id, loan.company_id) - loan.user_id
        else:
            group = self.env.ref(GROUPS[rung]).sudo()
            people = group.all_user_ids - loan.user_id
        return loan.company_id._filter_staff(people)

    def _remind_borrower(self, lines):
        due = min(lines.mapped("date_due"))
        self._tell_borrower(
            lambda env: (
                env._("%(loan)s is overdue", loan=self.name),
                env._(
                    "It was due on %(date)s. Bring it back today: an overdue loan is "
                    "a breach of discipline and is on record, and until it is back "
                    "you borrow nothing else.",
                    date=format_datetime(env, due),
                ),
            )
        )

    def _tell_overdue(self, people, lines):
        due = min(lines.mapped("date_due"))
        people.with_user(SUPERUSER_ID)._notify_in_own_language(
            lambda env: (
                env._("%(loan)s is overdue", loan=self.name),
                env._(
                    "%(borrower)s has not returned %(count)s volumes that were due "
                    "on %(date)s. The breach of discipline is on record under "
                    "Customer Governance > Borrowing.",
                    borrower=self.borrower_name,
                    count=len(lines),
                    date=format_datetime(env, due),
                ),
            )
        )

    # ------------------------------------------------------------------
    # NO NEW LOANS
    # ------------------------------------------------------------------

    def _get_borrower_errors(self):
        """Add what the borrower has not brought back in time."""
        errors = super()._get_borrower_errors()
        if late := self._get_late_lines():
            errors.append(
                self.env._(
                    "%(borrower)s borrows nothing while something is overdue: "
                    "%(loans)s. It has to come back first.",
                    borrower=self.borrower_name,
                    loans=format_list(self.env, self._name_late(late)),
                )
            )
        return errors

    @api.model
    def _name_late(self, late):
        """Return the loans of late lines with their dates, the first few of many."""
        dues = {
            loan: min(lines.mapped("date_due"))
            for loan, lines in late.grouped("loan_id").items()
        }
        names = [
            self.env._(
                "%(loan)s (due on %(date)s)",
                loan=loan.name,
                date=format_date(self.env, dues[loan]),
            )
            for loan in sorted(dues, key=dues.get)[:MAX_NAMED]
        ]
        if len(dues) > MAX_NAMED:
            names.append(
                self.env._("%(count)s more", count=len(dues) - MAX_NAMED),
            )
        return names

    def _get_late_lines(self):
        """Return what this borrower has not returned in time, in any company.

        A volume that is lost counts until its incident is closed, one that is said
        to be returned does not count.  Outsiders are known by name and unit.
        """
        self.ensure_one()
        lines = self.env["governance.loan.line"].sudo()
        overdue = lines._get_overdue_domain() | self._get_unsettled_domain()
        user = self.sudo().user_id
        late = lines.search(
            Domain("user_id", "=", user.id) & Domain("medium", "=", "paper") & overdue
        )
        if user:
            return late
        return late.filtered(
            lambda line: line.loan_id._get_reader_key() == self._get_reader_key()
        )

    def _get_reader_key(self):
        """Return by what a reader from outside is known."""
        loan = self.sudo()
        parts = (loan.reader_name, loan.reader_unit)
        return tuple((part or "").strip().casefold() for part in parts)

    @api.model
    def _get_unsettled_domain(self):
        return Domain("state", "=", "lost") & Domain(
            "incident_ids", "any", [("state", "!=", "closed")]
        )
