# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re

from odoo import api, fields, models
from odoo.fields import Command, Domain

# Shorter numbers are extensions and hot lines, and belong to nobody.
FEWEST_DIGITS = 6
# A switchboard with more contacts than these names nobody.
MOST_CALLERS = 8


class GovernanceComplaint(models.Model):
    """Who calls is found by the number, among the contacts open to the user (D-07)."""

    _inherit = "governance.complaint"

    caller_ids = fields.Many2many(
        comodel_name="res.partner",
        string="May Be Calling",
        compute="_compute_caller_ids",
        exportable=False,
        help="Contacts with this number, when there are several.",
    )
    # What is chosen in the form; nobody stores it.
    caller_id = fields.Many2one(
        comodel_name="res.partner",
        string="Who Calls",
        store=False,
        copy=False,
        exportable=False,
        help="Several contacts have this number: choose who it is.",
    )

    @api.depends("complainant_phone", "contact_id", "state")
    @api.depends_context("uid")
    def _compute_caller_ids(self):
        """Offer a choice while it is typed in, and nobody has been chosen yet."""
        for complaint in self:
            callers = complaint.env["res.partner"]
            if complaint.state == "draft" and not complaint.contact_id:
                callers = complaint._find_callers()
            customer = complaint.partner_id._origin
            if customer:
                callers = callers.filtered(
                    lambda one, known=customer: one.commercial_partner_id == known
                )
            several = len(callers) > 1
            complaint.caller_ids = [Command.set(callers.ids if several else [])]

    @api.onchange("complainant_phone")
    def _onchange_complainant_phone(self):
        """Fill in customer and contact, as far as the number tells the user."""
        if self.state != "draft" or self.partner_id or self.contact_id:
            return
        callers = self._find_callers()
        if len(callers) == 1:
            self.caller_id = callers
            self._onchange_caller_id()
        elif len(callers.commercial_partner_id) == 1:
            self.partner_id = callers.commercial_partner_id

    @api.onchange("caller_id")
    def _onchange_caller_id(self):
        caller = self.caller_id
        if caller:
            customer = caller.commercial_partner_id
            self.partner_id = customer
            self.contact_id = caller if caller != customer else False

    def _get_user_fields(self):
        """Let the choice be sent with the rest; nothing of it is stored."""
        names = super()._get_user_fields()
        return names | {"caller_id"} if "contact_id" in names else names

    def _find_callers(self):
        """Return the contacts with this number that the user may read; maybe none.

        Each way to write a number is one look at an index of Odoo.
        """
        self.ensure_one()
        partners = self.env["res.partner"].sudo(False)
        ways = self._get_number_ways(self.complainant_phone)
        if not ways:
            return partners
        found = partners.search(
            Domain.OR(Domain("phone_mobile_search", "=", way) for way in ways)
            & Domain("company_id", "in", (False, self.company_id.id)),
            limit=MOST_CALLERS + 1,
            order="id",
        )
        return found if len(found) <= MOST_CALLERS else partners

    @api.model
    def _get_number_ways(self, number):
        """Return the ways in which a number may stand in an address book, sorted."""
        typed = re.sub(r"[^\d+]", "", number or "")
        if len(typed.lstrip("+")) < FEWEST_DIGITS:
            return []
        country = self.env.company.country_id
        partners = self.env["res.partner"]
        whole = partners._phone_format(number=number, country=country) or typed
        local = partners._phone_format(
            number=whole, country=country, force_format="NATIONAL"
        )
        ways = {typed, whole, re.sub(r"\D", "", local or "")}
        return sorted(way for way in ways if len(way.lstrip("+")) >= FEWEST_DIGITS)
