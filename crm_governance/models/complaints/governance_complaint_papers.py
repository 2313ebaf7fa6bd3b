# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from .governance_complaint import ENDED


class GovernanceComplaint(models.Model):
    """What is written on a complaint between its assignment and the answer (AM-08)."""

    _inherit = "governance.complaint"

    accused_ids = fields.Many2many(
        comodel_name="res.users",
        relation="governance_complaint_accused_rel",
        column1="complaint_id",
        column2="user_id",
        string="Complained about",
        copy=False,
        domain="[('share', '=', False)]",
        help="Employees whom the customer complains about, or whom an investigation "
        "names. They neither handle the complaint nor decide anything about it.",
    )
    investigation_ids = fields.One2many(
        comodel_name="governance.complaint.investigation",
        inverse_name="complaint_id",
        string="Investigation Reports",
        copy=False,
    )
    opinion_ids = fields.One2many(
        comodel_name="governance.complaint.opinion",
        inverse_name="complaint_id",
        string="Handling Opinions",
        copy=False,
    )
    remedy_ids = fields.One2many(
        comodel_name="governance.complaint.remedy",
        inverse_name="complaint_id",
        string="Remedies",
        copy=False,
    )
    reply_ids = fields.One2many(
        comodel_name="governance.complaint.reply",
        inverse_name="complaint_id",
        string="Replies",
        copy=False,
    )
    extension_ids = fields.One2many(
        comodel_name="governance.complaint.extension",
        inverse_name="complaint_id",
        string="Extensions of Time",
        copy=False,
    )

    penalty_ids = fields.One2many(
        comodel_name="governance.complaint.penalty",
        inverse_name="complaint_id",
        string="Penalties Given",
        copy=False,
    )

    def write(self, vals):
        """Change it; whom the customer complains about stays, unless a manager says so.

        :raises UserError: when somebody takes people off the list, or says who does not
            work on it what the cause is
        """
        before = {}
        if "accused_ids" in vals and not self._is_system():
            before = {one: one.sudo().accused_ids for one in self}
        if {"cause_id", "prevention"} & set(vals) and not self._is_system():
            # Who registered it may have sold it: others find out why it happened.
            self._check_worker()
        result = super().write(vals)
        for complaint, accused in before.items():
            removed = accused - complaint.sudo().accused_ids
            if complaint.state == "draft" or not removed:
                continue
            if self.env.user in removed:
                raise UserError(
                    self.env._(
                        "You are on the list yourself: somebody else clears you."
                    )
                )
            if not complaint._is_complaint_manager():
                raise UserError(
                    self.env._(
                        "Whom the customer complains about is taken off the list by a "
                        "complaint manager only. You can add people."
                    )
                )
        return result

    def _get_user_fields(self):
        """Let whoever types it in say whom it is about; the form asks for it."""
        names = super()._get_user_fields()
        return names if self else names | {"accused_ids"}

    def _get_fields_of_state(self):
        """Let the cause be what the approved report says, if there is one (D-26)."""
        names = super()._get_fields_of_state()
        if self._is_over():
            return names
        if self._is_reported():
            names -= {"cause_id"}
        return names | {"accused_ids"}

    def _is_reported(self):
        """Return whether an investigation report on it was approved."""
        self.ensure_one()
        return "approved" in self.sudo().investigation_ids.mapped("state")

    def _is_over(self):
        self.ensure_one()
        return self.state in ENDED

    # ------------------------------------------------------------------
    # INDEPENDENCE
    # ------------------------------------------------------------------

    def _get_accused_users(self):
        """Return who is complained about, as far as anybody has said so."""
        return super()._get_accused_users() | self.sudo().accused_ids

    def _get_excluded_deciders(self):
        """Return who decides nothing about these complaints: handlers, interested."""
        return self.sudo().user_id | self._get_interested_users()

    def _check_handler_independent(self):
        """Refuse that somebody handles what he or she is part of.

        :raises UserError: naming the handler
        """
        for complaint in self:
            complaint._check_independent(complaint.sudo().user_id)

    def _check_independent_signers(self, request):
        """Refuse signatures of people who have a stake by now.

        Who prepared it is known when it is asked; a customer may get another
        salesperson, and a complaint another handler, before it is decided.

        :raises UserError: naming them
        """
        self.ensure_one()
        signers = request._get_signers()
        self._check_independent(signers)
        if signers & self.sudo().user_id:
            raise UserError(
                self.env._(
                    "%(user)s handles the complaint by now, so the signature of "
                    "%(user)s does not count. Ask again.",
                    user=self.sudo().user_id.name,
                )
            )

    # ------------------------------------------------------------------
    # STEPS
    # ------------------------------------------------------------------

    def _start_assigned(self):
        """Lay out the report that the handler writes (D-25, D-26)."""
        self.env["governance.complaint.investigation"]._begin(self)

    def _start_reported(self):
        """Send the submitted report round (D-25, D-27)."""
        for complaint in self:
            report = complaint.sudo().investigation_ids.filtered(
                lambda one: one.state == "requested"
            )
            report.sudo(self.env.su)._request_approval()

    def _start_opinion(self):
        """Lay out the handling opinion (D-28)."""
        self.env["governance.complaint.opinion"]._begin(self)

    def _start_to_reply(self):
        """Lay out the reply, and tell those who answer customers (D-29)."""
        for complaint in self:
            complaint._draft_reply()
            units = complaint.sudo()._get_reply_units()
            complaint._tell(
                units._get_people() - self.env.user,
                lambda env, one=complaint: (
                    env._("%(complaint)s is to be answered", complaint=one.name),
                    env._("How it is settled is approved. Answer the customer."),
                ),
            )

    # ------------------------------------------------------------------
    # WHO ANSWERS
    # ------------------------------------------------------------------

    def _get_reply_units(self):
        """Return the units that answer the customers of this company."""
        self.ensure_one()
        return self.env["governance.complaint.unit"].search(
            [("company_id", "=", self.company_id.id), ("is_answering", "=", True)]
        )

    def _is_answered_by_user(self):
        """Return whether the current user works in a unit that answers customers."""
        self.ensure_one()
        return self.env.user in self.sudo()._get_reply_units()._get_people()

    def _is_asked_by_user(self):
        """Return whether the current user may write a question to the customer."""
        self.ensure_one()
        return self._is_answered_by_user() or self.sudo().user_id == self.env.user

    def _get_recipient_lang(self):
        """Return the language of who complains."""
        self.ensure_one()
        complaint = self.sudo()
        return (
            complaint.contact_id.lang
            or complaint.partner_id.lang
            or complaint.company_id.partner_id.lang
            or self.env.lang
        )

    def _get_recipient_email(self):
        """Return where an answer goes, or nothing."""
        self.ensure_one()
        complaint = self.sudo()
        return (
            complaint.contact_id.email
            or complaint.complainant_email
            or complaint.partner_id.email
            or ""
        )

    def _get_recipient(self):
        """Return the contact that is answered, if it is one of ours."""
        self.ensure_one()
        complaint = self.sudo()
        if complaint.contact_id or complaint.complainant_email:
            return complaint.contact_id
        return complaint.partner_id

    def _get_solution(self):
        """Return what the customer is told, in the words of the handling unit."""
        self.ensure_one()
        approved = self.sudo().opinion_ids.filtered(lambda one: one.state == "approved")
        return approved[:1].solution or ""

    def _get_salutation(self):
        """Return whom a reply speaks to."""
        self.ensure_one()
        complaint = self.sudo()
        partner = complaint._get_recipient()
        return partner.name or complaint.complainant_name or self.env._("Customer")

    def _get_extended_day(self):
        """Return until when the latest extension that is approved goes."""
        self.ensure_one()
        extensions = self.sudo().extension_ids
        latest = extensions.filtered(lambda one: one.state == "approved")[:1]
        return format_date(self.env, latest.date_until) if latest else ""

    def _get_clock_deadline(self, kind):
        """Return the deadline of a clock that runs; nothing if none does."""
        self.ensure_one()
        clock = self._get_current_clock(kind)
        return clock.state == "running" and clock.deadline

    def _answered(self):
        """Go on after the customer was told the solution (D-29)."""
        self.ensure_one()
        self._advance()

    def _draft_reply(self, purpose="solution", **values):
        """Lay out a reply from the template of the procedure; return it.

        There is at most one that is not sent; it is not laid out twice.
        """
        self.ensure_one()
        complaint = self._as_system()
        replies = complaint.reply_ids.filtered(
            lambda one: one.state == "draft" and one.purpose == purpose
        )
        if purpose == "solution" and replies:
            return replies[:1]
        return complaint.env["governance.complaint.reply"].create(
            {
                **complaint._prepare_reply(purpose),
                "complaint_id": complaint.id,
                "purpose": purpose,
                **values,
            }
        )

    def _prepare_reply(self, purpose):
        """Return subject and text from the template, in the customer's language."""
        self.ensure_one()
        template = self._get_reply_template(purpose).sudo()
        lang = self._get_recipient_lang()
        values = {
            "mode": "written" if self._get_recipient_email() else "oral",
            "lang": lang,
        }
        if template:
            template = template.with_context(lang=lang)
            for name in ("subject", "body_html"):
                rendered = template._render_field(name, self.ids, compute_lang=False)
                values["body" if name == "body_html" else name] = rendered[self.id]
        return values

    def _get_reply_template(self, purpose):
        """Return the template of a reply; the procedure may name its own."""
        if purpose == "solution" and self.sudo().procedure_id.reply_template_id:
            return self.sudo().procedure_id.reply_template_id
        return (
            self.env.ref(
                f"crm_governance.mail_template_complaint_{purpose}",
                raise_if_not_found=False,
            )
            or self.env["mail.template"]
        )
