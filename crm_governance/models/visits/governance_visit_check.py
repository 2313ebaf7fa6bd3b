# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import ValidationError


class GovernanceVisit(models.Model):
    """What belongs together on a visit: filled in by its form, and checked."""

    _inherit = "governance.visit"

    @api.onchange("partner_id")
    def _onchange_partner_id(self):
        """Visit the company of a contact that somebody chose, and meet the contact."""
        contact, company = self.partner_id, self.partner_id.commercial_partner_id
        if contact != company:
            self.partner_id = company
            self.meeting_ids |= contact
        family = (self.meeting_ids | self.contact_ids).filtered(
            lambda contact: contact.commercial_partner_id == company
        )
        self.meeting_ids &= family
        self.contact_ids &= family
        if self.lead_id.partner_id.commercial_partner_id != company:
            self.lead_id = False

    @api.onchange("channel_id", "date_start")
    def _onchange_date_start(self):
        """Move the end with the begin; a new visit takes the time of its channel."""
        before = self._origin
        if not self.date_start or not self._is_near(self.date_start):
            return
        if before.date_start and before.channel_id == self.channel_id:
            self.date_stop = self.date_start + (before.date_stop - before.date_start)
        else:
            self.date_stop = self.date_start + self._get_length(self.channel_id)

    @api.onchange("lead_id")
    def _onchange_lead_id(self):
        if customer := self.lead_id.partner_id.commercial_partner_id:
            self.partner_id = customer

    @api.constrains("partner_id", "lead_id", "meeting_ids", "contact_ids")
    def _check_partner(self):
        for visit in self.sudo():
            customer = visit.partner_id
            if customer != customer.commercial_partner_id:
                raise ValidationError(
                    self.env._(
                        "A visit is one to the whole customer: choose its company, and "
                        "the contact under “Whom to Meet”."
                    )
                )
            asked = visit.lead_id.partner_id.commercial_partner_id
            if asked and asked != customer:
                raise ValidationError(
                    self.env._("The lead belongs to another customer than the visit.")
                )
            contacts = visit.meeting_ids | visit.contact_ids
            if contacts.commercial_partner_id - customer:
                raise ValidationError(
                    self.env._(
                        "Whom one meets is a contact of the customer that is visited."
                    )
                )

    @api.constrains("user_id", "participant_ids", "company_id")
    def _check_participants(self):
        for visit in self.sudo():
            people = visit.participant_ids
            if visit.user_id not in people:
                raise ValidationError(
                    self.env._(
                        "%(visitor)s visits, and so takes part.",
                        visitor=visit.user_id.name,
                    )
                )
            # Who has left since stays on the visits that he or she made.
            strangers = people.filtered("active") - visit.company_id._filter_staff(
                people
            )
            if strangers:
                raise ValidationError(
                    self.env._(
                        "Only colleagues of %(company)s take part. People of the "
                        "customer stand under “Whom to Meet”.",
                        company=visit.company_id.name,
                    )
                )
