# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import AccessError

from .governance_complaint_todo import CALLBACK

# Days within which a dissatisfied customer is called back. The sources say “promptly”.
CALLBACK_DAYS = 1


class GovernanceComplaint(models.Model):
    """What the customer thinks of how the complaint was handled (D-48).

    The customer is asked by mail after the closing and answers without a login.  The
    request stands in no chatter: whoever could read the link could answer it.
    """

    _inherit = "governance.complaint"

    date_rating_asked = fields.Datetime(
        string="Asked for a Rating", readonly=True, copy=False
    )

    # ------------------------------------------------------------------
    # WHO RATES WHOM
    # ------------------------------------------------------------------

    def _rating_get_partner(self):
        """Return who complained; nobody when it is no contact of ours."""
        self.ensure_one()
        complaint = self.sudo()
        return complaint.contact_id or complaint.partner_id

    def _get_rating_email(self):
        """Return where the customer is asked: at the address that was written from."""
        complaint = self.sudo()
        partner = complaint._rating_get_partner()
        return complaint.complainant_email or partner.email_formatted

    # ------------------------------------------------------------------
    # REQUEST
    # ------------------------------------------------------------------

    def _complaint_closed(self):
        """Ask the customer for a rating, as the procedure says."""
        result = super()._complaint_closed()
        procedure = self.sudo().procedure_id
        if self.state == "closed" and (not procedure or procedure.needs_rating):
            self._ask_for_rating()
        return result

    def _ask_for_rating(self):
        """Send the request; whoever closed the complaint gets to see no link."""
        template = self.env.ref(
            "crm_governance.mail_template_complaint_rating", raise_if_not_found=False
        )
        if not template or not self._get_rating_email():
            return
        self._as_system().date_rating_asked = fields.Datetime.now()
        complaint = self.sudo()
        lang = (
            complaint._rating_get_partner().lang or complaint.company_id.partner_id.lang
        )
        rendered = template.sudo().with_context(lang=lang, tz=None)
        values = rendered._generate_template(
            complaint.ids, ("subject", "body_html", "email_from", "reply_to")
        )[complaint.id]
        self.env["mail.mail"].sudo().create(
            {
                "subject": values["subject"],
                "body_html": values["body_html"],
                "email_from": values.get("email_from") or complaint.company_id.email,
                "email_to": complaint._get_rating_email(),
                "auto_delete": True,
                "message_type": "user_notification",
            }
        )

    def _rating_get_access_token(self, partner=None):
        """Return the key to the customer's rating, to the product itself alone.

        :raises AccessError: where somebody else shows the template of the request
        """
        if not self.env.su:
            raise AccessError(
                self.env._("Only the customer rates, by the link in the mail.")
            )
        return super()._rating_get_access_token(partner=partner)

    def rating_send_request(self, template, lang=False, force_send=True):
        """Refuse to everybody: the customer is asked when the complaint is closed."""
        raise AccessError(
            self.env._("Customers are asked for a rating when a complaint is closed.")
        )

    # ------------------------------------------------------------------
    # ANSWER
    # ------------------------------------------------------------------

    def rating_apply(
        self,
        rate,
        token=None,
        rating=None,
        feedback=None,
        subtype_xmlid=None,
        notify_delay_send=False,
    ):
        """Take the rating of the customer, and see to it that somebody calls back.

        :raises AccessError: for employees; the page of the customer acts as the system
        """
        if not self.env.su:
            raise AccessError(
                self.env._("Only the customer rates, by the link in the mail.")
            )
        rating = super().rating_apply(
            rate,
            token=token,
            rating=rating,
            feedback=feedback,
            subtype_xmlid="mail.mt_note",
            notify_delay_send=notify_delay_send,
        )
        self._log_event("rated", rating=int(rating.rating))
        if rating.rating_text == "ko":
            self._call_back()
        else:
            self.activity_unlink([CALLBACK])
        return rating

    def _call_back(self):
        """Give customer service the to-do to call a dissatisfied customer back."""
        for complaint in self.sudo():
            if complaint.activity_search([CALLBACK]):
                continue
            person = complaint._get_caller()
            if person:
                day = complaint.company_id._get_governance_today()
                complaint.activity_schedule(
                    CALLBACK,
                    fields.Date.add(day, days=CALLBACK_DAYS),
                    user_id=person.id,
                )

    def _get_caller(self):
        """Return who calls back: customer service; else who knows the complaint."""
        self.ensure_one()
        service = self._get_people_to_tell("answering")
        # Whoever handled the complaint hears less of what was wrong with it.
        others = self.company_id._filter_staff(
            self.unit_id.leader_id | self.registered_by_id | self.user_id
        )
        managers = self.env.ref("crm_governance.group_complaint_manager").sudo()
        managers = self.company_id._filter_staff(managers.all_user_ids)
        people = (service - self.user_id) | others | managers
        return self._filter_readers(people - self._get_accused_users())[:1]
