# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import pytz

from odoo import api, fields, models

from .governance_complaint_clocks import cut
from .governance_complaint_rung import NOTICES

TARGET = "crm_governance.mail_activity_type_complaint_target"
# Roles that go over to somebody else while the clock runs.
ROLES = ("handler", "unit_leader", "supervising")


class GovernanceComplaintEscalation(models.Model):
    """The to-dos of a rung: they are there as long as its clock runs."""

    _inherit = "governance.complaint.escalation"

    notice = fields.Selection(
        selection=NOTICES,
        string="Gets",
        required=True,
        readonly=True,
        default="message",
    )
    todo_ids = fields.Many2many(
        comodel_name="mail.activity",
        relation="governance_complaint_escalation_todo_rel",
        column1="escalation_id",
        column2="activity_id",
        string="To-dos Given",
        readonly=True,
        groups=fields.NO_ACCESS,
    )
    is_resting = fields.Boolean(
        string="To-dos at Rest",
        readonly=True,
        groups=fields.NO_ACCESS,
        help="The clock stands: the to-dos come back when it goes on.",
    )

    @api.model
    def _sealed_mutable_fields(self):
        return super()._sealed_mutable_fields() | {"todo_ids", "is_resting"}

    @api.model
    def _search_with_todos(self, complaints):
        """Return what was told of some complaints on rungs that give to-dos."""
        return self.sudo().search(
            [("complaint_id", "in", complaints.ids), ("notice", "=", "todo")]
        )

    def _get_clock(self, clocks):
        """Return the round of the clock that the to-dos are about, if it is there.

        :param clocks: the rounds of all clocks of the complaint that have begun
        """
        self.ensure_one()
        return next(
            (
                one
                for one in clocks
                if one.kind == self.kind and cut(one.start) == self.start
            ),
            None,
        )

    def _follow_clock(self, clock):
        """Bring the to-dos in line with a clock that has not ended."""
        if clock.state == "paused":
            if self.todo_ids:
                self._drop_todos(is_resting=True)
        elif self.is_resting:
            self._plan_todos(self._get_people_now(), cut(clock.deadline))
        else:
            self._move_todos(cut(clock.deadline))

    def _drop_todos(self, is_resting=False):
        self.todo_ids.unlink()
        changed = self.filtered(lambda one: one.is_resting != is_resting)
        changed._seal().write({"is_resting": is_resting})

    def _get_people_now(self):
        """Return whose the to-dos are: who has the role by now, else who was told."""
        self.ensure_one()
        if self.recipient in ROLES:
            people = self.complaint_id._get_people_to_tell(self.recipient)
            if people:
                return people
        return self.complaint_id.company_id._filter_staff(self.told_ids)

    def _plan_todos(self, people, deadline):
        """Give people the to-do, each in the own language, if they may read it."""
        self.ensure_one()
        complaint = self.complaint_id
        # Whoever has done it does not get it back.
        had = self.with_context(active_test=False).todo_ids.user_id
        people = complaint._filter_readers(people - had)
        followers = complaint.message_partner_ids
        # They have the message of the rung: no mail for each to-do besides.
        todos = self.env["mail.activity"].with_context(mail_activity_quick_update=True)
        todos = todos.create(
            [self._prepare_todo(user, deadline) for user in people.sudo()]
        )
        # Whoever is told of a clock does not follow the complaint from then on.
        complaint.message_unsubscribe((people.partner_id - followers).ids)
        commands = [fields.Command.link(todo.id) for todo in todos]
        self._seal().write({"todo_ids": commands, "is_resting": False})

    def _prepare_todo(self, user, deadline):
        theirs = self.with_context(lang=user.lang)
        kinds = dict(theirs._fields["kind"]._description_selection(theirs.env))
        return {
            "activity_type_id": self.env.ref(TARGET).id,
            "automated": True,
            "date_deadline": self._get_day(user, deadline),
            "res_id": self.complaint_id.id,
            "res_model_id": self.env["ir.model"]._get_id(self.complaint_id._name),
            # No name of the customer, whoever looks over the shoulder.
            "summary": f"{self.complaint_id.name}: {kinds[self.kind]}",
            "user_id": user.id,
        }

    def _get_day(self, user, deadline):
        """Return the day of a deadline where a user is."""
        if not deadline:
            return self.company_id._get_governance_today()
        zone = user.tz or self.company_id._get_governance_timezone()
        moment = pytz.utc.localize(deadline)
        return moment.astimezone(pytz.timezone(zone)).date()

    def _move_todos(self, deadline):
        """Let the to-dos end when the clock ends by now."""
        for todo in self.todo_ids:
            day = self._get_day(todo.user_id, deadline)
            if todo.date_deadline != day:
                todo.date_deadline = day

    def _hand_over_todos(self):
        """Let the to-dos of a role be those of who has it now."""
        for escalation in self.filtered(lambda one: one.recipient in ROLES):
            mine = escalation.todo_ids
            people = escalation._get_people_now()
            if not mine or mine.user_id == people:
                continue
            clock = escalation.complaint_id.clock_ids.filtered(
                lambda one, told=escalation: (
                    (one.kind, one.start) == (told.kind, told.start)
                )
            )
            mine.filtered(lambda todo, now=people: todo.user_id not in now).unlink()
            escalation._plan_todos(people, clock[:1].deadline)


class GovernanceComplaint(models.Model):
    """To-dos of clocks, for who has to keep them."""

    _inherit = "governance.complaint"

    def _hand_over_todos(self):
        """Let the to-dos of clocks go over as well."""
        result = super()._hand_over_todos()
        told = self.env["governance.complaint.escalation"]
        told._search_with_todos(self)._hand_over_todos()
        return result
