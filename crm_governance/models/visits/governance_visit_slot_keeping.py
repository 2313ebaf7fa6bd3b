# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

# How long it is kept what nobody had to do.
KEPT = relativedelta(years=1)
BATCH = 10000


class GovernanceVisitSlot(models.Model):
    """What is kept for planned contacts, and which of them are not kept."""

    _inherit = "governance.visit.slot"

    @api.model
    def _check_unnamed(self, name, records):
        """Refuse to delete what planned contacts name in a column without a key.

        :raises UserError: saying what to do instead
        """
        found = self.sudo().search(Domain(name, "in", records.ids), limit=1)
        if found:
            raise UserError(
                self.env._(
                    "Planned contacts stand under “%(record)s”. Archive it instead of "
                    "deleting it.",
                    record=found[name].display_name,
                )
            )

    @api.autovacuum
    def _gc_void(self):
        """Delete what was proposed and taken back more than a year ago."""
        old = self._as_system().search(
            Domain("state", "=", "void")
            & Domain("visit_id", "=", False)
            & Domain("month", "<", fields.Date.today() - KEPT),
            limit=BATCH,
        )
        old.unlink()
        return len(old), len(old) == BATCH


class GovernanceVisitChannel(models.Model):
    _inherit = "governance.visit.channel"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_planned(self):
        self.env["governance.visit.slot"]._check_unnamed("channel_id", self)


class GovernanceVisitRole(models.Model):
    _inherit = "governance.visit.role"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_planned(self):
        self.env["governance.visit.slot"]._check_unnamed("role_id", self)


class CrmTeam(models.Model):
    _inherit = "crm.team"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_planned(self):
        """Keep teams under which figures stand."""
        self.env["governance.visit.slot"]._check_unnamed("team_id", self)
