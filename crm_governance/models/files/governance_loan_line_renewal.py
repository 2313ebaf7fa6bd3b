# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

from .governance_lending_policy_due import OVERRIDABLE_REFUSALS


class GovernanceLoanLine(models.Model):
    """Lending on: for the asking, until a date that is agreed on, or all the same.

    Borrowers renew what the policy lets them renew.  Where the policy says an agreed
    date, they propose one and a data custodian agrees.  What is refused, a data
    custodian may renew all the same, for a reason that stays on record.
    """

    _inherit = "governance.loan.line"

    date_proposed = fields.Datetime(
        string="New Date Proposed",
        readonly=True,
        copy=False,
        help="Until when the borrower would like to keep it. A data custodian agrees, "
        "or does not.",
    )
    is_cut = fields.Boolean(
        string="Ends with the Access",
        readonly=True,
        copy=False,
        help="The borrower's access to the customer ends before the policy would let "
        "the loan end, and the loan ends with it.",
    )
    renewal_refusal = fields.Char(
        string="Not Renewed Because", compute="_compute_renewal_refusal"
    )
    is_overridable = fields.Boolean(compute="_compute_renewal_refusal")

    @api.depends("state", "date_due", "date_recalled", "renewals")
    @api.depends_context("uid", "lang")
    def _compute_renewal_refusal(self):
        """Say why a volume is not renewed, to whoever may read it."""
        self.renewal_refusal = False
        self.is_overridable = False
        out = self.filtered(lambda line: line.state == "handed_out")
        for line in out._filter_by_clearance("read") if out else out:
            known = line.sudo()
            try:
                code = known._get_renewal_refusal()
            except UserError as error:
                line.renewal_refusal = str(error)
                continue
            if code:
                standing = known._get_standing_refusal()
                line.renewal_refusal = known.policy_id._get_refusal_text(
                    standing or code
                )
                line.is_overridable = not standing

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_renew(self):
        """Lend on, as the policy allows; open a dialog where a date is agreed on.

        :raises UserError: saying why not
        """
        self.check_access("write")
        self._check_side()
        lines = self._lock()
        lines._check_state("handed_out")
        if any(policy._is_renewed_by_agreement() for policy in lines.policy_id):
            return self._open_renewal("propose")
        for line in lines:
            line.with_env(self.env)._renew()
        return True

    def action_agree_renewal(self):
        """Agree to the date that the borrower has proposed (a data custodian).

        :raises AccessError: for everybody but data custodians
        :raises UserError: saying why not
        """
        self.check_access("write")
        self._check_custodian()
        lines = self._lock()
        lines._check_proposed()
        for line in lines:
            line.with_env(self.env)._renew(requested=line.date_proposed)
            line._tell_renewed()
        return True

    def action_refuse_renewal(self):
        """Open the dialog in which a data custodian says why not."""
        self.check_access("write")
        self._check_custodian()
        self._lock()._check_proposed()
        return self._open_renewal("refuse")

    def action_override_renewal(self):
        """Open the dialog in which a data custodian renews all the same."""
        self.check_access("write")
        self._check_custodian()
        self._lock()._check_state("handed_out")
        return self._open_renewal("override")

    def _open_renewal(self, kind):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_governance.governance_loan_renewal_action"
        )
        action["context"] = {"default_line_ids": self.ids, "default_kind": kind}
        return action

    # ------------------------------------------------------------------
    # STEPS
    # ------------------------------------------------------------------

    def _propose_renewal(self, date):
        """Propose a new date as the borrower; as custodian, agree on it.

        :param datetime date: until when
        :raises UserError: saying why not
        """
        self.check_access("write")
        self._check_side()
        lines = self._lock()
        lines._check_state("handed_out")
        lines._check_new_date(date)
        mine = lines.filtered(lambda line: line.user_id == self.env.user)
        for line in lines - mine:
            line.with_env(self.env)._renew(requested=date)
            line._tell_renewed()
        for line in mine:
            if code := line._get_renewal_refusal(requested=date):
                raise UserError(line.policy_id._get_refusal_text(code))
        if mine:
            mine._as_system().write({"date_proposed": date})
            mine.with_env(self.env)._enter("proposed", date_due=date)
            mine._tell_proposed()

    def _refuse_renewal(self, reason):
        """Do not agree to the date that was proposed (a data custodian).

        :raises UserError: without a reason
        """
        self.check_access("write")
        self._check_custodian()
        reason = self._check_reason(reason)
        lines = self._lock()
        lines._check_proposed()
        lines._as_system().write({"date_proposed": False})
        lines.with_env(self.env)._enter("unrenewed", note=reason)
        for loan in lines.loan_id:
            loan._tell_borrower(
                lambda env, loan=loan: (
                    env._("%(loan)s is not renewed", loan=loan.name),
                    env._("The new date was not agreed to: %(reason)s", reason=reason),
                )
            )

    def _override_renewal(self, reason, date=None):
        """Renew what the policy refuses, for a reason that stays on record.

        Nobody overrides in the own favour, nor what others wait for, what was
        recalled, what stays in the archive room, or the end of somebody's access.

        :param datetime date: until when, where the policy says an agreed date
        :raises AccessError: for everybody but data custodians who are cleared
        :raises UserError: without a reason; for refusals that stand
        Source: anchors §5.5, 4.
        """
        self.check_access("write")
        self._check_custodian()
        reason = self._check_reason(reason)
        lines = self._lock()
        lines._check_state("handed_out")
        for line in lines:
            if refusals := line._get_overridden():
                note = "\n".join([*refusals, reason])
                line.with_env(self.env)._enter("overridden", note=note)
            line.with_env(self.env)._renew(requested=date, override=True)
            line._tell_renewed()

    def _renew(self, **agreed):
        """Set a new date, whoever has checked the right to.

        :param agreed: `requested` and `override`, as for `_get_renewed_due`
        """
        self.ensure_one()
        line = self.sudo()
        details = line._get_renewal_details(**agreed)
        case = (line.date_out, line.date_due, details.pop("now"), line.renewals)
        policy = line.policy_id
        due = policy._get_renewed_due(*case, **details)
        uncut = {**details, "limit": None}
        line._as_system().write(
            {
                "date_due": due,
                "date_proposed": False,
                "had_access": line.had_access or line._get_own_access(line.rank)[0],
                "is_cut": bool(details["limit"])
                and due < policy._compute_renewed_due(*case, **uncut),
                "renewals": line.renewals + 1,
            }
        )
        self._enter("renewed", date_due=due, note=line._get_cut_text())
        line.loan_id._settle()

    # ------------------------------------------------------------------
    # CHECKS
    # ------------------------------------------------------------------

    def _get_renewal_refusal(self, **agreed):
        """Return the code of what speaks against a renewal now, or None."""
        line = self.sudo()
        details = line._get_renewal_details(**agreed)
        case = (line.date_out, line.date_due, details.pop("now"), line.renewals)
        return line.policy_id._get_renewal_refusal(*case, **details)

    def _get_standing_refusal(self):
        """Return the code that nobody lets pass, or None.

        Where a date is agreed on, that date says whether it would gain something.
        """
        code = self._get_renewal_refusal(override=True)
        is_open = code == "no_gain" and self.policy_id._is_renewed_by_agreement()
        return None if is_open and self._get_overridden() else code

    def _get_overridden(self):
        """Return all refusals that a custodian lets pass, as sentences."""
        line = self.sudo()
        details = line._get_renewal_details()
        case = (line.date_due, details.pop("now"), line.renewals)
        held = line.policy_id._get_held_refusals(*case, **details)
        passed = line._get_overridable()
        return [
            line.policy_id._get_refusal_text(code) for code in held if code in passed
        ]

    def _get_renewal_details(self, requested=None, override=False):
        user = self.user_id
        return {
            "now": fields.Datetime.now(),
            "requested": requested or self.loan_id.date_wanted,
            "rank": self.rank,
            "limit": self._get_lending_limit(self.medium, self.rank)[1],
            "suspended": bool(user) and (not user.active or user.governance_suspended),
            "waiting": self.medium == "paper" and self._is_waited_for(),
            "recalled": bool(self.date_recalled),
            "override": self._get_overridable() if override else (),
        }

    def _get_overridable(self):
        """Return the codes that a custodian may let pass; access that is over is."""
        if self.medium == "electronic" or self.is_cut:
            return OVERRIDABLE_REFUSALS - {"overdue"}
        return OVERRIDABLE_REFUSALS

    def _is_waited_for(self):
        return bool(
            self.sudo().search_count(
                [("volume_id", "=", self.volume_id.id), ("state", "=", "waiting")],
                limit=1,
            )
        )

    def _check_proposed(self):
        self._check_state("handed_out")
        for line in self:
            if not line.date_proposed:
                raise UserError(
                    self.env._(
                        "%(loan)s: no new date is proposed. Look at the loan again.",
                        loan=line.loan_id.name,
                    )
                )

    def _check_new_date(self, date):
        if not date:
            raise UserError(self.env._("Say until when the files are needed."))
        for line in self:
            if not line.policy_id._is_renewed_by_agreement():
                raise UserError(
                    self.env._(
                        "%(loan)s: the policy says how long a renewal lasts. Renew it "
                        "on its own.",
                        loan=line.loan_id.name,
                    )
                )
            if date <= line.date_due:
                raise UserError(
                    self.env._(
                        "%(loan)s is due on %(date)s. Choose a later date.",
                        loan=line.loan_id.name,
                        date=format_datetime(self.env, line.date_due),
                    )
                )

    def _check_reason(self, reason):
        if not (reason or "").strip():
            raise UserError(self.env._("Give a reason: it stays in the register."))
        return reason.strip()

    # ------------------------------------------------------------------
    # WORDS
    # ------------------------------------------------------------------

    def _get_cut_text(self):
        """Return why a loan ends when it does, for the register."""
        if not self.is_cut:
            return False
        return self.env._("It ends when the borrower's access to the customer ends.")

    def _tell_renewed(self):
        for line in self:
            if line.user_id == self.env.user:
                continue
            line.loan_id._tell_borrower(
                lambda env, line=line: (
                    env._("%(loan)s is renewed", loan=line.loan_id.name),
                    env._(
                        "You may keep what you have borrowed until %(date)s.",
                        date=format_datetime(env, line.date_due),
                    ),
                )
            )

    def _tell_proposed(self):
        for loan in self.loan_id:
            people = loan.company_id._get_custodians() - loan.user_id
            people.with_user(SUPERUSER_ID)._notify_in_own_language(
                lambda env, loan=loan: (
                    env._("%(loan)s: a new date is proposed", loan=loan.name),
                    env._(
                        "Agree or not under Customer Governance > Borrowing > Volumes "
                        "Out."
                    ),
                )
            )
