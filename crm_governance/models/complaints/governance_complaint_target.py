# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..policy.governance_business_time import UNITS, WORKING_UNITS

# What is measured. The two resolutions differ after a reopening: the first one ends
# for ever, the total one counts on.
TARGETS = [
    ("acknowledge", "Acknowledge receipt"),
    ("first_response", "First response"),
    ("next_response", "Next response"),
    ("first_resolution", "First solution"),
    ("total_resolution", "Closed for good"),
    ("reaction", "Reaction of the committee"),
]


class GovernanceComplaintTarget(models.Model):
    """Within what time something is done about complaints of some kind.

    Of the targets of one kind the first one that fits holds.
    """

    _name = "governance.complaint.target"
    _description = "Time Target of Complaints"
    _inherit = ["governance.policy.line.mixin", "governance.complaint.scope.mixin"]
    _order = "policy_id, sequence, id"

    policy_id = fields.Many2one(
        comodel_name="governance.complaint.policy",
        required=True,
        index=True,
        ondelete="cascade",
    )
    sequence = fields.Integer(default=10)
    kind = fields.Selection(selection=TARGETS, required=True, string="Target")
    amount = fields.Float(string="Within", help="How much time there is.")
    unit = fields.Selection(
        selection=UNITS,
        required=True,
        default="hours",
        help="Hours and days run around the clock; working hours and days on the "
        "working schedule.",
    )
    calendar_id = fields.Many2one(
        comodel_name="resource.calendar",
        string="Working Schedule",
        ondelete="restrict",
        help="Empty: the working schedule of the company.",
    )
    is_paused = fields.Boolean(
        string="Stands Still while Waiting",
        default=True,
        help="The clock stands still while we wait for the customer.",
    )
    tier_ids = fields.Many2many(
        comodel_name="governance.tier",
        relation="governance_complaint_target_tier_rel",
        string="Tiers",
        help="Empty: customers of every tier, and of none.",
    )
    severity_ids = fields.Many2many(
        comodel_name="governance.complaint.severity",
        relation="governance_complaint_target_severity_rel",
        string="Severities",
    )
    channel_ids = fields.Many2many(
        comodel_name="governance.complaint.channel",
        relation="governance_complaint_target_channel_rel",
        string="Channels",
    )
    type_ids = fields.Many2many(
        comodel_name="governance.complaint.type",
        relation="governance_complaint_target_type_rel",
        string="Types",
    )

    _amount_check = models.Constraint(
        "CHECK (amount >= 0)", "A target lies ahead: its time is not negative."
    )

    @api.depends("kind", "amount", "unit")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for target in self:
            kind = kinds.get(target.kind, "")
            # What the source leaves blank is no promise of no time at all.
            target.display_name = (
                self.env._(
                    "%(kind)s within %(time)s", kind=kind, time=target._get_time_text()
                )
                if target.amount
                else self.env._("%(kind)s: to be chosen", kind=kind)
            )

    def _get_time_text(self):
        """Return the time in words, e.g. “7 days”."""
        self.ensure_one()
        units = dict(self._fields["unit"]._description_selection(self.env))
        return f"{self.amount:g} {units.get(self.unit, '')}"

    def _get_calendar(self):
        """Return the working schedule of the target; none runs around the clock."""
        self.ensure_one()
        calendars = self.env["resource.calendar"]
        if self.unit not in WORKING_UNITS:
            return calendars
        target = self.sudo()
        return target.calendar_id or (
            target.policy_id.company_id._get_governance_calendar()
        )

    def _get_schedule(self):
        """Return the working schedule, and whose it is if the target names none.

        :return: pair of records; None for a target that runs around the clock
        """
        if self.unit not in WORKING_UNITS:
            return None
        companies = self.env["res.company"]
        target = self.sudo()
        return (
            self._get_calendar(),
            companies if target.calendar_id else target.policy_id.company_id,
        )

    def _begin_schedules(self):
        """Have it recorded from now on what the schedules of these targets say."""
        working = self.sudo().filtered(lambda target: target.unit in WORKING_UNITS)
        general = working.filtered(lambda target: not target.calendar_id)
        self.env["governance.schedule.version"]._begin(working.calendar_id)
        self.env["governance.schedule.choice"]._begin(general.policy_id.company_id)

    # ------------------------------------------------------------------
    # ADOPTION
    # ------------------------------------------------------------------

    @api.model
    def _get_fields_to_fill(self):
        return {**super()._get_fields_to_fill(), "amount": True}

    def _get_unit_to_fill(self, name):
        if name != "amount":
            return super()._get_unit_to_fill(name)
        return dict(self._fields["unit"]._description_selection(self.env))[self.unit]
