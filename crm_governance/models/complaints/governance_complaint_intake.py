# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import api, fields, models
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)

# What somebody still has to look at.
WAITING = ("failed", "held")
# What can still become a complaint.
OPEN = (*WAITING, "ignored", "dropped")


class GovernanceComplaintIntake(models.Model):
    """What came from outside and is no complaint yet, with all that was sent.

    Nothing is lost: what fails, what a robot seems to have written and what comes too
    often is kept until somebody takes it in, or says that it is no complaint.
    """

    _name = "governance.complaint.intake"
    _description = "Message Not Taken In"
    _inherit = ["governance.guarded.mixin", "governance.classified.mixin"]
    _order = "create_date desc, id desc"
    _rec_name = "title"
    _check_company_auto = True

    title = fields.Char(string="Mail Subject", readonly=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.company,
    )
    unit_id = fields.Many2one(
        comodel_name="governance.complaint.unit",
        string="Sent to",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    source = fields.Selection(
        selection=[
            ("mail", "E-mail"),
            ("portal", "Customer portal"),
            ("system", "Another program"),
        ],
        string="Came by",
        required=True,
        readonly=True,
        default="mail",
    )
    state = fields.Selection(
        selection=[
            ("failed", "Failed"),
            ("held", "Held Back"),
            ("ignored", "Written by a Program"),
            ("done", "Taken In"),
            ("dropped", "No Complaint"),
        ],
        required=True,
        readonly=True,
        default="failed",
        index=True,
    )
    reason = fields.Text(
        string="Why It Was Not Taken In",
        readonly=True,
        help="What went wrong, or why it was held back.",
    )
    email = fields.Char(string="Sender", readonly=True, index="btree_not_null")
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The customer whose address the sender has.",
    )
    complaint_id = fields.Many2one(
        comodel_name="governance.complaint",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The complaint that it is about, or that it became.",
    )
    date = fields.Datetime(string="Arrived", readonly=True)
    attempts = fields.Integer(readonly=True, aggregator=None)
    original = fields.Binary(
        readonly=True,
        attachment=True,
        help="All that was sent, as it came.",
    )
    original_name = fields.Char(readonly=True)
    digest = fields.Char(readonly=True, groups=fields.NO_ACCESS)
    reference = fields.Char(
        string="External Number",
        readonly=True,
        help="The number that the other program gave it.",
    )
    closed_by_id = fields.Many2one(
        comodel_name="res.users",
        string="Decided by",
        readonly=True,
        ondelete="restrict",
    )

    _digest_uniq = models.UniqueIndex("(digest) WHERE digest IS NOT NULL")
    _reference_uniq = models.UniqueIndex(
        "(company_id, reference) WHERE reference IS NOT NULL",
        "The company has got this already.",
    )
    _waiting_idx = models.Index("(state, id) WHERE state IN ('failed', 'held')")

    # ------------------------------------------------------------------
    # WHAT PEOPLE DO WITH IT
    # ------------------------------------------------------------------

    def action_take_in(self):
        """Try again to make complaints of these messages.

        :raises UserError: when it fails again and one alone was tried
        """
        self._check_deciding()
        for intake in self:
            intake._lock(*OPEN)
            intake._try_again()
        if len(self) == 1 and (self.state == "failed" or not self.complaint_id):
            # The reason stands on the record, which stays as it is.
            return {
                "type": "ir.actions.client",
                "tag": "display_notification",
                "params": {
                    "type": "warning",
                    "message": self.env._(
                        "It could not be taken in: %(reason)s Register it with the "
                        "original attached instead.",
                        reason=self.reason,
                    ),
                },
            }
        return self.action_open_complaint() if len(self) == 1 else True

    def action_register_original(self):
        """Register complaints that say no more than that the original is attached."""
        self._check_deciding()
        for intake in self:
            intake._lock(*OPEN)
            intake._register_original()
        return self.action_open_complaint() if len(self) == 1 else True

    def action_drop(self):
        """Say that these are no complaints; they are kept all the same."""
        self._check_deciding()
        for intake in self:
            intake._lock("failed", "held", "ignored")
            intake._as_system().write(
                {"state": "dropped", "closed_by_id": self.env.uid}
            )
        return True

    def action_open_complaint(self):
        """Open the complaint that this became."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "governance.complaint",
            "res_id": self.complaint_id.id,
            "view_mode": "form",
        }

    def _check_deciding(self):
        """Refuse all but customer service and complaint managers.

        :raises AccessError: when the records are not theirs
        :raises UserError: when others could only read them
        """
        self.check_access("write")
        user = self.env.user
        if self.env.su or user.has_group("crm_governance.group_complaint_manager"):
            return
        for intake in self:
            if user not in intake.sudo().unit_id._get_people():
                raise UserError(
                    self.env._(
                        "Only the unit that “%(message)s” was sent to and complaint "
                        "managers take it in.",
                        message=intake.display_name,
                    )
                )

    # ------------------------------------------------------------------
    # KEEPING
    # ------------------------------------------------------------------

    @api.model
    def _keep(self, values):
        """Keep a message, once; tell those who take it in.

        :return: the record
        """
        intakes = self.sudo()
        if values.get("digest"):
            known = intakes.search([("digest", "=", values["digest"])], limit=1)
            if known:
                return known
        company = self.env["res.company"].browse(values["company_id"])
        if not values.get("unit_id"):
            units = self.env["governance.complaint"]._find_answering_units(company)
            values["unit_id"] = units[:1].id
        intake = intakes._as_system().create(
            {"date": fields.Datetime.now(), "attempts": 1, **values}
        )
        try:
            with self.env.cr.savepoint():
                intake._tell()
        except Exception:
            # Better kept without a word than lost.
            _logger.warning("Nobody was told of %s", intake, exc_info=True)
            self.env.invalidate_all(flush=False)
        return intakes.browse(intake.id)

    def _tell(self):
        """Tell customer service that something waits, once for all of a burst."""
        self.ensure_one()
        if self.state not in WAITING:
            return
        others = self.sudo().search_count(
            [
                ("state", "in", WAITING),
                ("company_id", "=", self.company_id.id),
                ("unit_id", "=", self.unit_id.id),
                ("id", "!=", self.id),
            ],
            limit=1,
        )
        if others:
            return
        people = self.unit_id._get_people()
        if not people:
            group = self.env.ref("crm_governance.group_complaint_manager")
            people = self.company_id._filter_staff(group.sudo().all_user_ids)

        def write(env):
            return (
                env._("A message of a customer was not taken in"),
                env._(
                    "Something came from outside and became no complaint. It is kept "
                    "under Complaints, Follow-Up, Not Taken In; look at it there."
                ),
            )

        people._notify_in_own_language(write)
