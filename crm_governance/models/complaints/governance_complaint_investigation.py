# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class GovernanceComplaintInvestigation(models.Model):
    """The investigation report: what happened, why, who, and what follows (D-25, D-26).

    It is signed as the approval matrix says: supervisor, supervising unit, executive;
    their remarks are the opinions that the printed report shows (D-27, P-12).
    """

    _name = "governance.complaint.investigation"
    _description = "Investigation Report"
    _inherit = "governance.complaint.paper.mixin"
    _order = "complaint_id desc, version desc, id desc"
    _written_in = "assigned"
    _event_name = "report"

    writer_ids = fields.Many2many(
        relation="governance_complaint_investigation_writer_rel",
        column1="investigation_id",
        column2="user_id",
    )
    cause_id = fields.Many2one(
        comodel_name="governance.complaint.cause",
        string="Root Cause",
        index="btree_not_null",
        ondelete="restrict",
        help="Recurrence is measured by it (D-50).",
    )
    cause = fields.Text(help="Why it happened: not only what went wrong, but why.")
    course = fields.Text(
        string="Course of Events", help="What happened, step by step, with dates."
    )
    accused_ids = fields.Many2many(
        comodel_name="res.users",
        relation="governance_complaint_investigation_accused_rel",
        column1="investigation_id",
        column2="user_id",
        string="Responsible Persons",
        domain="[('share', '=', False)]",
        help="They neither handle the complaint nor decide anything about it.",
    )
    accused_other = fields.Char(
        string="Others Responsible",
        help="Who is no user: suppliers, carriers, the customer. Or that nobody is.",
    )
    conclusion = fields.Text(help="Whether the complaint is justified, and how far.")
    measures = fields.Text(
        string="Countermeasures", help="What is done about this complaint."
    )
    prevention = fields.Text(help="How it is kept from happening again.")

    _version_uniq = models.UniqueIndex(
        "(complaint_id, version)", "There is a newer version of this report already."
    )
    _open_uniq = models.UniqueIndex(
        "(complaint_id) WHERE state IN ('draft', 'requested')",
        "This complaint has a report that is not decided yet.",
    )

    def _get_label(self):
        return self.env._(
            "Investigation Report %(complaint)s, Version %(version)s",
            complaint=self.complaint_id.name or "",
            version=self.version,
        )

    def _get_user_fields(self):
        return super()._get_user_fields() | {
            "cause_id",
            "cause",
            "course",
            "accused_ids",
            "accused_other",
            "conclusion",
            "measures",
            "prevention",
        }

    def write(self, vals):
        """Change the draft; whoever is held responsible decides nothing from now on."""
        result = super().write(vals)
        if "accused_ids" in vals:
            for report in self._as_system():
                report.complaint_id.accused_ids |= report.accused_ids
        return result

    @api.model
    def _get_mandatory_fields(self):
        return ["cause_id", "cause", "course", "conclusion", "measures", "prevention"]

    def _get_other_missing(self):
        if self.accused_ids or (self.accused_other or "").strip():
            return super()._get_other_missing()
        return [
            self.env._("Responsible Persons (or who else is, or that nobody is)"),
            *super()._get_other_missing(),
        ]

    # ------------------------------------------------------------------
    # APPROVAL
    # ------------------------------------------------------------------

    def _submit(self):
        """Send it round; a procedure without a review takes it as it is."""
        complaint = self.complaint_id
        if complaint._get_next_state() == "reported":
            complaint._advance()
            return
        self._as_system().write(
            {"state": "approved", "date_approved": fields.Datetime.now()}
        )
        self._take_effect()

    def _get_approval_subject(self):
        return "complaint_report"

    def _get_approval_hash_fields(self):
        return [
            "cause_id",
            "cause",
            "course",
            "accused_ids",
            "accused_other",
            "conclusion",
            "measures",
            "prevention",
        ]

    def _get_remark_reason(self, verdict):
        """Ask the supervising unit for its opinion (D-27)."""
        steps = self.sudo().approval_request_id.step_ids
        due = steps.filtered(
            lambda step: (
                step.state == "open" and step.approver_type == "supervising_unit"
            )
        )
        if verdict != "approved" or not due:
            return super()._get_remark_reason(verdict)
        return self.env._("Add the opinion of the supervising unit to the report.")

    def _take_effect(self):
        """Hand cause and prevention over to the complaint, which goes on."""
        self._as_system().complaint_id.write(
            {"cause_id": self.cause_id.id, "prevention": self.prevention}
        )
        return super()._take_effect()
