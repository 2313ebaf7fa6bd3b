# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Domain


class GovernanceComplaint(models.Model):
    """Who signs for the units of a complaint.

    Each rule is written twice, as everywhere among approvers: the domain decides, the
    list of people only invites.
    """

    _inherit = "governance.complaint"

    def _get_unit_leaders(self):
        """Return the supervisor of the handling unit.

        Before there is one, whoever leads a unit of the person who registered it.
        """
        complaint = self.sudo()
        if complaint.unit_id:
            return complaint.unit_id.leader_id
        units = self.env["governance.complaint.unit"].sudo()
        return units.search(
            Domain("company_id", "=", complaint.company_id.id)
            & Domain("member_ids", "in", complaint.registered_by_id.ids)
        ).leader_id

    @api.model
    def _get_unit_leader_domain(self, user):
        """Return the complaints whose handling unit a user supervises."""
        units = self.env["governance.complaint.unit"].sudo()
        led = units.with_context(active_test=False).search(
            [("leader_id", "=", user.id)]
        )
        domain = Domain("unit_id", "in", led.ids)
        for unit in led.filtered("active"):
            domain |= (
                Domain("unit_id", "=", False)
                & Domain("company_id", "=", unit.company_id.id)
                & Domain("registered_by_id", "in", unit.member_ids.ids)
            )
        return domain

    def _get_supervisors(self):
        """Return the people of the supervising unit.

        As long as none is named, of all supervising units of the company.
        """
        complaint = self.sudo()
        units = complaint.supervising_unit_id
        if not units and complaint:
            units = units.search(
                Domain("company_id", "=", complaint.company_id.id)
                & Domain("is_supervising", "=", True)
            )
        return units._get_people()

    @api.model
    def _get_supervising_unit_domain(self, user):
        """Return the complaints whose supervising unit a user works in."""
        units = self.env["governance.complaint.unit"].sudo()
        mine = units.with_context(active_test=False).search(
            Domain("leader_id", "=", user.id) | Domain("member_ids", "in", user.ids)
        )
        supervising = mine.filtered(lambda unit: unit.active and unit.is_supervising)
        return Domain("supervising_unit_id", "in", mine.ids) | (
            Domain("supervising_unit_id", "=", False)
            & Domain("company_id", "in", supervising.company_id.ids)
        )

    @api.model
    def _get_subject_models(self):
        """Return the models that are signed: complaints and what belongs to them."""
        parts = self.env.registry.descendants(
            ["governance.complaint.part.mixin"], "_inherit"
        )
        signed = self.env.registry.descendants(
            ["governance.approval.mixin"], "_inherit"
        )
        return {self._name} | {
            name for name in parts & signed if not self.env[name]._abstract
        }

    @api.model
    def _search_subjects(self, domain):
        """Yield (model, query) of what is signed of the complaints of a domain."""
        for name in sorted(self._get_subject_models()):
            model = self.env[name].sudo()
            own = name == self._name
            where = domain if own else Domain("complaint_id", "any!", domain)
            yield name, model._search(where)
