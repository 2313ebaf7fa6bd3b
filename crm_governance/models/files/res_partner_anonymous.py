# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import LockError, UserError
from odoo.fields import Domain

# What points at contacts and is erased with them, or names them anonymously then.
# Everywhere else the name has to stay: for documents that the law keeps, for people
# who work here, and for what other addons do with their contacts.
FREE = {
    "calendar.attendee",
    "crm.lead",
    "discuss.channel.member",
    "mail.followers",
    "mail.message",
    "mail.message.reaction",
    "mail.notification",
    "rating.rating",
    "res.partner",
    "res.partner.bank",
    "website.visitor",
}
OWN = "governance."


class ResPartner(models.Model):
    """Customers of whom nothing is left but figures (E-55)."""

    _inherit = "res.partner"

    @api.model
    def _get_identifying_fields(self):
        """Return the fields that tell who a contact is; other addons add theirs."""
        return {
            "barcode",
            "comment",
            "company_name",
            "company_registry",
            "email",
            "function",
            "image_1920",
            "partner_latitude",
            "partner_longitude",
            "phone",
            "ref",
            "street",
            "street2",
            "vat",
            "website",
            "zip",
        }

    @api.model
    def _get_identifying_lead_fields(self):
        """Return the fields that tell whom a lead is about."""
        return {
            "contact_name",
            "description",
            "email_cc",
            "email_from",
            "function",
            "partner_name",
            "phone",
            "referred",
            "street",
            "street2",
            "website",
            "zip",
        }

    def _filter_named_elsewhere(self):
        """Return the customers whose name other records have to keep."""
        family = self._get_whole_family()
        named = self.browse().sudo()
        for model, names in self._get_naming_fields().items():
            records = self.env[model].sudo().with_context(active_test=False)
            for name in names:
                rows = records._read_group(Domain(name, "in", family.ids), [name])
                named = named.union(*(partner for (partner,) in rows))
        return self & named.commercial_partner_id.with_env(self.env)

    @api.model
    def _get_naming_fields(self):
        """Return ``{model: fields}``: where records keep the name of a contact."""
        found = {}
        for model in self.env.values():
            if (
                not model._auto
                or model._abstract
                or model._transient
                or model._name in FREE
                or model._name.startswith(OWN)
            ):
                continue
            names = [
                field.name
                for field in model._fields.values()
                if field.type == "many2one"
                and field.comodel_name == "res.partner"
                and field.store
                and field.column_type
            ]
            if names:
                found[model._name] = names
        return found

    def _claim_family(self):
        """Keep others from naming these customers while they become anonymous.

        What is being added at this moment locks the contact that it names.

        :raises UserError: while somebody is at it
        """
        self.env.flush_all()
        try:
            self._get_whole_family().lock_for_update()
        except LockError as error:
            raise UserError(
                self.env._(
                    "Somebody else works with the customer right now. Try again in a "
                    "moment."
                )
            ) from error

    def _get_whole_family(self):
        """Return these customers with all their contacts, as the system."""
        system = self.sudo().with_context(active_test=False, tracking_disable=True)
        return system.search(
            [("commercial_partner_id", "in", self.commercial_partner_id.ids)]
        )

    def _anonymise(self):
        """Take away what tells who these customers are, and archive them.

        Whoever calls has checked that their name is needed nowhere.  Country,
        industry, tags, tier and the figures of their leads stay.  Source: E-55.
        """
        family = self._get_whole_family()
        leads = self.env["crm.lead"].with_env(family.env)
        leads = leads.search([("partner_id", "in", family.ids)])
        family.governance_detail_ids._as_system().unlink()
        family.bank_ids.unlink()
        blank = dict.fromkeys(self._get_identifying_lead_fields() & {*leads._fields})
        for lead in leads:
            lead.write({**blank, "name": self.env._("Lead %(id)s", id=lead.id)})
        blank = dict.fromkeys(self._get_identifying_fields() & {*family._fields})
        for contact in family:
            name = self.env._("Anonymous %(id)s", id=contact.id)
            contact.write({**blank, "name": name, "active": False})
        # Last, because what happened so far may have been noted there.
        for records in (leads, family):
            self._erase_written(records)
        self.env.flush_all()

    @api.model
    def _erase_written(self, records):
        """Delete what was written, planned and attached on some records."""
        for model, name in (
            ("mail.message", "model"),
            ("mail.activity", "res_model"),
            ("ir.attachment", "res_model"),
        ):
            written = self.env[model].sudo().with_context(active_test=False)
            written.search(
                [(name, "=", records._name), ("res_id", "in", records.ids)]
            ).unlink()
