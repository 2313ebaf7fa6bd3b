# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import format_date

WEEK = timedelta(days=7)


class GovernanceComplaintReview(models.Model):
    """The meeting of the departments on the complaints of a week (D-44, RC-09).

    A list says what came in, what was closed, what is open and what is overdue.  It is
    made when the week is over, and stays as it was when the meeting was held.
    """

    _name = "governance.complaint.review"
    _description = "Weekly Complaint Review"
    _inherit = [
        "governance.guarded.mixin",
        "governance.isolated.mixin",
        "mail.thread",
    ]
    _order = "date_start desc, id desc"
    # The name is made anew in each language, the day is what one can search for.
    _rec_name = "date_start"
    _check_company_auto = True

    name = fields.Char(compute="_compute_name")
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.company,
    )
    date_start = fields.Date(
        string="Week from", required=True, readonly=True, help="A Monday."
    )
    date_end = fields.Date(string="Week until", compute="_compute_date_end")
    meeting_on = fields.Datetime(string="Meeting", readonly=True, tracking=True)
    event_id = fields.Many2one(
        comodel_name="calendar.event",
        string="Meeting in the Calendar",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    member_ids = fields.Many2many(
        comodel_name="res.users",
        relation="governance_complaint_review_user_rel",
        column1="review_id",
        column2="user_id",
        string="Taking Part",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    state = fields.Selection(
        selection=[
            ("planned", "Planned"),
            ("listed", "To Discuss"),
            ("held", "Meeting Held"),
        ],
        required=True,
        readonly=True,
        default="planned",
        index=True,
        copy=False,
        tracking=True,
    )
    minutes = fields.Html(
        string="Minutes of the Meeting",
        help="What was decided for all. What concerns one complaint is noted beside "
        "it, where only those read it who may read the complaint.",
    )
    line_ids = fields.One2many(
        comodel_name="governance.complaint.review.line",
        inverse_name="review_id",
        string="Complaints Discussed",
    )
    held_by_id = fields.Many2one(
        comodel_name="res.users",
        string="Closed by",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    opened_count = fields.Integer(string="Came In", compute="_compute_counts")
    closed_count = fields.Integer(string="Settled", compute="_compute_counts")
    open_count = fields.Integer(string="Still Open", compute="_compute_counts")
    overdue_count = fields.Integer(string="Too Late", compute="_compute_counts")
    can_lead = fields.Boolean(compute="_compute_can_lead")

    _week_uniq = models.UniqueIndex(
        "(company_id, date_start)", "The review of this week is planned already."
    )

    @api.depends("date_start")
    @api.depends_context("lang")
    def _compute_name(self):
        for review in self:
            review.name = self.env._(
                "Complaints of the week from %(day)s",
                day=format_date(self.env, review.date_start) or "",
            )

    @api.depends("date_start")
    def _compute_date_end(self):
        for review in self:
            start = review.date_start
            review.date_end = start and start + WEEK - timedelta(days=1)

    @api.depends("line_ids")
    @api.depends_context("uid")
    def _compute_counts(self):
        """Count the lines that are open to the user."""
        names = {
            "opened_count": "is_opened",
            "closed_count": "is_closed_then",
            "open_count": "is_open",
            "overdue_count": "is_overdue",
        }
        lines = self.env["governance.complaint.review.line"].search(
            [("review_id", "in", self.ids)]
        )
        for review in self:
            mine = lines.filtered(lambda line, one=review: line.review_id == one)
            for name, source in names.items():
                review[name] = len(mine.filtered(source))

    @api.depends("member_ids")
    @api.depends_context("uid")
    def _compute_can_lead(self):
        for review in self:
            review.can_lead = review._may_lead()

    @api.depends("name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for review in self:
            review.display_name = review.name

    def _get_user_fields(self):
        return {"member_ids", "minutes", "line_ids"}

    def _is_closed(self):
        return self.state == "held"

    # ------------------------------------------------------------------
    # DEEDS
    # ------------------------------------------------------------------

    def action_list(self):
        """Make the list anew, as long as the meeting was not held.

        :raises AccessError: for who does not take part
        :raises UserError: before the week is over
        """
        self.check_access("write")
        for review in self:
            review._check_leader()
            review._lock("planned", "listed")
            if review.company_id._get_governance_today() <= review.date_end:
                raise UserError(
                    self.env._(
                        "The week ends on %(day)s. The list is made after it.",
                        day=format_date(self.env, review.date_end),
                    )
                )
            review._list()
        return True

    def action_hold(self):
        """Say that the meeting was held; from now on the list stays as it is.

        :raises AccessError: for who does not take part
        """
        self.check_access("write")
        for review in self:
            review._check_leader()
            review._lock("listed")
            review._as_system().write({"state": "held", "held_by_id": self.env.uid})
        return True

    def _may_lead(self):
        self.ensure_one()
        user = self.env.user
        return user in self.sudo().member_ids or user.has_group(
            "crm_governance.group_complaint_manager"
        )

    def _check_leader(self):
        if not self._may_lead():
            raise AccessError(
                self.env._(
                    "Those who take part in the review make its list and close it."
                )
            )

    # ------------------------------------------------------------------
    # LIST
    # ------------------------------------------------------------------

    def _get_bounds(self):
        """Return the first moment of the week and that of the next, in UTC."""
        self.ensure_one()
        midnight = self.company_id._get_governance_midnight
        return midnight(self.date_start), midnight(self.date_start + WEEK)

    def _list(self):
        """Note which complaints came in, were closed, are open and are overdue."""
        self.ensure_one()
        start, end = self._get_bounds()
        complaints = self.env["governance.complaint"].sudo()
        of_company = Domain("company_id", "=", self.company_id.id)
        opened = Domain("date_received", ">=", start) & Domain(
            "date_received", "<", end
        )
        closed = Domain("date_closed", ">=", start) & Domain("date_closed", "<", end)
        closed &= Domain("state", "=", "closed")
        known = Domain("state", "not in", ("draft", "duplicate"))
        found = complaints.search(
            of_company & known & (opened | closed | complaints._get_open_domain()),
            order="date_received, id",
        )
        found = found.filtered(lambda one: one.date_received < end)
        overdue = found._filter_overdue()
        is_open = found.filtered_domain(complaints._get_open_domain())
        lines = self._as_system().line_ids.grouped("complaint_id")
        for number, complaint in enumerate(found):
            values = {
                "sequence": number,
                "is_opened": start <= complaint.date_received < end,
                "is_closed_then": complaint.state == "closed"
                and start <= (complaint.date_closed or end) < end,
                "is_open": complaint in is_open,
                "is_overdue": complaint in overdue,
                "state_then": complaint.state,
                "days": (end - complaint.date_received).days,
            }
            line = lines.pop(complaint, None)
            if line:
                line.write(values)
            else:
                line = self._as_system().line_ids.create(
                    {"review_id": self.id, "complaint_id": complaint.id, **values}
                )
        # What was remarked on a complaint stays, even if it has left the list.
        for line in lines.values():
            if not line.remark:
                line.unlink()
        self._as_system().state = "listed"
