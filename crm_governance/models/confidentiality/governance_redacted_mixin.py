# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from itertools import chain, repeat

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class GovernanceRedactedMixin(models.AbstractModel):
    """A line of a register that everybody entitled sees, but not whom it names.

    `_get_open_fields` names what any reader of the register sees.  All other
    fields are blank for readers below the level of the customer.  Whoever searches,
    sorts or groups by one of those finds the lines that are open to him or her,
    so that no answer tells what is blank.
    """

    _name = "governance.redacted.mixin"
    _description = "Line of a register that hides whom it names"
    _inherit = "governance.classified.mixin"

    is_redacted = fields.Boolean(
        string="Not Open to You",
        compute="_compute_is_redacted",
        help="The line is about a customer above your clearance.",
    )

    @api.depends_context("uid")
    def _compute_is_redacted(self):
        shown = set(self._filter_by_clearance("read")._ids)
        for line in self:
            line.is_redacted = line.id not in shown

    # ------------------------------------------------------------------
    # HOOKS
    # ------------------------------------------------------------------

    @api.model
    def _get_open_fields(self):
        """Return the names of the fields that do not tell whom a line names."""
        return {"id", "is_redacted", *models.LOG_ACCESS_COLUMNS}

    @api.model
    def _get_closed_sql(self, alias, operation, query=None):
        """Return SQL that holds for the lines that are closed to the user."""
        column = self.sudo()._field_to_sql(alias, self._classified_by, query)
        confidentiality = self.env["governance.confidentiality"]
        return confidentiality._get_hidden_condition(column, operation)

    # ------------------------------------------------------------------
    # DECISION
    # ------------------------------------------------------------------

    @api.model
    def _get_clearance_domain(self, operation):
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "NOT (%s)", self._get_closed_sql(alias, operation, query)
            )
        )

    def _filter_by_clearance(self, operation):
        """Return the lines that are open to the current user at this moment.

        The database is asked: what is in the cache may be blank already.
        """
        ids = [id_ for id_ in self._ids if isinstance(id_, int)]
        if not ids or self.env["governance.confidentiality"]._is_everything_open():
            return self
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM %s WHERE id = ANY(%s) AND %s",
                SQL.identifier(self._table),
                ids,
                self._get_closed_sql(self._table, operation),
            )
        )
        closed = {id_ for (id_,) in rows}
        return self.filtered(lambda line: line.id not in closed)

    @api.model
    def _restrict_to_open_lines(self, domain, names):
        """Return the domain, limited to open lines when a name would tell more."""
        domain = Domain(domain)
        asked = {
            *(condition.field_expr for condition in domain.iter_conditions()),
            *names,
        }
        asked = {name.split(":")[0].split(".")[0] for name in asked} - {"__count"}
        confidentiality = self.env["governance.confidentiality"]
        if asked <= self._get_open_fields() or confidentiality._is_everything_open():
            return domain
        return domain & self._get_clearance_domain("read")

    # ------------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------------

    @api.model
    def _search(
        self,
        domain,
        offset=0,
        limit=None,
        order=None,
        *,
        active_test=True,
        bypass_access=False,
    ):
        if not self.env.su and not bypass_access:
            names = [
                part.split()[0] for part in (order or "").split(",") if part.strip()
            ]
            domain = self._restrict_to_open_lines(domain, names)
        return super()._search(
            domain,
            offset,
            limit,
            order,
            active_test=active_test,
            bypass_access=bypass_access,
        )

    @api.model
    def _read_group(
        self,
        domain,
        groupby=(),
        aggregates=(),
        having=(),
        offset=0,
        limit=None,
        order=None,
    ):
        if not self.env.su:
            domain = self._restrict_to_open_lines(domain, [*groupby, *aggregates])
        return super()._read_group(
            domain, groupby, aggregates, having, offset, limit, order
        )

    @api.model
    def _read_grouping_sets(self, domain, grouping_sets, aggregates=(), order=None):
        if not self.env.su:
            names = [*chain(*grouping_sets), *aggregates]
            domain = self._restrict_to_open_lines(domain, names)
        return super()._read_grouping_sets(domain, grouping_sets, aggregates, order)

    def _fetch_query(self, query, fields):
        """Fetch, and blank what tells whom a closed line names."""
        fetched = super()._fetch_query(query, fields)
        names = self._get_open_fields()
        closing = [field for field in fields if field.name not in names]
        if self.env.su or not closing or not fetched:
            return fetched
        closed = fetched - fetched._filter_by_clearance("read")
        for field in closing:
            blank = field.convert_to_cache(False, closed)
            self.env.cache.update(closed, field, repeat(blank))
        return fetched

    def _read_format(self, fnames, load="_classic_read"):
        """Return what was read, blank where the system had read it before."""
        result = super()._read_format(fnames, load)
        names = set(fnames) - self._get_open_fields()
        names = {name for name in names if self._fields[name].store}
        if self.env.su or not names:
            return result
        shown = set(self._filter_by_clearance("read")._ids)
        for values in result:
            if values["id"] not in shown:
                values.update(
                    {
                        name: [] if self._fields[name].type.endswith("2many") else False
                        for name in names
                    }
                )
        return result

    def _export_rows(self, fields, *, _is_toplevel_call=True):
        """Export; lines of a register are no copies of customers."""
        if not self.env.su:
            self.invalidate_recordset()
        return super()._export_rows(fields, _is_toplevel_call=_is_toplevel_call)

    def _check_copying_registered(self, operation):
        """Let every line be copied, blank as it is."""

    def _collect_reading(self, event):
        """Register no reading of registers."""
