# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import format_datetime

REVIEWERS = ("crm_governance.group_custodian", "crm_governance.group_auditor")


class GovernanceEmergencyReview(models.Model):
    """Somebody opened a customer in an emergency; somebody else looks at it.

    Until then the customer carries a visible mark, and no second emergency access
    to it is possible (anchors §3.5, 13).
    """

    _name = "governance.emergency.review"
    _description = "Review of Emergency Access"
    _inherit = [
        "governance.classified.mixin",
        "governance.guarded.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "deadline, id"
    _rec_name = "user_id"

    grant_id = fields.Many2one(
        comodel_name="governance.access.grant",
        string="Access",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Used by",
        required=True,
        readonly=True,
        ondelete="restrict",
    )
    reason = fields.Text(required=True, readonly=True)
    date_start = fields.Datetime(related="grant_id.date_start", string="From")
    date_end = fields.Datetime(related="grant_id.date_end", string="Until")
    deadline = fields.Date(required=True, readonly=True)
    state = fields.Selection(
        selection=[("open", "To Review"), ("done", "Reviewed")],
        default="open",
        required=True,
        readonly=True,
        index=True,
    )
    verdict = fields.Selection(
        selection=[("justified", "Justified"), ("unjustified", "Not Justified")],
        readonly=True,
    )
    finding = fields.Text(
        help="What you found: was it an emergency, and was nothing else read?"
    )
    reviewer_id = fields.Many2one(
        comodel_name="res.users",
        string="Reviewed by",
        readonly=True,
        ondelete="restrict",
    )
    reviewed_on = fields.Datetime(readonly=True)
    can_review = fields.Boolean(compute="_compute_can_review")
    can_report = fields.Boolean(compute="_compute_can_report")

    # The customer's row is not locked for it: of two at once, one is told.
    _one_open = models.UniqueIndex(
        "(partner_id) WHERE state = 'open'",
        "Somebody else has just used emergency access to this customer.",
    )

    @api.depends("state", "user_id")
    @api.depends_context("uid")
    def _compute_can_review(self):
        for review in self:
            review.can_review = review.state == "open" and review._is_reviewer()

    @api.depends("verdict", "user_id")
    @api.depends_context("uid")
    def _compute_can_report(self):
        """Tell those who review alone: whoever used the access never learns of it."""
        reports = self.env["governance.leak.report"].sudo()
        reported = reports.search([("review_id", "in", self.ids)]).review_id
        for review in self:
            review.can_report = (
                review.verdict == "unjustified"
                and review not in reported
                and review._is_reviewer()
            )

    @api.depends("user_id", "date_start")
    @api.depends_context("uid", "lang", "tz")
    def _compute_display_name(self):
        for review in self:
            review.display_name = self.env._(
                "Emergency access by %(user)s, %(date)s",
                user=review.sudo().user_id.name,
                date=format_datetime(self.env, review.sudo().date_start),
            )

    @api.model
    def _get_user_fields(self):
        return {"finding"}

    def _is_closed(self):
        return self.state != "open"

    def _check_author(self):
        self._check_reviewer()

    def _is_reviewer(self):
        self.ensure_one()
        user = self.env.user
        return self.sudo().user_id != user and any(map(user.has_group, REVIEWERS))

    def _check_reviewer(self):
        """Refuse that just anybody, or the person concerned, reviews it.

        :raises AccessError: saying who does
        """
        for review in self:
            if not review._is_reviewer():
                raise AccessError(
                    self.env._(
                        "Emergency access is reviewed by a data custodian or an "
                        "auditor, never by whoever used it."
                    )
                )

    def action_justified(self):
        """Close the review: it was an emergency."""
        return self._review("justified")

    def action_unjustified(self):
        """Close the review: it was none."""
        return self._review("unjustified")

    def action_report_leak(self):
        """Report as a leak what the review found not justified; open the report.

        :raises AccessError: for whoever may not review this access
        :raises UserError: when it was justified, or has been reported
        """
        self.ensure_one()
        self.check_access("read")
        self._check_reviewer()
        if self.verdict != "unjustified":
            raise UserError(
                self.env._(
                    "Only emergency access that the review found not justified is "
                    "reported as a leak."
                )
            )
        if not self.can_report:
            raise UserError(self.env._("This has been reported as a leak already."))
        report = self.env["governance.leak.report"].create(self._prepare_report())
        report._as_system().review_id = self
        return {
            "type": "ir.actions.act_window",
            "res_model": report._name,
            "res_id": report.id,
            "view_mode": "form",
        }

    def _prepare_report(self):
        """Return the values of the report of a leak that this access has become."""
        self.ensure_one()
        reviewed_on = fields.Datetime.context_timestamp(self, self.reviewed_on)
        return {
            "name": self.display_name,
            "description": self.env._(
                "Emergency access to %(customer)s was not justified.\n"
                "Reason given: %(reason)s\n"
                "Found by the review: %(finding)s",
                customer=self.partner_id.display_name,
                reason=self.reason,
                finding=self.finding,
            ),
            "date_noticed": reviewed_on.date(),
            "partner_ids": [Command.set(self.partner_id.ids)],
            "suspect_ids": [Command.set(self.user_id.ids)],
        }

    def _review(self, verdict):
        self.check_access("write")
        self._check_reviewer()
        for review in self:
            if review.state != "open":
                raise UserError(
                    self.env._(
                        "%(review)s has been reviewed already.",
                        review=review.display_name,
                    )
                )
            if not (review.finding or "").strip():
                raise UserError(self.env._("Say what you found."))
            system = review._as_system()
            system.write(
                {
                    "state": "done",
                    "verdict": verdict,
                    "reviewer_id": self.env.uid,
                    "reviewed_on": fields.Datetime.now(),
                }
            )
            system.activity_ids.unlink()
        return True

    @api.model
    def _open(self, grant, ladder):
        """Ask for the review of an emergency access, and tell the reviewers."""
        today = fields.Date.context_today(self)
        review = (
            self._as_system()
            .with_context(mail_create_nosubscribe=True, mail_create_nolog=True)
            .create(
                {
                    "grant_id": grant.id,
                    "partner_id": grant.partner_id.id,
                    "user_id": grant.user_id.id,
                    "reason": grant.reason,
                    "deadline": today + timedelta(days=ladder.emergency_review_days),
                }
            )
        )
        for user in review._get_reviewers():
            review.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=review.deadline,
                summary=review.with_context(lang=user.lang).env._(
                    "Review the emergency access"
                ),
                user_id=user.id,
            )
        return review

    def _get_reviewers(self):
        """Return who gets the to-do: those who may read the customer for good."""
        self.ensure_one()
        groups = [self.env.ref(xmlid).sudo() for xmlid in REVIEWERS]
        users = self.env["res.users"].union(*(group.all_user_ids for group in groups))
        return users.filtered(
            lambda user: (
                user.active
                and user != self.user_id
                and self.with_user(user).sudo()._filter_by_clearance("write")
            )
        )
