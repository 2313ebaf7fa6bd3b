# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL


class GovernanceFiledMixin(models.AbstractModel):
    """What is filed about a customer and may be more confidential than the customer.

    The level of the volume, in `level_rank`, counts besides that of the customer: the
    higher one decides, and the same reasons open both (a grant, a role on a customer
    that is confidential itself, a loan of something as confidential).  What lies in a
    sealed volume (`is_sealed`) is open to its custodian and to whom a loan opens it,
    whatever the level (C-16).
    """

    _name = "governance.filed.mixin"
    _description = "Filed record with a level of its own"
    _inherit = "governance.classified.stored.mixin"

    # The name of the many2one to the volume; of a volume, its id.
    _filed_in = "volume_id"
    # Whether the seal of the volume hides the record.
    _is_hidden_by_seal = True

    @api.model
    def _mail_get_partner_fields(self, introspect_fields=False):
        """Propose no customer as recipient of what is written inside (C-19)."""
        return []

    @api.model
    def _get_sealed_reader_domain(self):
        """Return the domain of the sealed volumes that the user reads for a time.

        Loans fill it; nothing else opens a seal to read.
        """
        return Domain.FALSE

    @api.model
    def _get_clearance_domain(self, operation):
        domains = [
            super()._get_clearance_domain(operation),
            self._get_level_domain(operation),
        ]
        if self._is_hidden_by_seal:
            domains.append(self._get_unsealed_domain(operation))
        return Domain.AND(domains)

    @api.model
    def _get_level_domain(self, operation):
        """Return the domain of what the level of its volume keeps from nobody here."""
        confidentiality = self.env["governance.confidentiality"]

        def to_sql(model, alias, query):
            rank = model._field_to_sql(alias, "level_rank", query)
            customer = model._field_to_sql(alias, "partner_id", query)
            return SQL(
                "(%s OR %s)",
                confidentiality._get_cleared_sql(rank),
                confidentiality._get_level_opened_sql(customer, rank, operation),
            )

        return Domain.custom(to_sql=to_sql)

    @api.model
    def _search_governance_decision(self, operator, value, operation):
        """Let a seal hold where no level is in force as well."""
        domain = super()._search_governance_decision(operator, value, operation)
        if domain is NotImplemented or not domain.is_true():
            return domain
        if not self._is_hidden_by_seal or self.env.user._is_superuser():
            return domain
        return self._get_unsealed_domain(operation)

    @api.model
    def _get_unsealed_domain(self, operation):
        """Return the domain of what no seal keeps from the user."""
        volumes = self._get_volumes()
        query = volumes._search(self._get_seal_holder_domain(operation))
        return Domain("is_sealed", "!=", True) | Domain(self._filed_in, "in", query)

    @api.model
    def _get_seal_holder_domain(self, operation):
        """Return the domain of the sealed volumes that are open to the user."""
        opened = Domain.FALSE
        if self.env.user._is_clearance_suspended():
            return opened
        # Who is custodian no more keeps nothing by the files that still name him.
        if self.env.user.has_group("crm_governance.group_custodian"):
            opened = Domain("user_id", "=", self.env.uid)
        if operation == "read":
            opened |= self._get_sealed_reader_domain()
        return Domain("is_sealed", "=", True) & opened

    @api.model
    def _get_volumes(self):
        """Return the model of volumes as the system, without any mark."""
        return (
            self.env["governance.file.volume"]
            .sudo()
            .with_context(governance_open_only=None, active_test=False)
        )

    def _filter_by_clearance(self, operation):
        """Return the records that neither a level nor a seal keeps from the user."""
        opened = super()._filter_by_clearance(operation)
        opened = opened._filter_by_level(operation)
        if not self._is_hidden_by_seal or self.env.user._is_superuser():
            return opened
        sealed = opened.sudo().filtered("is_sealed")
        if not sealed:
            return opened
        volumes = {record.id: record._get_volume_id() for record in sealed}
        holders = self._get_volumes().search(
            Domain("id", "in", list(volumes.values()))
            & self._get_seal_holder_domain(operation)
        )
        closed = {id_ for id_, volume in volumes.items() if volume not in holders._ids}
        return opened.filtered(lambda record: record.id not in closed)

    def _filter_by_level(self, operation):
        """Return the records that no level of a volume keeps from the user."""
        confidentiality = self.env["governance.confidentiality"]
        closed = set()
        for rank, records in self.sudo().grouped("level_rank").items():
            # Most of what is asked for is open, and costs no look at the user.
            if not rank or rank <= self.env.user._get_clearance():
                continue
            by_record = records._get_customers_by_record()
            customers = self.env["res.partner"].sudo().union(*by_record.values())
            opened = confidentiality._get_opened_to_level(customers, rank, operation)
            closed.update(
                record.id
                for record, customer in by_record.items()
                if customer not in opened
            )
        return self.filtered(lambda record: record.id not in closed)

    def _get_volume_id(self):
        """Return the id of the volume in which this record lies."""
        self.ensure_one()
        volume = self[self._filed_in]
        return volume if isinstance(volume, int) else volume.id

    def _get_classified_rank(self):
        return max(super()._get_classified_rank(), self.level_rank)

    def _get_keeping_rank(self):
        """Return more than any level for what is sealed (C-16)."""
        rank = self._get_classified_rank()
        if not self._is_hidden_by_seal or not self.is_sealed:
            return rank
        levels = self.env["governance.confidentiality.level"]
        return max(rank, levels._get_highest_rank()) + 1

    def _get_classified_ranks(self):
        return [record._get_classified_rank() for record in self]

    def _get_customers_by_record(self):
        return {record: record.partner_id.commercial_partner_id for record in self}
