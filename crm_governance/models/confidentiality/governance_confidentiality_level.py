# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models, tools
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Domain

HIGHEST_RANK = 9
# See governance_sealed_mixin: the identity of this object is the key.
_LADDER = object()


class GovernanceConfidentialityLevelMixin(models.AbstractModel):
    """What a level means, the same on a ladder and in force."""

    _name = "governance.confidentiality.level.mixin"
    _description = "Meaning of a confidentiality level"

    name = fields.Char(required=True, translate=True)
    rank = fields.Integer(
        required=True,
        default=0,
        help="0 is open to every employee; the highest number is the most secret.",
    )
    color = fields.Integer(default=0)
    description = fields.Text(
        string="Who and What",
        translate=True,
        help="Which customers belong here and who needs to read them, in words that "
        "everybody understands.",
    )
    is_reading_logged = fields.Boolean(
        string="Record Each Opening",
        help="Each opening of a customer of this level goes into the access register.",
    )
    is_record_required = fields.Boolean(
        string="No Record, no Reading",
        help="A customer of this level cannot be opened while the access register "
        "cannot be written.",
    )
    is_copying_restricted = fields.Boolean(
        string="Copies by Custodians only",
        help="Only data custodians export or print customers of this level.",
    )

    _rank_check = models.Constraint(
        f"CHECK (rank BETWEEN 0 AND {HIGHEST_RANK})",
        f"The rank of a level is a whole number from 0 to {HIGHEST_RANK}.",
    )


class GovernanceConfidentialityLevel(models.Model):
    """A confidentiality level in force, the same in every company (C-06).

    Each level above the lowest has a group, its *clearance*.  The groups form a
    chain: whoever is cleared for a level is cleared for those below.
    """

    _name = "governance.confidentiality.level"
    _description = "Confidentiality Level"
    _inherit = "governance.confidentiality.level.mixin"
    _order = "rank, id"

    active = fields.Boolean(default=True)
    group_id = fields.Many2one(
        comodel_name="res.groups",
        string="Clearance",
        readonly=True,
        ondelete="restrict",
        help="Members of this group may read customers of this level.",
    )
    cleared_count = fields.Integer(
        string="People Cleared",
        compute="_compute_cleared_count",
        compute_sudo=True,
        help="Employees who read all customers of this level: by its clearance or by "
        "a higher one. Everybody reads the open level.",
    )
    customer_count = fields.Integer(
        string="Customers",
        compute="_compute_customer_count",
        compute_sudo=True,
        groups="crm_governance.group_custodian,crm_governance.group_auditor",
        help="Customers of this level, those that you cannot read as well.",
    )

    _rank_uniq = models.UniqueIndex(
        "(rank) WHERE active", "There is already a level with this rank."
    )

    @api.depends("group_id.all_user_ids")
    def _compute_cleared_count(self):
        for level in self:
            people = level.group_id.all_user_ids
            level.cleared_count = len(
                people.filtered(lambda user: user.active and not user.share)
            )

    def _compute_customer_count(self):
        counts = dict(
            self.env["res.partner"]._read_group(
                Domain("governance_level_id", "in", self.ids),
                ["governance_level_id"],
                ["__count"],
            )
        )
        for level in self:
            level.customer_count = counts.get(level, 0)

    @api.model_create_multi
    def create(self, vals_list):
        """Add levels; AccessError unless a ladder is being put in force."""
        self._check_ladder()
        levels = super().create(vals_list)
        self.env.registry.clear_cache()
        return levels

    def write(self, vals):
        """Change levels; AccessError unless a ladder is being put in force."""
        self._check_ladder()
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        """Refuse to delete: levels are archived by a new version of the ladder."""
        if self and not self._is_loading_data():
            self._refuse_by_hand()
        return super().unlink()

    def _with_ladder(self):
        """Return the levels with the right to change them, for the superuser."""
        return self.with_env(self.env(su=True)).with_context(governance_ladder=_LADDER)

    @api.model
    def _is_loading_data(self):
        return self.env["governance.policy.mixin"]._is_loading_data() or (
            self.env.uid == 1 and self.env.context.get("_force_unlink")
        )

    def _check_ladder(self):
        if self.env.context.get("governance_ladder") is not _LADDER:
            if not self._is_loading_data():
                self._refuse_by_hand()

    def _refuse_by_hand(self):
        raise AccessError(
            self.env._(
                "Confidentiality levels follow from the clearance ladder. Change the "
                "ladder under Customer Governance > Configuration > Clearance "
                "ladders and publish its new version."
            )
        )

    @api.model
    @tools.ormcache()
    def _get_ranks_by_group(self):
        """Return ``{id of group: rank}`` of the clearances."""
        levels = self.sudo().search([("group_id", "!=", False)])
        return {level.group_id.id: level.rank for level in levels}

    @api.model
    @tools.ormcache()
    def _get_ids_by_rank(self):
        """Return ``{rank: id}`` of the levels in force."""
        return {
            level.rank: level.id
            for level in self.sudo().search([("active", "=", True)])
        }

    @api.model
    @tools.ormcache()
    def _get_recording_by_rank(self):
        """Return ``{rank: (is_reading_logged, is_record_required)}``."""
        return {
            level.rank: (level.is_reading_logged, level.is_record_required)
            for level in self.sudo().search([("active", "=", True)])
        }

    @api.model
    def _is_reading_logged(self, rank):
        """Return whether each opening of customers of a rank is registered."""
        return any(self._get_recording(rank))

    @api.model
    def _is_record_required(self, rank):
        """Return whether customers of a rank are not read without a record."""
        return self._get_recording(rank)[1]

    @api.model
    def _get_recording(self, rank):
        ranks = self._get_recording_by_rank()
        above = min((known for known in ranks if known >= (rank or 0)), default=None)
        return ranks.get(above, (False, False))

    def _get_note(self):
        """Return what readers of a customer of this level have to know."""
        level = self.sudo()
        parts = [self.env._("“%(level)s”.", level=level.name), level.description]
        if level.is_reading_logged:
            parts.append(
                self.env._("Who opens, changes, sends or copies it is on record.")
            )
        if level.is_copying_restricted:
            parts.append(self.env._("Data custodians alone export and print it."))
        parts.append(self.env["governance.clearance.ladder"]._get_statement())
        return " ".join(part for part in parts if part)

    @api.model
    def _get_by_rank(self, rank):
        """Return the level of a rank, or the next one above it."""
        ids = self._get_ids_by_rank()
        above = [known for known in ids if known >= (rank or 0)]
        return self.browse(ids[min(above)] if above else [])

    @api.model
    def _get_highest_rank(self):
        """Return the rank of the most secret level."""
        return max(self._get_ids_by_rank(), default=0)

    @api.model
    def _sync_clearances(self):
        """Give each level its group, and put the groups into one chain."""
        privilege = self.env.ref("crm_governance.res_groups_privilege_clearance")
        below = self.env["res.groups"].sudo()
        for level in self.sudo().search([("active", "=", True)], order="rank"):
            if not level.rank:
                continue
            if not level.group_id:
                level._with_ladder().group_id = (
                    self.env["res.groups"].sudo().create({"name": level.name})
                )
            implied = below or self.env.ref("base.group_user").sudo()
            # Names follow in every language.
            for code, _name in self.env["res.lang"].get_installed():
                level.group_id.with_context(lang=code).name = level.with_context(
                    lang=code
                ).name
            level.group_id.write(
                {
                    "sequence": level.rank,
                    "privilege_id": privilege.id,
                    "implied_ids": [Command.set(implied.ids)],
                }
            )
            below = level.group_id
        self.env.registry.clear_cache()

    def _check_unused(self):
        """Refuse to take levels away that customers have.

        :raises UserError: naming the level and how many customers have it
        """
        used = (
            self.env["res.partner"]
            .sudo()
            .with_context(active_test=False)
            ._read_group(
                Domain("governance_level_id", "in", self.ids),
                ["governance_level_id"],
                ["__count"],
            )
        )
        for level, count in used:
            raise UserError(
                self.env._(
                    "%(count)s customers have the level “%(level)s”. Give them "
                    "another level before the ladder goes without it.",
                    count=count,
                    level=level.name,
                )
            )
