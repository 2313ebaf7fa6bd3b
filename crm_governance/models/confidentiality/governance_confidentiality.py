# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models, tools
from odoo.exceptions import AccessError, MissingError
from odoo.fields import Domain
from odoo.orm.domains import DomainAnd
from odoo.tools import SQL

# The functions of the database that return what arms of the decision open: whether
# roles count, whether what only opens reading counts.  See `init`.
FUNCTIONS = {
    (True, False): "governance_opened_by_role",
    (False, True): "governance_opened_by_grant",
    (True, True): "governance_opened_to_read",
}
NOTHING = SQL("(SELECT NULL::int WHERE FALSE)")


class ReadingMark:
    """The mark of what is read as a part of one list or form.

    Its identity is the mark: no client can send it.  While it lasts nothing is
    written, so what was decided for a customer once is kept.
    """

    def __init__(self):
        self.opened = {}


class GovernanceConfidentiality(models.AbstractModel):
    """The one decision: who may read, and who may change, what names a customer.

    A customer whose rank is above the user's clearance is closed, unless the
    user is its account owner, leads the owner's team, holds a named role on it,
    or (to read only) holds a live grant.  A ladder may let roles open nothing
    (CL-02).  A user of the portal keeps access to the own company.  Whoever is
    suspended has clearance 0 and none of these.

    Both forms, SQL for searches and Python for single records, come from
    `_get_opened_sql`, so that they cannot disagree.  Source: design §6, C-07.
    """

    _name = "governance.confidentiality"
    _description = "Decision on Confidential Customers"

    @api.private
    def init(self):
        """Give the database functions that return what the arms select.

        The condition is part of a dozen statements of a single form.  To plan the
        arms took the database longer than all the rest; a function keeps its plan,
        and is called only when a statement meets a closed customer.  Each function
        has a twin that looks among some customers only.
        """
        asker, present, among = SQL("$1"), SQL("$2"), SQL("$3")
        for (by_role, by_reading), name in FUNCTIONS.items():
            arms = self._get_role_arms(asker) if by_role else []
            if by_reading:
                arms += self._get_reading_arms(asker, present)
            opened = SQL(" UNION ALL ").join(arm for _why, arm in arms)
            some = SQL(
                "SELECT id FROM (%s) arms (id) WHERE id = ANY(%s)", opened, among
            )
            self._create_function(name, "integer, timestamp", opened)
            self._create_function(f"{name}_among", "integer, timestamp, int[]", some)

    @api.model
    def _create_function(self, name, parameters, opened):
        """Create a function that returns ids of commercial entities.

        Its first parameter is the asker; who is suspended gets nothing.
        """
        body = SQL(
            """BEGIN
                   IF EXISTS (SELECT 1 FROM res_users
                               WHERE id = $1 AND governance_suspended) THEN
                       RETURN;
                   END IF;
                   RETURN QUERY %s;
               END""",
            opened,
        )
        # One plan fits all: who asks and for what makes no difference.
        self.env.cr.execute(
            SQL(
                """CREATE OR REPLACE FUNCTION %s (%s) RETURNS SETOF integer
                   LANGUAGE plpgsql STABLE PARALLEL SAFE
                   SET plan_cache_mode = force_generic_plan
                   AS %s""",
                SQL.identifier(name),
                SQL(parameters),
                self.env.cr.mogrify(body).decode(),
            )
        )

    @api.model
    def _get_now(self, present):
        """Return the present, as SQL; never earlier than what is on record.

        A clock that was set back does not bring ended access back.  Other rooms call
        it.
        """
        return SQL(
            "GREATEST(%s, (SELECT max(date) FROM governance_access_entry))", present
        )

    @api.model
    def _get_opened_sql(self, operation, among=None):
        """Return a subselect of the closed customers that are open to the user.

        Other rooms call it.

        :param str operation: “read”; everything else leaves the grants out
        :param list among: ids of the commercial entities in question, if known
        """
        user = self.env.user
        if not user._is_internal():
            if user.sudo().governance_suspended:
                return NOTHING
            return SQL(
                "(SELECT commercial_partner_id FROM res_partner WHERE id = %s)",
                user.partner_id.id,
            )
        if user._needs_governance_training():
            return NOTHING
        by_role = self.env["governance.clearance.ladder"]._is_role_enough()
        kind = (by_role, operation == "read")
        if kind not in FUNCTIONS:
            return NOTHING
        name, parameters = FUNCTIONS[kind], [user.id, fields.Datetime.now()]
        if among is not None:
            name += "_among"
            parameters.append(list(among))
        return SQL(
            "(SELECT %s(%s))",
            SQL.identifier(name),
            SQL(", ").join(parameters),
            to_flush=self._get_fields_asked(),
        )

    @api.model
    def _get_arms(self, user, operation):
        """Return ``[(why, SQL)]``: what opens closed customers to an employee.

        The one list of reasons: the decision asks the database for any of them,
        explanations ask which.  Each SQL selects ids of commercial entities.
        """
        arms = []
        if self.env["governance.clearance.ladder"]._is_role_enough():
            arms += self._get_role_arms(user.id)
        if operation == "read":
            arms += self._get_reading_arms(user.id, fields.Datetime.now())
        return arms

    @api.model
    def _get_role_arms(self, user_id, above=0):
        """Return ``[(why, SQL)]``: customers above a rank that a user looks after.

        That is by a role on the customer, or as leader of the owner's team.  What
        contacts say of themselves does not count.
        """
        partner = self.env["res.partner"]
        roles = self.env["governance.approver.mixin"]._get_customer_role_fields()
        arms = []
        for role, name in roles.items():
            held = SQL(
                "%s = %s",
                SQL.identifier(name),
                user_id,
                to_flush=partner._fields[name],
            )
            arms.append((role, self._get_role_arm(held, above)))
        team, member = self.env["crm.team"], self.env["crm.team.member"]
        led = SQL(
            """user_id = ANY(ARRAY(
                   SELECT member.user_id
                     FROM crm_team team
                     JOIN crm_team_member member
                       ON member.crm_team_id = team.id AND member.active
                    WHERE team.user_id = %s AND team.active))""",
            user_id,
            to_flush=[
                partner._fields["user_id"],
                *(team._fields[name] for name in ("user_id", "active")),
                *(
                    member._fields[name]
                    for name in ("crm_team_id", "user_id", "active")
                ),
            ],
        )
        return [*arms, ("leader", self._get_role_arm(led, above))]

    @api.model
    def _get_role_arm(self, condition, above):
        partner = self.env["res.partner"]
        # The table has indexes that answer this without its rows.
        return SQL(
            """SELECT id FROM res_partner
                WHERE classification_rank > %s AND commercial_partner_id = id AND %s""",
            above,
            condition,
            to_flush=[
                partner._fields["classification_rank"],
                partner._fields["commercial_partner_id"],
            ],
        )

    @api.model
    def _get_reading_arms(self, user_id, present):
        """Return ``[(why, SQL)]``: what a user reads without changing it.

        :param present: the moment that counts, naive UTC
        """
        grant = self.env["governance.access.grant"]
        names = ("user_id", "partner_id", "state", "date_start", "date_end")
        live = SQL(
            """SELECT partner_id FROM governance_access_grant
                WHERE user_id = %s AND state = 'active'
                  AND tsrange(date_start, date_end) @> %s""",
            user_id,
            self._get_now(present),
            to_flush=[grant._fields[name] for name in names],
        )
        return [("grant", live)]

    @api.model
    @tools.ormcache()
    def _get_fields_asked(self):
        """Return what is flushed before the database is asked what is open."""
        arms = [*self._get_role_arms(0), *self._get_reading_arms(0, None)]
        suspended = self.env["res.users"]._fields["governance_suspended"]
        asked = [field for _why, arm in arms for field in arm.to_flush]
        return tuple(dict.fromkeys([suspended, *asked]))

    @api.model
    def _get_open_domain(self, rank, customer, operation):
        """Return the domain of rows whose customer is open to the user.

        Other rooms call it.

        :param str rank: name of the field with the rank
        :param str customer: name of the field with the commercial entity
        """

        def to_sql(model, alias, query):
            return SQL(
                "(%s OR %s IN %s)",
                self._get_cleared_sql(model._field_to_sql(alias, rank, query)),
                model._field_to_sql(alias, customer, query),
                self._get_opened_sql(operation),
            )

        return Domain.custom(to_sql=to_sql)

    @api.model
    def _get_cleared_sql(self, rank):
        """Return SQL that holds for ranks up to the clearance of the user.

        The database looks itself whether the user is suspended, when it meets a
        rank for which that counts; asking before would cost each search a query.
        Other rooms call it.
        """
        user = self.env.user
        clearance = user._get_direct_clearance()
        if not clearance or user._needs_governance_training():
            return SQL("%s <= 0", rank)
        return SQL(
            """(%(rank)s <= 0 OR %(rank)s <= %(clearance)s
                AND NOT EXISTS (SELECT 1 FROM res_users
                                 WHERE id = %(user)s AND governance_suspended))""",
            rank=rank,
            clearance=clearance,
            user=user.id,
            to_flush=self.env["res.users"]._fields["governance_suspended"],
        )

    @api.model
    def _get_reasons(self, customer, operation="read"):
        """Return why a closed commercial entity is open to the user, maybe nothing.

        :rtype: list of “owner” and other roles, “leader”, “grant”
        """
        user = self.env.user
        if user.share or user._is_clearance_suspended():
            return []
        return self._get_reasons_among(customer, self._get_arms(user, operation))

    @api.model
    def _get_reasons_among(self, customer, arms):
        if not arms:
            return []
        tests = SQL(" UNION ALL ").join(
            SQL("SELECT %s WHERE %s IN (%s)", why, customer.id, arm)
            for why, arm in arms
        )
        return [why for (why,) in self.env.execute_query(tests)]

    @api.model
    def _get_hidden_condition(self, column, operation):
        """Return SQL that holds when the customer in `column` is closed to the user.

        What the database does not know, as with an empty id among those that an
        addon opens, opens nothing.

        :param SQL column: id of a partner, or NULL
        """
        partner = self.env["res.partner"]
        return SQL(
            """EXISTS (SELECT 1 FROM res_partner closed
                        WHERE closed.id = %s AND NOT %s
                          AND (closed.commercial_partner_id IN %s) IS NOT TRUE)""",
            column,
            self._get_cleared_sql(SQL("closed.classification_rank")),
            self._get_opened_sql(operation),
            to_flush=[
                partner._fields["classification_rank"],
                partner._fields["commercial_partner_id"],
            ],
        )

    @api.model
    def _is_everything_open(self):
        """Return whether no level is above the user's clearance.

        Other rooms call it.
        """
        if not self._is_anything_closed():
            return True
        highest = self.env["governance.confidentiality.level"]._get_highest_rank()
        user = self.env.user
        return (
            user._get_direct_clearance() >= highest
            and not user._is_clearance_suspended()
        )

    @api.model
    def _is_anything_closed(self):
        """Return whether there are levels, and the user is somebody they apply to."""
        if self.env.su and self.env.user._is_superuser():
            return False
        levels = self.env["governance.confidentiality.level"]
        return levels._get_highest_rank() > 0

    @api.model
    def _is_every_row_open(self):
        """Return whether neither a level nor a seal keeps a record from the user."""
        return self.env.user._is_superuser() and self._is_everything_open()

    @api.model
    def _get_closing_models(self, names):
        """Return those of some models whose records may be hidden from the user."""
        if not self._is_everything_open():
            return names
        return [name for name in names if self._is_hidden_without_level(name)]

    @api.model
    def _is_hidden_without_level(self, name):
        """Return whether records of a model may be hidden whatever the clearance."""
        return getattr(self.env.get(name), "_is_hidden_by_seal", False)

    @api.model
    def _get_opened(self, customers, operation):
        """Return those of some closed commercial entities that are open to the user."""
        mark = self.env.context.get("governance_reading")
        decided = {}
        if isinstance(mark, ReadingMark):
            decided = mark.opened.setdefault((self.env.uid, operation), {})
        if missing := [id_ for id_ in customers.ids if id_ not in decided]:
            opened = self._get_opened_sql(operation, missing)
            rows = self.env.execute_query(SQL("SELECT * FROM %s opened", opened))
            opened_ids = {id_ for (id_,) in rows}
            decided.update((id_, id_ in opened_ids) for id_ in missing)
        return customers.filtered(lambda customer: decided.get(customer.id))

    @api.model
    def _get_hidden_documents(self, ids_by_model):
        """Return ``{model: set of ids}`` of the documents that name closed customers.

        Models that do not name customers hide nothing.
        """
        hidden = {}
        for model, ids in ids_by_model.items():
            records = self.env.get(model)
            if records is None or not hasattr(records, "_filter_by_clearance"):
                continue
            found = records.browse(ids).sudo()
            try:
                # In Odoo's own flows these are at hand already.
                closed = found - found._filter_by_clearance("read")
            except MissingError:
                found = found.exists()
                closed = found - found._filter_by_clearance("read")
            hidden[model] = set(closed.ids)
        return hidden

    @api.model
    def _get_hidden_rows(self, records, model_field):
        """Return those rows about records that the current user may not read.

        :param records: messages, to-dos …, which name a record by its model, in
            `model_field`, and `res_id`
        """
        if not records or self._is_every_row_open():
            return records.browse()
        try:
            # What was written a moment ago is at hand and costs no query.
            rows = self._get_document_keys(records, model_field)
        except MissingError:
            rows = self._get_document_keys(records.exists(), model_field)
        ids_by_model = {}
        for _id, model, res_id in rows:
            if model:
                ids_by_model.setdefault(model, set()).add(res_id)
        names = self._get_closing_models(ids_by_model)
        hidden = self._get_hidden_documents(
            {name: ids_by_model[name] for name in names}
        )
        return records.browse(
            id_ for id_, model, res_id in rows if res_id in hidden.get(model, ())
        )

    @api.model
    def _get_document_keys(self, records, model_field):
        """Return [(id, model, id in that model)] of rows about records."""
        rows = records.sudo()
        rows.fetch([model_field, "res_id"])
        return [(row.id, row[model_field], row.res_id) for row in rows if row.res_id]

    @api.model
    def _check_rows_stay(self, rows, model_field, vals):
        """Let custodians alone give rows about records to less confidential records.

        :param rows: files, messages, to-dos …, see `_get_hidden_rows`
        :param dict vals: where they, or their copies, are to be
        :raises AccessError: for everybody else
        """
        names = (model_field, "res_id")
        if not any(name in vals for name in names):
            return
        if self.env.user.has_group("crm_governance.group_custodian"):
            return
        for row in rows.sudo():
            place = [vals.get(name, row[name]) for name in names]
            before = self._get_rank_of(row[model_field], row.res_id)
            if before and before > self._get_rank_of(*place):
                raise AccessError(
                    self.env._(
                        "This belongs to a confidential customer. Ask a data "
                        "custodian to give it to another record."
                    )
                )

    @api.model
    def _get_rank_of(self, model, res_id):
        """Return how confidential a record of any model is, 0 if it cannot be."""
        documents = self.env.get(model) if model and res_id else None
        if not hasattr(documents, "_get_classified_rank"):
            return 0
        record = documents.sudo().browse(res_id).exists()
        return record._get_keeping_rank() if record else 0

    # ------------------------------------------------------------------
    # THE SAME WITHIN A SEARCH, so that pages are full
    # ------------------------------------------------------------------

    @api.model
    def _get_open_rows_domain(self, model_field, domain, path=None):
        """Return the domain of rows that are not about hidden records.

        :param str model_field: field that names a record's model, beside ``res_id``
        :param Domain domain: what is searched; it may limit the models
        :param path: name of a many2one to the row that has these fields
        """
        if self._is_every_row_open() or not self.env.user._is_internal():
            return Domain.TRUE
        names = self._get_thread_models(domain, model_field)
        names = self._get_closing_models(names)

        def to_sql(model, alias, query):
            if not path:
                condition = self._get_hidden_row_sql(names, alias, model_field)
            else:
                row = SQL.identifier("governance_row", "id")
                condition = SQL(
                    "EXISTS (SELECT 1 FROM %s governance_row WHERE %s = %s AND %s)",
                    SQL.identifier(self.env[model._fields[path].comodel_name]._table),
                    row,
                    model._field_to_sql(alias, path, query),
                    self._get_hidden_row_sql(names, "governance_row", model_field),
                )
            # Not everybody who runs the query lets it flush.
            self.env.flush_query(condition)
            return SQL("(%s) IS NOT TRUE", condition)

        return Domain.custom(to_sql=to_sql) if names else Domain.TRUE

    @api.model
    def _get_thread_models(self, domain, model_field):
        """Return the governed models that rows of a domain may be about."""
        threads = self.env.registry.descendants(["mail.thread"], "_inherit")
        governed = self.env.registry.descendants(
            ["governance.classified.mixin"], "_inherit"
        )
        names = {
            name
            for name in threads & governed
            if not self.env[name]._abstract and self.env[name]._auto
        }
        parts = domain.children if isinstance(domain, DomainAnd) else [domain]
        for part in parts:
            if getattr(part, "field_expr", None) == model_field:
                if part.operator == "=":
                    names &= {part.value}
                elif part.operator == "in":
                    names &= set(part.value)
        return sorted(names)

    @api.model
    def _get_hidden_row_sql(self, names, alias, model_field):
        """Return SQL that holds for rows about hidden records of some models."""
        cases = []
        for name in names:
            records = self.env[name].sudo().with_context(active_test=False)
            query = records._search(~records._get_clearance_domain("read"))
            query.order = None
            query.add_where(
                SQL(
                    "%s = %s",
                    SQL.identifier(records._table, "id"),
                    SQL.identifier(alias, "res_id"),
                )
            )
            cases.append(SQL("WHEN %s THEN EXISTS %s", name, query.subselect("1")))
        return SQL(
            "CASE %s %s END", SQL.identifier(alias, model_field), SQL(" ").join(cases)
        )

    @api.model
    def _filter_query(self, model, query, order, model_field):
        """Take rows about hidden records out of the result of a search."""
        if self._is_every_row_open():
            return query
        found = model.browse(query.get_result_ids())
        hidden = self._get_hidden_rows(found, model_field)
        return (found - hidden)._as_query(order) if hidden else query

    @api.model
    def _extend_forbidden(self, records, operation, result, model_field):
        """Add rows about hidden records to what `_check_access` forbids."""
        allowed = records - result[0] if result else records
        hidden = self._get_hidden_rows(
            allowed.filtered(lambda record: isinstance(record.id, int)), model_field
        )
        if not hidden:
            return result
        if result:
            return result[0] + hidden, result[1]
        return hidden, lambda: hidden._make_access_error(operation)
