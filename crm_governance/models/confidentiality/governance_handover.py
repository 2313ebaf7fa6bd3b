# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_list

# So many things that are still kept are named in a refusal.
MAX_NAMED = 10
# By these people keep customers.
ROLES = ("owner", "specialist", "liaison_leader")
# What the successor may read only as soon as the customer is handed over.
FOLLOWING = ("lead", "todo")


class GovernanceHandover(models.Model):
    """What somebody who leaves or is transferred keeps, and hands over (C-40 … C-42).

    What is kept is looked up, not written down: the hand-over is confirmed by the
    head of the department and by a data custodian once nothing is left.  Rooms say
    with `_get_holdings` and a method `_pass_on_<kind>` what else is kept.
    """

    _name = "governance.handover"
    _description = "Hand-over of a Leaver"
    _inherit = ["governance.guarded.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _rec_name = "user_id"

    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Person",
        required=True,
        index=True,
        ondelete="restrict",
        domain=[("share", "=", False)],
        help="Who leaves, or takes over other work.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.company,
    )
    kind = fields.Selection(
        selection=[("leaving", "Leaves"), ("transfer", "Is transferred")],
        string="Why",
        required=True,
        default="leaving",
    )
    date_leaving = fields.Date(string="Last Day")
    successor_id = fields.Many2one(
        comodel_name="res.users",
        domain=[("share", "=", False)],
        tracking=True,
        ondelete="restrict",
        help="Who takes over what is kept.",
    )
    head_id = fields.Many2one(
        comodel_name="res.users",
        string="Head of the Department",
        compute="_compute_head_id",
        store=True,
        readonly=False,
        tracking=True,
        ondelete="restrict",
        domain=[("share", "=", False)],
        help="Signs besides the data custodian that everything was handed over.",
    )
    note = fields.Text()
    line_ids = fields.One2many(
        comodel_name="governance.handover.line",
        inverse_name="handover_id",
        string="What Is Kept",
        readonly=True,
    )
    open_count = fields.Integer(string="Still to Do", compute="_compute_open_count")
    agreed_on = fields.Datetime(
        string="Agreed by the Head on",
        readonly=True,
        copy=False,
        help="From then on, loans, requests and disclosures of the person can be "
        "ended. Once the user is archived, that takes nobody's consent.",
    )
    head_signed_on = fields.Datetime(
        string="Signed by the Head on", readonly=True, copy=False
    )
    custodian_id = fields.Many2one(
        comodel_name="res.users",
        string="Data Custodian",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    custodian_signed_on = fields.Datetime(
        string="Signed by the Custodian on", readonly=True, copy=False
    )
    can_sign = fields.Boolean(compute="_compute_can_sign")
    can_agree = fields.Boolean(compute="_compute_can_agree")
    can_work = fields.Boolean(compute="_compute_can_work")
    state = fields.Selection(
        selection=[
            ("open", "Being Handed Over"),
            ("done", "Handed Over"),
            ("cancelled", "Stays"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="open",
        index=True,
        tracking=True,
    )

    _one_open = models.UniqueIndex(
        "(user_id, company_id) WHERE state = 'open'",
        "There is a hand-over of this person already.",
    )

    # ------------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------------

    @api.depends("user_id", "company_id")
    def _compute_head_id(self):
        leaders = self.env["governance.approver.mixin"]
        for handover in self:
            person = handover.user_id
            heads = leaders._get_leaders(person, handover.company_id) - person
            handover.head_id = handover.company_id._filter_staff(heads)[:1]

    @api.depends("line_ids.date_settled")
    def _compute_open_count(self):
        for handover in self:
            handover.open_count = len(handover._get_open_lines())

    @api.depends("state", "head_id", "head_signed_on", "custodian_id", "user_id")
    @api.depends_context("uid")
    def _compute_can_sign(self):
        for handover in self:
            handover.can_sign = bool(handover._get_signature(self.env.user))

    @api.depends("state", "head_id", "agreed_on", "user_id.active")
    @api.depends_context("uid")
    def _compute_can_agree(self):
        for handover in self:
            handover.can_agree = (
                handover.state == "open"
                and not handover.agreed_on
                and handover.user_id.sudo().active
                and handover.head_id == self.env.user
            )

    @api.depends("state", "head_id", "user_id")
    @api.depends_context("uid")
    def _compute_can_work(self):
        """Offer the steps to those who may take them; who leaves only reads."""
        workable = self._origin._filtered_access("write")
        for handover in self:
            handover.can_work = handover.state == "open" and (
                handover._origin in workable or not handover._origin
            )

    @api.depends("user_id")
    def _compute_display_name(self):
        for handover in self:
            handover.display_name = self.env._(
                "Hand-over of %(person)s", person=handover.user_id.sudo().name or ""
            )

    # ------------------------------------------------------------------
    # GUARD
    # ------------------------------------------------------------------

    @api.constrains("user_id", "successor_id", "head_id", "custodian_id")
    def _check_people(self):
        for handover in self.sudo():
            if handover.user_id.share or handover.user_id._is_superuser():
                raise ValidationError(
                    self.env._("%(name)s is no employee.", name=handover.user_id.name)
                )
            if handover.user_id in handover.successor_id | handover.head_id:
                raise ValidationError(
                    self.env._(
                        "%(person)s hands over to somebody else, and somebody else "
                        "confirms it.",
                        person=handover.user_id.name,
                    )
                )
            if handover.head_id and handover.head_id == handover.custodian_id:
                raise ValidationError(
                    self.env._(
                        "%(name)s has signed as data custodian. Somebody else signs as "
                        "head of the department.",
                        name=handover.head_id.name,
                    )
                )

    @api.constrains("head_id")
    def _check_head(self):
        """Let only people who lead others sign as head, not just anybody (C-40)."""
        leaders = self.env["governance.approver.mixin"]
        for handover in self.sudo():
            head = handover.head_id
            if not (
                not head
                or head in leaders._get_leaders(handover.user_id, handover.company_id)
                or leaders._get_led_people(head)
                or head._has_group("crm_governance.group_leader")
                or head._has_group("crm_governance.group_executive")
            ):
                raise ValidationError(
                    self.env._(
                        "%(name)s leads no department and no team. Choose who does, or "
                        "an executive.",
                        name=head.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        """Begin hand-overs, and look up what is kept."""
        handovers = super().create(vals_list)
        handovers._refresh()
        handovers._ask_heads()
        return handovers

    def write(self, vals):
        """Change open hand-overs; whose it is stays, and a new head signs anew."""
        others = self.browse()
        if not self._is_system():
            if "user_id" in vals and any(
                handover.user_id.id != vals["user_id"] for handover in self
            ):
                raise UserError(
                    self.env._("Begin another hand-over for another person.")
                )
            if "head_id" in vals and self.filtered("head_signed_on"):
                raise UserError(self.env._("The head of the department has signed."))
            if "head_id" in vals:
                others = self.filtered(
                    lambda handover: handover.head_id.id != vals["head_id"]
                )
        heads = {handover: handover.head_id for handover in self.sudo()}
        result = super().write(vals)
        # Another head has not agreed yet.
        if others:
            others._as_system().write({"agreed_on": False})
        if "head_id" in vals:
            for handover, head in heads.items():
                if head != handover.head_id:
                    handover._get_todos_as_head(head).unlink()
            self._ask_heads()
        return result

    @api.model
    def _get_user_fields(self):
        return {"user_id", "kind", "date_leaving", "successor_id", "head_id", "note"}

    def _is_closed(self):
        return self.state != "open"

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_refresh(self):
        """Look up again what is kept."""
        self.check_access("write")
        for handover in self:
            handover._check_still_open()
            handover._refresh()
        return True

    def action_agree(self):
        """Agree, as head of the department, that loans and requests end (C-41).

        :raises AccessError: for everybody else
        """
        self.check_access("write")
        for handover in self:
            handover._lock()
            handover._check_still_open()
            if self.env.user != handover.head_id:
                raise AccessError(
                    self.env._("The head of the department agrees, nobody else.")
                )
            self.env.user._check_governance_not_suspended()
            if not handover.agreed_on:
                handover._as_system().write({"agreed_on": fields.Datetime.now()})
        return True

    def action_pass_on(self):
        """Hand over what can be handed over, with the rights of the current user.

        What cannot is named and stays open; nothing else is kept from going over.

        :raises UserError: without a successor
        """
        self.ensure_one()
        self.check_access("write")
        self._check_still_open()
        self.env.user._check_governance_not_suspended()
        if not self.successor_id:
            raise UserError(self.env._("Say first who takes over what is kept."))
        self._refresh()
        failures = []
        lines = self._get_open_lines().with_env(self.env)
        for line in lines.sorted(lambda line: line.kind in FOLLOWING):
            try:
                with self.env.cr.savepoint():
                    getattr(self, f"_pass_on_{line.kind}")(line._get_holding())
                    self.env.flush_all()
            except UserError as error:
                self.env.invalidate_all()
                failures.append(str(error))
        self._refresh()
        return self._get_notification(failures)

    def _get_notification(self, failures):
        """Return an action that says what could not be handed over, and why."""
        again = {"type": "ir.actions.client", "tag": "soft_reload"}
        if not failures:
            return again
        reasons = list(dict.fromkeys(failures))[:MAX_NAMED]
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "sticky": True,
                "title": self.env._("Not everything could be handed over"),
                "message": "\n".join(reasons),
                "next": again,
            },
        }

    def action_sign(self):
        """Sign as head of the department or as data custodian (C-40).

        The second signature closes the hand-over.

        :raises AccessError: for everybody else
        :raises UserError: while something is kept, naming it
        """
        self.check_access("write")
        for handover in self:
            handover._lock()
            known = handover.sudo()
            values = handover._get_signature(self.env.user)
            if not values:
                raise AccessError(
                    self.env._(
                        "The head of the department and a data custodian sign, each "
                        "once: two persons, and not who leaves."
                    )
                )
            self.env.user._check_governance_not_suspended()
            known._refresh()
            handover._check_nothing_left()
            known._as_system().write(values)
            if known.head_signed_on:
                known._get_todos_as_head(known.head_id).unlink()
            if known.head_signed_on and known.custodian_signed_on:
                known._as_system().write({"state": "done"})
                known.activity_ids.unlink()
        return True

    def action_cancel(self):
        """Note that the person stays after all (a data custodian)."""
        self.check_access("write")
        self.env.user._check_governance_custodian()
        for handover in self:
            handover._check_still_open()
            if self.env.user == handover.user_id:
                raise AccessError(self.env._("Another data custodian does this."))
            handover._as_system().write({"state": "cancelled"})
            handover.sudo().activity_ids.unlink()
        return True

    # ------------------------------------------------------------------
    # SIGNATURES
    # ------------------------------------------------------------------

    def _get_signature(self, user):
        """Return what is written when a person signs now; nothing without a say."""
        self.ensure_one()
        known = self.sudo()
        if known.state != "open" or user in known.user_id | known.custodian_id:
            return {}
        now = fields.Datetime.now()
        if user == known.head_id:
            return {} if known.head_signed_on else {"head_signed_on": now}
        if known.custodian_id or not user.has_group("crm_governance.group_custodian"):
            return {}
        return {"custodian_id": user.id, "custodian_signed_on": now}

    def _check_goes(self):
        """Refuse to end what somebody uses on the word of one person (C-41).

        :raises UserError: until the user is archived, or the head, who is somebody
            else than the current user, has agreed
        """
        self.ensure_one()
        known = self.sudo()
        if known.user_id.active and not (
            known.agreed_on and known.head_id != self.env.user
        ):
            raise UserError(
                self.env._(
                    "%(person)s can still work with loans, requests and disclosures. "
                    "The head of the department agrees first, and somebody else ends "
                    "them.",
                    person=known.user_id.name,
                )
            )

    def _check_nothing_left(self):
        """Refuse to sign while something is kept (C-42).

        :raises UserError: naming it
        """
        self.ensure_one()
        if lines := self._get_open_lines().with_env(self.env):
            names = [line.display_name for line in lines[:MAX_NAMED]]
            if len(lines) > MAX_NAMED:
                names.append(self.env._("%(count)s more", count=len(lines) - MAX_NAMED))
            raise UserError(
                self.env._(
                    "%(person)s still keeps %(things)s. It is handed over or returned "
                    "first.",
                    person=self.user_id.sudo().name,
                    things=format_list(self.env, names),
                )
            )

    def _get_open_lines(self):
        return self.sudo().line_ids.filtered(lambda line: not line.date_settled)

    # ------------------------------------------------------------------
    # WHAT IS KEPT
    # ------------------------------------------------------------------

    def _get_holdings(self):
        """Return what the person keeps in this company: ``[(kind, records)]``."""
        self.ensure_one()
        person = self.sudo().user_id
        mine = Domain("user_id", "=", person.id)
        companies = Domain("company_id", "in", self._get_companies_kept())
        customers = self.env["res.partner"].sudo()
        kept = [
            (
                role,
                customers.search(
                    Domain(self._get_role_field(role), "=", person.id)
                    & Domain("parent_id", "=", False)
                    & companies
                ),
            )
            for role in ROLES
        ]
        pending = Domain("active", "=", True) & Domain("won_status", "=", "pending")
        leads = self.env["crm.lead"].sudo().search(mine & pending & companies)
        return kept + [("lead", leads), ("todo", self._get_todos_kept())]

    def _get_companies_kept(self):
        """Return the companies, as numbers, whose things are handed over here.

        Things of no company are handed over in that where the person works.
        """
        at_home = self.sudo().user_id.company_id == self.company_id
        return [self.company_id.id, False] if at_home else [self.company_id.id]

    def _get_todos_kept(self):
        """Return the open to-dos of the person about records of this company.

        What a step of governance puts on a list is nothing to hand over: it goes to
        whoever has the role.  Private notes, about no record, stay private.
        """
        ours = Domain("res_model", "=like", "governance.%")
        todos = (
            self.env["mail.activity"]
            .sudo()
            .search_fetch(
                Domain("user_id", "=", self.sudo().user_id.id)
                & Domain("active", "=", True)
                & Domain("res_model", "!=", False)
                & ~(Domain("automated", "=", True) & ours),
                ["res_model", "res_id"],
            )
        )
        found = todos.browse()
        for model, group in todos.grouped("res_model").items():
            if model in self.env:
                known = self._filter_company_kept(
                    self.env[model].sudo().browse(set(group.mapped("res_id")))
                )
                ids = set(known.ids)
                found |= group.filtered(lambda todo, ids=ids: todo.res_id in ids)
        return found

    def _filter_company_kept(self, records):
        """Return those of some records that belong to this company, in one search."""
        companies = self._get_companies_kept()
        field = records._fields.get("company_id")
        domain = Domain("id", "in", records.ids)
        if field and field.type == "many2one" and (field.store or field.search):
            domain &= Domain("company_id", "in", companies)
        elif False not in companies:
            return records.browse()
        return records.with_context(active_test=False).search(domain, order="id")

    @api.model
    def _get_role_field(self, role):
        """Return the field of the customer that names who has a role."""
        roles = self.env["governance.approver.mixin"]._get_customer_role_fields()
        return roles[role]

    def _refresh(self):
        """Let the list say what is kept at this moment, and what is not any more."""
        now = fields.Datetime.now()
        for handover in self.sudo():
            kept = {
                (kind, record._name, record.id)
                for kind, records in handover._get_holdings()
                for record in records
            }
            listed = {
                (line.kind, line.res_model, line.res_id): line
                for line in handover.line_ids
            }
            lines = handover.env["governance.handover.line"]._as_system()
            lines.create(
                [
                    {
                        "handover_id": handover.id,
                        "kind": kind,
                        "res_model": model,
                        "res_id": id_,
                    }
                    for kind, model, id_ in sorted(kept - set(listed))
                ]
            )
            for is_kept, date_settled in ((True, False), (False, now)):
                changed = [
                    line.id
                    for key, line in listed.items()
                    if (key in kept) == is_kept == bool(line.date_settled)
                ]
                lines.browse(changed).write({"date_settled": date_settled})

    def _pass_on_role(self, role, customer):
        customer.write({self._get_role_field(role): self.successor_id.id})

    def _pass_on_owner(self, customer):
        self._pass_on_role("owner", customer)

    def _pass_on_specialist(self, customer):
        self._pass_on_role("specialist", customer)

    def _pass_on_liaison_leader(self, customer):
        self._pass_on_role("liaison_leader", customer)

    def _pass_on_lead(self, lead):
        lead.write({"user_id": self.successor_id.id})
        self._check_successor_reads(lead)

    def _pass_on_todo(self, todo):
        """Give a to-do to the successor, who gets no message of each."""
        todo.with_context(mail_activity_quick_update=True).write(
            {"user_id": self.successor_id.id}
        )
        known = todo.sudo()
        self._check_successor_reads(self.env[known.res_model].browse(known.res_id))

    def _check_successor_reads(self, record):
        """Refuse to hand over to somebody who would never see it (C-41).

        :raises UserError: naming who may not read what
        """
        if not record.with_user(self.successor_id).has_access("read"):
            raise UserError(
                self.env._(
                    "%(person)s may not read %(thing)s. Hand over the customer first, "
                    "or choose somebody else.",
                    person=self.successor_id.name,
                    thing=record.display_name,
                )
            )

    # ------------------------------------------------------------------
    # PEOPLE WHO ARE ARCHIVED
    # ------------------------------------------------------------------

    @api.model
    def _note_leaving(self, users):
        """Begin the hand-over of people who were archived and still keep something.

        Rooms refuse to archive people for what has to be back first.
        """
        for user in users.sudo().filtered(lambda user: not user.share):
            for company in user.company_ids:
                self._as_system().with_company(company)._note_leaver(user, company)

    @api.model
    def _note_leaver(self, user, company):
        values = {"user_id": user.id, "company_id": company.id}
        handover = self.search(
            [*((name, "=", value) for name, value in values.items())]
            + [("state", "=", "open")],
            limit=1,
        )
        if not handover and not any(
            records for _kind, records in self.new(values)._get_holdings()
        ):
            return
        handover = handover or self.create(values)
        handover._refresh()
        handover._ask_custodians()

    def _ask_heads(self):
        """Put each hand-over on the list of the head of the department, who signs."""
        for handover in self.sudo():
            head = handover.company_id._filter_staff(handover.head_id)
            if handover.state != "open" or handover._get_todos_as_head(head):
                continue
            for user in head:
                handover.activity_schedule(
                    "crm_governance.mail_activity_type_sign",
                    date_deadline=handover.date_leaving
                    or fields.Date.context_today(handover),
                    summary=self.with_context(lang=user.lang).env._(
                        "Sign when everything was handed over"
                    ),
                    user_id=user.id,
                )

    def _get_todos_as_head(self, head):
        """Return what the list of the head of the department says of this hand-over."""
        kind = self.env.ref("crm_governance.mail_activity_type_sign")
        return self.sudo().activity_ids.filtered(
            lambda todo: todo.activity_type_id == kind and todo.user_id == head
        )

    def _ask_custodians(self):
        """Put the hand-over on the lists of the custodians of the company."""
        self.ensure_one()
        people = self.company_id._get_custodians() - self.user_id
        asked = self.sudo().activity_ids - self._get_todos_as_head(self.sudo().head_id)
        for user in people - asked.user_id:
            self.sudo().activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=fields.Date.context_today(self),
                summary=self.with_context(lang=user.lang).env._(
                    "Take back what somebody who has left still keeps"
                ),
                user_id=user.id,
            )
