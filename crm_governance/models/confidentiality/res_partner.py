# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, format_datetime, format_list

# See governance_sealed_mixin: the identity of this object is the key.
_CLASSIFYING = object()


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["governance.classified.mixin", "res.partner"]
    _classified_by = "commercial_partner_id"
    _is_governance_link_guarded = True
    _is_reading_recorded = True

    governance_level_id = fields.Many2one(
        comodel_name="governance.confidentiality.level",
        string="Own Confidentiality Level",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        groups="base.group_user",
        help="The level that was decided for this customer. Its contacts follow.",
    )
    # The name sorts before commercial_partner_id: the cheap test comes first.
    classification_rank = fields.Integer(
        string="Confidentiality Rank",
        compute="_compute_classification_rank",
        store=True,
        readonly=True,
        copy=False,
        aggregator=None,
        groups=fields.NO_ACCESS,
    )
    governance_confidentiality_id = fields.Many2one(
        comodel_name="governance.confidentiality.level",
        string="Confidentiality",
        compute="_compute_governance_confidentiality_id",
        search="_search_governance_confidentiality_id",
        groups="base.group_user",
        help="Who may read this customer and everything that names it.",
    )
    governance_confidentiality_color = fields.Integer(
        string="Color of the Confidentiality Level",
        related="governance_confidentiality_id.color",
        groups="base.group_user",
    )

    governance_detail_ids = fields.One2many(
        comodel_name="governance.sensitive.detail",
        inverse_name="partner_id",
        string="Personal Details",
        groups="crm_governance.group_user,crm_governance.group_executive",
    )

    governance_level_note = fields.Text(
        string="What the Level Means",
        compute="_compute_governance_level_note",
        groups="base.group_user",
    )
    governance_emergency_note = fields.Text(
        string="Emergency Access",
        compute="_compute_governance_emergency_note",
        groups="base.group_user",
    )
    governance_shows_access = fields.Boolean(
        compute="_compute_governance_shows_access", groups="base.group_user"
    )

    # Who looks after which confidential customers, see governance.confidentiality.
    _governance_owner_idx = models.Index(
        "(user_id, id) WHERE classification_rank > 0 AND commercial_partner_id = id"
    )
    _governance_specialist_idx = models.Index(
        "(governance_specialist_id, id) "
        "WHERE classification_rank > 0 AND commercial_partner_id = id"
    )
    _governance_liaison_leader_idx = models.Index(
        "(governance_liaison_leader_id, id) "
        "WHERE classification_rank > 0 AND commercial_partner_id = id"
    )
    # Counts of all that the user may read, and of the own, without the wide table.
    _governance_decision_idx = models.Index(
        "(user_id, classification_rank, commercial_partner_id, company_id, "
        "partner_share) WHERE active IS TRUE"
    )
    _governance_rank_idx = models.Index(
        "(classification_rank) WHERE classification_rank > 0"
    )

    @api.depends(
        "commercial_partner_id.governance_level_id.rank", "governance_level_id"
    )
    def _compute_classification_rank(self):
        for partner in self:
            level = partner.commercial_partner_id.sudo().governance_level_id
            partner.classification_rank = level.rank

    @api.depends("classification_rank")
    def _compute_governance_confidentiality_id(self):
        levels = self.env["governance.confidentiality.level"]
        for partner in self:
            partner.governance_confidentiality_id = levels._get_by_rank(
                partner.sudo().classification_rank
            )

    @api.depends("classification_rank")
    @api.depends_context("lang")
    def _compute_governance_level_note(self):
        """Say what a confidential customer asks of its readers (C-01, C-02)."""
        levels = self.env["governance.confidentiality.level"]
        notes = {0: False}
        for partner in self:
            rank = partner.sudo().classification_rank
            if rank not in notes:
                notes[rank] = levels._get_by_rank(rank)._get_note()
            partner.governance_level_note = notes[rank]

    @api.model
    def _search_governance_confidentiality_id(self, operator, value):
        levels = self.env["governance.confidentiality.level"].sudo()
        if operator == "in" and not isinstance(value, str | Domain):
            found = levels.browse([id_ for id_ in value if id_]).exists()
        elif operator in ("any", "any!", "like", "ilike"):
            found = levels.search(
                value if isinstance(value, Domain) else [("name", operator, value)]
            )
        else:
            return NotImplemented
        ranks = found.mapped("rank")
        # A condition on a field that nobody reads, so it is asked in SQL.
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "%s = ANY(%s)",
                model.sudo()._field_to_sql(alias, "classification_rank", query),
                ranks,
            )
        )

    @api.depends_context("uid")
    def _compute_same_vat_partner_id(self):
        """Warn of open customers only: a warning would tell that there is another."""
        return super(ResPartner, self._with_open_only())._compute_same_vat_partner_id()

    # ------------------------------------------------------------------
    # DECISION
    # ------------------------------------------------------------------

    def _get_classified_rank(self):
        return self.classification_rank

    def _get_classified_ranks(self):
        return self.mapped("classification_rank")

    def _get_mask(self):
        return self.env._("Confidential customer")

    def _names_customer(self, vals):
        return "parent_id" in vals

    @api.model
    def _get_clearance_domain(self, operation):
        return self.env["governance.confidentiality"]._get_open_domain(
            "classification_rank", "commercial_partner_id", operation
        )

    # ------------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------------

    @api.model
    def default_get(self, fields):
        """Give no level to new contacts, whatever a client's defaults say."""
        return super().default_get([f for f in fields if f != "governance_level_id"])

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_classifying(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_classifying(vals)
        self._check_governance_protected(vals)
        # The core takes what it has written out of the values.
        moves = not {"parent_id", "is_company"}.isdisjoint(vals)
        moves = moves and not self._is_classifying()
        ranks = self._get_ranks_of_family() if moves else {}
        result = super().write(vals)
        if ranks:
            self._keep_levels(ranks)
        return result

    def unlink(self):
        """Delete; what is known about the people goes with them."""
        self.check_access("unlink")
        self._check_governance_documents()
        ranks = self._get_ranks_of_family() if self else {}
        self.sudo().governance_detail_ids._as_system().unlink()
        deleted = set(self.ids)
        result = super().unlink()
        self._keep_levels(
            {
                contact: rank
                for contact, rank in ranks.items()
                if contact.id not in deleted
            }
        )
        return result

    def _check_governance_documents(self):
        """Keep confidential customers that leads … still name.

        Without them nothing would tell how confidential those are.

        :raises UserError: saying what to do instead
        """
        closed = self.sudo().filtered("classification_rank")
        for model, column in closed._get_ranked_tables() if closed else ():
            documents = model.sudo().with_context(active_test=False)
            if documents.search_count([(column, "in", closed.ids)], limit=1):
                raise UserError(
                    self.env._(
                        "Leads, orders or entries of this confidential customer would "
                        "lose their level with it. Archive it, or delete those first."
                    )
                )

    def copy(self, default=None):
        """Duplicate; what was copied from a confidential customer is as secret."""
        self._check_governance_protected(default or {})
        copies = super().copy(default)
        ranks = {
            duplicate.sudo(): partner.sudo().classification_rank
            for partner, duplicate in zip(self, copies, strict=True)
        }
        self._keep_levels(ranks)
        return copies

    def _get_vcard_file(self):
        """Return the contact as a file, unless the level leaves that to custodians."""
        if not (self.env.su or not self.env.user._is_internal()):
            self._check_copying_registered("export")
            self._collect_reading("exported")
        return super()._get_vcard_file()

    def _with_classifying(self):
        """Return the contacts with the right to set their level."""
        return self.sudo().with_context(**self._get_classifying_key())

    @api.model
    def _get_classifying_key(self):
        """Return the context under which levels are set, never under a client's."""
        return {"governance_classifying": _CLASSIFYING}

    def _is_classifying(self):
        return self.env.context.get("governance_classifying") is _CLASSIFYING

    def _check_classifying(self, vals):
        if {"governance_level_id", "classification_rank"}.isdisjoint(vals):
            return
        if self._is_classifying():
            return
        raise AccessError(
            self.env._(
                "The level of a customer changes by a proposal that somebody else "
                "approves. Open the customer and choose “Change Level”."
            )
        )

    @api.model
    def _get_governance_protected_fields(self):
        """Return the fields that decide who reads a customer."""
        roles = self.env["governance.approver.mixin"]._get_customer_role_fields()
        return {*roles.values(), "parent_id", "is_company"}

    def _check_governance_protected(self, vals):
        """Let data custodians alone change who has access to confidential customers.

        Otherwise whoever reads a customer for a while could name himself its
        owner, or move a contact to where everybody reads it.

        :raises AccessError: naming the field
        """
        names = self._get_governance_protected_fields() & set(vals)
        if not names or self.env.su:
            return
        if self.env.user.has_group("crm_governance.group_custodian"):
            return
        for partner in self.sudo().filtered("classification_rank"):
            for name in names:
                field = partner._fields[name]
                new = field.convert_to_record(
                    field.convert_to_cache(vals[name], partner), partner
                )
                if new != partner[name]:
                    raise AccessError(
                        self.env._(
                            "“%(field)s” decides who reads a confidential customer. "
                            "Ask a data custodian to change it.",
                            field=field._description_string(self.env),
                        )
                    )

    def _get_ranks_of_family(self):
        """Return ``{contact: rank}`` of the confidential ones here and below."""
        family = (
            self.sudo()
            .with_context(active_test=False)
            .search([("id", "child_of", self.ids)])
        )
        return {
            partner: partner.classification_rank
            for partner in family
            if partner.classification_rank
        }

    def _keep_levels(self, ranks):
        """Keep contacts confidential that were taken out of their customer.

        :raises UserError: when they were put into a customer that is less secret
        """
        levels = self.env["governance.confidentiality.level"]
        for partner, rank in ranks.items():
            entity = partner.commercial_partner_id
            if entity.classification_rank >= rank:
                continue
            if entity != partner:
                raise UserError(
                    self.env._(
                        "A contact of a confidential customer cannot become the "
                        "contact of one that is less confidential. Ask for a lower "
                        "level first."
                    )
                )
            entity._with_classifying().governance_level_id = levels._get_by_rank(rank)

    @api.constrains("governance_level_id", "parent_id", "is_company")
    def _check_governance_open_contacts(self):
        """Keep contacts of employees and of companies open.

        A hidden one would hide the user, and with the user all that he or she did.
        """
        ranked = self.sudo().filtered("classification_rank")
        if not ranked:
            return
        family = (
            self.env["res.partner"]
            .sudo()
            .with_context(active_test=False)
            .search([("commercial_partner_id", "in", ranked.commercial_partner_id.ids)])
        )
        users = family.user_ids.filtered(lambda user: not user.share)
        companies = (
            self.env["res.company"].sudo().search([("partner_id", "in", family.ids)])
        )
        names = users.mapped("login") + companies.mapped("name")
        if names:
            raise ValidationError(
                self.env._(
                    "This is the contact of an employee or of one of your companies, "
                    "which everybody has to see: %(names)s. Confidential customers "
                    "cannot contain it.",
                    names=format_list(self.env, names),
                )
            )

    # ------------------------------------------------------------------
    # WHO HAS ACCESS
    # ------------------------------------------------------------------

    def _compute_governance_emergency_note(self):
        """Mark customers that were opened in an emergency, until it is reviewed."""
        reviews = self.env["governance.emergency.review"].sudo()
        found = reviews.search(
            [
                ("partner_id", "in", self.sudo().commercial_partner_id.ids),
                ("state", "=", "open"),
            ]
        ).grouped("partner_id")
        for partner in self:
            review = found.get(partner.sudo().commercial_partner_id, reviews)
            partner.governance_emergency_note = (
                self.env._(
                    "Emergency access by %(user)s until %(date)s: %(reason)s",
                    user=review.user_id.name,
                    date=format_datetime(self.env, review.date_end),
                    reason=review.reason,
                )
                if review
                else False
            )

    @api.depends_context("uid")
    def _compute_governance_shows_access(self):
        user = self.env.user
        duty = user.has_group("crm_governance.group_custodian") or user.has_group(
            "crm_governance.group_auditor"
        )
        for partner in self:
            owner = partner.sudo().commercial_partner_id.user_id
            partner.governance_shows_access = bool(
                partner.sudo().classification_rank and (duty or owner == user)
            )

    def action_governance_access(self):
        """Open who has access to the customer for a time."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_governance.governance_access_grant_action"
        )
        customer = self.commercial_partner_id
        action["domain"] = [("partner_id", "=", customer.id)]
        return action

    def action_governance_who(self):
        """Open the dialog that says who reads the customer, and why."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_governance.governance_access_why_action"
        )
        action["context"] = {"default_partner_id": self.id}
        return action
