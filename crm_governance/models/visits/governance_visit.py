# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta

from odoo import api, fields, models

from .governance_visit_cadence import CONTACT_LEVELS, DIRECTIONS

# Visits that took place, or are said to.
DONE = ("held", "submitted", "accepted")
# Visits that fulfil what was planned, or will.
LIVE = ("planned", *DONE)
# Visits before, or so far ahead, are typing errors.
EARLIEST, LATEST = datetime(2000, 1, 1), timedelta(days=5 * 366)
# Over which kinds of channels a slot is fulfilled besides its own channel.
ACCEPTED_KINDS = {
    "presence": ("visit", "presence"),
    "activity": ("visit", "call", "presence", "activity", "other"),
}
# By what a callback is made: whoever should call may also come (B-71, B-74).
CALLBACK_KINDS = {
    "call": ("call", "visit", "presence"),
    "visit": ("visit", "presence"),
}


class GovernanceVisit(models.Model):
    """A visit, a call, a day of presence: what was planned, done and reported.

    Whoever visits plans it and writes the report; from its submission on it stays as
    it is (B-12, B-25, B-56, B-59, B-60).
    """

    _name = "governance.visit"
    _description = "Customer Visit"
    _inherit = [
        "governance.visit.mixin",
        "governance.numbered.mixin",
        "governance.classified.stored.mixin",
        "governance.labelled.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _is_governance_link_guarded = True
    _order = "date_start desc, id desc"
    _rec_names_search = ["name", "partner_id"]
    _check_company_auto = True

    user_id = fields.Many2one(
        required=True,
        default=lambda self: self.env.user,
        help="Who visits and writes the report.",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        ondelete="restrict",
        check_company=True,
        domain="[('commercial_partner_id', '=', id)]",
        help="The company or person that is visited, not one of its contacts.",
    )
    lead_id = fields.Many2one(
        comodel_name="crm.lead",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    object_type = fields.Selection(
        selection=[
            ("customer", "Customer in business"),
            ("target", "Target customer"),
            ("potential", "Potential customer"),
            ("peer", "Peer in the trade"),
        ],
        string="Who Is Visited",
        required=True,
        default="customer",
    )
    channel_id = fields.Many2one(
        comodel_name="governance.visit.channel",
        required=True,
        ondelete="restrict",
        default=lambda self: self.env["governance.visit.channel"].search([], limit=1),
    )
    channel_kind = fields.Selection(related="channel_id.kind")
    direction = fields.Selection(
        selection=DIRECTIONS, required=True, default="outgoing"
    )
    kind = fields.Selection(
        selection=[("planned", "Planned ahead"), ("ad_hoc", "Entered afterwards")],
        string="How It Came",
        required=True,
        readonly=True,
        default="planned",
        copy=False,
        help="Whether the visit stood here before it began.",
    )
    participant_ids = fields.Many2many(
        comodel_name="res.users",
        relation="governance_visit_user_rel",
        column1="visit_id",
        column2="user_id",
        string="Our Participants",
        ondelete="restrict",
        # As text it guides the choice only; as a list, it would also decide who took
        # part, and every new user would be looked for among the visits.
        domain="[('share', '=', False)]",
        help="All of us who take part. It counts for each of them.",
    )
    is_joint = fields.Boolean(
        string="Joint Visit", compute="_compute_is_joint", store=True
    )
    purpose_ids = fields.Many2many(
        comodel_name="governance.visit.purpose",
        relation="governance_visit_purpose_rel",
        string="Purposes",
        ondelete="restrict",
    )
    objective = fields.Text(help="What the visit is to reach.")
    date_start = fields.Datetime(
        string="Begin",
        required=True,
        index=True,
        default=lambda self: self.env["calendar.event"]._default_start(),
    )
    date_stop = fields.Datetime(
        string="End",
        required=True,
        default=lambda self: self.env["calendar.event"]._default_stop(),
    )
    date = fields.Date(
        string="Day",
        compute="_compute_date",
        store=True,
        precompute=True,
        help="The day of the visit where the company is.",
    )
    event_id = fields.Many2one(
        comodel_name="calendar.event",
        string="Meeting",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    is_in_calendar = fields.Boolean(compute="_compute_is_in_calendar")
    state = fields.Selection(
        selection=[
            ("planned", "Planned"),
            ("held", "Held"),
            ("submitted", "Report Submitted"),
            ("accepted", "Report Accepted"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        default="planned",
        index=True,
        tracking=True,
        copy=False,
    )
    slot_ids = fields.One2many(
        comodel_name="governance.visit.slot",
        inverse_name="visit_id",
        string="Counts for",
        readonly=True,
    )

    # ------------------------------------------------------------------
    # PREPARATION (B-51)
    # ------------------------------------------------------------------

    meeting_ids = fields.Many2many(
        comodel_name="res.partner",
        relation="governance_visit_meeting_rel",
        column1="visit_id",
        column2="partner_id",
        string="Whom to Meet",
        domain="[('commercial_partner_id', '=', partner_id), ('id', '!=', partner_id)]",
    )
    invites_contacts = fields.Boolean(
        string="Invite Them",
        copy=False,
        help="They get an invitation by e-mail, and one again when the time changes.",
    )
    is_announced = fields.Boolean(
        string="Announced",
        copy=False,
        help="The customer has been contacted beforehand and expects us.",
    )
    items = fields.Text(
        string="Items to Take Along",
        help="Samples and papers. Gifts and money are asked for below.",
    )
    cost_ids = fields.One2many(
        comodel_name="governance.visit.plan.cost",
        inverse_name="visit_id",
        string="Items and Expenses",
    )
    is_prepared = fields.Boolean(
        string="Items and Money Are Ready",
        copy=False,
        help="What was applied for has been granted and is at hand.",
    )

    # ------------------------------------------------------------------
    # REPORT (P-15)
    # ------------------------------------------------------------------

    contact_ids = fields.Many2many(
        comodel_name="res.partner",
        relation="governance_visit_contact_rel",
        column1="visit_id",
        column2="partner_id",
        string="Contacts Met",
        copy=False,
        ondelete="restrict",
        domain="[('commercial_partner_id', '=', partner_id), ('id', '!=', partner_id)]",
    )
    contact_level = fields.Selection(
        selection=CONTACT_LEVELS,
        string="Highest Level",
        help="Of the contacts who were met; before that, of those whom to meet.",
        compute="_compute_contact_level",
        store=True,
        precompute=True,
    )
    result = fields.Text(copy=False, help="What was talked about and what came of it.")
    needs = fields.Text(
        string="Needs and Opinions",
        copy=False,
        help="What the customer needs, plans and thinks of us.",
    )
    competitors = fields.Text(
        copy=False, help="What is known of competitors at the customer."
    )
    decision_makers = fields.Text(
        string="Changes of Decision Makers",
        copy=False,
        help="Who decides at the customer by now. Keep the contacts up to date too.",
    )
    questions = fields.Text(
        compute="_compute_questions", help="What the policy wants to know."
    )
    promise_ids = fields.One2many(
        comodel_name="governance.visit.promise",
        inverse_name="visit_id",
        string="Promises",
    )

    _customer_idx = models.Index("(partner_id, date)")
    _day_idx = models.Index("(user_id, date)")
    # Which visits are of a month, whoever takes part in them.
    _month_idx = models.Index("(date, id)")
    _joint_idx = models.Index("(company_id, date) WHERE is_joint")
    _report_due_idx = models.Index(
        "(company_id, report_deadline) "
        "WHERE state IN ('planned', 'held') AND date_first_submitted IS NULL"
    )
    _dates_check = models.Constraint(
        "CHECK (date_stop > date_start)", "A visit ends after it has begun."
    )
    _length_check = models.Constraint(
        "CHECK (date_stop <= date_start + interval '31 days')",
        "A visit does not last for months. Enter one for each stay.",
    )
    _whom_check = models.Constraint(
        "CHECK (partner_id IS NOT NULL OR lead_id IS NOT NULL)",
        "Say whom is visited: a customer, a lead or an opportunity.",
    )

    @api.depends("name", "partner_id.display_name", "lead_id.display_name")
    @api.depends_context("uid")
    def _compute_display_name(self):
        return super()._compute_display_name()

    def _get_label(self):
        whom = self.partner_id or self.lead_id
        if not self.id:
            return self.env._("New visit")
        # Whom it is for comes first: the calendar cuts long names off.
        return f"{whom.display_name or ''} {self.name}".strip()

    @api.depends("participant_ids")
    def _compute_is_joint(self):
        for visit in self:
            visit.is_joint = len(visit.participant_ids) > 1

    @api.depends("date_start", "company_id")
    def _compute_date(self):
        for visit in self:
            start = visit.date_start
            # What is typed into a form need not be a day that a clock can show.
            is_near = start and visit._is_near(start)
            visit.date = is_near and visit._get_local_date(start)

    @api.depends("event_id.active")
    def _compute_is_in_calendar(self):
        for visit in self:
            visit.is_in_calendar = visit.sudo().event_id.active

    @api.depends(
        "state",
        "contact_ids.governance_contact_level",
        "meeting_ids.governance_contact_level",
    )
    def _compute_contact_level(self):
        # What somebody becomes later changes no report that was submitted.
        for visit in self.filtered(lambda visit: not (visit.id and visit._is_closed())):
            level = visit._get_highest_level(visit.contact_ids)
            if not level and visit.state == "planned":
                level = visit._get_highest_level(visit.meeting_ids)
            visit.contact_level = level

    @api.depends("slot_ids.cadence_id")
    @api.depends_context("lang")
    def _compute_questions(self):
        for visit in self:
            cadences = visit.sudo().slot_ids.cadence_id
            texts = dict.fromkeys(filter(None, cadences.mapped("questions")))
            visit.questions = "\n".join(texts) or False

    # ------------------------------------------------------------------
    # TOOLS
    # ------------------------------------------------------------------

    @api.model
    def _get_length(self, channel):
        """Return how long a visit over a channel takes."""
        return timedelta(minutes=channel.duration or 60)

    @api.model
    def _is_near(self, moment):
        """Return whether a visit may be at a moment, or was it."""
        return EARLIEST <= moment <= fields.Datetime.now() + LATEST

    def _get_local_date(self, moment):
        """Return which day it is where the company is at a moment of naive UTC."""
        zone = self.company_id.sudo()._get_governance_timezone()
        local = fields.Datetime.context_timestamp(self.with_context(tz=zone), moment)
        return local.date()

    @api.model
    def _get_highest_level(self, contacts):
        levels = contacts.sudo().mapped("governance_contact_level")
        return max(filter(None, levels), default=False)

    def _get_leaders_of(self, user):
        """Return who leads a person in the company of this visit, never the person."""
        leaders = self.env["governance.approver.mixin"]._get_leaders(
            user, self.company_id
        )
        return leaders - user

    @api.model
    def _mail_get_partner_fields(self, introspect_fields=False):
        """Propose no customer as recipient of what is written inside."""
        return []
