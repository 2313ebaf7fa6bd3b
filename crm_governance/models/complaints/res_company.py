# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.fields import Domain

from ..policy.governance_business_time import WORKING_UNITS


class ResCompany(models.Model):
    """How a company deals with complaints; its schedule is what their clocks run on."""

    _inherit = "res.company"

    governance_complaint_review_day = fields.Selection(
        selection=[
            ("0", "Monday"),
            ("1", "Tuesday"),
            ("2", "Wednesday"),
            ("3", "Thursday"),
            ("4", "Friday"),
        ],
        string="Day of the Complaint Review",
        help="On this day of each week the departments meet on the complaints of the "
        "week before (D-44, RC-09). Empty: they do not meet.",
    )
    governance_complaint_review_hour = fields.Float(
        string="Time of the Complaint Review", default=9.0
    )
    governance_complaint_review_duration = fields.Float(
        string="Length of the Complaint Review", default=1.0
    )
    governance_dissatisfied_days = fields.Integer(
        string="Dissatisfied for Long after",
        help="Days after which somebody hears of it that a complaint, or the "
        "dissatisfaction of a customer, is still open (D-37). 0: nobody.",
    )

    _governance_complaint_review_check = models.Constraint(
        "CHECK (governance_complaint_review_hour >= 0 "
        "AND governance_complaint_review_hour < 24 "
        "AND governance_complaint_review_duration > 0 "
        "AND governance_complaint_review_duration <= 8)",
        "The review begins from 0:00 to 23:59 and lasts up to 8 hours.",
    )
    _governance_dissatisfied_check = models.Constraint(
        "CHECK (governance_dissatisfied_days >= 0)",
        "After a number of days: 0 or more.",
    )

    def write(self, vals):
        """Change companies; another schedule has their clocks counted anew."""
        result = super().write(vals)
        if {"governance_calendar_id", "resource_calendar_id"} & set(vals):
            mine = Domain("company_id", "in", self.ids)
            working = Domain("target_id.unit", "in", WORKING_UNITS)
            self.env["governance.complaint.clock"]._mark_stale(mine & working)
        return result
