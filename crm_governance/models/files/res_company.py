# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain

FILE_CODE = "governance.file"


class ResCompany(models.Model):
    _inherit = "res.company"

    governance_filing_day = fields.Integer(
        string="Day of the Hand-over",
        default=10,
        help="By this day of each month the departments hand the documents of the "
        "month before over to the archive.",
    )

    _governance_filing_day_check = models.Constraint(
        "CHECK (governance_filing_day BETWEEN 1 AND 28)",
        "The day of the hand-over is one that every month has, from 1 to 28.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Give new companies what they need to keep files."""
        companies = super().create(vals_list)
        companies._prepare_governance_files()
        return companies

    @api.model
    def _prepare_all_governance_files(self):
        """Give the companies that were there before what they need to keep files."""
        companies = self.with_context(active_test=False)
        companies.search([("id", "!=", False)])._prepare_governance_files()

    def _prepare_governance_files(self):
        """Make the numbering of files and the retention classes, where missing."""
        for company in self:
            company._get_governance_file_sequence()
        self.env["governance.retention.class"]._create_for(self)

    def _get_governance_file_sequence(self):
        """Return the numbering of the files of this company (E-35)."""
        self.ensure_one()
        sequences = self.env["ir.sequence"].sudo().with_context(active_test=False)
        found = sequences.search(
            [("code", "=", FILE_CODE), ("company_id", "=", self.id)], limit=1
        )
        return found or sequences.create(
            {
                "name": self.env._("Customer files"),
                "code": FILE_CODE,
                "prefix": "F",
                "padding": 5,
                "company_id": self.id,
            }
        )

    def _get_archivists(self):
        """Return who receives what is filed: the archive's collectors, or custodians.

        The first one is the custodian of files that are opened automatically.
        """
        self.ensure_one()
        archive = (
            self.env["governance.filing.department"]
            .sudo()
            .search([("company_id", "=", self.id), ("is_central", "=", True)], limit=1)
        )
        if collectors := self._filter_staff(archive.current_collector_ids):
            return collectors
        return self._get_custodians()

    def _get_collectors(self):
        """Return who collects documents for a department of this company."""
        self.ensure_one()
        collectors = self.env["governance.filing.collector"].sudo()
        current = collectors.search(
            collectors._get_current_domain() & Domain("company_id", "=", self.id)
        )
        return self._filter_staff(current.user_id)

    def _is_own_staff(self, user):
        """Return whether a user works here, not for another company of the group."""
        self.ensure_one()
        return self in user.sudo().company_ids
