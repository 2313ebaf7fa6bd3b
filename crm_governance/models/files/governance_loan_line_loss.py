# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date


class GovernanceLoanLine(models.Model):
    """What is lost for good: written off, waited for no longer, perhaps found (E-51).

    Nobody answers for what was written off any more, but it is on no shelf either: it
    is lent to nobody until it is found.
    """

    _inherit = "governance.loan.line"

    @api.model
    def _get_written_off(self, volumes):
        """Return those of some volumes that are lost for good."""
        # By numbers: a line whose volume was blanked for a reader still counts.
        rows = self.sudo()._read_group(
            Domain("volume_id", "in", volumes.ids)
            & Domain("state", "=", "written_off"),
            ["volume_id"],
        )
        return volumes.browse(volume.id for (volume,) in rows)

    def _write_off(self, number):
        """Close the books on volumes that are lost still (E-51).

        :param str number: of the decision, for the register
        """
        # Volumes first, as at the desk: what waits for them changes too.
        self._claim_volumes()
        lines = self._lock().filtered(lambda line: line.state == "lost")
        if not lines:
            return
        lines._as_system().write({"state": "written_off"})
        lines.flush_recordset()
        lines._enter("written_off", note=number)
        for line in lines:
            line._remark(
                self.env._(
                    "Lost on the loan %(loan)s and written off (%(number)s).",
                    loan=line.loan_id.name,
                    number=number,
                )
            )
        lines.loan_id._settle()
        lines._get_waiting()._give_up()

    def _get_waiting(self):
        """Return what waits for the same volumes."""
        return self.sudo().search(
            [("volume_id", "in", self.sudo().volume_id.ids), ("state", "=", "waiting")],
            order="date_queued, id",
        )

    def _give_up(self):
        """End what waits for volumes that are lost for good, and tell who waits."""
        self.env["governance.loan.event"]._record("unobtainable", self)
        self._drop()
        self.loan_id._settle()
        for loan in self.loan_id:
            loan._tell_borrower(
                lambda env, loan=loan: (
                    env._("%(loan)s has ended for a lost volume", loan=loan.name),
                    env._(
                        "A volume that you wait for is lost and was written off. It "
                        "can be asked for again when it has been found."
                    ),
                )
            )

    def _tell_waiting_of_loss(self):
        """Tell who waits that a volume was reported lost."""
        for loan in self._get_waiting().loan_id:
            loan._tell_borrower(
                lambda env, loan=loan: (
                    env._("%(loan)s waits for a lost volume", loan=loan.name),
                    env._(
                        "A volume that you wait for was reported lost. You are told "
                        "when it is found, or written off."
                    ),
                )
            )

    def _note_found(self, date, note):
        """Note that volumes were found.

        :param datetime date: when
        """
        self._enter("found", date_event=date, note=note)
        again = self.sudo().filtered(lambda line: line.state == "written_off")
        for line in again:
            line._remark(
                self.env._("Found again on %(date)s.", date=format_date(self.env, date))
            )

    def _remark(self, text):
        """Sign a remark on the volume, whose papers say what became of it (E-33)."""
        self.env["governance.file.remark"]._as_system().create(
            {"volume_id": self.sudo().volume_id.id, "text": text}
        )
