# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class GovernanceLegalHold(models.Model):
    """What must be preserved, whatever retention and requests say (anchor 11, 12).

    A file or volume may be under many holds and is free when the last one is lifted.
    Who has no right on holds does not see them.
    """

    _name = "governance.legal.hold"
    _description = "Legal Hold"
    _inherit = ["governance.guarded.mixin", "mail.thread"]
    _order = "id desc"
    _has_drafts = True
    _check_company_auto = True

    name = fields.Char(
        required=True, help="Seen only by people with the right “Legal holds”."
    )
    reference = fields.Char(help="Number of the case, order or audit.")
    reason = fields.Text(
        required=True, help="What the files are needed for, and who asked for it."
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Placed by",
        required=True,
        readonly=True,
        copy=False,
        ondelete="restrict",
        default=lambda self: self.env.user,
    )
    date_start = fields.Datetime(string="In Force since", readonly=True, copy=False)
    date_end = fields.Datetime(string="Lifted on", readonly=True, copy=False)
    lifted_by_id = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False, ondelete="restrict"
    )
    lift_reason = fields.Text(
        string="Why it is lifted",
        copy=False,
        help="Needed before the hold is lifted, for instance: the case is closed.",
    )
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("active", "In Force"),
            ("lifted", "Lifted"),
        ],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        index=True,
        tracking=True,
    )
    line_ids = fields.One2many(
        comodel_name="governance.legal.hold.line",
        inverse_name="hold_id",
        string="Files and Volumes",
        copy=False,
    )
    line_count = fields.Integer(string="Items", compute="_compute_line_count")

    @api.depends("line_ids")
    def _compute_line_count(self):
        for hold in self:
            hold.line_count = len(hold.line_ids)

    # ------------------------------------------------------------------
    # GUARD
    # ------------------------------------------------------------------

    @api.model
    def _get_user_fields(self):
        return {"name", "reference", "reason", "company_id", "line_ids", "lift_reason"}

    def _is_closed(self):
        """Return whether nothing is added any more."""
        return self.state == "lifted"

    def write(self, vals):
        """Change drafts; what is in force takes more items and the end only."""
        if not self._is_system():
            words = set(vals) & {"name", "reference", "reason", "company_id"}
            for hold in self:
                if words and hold.state != "draft":
                    hold._refuse_change()
        return super().write(vals)

    def _check_deletable(self):
        for hold in self:
            if hold.state != "draft":
                hold._refuse_change()

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_place(self):
        """Put the holds in force at once.

        :raises AccessError: for people without the right on holds
        :raises UserError: without items, and for what is destroyed already
        """
        self.check_access("write")
        self._check_holder()
        for hold in self:
            hold._lock()
            if hold.state != "draft":
                raise UserError(
                    self.env._("“%(hold)s” has been placed already.", hold=hold.name)
                )
            lines = hold.sudo().line_ids
            if not lines:
                raise UserError(
                    self.env._(
                        "Say which files or volumes “%(hold)s” preserves.",
                        hold=hold.name,
                    )
                )
            hold._as_system().write(
                {
                    "state": "active",
                    "date_start": fields.Datetime.now(),
                    "user_id": self.env.uid,
                }
            )
            lines.with_env(hold.env)._take_effect()
        return True

    def action_lift(self):
        """End the holds; what no other hold keeps is free again.

        :raises AccessError: for people without the right on holds
        :raises UserError: for holds that are not in force, and without a reason
        """
        self.check_access("write")
        self._check_holder()
        for hold in self:
            hold._lock()
            if hold.state != "active":
                raise UserError(
                    self.env._("“%(hold)s” is not in force.", hold=hold.name)
                )
            if not (hold.lift_reason or "").strip():
                raise UserError(
                    self.env._(
                        "Say in “Why it is lifted” what has changed, then lift "
                        "“%(hold)s”.",
                        hold=hold.name,
                    )
                )
            hold._as_system().write(
                {
                    "state": "lifted",
                    "date_end": fields.Datetime.now(),
                    "lifted_by_id": self.env.uid,
                }
            )
            hold.sudo().line_ids.with_env(hold.env)._enter_register("released")
        return True

    @api.model
    def _check_holder(self):
        """Refuse everybody who has no right on holds."""
        if not self.env.user.has_group("crm_governance.group_hold"):
            raise AccessError(
                self.env._("Only people with the right “Legal holds” place and lift.")
            )

    @api.model
    def _open_holds_of(self, files):
        self._check_holder()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_governance.governance_legal_hold_action"
        )
        action["domain"] = [("line_ids.file_id", "in", files.ids)]
        action["context"] = {}
        return action
