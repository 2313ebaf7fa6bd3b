# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    governance_calendar_id = fields.Many2one(
        comodel_name="resource.calendar",
        string="Governance working schedule",
        domain="[('company_id', 'in', [id, False])]",
        help="Working hours and holidays that deadlines in working time run on, "
        "unless a policy names others. Empty: those of the company.",
    )

    def write(self, vals):
        """Change companies, and have it recorded which schedules they have."""
        result = super().write(vals)
        if {"governance_calendar_id", "resource_calendar_id"} & set(vals):
            versions = self.env["governance.schedule.version"]
            versions._note_change(companies=self)
        return result

    def _get_governance_calendar(self):
        """Return the working schedule for deadlines of this company."""
        self.ensure_one()
        company = self.sudo()
        return company.governance_calendar_id or company.resource_calendar_id

    def _get_custodians(self):
        """Return the data custodians who work in this company."""
        group = self.env.ref("crm_governance.group_custodian").sudo()
        return self._filter_staff(group.all_user_ids)

    def _filter_staff(self, users):
        """Return the active employees among some users who work in this company."""
        self.ensure_one()
        return users.filtered(
            lambda user: user.active and not user.share and self in user.company_ids
        )
