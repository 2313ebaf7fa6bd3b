# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..policy.month_name import get_month_name

# Days between two reminders of a hand-over that is late.
REMIND_EVERY = 7


class GovernanceFilingTransfer(models.Model):
    """A department hands the documents of a month over to the archive (E-10, RC-10).

    The collector signs what is handed over, the archivist what has arrived.
    """

    _name = "governance.filing.transfer"
    _description = "Hand-over to the Archive"
    _inherit = [
        "governance.guarded.mixin",
        "governance.isolated.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _is_governance_link_guarded = True
    _order = "period_start desc, department_id, id desc"
    _rec_name = "department_id"
    _has_drafts = True
    _check_company_auto = True

    department_id = fields.Many2one(
        comodel_name="governance.filing.department",
        required=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        related="department_id.company_id", store=True, index=True, precompute=True
    )
    period_start = fields.Date(
        string="Month",
        required=True,
        default=lambda self: self._get_last_month(self.env.company),
        help="The first day of the month whose documents are handed over.",
    )
    date_deadline = fields.Date(
        string="Until",
        compute="_compute_date_deadline",
        store=True,
        help="The day of the following month by which both have signed.",
    )
    state = fields.Selection(
        selection=[
            ("draft", "To Hand Over"),
            ("handed_over", "Handed Over"),
            ("received", "Received"),
        ],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        index=True,
        tracking=True,
    )
    period = fields.Char(
        compute="_compute_period", help="The month that is handed over."
    )
    is_mine = fields.Boolean(related="department_id.is_mine")
    is_late = fields.Boolean(compute="_compute_is_late", search="_search_is_late")
    document_ids = fields.One2many(
        comodel_name="governance.file.document",
        inverse_name="transfer_id",
        string="Documents",
        readonly=True,
    )
    waiting_count = fields.Integer(
        string="Documents Waiting", compute="_compute_waiting_count"
    )
    document_count = fields.Integer(
        string="Number of Documents", readonly=True, copy=False
    )
    copy_count = fields.Integer(string="Copies", readonly=True, copy=False)
    page_count = fields.Integer(string="Pages", readonly=True, copy=False)
    collector_id = fields.Many2one(
        comodel_name="res.users",
        string="Handed over by",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    handed_over_on = fields.Datetime(readonly=True, copy=False)
    receiver_id = fields.Many2one(
        comodel_name="res.users",
        string="Received by",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    received_on = fields.Datetime(readonly=True, copy=False)
    remark = fields.Text(help="What the archive found when it received the documents.")
    reminded_on = fields.Date(readonly=True, copy=False)

    _period_uniq = models.UniqueIndex(
        "(department_id, period_start)",
        "The hand-over of this department and month has been opened already.",
    )
    _period_check = models.Constraint(
        "CHECK (EXTRACT(DAY FROM period_start) = 1)",
        "Give the first day of the month that is handed over.",
    )
    _two_people_check = models.Constraint(
        "CHECK (receiver_id IS NULL OR receiver_id <> collector_id)",
        "Somebody else than who hands over signs the receipt.",
    )

    @api.depends("period_start")
    @api.depends_context("lang")
    def _compute_period(self):
        for transfer in self:
            month = transfer.period_start
            transfer.period = month and get_month_name(self.env, month)

    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        """Sort months by their days, not by what they are called."""
        name = "period_start" if field_name == "period" else field_name
        return super()._order_field_to_sql(alias, name, direction, nulls, query)

    @api.depends("department_id.name", "period_start")
    def _compute_display_name(self):
        for transfer in self:
            month = transfer.period_start
            transfer.display_name = " ".join(
                part
                for part in (transfer.department_id.name, month and f"{month:%Y-%m}")
                if part
            )

    @api.depends("period_start", "company_id.governance_filing_day")
    def _compute_date_deadline(self):
        """Keep the deadline of what has been signed."""
        for transfer in self:
            if transfer.period_start and transfer.state == "draft":
                transfer.date_deadline = transfer.period_start + relativedelta(
                    months=1, day=transfer.company_id.governance_filing_day or 10
                )

    @api.depends("state", "date_deadline")
    def _compute_is_late(self):
        late = self.filtered_domain(self._get_late_domain())
        for transfer in self:
            transfer.is_late = transfer in late

    @api.model
    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._get_late_domain()

    @api.model
    def _get_late_domain(self):
        """Return the domain of what is late where its company works."""
        return Domain("state", "!=", "received") & Domain.OR(
            Domain("company_id", "=", company.id)
            & Domain("date_deadline", "<", company._get_governance_today())
            for company in self.env["res.company"].sudo().search([])
        )

    @api.depends("department_id", "state")
    @api.depends_context("uid")
    def _compute_waiting_count(self):
        counts = dict(
            self.env["governance.file.document"]._read_group(
                self._get_waiting_domain(self.department_id),
                ["department_id"],
                ["__count"],
            )
        )
        for transfer in self:
            is_open = transfer.state == "draft"
            transfer.waiting_count = is_open and counts.get(transfer.department_id, 0)

    @api.model
    def _get_waiting_domain(self, departments):
        """Return the domain of the documents that nobody has handed over yet."""
        return (
            Domain("department_id", "in", departments.ids)
            & Domain("transfer_id", "=", False)
            & Domain("volume_id.state", "=", "draft")
        )

    @api.model
    def _get_last_month(self, company):
        return company._get_governance_today() + relativedelta(months=-1, day=1)

    # ------------------------------------------------------------------
    # GUARD
    # ------------------------------------------------------------------

    @api.model
    def _get_user_fields(self):
        return {"department_id", "period_start", "remark"}

    def _check_names(self, vals):
        result = super()._check_names(vals)
        if "remark" in vals and any(self.mapped("id")):
            self.env.user._check_governance_custodian()
        return result

    def _is_closed(self):
        """The archive may still note what it found before it signs."""
        return self.state == "received"

    def write(self, vals):
        """Change open hand-overs; what was signed for keeps its month."""
        if not self._is_system() and {"department_id", "period_start"} & set(vals):
            for transfer in self:
                if transfer.state != "draft":
                    transfer._refuse_change()
        return super().write(vals)

    def _check_deletable(self):
        for transfer in self:
            if transfer.state != "draft":
                transfer._refuse_change()

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_hand_over(self):
        """Sign for all documents that the department has not handed over yet.

        A month without documents is signed as well.

        :raises AccessError: for everybody but the collectors of the department
        """
        for transfer in self._lock_for_step("draft"):
            transfer._check_collector()
            documents = self.env["governance.file.document"].search(
                self._get_waiting_domain(transfer.department_id)
            )
            documents._as_system().write({"transfer_id": transfer.id})
            transfer._as_system().write(
                {
                    "state": "handed_over",
                    "collector_id": self.env.uid,
                    "handed_over_on": fields.Datetime.now(),
                    "document_count": len(documents),
                    "copy_count": sum(documents.mapped("copies")),
                    "page_count": sum(documents.mapped("pages")),
                }
            )
            transfer._pass_to_archive()
        return True

    def action_receive(self):
        """Sign that all has arrived.

        :raises AccessError: for everybody but data custodians
        :raises UserError: for who has handed it over
        """
        for transfer in self._lock_for_step("handed_over"):
            transfer._check_receiver()
            transfer._as_system().write(
                {
                    "state": "received",
                    "receiver_id": self.env.uid,
                    "received_on": fields.Datetime.now(),
                }
            )
            transfer.sudo().activity_ids.unlink()
        return True

    def action_give_back(self):
        """Give the hand-over back to the collector; the remark says why.

        :raises AccessError: for everybody but data custodians
        :raises UserError: without a remark
        """
        for transfer in self._lock_for_step("handed_over"):
            transfer._check_receiver()
            if not (transfer.remark or "").strip():
                raise UserError(
                    self.env._("Note in the remark what is wrong or missing.")
                )
            transfer.sudo().document_ids._as_system().write({"transfer_id": False})
            collector = transfer.collector_id
            transfer._as_system().write(
                {"state": "draft", "collector_id": False, "handed_over_on": False}
            )
            transfer._message_log(body=transfer.remark)
            transfer.sudo().activity_ids.unlink()
            transfer._ask(collector)
        return True

    def action_open_documents(self):
        """Open the documents of the hand-over, or those that wait for it."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_governance.governance_file_document_action"
        )
        domain = Domain("transfer_id", "=", self.id)
        if self.state == "draft":
            domain = self._get_waiting_domain(self.department_id)
        action["domain"] = list(domain)
        action["context"] = {}
        action["display_name"] = self.display_name
        return action

    # ------------------------------------------------------------------
    # CHECKS
    # ------------------------------------------------------------------

    def _lock_for_step(self, state):
        self.check_access("write")
        return self._lock(state, allow_referencing=True)

    def _check_collector(self):
        self.ensure_one()
        if not self.department_id.is_mine:
            raise AccessError(
                self.env._(
                    "The collectors of %(department)s sign: %(names)s.",
                    department=self.department_id.name,
                    names=", ".join(
                        self.department_id.sudo().current_collector_ids.mapped("name")
                    )
                    or self.env._("nobody at present"),
                )
            )

    def _check_receiver(self):
        self.ensure_one()
        self.env.user._check_governance_custodian()
        if self.collector_id == self.env.user:
            raise UserError(
                self.env._(
                    "You have handed this over yourself. Another data custodian "
                    "receives it."
                )
            )

    # ------------------------------------------------------------------
    # REMINDERS
    # ------------------------------------------------------------------

    @api.model
    def _cron_remind(self):
        """Open the hand-overs of the last month and remind of those that are late.

        Nothing is opened twice, and a late run does what the missed ones would have.
        """
        for company in self.env["res.company"].sudo().search([("id", "!=", False)]):
            departments = self.env["governance.filing.department"]
            missing = departments._get_without_transfer(
                company, self._get_last_month(company)
            )
            if not departments._isolate_each(missing, "_open_transfer"):
                return
            today = company._get_governance_today()
            due = Domain("company_id", "=", company.id)
            due &= Domain("state", "!=", "received")
            due &= Domain("date_deadline", "<", today)
            due &= Domain("reminded_on", "=", False) | Domain(
                "reminded_on", "<=", today - timedelta(days=REMIND_EVERY)
            )
            if not self._isolate_each(due, "_remind"):
                return

    def _remind(self):
        """Tell who has to sign, and the archive, that a hand-over is late."""
        self.ensure_one()
        system = self._as_system()
        system.reminded_on = self.company_id._get_governance_today()
        people = self.company_id._get_archivists()
        if self.state == "draft":
            people |= self.department_id.sudo().current_collector_ids
        self.company_id._filter_staff(people)._notify_in_own_language(
            lambda env: (
                env._("A hand-over to the archive is late"),
                env._(
                    "%(name)s should have been handed over and received by %(date)s.",
                    name=self.display_name,
                    date=self.date_deadline,
                ),
            ),
            thread=self,
        )

    def _isolation_failed(self, error):
        self._message_log(
            body=self.env._("The scheduled run failed: %(error)s", error=error)
        )

    def _ask(self, people):
        """Put the hand-over on the lists of those who collect."""
        self.ensure_one()
        for user in self.company_id._filter_staff(people):
            self.sudo().activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=self.date_deadline,
                summary=self.env._("Hand over to the archive"),
                user_id=user.id,
            )

    def _pass_to_archive(self):
        """Put the hand-over on the list of the archive."""
        self.ensure_one()
        self.sudo().activity_ids.unlink()
        archivists = self.company_id._get_archivists() - self.env.user
        for user in archivists[:1]:
            self.sudo().activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=self.date_deadline,
                summary=self.env._("Receive the documents of a department"),
                user_id=user.id,
            )
