# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import format_list

from .governance_loan_line import LIVE


class GovernanceLoan(models.Model):
    """What is missing before a loan is asked for, found or handed out."""

    _inherit = "governance.loan"

    def _check_requestable(self):
        """Refuse what the policy does not allow or what is incomplete.

        :raises UserError: with everything that is missing
        """
        self.ensure_one()
        if self.state != "draft":
            raise UserError(
                self.env._("%(loan)s was asked for already.", loan=self.name)
            )
        if errors := self._get_request_errors():
            raise UserError("\n".join(errors))
        self._check_policy(self.line_ids.volume_id)
        self._check_limit(("requested", "approved", "handed_out", "claimed", "lost"))

    def _get_request_errors(self):
        """Return what is missing, as sentences."""
        errors = self._get_policy_errors()
        needs_purpose = not self.policy_id or self.policy_id.needs_purpose
        if needs_purpose and not (self.purpose_text or "").strip():
            errors.append(self.env._("Say what the volumes are needed for."))
        if not self.line_ids and not (self.wanted_text or "").strip():
            errors.append(
                self.env._("Choose the volumes, or say in words which you mean.")
            )
        errors += self._get_borrower_errors()
        errors += self._get_paper_errors()
        return errors + self._get_volume_errors(self.line_ids.volume_id)

    def _get_volume_errors(self, volumes):
        """Return why volumes are not lent under the policy, as sentences (C-16)."""
        volumes = volumes.sudo()
        is_unfiled = self.sudo().policy_id.borrower_kind == "handler"
        errors = volumes._check_lendable(is_unfiled)
        if self.sudo().policy_id.is_sealed_allowed:
            return errors
        return errors + [
            self.env._(
                "%(volume)s is sealed. Choose a borrowing policy that allows it.",
                volume=volume.code or volume.name,
            )
            for volume in volumes.filtered("is_sealed")
        ]

    def _check_policy(self, volumes):
        """Refuse a policy that is not for this loan (E-37 … E-46).

        :raises AccessError: for a policy that is meant for others
        :raises UserError: saying which ones apply
        """
        policy = self.policy_id
        policy._check_audience(self.user_id or self.requester_id)
        policy._check_applicable(self.company_id, self.user_id, volumes, self.use)
        policy._check_leader(self.company_id, self.user_id)

    def _check_policy_fits(self):
        """Refuse loans of volumes that have got another policy since (E-37 … E-46).

        What was asked for under a version that was replaced goes on under it.

        :raises UserError: saying under which policy to ask again
        """
        loans = self._as_known()
        kinds = loans.line_ids.volume_id._get_document_types()
        fitting = set()
        for loan in loans:
            lines = loan.line_ids.filtered(
                lambda line: line.state in ("draft", "waiting", *LIVE)
            )
            policy, volumes = loan.policy_id, lines.volume_id
            case = (loan.company_id, loan.user_id, volumes, loan.use)
            # Of loans that are alike, one is looked at.
            traits = frozenset(
                volume._get_lending_traits(kinds[volume.id]) for volume in volumes
            )
            alike = (policy, loan.company_id, loan.user_id, loan.use, traits)
            if not volumes or alike in fitting:
                continue
            if policy in policy._get_applicable_now(*case):
                fitting.add(alike)
                continue
            allowed = policy._get_applicable(*case[:3])
            raise UserError(
                self.env._(
                    "%(loan)s was asked for under “%(policy)s”, which does not apply "
                    "to these volumes any more: their level, tier or documents have "
                    "changed. Take it back or refuse it, and ask again: %(others)s.",
                    loan=loan.name,
                    policy=policy.name,
                    others=format_list(
                        self.env, [other._get_offer() for other in allowed]
                    )
                    or "—",
                )
            )

    def _get_policy_errors(self):
        if not self.policy_id:
            return [self.env._("Choose the borrowing policy.")]
        if self.policy_id.state != "published":
            return [
                self.env._(
                    "The policy “%(policy)s” is not in force. Choose another one.",
                    policy=self.policy_id.display_name,
                )
            ]
        return []

    def _get_borrower_errors(self):
        if not self.user_id:
            if self.reader_name and self.reader_unit:
                return []
            return [self.env._("Enter the name and the work unit of the reader.")]
        errors = []
        if self.policy_id.borrower_kind == "external":
            errors.append(
                self.env._(
                    "The policy “%(policy)s” is for readers from outside. Employees "
                    "borrow under another one.",
                    policy=self.policy_id.display_name,
                )
            )
        if not self.user_id.active or self.user_id.governance_suspended:
            errors.append(
                self.env._(
                    "%(user)s may not borrow: the user is suspended or not active.",
                    user=self.user_id.name,
                )
            )
        return errors

    def _get_paper_errors(self):
        """Return which papers the policy wants to see and nobody has shown (E-44)."""
        errors = []
        if self.policy_id.needs_certificate and not self.certificate:
            errors.append(self.env._("Attach the certificate of the own leader."))
        policies = self._get_paper_policies()
        if any(policies.mapped("needs_letter")) and not self.letter:
            errors.append(self.env._("Attach the letter of introduction."))
        if any(policies.mapped("needs_identity")) and not self.identity_document:
            errors.append(self.env._("Attach the identity document."))
        return errors

    def _get_paper_policies(self):
        """Return the policies whose papers are wanted.

        Readers from outside bring what policies for them want, whatever they ask for.
        """
        if self.user_id:
            return self.policy_id
        policies = self.env["governance.lending.policy"].sudo()
        outside = Domain("borrower_kind", "=", "external")
        return self.policy_id | policies._get_in_force(self.company_id, outside)

    def _check_limit(self, states):
        """Refuse more loans of a person than the policy allows at a time.

        :raises UserError: naming the limit
        """
        limit = self.policy_id.max_loans
        if not limit or not self.user_id:
            return
        # Two loans of one person take turns.
        self.env["governance.suspension"]._touch(self.user_id)
        others = self.search_count(
            Domain("user_id", "=", self.user_id.id)
            & Domain("policy_id.code", "=", self.policy_id.code)
            & Domain("company_id", "=", self.company_id.id)
            & Domain("state", "in", states)
            & Domain("id", "!=", self.id)
        )
        if others >= limit:
            raise UserError(
                self.env._(
                    "%(borrower)s has %(count)s loans under “%(policy)s” already, "
                    "which allows %(limit)s at a time. Return one first.",
                    borrower=self.borrower_name,
                    count=others,
                    policy=self.policy_id.name,
                    limit=limit,
                )
            )

    def _check_ready(self):
        """Refuse to hand out loans that something is missing for.

        :raises UserError: saying what
        """
        for loan in self._as_known():
            if loan.state not in ("approved", "handed_out", "returned"):
                raise UserError(self.env._("%(loan)s is not approved.", loan=loan.name))
            if loan.undertaking and not loan.date_accepted:
                raise UserError(
                    self.env._(
                        "%(loan)s: %(borrower)s has to accept the undertaking first.",
                        loan=loan.name,
                        borrower=loan.borrower_name,
                    )
                )
            errors = loan._get_borrower_errors() + loan._get_paper_errors()
            if errors:
                raise UserError("\n".join([loan.name, *errors]))
            loan._check_limit(("handed_out", "claimed", "lost"))

    def _check_choosing(self):
        self.env.user._check_governance_custodian()
        known = self._as_known()
        if known.state != "requested" or known.line_ids:
            raise UserError(
                self.env._(
                    "%(loan)s does not wait for its volumes to be found.",
                    loan=known.name,
                )
            )
        if self.env.user == known.user_id:
            raise AccessError(
                self.env._("This is your own request: another custodian serves it.")
            )
