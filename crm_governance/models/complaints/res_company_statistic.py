# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    governance_complaint_statistic_day = fields.Integer(
        string="Day of the Complaint Statistic",
        default=10,
        help="By this day of each month the complaint statistic of the month before "
        "is filed (RC-10).",
    )

    _governance_complaint_statistic_day_check = models.Constraint(
        "CHECK (governance_complaint_statistic_day BETWEEN 1 AND 28)",
        "The day of the complaint statistic is one that every month has, from 1 to 28.",
    )

    def _get_complaint_filers(self):
        """Return who files the complaint statistic: the supervising unit, or managers.

        Source: 004/2 Art. 27 names Administration and HR, which supervises.
        """
        self.ensure_one()
        units = (
            self.env["governance.complaint.unit"]
            .sudo()
            .search([("company_id", "=", self.id), ("is_supervising", "=", True)])
        )
        handlers = self.env.ref("crm_governance.group_complaint").sudo().all_user_ids
        if people := units._get_people() & handlers:
            return people
        managers = self.env.ref("crm_governance.group_complaint_manager").sudo()
        return self._filter_staff(managers.all_user_ids)
