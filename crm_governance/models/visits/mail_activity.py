# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import UserError


class MailActivity(models.Model):
    """To-dos that are promises to customers (B-57)."""

    _inherit = "mail.activity"

    def write(self, vals):
        """Change, or finish; the promise follows.

        :raises UserError: for who neither gave the promise, keeps it nor leads them
        """
        promises = self._get_promises() if self._changes_promise(vals) else None
        if promises and not self.env.su:
            self.check_access("write")
            promises.sudo(False)._check_author()
        result = super().write(vals)
        if promises:
            promises.with_env(self.env)._follow_activity(vals)
        return result

    def unlink(self):
        """Delete; UserError for promises, which are kept or dropped for a reason."""
        if not self.env.su:
            self._check_no_promises()
        return super().unlink()

    def _check_no_promises(self):
        """Refuse to delete to-dos that were promised to a customer.

        :raises UserError: naming the promise
        """
        promises = self._get_promises().filtered(lambda row: row.state == "open")
        if promises:
            # Who may not delete them is not told what they are about.
            self.check_access("unlink")
            raise UserError(
                self.env._(
                    "This was promised to a customer: %(promise)s. Finish it, or drop "
                    "the promise with a reason in the report of the visit.",
                    promise=promises[0].name,
                )
            )

    def _changes_promise(self, vals):
        return {"active", "date_deadline", "user_id"} & vals.keys()

    def _get_promises(self):
        """Return the promises behind these to-dos, as superuser."""
        promises = self.env["governance.visit.promise"].sudo()
        mine = self.sudo().filtered(lambda row: row.res_model == promises._name)
        if not mine or promises._is_promise_sync():
            return promises.browse()
        return promises.search([("activity_id", "in", mine.ids)])
