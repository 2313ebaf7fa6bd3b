# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import format_datetime


class GovernanceConfidentiality(models.AbstractModel):
    """Why somebody can or cannot read a customer, in words."""

    _inherit = "governance.confidentiality"

    @api.model
    def _explain(self, customer, user):
        """Say in sentences whether and why a person reads a customer.

        Everything is asked from the functions that decide.

        :param customer: a commercial entity
        :return: whether, and the list of sentences
        """
        decision = self.with_user(user).with_context(lang=self.env.lang)
        customer = customer.sudo().with_env(decision.env).sudo()
        return (
            bool(customer._filter_by_clearance("read")),
            [
                *decision._explain_clearance(user, customer),
                *decision._explain_reasons(user, customer),
            ],
        )

    @api.model
    def _explain_clearance(self, user, customer):
        levels = self.env["governance.confidentiality.level"].sudo()
        level = levels._get_by_rank(customer.classification_rank)
        name = user.sudo().name
        sentences = [
            self.env._("The customer's level is “%(level)s”.", level=level.name)
        ]
        if user.sudo().governance_suspended:
            sentences.append(
                self.env._(
                    "Access of %(user)s is suspended: no clearance, no role counts.",
                    user=name,
                )
            )
        elif user._needs_governance_training():
            sentences.append(
                self.env._(
                    "%(user)s lacks a valid training: no clearance, no role counts.",
                    user=name,
                )
            )
        clearance = levels._get_by_rank(user._get_clearance())
        if customer.classification_rank <= user._get_clearance():
            text = self.env._(
                "%(user)s is cleared up to “%(level)s”, which is enough.",
                user=name,
                level=clearance.name,
            )
        else:
            text = self.env._(
                "%(user)s is cleared up to “%(level)s”, which is not enough.",
                user=name,
                level=clearance.name,
            )
        return [*sentences, text]

    @api.model
    def _explain_reasons(self, user, customer):
        """Return a sentence for each role and each access for a time."""
        if user.share:
            return [self.env._("Users of the portal read their own company only.")]
        return [
            *(
                self._get_reason_text(why, user, customer)
                for why in self._get_reasons(customer)
            ),
            *self._explain_idle_roles(user, customer),
        ]

    @api.model
    def _explain_idle_roles(self, user, customer):
        """Say that a role opens nothing, to whoever would have expected it."""
        ladder = self.env["governance.clearance.ladder"]
        if ladder._is_role_enough() or user._is_clearance_suspended():
            return []
        if not self._get_reasons_among(customer, self._get_role_arms(user.id)):
            return []
        return [
            self.env._(
                "%(user)s has a role on the customer, but by the clearance ladder in "
                "force a role does not open confidential customers.",
                user=user.sudo().name,
            )
        ]

    @api.model
    def _get_reason_text(self, why, user, customer):
        if why == "grant":
            grants = self.env["governance.access.grant"].sudo()
            grant = grants.search(
                [
                    ("user_id", "=", user.id),
                    ("partner_id", "=", customer.id),
                    ("is_live", "=", True),
                ],
                limit=1,
            )
            return self.env._(
                "Access for a time (%(kind)s) until %(date)s.",
                kind=dict(grant._fields["kind"]._description_selection(self.env)).get(
                    grant.kind
                ),
                date=format_datetime(self.env, grant.date_end),
            )
        if why == "leader":
            return self.env._("Leads a sales team of the customer's salesperson.")
        roles = self.env["governance.approver.mixin"]._get_customer_role_fields()
        field = customer._fields[roles[why]]
        return self.env._(
            "Is named on the customer as “%(role)s”.",
            role=field._description_string(self.env),
        )

    @api.model
    def _get_readers(self, customer):
        """Return ``[(user, sentences)]`` of the employees who read a customer."""
        users = self.env["res.users"].sudo().search([("share", "=", False)])
        answers = ((user, *self._explain(customer, user)) for user in users)
        return [(user, why) for user, readable, why in answers if readable]
