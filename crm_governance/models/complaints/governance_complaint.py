# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .governance_complaint_procedure import STEPS

# Complaints that somebody still has to do something about.
OPEN = (
    "registered",
    "acceptance",
    "accepted",
    "assigned",
    "reported",
    "opinion",
    "to_reply",
    "answered",
)
# What whoever registers a complaint types in.
INTAKE = {
    "title",
    "company_id",
    "partner_id",
    "contact_id",
    "complainant_name",
    "complainant_email",
    "complainant_phone",
    "complainant_kind_id",
    "type_id",
    "matter_id",
    "channel_id",
    "severity_id",
    "is_important",
    "is_complex",
    "demand",
    "description",
    "date_received",
    "order_id",
    "product_id",
    "unit_id",
    "user_id",
}
# Complaints that are over.
ENDED = ("closed", "withdrawn", "duplicate")


class GovernanceComplaint(models.Model):
    """What a customer complains about, asks for or suggests, until it is settled.

    The state says which step comes next.  What happened stands in the events; clocks
    are a function of these (D-01 … D-10, P-11).
    """

    _name = "governance.complaint"
    _description = "Customer Complaint"
    _inherit = [
        "governance.numbered.mixin",
        "governance.classified.stored.mixin",
        "governance.labelled.mixin",
        "rating.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _is_governance_link_guarded = True
    _has_drafts = True
    _order = "date_received desc, id desc"
    _rec_names_search = ["name", "title", "partner_id"]
    _check_company_auto = True

    title = fields.Char(
        string="Subject", required=True, help="What it is about, in a few words."
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.company,
    )
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("registered", "To Check"),
            ("acceptance", "Waiting for Acceptance"),
            ("accepted", "To Assign"),
            ("assigned", "In Investigation"),
            ("reported", "Report in Review"),
            ("opinion", "Handling Opinion"),
            ("to_reply", "To Answer"),
            ("answered", "Answered"),
            ("closed", "Closed"),
            ("withdrawn", "Withdrawn"),
            ("duplicate", "Same as Another"),
        ],
        required=True,
        readonly=True,
        default="draft",
        index=True,
        copy=False,
        tracking=True,
        group_expand="_expand_states",
    )

    # ------------------------------------------------------------------
    # WHO COMPLAINS
    # ------------------------------------------------------------------

    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
        help="The customer as a whole. Empty as long as nobody knows who wrote.",
    )
    contact_id = fields.Many2one(
        comodel_name="res.partner",
        string="Complainant",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="The person who complains. Follows the complaint in the portal.",
    )
    complainant_name = fields.Char(help="Who complains, if it is no contact of ours.")
    complainant_email = fields.Char(string="E-mail")
    complainant_phone = fields.Char(string="Telephone")
    complainant_kind_id = fields.Many2one(
        comodel_name="governance.complaint.complainant.kind",
        string="Kind of Complainant",
        ondelete="restrict",
    )
    tier_id = fields.Many2one(
        comodel_name="governance.tier",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The tier of the customer when the complaint was registered.",
    )

    # ------------------------------------------------------------------
    # WHAT ABOUT
    # ------------------------------------------------------------------

    type_id = fields.Many2one(
        comodel_name="governance.complaint.type",
        ondelete="restrict",
        index=True,
        tracking=True,
    )
    type_kind = fields.Selection(related="type_id.kind", string="Nature")
    matter_id = fields.Many2one(
        comodel_name="governance.complaint.matter", ondelete="restrict"
    )
    channel_id = fields.Many2one(
        comodel_name="governance.complaint.channel", ondelete="restrict"
    )
    severity_id = fields.Many2one(
        comodel_name="governance.complaint.severity",
        ondelete="restrict",
        tracking=True,
    )
    is_important = fields.Boolean(
        string="Important",
        tracking=True,
        help="The liaison leader, the committee and the executives hear of it at once.",
    )
    is_complex = fields.Boolean(
        string="Complex", help="Several units have to work on it (D-09)."
    )
    demand = fields.Text(
        string="Customer's Demand", help="What the customer wants us to do (P-11)."
    )
    description = fields.Html(
        string="What Happened", help="In the words of the customer."
    )
    date_received = fields.Datetime(
        string="Received at",
        required=True,
        default=fields.Datetime.now,
        index=True,
        copy=False,
        help="When the customer complained. The clocks begin here, even if it is "
        "entered later.",
    )
    order_id = fields.Many2one(
        comodel_name="sale.order",
        string="Sales Order",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('partner_id', 'child_of', partner_id)]",
    )
    product_id = fields.Many2one(
        comodel_name="product.product",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )

    # ------------------------------------------------------------------
    # WHO HANDLES IT
    # ------------------------------------------------------------------

    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Handler",
        index=True,
        ondelete="restrict",
        copy=False,
        tracking=True,
        domain="[('share', '=', False)]",
        help="Who handles it and stays in contact with the customer (D-09).",
    )
    unit_id = fields.Many2one(
        comodel_name="governance.complaint.unit",
        string="Handling Unit",
        index=True,
        ondelete="restrict",
        copy=False,
        check_company=True,
        tracking=True,
        domain="[('is_handling', '=', True)]",
        help="The unit that leads. Nothing is closed without one (D-42).",
    )
    supervising_unit_id = fields.Many2one(
        comodel_name="governance.complaint.unit",
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
        check_company=True,
        domain="[('is_supervising', '=', True)]",
    )
    registered_by_id = fields.Many2one(
        comodel_name="res.users",
        string="Registered by",
        readonly=True,
        copy=False,
        ondelete="restrict",
        default=lambda self: self.env.user,
    )
    procedure_id = fields.Many2one(
        comodel_name="governance.complaint.procedure",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The procedure in force when it was registered.",
    )
    policy_id = fields.Many2one(
        comodel_name="governance.complaint.policy",
        string="Complaint Policy",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The targets and the escalation that hold for it.",
    )

    # ------------------------------------------------------------------
    # WHAT CAME OF IT
    # ------------------------------------------------------------------

    validity = fields.Selection(
        selection=[
            ("valid", "Valid"),
            ("customer", "The customer is the cause"),
            ("invalid", "Not valid"),
        ],
        string="Reason of the Complaint",
        copy=False,
        tracking=True,
        help="Whether what the customer complains about holds (D-21, D-22).",
    )
    validity_reason = fields.Text(string="Why", copy=False)
    is_accepted = fields.Boolean(string="Complaint Accepted", readonly=True, copy=False)
    cause_id = fields.Many2one(
        comodel_name="governance.complaint.cause",
        string="Root Cause",
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
        tracking=True,
    )
    prevention = fields.Text(
        copy=False,
        help="How it is kept from happening again (D-04, D-05).",
    )
    date_registered = fields.Datetime(string="Registered on", readonly=True, copy=False)
    date_answered = fields.Datetime(
        string="First Answered with a Solution", readonly=True, copy=False
    )
    date_closed = fields.Datetime(string="Closed on", readonly=True, copy=False)
    reopen_count = fields.Integer(string="Times Reopened", readonly=True, copy=False)
    waiting_since = fields.Datetime(
        string="Waiting for the Customer since", readonly=True, copy=False
    )
    event_ids = fields.One2many(
        comodel_name="governance.complaint.event",
        inverse_name="complaint_id",
        string="Timeline",
        readonly=True,
        copy=False,
    )

    _open_idx = models.Index(
        "(company_id, state, id) WHERE state NOT IN ('closed', 'withdrawn', "
        "'duplicate')"
    )
    _customer_idx = models.Index("(partner_id, date_received DESC)")

    @api.model
    def _expand_states(self, states, domain):
        """Show the steps of open complaints as columns, and others that have some."""
        names = [name for name, _label in self._fields["state"].selection]
        return [name for name in names if name in OPEN or name in states]

    def _get_user_fields(self):
        return super()._get_user_fields() | INTAKE

    @api.depends("name", "title")
    @api.depends_context("uid")
    def _compute_display_name(self):
        return super()._compute_display_name()

    def _get_label(self):
        if not self.name or self.name == "/":
            return self.title or self.env._("New Complaint")
        return f"{self.name} {self.title or ''}".strip()

    # ------------------------------------------------------------------
    # EVENTS AND STEPS
    # ------------------------------------------------------------------

    def _log_event(self, kind, date=None, note=None, **details):
        """Write down what happened; whoever calls has checked the right to it.

        :param str kind: one of `EVENTS`
        :param datetime date: when it happened, naive UTC; None: now
        :return: the events, one for each complaint
        """
        events = self.env["governance.complaint.event"]._seal()
        return events.create(
            [
                {
                    "complaint_id": complaint.id,
                    "kind": kind,
                    "date": date or fields.Datetime.now(),
                    "recorded_on": fields.Datetime.now(),
                    "user_id": self.env.uid,
                    "note": note,
                    "details": details or False,
                }
                for complaint in self
            ]
        )

    def _get_next_state(self):
        """Return the step that comes next in the procedure of the complaint."""
        self.ensure_one()
        steps = list(STEPS)
        procedure = self.sudo().procedure_id
        later = steps[steps.index(self.state) + 1 :]
        return next(
            state
            for state in later
            if not STEPS[state] or not procedure or procedure[STEPS[state]]
        )

    def _advance(self):
        """Go to the next step of the procedure, and start it.

        Whoever calls has checked that the present step is done, and holds the lock.
        """
        for complaint in self:
            complaint._enter(complaint._get_next_state())

    def _enter(self, state):
        """Go to a step; what begins there is in `_start_<state>`, if there is any."""
        self.ensure_one()
        self._as_system().write({"state": state})
        start = getattr(self, f"_start_{state}", None)
        if start:
            start()

    def _check_open(self):
        """Refuse a step of complaints that are over.

        :raises UserError: naming the complaint
        """
        for complaint in self:
            if complaint.state in ENDED:
                raise UserError(
                    self.env._(
                        "“%(complaint)s” is over. Open it again first.",
                        complaint=complaint.display_name,
                    )
                )

    @api.model
    def _get_open_domain(self):
        """Return the domain of the complaints that are not over."""
        return Domain("state", "in", OPEN)
