# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class GovernanceLeakReport(models.Model):
    """What an employee says about a leak; every employee may (C-35).

    The report is apart from the incident, so that who reported reads the own words
    and nothing of the investigation.
    """

    _name = "governance.leak.report"
    _description = "Report of a Leak"
    _inherit = ["governance.guarded.mixin"]
    _order = "id desc"

    name = fields.Char(string="Subject", required=True)
    description = fields.Text(
        required=True, help="What was leaked, how did you learn of it, who knows more?"
    )
    date_noticed = fields.Date(
        string="Noticed on", required=True, default=fields.Date.context_today
    )
    partner_ids = fields.Many2many(
        comodel_name="res.partner",
        relation="governance_leak_report_partner_rel",
        string="Customers",
        help="The customers whose information was leaked, as far as you know.",
    )
    suspect_ids = fields.Many2many(
        comodel_name="res.users",
        relation="governance_leak_report_suspect_rel",
        string="People",
        domain=[("share", "=", False)],
        help="Who may have done it. They will not see the report.",
    )
    reporter_id = fields.Many2one(
        comodel_name="res.users",
        string="Reported by",
        required=True,
        readonly=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
    )
    incident_id = fields.Many2one(
        comodel_name="governance.leak.incident",
        readonly=True,
        copy=False,
        index=True,
        ondelete="restrict",
        groups="crm_governance.group_custodian,crm_governance.group_executive,"
        "crm_governance.group_auditor",
    )
    # On the report, because whoever is suspected may read the review.
    review_id = fields.Many2one(
        comodel_name="governance.emergency.review",
        string="Emergency Access",
        readonly=True,
        copy=False,
        ondelete="restrict",
        groups="crm_governance.group_custodian,crm_governance.group_executive,"
        "crm_governance.group_auditor",
    )
    is_closed = fields.Boolean(
        string="Dealt with", compute="_compute_is_closed", compute_sudo=True
    )

    _review_uniq = models.UniqueIndex(
        "(review_id)", "This emergency access has been reported as a leak already."
    )

    @api.depends("incident_id.state")
    def _compute_is_closed(self):
        for report in self:
            report.is_closed = report.incident_id.state == "closed"

    @api.model_create_multi
    def create(self, vals_list):
        """Report: each report opens an incident and cannot be changed any more."""
        reports = super().create(vals_list)
        for report in reports:
            if self.env.user in report.suspect_ids:
                raise UserError(
                    self.env._("Name others; about yourself talk to your leader.")
                )
            system = report._as_system()
            incident = self.env["governance.leak.incident"]._open(system)
            system.incident_id = incident
            incident._tell()
        return reports

    @api.model
    def _get_user_fields(self):
        return {"name", "description", "date_noticed", "partner_ids", "suspect_ids"}

    def _is_closed(self):
        return bool(self.sudo().incident_id)
