# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_list

from ..policy.unchecked_many2one import UncheckedMany2one

# Employees see a customer's tier; the reasons are for the people who govern.
READERS = (
    "crm_governance.group_user,crm_governance.group_committee,"
    "crm_governance.group_executive,crm_governance.group_auditor"
)


class ResPartner(models.Model):
    _inherit = "res.partner"

    # Unchecked: unlink() of a tier clears what points to it for any company.
    governance_tier_id = UncheckedMany2one(
        comodel_name="governance.tier",
        string="Customer Tier",
        company_dependent=True,
        readonly=True,
        copy=False,
        groups="base.group_user",
        help="The tier in the governing scheme of your company, as the last review "
        "or an approved override has it.",
    )
    governance_specialist_id = fields.Many2one(
        comodel_name="res.users",
        string="Marketing Specialist",
        domain=[("share", "=", False)],
        index="btree_not_null",
        groups="base.group_user",
    )
    governance_liaison_leader_id = fields.Many2one(
        comodel_name="res.users",
        string="Liaison Leader",
        domain=[("share", "=", False)],
        index="btree_not_null",
        groups="base.group_user",
        help="The executive who looks after this customer.",
    )
    governance_assignment_ids = fields.One2many(
        comodel_name="governance.tier.assignment",
        inverse_name="partner_id",
        string="Tier History",
        readonly=True,
        groups=READERS,
    )
    governance_tier_color = fields.Integer(
        related="governance_tier_id.color", groups="base.group_user"
    )
    governance_review_line_id = fields.Many2one(
        comodel_name="governance.tier.review.line",
        string="Latest Review of the Tier",
        compute="_compute_governance_review_line_id",
        groups=READERS,
    )
    governance_tier_explanation = fields.Html(
        string="Why This Tier",
        compute="_compute_governance_tier_explanation",
        groups=READERS,
        sanitize=False,
    )
    governance_next_review_date = fields.Date(
        string="Next Tier Review",
        compute="_compute_governance_next_review_date",
        search="_search_governance_next_review_date",
        groups=READERS,
    )
    governance_tier_asks_reason = fields.Boolean(
        related="governance_tier_id.asks_reason", groups="base.group_user"
    )
    governance_quiet_reason = fields.Text(
        string="Real Reason",
        groups="base.group_user",
        help="Why the customer buys no more, as it says itself.",
    )
    governance_referral_count = fields.Integer(
        string="Referrals",
        compute="_compute_governance_referral_count",
        groups=READERS,
        help="Prospects found through this customer and its contacts.",
    )
    governance_referral_target = fields.Char(
        string="Referral Target",
        compute="_compute_governance_referral_count",
        groups=READERS,
    )
    governance_override_count = fields.Integer(
        compute="_compute_governance_override_count",
        groups=READERS,
    )

    # ------------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------------

    @api.depends_context("uid", "company")
    def _compute_governance_review_line_id(self):
        lines = self.env["governance.tier.review.line"]
        for partner in self:
            commercial = partner.commercial_partner_id
            partner.governance_review_line_id = (
                lines._get_latest(commercial) if commercial.ids else lines
            )

    @api.depends_context("uid", "company", "lang")
    def _compute_governance_tier_explanation(self):
        for partner in self:
            partner.governance_tier_explanation = (
                partner.governance_review_line_id.explanation
            )

    @api.depends_context("uid", "company")
    def _compute_governance_next_review_date(self):
        dates = dict(
            self.env["governance.tier.assignment"]._read_group(
                [
                    ("partner_id", "in", self.commercial_partner_id.ids),
                    ("scheme_id.is_governing", "=", True),
                    ("company_id", "=", self.env.company.id),
                    ("date_end", "=", False),
                ],
                ["partner_id"],
                ["next_review_date:min"],
            )
        )
        for partner in self:
            partner.governance_next_review_date = dates.get(
                partner.commercial_partner_id
            )

    def _search_governance_next_review_date(self, operator, value):
        return [
            (
                "commercial_partner_id.governance_assignment_ids",
                "any",
                [
                    ("scheme_id.is_governing", "=", True),
                    ("company_id", "=", self.env.company.id),
                    ("date_end", "=", False),
                    ("next_review_date", operator, value),
                ],
            )
        ]

    @api.depends_context("uid", "company")
    @api.depends("governance_tier_id")
    def _compute_governance_referral_count(self):
        """Count the prospects found through customers (A-39)."""
        groups = (
            self.env["crm.lead"]
            .sudo()
            .with_context(active_test=False)
            ._read_group(
                [
                    (
                        "governance_referrer_id.commercial_partner_id",
                        "in",
                        self.commercial_partner_id.ids,
                    ),
                    ("company_id", "in", (self.env.company.id, False)),
                ],
                ["governance_referrer_id"],
                ["__count"],
            )
        )
        counts = dict.fromkeys(self.commercial_partner_id.ids, 0)
        for referrer, count in groups:
            counts[referrer.commercial_partner_id.id] += count
        for partner in self:
            tier = partner.governance_tier_id
            low, high = tier.referral_target_min, tier.referral_target_max
            partner.governance_referral_count = counts.get(
                partner.commercial_partner_id.id, 0
            )
            partner.governance_referral_target = (
                f"{low}–{high}" if low and high > low else str(low) if low else False
            )

    @api.depends_context("uid", "company")
    def _compute_governance_override_count(self):
        counts = dict(
            self.env["governance.tier.override"]._read_group(
                [("partner_id", "in", self.commercial_partner_id.ids)],
                ["partner_id"],
                ["__count"],
            )
        )
        for partner in self:
            partner.governance_override_count = counts.get(
                partner.commercial_partner_id, 0
            )

    # ------------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------------

    @api.model
    def default_get(self, fields):
        """Give no tier to new contacts, whatever a client's defaults say."""
        return super().default_get([f for f in fields if f != "governance_tier_id"])

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        named = [vals.get("governance_tier_id") for vals in vals_list]
        if any(named):
            partners._check_governance_tier()
        return partners

    def write(self, vals):
        self._check_governance_timezone(vals)
        self._check_governance_exit(vals)
        self._check_governance_roles(vals)
        # The core takes what it has written out of the values.
        moves = not {"parent_id", "is_company"}.isdisjoint(vals)
        turned = self.filtered(
            lambda partner: "active" in vals and partner.active != bool(vals["active"])
        )
        result = super().write(vals)
        if turned:
            self.env["governance.exit.report"]._use_up(turned)
        if moves:
            self._follow_commercial_tier()
        if "governance_tier_id" in vals:
            self._check_governance_tier()
        return result

    def _check_governance_timezone(self, vals):
        """Keep the days of a company from whoever writes contacts: terms go by them.

        :raises AccessError: for who does not administer companies
        """
        companies = self.env["res.company"]
        if "tz" not in vals or self.env.su or companies.has_access("write"):
            return
        moved = self.filtered(lambda partner: partner.tz != vals["tz"])
        if companies.sudo().search_count([("partner_id", "in", moved.ids)], limit=1):
            raise AccessError(
                self.env._(
                    "The days of a company, and with them all terms, begin in the time "
                    "zone of its contact: only administrators change it."
                )
            )

    @api.model
    def _commercial_fields(self):
        """Contacts have the tier and the roles of their commercial entity."""
        return super()._commercial_fields() + [
            "governance_tier_id",
            "governance_specialist_id",
            "governance_liaison_leader_id",
            "governance_quiet_reason",
        ]

    def _check_governance_readable(self):
        """Refuse that a record points at customers which its writer may not read.

        Its name would give them away.  Constraints run as superuser, so the
        question is asked for the user.

        :raises AccessError: when one of the customers is hidden
        """
        self.sudo(False).check_access("read")

    def _get_governing_assignments(self):
        """Return the present tiers of these customers, of every company."""
        return (
            self.env["governance.tier.assignment"]
            .sudo()
            .search(
                [
                    ("partner_id", "in", self.ids),
                    ("scheme_id.is_governing", "=", True),
                    ("date_end", "=", False),
                ]
            )
        )

    def _check_governance_tier(self):
        """Refuse any tier but the one that a review or an override has given.

        :raises UserError: when the tier on the contact is not the assigned one
        """
        company = self.env.company
        assigned = {
            assignment.partner_id.id: assignment.tier_id
            for assignment in self.commercial_partner_id._get_governing_assignments()
            if assignment.company_id == company
        }
        for partner in self:
            tier = assigned.get(partner.commercial_partner_id.id)
            if partner.governance_tier_id.id != (tier.id if tier else False):
                raise UserError(
                    self.env._(
                        "The tier of %(customer)s follows from reviews. To change it "
                        "outside of a review, ask for an override.",
                        customer=partner.display_name,
                    )
                )

    def _follow_commercial_tier(self):
        """Put the tiers of their commercial entity on these contacts and below."""
        family = (
            self.sudo()
            .with_context(active_test=False)
            .search([("id", "child_of", self.ids)])
        )
        assigned = {
            (assignment.company_id, assignment.partner_id): assignment.tier_id
            for assignment in family.commercial_partner_id._get_governing_assignments()
        }
        schemes = self.env["governance.tier.scheme"].sudo()
        for company in schemes.search([("is_governing", "=", True)]).company_id:
            for partner in family.with_company(company):
                entity = partner.commercial_partner_id
                tier = assigned.get((company, entity), partner.governance_tier_id[:0])
                if partner.governance_tier_id != tier:
                    partner.governance_tier_id = tier

    @api.model
    def _get_governance_role_flags(self):
        """Return ``{role field: field of the tier that demands the role}``."""
        return {
            "user_id": "requires_owner",
            "governance_specialist_id": "requires_specialist",
            "governance_liaison_leader_id": "requires_liaison_leader",
        }

    def _check_governance_roles(self, vals):
        """Refuse to take away a role that a tier demands (A-142, A-144).

        The roles are the same in every company, so the tiers of all count.

        :raises UserError: when a customer would be left without the role
        """
        roles = self._get_governance_role_flags()
        emptied = [name for name in roles if name in vals and not vals[name]]
        if not emptied:
            return
        for assignment in self._get_governing_assignments():
            for name in emptied:
                if assignment.tier_id[roles[name]]:
                    raise UserError(
                        self.env._(
                            "%(customer)s is “%(tier)s” and must have this role "
                            "filled: %(role)s. Name another person instead.",
                            customer=assignment.partner_id.display_name,
                            tier=assignment.tier_id.name,
                            role=self._fields[name]._description_string(self.env),
                        )
                    )

    def _check_governance_exit(self, vals):
        """Refuse to archive customers that need an exit report first (A-146).

        :raises UserError: naming the customers without an approved report
        """
        if "active" not in vals or vals["active"]:
            return
        active = self.filtered("active")
        missing = self.env["governance.exit.report"]._get_missing(active)
        if missing:
            raise UserError(
                self.env._(
                    "Before you give up %(customers)s, an investigation and "
                    "evaluation report has to be approved. Open the customer and "
                    "choose “Report before Giving up”.",
                    customers=format_list(self.env, missing[:5].mapped("display_name")),
                )
            )

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_governance_tier_history(self):
        """Open the tiers that the customer had."""
        self.ensure_one()
        self.check_access("read")
        self.env["governance.tier.assignment"].check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_governance.governance_tier_assignment_action"
        )
        action["domain"] = [("partner_id", "=", self.commercial_partner_id.id)]
        action["context"] = {}
        return action

    def action_governance_view_overrides(self):
        """Open the overrides of the customer that the user may read."""
        self.ensure_one()
        self.check_access("read")
        self.env["governance.tier.override"].check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_governance.governance_tier_override_action"
        )
        action["domain"] = [("partner_id", "=", self.commercial_partner_id.id)]
        action["context"] = {"default_partner_id": self.commercial_partner_id.id}
        return action

    def action_governance_view_referrals(self):
        """Open the prospects found through the customer that the user may read."""
        self.ensure_one()
        self.check_access("read")
        self.env["crm.lead"].check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("crm.crm_lead_all_leads")
        action["domain"] = [
            (
                "governance_referrer_id.commercial_partner_id",
                "=",
                self.commercial_partner_id.id,
            )
        ]
        action["context"] = {"default_governance_referrer_id": self.id}
        return action

    def action_governance_nominate(self):
        """Start a nomination for the next tier review that takes some.

        :raises UserError: when no review takes nominations now
        """
        self.ensure_one()
        self.check_access("read")
        self.env["governance.tier.nomination"].check_access("create")
        review = self.env["governance.tier.nomination"]._default_review_id()
        if not review:
            raise UserError(
                self.env._(
                    "No review takes nominations now. If the tier cannot wait for the "
                    "next one, ask for an override."
                )
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Nominate"),
            "res_model": "governance.tier.nomination",
            "view_mode": "form",
            "context": {
                "default_partner_id": self.commercial_partner_id.id,
                "default_review_id": review.id,
            },
        }

    def action_governance_override(self):
        """Start a request to override the customer's tier."""
        self.ensure_one()
        self.check_access("read")
        self.env["governance.tier.override"].check_access("create")
        return {
            "type": "ir.actions.act_window",
            "res_model": "governance.tier.override",
            "view_mode": "form",
            "context": {"default_partner_id": self.commercial_partner_id.id},
        }

    def action_governance_exit_report(self):
        """Start the report that has to precede giving up the customer."""
        self.ensure_one()
        self.check_access("read")
        self.env["governance.exit.report"].check_access("create")
        return {
            "type": "ir.actions.act_window",
            "res_model": "governance.exit.report",
            "view_mode": "form",
            "context": {"default_partner_id": self.commercial_partner_id.id},
        }

    def action_governance_review_now(self):
        """Mark customers for the next event-driven review (A-120).

        :raises UserError: when a customer has no tier yet or the scheme is frozen
        """
        self.check_access("write")
        assignments = self.env["governance.tier.assignment"].search(
            [
                ("partner_id", "in", self.commercial_partner_id.ids),
                ("scheme_id.is_governing", "=", True),
                ("company_id", "=", self.env.company.id),
                ("date_end", "=", False),
            ]
        )
        if not assignments:
            raise UserError(
                self.env._(
                    "None of these customers has a tier yet; the next review covers "
                    "them anyway."
                )
            )
        for scheme in assignments.scheme_id:
            if scheme._is_frozen():
                raise UserError(
                    self.env._(
                        "%(scheme)s is frozen until its next review. If it cannot "
                        "wait, ask for an override.",
                        scheme=scheme.display_name,
                    )
                )
        assignments._pull_review_forward(fields.Date.context_today(self))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "Taken up: the next scheduled run opens a review of it."
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
