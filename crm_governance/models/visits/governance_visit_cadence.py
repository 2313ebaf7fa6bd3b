# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_list

from . import governance_visit_rhythm_mixin as rhythm

UNITS = rhythm.UNITS
DIRECTIONS = [("outgoing", "We visit"), ("incoming", "The customer visits us")]
CONTACT_LEVELS = [
    ("1", "Daily contact"),
    ("2", "Middle management"),
    ("3", "Leader"),
    ("4", "Principal leader"),
]
# Everybody at a customer is of this level at least, also who was given none.
LOWEST_LEVEL = "1"


class GovernanceVisitCadence(models.Model):
    """How often one role meets one kind of customer over one channel.

    A line for tiers goes before one for all customers with the same role, channel,
    direction and level (`_get_outranking_tiers`).  A case-by-case line without a number
    belongs to the menu of channels (VC-08): nothing is generated from it.
    """

    _name = "governance.visit.cadence"
    _description = "Cadence"
    _inherit = ["governance.policy.line.mixin", "governance.visit.rhythm.mixin"]
    _order = "policy_id, sequence, id"

    policy_id = fields.Many2one(
        comodel_name="governance.visit.policy",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="policy_id.company_id")
    sequence = fields.Integer(default=10)
    population = fields.Selection(
        selection=[
            ("tier", "Customers of tiers"),
            ("recent_buyer", "Recent buyers"),
            ("all", "All customers"),
            ("lead", "Leads and opportunities"),
        ],
        string="Which Customers",
        required=True,
        default="tier",
    )
    tier_ids = fields.Many2many(
        comodel_name="governance.tier",
        relation="governance_visit_cadence_tier_rel",
        string="Customer Tiers",
        domain="[('company_id', '=', company_id), ('is_preset', '=', is_preset)]",
        context={"active_test": False, "governance_show_scheme": True},
        ondelete="restrict",
    )
    is_preset = fields.Boolean(string="Preset", related="policy_id.is_preset")
    population_label = fields.Char(
        string="Customers",
        compute="_compute_population_label",
        help="For whom the line holds, in words.",
    )
    role_id = fields.Many2one(
        comodel_name="governance.visit.role",
        string="Who Visits",
        required=True,
        ondelete="restrict",
    )
    channel_id = fields.Many2one(
        comodel_name="governance.visit.channel",
        required=True,
        ondelete="restrict",
    )
    direction = fields.Selection(
        selection=DIRECTIONS, required=True, default="outgoing"
    )
    contact_level = fields.Selection(
        selection=CONTACT_LEVELS,
        string="Level at the Customer",
        help="Only meetings with somebody of this level or above count.",
    )
    max_count = fields.Integer(
        string="Counted at most",
        help="More than this in one month earns nothing. 0: everything counts.",
    )
    weight = fields.Float(default=1.0, help="How much one counts.")
    is_case_by_case = fields.Boolean(
        string="Case by Case",
        help="Proposed, but nobody has to: it is never late and is not counted.",
    )
    objective = fields.Char(translate=True)
    questions = fields.Text(
        translate=True, help="What to ask about; stands in the report."
    )
    key = fields.Char(
        compute="_compute_key",
        store=True,
        readonly=True,
        help="The same over all versions of a policy.",
    )

    @api.depends("population", "role_id", "channel_id", "direction", "contact_level")
    def _compute_key(self):
        for line in self:
            line.key = "-".join(
                str(part or 0)
                for part in (
                    line.population,
                    line.role_id.id,
                    line.channel_id.id,
                    line.direction,
                    line.contact_level,
                )
            )

    @api.depends("is_case_by_case")
    def _compute_frequency(self):
        """Tell a number that is still blank from one that nobody sets."""
        blank = self.filtered(lambda line: not line.number and not line.is_case_by_case)
        blank.frequency = self.env._("to be filled in")
        return super(GovernanceVisitCadence, self - blank)._compute_frequency()

    @api.depends("population", "tier_ids")
    @api.depends_context("lang")
    def _compute_population_label(self):
        labels = dict(self._fields["population"]._description_selection(self.env))
        for line in self:
            line.population_label = labels.get(line.population, "")
            if line.population == "tier":
                names = line.sudo().tier_ids.mapped("name")
                # Tiers of several schemes may have one name.
                line.population_label = format_list(
                    self.env, list(dict.fromkeys(names))
                )

    @api.depends("population", "tier_ids", "role_id.name", "channel_id.name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for line in self:
            parts = [line.population_label, line.role_id.name, line.channel_id.name]
            line.display_name = " · ".join(part for part in parts if part)

    @api.model
    def _get_in_force(self, company):
        """Return the lines of a company that slots are generated from."""
        policies = self.env["governance.visit.policy"]._get_in_force(company)
        return policies.cadence_ids.filtered(lambda line: line.number > 0)

    def _get_outranking_tiers(self):
        """Return the tiers that lines in force name, so that this one for all yields.

        Without them VC-06 (a number for all) and VC-01 (by tier) would both count.
        """
        self.ensure_one()
        tiers = self.env["governance.tier"]
        if self.population != "all":
            return tiers
        others = self._get_in_force(self.company_id).filtered(
            lambda line: (
                line.population == "tier" and line._get_slot() == self._get_slot()
            )
        )
        return tiers | others.tier_ids

    def _filter_customer(self, partner):
        """Return those of these lines that hold for a customer today.

        Recent buyers and leads are left out: they are other obligations.
        """
        tiers = (
            self.env["governance.tier.assignment"]
            .sudo()
            .search(
                Domain("partner_id", "=", partner.commercial_partner_id.id)
                & Domain("date_end", "=", False)
            )
            .tier_id
        )
        return self.filtered(
            lambda line: (
                line.population == "all"
                and not line._get_outranking_tiers() & tiers
                or line.population == "tier"
                and line.tier_ids & tiers
            )
        )

    def _get_slot(self):
        """Return what a customer has one line for at a time."""
        self.ensure_one()
        return (
            self.role_id.id,
            self.channel_id.id,
            self.direction,
            self.contact_level or False,
        )

    # ------------------------------------------------------------------
    # ADOPTION
    # ------------------------------------------------------------------

    def _get_blank_values(self, path=""):
        """Ask for the number where it is no matter of the case."""
        blanks = super()._get_blank_values(path)
        if not self.number and not self.is_case_by_case:
            blanks.append(self._prepare_blank_value("number", True, path))
        return blanks

    def _get_unit_to_fill(self, name):
        if name != "number":
            return super()._get_unit_to_fill(name)
        if self.mode == "at_least":
            texts = {
                "day": self.env._("a day"),
                "week": self.env._("a week"),
                "month": self.env._("a month"),
                "quarter": self.env._("a quarter"),
                "half": self.env._("a half-year"),
                "year": self.env._("a year"),
                "period445": self.env._("in a 4-4-5 period"),
            }
            return texts[self.unit]
        return dict(self._fields["unit"]._description_selection(self.env))[self.unit]

    def _get_company_tiers(self):
        """Return the tiers with those of presets replaced by the company's own.

        They are those with the same code in a scheme that was adopted from the same
        preset.  Where no such scheme has been adopted, tiers of presets remain.
        """
        self.ensure_one()
        presets = self.tier_ids.filtered("is_preset")
        if not presets:
            return self.tier_ids
        schemes = self.env["governance.tier.scheme"].search(
            Domain("company_id", "=", self.policy_id.company_id.id)
            & Domain("preset_code", "in", presets.scheme_id.mapped("code"))
        )
        wanted = {(tier.scheme_id.code, tier.code) for tier in presets}
        own = schemes.tier_ids.filtered(
            lambda tier: (tier.scheme_id.preset_code, tier.code) in wanted
        )
        return (self.tier_ids - presets) | own or self.tier_ids

    def _map_tiers(self):
        """Point the lines of drafts at the tiers of the company."""
        for line in self:
            tiers = line._get_company_tiers()
            if tiers != line.tier_ids:
                line.tier_ids = tiers
