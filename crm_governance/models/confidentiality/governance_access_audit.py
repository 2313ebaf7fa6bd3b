# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import hashlib
import json
from datetime import timedelta

from dateutil.relativedelta import relativedelta
from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

# Days, between reminders of an audit that is late.
REMIND_EVERY = 7
DAYS_TO_REVIEW = 30
REVIEWERS = (
    "crm_governance.group_custodian",
    "crm_governance.group_executive",
    "crm_governance.group_manager",
)


class GovernanceAccessAudit(models.Model):
    """One round in which people look at who has which access (C-15, RC-15).

    What everybody holds is copied when the audit opens and never changes later.
    Nobody reviews the own rights: a second reviewer does.
    """

    _name = "governance.access.audit"
    _description = "Permission Audit"
    _inherit = [
        "governance.guarded.mixin",
        "governance.isolated.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date_snapshot desc, id desc"

    name = fields.Char(required=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        readonly=True,
        ondelete="restrict",
        default=lambda self: self.env.company,
    )
    period_start = fields.Date(
        string="Due since",
        readonly=True,
        copy=False,
        help="Set for audits that were opened by the schedule.",
    )
    date_snapshot = fields.Datetime(string="Taken on", readonly=True, copy=False)
    date_deadline = fields.Date(
        string="Review until",
        required=True,
        default=lambda self: fields.Date.today() + timedelta(days=DAYS_TO_REVIEW),
    )
    reviewer_id = fields.Many2one(
        comodel_name="res.users",
        ondelete="restrict",
        domain=[("share", "=", False)],
        help="Who looks at every line and signs.",
    )
    second_reviewer_id = fields.Many2one(
        comodel_name="res.users",
        ondelete="restrict",
        domain=[("share", "=", False)],
        help="Who looks at the rights of the reviewer.",
    )
    previous_id = fields.Many2one(
        comodel_name="governance.access.audit",
        string="Compared with",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    line_ids = fields.One2many(
        comodel_name="governance.access.audit.line", inverse_name="audit_id"
    )
    line_count = fields.Integer(string="Lines", compute="_compute_counts")
    undecided_count = fields.Integer(string="Undecided", compute="_compute_counts")
    withdrawn_count = fields.Integer(string="Withdrawn", compute="_compute_counts")
    needs_second = fields.Boolean(compute="_compute_counts")
    state = fields.Selection(
        selection=[("draft", "Draft"), ("open", "In Review"), ("signed", "Signed")],
        default="draft",
        required=True,
        readonly=True,
        tracking=True,
        index=True,
    )
    signed_on = fields.Datetime(readonly=True, copy=False)
    second_signed_on = fields.Datetime(readonly=True, copy=False)
    content_hash = fields.Char(
        string="Fingerprint",
        readonly=True,
        copy=False,
        help="Fingerprint (SHA-256) of all lines and of what was decided on them.",
    )
    reminded_on = fields.Date(readonly=True, copy=False)

    _period_uniq = models.UniqueIndex(
        "(period_start) WHERE period_start IS NOT NULL",
        "The audit of this period has been opened in the meantime.",
    )

    @api.depends("line_ids.verdict", "reviewer_id")
    def _compute_counts(self):
        lines = self.env["governance.access.audit.line"].sudo()
        groups = lines._read_group(
            [("audit_id", "in", self.ids)],
            ["audit_id", "change", "verdict"],
            ["__count", "user_id:array_agg"],
        )
        for audit in self:
            mine = [row[1:] for row in groups if row[0] == audit]
            held = [row for row in mine if row[0] != "gone"]
            audit.line_count = sum(row[2] for row in mine)
            audit.undecided_count = sum(row[2] for row in held if not row[1])
            audit.withdrawn_count = sum(row[2] for row in held if row[1] == "withdraw")
            audit.needs_second = any(audit.reviewer_id.id in row[3] for row in held)

    @api.constrains("reviewer_id", "second_reviewer_id")
    def _check_reviewers(self):
        for audit in self.sudo():
            if audit.reviewer_id and audit.reviewer_id == audit.second_reviewer_id:
                raise ValidationError(
                    self.env._(
                        "The second reviewer looks at the rights of the first one. "
                        "Choose somebody else."
                    )
                )
            for user in audit.reviewer_id | audit.second_reviewer_id:
                if not any(user.has_group(group) for group in REVIEWERS):
                    raise ValidationError(
                        self.env._(
                            "%(user)s cannot review permissions. Choose a data "
                            "custodian, an executive approver or a governance "
                            "administrator.",
                            user=user.name,
                        )
                    )

    # ------------------------------------------------------------------
    # GUARD
    # ------------------------------------------------------------------

    def write(self, vals):
        """Change open audits; the reviewer stays who has signed."""
        if not self._is_system():
            for audit in self:
                audit._check_signatures_kept(vals)
        return super().write(vals)

    @api.model
    def _get_user_fields(self):
        return {"name", "date_deadline", "reviewer_id", "second_reviewer_id"}

    def _is_closed(self):
        return self.state == "signed"

    def _check_deletable(self):
        if any(audit.state != "draft" for audit in self):
            self._refuse_change()

    def _check_signatures_kept(self, vals):
        signed = {
            "reviewer_id": self.signed_on,
            "second_reviewer_id": self.second_signed_on,
        }
        if any(done and name in vals for name, done in signed.items()):
            raise AccessError(
                self.env._("The reviewer has signed already and stays the reviewer.")
            )

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_open(self):
        """Copy who holds what; from then on the lines stay as they are.

        :raises UserError: when the copy has been taken already
        """
        self.check_access("write")
        for audit in self:
            if audit.state != "draft":
                raise UserError(
                    self.env._("“%(name)s” is open already.", name=audit.name)
                )
            audit._take_snapshot()
        return True

    def action_open_lines(self):
        """Open the lines of the audit."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_governance.governance_access_audit_line_action"
        )
        action["domain"] = [("audit_id", "=", self.id)]
        action["name"] = self.name
        return action

    def action_sign(self):
        """Sign as the reviewer, or as the second one; the last signature seals.

        :raises UserError: for others, and while lines are undecided
        Source: C-15.
        """
        self.ensure_one()
        self.check_access("read")
        audit = self._as_system()
        audit._lock()
        if audit.state != "open":
            raise UserError(self.env._("“%(name)s” is not in review.", name=self.name))
        field = audit._get_signature(self.env.user)
        audit._check_decided(self.env.user)
        audit.write({field: fields.Datetime.now()})
        if audit.signed_on and (audit.second_signed_on or not audit.needs_second):
            audit._seal_and_carry_out()
        return True

    def _get_signature(self, user):
        """Return the field in which the user signs; UserError for others."""
        self.ensure_one()
        if user == self.reviewer_id and not self.signed_on:
            return "signed_on"
        if (
            user == self.second_reviewer_id
            and self.needs_second
            and not self.second_signed_on
        ):
            return "second_signed_on"
        if self.needs_second and not self.second_reviewer_id:
            raise UserError(
                self.env._("Name a second reviewer: some lines are about the reviewer.")
            )
        raise UserError(
            self.env._(
                "The reviewers sign, each once: %(first)s %(second)s",
                first=self.reviewer_id.name or "",
                second=self.second_reviewer_id.name or "",
            )
        )

    def _check_decided(self, user):
        lines = self.line_ids.filtered(
            lambda line: line.change != "gone" and line._get_reviewer() == user
        )
        undecided = lines.filtered(lambda line: not line.verdict)
        if undecided:
            raise UserError(
                self.env._(
                    "%(count)s lines are undecided, the first is about %(user)s. Mark "
                    "each to keep or to withdraw.",
                    count=len(undecided),
                    user=undecided[0].user_id.name,
                )
            )
        silent = lines.filtered(
            lambda line: line.verdict == "withdraw" and not line.remark_text
        )
        if silent:
            raise UserError(
                self.env._(
                    "Say why in the remark of each line to withdraw, for instance "
                    "the one of %(user)s.",
                    user=silent[0].user_id.name,
                )
            )

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _take_snapshot(self):
        self.ensure_one()
        previous = self.sudo().search(
            [("state", "!=", "draft"), ("id", "!=", self.id)],
            order="date_snapshot desc, id desc",
            limit=1,
        )
        self._as_system().write(
            {
                "state": "open",
                "date_snapshot": fields.Datetime.now(),
                "previous_id": previous.id,
            }
        )
        self.env["governance.access.audit.line"]._copy_rights(self)

    def _seal_and_carry_out(self):
        """Seal the audit, end the grants to withdraw and ask for the rest."""
        self.ensure_one()
        self.write({"state": "signed", "content_hash": self._get_content_hash()})
        self.env["governance.decision"]._record(
            [
                {
                    "event": "approved",
                    "res_model": self._name,
                    "res_id": self.id,
                    "res_name": self.name,
                    "company_id": self.company_id.id,
                    "content_hash": self.content_hash,
                }
            ]
        )
        withdrawn = self.line_ids.filtered(
            lambda line: line.verdict == "withdraw" and line.change != "gone"
        )
        withdrawn._end_grants()
        self._ask_to_withdraw(withdrawn.filtered(lambda line: line.kind != "grant"))

    def _get_content_hash(self):
        """Return the SHA-256 of the lines and of the verdicts on them."""
        self.ensure_one()
        content = {
            "audit": [self.id, self.name, str(self.date_snapshot)],
            "reviewers": [self.reviewer_id.id, self.second_reviewer_id.id],
            "lines": [line._get_content() for line in self.line_ids.sorted("id")],
        }
        text = json.dumps(content, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def _ask_to_withdraw(self, lines):
        """Give custodians a to-do with the rights to take away, not with their own."""
        group = self.env.ref("crm_governance.group_custodian")
        for user in group.all_user_ids.filtered("active"):
            theirs = lines.filtered(lambda line, user=user: line.user_id != user)
            if not theirs:
                continue
            env = self.with_context(lang=user.lang).env
            note = Markup("<br/>").join(
                f"{line.user_id.name}: {line.with_env(env).value}" for line in theirs
            )
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=env._("Withdraw what the audit has found"),
                note=note,
                user_id=user.id,
            )

    # ------------------------------------------------------------------
    # CRON
    # ------------------------------------------------------------------

    @api.model
    def _cron_open_due(self):
        """Open the audit of the present period, once; then remind of late ones."""
        period = self._get_due_period()
        if period:
            audit = self._as_system().create(
                {
                    "name": self.env._("Permission audit %(date)s", date=period),
                    "period_start": period,
                }
            )
            audit._take_snapshot()
            custodians = self.env.ref("crm_governance.group_custodian").all_user_ids
            custodians._notify_in_own_language(
                lambda env: (
                    env._("A permission audit is due"),
                    env._(
                        "The list of permissions is ready. Name the reviewers under "
                        "Customer Governance > Confidentiality > Permission audits."
                    ),
                ),
                thread=audit,
            )
            self.env["ir.cron"]._commit_progress(1)
        self._isolate_each(self._get_late_domain(), "_remind")

    @api.model
    def _get_due_period(self):
        """Return the first day of a period that has no audit yet, or False."""
        months = self.env["governance.clearance.ladder"]._get_current().audit_months
        if not months:
            return False
        today = self._get_today()
        last = self.sudo().search(
            [("period_start", "!=", False)], order="period_start desc", limit=1
        )
        if not last:
            return today.replace(day=1)
        # After a long break one audit of the present period is enough.
        passed = 0
        while last.period_start + relativedelta(months=(passed + 1) * months) <= today:
            passed += 1
        return passed and last.period_start + relativedelta(months=passed * months)

    @api.model
    def _get_today(self):
        return self.env.company._get_governance_today()

    @api.model
    def _get_late_domain(self):
        """Return the audits of whose end people are reminded now."""
        today = self._get_today()
        return (
            Domain("state", "=", "open")
            & Domain("date_deadline", "<", today)
            & (
                Domain("reminded_on", "=", False)
                | Domain("reminded_on", "<=", today - timedelta(days=REMIND_EVERY))
            )
        )

    def _remind(self):
        self.ensure_one()
        self._as_system().write({"reminded_on": self._get_today()})
        waiting = self.env["res.users"]
        if not self.signed_on:
            waiting |= self.reviewer_id
        if self.needs_second and not self.second_signed_on:
            waiting |= self.second_reviewer_id
        custodians = self.env.ref("crm_governance.group_custodian").all_user_ids
        (waiting or custodians)._notify_in_own_language(
            lambda env: (
                env._("A permission audit is late"),
                env._(
                    "“%(name)s” should have been signed by %(date)s.",
                    name=self.name,
                    date=self.date_deadline,
                ),
            ),
            thread=self,
        )

    def _isolation_failed(self, error):
        self._message_log(
            body=self.env._("The scheduled run failed: %(error)s", error=error)
        )
