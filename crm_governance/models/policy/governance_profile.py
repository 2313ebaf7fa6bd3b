# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class GovernanceProfile(models.Model):
    """A bundle of presets for one kind of business (requirements §3.10)."""

    _name = "governance.profile"
    _description = "Policy profile"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    description = fields.Text(
        translate=True,
        help="What a company gets that adopts this profile.",
    )
    line_ids = fields.One2many(
        comodel_name="governance.profile.line",
        inverse_name="profile_id",
        string="Policies",
        copy=True,
    )
    progress = fields.Char(
        compute="_compute_counts",
        help="How far your company is with this profile.",
    )
    ready_count = fields.Integer(
        string="Policies to adopt",
        compute="_compute_counts",
        help="How many policies of the profile can be adopted today.",
    )
    adopted_count = fields.Integer(
        string="Policies adopted",
        compute="_compute_counts",
        help="How many of them your company has adopted.",
    )
    later_count = fields.Integer(
        string="Policies to come",
        compute="_compute_counts",
        help="How many will come with later versions of Customer Governance.",
    )

    _code_uniq = models.UniqueIndex(
        "(code)", "There is already a profile with this code."
    )

    @api.depends("line_ids.policy_ref", "line_ids.is_adopted")
    @api.depends_context("company")
    def _compute_counts(self):
        for profile in self:
            ready = profile.line_ids.filtered("policy_ref")
            profile.ready_count = len(ready)
            profile.adopted_count = len(ready.filtered("is_adopted"))
            profile.later_count = len(profile.line_ids - ready)
            profile.progress = profile._get_progress()

    def _get_progress(self):
        self.ensure_one()
        if not self.ready_count:
            return self.env._("Comes with a later version")
        if not self.adopted_count:
            return self.env._("Policies to adopt: %(count)s", count=self.ready_count)
        return self.env._(
            "Policies adopted: %(adopted)s of %(count)s",
            adopted=self.adopted_count,
            count=self.ready_count,
        )

    def action_adopt(self):
        """Open the adoption of this profile by the user's company."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_governance.governance_adopt_action"
        )
        action["context"] = {"default_profile_id": self.id}
        return action


class GovernanceProfileLine(models.Model):
    """One policy of a profile; without a preset yet, it comes later."""

    _name = "governance.profile.line"
    _description = "Policy of a profile"
    _order = "profile_id, sequence, id"

    profile_id = fields.Many2one(
        comodel_name="governance.profile",
        required=True,
        index=True,
        ondelete="cascade",
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(string="Policy", required=True, translate=True)
    code = fields.Char(
        help="Code of the preset in the catalogue of policies, e.g. AM-10.",
    )
    policy_ref = fields.Reference(
        selection="_selection_policy_ref",
        string="Preset",
        help="The preset that is copied into the company. Empty: it comes with a "
        "later version.",
    )
    is_default = fields.Boolean(
        string="Suggested",
        default=True,
        help="Ticked when the profile is adopted. Of alternatives, suggest one.",
    )
    is_adopted = fields.Boolean(
        string="Adopted",
        compute="_compute_is_adopted",
        help="Your company has adopted this preset.",
    )

    @api.depends("policy_ref")
    @api.depends_context("company")
    def _compute_is_adopted(self):
        company = self.env.company
        for line in self:
            preset = line.policy_ref
            line.is_adopted = bool(preset and preset._get_adopted(company))

    @api.model
    def _selection_policy_ref(self):
        return self.env["governance.policy.mixin"]._get_policy_models()
