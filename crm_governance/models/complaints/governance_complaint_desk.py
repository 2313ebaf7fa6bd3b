# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain


class GovernanceComplaint(models.Model):
    """What is on somebody's desk, beginning with what is about to be overdue (D-09)."""

    _inherit = "governance.complaint"

    is_on_my_desk = fields.Boolean(
        string="On My Desk",
        compute="_compute_is_on_my_desk",
        search="_search_is_on_my_desk",
        help="It waits for you or for your unit.",
    )
    clock_status = fields.Selection(
        selection=[
            ("overdue", "Overdue"),
            ("soon", "Soon overdue"),
            ("running", "In time"),
            ("paused", "Stands still"),
        ],
        string="Clock",
        compute="_compute_clock_status",
    )
    clock_text = fields.Char(
        string="Time Left",
        compute="_compute_clock_status",
        help="What has to be done next, and how much time there is, at this moment.",
    )

    @api.depends("state", "user_id", "unit_id", "supervising_unit_id")
    @api.depends_context("uid")
    def _compute_is_on_my_desk(self):
        self._compute_reason("is_on_my_desk", self._get_desk_domain())

    def _search_is_on_my_desk(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        return self._get_desk_domain()

    @api.model
    def _get_desk_domain(self):
        """Return the complaints with which the user has to go on.

        What somebody handles is theirs; what nobody handles yet is there for all of
        the unit; what is to be assigned lies with the supervising unit, and what is to
        be answered with customer service.
        """
        units = self.env["governance.complaint.unit"].sudo()
        mine = units.search(units._get_mine_domain()).ids
        answered = self._get_answered_domain() & Domain("state", "=", "to_reply")
        assigning = Domain("state", "in", ("registered", "acceptance", "accepted"))
        unassigned = Domain("user_id", "=", False)
        return self._get_open_domain() & (
            Domain("user_id", "=", self.env.uid)
            | unassigned & Domain("unit_id", "in", mine)
            | assigning & Domain("supervising_unit_id", "in", mine)
            | answered
        )

    @api.depends("clock_ids.state", "clock_ids.deadline", "clock_ids.left")
    @api.depends_context("lang")
    def _compute_clock_status(self):
        """Compare deadlines with the present, for a whole list by one query."""
        now = fields.Datetime.now()
        clocks = self.env["governance.complaint.clock"].sudo()
        live = clocks.search_fetch(
            Domain("complaint_id", "in", self._origin.ids)
            & Domain("state", "in", ("running", "paused")),
            [
                "complaint_id",
                "kind",
                "state",
                "start",
                "deadline",
                "breached_on",
                "left",
            ],
            order="id",
        )
        kinds = dict(clocks._fields["kind"]._description_selection(self.env))
        first = {}
        for clock in live:
            key = (clock.deadline or clock._get_never(), clock.left)
            best = first.get(clock.complaint_id.id)
            if best is None or key < best[0]:
                first[clock.complaint_id.id] = key, clock
        for complaint in self:
            _key, clock = first.get(complaint._origin.id, (None, None))
            complaint.clock_status = clock and clock._get_status(now)
            complaint.clock_text = clock and clock._get_text(now, kinds[clock.kind])
