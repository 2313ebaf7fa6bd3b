# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_list

from .governance_complaint import ENDED, INTAKE, OPEN

# What may be put right or completed as long as the complaint is open: nothing of it
# decides about clocks, approvals or who reads the complaint.
WORK = {
    "title",
    "contact_id",
    "complainant_name",
    "complainant_email",
    "complainant_phone",
    "complainant_kind_id",
    "matter_id",
    "is_complex",
    "order_id",
    "product_id",
    "cause_id",
    "prevention",
}
CHECKING = {"validity", "validity_reason"}


class GovernanceComplaint(models.Model):
    """Who changes what of a complaint, and in which state."""

    _inherit = "governance.complaint"

    @api.model_create_multi
    def create(self, vals_list):
        """Create drafts, copies of others among them."""
        # What is open in the complaint that is copied says nothing about the copy.
        return super(GovernanceComplaint, self.browse()).create(vals_list)

    def _get_user_fields(self):
        """Return what people write in the states of all these complaints."""
        names = super()._get_user_fields()
        if not self:
            return names
        allowed = [complaint._get_fields_of_state() for complaint in self]
        return set.intersection(*allowed)

    def _get_fields_of_state(self):
        """Return what people write of this complaint; extend it for more fields."""
        self.ensure_one()
        if self.state == "draft":
            return set(INTAKE)
        if self.state in ENDED:
            return set()
        names = set(WORK)
        if self.state == "registered":
            names |= CHECKING
        if not self.sudo().partner_id:
            names.add("partner_id")
        return names

    def _is_closed(self):
        return self.state in ENDED

    def _check_deletable(self):
        """Let drafts be deleted, and nothing that has been registered."""
        for complaint in self:
            if complaint.state != "draft":
                complaint._refuse_change()

    # ------------------------------------------------------------------
    # ROLES
    # ------------------------------------------------------------------

    def _is_complaint_manager(self):
        return self.env.user.has_group("crm_governance.group_complaint_manager")

    def _is_led_by_user(self):
        """Return whether the user supervises the handling of this complaint."""
        self.ensure_one()
        complaint = self.sudo()
        supervising = complaint.supervising_unit_id
        return (
            self._is_complaint_manager()
            or complaint.unit_id.leader_id == self.env.user
            or self.env.user in supervising.leader_id | supervising.member_ids
        )

    def _is_worked_on_by_user(self):
        """Return whether the user works on this complaint, or supervises it."""
        self.ensure_one()
        complaint = self.sudo()
        people = complaint.user_id | complaint.unit_id.member_ids
        return self.env.user in people or self._is_led_by_user()

    def _check_worker(self):
        """Let only who handles or supervises the complaint go on, not its author.

        :raises AccessError: without the right to change the complaint
        :raises UserError: for people of other units, and with an interest in it
        """
        self.check_access("write")
        for complaint in self:
            if not complaint._is_worked_on_by_user():
                raise UserError(
                    self.env._(
                        "“%(complaint)s” is worked on by its handler, the handling "
                        "unit and who supervises it. You are none of them.",
                        complaint=complaint.display_name,
                    )
                )
        # Whoever it turns out to be about goes on with it no longer.
        self._check_independent(self.env.user)

    def _check_leader(self):
        """Let only who supervises the handling go on.

        :raises AccessError: without the right to change the complaint
        :raises UserError: for all others
        """
        self.check_access("write")
        for complaint in self:
            if not complaint._is_led_by_user():
                raise UserError(
                    self.env._(
                        "This is decided by the supervisor of the handling unit, the "
                        "supervising unit or a complaint manager."
                    )
                )

    def _check_said(self, text):
        """Refuse a step for which nobody says why.

        :raises UserError: when there is no text
        """
        if not isinstance(text, str) or not text.strip():
            raise UserError(self.env._("Say why, so that everybody can follow it."))

    def _check_no_open_approval(self):
        """Refuse a step while somebody decides about the complaint.

        :raises UserError: naming the complaints
        """
        waiting = self.filtered(lambda one: one.sudo()._get_open_approvals())
        if waiting:
            raise UserError(
                self.env._(
                    "%(complaints)s waits for a decision. Wait for it, or take the "
                    "request back first.",
                    complaints=format_list(self.env, waiting.mapped("display_name")),
                )
            )

    def _check_still_running(self):
        """Refuse steps of drafts and of complaints that are over."""
        self._check_step(OPEN)

    def _check_group(self, xmlid, message):
        """Refuse who is not in a group.

        :raises AccessError: with the message
        """
        if not self.env.user.has_group(xmlid):
            raise AccessError(message)
