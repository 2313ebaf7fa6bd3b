# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.fields import Domain

# Which approval matrix a step needs.
MATRICES = {
    "needs_acceptance": "complaint_acceptance",
    "needs_review": "complaint_report",
    "needs_opinion": "complaint_opinion",
}
# What a step works on comes from another one.
REQUIRED = {
    "needs_review": "needs_investigation",
    "needs_confirmation": "needs_reply",
}


class GovernanceComplaintProcedure(models.Model):
    """What keeps a procedure from being published: nobody could go through with it."""

    _inherit = "governance.complaint.procedure"

    def _get_publish_errors(self):
        errors = super()._get_publish_errors()
        errors += self._get_step_errors()
        errors += self._get_people_errors()
        errors += self._get_matrix_errors()
        return errors

    def _get_publish_warnings(self):
        warnings = super()._get_publish_warnings()
        others = self._get_in_force(
            self.company_id, Domain("is_customer_cause", "=", self.is_customer_cause)
        )
        return warnings + self._get_shadow_warnings(others)

    def _get_step_errors(self):
        """Return the steps that have nothing to work on."""
        labels = {
            name: self._fields[name]._description_string(self.env)
            for name in (*REQUIRED, *REQUIRED.values())
        }
        return [
            self.env._(
                "“%(step)s” comes after “%(before)s”, which the procedure does not "
                "have: there would be nothing to decide on.",
                step=labels[step],
                before=labels[before],
            )
            for step, before in REQUIRED.items()
            if self[step] and not self[before]
        ]

    def _get_people_errors(self):
        """Return the steps that no unit of the company has people for."""
        units = self.env["governance.complaint.unit"].sudo()
        staffed = units.search([("company_id", "=", self.company_id.id)]).filtered(
            lambda unit: unit._get_people()
        )
        errors = []
        if self.needs_investigation and not staffed.filtered("is_handling"):
            errors.append(
                self.env._(
                    "Nobody could investigate: no complaint unit that handles has "
                    "people. Add them under Configuration > Complaints > Units."
                )
            )
        if self.needs_routing and not staffed.filtered("is_supervising"):
            errors.append(
                self.env._(
                    "Nobody could assign: no complaint unit that supervises has "
                    "people. Add them under Configuration > Complaints > Units."
                )
            )
        if self.needs_reply and not staffed.filtered("is_answering"):
            errors.append(
                self.env._(
                    "Nobody could reply: no complaint unit that answers customers has "
                    "people. Add them under Configuration > Complaints > Units."
                )
            )
        return errors

    def _get_matrix_errors(self):
        """Return the steps that nobody signs, because no matrix says who."""
        matrices = self.env["governance.approval.policy"].sudo()
        subjects = dict(matrices._fields["subject"]._description_selection(self.env))
        return [
            self.env._(
                "“%(step)s”: no approval matrix for “%(subject)s” is in force. Publish "
                "one under Customer Governance > Configuration > Approval matrices.",
                step=self._fields[step]._description_string(self.env),
                subject=subjects[subject],
            )
            for step, subject in MATRICES.items()
            if self[step]
            and not matrices._get_in_force(
                self.company_id, Domain("subject", "=", subject)
            )
        ]
