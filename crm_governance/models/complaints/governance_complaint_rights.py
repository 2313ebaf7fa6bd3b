# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from .governance_complaint import OPEN

# In which steps somebody takes a complaint over. While its acceptance is decided, the
# one who took it could be the one who decides.
TAKEABLE = tuple(state for state in OPEN if state != "acceptance")


class GovernanceComplaint(models.Model):
    """Which buttons are of use to the user; the methods behind them check again."""

    _inherit = "governance.complaint"

    can_take = fields.Boolean(compute="_compute_rights")
    can_lead = fields.Boolean(compute="_compute_rights")
    can_work = fields.Boolean(compute="_compute_rights")
    can_change = fields.Boolean(compute="_compute_rights")
    can_note = fields.Boolean(
        compute="_compute_rights", help="You work on it, or registered it."
    )
    can_settle = fields.Boolean(
        compute="_compute_rights",
        help="You work on it or registered it, and have no interest in the matter.",
    )
    can_skip = fields.Boolean(compute="_compute_rights")
    can_react = fields.Boolean(compute="_compute_rights")

    @api.depends("state", "user_id", "unit_id", "supervising_unit_id", "event_ids")
    @api.depends_context("uid")
    def _compute_rights(self):
        user = self.env.user
        is_handler = user.has_group("crm_governance.group_complaint")
        changeable = self._filtered_access("write")
        for complaint in self:
            may_write = complaint in changeable
            is_free = user not in complaint._get_interested_users()
            is_own = complaint.sudo().registered_by_id == user
            is_led = may_write and complaint._is_led_by_user()
            is_work = may_write and is_free and complaint._is_worked_on_by_user()
            complaint.can_change = may_write
            complaint.can_lead = is_led and complaint._is_assigned_by_user()
            complaint.can_work = is_work
            complaint.can_note = is_work or (may_write and is_own)
            complaint.can_settle = is_free and complaint.can_note
            complaint.can_take = (
                may_write
                and is_free
                and is_handler
                and complaint.state in TAKEABLE
                and not complaint.user_id
                and complaint._is_in_unit(user)
            )
            complaint.can_skip = (
                is_led
                and is_free
                and complaint.state == "assigned"
                and complaint._is_supervised_by_user()
                and not complaint._has_been_handled_by(user)
            )
            complaint.can_react = complaint.state in OPEN and complaint._may_react()
