# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from .governance_complaint import OPEN

# Who may report upwards: all who read complaints for their work (D-16, D-19).
REPORTERS = ("crm_governance.group_user", "crm_governance.group_complaint")
# Who hears of it: the superior, the liaison leader, Market Operations (complaint
# managers), who supervises, the committee and the management (D-16, D-19, D-39).
TOP = (
    "unit_leader",
    "liaison_leader",
    "manager",
    "supervising",
    "committee",
    "executive",
)


class GovernanceComplaint(models.Model):
    """What goes to the top at once, and what the committee says to it (D-35, D-39)."""

    _inherit = "governance.complaint"

    is_disagreed = fields.Boolean(
        string="Serious Disagreement",
        compute="_compute_is_disagreed",
        help="The committee has not reacted to a serious disagreement yet (D-35).",
    )

    @api.depends("event_ids")
    def _compute_is_disagreed(self):
        for complaint in self:
            complaint.is_disagreed = complaint._is_disagreed()

    def _is_disagreed(self):
        """Return whether the committee owes a reaction, as the events say."""
        return bool(self._get_disagreement())

    def _complaint_registered(self):
        result = super()._complaint_registered()
        if self.is_important or self.severity_id.is_important:
            self._report_to_top(None)
        return result

    # ------------------------------------------------------------------
    # IMPORTANT
    # ------------------------------------------------------------------

    def report_to_top(self, reason):
        """Tell liaison leader, committee and executives at once (D-16, D-19, D-39).

        :param str reason: what makes it important
        :raises UserError: for complaints that are important already
        """
        self._check_reporter()
        self._check_said(reason)
        for complaint in self:
            complaint._lock(*OPEN)
            if complaint.is_important:
                raise UserError(
                    self.env._(
                        "“%(complaint)s” has been reported to the top already.",
                        complaint=complaint.display_name,
                    )
                )
            complaint._report_to_top(reason)
        return True

    def _check_reporter(self):
        """Let all who read complaints for their work report upwards."""
        self.check_access("read")
        if not any(self.env.user.has_group(group) for group in REPORTERS):
            raise UserError(
                self.env._(
                    "This is reported by who looks after customers or complaints."
                )
            )

    def _report_to_top(self, reason):
        """Make it important and tell people; whoever calls has checked the right."""
        self.ensure_one()
        self._as_system().write({"is_important": True})
        self._log_event("important", note=reason)
        self._tell_important(reason)

    def _tell_important(self, reason=None, kinds=TOP):
        self._tell_top(
            lambda env: (
                env._("Important complaint"),
                env._(
                    "Complaint %(number)s is important: %(subject)s.",
                    number=self.sudo().name,
                    subject=reason or self.sudo().title,
                ),
            ),
            kinds,
        )

    def _follow_customer(self):
        """Tell the liaison leader what was important before the customer was known."""
        result = super()._follow_customer()
        for complaint in self:
            kinds = set(complaint.sudo().event_ids.mapped("kind"))
            if kinds & {"important", "disagreement"}:
                complaint._tell_important(kinds=("liaison_leader",))
        return result

    def _tell_top(self, write, kinds=TOP):
        people = self.env["res.users"]
        for kind in kinds:
            people |= self._get_people_to_tell(kind)
        self._tell(people, write)

    # ------------------------------------------------------------------
    # SERIOUS DISAGREEMENT
    # ------------------------------------------------------------------

    def note_disagreement(self, reason):
        """Report a serious disagreement; the committee has to react (D-35).

        :param str reason: what customer and company do not agree about
        :raises UserError: while the committee owes a reaction already
        """
        self._check_reporter()
        self._check_said(reason)
        for complaint in self:
            complaint._lock(*OPEN)
            if complaint._is_disagreed():
                raise UserError(
                    self.env._(
                        "The committee has not reacted to the last disagreement yet."
                    )
                )
            # What the committee has to decide, it has to be able to read.
            complaint._as_system().write({"is_important": True})
            complaint._log_event("disagreement", note=reason)
            number = complaint.sudo().name
            complaint._tell_top(
                lambda env, number=number: (
                    env._("Serious disagreement with a customer"),
                    env._(
                        "Complaint %(number)s: %(reason)s. The committee has to react.",
                        number=number,
                        reason=reason,
                    ),
                )
            )
        return True

    def react(self, text):
        """Answer a serious disagreement for the committee (D-35).

        :param str text: what the committee has decided
        :raises AccessError: for others than its members
        :raises UserError: when there is nothing to react to
        """
        self.check_access("read")
        self._check_group(
            "crm_governance.group_committee",
            self.env._("Only members of the committee react for it."),
        )
        self._check_said(text)
        for complaint in self:
            complaint._lock(*OPEN)
            complaint._check_independent(self.env.user)
            complaint._check_not_reporter()
            if not complaint._is_disagreed():
                raise UserError(
                    self.env._("There is no disagreement that waits for a reaction.")
                )
            complaint._log_event("reaction", note=text)
            complaint._tell_reaction()
        return True

    def _get_disagreement(self):
        """Return the event of the disagreement that waits for a reaction, if any."""
        self.ensure_one()
        events = self.sudo().event_ids.filtered(
            lambda event: event.kind in ("disagreement", "reaction")
        )
        latest = events.sorted(lambda event: (event.date, event.id))[-1:]
        return latest.filtered(lambda event: event.kind == "disagreement")

    def _check_not_reporter(self):
        """Refuse that who reports a disagreement reacts for the committee.

        :raises UserError: for who reported it
        """
        if self._get_disagreement().user_id == self.env.user:
            raise UserError(
                self.env._(
                    "You reported the disagreement yourself: another member of the "
                    "committee reacts."
                )
            )

    def _may_react(self):
        """Return whether the user may react for the committee now."""
        self.ensure_one()
        event = self._get_disagreement()
        return (
            bool(event)
            and event.user_id != self.env.user
            and self.env.user.has_group("crm_governance.group_committee")
            and self.env.user not in self._get_interested_users()
        )

    def _tell_reaction(self):
        people = self.env["res.users"]
        for kind in ("handler", "specialist", "owner", "unit_leader"):
            people |= self._get_people_to_tell(kind)
        number = self.sudo().name
        self._tell(
            people,
            lambda env: (
                env._("The committee has reacted"),
                env._(
                    "The committee has reacted to the disagreement about complaint "
                    "%(number)s.",
                    number=number,
                ),
            ),
        )

    # ------------------------------------------------------------------
    # KIND AND SEVERITY
    # ------------------------------------------------------------------

    def reclassify(self, values, reason):
        """Correct type, severity or channel; clocks keep their start and pauses.

        :param dict values: new ids of type_id, severity_id, channel_id
        :param str reason: why it was wrong
        :raises UserError: when nothing changes
        """
        self._check_worker()
        self._check_said(reason)
        for complaint in self:
            complaint._lock(*OPEN)
            complaint._reclassify(values, reason)
        return True

    def _reclassify(self, values, reason):
        self.ensure_one()
        former = {name: self[name].id for name in self._get_class_fields()}
        wanted = {name: values.get(name) or old for name, old in former.items()}
        if wanted == former:
            raise UserError(
                self.env._("Nothing would change: choose another type or severity.")
            )
        self._check_reclassifier()
        self._check_still_complaint(wanted["type_id"])
        complaint = self._as_system()
        complaint.write(wanted)
        complaint.write(self._prepare_rules())
        self._log_event("reclassified", note=reason, former=former, new=wanted)
        if self.severity_id.is_important and not self.is_important:
            self._report_to_top(reason)

    def _check_reclassifier(self):
        """Let no handler take a deadline away that is over.

        :raises UserError: saying who reclassifies it now
        """
        now = fields.Datetime.now()
        overdue = self.sudo().clock_ids.filtered(
            lambda one: (
                one.state in ("running", "paused")
                and (one.breached_on or one.deadline and one.deadline <= now)
            )
        )
        if not overdue or not self._has_been_handled_by(self.env.user):
            return
        raise UserError(
            self.env._(
                "A deadline of “%(complaint)s” is over. Somebody else than who handles "
                "it says now what kind of complaint it is, and how severe.",
                complaint=self.display_name,
            )
        )

    def _check_still_complaint(self, type_id):
        """Let who supervises say that a complaint is none, which spares its acceptance.

        :raises UserError: for others who work on it
        """
        wanted = self.env["governance.complaint.type"].browse(type_id)
        if self.type_id.kind == "complaint" != wanted.kind:
            self._check_leader()

    def _get_class_fields(self):
        return ("type_id", "severity_id", "channel_id")
