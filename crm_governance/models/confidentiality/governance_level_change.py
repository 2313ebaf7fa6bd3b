# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tools import SQL

# More customers than this change their level in the background.
AT_ONCE = 50


class GovernanceLevelChange(models.Model):
    """A proposal to give customers another level (C-05).

    A custodian proposes, somebody else approves.  Raising takes effect with the
    proposal and is taken back when it is rejected; lowering waits for approval.
    """

    _name = "governance.level.change"
    _description = "Change of Confidentiality Level"
    _inherit = [
        "governance.classified.mixin",
        "governance.guarded.mixin",
        "governance.approval.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "id desc"
    _classified_by = "line_ids"
    _has_drafts = True

    name = fields.Char(compute="_compute_name", string="Proposal")
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        help="The company whose approval matrix decides; the level holds in all.",
    )
    partner_ids = fields.Many2many(
        comodel_name="res.partner",
        string="Customers",
        compute="_compute_partner_ids",
        inverse="_inverse_partner_ids",
        domain="['|', ('parent_id', '=', False), ('is_company', '=', True)]",
    )
    line_ids = fields.One2many(
        comodel_name="governance.level.change.line",
        inverse_name="change_id",
        string="Customers and their Levels",
        readonly=True,
    )
    level_id = fields.Many2one(
        comodel_name="governance.confidentiality.level",
        string="New Level",
        required=True,
        ondelete="restrict",
    )
    direction = fields.Selection(
        selection=[("raise", "Raise"), ("lower", "Lower")],
        readonly=True,
        help="Raising takes effect at once, lowering after approval.",
    )
    reason = fields.Text(required=True)
    requester_id = fields.Many2one(
        comodel_name="res.users",
        string="Proposed by",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("requested", "Waiting for Approval"),
            ("approved", "Approved"),
            ("done", "Done"),
            ("refused", "Refused"),
        ],
        default="draft",
        required=True,
        readonly=True,
        tracking=True,
        index=True,
    )
    open_count = fields.Integer(string="Customers Left", compute="_compute_open_count")

    @api.depends("level_id", "line_ids.partner_id")
    @api.depends_context("uid", "lang")
    def _compute_name(self):
        for change in self:
            customers = change.line_ids.partner_id
            if not change.level_id:
                change.name = self.env._("New proposal")
                continue
            change.name = self.env._(
                "%(customers)s: %(level)s",
                level=change.level_id.name,
                customers=customers.display_name
                if len(customers) == 1
                else self.env._("%(count)s customers", count=len(customers)),
            )

    @api.depends("line_ids.partner_id")
    def _compute_partner_ids(self):
        for change in self:
            change.partner_ids = change.line_ids.partner_id

    def _inverse_partner_ids(self):
        """Keep one line a customer; contacts stand for their customer."""
        for change in self:
            customers = change.partner_ids.commercial_partner_id
            gone = change.line_ids.filtered(
                lambda line, kept=customers: line.partner_id not in kept
            )
            new = customers - change.line_ids.partner_id
            change._as_system().write(
                {
                    "line_ids": [
                        *(Command.delete(line.id) for line in gone),
                        *(Command.create({"partner_id": c.id}) for c in new),
                    ]
                }
            )

    @api.depends("line_ids.state")
    def _compute_open_count(self):
        for change in self:
            change.open_count = len(
                change.line_ids.filtered(lambda line: line.state == "open")
            )

    # ------------------------------------------------------------------
    # CONFIDENTIALITY
    # ------------------------------------------------------------------

    def _get_classified_rank(self):
        return max(self.line_ids.partner_id.mapped("classification_rank"), default=0)

    def _filter_by_clearance(self, operation):
        """Return the proposals whose customers are all open to the current user."""
        return self._filter_by_clearance_sql(operation)

    @api.model
    def _get_clearance_domain(self, operation):
        hidden = self.env["governance.confidentiality"]._get_hidden_condition

        def to_sql(model, alias, query):
            return SQL(
                """NOT EXISTS (SELECT 1 FROM governance_level_change_line line
                                WHERE line.change_id = %s AND %s)""",
                SQL.identifier(alias, "id"),
                hidden(SQL.identifier("line", "partner_id"), operation),
                to_flush=[
                    self.env["governance.level.change.line"]._fields["partner_id"]
                ],
            )

        return Domain.custom(to_sql=to_sql)

    # ------------------------------------------------------------------
    # GUARD
    # ------------------------------------------------------------------

    def _get_author(self):
        return self.requester_id

    @api.model
    def _get_user_fields(self):
        return {"company_id", "partner_ids", "level_id", "reason"}

    # ------------------------------------------------------------------
    # APPROVAL
    # ------------------------------------------------------------------

    def action_request_approval(self):
        """Propose; what is raised is closed to others from this moment.

        :raises UserError: when nothing changes, when levels would go both ways, or
            when one of the levels is above the own clearance
        """
        self.check_access("write")
        for change in self:
            change._check_author()
            change._check_proposable()
            change._check_cleared_approvers()
            change._request_approval(reason=change.reason)
            change.line_ids._as_system()._note_former()
            lower = change.level_id.rank < min(change.line_ids.mapped("former_rank"))
            change._as_system().write(
                {"state": "requested", "direction": "lower" if lower else "raise"}
            )
            self.env["governance.access.entry"]._record(
                "proposed",
                change.line_ids.partner_id,
                record=change,
                detail={"to": change.level_id.rank},
            )
            if change.direction == "raise":
                change._apply_some()
        return True

    def _check_proposable(self):
        self.ensure_one()
        self.env.user._check_governance_custodian()
        if self.state != "draft":
            raise UserError(self.env._("This has been proposed already."))
        if not (self.reason or "").strip():
            raise UserError(
                self.env._("Say why: a level is changed with a reason only.")
            )
        if not self.line_ids:
            raise UserError(self.env._("Choose the customers."))
        self.line_ids.partner_id.sudo(False).check_access("read")
        ranks = self.line_ids.mapped("present_rank")
        wanted = self.level_id.rank
        if wanted in ranks:
            raise UserError(
                self.env._(
                    "Some of these customers are “%(level)s” already. Take them off "
                    "the list.",
                    level=self.level_id.name,
                )
            )
        if min(ranks) < wanted < max(ranks):
            raise UserError(
                self.env._(
                    "Some of these customers would be raised and some lowered. "
                    "Propose the two apart."
                )
            )
        self.env.user._check_governance_clearance(self._get_highest_level())

    def _get_highest_level(self):
        """Return the highest of the present levels and of the wanted one."""
        self.ensure_one()
        levels = self.env["governance.confidentiality.level"]
        ranks = self.line_ids.mapped("present_rank")
        return levels._get_by_rank(max(*ranks, self.level_id.rank))

    def _check_cleared_approvers(self):
        """Refuse a proposal that nobody could approve who is cleared for its levels.

        Raised customers are hidden at once, from the approvers as well: the request
        would wait for people who cannot see it.

        :raises UserError: naming the step, who signs it and the level
        """
        self.ensure_one()
        change = self.sudo()
        highest = change._get_highest_level()
        customer = change._get_approval_partner()
        company = change._get_approval_company()
        authors = change._get_approval_authors() | self.env.user
        for step in change._get_approval_policy().step_ids:
            users = step._get_approver_users(customer, company) - authors
            # Without any approver, the request itself says so.
            if users and all(user._get_clearance() < highest.rank for user in users):
                raise UserError(
                    self.env._(
                        "Nobody could sign the step “%(step)s” (%(approver)s): of "
                        "those who would sign it, nobody is cleared for “%(level)s”. "
                        "Somebody of them needs the clearance first.",
                        step=step.name,
                        approver=step.approver_label,
                        level=highest.name,
                    )
                )

    def _get_approval_subject(self):
        return "level_change"

    def _get_approval_hash_fields(self):
        return ["level_id", "line_ids.partner_id", "reason"]

    def _get_approval_partner(self):
        """Return the most confidential customer: it decides who may approve."""
        return self.line_ids.partner_id.sorted(
            lambda partner: (-partner.sudo().classification_rank, partner.id)
        )[:1]

    def _approval_approved(self, request):
        """Lower what waited for it; what was raised is final now.

        :raises UserError: when the approver is not cleared for the levels
        """
        levels = self.env["governance.confidentiality.level"]
        highest = max(*self.line_ids.mapped("former_rank"), self.level_id.rank)
        for approver in request._get_signers():
            approver._check_governance_clearance(levels._get_by_rank(highest))
        self._as_system().write({"state": "approved"})
        self._apply_some()

    def _approval_rejected(self, request):
        self._take_back()

    def _approval_closed(self, request):
        """Nobody decided: what was raised goes back, and can be proposed again."""
        self._take_back()

    def _take_back(self):
        """Give customers that were raised their former level again."""
        self.ensure_one()
        for line in self.line_ids.filtered(lambda line: line.state == "done"):
            if line.partner_id.governance_level_id == self.level_id:
                line.partner_id._classify(
                    line.former_level_id or self._get_lowest(), "kept"
                )
        self.line_ids._as_system().write({"state": "kept"})
        self._as_system().write({"state": "refused"})

    @api.model
    def _get_lowest(self):
        return self.env["governance.confidentiality.level"]._get_by_rank(0)

    # ------------------------------------------------------------------
    # EFFECT
    # ------------------------------------------------------------------

    def _apply_some(self):
        """Change the first customers now and the others in the background."""
        self.ensure_one()
        lines = self.line_ids.filtered(lambda line: line.state == "open")
        lines[:AT_ONCE]._apply()
        if len(lines) > AT_ONCE:
            self.env.ref("crm_governance.ir_cron_level_change")._trigger()
        self._finish()

    def _finish(self):
        for change in self.filtered(lambda change: change.state == "approved"):
            if not change.open_count:
                change._as_system().write({"state": "done"})

    @api.model
    def _cron_apply(self):
        """Change the customers of long lists, each on its own."""
        raised = Domain("change_id.state", "=", "requested") & Domain(
            "change_id.direction", "=", "raise"
        )
        approved = Domain("change_id.state", "=", "approved")
        self.env["governance.level.change.line"]._isolate_each(
            Domain("state", "=", "open") & (approved | raised), "_apply"
        )
        # Also those whose last customer was changed when the time ran out.
        self.search([("state", "=", "approved")])._finish()
