# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class GovernanceComplaint(models.Model):
    """What the record card shows, and what keeps a remedy from being forgotten."""

    _inherit = "governance.complaint"

    def _get_accepted_on(self):
        """Return when the complaint was accepted, or nothing (P-11).

        Where nobody has to accept it, it is accepted when its reason is checked.
        """
        self.ensure_one()
        events = self.event_ids.grouped("kind")
        accepted = events.get("accepted")
        if not accepted and self.is_accepted:
            accepted = events.get("checked")
        return accepted and accepted.sorted("date")[:1].date

    def _get_opinion(self):
        """Return the handling opinion that holds; before that what was submitted."""
        self.ensure_one()
        opinions = self.opinion_ids.filtered(lambda one: one.state != "draft")
        approved = opinions.filtered(lambda one: one.state == "approved")
        return approved[:1] or opinions[:1]

    def _get_original_files(self):
        """Return what is attached to the complaint (D-25)."""
        self.ensure_one()
        return self.env["ir.attachment"].search(
            [("res_model", "=", self._name), ("res_id", "=", self.id)], order="id"
        )

    def _get_closing_errors(self):
        """Add the remedies that the customer has not got yet."""
        remedies = self.sudo().remedy_ids.filtered(
            lambda one: one.state in ("draft", "requested", "approved")
        )
        return super()._get_closing_errors() + [
            self.env._(
                "The remedy “%(remedy)s” is not settled: see to it, or delete the "
                "proposal.",
                remedy=remedy.description,
            )
            for remedy in remedies
        ]
