# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections.abc import Collection
from itertools import repeat

from odoo import api, models, tools
from odoo.fields import Domain
from odoo.tools import SQL


class CalendarEvent(models.Model):
    _name = "calendar.event"
    _inherit = ["governance.classified.mixin", "calendar.event"]
    _classified_by = "partner_ids"

    # ------------------------------------------------------------------
    # DECISION
    # ------------------------------------------------------------------

    def _get_classified_rank(self):
        return max(self._get_named_customers().mapped("classification_rank"), default=0)

    def _get_classified_partner(self):
        """Return the most confidential one of several."""
        named = self._get_named_customers().sorted("id")
        return named.sorted("classification_rank", reverse=True)[:1]

    def _get_registered_customers(self):
        """Return all that are confidential; colleagues take part as well."""
        return self._get_named_customers().commercial_partner_id.filtered(
            "classification_rank"
        )

    def _get_named_customers(self):
        """Return whom the meeting names: attendees and the lead's customer."""
        return self.partner_ids | self.opportunity_id.partner_id

    def _get_mask(self):
        return self.env._("Busy")

    def _filter_by_clearance(self, operation):
        """Return the meetings whose customers are all open to the current user."""
        return self._filter_by_clearance_sql(operation)

    @api.model
    def _get_clearance_domain(self, operation):
        confidentiality = self.env["governance.confidentiality"]

        def to_sql(model, alias, query):
            hidden = confidentiality._get_hidden_condition
            return SQL(
                """(NOT EXISTS (
                        SELECT 1 FROM calendar_event_res_partner_rel named
                         WHERE named.calendar_event_id = %(id)s AND %(attendee)s)
                    AND NOT EXISTS (
                        SELECT 1 FROM crm_lead lead
                         WHERE lead.id = %(lead)s AND %(customer)s))""",
                id=SQL.identifier(alias, "id"),
                lead=model._field_to_sql(alias, "opportunity_id", query),
                attendee=hidden(SQL.identifier("named", "res_partner_id"), operation),
                customer=hidden(SQL.identifier("lead", "partner_id"), operation),
                to_flush=[
                    self._fields["partner_ids"],
                    self.env["crm.lead"]._fields["partner_id"],
                ],
            )

        return Domain.custom(to_sql=to_sql)

    # ------------------------------------------------------------------
    # BUSY
    # ------------------------------------------------------------------

    def _fetch_query(self, query, fields):
        """Show meetings with hidden customers as busy, to their attendees too."""
        events = super()._fetch_query(query, fields)
        public = self._get_public_names()
        private = [field for field in fields if field.name not in public]
        if self.env.su or not self.env.user._is_internal() or not private:
            return events
        hidden = events - events._filter_by_clearance("read")
        for field in private if hidden else ():
            value = self.env._("Busy") if field.name == "name" else False
            self.env.cache.update(
                hidden, field, repeat(field.convert_to_cache(value, hidden))
            )
        return events

    def _check_calendar_privacy_write_permissions(self):
        """Refuse to change meetings that the user sees as busy."""
        result = super()._check_calendar_privacy_write_permissions()
        if not self.env.su and self.env.user._is_internal():
            if hidden := self - self._filter_by_clearance("read"):
                raise self.env["ir.rule"]._make_access_error("write", hidden)
        return result

    @api.model
    def _get_default_privacy_domain(self):
        """Group and sum over meetings whose content the user may read."""
        return Domain(super()._get_default_privacy_domain()) & Domain(
            "governance_can_read", "=", True
        )

    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, **kwargs):
        """Find meetings by their content only where the user may read it."""
        domain = Domain(domain)
        if self._asks_for_content(domain, order) and not kwargs.get("bypass_access"):
            domain &= Domain("governance_can_read", "=", True)
        return super()._search(domain, offset, limit, order, **kwargs)

    @api.model
    @tools.ormcache("self.env.uid")
    def _get_public_names(self):
        """Return the fields that tell nothing about a busy meeting.

        Odoo goes through all its fields for that, a dozen times for some pages.
        """
        return frozenset(self._get_public_fields())

    @api.model
    def _asks_for_content(self, domain, order):
        """Return whether a search would tell what a busy meeting is about."""
        if self.env.su or not self.env.user._is_internal():
            return False
        public = self._get_public_names() | {"id", "governance_can_read"}
        order_names = {
            term.split()[0].split(".")[0]
            for term in (order or "").split(",")
            if term.strip()
        }
        if order_names - public:
            return True
        return any(
            condition.field_expr.split(".")[0] not in public
            and not self._names_open_attendees(condition)
            for condition in domain.iter_conditions()
        )

    @api.model
    def _names_open_attendees(self, condition):
        """Return whether a condition asks for attendees whom the user may see."""
        if condition.field_expr != "partner_ids":
            return False
        value = condition.value
        if condition.operator == "=":
            value = [value]
        elif condition.operator != "in" or not isinstance(value, Collection):
            return False
        ids = [id_ for id_ in value if isinstance(id_, int) and id_]
        if len(ids) != len(value):
            return False
        partners = self.env["res.partner"].sudo().browse(ids)
        return partners == partners._filter_by_clearance("read")
