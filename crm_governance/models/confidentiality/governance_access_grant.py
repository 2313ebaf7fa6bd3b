# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import format_datetime

# Access that begins again within this time after the last one counts as having
# lasted without a break, so that ending and asking anew gains nothing.
GAP = timedelta(days=1)
# The holder is told this long before the end, once.
NOTICE = timedelta(days=1)


class GovernanceAccessGrant(models.Model):
    """The right of one person to read one confidential customer for a time.

    Whether it is live is decided when somebody reads, by ``date_end``; the state
    only tells people how it ended.  A grant lets nobody change anything.
    """

    _name = "governance.access.grant"
    _description = "Access to a Confidential Customer"
    _inherit = [
        "governance.classified.mixin",
        "governance.guarded.mixin",
        "governance.isolated.mixin",
    ]
    _order = "date_start desc, id desc"
    _rec_name = "partner_id"

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
        string="Person",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    kind = fields.Selection(
        selection=[
            ("request", "Asked for and approved"),
            ("emergency", "Emergency"),
            ("derived", "Passed on"),
        ],
        required=True,
        readonly=True,
        default="request",
    )
    date_start = fields.Datetime(string="From", required=True, readonly=True)
    date_end = fields.Datetime(string="Until", required=True, readonly=True)
    continuous_since = fields.Datetime(
        required=True,
        readonly=True,
        help="Since when access has lasted without a break, renewals included.",
    )
    state = fields.Selection(
        selection=[
            ("active", "Live"),
            ("expired", "Expired"),
            ("revoked", "Revoked"),
            ("renewed", "Renewed"),
        ],
        default="active",
        required=True,
        readonly=True,
        index=True,
    )
    granted_by = fields.Many2one(
        comodel_name="res.users", readonly=True, ondelete="restrict"
    )
    revoked_by = fields.Many2one(
        comodel_name="res.users", readonly=True, ondelete="restrict"
    )
    # What people type may name the customer, so it is read through `why`.
    reason = fields.Text(
        string="Reason as Typed", readonly=True, groups=fields.NO_ACCESS
    )
    end_reason = fields.Text(
        string="Why it ended", readonly=True, groups=fields.NO_ACCESS
    )
    why = fields.Text(
        string="Reason",
        compute="_compute_why",
        compute_sudo=True,
        help="Shown to the person and to whoever may read the customer.",
    )
    why_ended = fields.Text(compute="_compute_why", compute_sudo=True)
    is_reminded = fields.Boolean(readonly=True)
    is_live = fields.Boolean(compute="_compute_is_live", search="_search_is_live")
    can_end = fields.Boolean(compute="_compute_can_end")

    _decision_idx = models.Index(
        "(user_id, partner_id, date_start, date_end) WHERE state = 'active'"
    )
    _one_live = models.UniqueIndex(
        "(user_id, partner_id) WHERE state = 'active'",
        "This person has been given access to this customer in the meantime.",
    )
    _dates_check = models.Constraint(
        "CHECK (date_end >= date_start)", "Access ends after it has begun."
    )

    @api.depends("state", "date_start", "date_end")
    def _compute_is_live(self):
        for grant in self:
            grant.is_live = bool(grant.filtered_domain(self._get_live_domain()))

    @api.depends("reason", "end_reason")
    @api.depends_context("uid")
    def _compute_why(self):
        readable = self._filter_by_clearance("read")
        for grant in self:
            shown = grant in readable or grant.user_id == self.env.user
            grant.why = shown and grant.reason
            grant.why_ended = shown and grant.end_reason

    @api.depends("state", "date_end")
    @api.depends_context("uid")
    def _compute_can_end(self):
        for grant in self:
            grant.can_end = grant.is_live and grant._is_ended_by(self.env.user)

    def _search_is_live(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._get_live_domain()

    @api.model
    def _get_live_domain(self):
        now = fields.Datetime.now()
        return (
            Domain("state", "=", "active")
            & Domain("date_start", "<=", now)
            & Domain("date_end", ">", now)
        )

    def _is_closed(self):
        return True

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_revoke(self):
        """Open the dialog that ends access; AccessError for whoever may not end it.

        The holder, who gave it, the account owner and data custodians may.
        """
        self.check_access("read")
        self._check_ending()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_governance.governance_access_end_action"
        )
        action["context"] = {"default_grant_ids": self.ids}
        return action

    # ------------------------------------------------------------------
    # WHO MAY
    # ------------------------------------------------------------------

    def _is_ended_by(self, user):
        self.ensure_one()
        grant = self.sudo()
        return user in (
            grant.user_id | grant.granted_by | grant.partner_id.user_id
        ) or user._has_group("crm_governance.group_custodian")

    def _check_ending(self):
        """Refuse that just anybody takes access away.

        :raises AccessError: naming who may
        """
        for grant in self:
            if not grant._is_ended_by(self.env.user):
                raise AccessError(
                    self.env._(
                        "This access is ended by its holder, by who gave it, by the "
                        "customer's salesperson or by a data custodian."
                    )
                )

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    @api.model
    def _grant(self, partner, user, date_end, **values):
        """Let a person read a customer until `date_end`; return the grant.

        Whoever calls has checked the right to do it.  A live grant of the person
        is replaced by the new one, which counts as its renewal.

        :param partner: the customer, or one of its contacts
        :param datetime date_end: naive UTC
        :raises UserError: when the time is over already, or when a derived grant
            would outlive or exceed the one that it comes from
        """
        customer = partner.sudo().commercial_partner_id
        now = fields.Datetime.now()
        if date_end <= now:
            raise UserError(
                self.env._("Access would have ended already. Choose a later time.")
            )
        parent = values.get("parent_id") and self.browse(values["parent_id"]).sudo()
        if parent:
            parent._check_passes_on(customer, date_end)
        since = self._get_continuous_since(customer, user)
        if values.get("kind") != "emergency":
            self._check_longest(customer, user, date_end)
        former = self._end_former(customer, user)
        grant = self._as_system().create(
            {
                "partner_id": customer.id,
                "user_id": user.id,
                "date_start": now,
                "date_end": date_end,
                "continuous_since": since,
                "granted_by": self.env.uid,
                **values,
            }
        )
        former._pass_children_to(grant)
        grant._enter_register("granted")
        return grant

    @api.model
    def _get_continuous_since(self, customer, user):
        """Return since when a person has had access without a break, or now.

        Breaks of up to `GAP` do not count: neither renewing, nor ending and
        asking anew, nor an emergency in between begins the time again.
        """
        now = fields.Datetime.now()
        last = self.sudo().search(
            [
                ("partner_id", "=", customer.id),
                ("user_id", "=", user.id),
                ("date_end", ">=", now - GAP),
            ],
        )
        return min(last.mapped("continuous_since"), default=now)

    @api.model
    def _get_latest_end(self, customer, user):
        """Return until when the ladder lets a person have access, None without one.

        Other rooms call it.
        """
        ladder = self.env["governance.clearance.ladder"]._get_current()
        if not ladder:
            return None
        since = self._get_continuous_since(customer, user)
        return min(
            fields.Datetime.now() + timedelta(days=ladder.grant_max_days),
            since + timedelta(days=ladder.grant_total_days),
        )

    @api.model
    def _check_longest(self, customer, user, date_end):
        """Refuse access for longer than the ladder in force allows.

        :raises UserError: saying until when it may last
        """
        latest = self._get_latest_end(customer, user)
        if latest is None or date_end <= latest:
            return
        raise UserError(
            self.env._(
                "The clearance ladder allows access of %(user)s to this customer "
                "until %(date)s at the latest, renewals included. Whoever needs it "
                "for longer needs the clearance or a role on the customer.",
                user=user.sudo().name,
                date=format_datetime(self.env, latest),
            )
        )

    @api.model
    def _end_former(self, customer, user):
        """End what the person had before; return it if it was still live."""
        former = self.sudo().search(
            [
                ("partner_id", "=", customer.id),
                ("user_id", "=", user.id),
                ("state", "=", "active"),
            ]
        )
        former.lock_for_update()
        live = former.filtered("is_live")
        live._as_system().write({"state": "renewed", "date_end": fields.Datetime.now()})
        (former - live)._as_system().write({"state": "expired"})
        former.flush_recordset()
        former._end_requests()
        return live

    def _end(self, reason):
        """End live access at once, with everything that was passed on from it."""
        now = fields.Datetime.now()
        live = self.sudo().filtered("is_live")
        live._as_system().write(
            {
                "state": "revoked",
                "date_end": now,
                "revoked_by": self.env.uid,
                "end_reason": reason,
            }
        )
        live._enter_register("revoked")
        live._end_requests()
        children = live.child_ids.filtered("is_live")
        if children:
            children.with_env(self.env)._end(reason)

    def _end_requests(self):
        """Let the requests follow that this access came from."""
        requests = self.env["governance.access.request"].sudo()
        granted = requests.search(
            [("grant_id", "in", self.ids), ("state", "=", "active")]
        )
        granted._as_system().write({"state": "ended"})

    def _enter_register(self, event):
        for grant in self.sudo():
            self.env["governance.access.entry"]._record(
                event,
                grant.partner_id,
                subject=grant.user_id,
                record=grant,
                detail={"kind": grant.kind, "until": str(grant.date_end)},
            )

    # ------------------------------------------------------------------
    # CRON
    # ------------------------------------------------------------------

    @api.model
    def _cron_tidy(self):
        """Note what has ended and remind of what ends soon.

        Nobody's access depends on it: whether it is live is decided when read.
        """
        if self._isolate_each(self._get_ended_domain(), "_expire"):
            self._isolate_each(self._get_ending_domain(), "_remind")

    @api.model
    def _get_ended_domain(self):
        return Domain("state", "=", "active") & Domain(
            "date_end", "<=", fields.Datetime.now()
        )

    @api.model
    def _get_ending_domain(self):
        soon = fields.Datetime.now() + NOTICE
        return (
            self._get_live_domain()
            & Domain("date_end", "<=", soon)
            & Domain("is_reminded", "=", False)
            & Domain("kind", "!=", "emergency")
        )

    def _expire(self):
        self._as_system().write({"state": "expired"})
        self._end_requests()

    def _remind(self):
        """Tell the holder once that access ends soon."""
        self.ensure_one()
        self._as_system().write({"is_reminded": True})
        if self.date_end - self.date_start <= NOTICE:
            return
        # Without the customer's name: the message outlives the access.
        self.user_id.with_user(SUPERUSER_ID)._notify_in_own_language(
            lambda env: (
                env._("Your access to a confidential customer ends soon"),
                env._(
                    "It ends within a day. If you need it for longer, ask again under "
                    "Customer Governance > Confidentiality > My access."
                ),
            ),
            model=self._name,
            res_id=self.id,
        )
