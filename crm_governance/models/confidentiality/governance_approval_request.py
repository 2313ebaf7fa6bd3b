# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class GovernanceApprovalRequest(models.Model):
    """Requests on confidential customers are hidden from whoever cannot read those."""

    _name = "governance.approval.request"
    _inherit = ["governance.classified.mixin", "governance.approval.request"]

    # ------------------------------------------------------------------
    # DECISION ON WHO READS
    # ------------------------------------------------------------------

    @api.model
    def _get_known_models(self):
        """Return the subjects whose requesters read their requests in any case.

        Whoever asks for access to a customer cannot read the customer yet.  Such
        a subject says so by `_approval_known_to_requester`.
        """
        return [
            name
            for name, model in self.env.registry.items()
            if getattr(model, "_approval_known_to_requester", False)
        ]

    @api.model
    def _get_own_domain(self):
        return Domain("requester_id", "=", self.env.uid) & Domain(
            "res_model", "in", self._get_known_models()
        )

    @api.model
    def _get_clearance_domain(self, operation):
        return super()._get_clearance_domain(operation) | self._get_own_domain()

    def _filter_by_clearance(self, operation):
        known = self._get_known_models()
        own = self.sudo().filtered(
            lambda request: (
                request.requester_id == request.env.user and request.res_model in known
            )
        )
        others = self - own.with_env(self.env)
        return self - (
            others
            - super(GovernanceApprovalRequest, others)._filter_by_clearance(operation)
        )

    # ------------------------------------------------------------------
    # WHO MAY DECIDE
    # ------------------------------------------------------------------

    @api.model
    def _get_signable_domain(self):
        """Let people sign for customers only that they may read."""
        domain = super()._get_signable_domain()
        if self.env["governance.confidentiality"]._is_everything_open():
            return domain
        return domain & self._get_clearance_domain("read")

    def _check_somebody_can_sign(self):
        for step in self.step_ids.filtered(lambda step: step.state == "open"):
            if step._get_invited_users():
                continue
            if step._get_uncleared_users():
                raise UserError(
                    self.env._(
                        "Nobody could sign the step “%(step)s” (%(approver)s): of "
                        "those who would sign it, nobody may read this confidential "
                        "customer. Somebody of them needs the clearance.",
                        step=step.name,
                        approver=step.approver_label,
                    )
                )
        return super()._check_somebody_can_sign()

    # ------------------------------------------------------------------
    # REQUESTS FOR ACCESS
    # ------------------------------------------------------------------

    @api.depends_context("uid")
    def _compute_content_html(self):
        return super()._compute_content_html()

    def _get_access_request(self):
        """Return the request for access that is asked about, or none."""
        requests = self.env["governance.access.request"]
        return self._get_subject() if self.res_model == requests._name else requests

    def _get_asker(self):
        """Name the person for whom the system has looked the customer up.

        Whoever asked does not read this request; whoever reads it may know.
        """
        subject = self._get_access_request().sudo(False)
        if subject and subject.has_access("read"):
            return subject.sudo().requester_id
        return super()._get_asker()

    def _sign(self, step, verdict, reason):
        """Sign; UserError for whoever approves access that he or she lacks."""
        subject = self._get_access_request()
        if subject and verdict == "approved":
            subject._check_decider()
        return super()._sign(step, verdict, reason)

    def _get_content_rows(self):
        """Add what names the customer for those alone who may read it."""
        rows = super()._get_content_rows()
        # The user's own rights, even where a dialog computes this as superuser.
        subject = self._get_access_request().sudo(False)
        if not subject or not subject.has_access("read"):
            return rows
        names = ("requester_id", "customer_id", "customer_text", "reason")
        return rows + [
            (
                subject._fields[name]._description_string(self.env),
                subject._format_signed_value(name),
            )
            for name in names
            if subject[name]
        ]

    def _message_subscribe(self, partner_ids=None, subtype_ids=None, customer_ids=None):
        """Let nobody follow: everybody may list followers, so whoever asked could.

        The list would say that the customer was found.
        """
        secret = self.filtered(lambda request: request._get_access_request())
        return super(GovernanceApprovalRequest, self - secret)._message_subscribe(
            partner_ids, subtype_ids, customer_ids
        )
