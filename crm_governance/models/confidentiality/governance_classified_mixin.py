# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..policy.unchecked_many2one import UncheckedMany2one
from .decision_field import DecisionField

# The identity of this object is the mark: no client can send it.
_OPEN_ONLY = object()


class GovernanceClassifiedMixin(models.AbstractModel):
    """A record that names a customer and is as confidential as the customer.

    A model says in `_classified_by` which of its many2one fields names the
    customer.  Its global record rules ask `governance_can_read` and
    `governance_can_change`, which hold no matter which other rules there are.
    Whoever cannot read a record sees “Confidential” where its name would stand.
    """

    _name = "governance.classified.mixin"
    _description = "Record as confidential as its customer"
    _inherit = "governance.reading.mixin"

    _classified_by = "partner_id"

    governance_can_read = DecisionField(
        compute="_compute_governance_can_read",
        search="_search_governance_can_read",
        groups=fields.NO_ACCESS,
    )
    governance_can_change = DecisionField(
        operation="write",
        compute="_compute_governance_can_change",
        search="_search_governance_can_change",
        groups=fields.NO_ACCESS,
    )

    @api.depends_context("uid")
    def _compute_governance_can_read(self):
        self._compute_governance_decision("governance_can_read", "read")

    @api.depends_context("uid")
    def _compute_governance_can_change(self):
        self._compute_governance_decision("governance_can_change", "write")

    def _compute_governance_decision(self, name, operation):
        allowed = set(self._filter_by_clearance(operation)._ids)
        for record in self:
            record[name] = record.id in allowed

    def _search_governance_can_read(self, operator, value):
        return self._search_governance_decision(operator, value, "read")

    def _search_governance_can_change(self, operator, value):
        return self._search_governance_decision(operator, value, "write")

    @api.model
    def _search_governance_decision(self, operator, value, operation):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        if not self.env["governance.confidentiality"]._is_anything_closed():
            return Domain.TRUE
        return self._get_clearance_domain(operation)

    def write(self, vals):
        """Write; AccessError when a record would leave its confidential customer."""
        if self._classified_by in vals and not self.env.su:
            self._check_stays_classified(vals[self._classified_by])
        return super().write(vals)

    def copy(self, default=None):
        """Duplicate; AccessError when what is confidential would get out (C-07).

        Who reads for a time would keep the copy, and a copy can be given to
        another customer like the record itself.
        """
        # What is asked as the system below would be copied without asking anybody.
        self.check_access("read")
        if not self.env.su and any(
            record._get_classified_rank() for record in self.sudo()
        ):
            if self._filter_by_clearance("read") == self:
                self._check_duplicable()
            if self._classified_by in (default or {}):
                self._check_stays_classified(default[self._classified_by])
        return super().copy(default)

    def _check_duplicable(self):
        if self._filter_by_clearance("write") != self:
            raise AccessError(
                self.env._(
                    "Access for a time lets you read this confidential customer, not "
                    "duplicate it or what belongs to it."
                )
            )

    def _check_stays_classified(self, value):
        """Let custodians alone give a record to a less confidential customer.

        All that was written on it would become readable with it.
        """
        field = self._fields[self._classified_by]
        if field.type != "many2one" or field.comodel_name != "res.partner":
            return
        if self.env.user.has_group("crm_governance.group_custodian"):
            return
        # Odoo's own code hands over records as well as numbers.
        ids = self._get_governance_ids(value)
        new = self.env["res.partner"].sudo().browse(ids).exists()
        for record in self.sudo():
            if record._get_classified_rank() > new.classification_rank:
                raise AccessError(
                    self.env._(
                        "This belongs to a confidential customer, and so does all "
                        "that was written on it. Ask a data custodian to give it to "
                        "another customer."
                    )
                )

    @api.depends_context("uid")
    def _compute_display_name(self):
        """Mask the names of records that the current user cannot read."""
        result = super()._compute_display_name()
        self._complete_display_names()
        hidden = self._get_masked()
        if hidden:
            mask = self._get_mask()
            for record in hidden:
                record.display_name = mask
        return result

    def _complete_display_names(self):
        """Take over names that a model has assigned to its records as superuser.

        A mask depends on the user, so the two have names of their own.
        """
        missing = self._fields["display_name"]._cache_missing_ids(self)
        for record in self.browse(list(missing)):
            record.display_name = record.sudo().display_name

    def _with_open_only(self):
        """Return the records with searches that find what is open to the user.

        For what Odoo asks as the system and shows to the user.
        """
        return self.with_context(governance_open_only=_OPEN_ONLY)

    @api.model
    def _search(self, domain, *args, **kwargs):
        """Find open records only under the mark of `_with_open_only`."""
        mark = self.env.context.get("governance_open_only")
        # Whoever does not ask as the system is limited by the rules anyway.
        if self.env.su and mark is _OPEN_ONLY:
            if self.env["governance.confidentiality"]._is_anything_closed():
                domain = Domain(domain) & self._get_clearance_domain("read")
        return super()._search(domain, *args, **kwargs)

    # ------------------------------------------------------------------
    # HOOKS
    # ------------------------------------------------------------------

    @api.model
    def _get_clearance_domain(self, operation):
        """Return the domain of the records that are open to the current user."""
        confidentiality = self.env["governance.confidentiality"]

        def to_sql(model, alias, query):
            column = model._field_to_sql(alias, self._classified_by, query)
            return SQL(
                "NOT %s", confidentiality._get_hidden_condition(column, operation)
            )

        return Domain.custom(to_sql=to_sql)

    def _get_classified_rank(self):
        """Return how confidential this record is."""
        return self._get_classified_partner().classification_rank

    def _get_classified_partner(self):
        """Return the customer that the record names, or none."""
        return self[self._classified_by]

    def _get_mask(self):
        """Return what stands in the place of the name of a hidden record."""
        return self.env._("Confidential")

    # ------------------------------------------------------------------
    # DECISION
    # ------------------------------------------------------------------

    def _filter_by_clearance(self, operation):
        """Return the records that are open to the current user at this moment.

        :param str operation: “read”, or “write” for everything else
        """
        records = self.sudo()
        ranks = records._get_classified_ranks()
        # Most of what is asked for is open, and costs no look at the user.
        if not any(ranks):
            return self
        clearance = self.env.user._get_clearance()
        suspects = records.browse(
            id_
            for id_, rank in zip(records._ids, ranks, strict=True)
            if rank > clearance
        )
        if not suspects:
            return self
        customers = suspects._get_customers_by_record()
        opened = self.env["governance.confidentiality"]._get_opened(
            self.env["res.partner"].sudo().union(*customers.values()), operation
        )
        closed = {
            record.id
            for record, customer in customers.items()
            if customer not in opened
        }
        return self.filtered(lambda record: record.id not in closed)

    def _filter_by_clearance_sql(self, operation):
        """Return the records that are open, for models that name several customers.

        The database is asked, because the cache of a user holds those customers
        only that the user may see.
        """
        real = self.filtered(lambda record: isinstance(record.id, int))
        if not real or self.env["governance.confidentiality"]._is_everything_open():
            return self
        query = (
            real.sudo()
            .with_context(active_test=False)
            ._search(
                Domain("id", "in", real.ids) & real._get_clearance_domain(operation)
            )
        )
        allowed = set(query.get_result_ids())
        return self.filtered(
            lambda record: record.id in allowed or not isinstance(record.id, int)
        )

    def _get_customers_by_record(self):
        return {
            record: record._get_classified_partner().commercial_partner_id
            for record in self
        }

    def _get_masked(self):
        """Return the records whose names the current user does not get to see."""
        user = self.env.user
        if user._is_superuser() or not user._is_internal():
            return self.browse()
        return self - self._filter_by_clearance("read")

    def _check_copying(self):
        """Refuse copies of customers whose level leaves them to custodians.

        :raises UserError: naming the level (C-18)
        """
        levels = self.env["governance.confidentiality.level"]
        user = self.env.user
        if self.env.su or user.has_group("crm_governance.group_custodian"):
            return
        for rank in {record._get_classified_rank() for record in self.sudo()}:
            level = levels._get_by_rank(rank).sudo()
            if rank and level.is_copying_restricted:
                raise UserError(
                    self.env._(
                        "Customers of the level “%(level)s” are exported and printed "
                        "by data custodians only. Ask one of them.",
                        level=level.name,
                    )
                )


class GovernanceClassifiedStoredMixin(models.AbstractModel):
    """A classified record of a big table, which keeps in columns what decides."""

    _name = "governance.classified.stored.mixin"
    _description = "Record that stores how confidential it is"
    _inherit = "governance.classified.mixin"
    _is_reading_recorded = True

    # The name sorts before the columns of customers: the cheap test comes first.
    classification_rank = fields.Integer(
        string="Confidentiality Rank",
        compute="_compute_classification_rank",
        store=True,
        precompute=True,
        readonly=True,
        copy=False,
        aggregator=None,
    )
    # Taken at its word: the decision also holds when the customer is gone.
    classification_partner_id = UncheckedMany2one(
        comodel_name="res.partner",
        string="Confidential Customer",
        compute="_compute_classification_rank",
        store=True,
        precompute=True,
        readonly=True,
        copy=False,
        exportable=False,
        help="The commercial entity whose level the record has; empty while open.",
    )

    @api.depends(
        lambda self: [
            f"{self._classified_by}.{name}"
            for name in ("classification_rank", "commercial_partner_id")
        ]
    )
    def _compute_classification_rank(self):
        for record in self:
            partner = record._get_classified_partner().sudo()
            rank = partner.classification_rank
            record.classification_rank = rank
            record.classification_partner_id = (
                partner.commercial_partner_id if rank else False
            )

    @api.model_create_multi
    def create(self, vals_list):
        """Create; AccessError when a rank is given, it follows from the customer."""
        for vals in vals_list:
            self._check_rank_given(vals)
        return super().create(vals_list)

    def write(self, vals):
        """Write; AccessError when a rank is given, it follows from the customer."""
        self._check_rank_given(vals)
        return super().write(vals)

    def _check_rank_given(self, vals):
        if not {"classification_rank", "classification_partner_id"}.isdisjoint(vals):
            raise AccessError(
                self.env._("How confidential a record is follows from its customer.")
            )

    def _get_classified_rank(self):
        return self.classification_rank

    def _get_classified_ranks(self):
        return self.mapped("classification_rank")

    @api.model
    def _get_clearance_domain(self, operation):
        return self.env["governance.confidentiality"]._get_open_domain(
            "classification_rank", "classification_partner_id", operation
        )

    def _get_customers_by_record(self):
        return {record: record.classification_partner_id for record in self}
