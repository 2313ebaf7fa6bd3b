# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from contextlib import contextmanager
from itertools import chain

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from .governance_confidentiality import ReadingMark

_logger = logging.getLogger(__name__)

# Where a transaction keeps the query that fetches ranks at this moment.
_FETCHING = object()
# How many records of one grouping are named in the register at most.
MAX_GROUPED = 1000
# What the decision asks of a record, where it is stored.
RANK_FIELDS = ("classification_rank", "classification_partner_id")


class GovernanceReadingMixin(models.AbstractModel):
    """A record whose use goes into the access register (C-14, C-21).

    One record that somebody opens is a line of its own.  What came along, in a
    list or inside of another form, is counted: one line for each request.  What is
    added, changed or deleted is one line for each customer and request.
    """

    _name = "governance.reading.mixin"
    _description = "Record whose reading is registered"

    # Whether openings and changes count; exports and refusals always do.
    _is_reading_recorded = False

    # ------------------------------------------------------------------
    # HOOKS
    # ------------------------------------------------------------------

    def _get_classified_rank(self):
        """Return how confidential this record is."""
        raise NotImplementedError

    def _get_classified_ranks(self):
        """Return how confidential each of these records is, in their order."""
        return [record._get_classified_rank() for record in self]

    def _get_keeping_rank(self):
        """Return below which rank nothing of this record may get."""
        return self._get_classified_rank()

    def _get_classified_partner(self):
        """Return the customer that the record names, or none."""
        raise NotImplementedError

    def _get_registered_customers(self):
        """Return under which customers the use of this record is registered."""
        # A line without a customer says at least what was read.
        customer = self._get_classified_partner().commercial_partner_id
        return customer or [customer]

    # ------------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Add, and register it."""
        records = super().create(vals_list)
        if records._is_reading_registered():
            records._collect_reading("changed")
        return records

    def write(self, vals):
        """Change, and register it for the customer before and after."""
        registered = self._is_reading_registered()
        logged = self._get_logged() if registered else self.browse()
        if not logged:
            result = super().write(vals)
        else:
            entries = self.env["governance.access.entry"]
            before = entries._group_by_customer(logged)
            result = super().write(vals)
            entries._collect_customers("changed", before)
        if registered and self._names_customer(vals):
            self._collect_reading("changed")
        return result

    def unlink(self):
        """Delete, and register it, whoever does it in whose name."""
        if self._is_reading_recorded and self.env.user._is_internal():
            if logged := self._get_logged():
                self.check_access("unlink")
                self._enter_deletion(logged)
        return super().unlink()

    def web_read(self, specification):
        """Read for a form or a list, and register it.

        :raises UserError: when the level forbids reading without a record
        """
        with self._reading(set(specification)) as records:
            return super(GovernanceReadingMixin, records).web_read(specification)

    # Writes to the register, so not on a read-only replica.
    web_read._readonly = False

    def read(self, fields=None, load="_classic_read"):
        """Read, and register it.

        :raises UserError: when the level forbids reading without a record
        """
        with self._reading(set(fields or self._fields)) as records:
            return super(GovernanceReadingMixin, records).read(fields, load)

    def copy_data(self, default=None):
        """Return what a duplicate would hold, and count it as read."""
        result = super().copy_data(default)
        if self._is_reading_registered():
            self._collect_reading("read_many")
        return result

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
        """Group, and count what the groups tell in words as read."""
        result = super()._read_group(
            domain, groupby, aggregates, having, offset, limit, order
        )
        self._collect_grouped(domain, [*groupby, *aggregates])
        return result

    @api.model
    def _read_grouping_sets(self, domain, grouping_sets, aggregates=(), order=None):
        """Group, and count what the groups tell in words as read."""
        result = super()._read_grouping_sets(domain, grouping_sets, aggregates, order)
        self._collect_grouped(domain, [*chain(*grouping_sets), *aggregates])
        return result

    def onchange(self, values, field_names, fields_spec):
        """Compute a form; without a change this reads the record as it is."""
        result = super().onchange(values, field_names, fields_spec)
        if not field_names and self._is_reading_registered():
            self._enter_opening()
        return result

    def _read_format(self, fnames, load="_classic_read"):
        """Return what was read, and count it."""
        result = super()._read_format(fnames, load)
        if self._is_reading_registered() and not self._is_label_only(set(fnames)):
            self._collect_reading("read_many")
        return result

    def _export_rows(self, fields, *, _is_toplevel_call=True):
        """Export, unless the level leaves that to custodians, and register it."""
        # The core does not ask when there is nothing to fetch, as for external ids.
        self.check_access("read")
        if self._get_recorded_ids() and not self.env.su:
            self._check_copying_registered("export")
            self._collect_reading("exported")
        rows = super()._export_rows(fields, _is_toplevel_call=_is_toplevel_call)
        if self._get_recorded_ids() and not self.env.su:
            # A long export does not outlast the access that it began with.
            self._check_readable("export")
        return rows

    def _fetch_query(self, query, fields):
        """Fetch, and the rank with it: to ask for it later would cost a query."""
        ranks = [self._fields[name] for name in RANK_FIELDS if name in self._fields]
        if (
            not ranks
            or not self._is_reading_recorded
            or self.env.su
            or not any(field.column_type for field in fields)
        ):
            return super()._fetch_query(query, fields)
        fields = [*(field for field in fields if field not in ranks), *ranks]
        # Of this query alone: no domain and no order gets to the ranks.
        cache = self.env.cr.cache
        before, cache[_FETCHING] = cache.get(_FETCHING), query
        try:
            return super()._fetch_query(query, fields)
        finally:
            cache[_FETCHING] = before

    def _field_to_sql(self, alias, field_expr, query=None):
        """Let the rank be fetched, which nobody reads otherwise."""
        if (
            field_expr in RANK_FIELDS
            and query is not None
            and self.env.cr.cache.get(_FETCHING) is query
        ):
            self = self.sudo()
        return super()._field_to_sql(alias, field_expr, query)

    # ------------------------------------------------------------------
    # PAGES FOR CUSTOMERS
    # ------------------------------------------------------------------

    def _register_portal_use(self, is_copy=False):
        """Register what an employee opens or downloads on a page for customers.

        Odoo shows these pages as the system, to whoever has their link.

        :raises AccessError: for employees who may not read the record
        :raises UserError: for copies that the level leaves to custodians
        """
        if self.env.su or not self.env.user._is_internal():
            return
        if not self._filter_by_clearance("read"):
            self._register_denial("read")
            raise AccessError(
                self.env._("This belongs to a confidential customer. Ask for access.")
            )
        if is_copy:
            self._register_copy()
        self._enter_opening()

    def _register_copy(self):
        """Check who takes a copy that exists already, and register it.

        :raises UserError: for copies that the level leaves to custodians
        """
        if self.env.su or not self.env.user._is_internal():
            return
        self._check_copying_registered("print")
        self._collect_reading("printed")

    # ------------------------------------------------------------------
    # REGISTER
    # ------------------------------------------------------------------

    def _is_part_of_reading(self):
        return (
            self.env.su
            or not self.env.user._is_internal()
            or isinstance(self.env.context.get("governance_reading"), ReadingMark)
        )

    def _is_reading_registered(self):
        return (
            self._is_reading_recorded
            and not self.env.su
            and self.env.user._is_internal()
            and bool(self._get_recorded_ids())
        )

    def _get_recorded_ids(self):
        """Return the ids on record; a form that is being filled has others."""
        return [id_ for id_ in self._ids if isinstance(id_, int)]

    @contextmanager
    def _reading(self, names):
        """Read in this block what it is given; one record counts as an opening.

        :param set names: the fields to read
        """
        if self._is_part_of_reading():
            yield self
            return
        try:
            yield self.with_context(governance_reading=ReadingMark())
        except AccessError:
            self._register_denial("read")
            raise
        if (
            len(self) == 1
            and not self._is_label_only(names)
            and self._is_reading_registered()
        ):
            self._enter_opening()

    def _names_customer(self, vals):
        """Return whether values give the record to a customer."""
        return getattr(self, "_classified_by", None) in vals

    def _is_label_only(self, names):
        """Return whether fields show no more than the label of one record."""
        return names <= {"id", "display_name"} and (len(self) == 1 or names <= {"id"})

    def _get_logged(self):
        """Return these records, as superuser, whose level asks for a record."""
        levels = self.env["governance.confidentiality.level"]
        records = self.sudo().browse(self._get_recorded_ids())
        ranks = records._get_classified_ranks()
        logged = {rank for rank in set(ranks) if levels._is_reading_logged(rank)}
        return records.browse(
            id_ for id_, rank in zip(records._ids, ranks, strict=True) if rank in logged
        )

    def _enter_opening(self):
        logged = self._get_logged()
        if not logged:
            return
        customer = logged._get_classified_partner()
        entries = self.env["governance.access.entry"]
        entries._collect_covered(customer)
        self._write_register(
            logged._get_ranks(),
            lambda: entries._record_once("opened", customer, record=logged),
        )

    @api.model
    def _enter_deletion(self, logged):
        """Write lines before the records are gone; they stay if those stay."""
        entries = self.env["governance.access.entry"].with_env(self.env(su=False))
        customers = entries._group_by_customer(logged)
        self._write_register(
            logged._get_ranks(),
            lambda: entries._add_collected_lines("deleted", customers),
        )

    def _get_ranks(self):
        return {record._get_classified_rank() for record in self.sudo()}

    def _collect_reading(self, event):
        """Keep in mind what was read, until the request ends well."""
        logged = self._get_logged()
        if logged:
            self.env["governance.access.entry"]._collect(event, logged)

    @api.model
    def _collect_grouped(self, domain, names):
        """Keep in mind whose names, addresses … have come out as groups."""
        if (
            not self._is_reading_recorded
            or self.env.su
            or not self.env.user._is_internal()
        ):
            return
        levels = self.env["governance.confidentiality.level"]
        ranks = [
            rank
            for rank in levels._get_recording_by_rank()
            if levels._is_reading_logged(rank)
        ]
        if not ranks or not any(map(self._tells_words, names)):
            return
        path = "classification_rank"
        if path not in self._fields:
            path = f"{self._classified_by}.{path}"
        found = Domain("id", "in", self._search(domain)) & Domain(path, "in", ranks)
        every = self.sudo().with_context(active_test=False)
        grouped = every.search(found, limit=MAX_GROUPED)
        grouped.sudo(False)._collect_reading("read_many")

    @api.model
    def _tells_words(self, name):
        """Return whether a group or an aggregate shows a text of its records."""
        name = name.split(":")[0]
        field = self._fields.get(name)
        return "." in name or (field and field.type in ("char", "text", "html"))

    @api.model
    def _write_register(self, ranks, write):
        """Write to the register; what a failure means is up to the levels.

        :param ranks: how confidential the customers are
        :raises UserError: when a level forbids reading without a record
        """
        try:
            with self.env.cr.savepoint():
                write()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception as error:
            levels = self.env["governance.confidentiality.level"]
            if any(levels._is_record_required(rank) for rank in ranks):
                raise UserError(
                    self.env._(
                        "The access register cannot be written, and customers of this "
                        "level are not read without a record. Tell your administrator."
                    )
                ) from error
            _logger.exception("The access register could not be written")

    def _register_denial(self, operation):
        """Note which hidden customers were asked for, though the request fails."""
        hidden = self.browse(self._get_recorded_ids()).sudo().exists()
        hidden -= hidden._filter_by_clearance("read")
        if hidden and not self.env.su:
            self._enter_denial(hidden, operation)

    @api.model
    def _enter_denial(self, refused, operation):
        """Note a refusal; the refusal itself stands whether or not this works."""
        entries = self.env["governance.access.entry"]
        try:
            with self.env.cr.savepoint(flush=False):
                entries._record_denied(refused, operation)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception:
            _logger.exception("A refusal could not be registered")

    def _check_readable(self, operation):
        """Refuse hidden records, and note the attempt.

        :raises AccessError: for hidden records
        """
        try:
            self.check_access("read")
        except AccessError:
            self._register_denial(operation)
            raise

    def _check_copying_registered(self, operation):
        """Refuse copies that the level leaves to custodians, and note the attempt.

        :raises AccessError: for hidden records
        :raises UserError: naming the level (C-18)
        """
        try:
            self._check_copying()
        except UserError:
            # Whoever cannot read the records does not hear of their level.
            self._check_readable(operation)
            self._enter_denial(self._get_logged(), operation)
            raise
