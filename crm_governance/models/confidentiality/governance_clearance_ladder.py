# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models, tools
from odoo.fields import Domain


class GovernanceClearanceLadder(models.Model):
    """The confidentiality levels and the rules of access (CL-01 … CL-04).

    A customer has the same level in every company, so one ladder is in force in
    the whole database; the company of a ladder is the one that keeps it.
    """

    _name = "governance.clearance.ladder"
    _description = "Clearance Ladder"
    _inherit = ["governance.policy.mixin", "mail.thread"]
    _order = "is_preset, code, version desc, id desc"
    _check_company_auto = True

    previous_id = fields.Many2one(
        comodel_name="governance.clearance.ladder",
        string="Previous Version",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    line_ids = fields.One2many(
        comodel_name="governance.clearance.ladder.line",
        inverse_name="ladder_id",
        string="Levels",
        copy=True,
    )
    is_role_enough = fields.Boolean(
        string="Roles Give Access",
        default=True,
        help="The salesperson of a customer, the leader of the salesperson's team and "
        "whoever else is named on the customer read and change it whatever its "
        "level. Off: they need the clearance, or access that was approved, as "
        "everybody else does.",
    )
    grant_max_days = fields.Integer(
        string="Longest Access (Days)",
        help="Nobody gets access to a confidential customer for longer than this.",
    )
    grant_total_days = fields.Integer(
        string="Longest Access in a Row (Days)",
        help="Renewals included, access to one customer ends after this time. Who "
        "needs it for longer needs the clearance or a role on the customer.",
    )
    emergency_minutes = fields.Integer(
        string="Emergency Access (Minutes)",
        help="How long somebody with the right to emergency access reads a customer "
        "before anybody was asked; at most one day. Another person reviews it.",
    )
    emergency_review_days = fields.Integer(
        string="Review of Emergency Access (Days)",
        help="Within how many days another person has to review each emergency access.",
    )
    audit_months = fields.Integer(
        string="Audit of Permissions Every (Months)",
        help="How often clearances, roles and grants are listed for a reviewer to "
        "sign.",
    )
    is_training_required = fields.Boolean(
        string="Clearance needs Training",
        help="Without a training that is still valid, a clearance has no effect.",
    )
    training_months = fields.Integer(
        string="Training is Valid for (Months)",
        default=12,
        help="How long after a training on the protection of customer information "
        "it has to be repeated.",
    )
    detail_rank = fields.Integer(
        string="Least Rank of Personal Details",
        default=1,
        help="Preferences, worries and families of contact persons are at least as "
        "confidential as the level of this rank, even those of open customers.",
    )
    register_months = fields.Integer(
        string="Keep the Access Register for (Months)",
        help="Older lines are removed after their digest was verified; the digests "
        "stay. 0 keeps everything.",
    )
    statement = fields.Text(
        string="What Everybody Reads",
        translate=True,
        help="Stands on each confidential customer and under My access: whose the "
        "data are, and what nobody does with them.",
    )
    level_summary = fields.Char(
        string="Levels from open to secret", compute="_compute_level_summary"
    )

    _one_in_force = models.UniqueIndex(
        "((1)) WHERE state = 'published'",
        "Another clearance ladder has been published in the meantime.",
    )

    @api.depends("line_ids.name", "line_ids.rank")
    def _compute_level_summary(self):
        for ladder in self:
            ladder.level_summary = " < ".join(
                line.name or "" for line in ladder.line_ids.sorted("rank")
            )

    @api.model
    def _get_current(self):
        """Return the ladder in force in this database, or none.

        :rtype: governance.clearance.ladder, for the superuser
        """
        return self.sudo().search([("state", "=", "published")], limit=1)

    @api.model
    def _get_statement(self):
        """Return what the company says on customer information (C-01, C-02)."""
        return self._get_current().statement or self.env._(
            "Customer information is an important asset of the company. It belongs "
            "to the company, not to the people who work with it."
        )

    @api.model
    @tools.ormcache()
    def _is_training_needed(self):
        """Return whether a clearance has no effect without a valid training."""
        return bool(self._get_current().is_training_required)

    @api.model
    @tools.ormcache()
    def _is_role_enough(self):
        """Return whether a role on a confidential customer opens it (C-10, CL-02).

        That is so until a ladder says otherwise.
        """
        ladder = self._get_current()
        return not ladder or ladder.is_role_enough

    @api.model
    def _get_fields_to_fill(self):
        return {
            **super()._get_fields_to_fill(),
            "grant_max_days": True,
            "grant_total_days": True,
            "emergency_minutes": True,
            "emergency_review_days": True,
            "audit_months": True,
        }

    def _get_unit_to_fill(self, name):
        units = {
            "days": self.env._("days"),
            "months": self.env._("months"),
            "minutes": self.env._("minutes"),
        }
        return units.get(name.rpartition("_")[2]) or super()._get_unit_to_fill(name)

    def _get_family_domain(self):
        """There is one ladder in force, whichever company keeps it."""
        return Domain("is_preset", "=", False)

    # ------------------------------------------------------------------
    # PUBLISHING
    # ------------------------------------------------------------------

    def _get_publish_errors(self):
        errors = super()._get_publish_errors()
        ranks = sorted(self.line_ids.mapped("rank"))
        if not ranks:
            errors.append(self.env._("There is no level."))
        elif ranks != list(range(len(ranks))):
            errors.append(
                self.env._(
                    "The ranks are %(ranks)s. They have to be 0 for the open level "
                    "and then 1, 2, 3 … without a gap, each once.",
                    ranks=", ".join(map(str, ranks)),
                )
            )
        return errors + self._get_number_errors()

    def _get_number_errors(self):
        limits = {
            "grant_max_days": 3660,
            "grant_total_days": 3660,
            "emergency_minutes": 24 * 60,
            "emergency_review_days": 366,
            "audit_months": 120,
            "training_months": 120,
            "detail_rank": 100,
            "register_months": 1200,
        }
        errors = [
            self.env._(
                "“%(field)s” is %(value)s. Give a whole number from 0 to %(most)s.",
                field=self._fields[name]._description_string(self.env),
                value=self[name],
                most=most,
            )
            for name, most in limits.items()
            if not 0 <= self[name] <= most
        ]
        if self.grant_total_days < self.grant_max_days:
            errors.append(
                self.env._(
                    "The longest access in a row (%(total)s days) is shorter than "
                    "the longest access (%(most)s days).",
                    total=self.grant_total_days,
                    most=self.grant_max_days,
                )
            )
        if self.is_training_required and not self.training_months:
            errors.append(self.env._("Say for how many months a training is valid."))
        return errors

    def _policy_published(self, former):
        """Let the levels in force follow; refuse to drop one that is in use."""
        result = super()._policy_published(former)
        self._put_levels_in_force()
        self.env.registry.clear_cache()
        self.env["governance.sensitive.detail"]._follow_ladder()
        return result

    def _put_levels_in_force(self):
        self.ensure_one()
        levels = self.env["governance.confidentiality.level"]._with_ladder()
        present = levels.search([("active", "=", True)])
        # Whoever was on no ladder yet is known by its rank.  In a new version a line
        # without a level is a new one, whatever its rank.
        linked = self.line_ids.level_id & present
        by_rank = {} if linked else {level.rank: level for level in present}
        kept = {
            line: levels.browse((line.level_id & present).ids)
            or by_rank.get(line.rank, levels)
            for line in self.line_ids.sorted("rank")
        }
        dropped = present - levels.union(*kept.values())
        dropped._check_unused()
        # Out of the way first: no two active levels ever have one rank.
        present.write({"active": False})
        present.flush_recordset()
        dropped.group_id.write({"privilege_id": False, "implied_ids": [(5,)]})
        for line, level in kept.items():
            values = {**line._prepare_level_values(), "active": True}
            if level:
                level.write(values)
            else:
                level = levels.create(values)
            line._copy_translations(level)
            if line.level_id != level:
                line.with_context(governance_ladder_sync=True).sudo()._set_level(level)
        levels._sync_clearances()


class GovernanceClearanceLadderLine(models.Model):
    """One level of a ladder."""

    _name = "governance.clearance.ladder.line"
    _description = "Level of a Clearance Ladder"
    _inherit = [
        "governance.policy.line.mixin",
        "governance.confidentiality.level.mixin",
    ]
    _order = "ladder_id, rank, id"

    ladder_id = fields.Many2one(
        comodel_name="governance.clearance.ladder",
        string="Clearance Ladder",
        required=True,
        index=True,
        ondelete="cascade",
    )
    level_id = fields.Many2one(
        comodel_name="governance.confidentiality.level",
        string="Level in Force",
        readonly=True,
        copy=True,
        ondelete="set null",
        help="The level that customers have; it stays the same when the ladder "
        "renames it or gives it another rank.",
    )

    @api.model
    def _get_policy_path(self):
        return "ladder_id"

    def _set_level(self, level):
        # Past the lock of published policies: the link is no rule.
        self.env.cr.execute(
            "UPDATE governance_clearance_ladder_line SET level_id = %s WHERE id = %s",
            (level.id, self.id),
        )
        self.invalidate_recordset(["level_id"])

    def _prepare_level_values(self):
        self.ensure_one()
        names = self.env["governance.confidentiality.level.mixin"]._fields
        return {
            name: self[name]
            for name, field in names.items()
            if field.store and name in self._fields and name not in models.MAGIC_COLUMNS
        }

    def _copy_translations(self, level):
        for name in ("name", "description"):
            translations = self._fields[name]._get_stored_translations(self)
            if translations:
                level.update_field_translations(name, translations)
