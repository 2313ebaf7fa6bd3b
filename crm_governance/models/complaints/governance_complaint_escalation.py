# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import format_list

from .governance_complaint_rung import RECIPIENTS
from .governance_complaint_target import TARGETS


class GovernanceComplaintEscalation(models.Model):
    """Who was told that a clock has come to a point, each once for ever.

    A clock that starts again, after the next message of a customer, is another one.
    """

    _name = "governance.complaint.escalation"
    _description = "Escalation of a Complaint"
    _inherit = ["governance.sealed.mixin", "governance.complaint.part.mixin"]
    _order = "date_due desc, id desc"
    _rec_name = "kind"

    complaint_id = fields.Many2one(readonly=True)
    kind = fields.Selection(
        selection=TARGETS, string="Target", required=True, readonly=True, index=True
    )
    share = fields.Float(
        string="At (%)",
        required=True,
        readonly=True,
        help="Which part of the time had gone by, in percent.",
    )
    recipient = fields.Selection(
        selection=RECIPIENTS, string="Rung", required=True, readonly=True
    )
    person_id = fields.Many2one(
        comodel_name="res.users",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Whom the rung names, if it names one person.",
    )
    start = fields.Datetime(string="Clock Started", required=True, readonly=True)
    date_due = fields.Datetime(
        string="Reached",
        required=True,
        readonly=True,
        help="When the clock came to this point, even if the job came later.",
    )
    date = fields.Datetime(string="Told on", required=True, readonly=True)
    told_ids = fields.Many2many(
        comodel_name="res.users",
        relation="governance_complaint_escalation_told_rel",
        column1="escalation_id",
        column2="user_id",
        string="Who Was Told",
        readonly=True,
        help="Where there is nobody on the rung, complaint managers are told. Nobody: "
        "the matter was settled before it was told.",
    )

    _once = models.UniqueIndex(
        "(complaint_id, kind, share, recipient, COALESCE(person_id, 0), start)",
        "This has been told already.",
    )

    @api.model
    def _sealed_mutable_fields(self):
        """Let the customer follow the complaint, to whom it may be given later."""
        return {"partner_id", "company_id"}

    @api.depends("recipient", "told_ids")
    @api.depends_context("lang", "uid")
    def _compute_display_name(self):
        rungs = dict(self._fields["recipient"]._description_selection(self.env))
        for record in self:
            people = record.sudo().told_ids.mapped("name")
            record.display_name = self.env._(
                "%(rung)s: %(people)s",
                rung=rungs.get(record.recipient, ""),
                people=format_list(self.env, people) if people else "–",
            )

    def _get_rung_key(self):
        """Return what makes it the same rung of the same clock, in any version."""
        self.ensure_one()
        return self.share, self.recipient, self.person_id.id
