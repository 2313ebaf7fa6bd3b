# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class GovernanceComplaint(models.Model):
    """The clocks of a complaint, written anew whenever something happens."""

    _inherit = "governance.complaint"

    clock_ids = fields.One2many(
        comodel_name="governance.complaint.clock",
        inverse_name="complaint_id",
        string="Clocks",
        readonly=True,
        copy=False,
    )
    escalation_ids = fields.One2many(
        comodel_name="governance.complaint.escalation",
        inverse_name="complaint_id",
        string="Escalations",
        readonly=True,
        copy=False,
    )
    next_deadline = fields.Datetime(
        readonly=True,
        copy=False,
        help="The earliest deadline of the clocks that run, over or not.",
    )

    _next_deadline_idx = models.Index(
        "(next_deadline, id DESC) WHERE state NOT IN ('draft', 'closed', 'withdrawn', "
        "'duplicate')"
    )
