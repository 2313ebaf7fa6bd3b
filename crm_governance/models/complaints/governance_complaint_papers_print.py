# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class GovernanceComplaint(models.Model):
    """What the record card shows, and what keeps a remedy from being forgotten."""

    _inherit = "governance.complaint"

    def _get_accepted_on(self):
        """Return when the complaint was accepted, or nothing (P-11)."""
        self.ensure_one()
        accepted = self.event_ids.filtered(lambda one: one.kind == "accepted")
        return accepted.sorted("date")[:1].date

    def _get_opinion(self):
        """Return the handling opinion that holds; the newest one before that."""
        self.ensure_one()
        approved = self.opinion_ids.filtered(lambda one: one.state == "approved")
        return approved[:1] or self.opinion_ids[:1]

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
