# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

from .governance_loan_line import LIVE


class GovernanceLoanLine(models.Model):
    """What becomes of a volume between the shelf and its return."""

    _inherit = "governance.loan.line"

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_hand_out(self):
        """Open the desk with these volumes, to count them and hand them out."""
        return self._open_desk("hand_out")

    def action_give_access(self):
        """Let the borrowers read electronic volumes: there is nothing to count.

        :raises AccessError: for everybody but those who serve them
        :raises UserError: for volumes on paper, and saying what is missing
        """
        self.check_access("write")
        self._check_desk()
        lines = self._as_known()
        if not lines or "paper" in lines.volume_id.mapped("medium"):
            raise UserError(
                self.env._(
                    "Volumes on paper are handed out at the desk: both sides count "
                    "them."
                )
            )
        self._hand_out()
        return True

    def action_take_back(self):
        """Open the desk with these volumes, to count them and take them back."""
        return self._open_desk("take_back")

    def action_confirm_receipt(self):
        """Confirm as the borrower what was handed out (E-50).

        :raises AccessError: for everybody but the borrower
        """
        self.check_access("write")
        self._check_borrower()
        lines = self._lock()
        lines._check_state(*LIVE)
        lines.filtered(lambda line: not line.date_received)._confirm("received")
        return True

    def action_confirm_return(self):
        """Confirm as the borrower what was taken back (E-50).

        :raises AccessError: for everybody but the borrower
        """
        self.check_access("write")
        self._check_borrower()
        lines = self._lock()
        lines._check_state("returned")
        lines.filtered(lambda line: not line.date_settled)._confirm("settled")
        return True

    def action_give_back(self):
        """End access to electronic volumes before they are due.

        :raises UserError: for volumes on paper, which the desk takes back
        """
        self.check_access("write")
        self._check_borrower()
        lines = self._lock()
        lines._check_state("handed_out")
        if lines.filtered(lambda line: line.medium == "paper"):
            raise UserError(
                self.env._(
                    "Bring volumes on paper to the custodian: both sides count them."
                )
            )
        lines._finish("returned", {"condition": "good"})
        return True

    def action_recall(self):
        """Ask for volumes before they are due (whoever serves them).

        :raises AccessError: for everybody else
        """
        self.check_access("write")
        self._check_desk()
        lines = self._lock()
        lines._check_state("handed_out")
        for line in lines:
            line.with_env(self.env)._recall()
        return True

    def action_report(self):
        """Open the dialog in which somebody says what has happened to a volume."""
        self.check_access("write")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_governance.governance_loan_report_action"
        )
        action["context"] = {"default_line_ids": self.ids}
        return action

    def _open_desk(self, kind):
        self.check_access("write")
        self._check_desk()
        return self.env["governance.loan.desk"]._open(self, kind)

    # ------------------------------------------------------------------
    # IN BETWEEN
    # ------------------------------------------------------------------

    def _recall(self):
        self.ensure_one()
        line = self.sudo()
        now = fields.Datetime.now()
        due = line.policy_id._get_recalled_due(line.date_out, line.date_due, now)
        line._as_system().write(
            {
                "date_due": min(due, line.date_due),
                "date_proposed": False,
                "date_recalled": now,
                "is_cut": line.is_cut and due >= line.date_due,
            }
        )
        self._enter("recalled", date_due=line.date_due)
        line.loan_id._settle()
        line.loan_id._tell_borrower(
            lambda env: (
                env._("%(loan)s is recalled", loan=line.loan_id.name),
                env._(
                    "Please bring back what you have borrowed until %(date)s.",
                    date=format_datetime(env, line.date_due),
                ),
            )
        )

    @api.model
    def _get_event_model(self):
        return self.env["governance.loan.event"]

    def _enter(self, event, **values):
        """Add to the register, in the name of the current user."""
        self._get_event_model()._record(event, self, **values)
