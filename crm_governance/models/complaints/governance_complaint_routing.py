# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_list

from .governance_complaint import OPEN
from .governance_complaint_rights import TAKEABLE
from .governance_complaint_todo import HANDLE


class GovernanceComplaint(models.Model):
    """Who handles, who supervises: rules propose, people decide (D-09, D-14, D-23)."""

    _inherit = "governance.complaint"

    def _is_in_unit(self, user):
        self.ensure_one()
        unit = self.sudo().unit_id
        return user in unit.member_ids | unit.leader_id

    # ------------------------------------------------------------------
    # RULES
    # ------------------------------------------------------------------

    def _propose_units(self):
        """Note the units of the routing rules where nobody has chosen any."""
        result = super()._propose_units()
        route = self.env["governance.complaint.route"]._get_route(self)
        unit = self.sudo().unit_id or route.unit_id or self._get_own_unit()
        supervising = self.sudo().supervising_unit_id or route.supervising_unit_id
        self._as_system().write(
            {"unit_id": unit.id, "supervising_unit_id": supervising.id}
        )
        handler = self.sudo().user_id
        if handler:
            self._check_handler_right(handler)
        if handler and unit:
            self._check_handler(handler, unit)
        return result

    def _get_own_unit(self):
        """Return the unit of who registers it, if that is just one that handles."""
        units = self.env["governance.complaint.unit"].sudo()
        mine = units.search(
            units._get_mine_domain()
            & Domain("is_handling", "=", True)
            & Domain("company_id", "=", self.company_id.id)
        )
        return mine if len(mine) == 1 else units

    def _assign_by_rules(self):
        """Record what the rules have said, where nobody has to assign."""
        self.ensure_one()
        if not self.sudo().unit_id:
            raise UserError(
                self.env._(
                    "No unit handles “%(complaint)s”: no routing rule fits. Assign it "
                    "to a unit first.",
                    complaint=self.display_name,
                )
            )
        self._log_assigned(None)
        self._tell_unit()

    def _complaint_registered(self):
        result = super()._complaint_registered()
        if not self.sudo().unit_id:
            self._tell(
                self._get_people_to_tell("manager"),
                lambda env: (
                    env._("No unit handles a complaint"),
                    env._(
                        "No routing rule fits complaint %(number)s. Assign it to a "
                        "unit.",
                        number=self.sudo().name,
                    ),
                ),
            )
        return result

    def _get_people_manager(self):
        return self.env.ref("crm_governance.group_complaint_manager").all_user_ids

    # ------------------------------------------------------------------
    # ASSIGNMENT
    # ------------------------------------------------------------------

    def assign(self, unit, user=None, supervising_unit=None, note=None):
        """Determine who handles complaints, and order it to investigate (D-23).

        :param int unit: id of the handling unit
        :param int user: id of the handler, a member of the unit; None: whoever takes it
        :param int supervising_unit: id of the supervising unit; None: as it is
        :raises UserError: saying who cannot handle it, and why
        """
        self._check_leader()
        units = self.env["governance.complaint.unit"]
        unit = units.browse(unit).exists()
        supervising = units.browse(supervising_unit or []).exists()
        user = self.env["res.users"].browse(user or []).exists()
        for complaint in self:
            complaint._lock(*OPEN)
            complaint._check_assigner()
            complaint._check_no_open_approval_of_unit(unit)
            complaint._check_units(unit, supervising)
            complaint._check_handler(user, unit)
            complaint._assign(unit, user, supervising, note)
        return True

    def _check_assigner(self):
        """Let the supervising unit say who handles it (D-23).

        :raises UserError: for the supervisor of the handling unit
        """
        self.ensure_one()
        if not self._is_assigned_by_user():
            raise UserError(
                self.env._(
                    "“%(unit)s” determines who handles “%(complaint)s”.",
                    unit=self.sudo().supervising_unit_id.name,
                    complaint=self.display_name,
                )
            )

    def _is_assigned_by_user(self):
        """Return whether the user may say now who handles it, if he or she leads it.

        Once it is assigned, its unit hands it on by itself.
        """
        self.ensure_one()
        return self.state != "accepted" or self._is_supervised_by_user()

    def _is_supervised_by_user(self):
        """Return whether the user, who leads it, does so for the supervising unit.

        Where there is none, for the handling unit.
        """
        self.ensure_one()
        supervising = self.sudo().supervising_unit_id
        return (
            not supervising
            or self._is_complaint_manager()
            or self.env.user in supervising._get_people()
        )

    def _check_no_open_approval_of_unit(self, unit):
        """Refuse another unit while the supervisor of the present one decides."""
        if self.sudo().unit_id and self.sudo().unit_id != unit:
            self._check_no_open_approval()

    def _check_units(self, unit, supervising):
        self.ensure_one()
        for chosen, label in ((unit, "is_handling"), (supervising, "is_supervising")):
            fits = (
                chosen.sudo().active
                and chosen.sudo()[label]
                and chosen.sudo().company_id == self.company_id
            )
            if chosen and not fits or chosen == unit and not unit:
                raise UserError(
                    self.env._(
                        "Choose a unit of %(company)s that handles complaints, and one "
                        "that supervises.",
                        company=self.company_id.sudo().name,
                    )
                )

    def _check_handler(self, user, unit):
        """Refuse handlers from elsewhere, with an interest, or below the level."""
        self.ensure_one()
        if not user:
            return
        if user not in unit._get_people():
            raise UserError(
                self.env._(
                    "%(user)s does not work in “%(unit)s”. Choose one of its members.",
                    user=user.sudo().name,
                    unit=unit.sudo().name,
                )
            )
        self._check_handler_right(user)
        self._check_independent(user)

    def _check_handler_right(self, user):
        if not user.has_group("crm_governance.group_complaint"):
            raise UserError(
                self.env._(
                    "%(user)s has no right to handle complaints. Choose somebody else, "
                    "or ask the administrator.",
                    user=user.sudo().name,
                )
            )

    def _assign(self, unit, user, supervising, note):
        former = self.sudo().user_id
        values = {"unit_id": unit.id, "user_id": user.id}
        if supervising:
            values["supervising_unit_id"] = supervising.id
        self._as_system().write(values)
        self._check_handler_reads(user)
        self._log_assigned(note, former=former.id or None)
        if user and user != former:
            self._tell_handler(user)
        elif not user:
            self._tell_unit()
        if self.state == "accepted":
            self._advance()

    def _check_handler_reads(self, user):
        """Refuse a handler to whom the customer is not open."""
        if user and not self._filter_readers(user):
            raise UserError(
                self.env._(
                    "The customer is confidential, and %(user)s may not read about it. "
                    "Choose somebody else, or ask for access first.",
                    user=user.sudo().name,
                )
            )

    def _log_assigned(self, note, **details):
        complaint = self.sudo()
        self._log_event(
            "assigned",
            note=note,
            unit=complaint.unit_id.name,
            supervising_unit=complaint.supervising_unit_id.name or None,
            user=complaint.user_id.name or None,
            handler=complaint.user_id.id or None,
            **details,
        )

    def _has_been_handled_by(self, user):
        """Return whether somebody handles it, or did so before handing it over."""
        self.ensure_one()
        complaint = self.sudo()
        if complaint.user_id == user:
            return True
        for event in complaint.event_ids:
            details = event.details or {}
            if event.kind == "taken" and event.user_id == user:
                return True
            if event.kind == "assigned" and user.id in (
                details.get("handler"),
                details.get("former"),
            ):
                return True
        return False

    def _tell_handler(self, user):
        self._remind(HANDLE, user, lambda env: env._("Handle the complaint"))

    def _tell_unit(self):
        """Tell the unit that there is something to take."""
        if self.sudo().user_id:
            return
        number = self.sudo().name
        self._tell(
            self._get_people_to_tell("unit"),
            lambda env: (
                env._("A complaint for your unit"),
                env._(
                    "Complaint %(number)s waits for somebody of your unit to take it.",
                    number=number,
                ),
            ),
        )

    def _start_accepted(self):
        """Ask the supervising unit who handles it (D-23)."""
        number = self.sudo().name
        people = self._get_people_to_tell("supervising")
        self._tell(
            people or self._get_people_to_tell("manager"),
            lambda env: (
                env._("A complaint to assign"),
                env._(
                    "Complaint %(number)s is accepted. Determine who handles it.",
                    number=number,
                ),
            ),
        )

    # ------------------------------------------------------------------
    # TAKING
    # ------------------------------------------------------------------

    def action_take(self):
        """Become the handler of complaints of one's unit that nobody handles yet.

        :raises UserError: when somebody was faster, or one has an interest in it
        """
        self.check_access("write")
        for complaint in self:
            complaint._lock(*TAKEABLE)
            complaint._check_untaken()
            unit = complaint.sudo().unit_id
            complaint._check_handler(self.env.user, unit)
            complaint._as_system().write({"user_id": self.env.uid})
            complaint._log_event("taken")
        return True

    def _check_untaken(self):
        self.ensure_one()
        handler = self.sudo().user_id
        if handler:
            raise UserError(
                self.env._(
                    "%(handler)s handles “%(complaint)s” already.",
                    handler=format_list(self.env, handler.mapped("name")),
                    complaint=self.display_name,
                )
            )
