# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import SUPERUSER_ID, api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date

# The to-do by which somebody is reminded; a late promise has one already.
TODOS = {
    "plan": "mail_activity_type_visit_plan",
    "plan_late": "mail_activity_type_visit_plan",
    "due": "mail_activity_type_visit_due",
    "overdue": "mail_activity_type_visit_due",
    "report_late": "mail_activity_type_visit_report",
    "lead_idle": "mail_activity_type_lead_idle",
    "callback": "mail_activity_type_callback",
}


class GovernanceVisitReminder(models.Model):
    """Who was reminded of what, each once.

    The line is written in the same transaction as the to-do or the message, and the
    database takes it once: run twice, late or by two workers, nobody is reminded
    again.
    """

    _name = "governance.visit.reminder"
    _description = "Reminder of Visits"
    _inherit = "governance.sealed.mixin"
    _order = "id desc"
    _rec_name = "kind"

    kind = fields.Selection(
        selection=[
            ("plan", "Plan to submit"),
            ("plan_late", "Plan not submitted"),
            ("due", "Visit due"),
            ("overdue", "Visit overdue"),
            ("report_late", "Report late"),
            ("promise_late", "Promise late"),
            ("lead_idle", "Lead without an action"),
            ("callback", "Callback due"),
            ("digest", "Daily digest"),
        ],
        required=True,
        readonly=True,
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Who Was Reminded",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, readonly=True, ondelete="restrict"
    )
    res_model = fields.Char(string="About", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        string="Record", model_field="res_model", readonly=True
    )
    moment = fields.Date(
        string="Deadline",
        required=True,
        readonly=True,
        help="The deadline it is about.",
    )
    date = fields.Datetime(
        string="Reminded on",
        required=True,
        readonly=True,
        default=fields.Datetime.now,
    )
    activity_id = fields.Many2one(
        comodel_name="mail.activity",
        string="To-do",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="It goes by itself when the matter is done.",
    )

    slot_count = fields.Integer(
        string="Contacts without a Plan",
        compute="_compute_slot_count",
        help="How many contacts of the visit plan are due or overdue, with nothing "
        "planned.",
    )

    _once = models.UniqueIndex(
        "(kind, user_id, res_model, res_id, moment)",
        "This reminder has been sent already.",
    )
    _record_idx = models.Index("(res_model, res_id, kind, moment)")

    @api.depends("kind", "res_model", "res_id", "moment")
    @api.depends_context("uid")
    def _compute_slot_count(self):
        slots = self.env["governance.visit.slot"]
        counts = {}
        lists = self._filter_lists()
        for (kind, moment), mine in lists.grouped(
            lambda reminder: (reminder.kind, reminder.moment)
        ).items():
            rows = slots._read_group(
                Domain("plan_id", "in", mine.mapped("res_id"))
                & getattr(self, f"_get_{kind}_domain")(moment),
                ["plan_id"],
                ["__count"],
            )
            counts |= {(kind, moment, plan.id): count for plan, count in rows}
        self.slot_count = 0
        for reminder in lists:
            key = (reminder.kind, reminder.moment, reminder.res_id)
            reminder.slot_count = counts.get(key, 0)

    def _filter_lists(self):
        """Return the reminders that are about all that is due in a plan."""
        return self.filtered(
            lambda reminder: (
                reminder.kind in ("due", "overdue")
                and reminder.res_model == "governance.visit.plan"
            )
        )

    # ------------------------------------------------------------------
    # REMIND
    # ------------------------------------------------------------------

    @api.model
    def _remind(self, kind, rows):
        """Remind of what was not reminded of yet.

        :param SQL rows: (user, company, model, record, deadline) of what is to be
            reminded of
        :return: the new reminders
        """
        reminders = self._enter(kind, rows)
        system = reminders.with_user(SUPERUSER_ID)
        if kind == "promise_late":
            system._tell_promises()
        elif kind in TODOS:
            system._make_todos()
        return reminders

    @api.model
    def _enter(self, kind, rows):
        """Write who is reminded; what is there already stays the only one."""
        self.env.flush_all()
        found = self.env.execute_query(
            SQL(
                """INSERT INTO governance_visit_reminder
                       (user_id, company_id, res_model, res_id, moment, kind, date,
                        create_uid, create_date, write_uid, write_date)
                   SELECT new.*, %(kind)s, %(now)s, %(uid)s, %(now)s, %(uid)s, %(now)s
                     FROM (%(rows)s) AS new
              ON CONFLICT DO NOTHING
                RETURNING id""",
                kind=kind,
                rows=self._get_new_sql(kind, rows),
                now=fields.Datetime.now(),
                uid=self.env.uid,
            )
        )
        return self.browse(id_ for (id_,) in found).sudo()

    @api.model
    def _get_new_sql(self, kind, rows):
        """Return SQL of the rows of which nobody was reminded yet, oldest first."""
        return SQL(
            """SELECT r.user_id, r.company_id, r.res_model, r.res_id, r.moment
                 FROM (%(rows)s) AS r (user_id, company_id, res_model, res_id, moment)
                 JOIN res_users u ON u.id = r.user_id AND u.active
                WHERE NOT EXISTS (
                    SELECT 1 FROM governance_visit_reminder e
                     WHERE e.kind = %(kind)s AND e.user_id = r.user_id
                       AND e.res_model = r.res_model AND e.res_id = r.res_id
                       AND e.moment = r.moment)
                ORDER BY r.moment, r.res_id, r.user_id""",
            kind=kind,
            rows=rows,
        )

    @api.model
    def _get_values_sql(self, rows):
        """Return SQL of rows that are known: [(user, company, model, id, deadline)]."""
        columns = [list(column) for column in zip(*rows, strict=True)] or [[]] * 5
        return SQL(
            "SELECT * FROM unnest(%s::int[], %s::int[], %s::text[], %s::int[],"
            " %s::date[])",
            *columns,
        )

    # ------------------------------------------------------------------
    # TO-DOS
    # ------------------------------------------------------------------

    def _make_todos(self):
        """Put each reminder on the list of whom it is for, in the own language.

        Whoever may not read the customer gets none: its label would tell the name.
        """
        self._drop_former()
        targets = self._get_readable_targets()
        models_ = self.env["ir.model"]
        values = [
            {
                "activity_type_id": reminder._get_todo_type().id,
                "automated": True,
                "date_deadline": reminder.moment,
                "res_id": target.id,
                "res_model_id": models_._get_id(target._name),
                "summary": reminder.with_context(
                    lang=reminder.user_id.lang
                )._get_summary(),
                "user_id": reminder.user_id.id,
            }
            for reminder, target in targets.items()
        ]
        followers = self._get_followers(targets)
        # They are on the list, and once a day in the digest: no mail for each.
        activities = self.env["mail.activity"].with_context(
            mail_activity_quick_update=True
        )
        for reminder, activity in zip(targets, activities.create(values), strict=True):
            reminder._seal().activity_id = activity
        # Whoever is reminded of a customer does not follow it from then on.
        (self._get_followers(targets) - followers).unlink()

    @api.model
    def _get_followers(self, targets):
        """Return who of those who are reminded follow what they are reminded of."""
        partners = self.browse(reminder.id for reminder in targets).user_id.partner_id
        domain = Domain.OR(
            Domain("res_model", "=", model)
            & Domain("res_id", "in", [target.id for target in targets.values()])
            for model in {target._name for target in targets.values()}
        )
        return self.env["mail.followers"].search(
            domain & Domain("partner_id", "in", partners.ids)
        )

    @api.model
    def _sealed_mutable_fields(self):
        return super()._sealed_mutable_fields() | {"activity_id"}

    def _get_todo_type(self):
        self.ensure_one()
        is_callback = self.res_model == "governance.visit.slot"
        name = TODOS["callback" if is_callback else self.kind]
        return self.env.ref(f"crm_governance.{name}")

    def _get_readable_targets(self):
        """Return {reminder: record that the to-do stands at}.

        What is gone, or closed to whom it is for, is left out.
        """
        targets = {}
        groups = self.grouped(lambda reminder: (reminder.res_model, reminder.user_id))
        for (model, user), mine in groups.items():
            records = self.env[model].browse(mine.mapped("res_id")).exists()
            places = {record.id: record for record in records}
            if model == "governance.visit.slot":
                places = {slot.id: slot.partner_id for slot in records}
                records = records.partner_id
            if hasattr(records, "_filter_by_clearance"):
                records = records.with_user(user)._filter_by_clearance("read")
            readable = set(records.ids)
            for reminder in mine:
                target = places.get(reminder.res_id)
                if target and target.id in readable:
                    targets[reminder] = target
        return targets

    def _drop_former(self):
        """Take away what was asked for before: one to-do says what is due by now."""
        for kind, mine in self._filter_lists().grouped("kind").items():
            former = self.search(
                Domain("kind", "=", kind)
                & Domain("res_model", "=", "governance.visit.plan")
                & Domain("res_id", "in", mine.mapped("res_id"))
                & Domain("activity_id.active", "=", True)
            )
            former.activity_id.unlink()

    def _get_summary(self):
        """Return what is to be done, in the language of the environment."""
        self.ensure_one()
        return getattr(self, f"_get_summary_{self.kind}")()

    def _get_summary_plan(self):
        return self.env._(
            "Submit the visit plan by %(date)s",
            date=format_date(self.env, self.moment),
        )

    def _get_summary_plan_late(self):
        plan = self._get_record()
        return self.env._(
            "%(person)s has not submitted the visit plan, which was due on %(date)s",
            person=plan.user_id.name,
            date=format_date(self.env, self.moment),
        )

    def _get_summary_due(self):
        return self.env._("Due with nothing planned: %(count)s", count=self.slot_count)

    def _get_summary_overdue(self):
        if self.res_model == "governance.visit.slot":
            return self._get_summary_callback()
        return self.env._(
            "Overdue with nothing planned: %(count)s", count=self.slot_count
        )

    def _get_summary_report_late(self):
        return self.env._(
            "The report was due on %(date)s: submit it now",
            date=format_date(self.env, self.moment),
        )

    def _get_summary_lead_idle(self):
        return self.env._("No action this month yet")

    def _get_summary_callback(self):
        slot = self._get_record()
        words = (slot.callback_id.objective, slot.channel_id.name)
        return self.env._(
            "Callback by %(date)s: %(objective)s",
            date=format_date(self.env, slot.date_due),
            objective=next(filter(None, words), "–"),
        )

    def _get_record(self):
        """Return what it is about, to be read along with that of the others."""
        self.ensure_one()
        others = self.browse(self._prefetch_ids)
        return (
            self.env[self.res_model]
            .browse(self.res_id)
            .with_prefetch(
                [other.res_id for other in others if other.res_model == self.res_model]
            )
        )

    def _tell_promises(self):
        """Tell who has not kept a promise; its to-do is on the list since then."""
        for reminder, promise in self._get_readable_targets().items():
            reminder.user_id._notify_in_own_language(
                lambda env, promise=promise: (
                    env._("A promise is late"),
                    env._(
                        "“%(promise)s” was promised until %(date)s. Keep it, or agree "
                        "on another day.",
                        promise=promise.name,
                        date=format_date(env, promise.date_deadline),
                    ),
                ),
                thread=promise,
            )

    # ------------------------------------------------------------------
    # WHAT IS DUE
    # ------------------------------------------------------------------

    @api.model
    def _get_unplanned_domain(self):
        """Return the domain of visits of the plan for which nothing is planned."""
        return (
            Domain("state", "=", "open")
            & Domain("visit_id", "=", False)
            & Domain("date_done", "=", False)
            & Domain("is_optional", "!=", True)
            & Domain("lead_id", "=", False)
            & Domain("origin_ref", "=", False)
        )

    @api.model
    def _get_due_domain(self, today):
        """Return the domain of visits that are due by a day, with nothing planned."""
        return (
            self._get_unplanned_domain()
            & Domain("date", "<=", today)
            & Domain("window_end", ">", today)
        )

    @api.model
    def _get_overdue_domain(self, today):
        """Return the domain of visits whose time is over, with nothing planned."""
        return self._get_unplanned_domain() & Domain("window_end", "<=", today)
