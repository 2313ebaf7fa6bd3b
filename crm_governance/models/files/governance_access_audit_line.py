# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL, format_datetime


class GovernanceAccessAuditLine(models.Model):
    """An audit lists who reads on loan, too (C-15)."""

    _inherit = "governance.access.audit.line"

    kind = fields.Selection(
        selection_add=[("loan", "Electronic volume on loan")],
        ondelete={"loan": "cascade"},
    )

    def _get_text(self, value, names):
        if self.kind != "loan" or not value:
            return super()._get_text(value, names)
        moment = fields.Datetime.to_datetime(f"{value}:00")
        return self.env._(
            "Until %(moment)s",
            moment=format_datetime(self.env, moment, dt_format="short"),
        )

    @api.model
    def _get_right_arms(self):
        return [*super()._get_right_arms(), self._get_loan_arm()]

    @api.model
    def _get_loan_arm(self):
        return SQL(
            """SELECT user_id, 'loan', NULL, partner_id, 'loan:' || partner_id,
                      to_char(MAX(date_due), 'YYYY-MM-DD HH24:MI'), NULL
                 FROM governance_loan_line JOIN person ON person.id = user_id
                WHERE state = 'handed_out' AND medium = 'electronic'
                  AND date_out <= %(now)s AND date_due > %(now)s
                  AND rank_opened >= rank AND had_access IS NOT TRUE
                GROUP BY user_id, partner_id""",
            now=fields.Datetime.now(),
        )
