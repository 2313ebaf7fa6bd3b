# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class GovernanceAccessGrant(models.Model):
    """The right of one person to read one confidential customer for a time.

    Whether it is live is decided when somebody reads, by ``date_end``; the state
    only tells people how it ended.  A grant lets nobody change anything.
    """

    _name = "governance.access.grant"
    _description = "Access to a Confidential Customer"
    _inherit = ["governance.classified.mixin", "governance.guarded.mixin"]
    _order = "date_start desc, id desc"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        required=True,
        readonly=True,
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
    parent_id = fields.Many2one(
        comodel_name="governance.access.grant",
        string="Passed on from",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="This access never lasts longer than the one that it comes from.",
    )
    child_ids = fields.One2many(
        comodel_name="governance.access.grant",
        inverse_name="parent_id",
        string="Passed on to",
        readonly=True,
    )
    granted_by = fields.Many2one(
        comodel_name="res.users", readonly=True, ondelete="restrict"
    )
    revoked_by = fields.Many2one(
        comodel_name="res.users", readonly=True, ondelete="restrict"
    )
    reason = fields.Text(readonly=True)
    end_reason = fields.Text(string="Why it ended", readonly=True)
    is_live = fields.Boolean(compute="_compute_is_live", search="_search_is_live")

    _decision_idx = models.Index("(user_id, partner_id, date_end)")
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
        former = self._end_former(customer, user)
        grant = self._as_system().create(
            {
                "partner_id": customer.id,
                "user_id": user.id,
                "date_start": now,
                "date_end": date_end,
                "continuous_since": former.continuous_since or now,
                "granted_by": self.env.uid,
                **values,
            }
        )
        grant._enter_register("granted")
        return grant

    def _check_passes_on(self, customer, date_end):
        self.ensure_one()
        if self.partner_id != customer or not self.is_live:
            raise UserError(
                self.env._("The access that should be passed on is not in force.")
            )
        if date_end > self.date_end:
            raise UserError(
                self.env._(
                    "Access that is passed on ends with the one that it comes from, "
                    "at the latest."
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
        children = live.child_ids.filtered("is_live")
        if children:
            children.with_env(self.env)._end(reason)

    def _enter_register(self, event):
        for grant in self.sudo():
            self.env["governance.access.entry"]._record(
                event,
                grant.partner_id,
                subject=grant.user_id,
                record=grant,
                detail={"kind": grant.kind, "until": str(grant.date_end)},
            )
