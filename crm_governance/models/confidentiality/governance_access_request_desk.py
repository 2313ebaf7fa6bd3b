# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL, email_normalize
from odoo.tools.sql import escape_psql


class GovernanceAccessRequest(models.Model):
    """Find out which customer a request means: by itself, or by a custodian.

    What is found out is for none of those who ask: it would tell them whether there
    is such a customer.
    """

    _inherit = "governance.access.request"

    is_looked_up = fields.Boolean(readonly=True, groups=fields.NO_ACCESS)
    is_on_desk = fields.Boolean(readonly=True, groups=fields.NO_ACCESS)
    desk_note = fields.Char(readonly=True, groups=fields.NO_ACCESS)
    needs_match = fields.Boolean(
        string="To Match",
        compute="_compute_needs_match",
        search="_search_needs_match",
        help="A data custodian has to say which customer is meant.",
    )
    desk_hint = fields.Char(
        string="Why it is here", compute="_compute_needs_match", compute_sudo=True
    )

    @api.depends("is_on_desk", "desk_note", "state")
    @api.depends_context("uid")
    def _compute_needs_match(self):
        waiting = self._unseal_desk(self.ids)
        for request in self:
            request.needs_match = request.id in waiting
            request.desk_hint = request.needs_match and request.sudo().desk_note

    def _search_needs_match(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("id", "in", self._unseal_desk())

    @api.model
    def _unseal_desk(self, ids=None):
        """Return the ids of the requests that the current user has to match."""
        user = self.env.user
        if not user.has_group("crm_governance.group_custodian"):
            return []
        domain = (
            Domain("is_on_desk", "=", True)
            & Domain("state", "=", "requested")
            & Domain("requester_id", "!=", user.id)
            & Domain("user_id", "!=", user.id)
        )
        if ids is not None:
            domain &= Domain("id", "in", ids)
        # Matched before and found again: for those alone who read the customer.
        return self.sudo().search(domain)._filter_by_clearance("read").ids

    # ------------------------------------------------------------------
    # LOOKING UP
    # ------------------------------------------------------------------

    def _look_up(self):
        """Find the customer that was meant, and ask for approval or a custodian."""
        self.ensure_one()
        self = self._in_words_of_requester()
        found = self._find_customers()
        person = found.with_user(self.user_id).sudo()
        if person._filter_by_clearance("write"):
            # Without a grant, that is: those are renewed.
            # Also when a hidden one has the same name: this answer must not tell.
            self._set_hidden(is_looked_up=True)
            self._close(
                "refused",
                self.env._(
                    "A customer of this name is open to you already. If you mean "
                    "another one, ask with its reference or its tax ID."
                ),
            )
        elif len(found) == 1:
            self._ask_approvers(found)
        else:
            self._put_on_desk(
                self.env._("Several customers fit.")
                if found
                else self.env._("No customer fits exactly.")
            )

    def _find_customers(self):
        """Return the customers that the text means, whoever may read them."""
        return self._find_by_text(self.customer_text)

    @api.model
    def _find_by_text(self, text):
        text = (text or "").strip()
        if not text:
            return self.env["res.partner"].sudo()
        partners = self.env["res.partner"].sudo()
        return partners.search(self._get_search_domain(text)).commercial_partner_id

    @api.model
    def _get_search_domain(self, text):
        """Return the domain of the customers that a text means exactly."""
        exact = escape_psql(text)
        domain = Domain.OR(
            Domain(name, "=ilike", exact) for name in ("name", "ref", "vat")
        )
        if email := email_normalize(text):
            domain |= Domain("email_normalized", "=", email)
        return domain

    def _ask_approvers(self, customer):
        """Send the request for approval, or to the custodians if nobody could sign."""
        self._set_hidden(
            partner_id=customer.id, is_looked_up=True, is_on_desk=False, desk_note=None
        )
        # As the system: whoever asks would else read the request for approval and
        # what is written about it.
        system = self.with_user(SUPERUSER_ID)
        try:
            with self.env.cr.savepoint():
                system._request_approval()
        except UserError as error:
            self._put_on_desk(str(error))

    def _put_on_desk(self, note):
        """Let the custodians say which customer is meant."""
        self._set_hidden(is_looked_up=True, is_on_desk=True, desk_note=note)
        custodians = self.env.ref("crm_governance.group_custodian").sudo().all_user_ids
        people = custodians - self.requester_id - self.user_id
        # On no record: whoever asks may read the messages of the request.
        people.with_user(SUPERUSER_ID)._notify_in_own_language(
            lambda env: (
                env._("A request for access waits for a custodian"),
                env._(
                    "Say which customer is meant under Customer Governance > "
                    "Confidentiality > Requests to match."
                ),
            )
        )

    def _set_hidden(self, **values):
        """Write what those who ask must not notice, not even by the date of change."""
        self.ensure_one()
        self.flush_recordset()
        assignments = SQL(", ").join(
            SQL("%s = %s", SQL.identifier(name), value)
            for name, value in values.items()
        )
        self.env.cr.execute(
            SQL(
                "UPDATE governance_access_request SET %s WHERE id = %s",
                assignments,
                self.id,
            )
        )
        self.invalidate_recordset()

    # ------------------------------------------------------------------
    # CUSTODIAN'S DESK
    # ------------------------------------------------------------------

    def action_match(self):
        """Open the dialog in which a custodian names the customer or refuses."""
        self.ensure_one()
        self.check_access("read")
        self._check_desk()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_governance.governance_access_match_action"
        )
        action["context"] = {"default_request_id": self.id}
        return action

    def _check_desk(self):
        """Refuse that others than the custodians in question match a request.

        :raises AccessError: for everybody else
        :raises UserError: when it has been matched or answered in the meantime
        """
        self.ensure_one()
        self.env.user._check_governance_custodian()
        if self.env.user in self.sudo().requester_id | self.sudo().user_id:
            raise AccessError(
                self.env._("This is your own request: somebody else has to match it.")
            )
        if not self.needs_match:
            raise UserError(self.env._("This request does not wait at the desk."))

    def _name_customer(self, customer):
        """Send a request for approval with the customer that a custodian named.

        :raises UserError: when it is no choice
        """
        self._check_desk()
        customer.check_access("read")
        customer = customer.sudo().commercial_partner_id
        if customer.with_user(self.user_id).sudo()._filter_by_clearance("write"):
            raise UserError(
                self.env._(
                    "%(customer)s is open to %(user)s already. Refuse the request and "
                    "say so.",
                    customer=customer.with_env(self.env).display_name,
                    user=self.user_id.sudo().name,
                )
            )
        request = self.sudo()
        request._ask_approvers(customer)
        if request.is_on_desk:
            raise UserError(request.desk_note)

    def _refuse_at_desk(self, reason):
        """Refuse a request that names no customer.

        :raises UserError: without a reason
        """
        self._check_desk()
        if not (reason or "").strip():
            raise UserError(self.env._("Say why: a refusal needs a reason."))
        self.sudo()._close("refused", reason)
