# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import SUPERUSER_ID, fields, models
from odoo.exceptions import UserError, ValidationError

# So many volumes may be said to be returned, by one person, until it is settled.
MAX_CLAIMS = 3


class GovernanceLoanLine(models.Model):
    """What people say of volumes that are out: lost, returned, miscounted."""

    _inherit = "governance.loan.line"

    def _report(self, kind, note):
        """Note what the borrower or a custodian says of volumes that are out.

        :param str kind: “lost”, “claimed”, “unclaimed” or “objected”
        :raises UserError: without a note, or when it does not fit
        """
        self.check_access("write")
        note = (note or "").strip()
        if not note:
            raise UserError(self.env._("Say what has happened."))
        if kind not in ("lost", "claimed", "unclaimed", "objected"):
            raise ValidationError(self.env._("This cannot be reported."))
        lines = self._lock()
        getattr(lines.with_env(self.env), f"_report_{kind}")(note)

    def _check_side(self):
        """Refuse everybody but the borrower and data custodians who are cleared."""
        if not self.env.user.has_group("crm_governance.group_custodian"):
            self._check_borrower()
        others = self.sudo().filtered(lambda line: line.user_id != self.env.user)
        if others:
            others.sudo(False)._check_custodian()

    def _report_lost(self, note):
        """Note that volumes are lost; the borrower stays answerable (E-51)."""
        self._check_side()
        self._check_report("handed_out", "claimed")
        self._report_on("lost", {"state": "lost"}, note)
        self._react_to_loss("lost", note)
        self._tell_waiting_of_loss()

    def _report_claimed(self, note):
        """Note that the borrower says it came back, which nobody has recorded."""
        self._check_side()
        self._check_report("handed_out")
        for borrower in self.sudo().user_id:
            claims = self.sudo().search_count(
                [("user_id", "=", borrower.id), ("state", "=", "claimed")]
            )
            mine = self.sudo().filtered(lambda line, one=borrower: line.user_id == one)
            if claims + len(mine) > MAX_CLAIMS:
                raise UserError(
                    self.env._(
                        "%(count)s volumes at most are said to be returned at a time. "
                        "Settle the others with the custodian first.",
                        count=MAX_CLAIMS,
                    )
                )
        now = fields.Datetime.now()
        values = {"state": "claimed", "date_claimed": now, "is_claim_noted": False}
        self._report_on("claimed", values, note)

    def _report_unclaimed(self, note):
        """Note that a volume said to be returned is with the borrower after all."""
        self._check_custodian()
        self._check_report("claimed")
        self._report_on(
            "unclaimed", {"state": "handed_out", "date_claimed": False}, note
        )

    def _report_objected(self, note):
        """Note that the borrower disagrees with what the custodian has counted."""
        self._check_borrower()
        self._check_report("handed_out", "returned")
        self._report_on("objected", {}, note)
        people = self.sudo().out_by_id | self.sudo().in_by_id
        name = self.sudo().loan_id[:1].name
        people.with_user(SUPERUSER_ID)._notify_in_own_language(
            lambda env: (
                env._("The borrower objects: %(loan)s", loan=name),
                env._("What was counted is disputed. Read the register of the loan."),
            )
        )

    def _check_report(self, *states):
        lines = self._as_known()
        lines._check_state(*states)
        if "returned" not in states and lines.filtered(
            lambda line: line.medium == "electronic"
        ):
            raise UserError(
                self.env._("Access to an electronic volume ends by itself.")
            )

    def _report_on(self, event, values, note):
        if values:
            self.sudo()._as_system().write(values)
        self._enter(event, note=note)
        self.sudo().loan_id._settle()

    def _react_to_loss(self, kind, note):
        """React to volumes that are “lost” or came back “damaged” (E-51)."""
