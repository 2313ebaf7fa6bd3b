# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class GovernanceApprovalPolicy(models.Model):
    _inherit = "governance.approval.policy"

    subject = fields.Selection(
        selection_add=[
            ("lending", "Borrowing of customer files"),
            ("file_unseal", "Opening of a sealed volume"),
            ("loan_incident", "Outcome of a loss or damage"),
        ],
        ondelete={
            "lending": "set default",
            "file_unseal": "set default",
            "loan_incident": "set default",
        },
        help="What has to be approved. At most one matrix is in force per subject and "
        "company; any number for “Any request” and for borrowing, where the borrowing "
        "policy names its matrix by the code.",
    )

    # Each borrowing policy has a matrix of its own.
    _subject_uniq = models.UniqueIndex(
        "(company_id, subject) WHERE state = 'published' "
        "AND subject NOT IN ('generic', 'lending')",
        "Another approval matrix for this subject has been published meanwhile.",
    )

    @api.model
    def _get_coded_subjects(self):
        return super()._get_coded_subjects() | {"lending"}
