# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class GovernanceComplaintOpinion(models.Model):
    """How a complaint is settled, in the opinion of the handling unit (D-28).

    The supervisor approves it before customer service answers the customer.
    """

    _name = "governance.complaint.opinion"
    _description = "Handling Opinion"
    _inherit = "governance.complaint.paper.mixin"
    _order = "complaint_id desc, version desc, id desc"
    _written_in = "opinion"
    _event_name = "opinion"

    writer_ids = fields.Many2many(
        relation="governance_complaint_opinion_writer_rel",
        column1="opinion_id",
        column2="user_id",
    )
    opinion = fields.Text(
        string="Handling Opinion",
        help="How the complaint is settled and why. Internal; printed on the record "
        "card (P-11).",
    )
    solution = fields.Text(
        string="What the Customer Is Told",
        help="The solution in words for the customer. Customer service finds it in the "
        "draft of the reply.",
    )
    remedy_ids = fields.One2many(related="complaint_id.remedy_ids")

    _version_uniq = models.UniqueIndex(
        "(complaint_id, version)", "There is a newer version of this opinion already."
    )
    _open_uniq = models.UniqueIndex(
        "(complaint_id) WHERE state IN ('draft', 'requested')",
        "This complaint has an opinion that is not decided yet.",
    )

    def _get_label(self):
        return self.env._(
            "Handling Opinion %(complaint)s, Version %(version)s",
            complaint=self.complaint_id.name or "",
            version=self.version,
        )

    def _get_user_fields(self):
        return super()._get_user_fields() | {"opinion", "solution"}

    @api.model
    def _get_mandatory_fields(self):
        return ["opinion", "solution"]

    def _get_approval_subject(self):
        return "complaint_opinion"

    def _get_approval_hash_fields(self):
        return ["opinion", "solution"]
