# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain

from .governance_complaint_target import TARGETS


class GovernanceComplaintPolicy(models.Model):
    """How fast complaints are answered, and who hears of it when they are not.

    Presets SLA-01 … SLA-06 (D-33 … D-41).
    """

    _name = "governance.complaint.policy"
    _description = "Complaint Policy"
    _inherit = [
        "governance.policy.mixin",
        "governance.complaint.scope.mixin",
        "mail.thread",
    ]
    _order = "company_id, sequence, code, version desc, id"
    _check_company_auto = True

    previous_id = fields.Many2one(
        comodel_name="governance.complaint.policy",
        string="Previous version",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    state = fields.Selection(tracking=True)
    active = fields.Boolean(tracking=True)
    sequence = fields.Integer(
        default=10,
        help="Of several that fit, the first one holds. A target that it does not have "
        "is that of the next one.",
    )
    type_ids = fields.Many2many(
        comodel_name="governance.complaint.type",
        relation="governance_complaint_policy_type_rel",
        string="Types",
        help="Empty: complaints of every type.",
    )
    channel_ids = fields.Many2many(
        comodel_name="governance.complaint.channel",
        relation="governance_complaint_policy_channel_rel",
        string="Channels",
        help="Empty: complaints that arrive on whichever way.",
    )
    tier_ids = fields.Many2many(
        comodel_name="governance.tier",
        relation="governance_complaint_policy_tier_rel",
        string="Tiers",
        help="Empty: customers of every tier, and of none.",
    )
    target_ids = fields.One2many(
        comodel_name="governance.complaint.target",
        inverse_name="policy_id",
        string="Targets",
        copy=True,
    )
    rung_ids = fields.One2many(
        comodel_name="governance.complaint.rung",
        inverse_name="policy_id",
        string="Escalation",
        copy=True,
    )
    norm_ids = fields.One2many(
        comodel_name="governance.complaint.norm",
        inverse_name="policy_id",
        string="For Information",
        copy=True,
    )
    remedy_limit_ids = fields.One2many(
        comodel_name="governance.complaint.remedy.limit",
        inverse_name="policy_id",
        string="Approval of Remedies",
        copy=True,
    )
    pause_hours = fields.Float(
        string="Pause Budget",
        help="How many hours a complaint may wait for the customer in all. What lies "
        "beyond is shown and has to be reviewed. 0: no limit.",
    )
    pause_count = fields.Integer(
        string="Number of Pauses",
        help="How often a complaint may wait for the customer. 0: no limit.",
    )
    extension_count = fields.Integer(
        string="Extensions",
        help="How often the time to solve a complaint may be extended.",
    )

    target_summary = fields.Char(string="In Short", compute="_compute_target_summary")

    _number_check = models.Constraint(
        "CHECK (pause_hours >= 0 AND pause_count >= 0 AND extension_count >= 0)",
        "The numbers of a complaint policy are 0 or more.",
    )

    @api.depends(
        "target_ids.kind", "target_ids.amount", "target_ids.unit", "norm_ids.name"
    )
    @api.depends_context("lang")
    def _compute_target_summary(self):
        for policy in self:
            lines = policy.target_ids or policy.norm_ids
            policy.target_summary = " · ".join(lines.mapped("display_name"))

    # ------------------------------------------------------------------
    # WHAT HOLDS
    # ------------------------------------------------------------------

    @api.model
    def _get_for(self, company, complaint=None):
        """Return the policy in force for a complaint of a company, or none.

        Policies without targets, which only inform, hold for no complaint.

        :param complaint: whose type, channel and tier decide; None: the first policy
            that holds for all
        """
        found = self.sudo()._get_in_force(company, Domain("target_ids", "!=", False))
        return found._get_first(complaint or self.env["governance.complaint"])

    def _get_targets(self, complaint):
        """Return the targets that hold for a complaint: at most one of each kind.

        This policy comes first.  What it says nothing about is left to the others in
        force that fit, in their order: a customer whose policy sets the reaction of the
        committee alone is owed the rest like everybody (D-33, D-35, D-41).
        """
        found = self._get_in_force(
            complaint.sudo().company_id, Domain("target_ids", "!=", False)
        )
        policies = self | found.filtered(lambda one: one._fits(complaint.sudo()))
        targets = self.env["governance.complaint.target"].sudo()
        for kind, _label in TARGETS:
            targets |= next(
                (
                    target
                    for policy in policies
                    if (target := policy._get_target(kind, complaint))
                ),
                targets.browse(),
            )
        return targets

    def _get_target(self, kind, complaint):
        """Return the target of one kind that holds for a complaint, or none.

        :param str kind: one of `TARGETS`
        """
        targets = self.sudo().target_ids.filtered(lambda target: target.kind == kind)
        # In the cache, lines lie as they were entered.
        return targets.sorted()._get_first(complaint)

    def _get_remedy_matrix(self, company, amount):
        """Return the approval matrix in force for a remedy, or raise UserError.

        A policy without amounts, and none, takes those of the first policy in force
        that has some; if none has, the only matrix there is decides.

        :param company: whose matrix decides
        :param float amount: in the currency of the company
        """
        policies = self.sudo()
        if not policies.remedy_limit_ids:
            named = Domain("remedy_limit_ids", "!=", False)
            policies = policies._get_in_force(company, named)[:1]
        limits = policies.remedy_limit_ids.sorted(
            lambda line: (line.is_unlimited, line.amount)
        )
        currency = company.currency_id
        limit = next(
            (
                line
                for line in limits
                if line.is_unlimited
                or currency.compare_amounts(amount, line.amount) <= 0
            ),
            limits.browse(),
        )
        return self.env["governance.approval.policy"]._get_for_subject(
            company, "complaint_remedy", limit.approval_code or None
        )

    # ------------------------------------------------------------------
    # ADOPTION
    # ------------------------------------------------------------------

    def _copy_into(self, company, values):
        """Adopt the preset, with the tiers that the company has in place of presets."""
        draft = super()._copy_into(company, values)
        draft._map_tiers()
        return draft

    def _publish(self):
        """Publish, with tiers of schemes that were adopted in the meantime."""
        self._check_publishable()
        self._map_tiers()
        result = super()._publish()
        self.target_ids._begin_schedules()
        return result

    def _map_tiers(self):
        """Point drafts and their targets at the tiers of the company."""
        for policy in self:
            for record in (policy, *policy.target_ids):
                tiers = policy._get_company_tiers(record.tier_ids)
                if tiers != record.tier_ids:
                    record.tier_ids = tiers

    def _get_company_tiers(self, tiers):
        """Return tiers with those of presets replaced by the company's own.

        They are those with the same code in a scheme that was adopted from the same
        preset.  Where no such scheme has been adopted, tiers of presets remain.
        """
        self.ensure_one()
        presets = tiers.filtered("is_preset")
        if not presets:
            return tiers
        schemes = self.env["governance.tier.scheme"].search(
            Domain("company_id", "=", self.company_id.id)
            & Domain("preset_code", "in", presets.scheme_id.mapped("code"))
        )
        wanted = {(tier.scheme_id.code, tier.code) for tier in presets}
        own = schemes.tier_ids.filtered(
            lambda tier: (tier.scheme_id.preset_code, tier.code) in wanted
        )
        return (tiers - presets) | own or tiers
