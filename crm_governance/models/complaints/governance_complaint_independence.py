# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import UserError
from odoo.tools import format_list


class GovernanceComplaint(models.Model):
    """Who has an interest in the matter, and so neither handles nor decides it.

    The one place that says so: design §9, D-26; ISO 10002.
    """

    _inherit = "governance.complaint"

    def _get_interested_users(self):
        """Return who has an interest in these complaints.

        Salespeople of the customer and of the order complained about, and who is
        complained about.  Their leaders have none, unless they are the same persons.
        """
        complaints = self.sudo().with_context(active_test=False)
        customers = complaints.partner_id | complaints.contact_id
        customers |= customers.commercial_partner_id
        return (
            customers.user_id
            | complaints.order_id.user_id
            | complaints._get_accused_users()
        )

    def _get_accused_users(self):
        """Return who is complained about; the investigation extends it."""
        return self.env["res.users"]

    def _check_independent(self, users):
        """Refuse people who have an interest in the matter (design §9).

        :raises UserError: naming them
        """
        for complaint in self:
            interested = complaint._get_interested_users() & users
            if interested:
                raise UserError(
                    self.env._(
                        "%(people)s cannot work on “%(complaint)s” or decide about it: "
                        "whoever looks after the customer, sold the order or is "
                        "complained about has an interest in the matter. Choose "
                        "somebody else.",
                        people=format_list(self.env, interested.sudo().mapped("name")),
                        complaint=complaint.display_name,
                    )
                )
