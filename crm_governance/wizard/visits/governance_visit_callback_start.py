# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date, mute_logger, plaintext2html

from ...models.visits.governance_visit_callback_match import MANUAL

# An event is entered within so many days, and a callback is arranged for as long ahead.
LATEST = timedelta(days=31)
LONGEST = timedelta(days=366)


class GovernanceVisitCallbackStart(models.TransientModel):
    """The dialog in which callbacks of a customer are started by hand.

    Those of the policy, on request or after an event that nobody has entered, or one
    more (B-67, B-70, B-73).
    """

    _name = "governance.visit.callback.start"
    _description = "Start Callbacks"

    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        readonly=True,
        default=lambda self: self.env.company,
    )
    kind = fields.Selection(
        selection=[
            ("policy", "Callbacks of the policy"),
            ("more", "One more callback"),
        ],
        string="What",
        required=True,
        default="policy",
    )
    date = fields.Date(
        string="Day of the Event",
        default=lambda self: self.env.company._get_governance_today(),
        help="The deadlines of the policy are counted from this day. Callbacks are "
        "made from today on: calls of the past do not count for them.",
    )
    line_ids = fields.Many2many(
        comodel_name="governance.visit.callback",
        string="Callbacks",
        domain="[('id', 'in', choice_ids)]",
    )
    choice_ids = fields.Many2many(
        comodel_name="governance.visit.callback",
        string="Possible Callbacks",
        compute="_compute_choice_ids",
    )
    has_request = fields.Boolean(
        string="Some on Request", compute="_compute_has_request"
    )
    date_due = fields.Date(
        string="Until", help="The deadline of what has none by the policy."
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Who Calls Back",
        default=lambda self: self.env.user,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="You, somebody whom you lead, or who looks after the customer. What you "
        "arrange for yourself or a colleague is case by case: it is no goal unless "
        "who leads that person arranges it.",
    )
    channel_id = fields.Many2one(comodel_name="governance.visit.channel")
    objective = fields.Char(help="Stands in the to-do of who calls back.")

    @api.depends("partner_id", "company_id")
    def _compute_choice_ids(self):
        lines = self.env["governance.visit.callback"]
        slots = self.env["governance.visit.slot"]
        for wizard in self:
            # Whether a hidden customer has bought is nobody's business.
            if not wizard.partner_id.has_access("read"):
                wizard.choice_ids = False
                continue
            customer = wizard.partner_id.commercial_partner_id
            is_buyer = bool(slots._get_buyers(wizard.company_id, customer.ids))
            found = lines._get_in_force(wizard.company_id)
            wizard.choice_ids = found._filter_for(is_buyer)

    @api.depends("line_ids.is_on_request")
    def _compute_has_request(self):
        for wizard in self:
            wizard.has_request = any(wizard.line_ids.mapped("is_on_request"))

    @api.constrains("partner_id")
    def _check_partner(self):
        # The dialog shows its name; constraints are checked for the superuser.
        self.sudo(False).partner_id.check_access("read")

    def action_start(self):
        """Start the callbacks, and show all of this customer.

        :raises AccessError: for those who do not look after the customer
        :raises UserError: when something is missing, or has begun before
        """
        self.ensure_one()
        customer = self.sudo(False).partner_id.commercial_partner_id
        self._check_may_start(customer)
        if self.kind == "policy":
            self._start_lines(customer)
        else:
            self._start_one(customer)
        return customer.action_governance_callbacks()

    def _check_may_start(self, customer):
        customer.check_access("read")
        if self.company_id not in self.env.user.company_ids:
            raise AccessError(
                self.env._(
                    "You do not work in %(company)s.", company=self.company_id.name
                )
            )
        if not customer._may_start_callbacks(self.company_id):
            raise AccessError(
                self.env._(
                    "Callbacks are arranged by who looks after the customer, by who "
                    "calls customers back, and by their leaders."
                )
            )

    def _start_lines(self, customer):
        if not self.line_ids or not self.date:
            raise UserError(
                self.env._("Choose the day of the event and at least one callback.")
            )
        if self.has_request and not self.date_due:
            raise UserError(
                self.env._("Say until when the callback on request is to be made.")
            )
        today = self.company_id._get_governance_today()
        if not today - LATEST <= self.date <= today:
            raise UserError(
                self.env._("Choose a day of the last month on which it happened.")
            )
        self._check_date_due(today)
        self._check_in_time(today)
        if self.line_ids - self.choice_ids:
            raise UserError(
                self.env._("Choose callbacks of a policy that is in force.")
            )
        added = self.env["governance.visit.slot"]._start_callbacks(
            self.company_id,
            self.date,
            [(customer.id, f"{MANUAL},{self.date}")],
            self.line_ids.sudo(),
            until=self.date_due,
            since=today,
        )
        if not added:
            raise UserError(
                self.env._(
                    "The callbacks of %(date)s have begun already.",
                    date=format_date(self.env, self.date),
                )
            )
        added.sudo().filtered(
            lambda slot: slot.callback_id.trigger != "manual"
        )._leave_goal_to_leaders()

    def _check_in_time(self, today):
        """Refuse callbacks whose time is over: nobody could make them any more.

        :raises UserError: naming them
        """
        over = self.line_ids.sudo().filtered(
            lambda line: (
                not line.is_on_request and self.date + timedelta(days=line.days) < today
            )
        )
        if over:
            raise UserError(
                self.env._(
                    "The time of these callbacks is over, leave them out: %(lines)s.",
                    lines=", ".join(over.mapped("display_name")),
                )
            )

    def _check_date_due(self, today):
        """Refuse deadlines that are over or too far ahead.

        :raises UserError: saying which days are possible
        """
        if self.date_due and self.date_due < today:
            raise UserError(
                self.env._("That day has passed. Choose today or a later one.")
            )
        if self.date_due and self.date_due > today + LONGEST:
            raise UserError(self.env._("Choose a day within a year."))

    def _start_one(self, customer):
        """Add a callback that no policy asks for (B-67, B-70)."""
        today = self.company_id._get_governance_today()
        if not self.user_id or not self.channel_id or not self.date_due:
            raise UserError(
                self.env._("Say who calls back, over which channel and until when.")
            )
        self._check_date_due(today)
        self._check_caller(customer)
        slots = self.env["governance.visit.slot"]._as_system()
        days = slots._get_callback_days(self.company_id)
        due, date, is_moved = slots._propose_callback(days, today, self.date_due)
        key = f"callback-{self.user_id.id}-{self.channel_id.id}"
        team = slots._get_first_team(self.user_id, self.company_id)
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                slot = slots.create(
                    {
                        "user_id": self.user_id.id,
                        "company_id": self.company_id.id,
                        "partner_id": customer.id,
                        "team_id": team.id,
                        "channel_id": self.channel_id.id,
                        "key": key,
                        "origin_ref": f"{MANUAL},{self.env.uid}",
                        "month": date.replace(day=1),
                        "window_start": today,
                        "window_end": fields.Date.add(max(due, date), days=1),
                        "date_due": due,
                        "date": date,
                        "is_moved": is_moved,
                    }
                )
        except IntegrityError as error:
            raise UserError(
                self.env._("This callback was arranged today already.")
            ) from error
        slot.with_env(self.env)._leave_goal_to_leaders()
        slot._match_callbacks(today)
        reminders = self.env["governance.visit.reminder"]._remind_of_callbacks(slot)
        if self.objective:
            reminders.activity_id.note = plaintext2html(self.objective)

    def _check_caller(self, customer):
        """Refuse callers who could not do it.

        :raises UserError: naming nobody and nothing that the user may not know
        """
        caller = self.user_id
        if not self._may_ask(caller, customer):
            raise UserError(
                self.env._(
                    "Choose yourself, somebody whom you lead, or who looks after the "
                    "customer or calls it back."
                )
            )
        staff = self.company_id._filter_staff(caller.sudo())
        if not staff or not customer.with_user(caller)._filter_by_clearance("read"):
            raise UserError(
                self.env._(
                    "Choose somebody who works in this company and may read what is "
                    "known about the customer."
                )
            )

    def _may_ask(self, caller, customer):
        """Return whether the user may ask somebody to call back (B-67, B-73)."""
        user = self.env.user
        if caller == user or user.has_group("crm_governance.group_manager"):
            return True
        if caller in customer._get_callback_people(self.company_id):
            return True
        slots = self.env["governance.visit.slot"]
        return slots._is_caller_led(caller, self.company_id)
