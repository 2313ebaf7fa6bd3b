# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from dateutil.relativedelta import relativedelta
from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

_logger = logging.getLogger(__name__)
# Months, when no clearance ladder has been published (RC-13: at least once a year).
YEARLY = 12
BATCH = 200


class GovernanceTraining(models.Model):
    """A course on the protection of customer information (C-38, RC-13)."""

    _name = "governance.training"
    _description = "Training on Customer Information"
    _inherit = ["governance.guarded.mixin"]
    _order = "date desc, id desc"
    _has_drafts = True

    name = fields.Char(string="Topic", required=True)
    date = fields.Date(required=True, default=fields.Date.context_today)
    hours = fields.Float(help="How long the course took, in hours.")
    trainer = fields.Char(help="Who held the course: a colleague or somebody outside.")
    note = fields.Text(string="Contents")
    line_ids = fields.One2many(
        comodel_name="governance.training.line",
        inverse_name="training_id",
        string="Participants",
    )
    evidence_ids = fields.Many2many(
        comodel_name="ir.attachment",
        relation="governance_training_attachment_rel",
        help="The list with signatures, the test papers …",
    )
    passed_count = fields.Integer(
        string="Passed", compute="_compute_passed_count", compute_sudo=True
    )
    state = fields.Selection(
        selection=[("draft", "Draft"), ("confirmed", "Confirmed")],
        default="draft",
        required=True,
        readonly=True,
        index=True,
    )
    valid_until = fields.Date(
        readonly=True,
        copy=False,
        help="The last day on which this training counts, for those who passed.",
    )
    confirmed_by_id = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False, ondelete="restrict"
    )

    _hours_check = models.Constraint(
        "CHECK (hours >= 0 AND hours <= 1000)",
        "Give the hours of the course, from 0 to 1000.",
    )

    @api.depends("line_ids.has_passed")
    def _compute_passed_count(self):
        for training in self:
            training.passed_count = len(training.line_ids.filtered("has_passed"))

    @api.model
    def _get_user_fields(self):
        return {
            "name",
            "date",
            "hours",
            "trainer",
            "note",
            "line_ids",
            "evidence_ids",
        }

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_confirm(self):
        """Confirm the courses: from then on they count and stay as they are.

        :raises AccessError: for everybody but data custodians
        :raises UserError: for a future day, when nobody passed, and when somebody
            confirms a course that he or she has passed
        Source: C-38.
        """
        self.check_access("read")
        self.env.user._check_governance_custodian()
        for training in self:
            training._lock()
            training._check_confirmable()
            until = training._get_valid_until()
            training._as_system().write(
                {
                    "state": "confirmed",
                    "valid_until": until,
                    "confirmed_by_id": self.env.uid,
                }
            )
            training.line_ids.filtered("has_passed").sudo().user_id._note_training(
                until
            )
        return True

    def _check_confirmable(self):
        self.ensure_one()
        if self.state != "draft":
            raise UserError(
                self.env._("“%(name)s” is confirmed already.", name=self.name)
            )
        if self.date > fields.Date.context_today(self):
            raise UserError(
                self.env._(
                    "“%(name)s” takes place on %(date)s, in the future. Confirm it "
                    "afterwards.",
                    name=self.name,
                    date=format_date(self.env, self.date),
                )
            )
        passed = self.line_ids.filtered("has_passed")
        if not passed:
            raise UserError(
                self.env._(
                    "Nobody has passed “%(name)s”. Tick who attended and passed.",
                    name=self.name,
                )
            )
        if self.env.user in passed.user_id:
            raise UserError(
                self.env._(
                    "You have passed this course yourself, so another data custodian "
                    "confirms it."
                )
            )

    def _get_valid_until(self):
        """Return the last day on which the course counts."""
        self.ensure_one()
        ladder = self.env["governance.clearance.ladder"]._get_current()
        months = ladder.training_months or YEARLY
        return self.date + relativedelta(months=months)

    # ------------------------------------------------------------------
    # CRON
    # ------------------------------------------------------------------

    @api.model
    def _cron_remind(self):
        """Tell custodians and the people concerned whose training lapses in a month.

        Each date of each person is mentioned once.
        """
        cron = self.env["ir.cron"]
        due = self.env["res.users"].search(self._get_lapsing_domain(), order="id").ids
        cron._commit_progress(remaining=len(due))
        for start in range(0, len(due), BATCH):
            users = self.env["res.users"].browse(due[start : start + BATCH])
            users = users.try_lock_for_update().filtered_domain(
                self._get_lapsing_domain()
            )
            reminded = users.filtered(lambda user: self._remind_isolated(user))
            self._tell_custodians(reminded)
            if not cron._commit_progress(len(due[start : start + BATCH])):
                return

    @api.model
    def _get_lapsing_domain(self):
        """Return the employees whose training ends within a month or has ended."""
        soon = fields.Date.today() + relativedelta(months=1)
        return (
            Domain("share", "=", False)
            & Domain("governance_trained_until", "!=", False)
            & Domain("governance_trained_until", "<=", soon)
            & Domain("governance_training_reminded", "=", False)
        )

    @api.model
    def _remind_isolated(self, user):
        """Remind one person; a failure is logged and stops nobody else."""
        try:
            with self.env.cr.savepoint():
                self._remind(user)
                self.env.flush_all()
        except OperationalError:
            # Lost against another transaction: the run is simply repeated.
            raise
        except Exception:
            _logger.exception("%s could not be reminded of the training", user)
            self.env.invalidate_all()
            return False
        return True

    @api.model
    def _remind(self, user):
        user._notify_in_own_language(
            lambda env: (
                env._("Your training on customer information ends"),
                env._(
                    "It counts until %(date)s. Please take part in the next course.",
                    date=format_date(env, user.governance_trained_until),
                ),
            )
        )
        user._with_suspension().governance_training_reminded = True

    @api.model
    def _tell_custodians(self, users):
        if not users:
            return

        def write(env):
            names = "; ".join(
                f"{user.name} ({format_date(env, user.governance_trained_until)})"
                for user in users
            )
            return (
                env._("Trainings on customer information end"),
                env._("The next course is due for: %(names)s.", names=names),
            )

        custodians = self.env.ref("crm_governance.group_custodian").all_user_ids
        custodians._notify_in_own_language(write)
