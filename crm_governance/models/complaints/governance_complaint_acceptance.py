# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError


class GovernanceComplaint(models.Model):
    """Is the reason valid, and do we accept it?  Who says so is not who checked.

    D-21, D-22; a decision not to investigate names who took it and why (rule 15).
    """

    _name = "governance.complaint"
    _inherit = [
        "governance.complaint.writers.mixin",
        "governance.complaint",
        "governance.approval.mixin",
    ]

    writer_ids = fields.Many2many(
        relation="governance_complaint_writer_rel",
        column1="complaint_id",
        column2="user_id",
        help="Whoever wrote what is accepted, or checked it, does not accept it.",
    )

    no_investigation_reason = fields.Text(
        string="Why It Is Not Investigated", readonly=True, copy=False
    )
    no_investigation_by_id = fields.Many2one(
        comodel_name="res.users",
        string="Not Investigated by Decision of",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )

    # ------------------------------------------------------------------
    # CHECK
    # ------------------------------------------------------------------

    def action_check(self):
        """Report what the check of the reason has shown (D-21, D-22).

        :raises UserError: without a result, or a reason where one is needed
        """
        self.check_access("write")
        for complaint in self:
            complaint._lock("registered")
            complaint._check_checked()
            complaint._finish_check()
        return True

    def action_request_approval(self):
        """Ask for acceptance by the check; nobody asks before it or after it."""
        return self.action_check()

    def _check_checked(self):
        self.ensure_one()
        if not self.validity:
            raise UserError(
                self.env._(
                    "Say first whether the reason of “%(complaint)s” is valid, under "
                    "“Who Handles It”.",
                    complaint=self.display_name,
                )
            )
        if missing := self._get_classing_errors():
            raise UserError(
                self.env._(
                    "Nobody has said yet what kind of complaint “%(complaint)s” is. "
                    "Do so by “Correct Type or Severity”:\n%(missing)s",
                    complaint=self.display_name,
                    missing="\n".join(f"• {error}" for error in missing),
                )
            )
        if self.validity != "valid" and not (self.validity_reason or "").strip():
            raise UserError(
                self.env._(
                    "Say why the reason is not valid, or why the customer is the "
                    "cause: the customer is told so tactfully."
                )
            )
        if self.validity == "invalid" and not self._is_step_wanted("needs_acceptance"):
            self._check_leader()
        if self.validity != "valid":
            # Whoever sold it does not say that the customer is to blame.
            self._check_independent(self.env.user)

    def _is_step_wanted(self, name):
        """Return whether the procedure has a step; without a procedure it has all."""
        self.ensure_one()
        procedure = self.sudo().procedure_id
        return not procedure or procedure[name]

    def _finish_check(self):
        """Go on to acceptance, or to what comes next where nobody has to accept.

        Whoever checks does not end it alone: the supervisor of the procedure by which
        it came decides as well where the customer is the cause (D-21).
        """
        self.ensure_one()
        self._log_event("checked", note=self.validity_reason, validity=self.validity)
        needs_acceptance = self._is_step_wanted("needs_acceptance")
        self._choose_way()
        if needs_acceptance or self._is_step_wanted("needs_acceptance"):
            self._enter("acceptance")
        elif self.validity == "invalid":
            self._decline(self.validity_reason)
        else:
            self._accept()

    def _choose_way(self):
        """Change over to the shorter procedure where the customer is the cause (D-22).

        Back, where it turns out that the customer is not.
        """
        is_customer_cause = self.validity == "customer"
        if is_customer_cause or self.sudo().procedure_id.is_customer_cause:
            procedure = self._choose_procedure(is_customer_cause=is_customer_cause)
            if procedure:
                self._as_system().write({"procedure_id": procedure.id})

    # ------------------------------------------------------------------
    # ACCEPTANCE
    # ------------------------------------------------------------------

    def _start_acceptance(self):
        self._request_approval(reason=self.validity_reason)

    def _accept(self):
        """Go on with what is accepted; where nobody assigns, the rules have done so."""
        self.ensure_one()
        self._as_system().write({"is_accepted": True})
        if not self._is_step_wanted("needs_routing"):
            self._assign_by_rules()
        self._advance()

    def _decline(self, reason):
        """Tell the customer that we do not accept it; the decider is on record."""
        self.ensure_one()
        self._note_no_investigation(reason)
        self._as_system().write({"is_accepted": False})
        self._log_event("declined", note=reason)
        if self._is_step_wanted("needs_reply"):
            self._enter("to_reply")
        else:
            self._advance_from("to_reply")

    def _note_no_investigation(self, reason):
        self._as_system().write(
            {
                "no_investigation_reason": reason,
                "no_investigation_by_id": self.env.uid,
            }
        )

    def _get_approval_subject(self):
        return "complaint_acceptance"

    def _get_approval_authors(self):
        """Leave out who prepared it, handles it or has an interest in it."""
        return (
            super()._get_approval_authors()
            | self.registered_by_id
            | self.user_id
            | self._get_interested_users()
        )

    def _get_approval_hash_fields(self):
        return ["type_id", "demand", "validity", "validity_reason"]

    def _approval_approved(self, request):
        self._lock("acceptance")
        self._check_independent_signers(request)
        self._log_event("accepted")
        self._accept()

    def _approval_rejected(self, request):
        self._lock("acceptance")
        verdicts = request.decision_ids.filtered(lambda line: line.event == "rejected")
        self._decline(verdicts.sorted("id")[-1:].reason)

    def _approval_closed(self, request):
        """An undecided complaint is checked again."""
        for complaint in self:
            if complaint.state == "acceptance":
                complaint._as_system().write({"state": "registered"})

    # ------------------------------------------------------------------
    # NO INVESTIGATION
    # ------------------------------------------------------------------

    def skip_investigation(self, reason):
        """Go on without a report; who decides so has no part in it, and says why.

        :param str reason: why nothing is investigated (rule 15)
        :raises UserError: for others than the supervising unit, if there is one, and
            than the supervisor of the handling unit, if there is none
        """
        self._check_leader()
        self._check_said(reason)
        for complaint in self:
            complaint._lock("assigned")
            complaint._check_independent(self.env.user)
            if complaint._has_been_handled_by(self.env.user):
                raise UserError(
                    self.env._(
                        "You handle this complaint: somebody else decides that it is "
                        "not investigated."
                    )
                )
            complaint._check_orderer()
            complaint._note_no_investigation(reason)
            complaint._log_event("not_investigated", note=reason)
            complaint._advance_from("reported")
        return True

    def _check_orderer(self):
        """Let who has ordered an investigation say that there is none (D-23, D-25).

        :raises UserError: for the supervisor of the unit that was to investigate
        """
        self.ensure_one()
        if not self._is_supervised_by_user():
            raise UserError(
                self.env._(
                    "“%(unit)s” decides whether “%(complaint)s” is investigated.",
                    unit=self.sudo().supervising_unit_id.name,
                    complaint=self.display_name,
                )
            )
