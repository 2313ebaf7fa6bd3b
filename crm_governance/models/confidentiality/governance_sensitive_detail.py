# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

# When no ladder has been published: not for everybody.
LEAST_RANK = 1


class GovernanceSensitiveDetail(models.Model):
    """What is known about the person behind a contact: worries, hobbies, family (C-13).

    As confidential as the customer at least, and at least as the ladder says, even
    when everybody reads the customer.  Readers need the clearance or a role on the
    customer; access that was given for a time does not open it.
    """

    _name = "governance.sensitive.detail"
    _description = "Personal Detail"
    _inherit = ["governance.classified.mixin", "governance.guarded.mixin"]
    _order = "partner_id, category, id"
    _rec_name = "category"

    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Contact Person",
        required=True,
        index=True,
        # Odoo's look-up of personal data passes over what cascades.
        ondelete="restrict",
        domain=[("is_company", "=", False)],
    )
    category = fields.Selection(
        selection=[
            ("preference", "Preference"),
            ("worry", "Worry"),
            ("hobby", "Hobby"),
            ("family", "Family"),
            ("anniversary", "Anniversary"),
            ("background", "Background"),
            ("other", "Other"),
        ],
        required=True,
        default="preference",
    )
    content = fields.Text(required=True)
    basis = fields.Selection(
        selection=[
            ("consent", "The person agreed"),
            ("voluntary", "The person told us"),
            ("business", "Needed for business"),
        ],
        string="Basis of Collection",
        required=True,
        default="voluntary",
        help="Why we may keep this. Who asks what we know about him or her is told "
        "this too.",
    )
    date = fields.Date(
        required=True, default=fields.Date.context_today, help="When we learned it."
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Noted by",
        required=True,
        readonly=True,
        copy=False,
        ondelete="restrict",
        default=lambda self: self.env.user,
    )
    level_id = fields.Many2one(
        comodel_name="governance.confidentiality.level",
        string="Own Level",
        ondelete="restrict",
        help="Only when it should be more confidential than the customer.",
    )
    # The customer's own rank is asked when read, so that raising it counts at once.
    own_rank = fields.Integer(
        compute="_compute_own_rank",
        store=True,
        aggregator=None,
        groups=fields.NO_ACCESS,
    )
    confidentiality_id = fields.Many2one(
        comodel_name="governance.confidentiality.level",
        compute="_compute_confidentiality_id",
        help="Who reads it besides the people in charge of the customer.",
    )

    @api.depends("level_id.rank")
    def _compute_own_rank(self):
        """Take the higher of the own level and what the ladder asks for."""
        least = self._get_least_rank()
        for detail in self:
            detail.own_rank = max(least, detail.level_id.rank)

    @api.depends("partner_id", "level_id")
    def _compute_confidentiality_id(self):
        levels = self.env["governance.confidentiality.level"]
        for detail in self:
            detail.confidentiality_id = levels._get_by_rank(
                detail.sudo()._get_classified_rank()
            )

    @api.constrains("partner_id")
    def _check_person(self):
        for detail in self.sudo():
            if detail.partner_id.is_company:
                raise ValidationError(
                    self.env._(
                        "Personal details belong to a person. Note them on a contact "
                        "person of this company."
                    )
                )

    # ------------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------------

    def write(self, vals):
        """Change details; refused for moving them and for lowering others' levels."""
        if not self._is_system():
            self._check_stays(vals)
            self._check_level_kept(vals)
        return super().write(vals)

    @api.model
    def _get_user_fields(self):
        return {"partner_id", "category", "content", "basis", "date", "level_id"}

    def _check_stays(self, vals):
        if "partner_id" in vals and self.sudo().partner_id.ids != [vals["partner_id"]]:
            raise ValidationError(
                self.env._(
                    "A detail stays with its person. Delete it here and note it there."
                )
            )

    def _check_level_kept(self, vals):
        if "level_id" not in vals or self._is_custodian():
            return
        rank = self.level_id.browse(vals["level_id"] or ()).rank
        for detail in self:
            if detail.user_id != self.env.user and rank < detail.level_id.rank:
                raise AccessError(
                    self.env._(
                        "Only %(author)s, who noted this, and data custodians make "
                        "it less confidential.",
                        author=detail.sudo().user_id.name,
                    )
                )

    def _check_deletable(self):
        """Let authors and custodians delete: people may ask that we forget."""
        self.check_access("unlink")
        if not self._is_custodian() and self.user_id - self.env.user:
            raise AccessError(
                self.env._(
                    "Only who noted a detail and data custodians delete it. Ask one "
                    "of them."
                )
            )

    def _is_custodian(self):
        return self.env.user.has_group("crm_governance.group_custodian")

    # ------------------------------------------------------------------
    # CONFIDENTIALITY
    # ------------------------------------------------------------------

    @api.model
    def _get_least_rank(self):
        """Return how confidential details are even of an open customer."""
        ladder = self.env["governance.clearance.ladder"]._get_current()
        wanted = ladder.detail_rank if ladder else LEAST_RANK
        levels = self.env["governance.confidentiality.level"]
        return min(wanted, levels._get_highest_rank())

    @api.model
    def _follow_ladder(self):
        """Let all details have the rank that the ladder in force asks for."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """UPDATE governance_sensitive_detail detail
                      SET own_rank = GREATEST(%s, (
                          SELECT rank FROM governance_confidentiality_level level
                           WHERE level.id = detail.level_id))""",
                self._get_least_rank(),
            )
        )
        self.invalidate_model(["own_rank"])

    def _get_classified_rank(self):
        return max(self.own_rank, self.partner_id.classification_rank)

    def _filter_by_clearance(self, operation):
        """Return the details that are open to the current user at this moment."""
        user = self.env.user
        clearance = user._get_clearance()
        suspects = self.sudo().filtered(
            lambda detail: detail._get_classified_rank() > clearance
        )
        if not suspects:
            return self
        customers = suspects.partner_id.commercial_partner_id
        opened = self._get_customers_by_role(customers)
        closed = {
            detail.id
            for detail in suspects
            if detail.partner_id.commercial_partner_id not in opened
        }
        return self.filtered(lambda detail: detail.id not in closed)

    @api.model
    def _get_customers_by_role(self, customers):
        """Return those of the customers on which the current user has a role."""
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM res_partner WHERE id = ANY(%s) AND id IN %s",
                list(customers.ids),
                self._get_role_sql(),
            )
        )
        return customers.browse(id_ for (id_,) in rows)

    @api.model
    def _get_role_sql(self):
        """Return a subselect of the customers on which the current user has a role."""
        user = self.env.user
        if user.share or user._is_clearance_suspended():
            return SQL("(SELECT NULL::int WHERE FALSE)")
        arms = self.env["governance.confidentiality"]._get_role_arms(user.id, above=-1)
        union = SQL(" UNION ALL ").join(arm for _why, arm in arms)
        if self.env["governance.clearance.ladder"]._is_role_enough():
            return SQL("(%s)", union)
        # A role that does not open the customer does not open its people either.
        return SQL(
            """(SELECT id FROM res_partner
                 WHERE classification_rank <= %s AND id IN (%s))""",
            user._get_clearance(),
            union,
        )

    @api.model
    def _get_clearance_domain(self, operation):
        clearance = self.env.user._get_clearance()

        def to_sql(model, alias, query):
            rank = self.env["res.partner"]._fields["classification_rank"]
            return SQL(
                """EXISTS (SELECT 1 FROM res_partner person
                            WHERE person.id = %s
                              AND (GREATEST(person.classification_rank, %s) <= %s
                                   OR person.commercial_partner_id IN %s))""",
                model._field_to_sql(alias, "partner_id", query),
                model._field_to_sql(alias, "own_rank", query),
                clearance,
                self._get_role_sql(),
                to_flush=[
                    rank,
                    self.env["res.partner"]._fields["commercial_partner_id"],
                ],
            )

        return Domain.custom(to_sql=to_sql)
