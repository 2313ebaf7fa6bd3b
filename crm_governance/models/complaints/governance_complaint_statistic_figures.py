# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL

from .governance_complaint import OPEN
from .governance_complaint_counting import READ, SETTLING
from .governance_complaint_statistic_line import COUNTS, DIMENSIONS

# What lines are about complaints in the narrow sense; this one is about the rest, too.
ALL_KINDS = "kind"
# {hours: the moment that lies in the month}
HOURS = {
    "hours_acknowledge": "acknowledged_on",
    "hours_response": "responded_on",
    "hours_solution": "solved_on",
    "hours_closing": "closed_on",
}
# What is sold has these as well, and so these lines have a complaint rate.
SOLD = {"tier": "tier_id", "product": "product_id"}


class GovernanceComplaintStatistic(models.Model):
    """The figures of a month: what each line of the statistic says."""

    _inherit = "governance.complaint.statistic"

    def _seal_lines(self):
        """Keep the figures of the month as they are now; return the lines."""
        self.ensure_one()
        lines = self.env["governance.complaint.statistic.line"]
        former = lines.sudo().search([("statistic_id", "=", self.id)])
        former.filtered("is_current")._seal().write({"is_current": False})
        version = max(former.mapped("version"), default=0) + 1
        self.invalidate_recordset(["line_ids"])
        common = {
            "statistic_id": self.id,
            "company_id": self.company_id.id,
            "month": self.month,
            "version": version,
        }
        return lines._seal().create(
            [
                {**common, **figures, "sequence": number}
                for number, figures in enumerate(self._get_figures())
            ]
        )

    def _get_figures(self):
        """Return what the lines say: one dict for each, the total first.

        It counts for the whole company, whoever asks; no line names a customer.
        """
        self.ensure_one()
        system = self.sudo()
        rows = system._get_rows()
        clocks = system._get_clocks()
        late = {clock["id"] for clock in clocks if clock["missed"]}
        for row in rows:
            row["late"] = row["id"] in late
        complaints = [row for row in rows if row["type_kind"] == "complaint"]
        sold = system._get_sold()
        result = []
        for dimension, (_label, _model, name) in DIMENSIONS.items():
            if dimension == "target":
                result += self._get_target_figures(clocks)
                continue
            counted = rows if dimension == ALL_KINDS else complaints
            groups = {} if name else {None: counted}
            for row in counted if name else ():
                groups.setdefault(row[name], []).append(row)
            for key in sorted(groups, key=lambda key: (key is None, str(key))):
                figures = self._get_group_figures(groups[key], clocks)
                if dimension in ("total", *SOLD):
                    figures.update(self._get_rates(sold, dimension, key, groups[key]))
                result.append(self._prepare_line(dimension, key, figures))
        return result

    @api.model
    def _prepare_line(self, dimension, key, figures):
        line = self.env["governance.complaint.statistic.line"].new(
            {"dimension": dimension, "key": str(key) if key else False}
        )
        return {
            "dimension": dimension,
            "key": line.key,
            "label": line._get_name(),
            **figures,
        }

    # ------------------------------------------------------------------
    # WHAT IS COUNTED
    # ------------------------------------------------------------------

    def _get_rows(self):
        """Return the complaints of the month as dicts, as it was when it ended.

        Those received in it, those that were unsolved when it began, and those that
        were solved and came back.
        """
        start, end = self._get_span()
        figures = self.env["governance.complaint.figure"]
        for model, names in READ.items():
            self.env[model].flush_model(names)
        # Whatever settles later has an event of that day, or is open today.
        condition = SQL(
            """c.company_id = %(company)s AND c.date_received < %(end)s AND (
                c.date_received >= %(start)s OR c.state IN %(open)s OR c.id IN (
                    SELECT event.complaint_id FROM governance_complaint_event event
                     WHERE event.kind IN %(settling)s AND event.date >= %(start)s))""",
            company=self.company_id.id,
            start=start,
            end=end,
            open=OPEN,
            settling=SETTLING,
        )
        query = SQL(
            """SELECT row.*, c.before, c.came_back
                 FROM (%(rows)s) row
                 JOIN LATERAL (
                     SELECT %(before)s AS before, EXISTS (
                         SELECT 1 FROM governance_complaint_event event
                          WHERE event.complaint_id = row.id
                            AND event.kind IN ('reopened', 'rejected')
                            AND event.date >= %(start)s AND event.date < %(end)s)
                         AS came_back
                       FROM (SELECT row.id) c) c ON TRUE""",
            rows=figures._get_figures_sql(SQL("%s", end), condition),
            before=figures._get_status_sql(SQL("%s", start)),
            start=start,
            end=end,
        )
        self.env.cr.execute(query)
        rows = self.env.cr.dictfetchall()
        for row in rows:
            self._sort_row(row, start)
        return [row for row in rows if row["is_counted"]]

    @api.model
    def _sort_row(self, row, start):
        """Note on a row to which figures of the month it belongs."""
        row["received"] = row["date_received"] >= start
        row["carried"] = not row["received"] and row["before"] == "open"
        was_solved = row["before"] in ("answered", "closed")
        row["returned"] = not row["received"] and was_solved and row["came_back"]
        row["is_counted"] = row["received"] or row["carried"] or row["returned"]
        row["dropped"] = row["status"] in ("dropped", "duplicate")
        row["repeated"] = bool(row["received"] and row["repeated"])
        for hours, moment in HOURS.items():
            if row[moment] is None or row[moment] < start:
                row[hours] = None

    def _get_clocks(self):
        """Return the clocks of complaints that were decided in the month, as dicts.

        A target is missed at the moment at which its time ran out, not when somebody
        answered at last; so it counts in one month only.
        """
        start, end = self._get_span()
        breach = self.env["governance.complaint.counting"]._get_breach_sql()
        self.env["governance.complaint.clock"].flush_model()
        self.env.cr.execute(
            SQL(
                """SELECT clock.id, clock.kind, clock.met, clock.missed
                     FROM (SELECT clock.complaint_id AS id, clock.kind,
                                  %(breach)s >= %(start)s AND %(breach)s < %(end)s
                                      AS missed,
                                  clock.state = 'met' AND clock.stopped_on >= %(start)s
                                      AND clock.stopped_on < %(end)s AS met
                             FROM governance_complaint_clock clock
                             JOIN governance_complaint c ON c.id = clock.complaint_id
                             LEFT JOIN governance_complaint_type type
                               ON type.id = c.type_id
                            WHERE c.company_id = %(company)s AND c.state <> 'draft'
                              AND COALESCE(type.kind, 'complaint') = 'complaint') clock
                    WHERE clock.met OR clock.missed
                    ORDER BY clock.id""",
                breach=breach,
                start=start,
                end=end,
                company=self.company_id.id,
            )
        )
        return self.env.cr.dictfetchall()

    def _get_sold(self):
        """Return {(dimension, key): (orders, customers)} of what was sold."""
        start, end = self._get_span()
        counting = self.env["governance.complaint.counting"]
        for name in ("sale.order", "sale.order.line", "governance.tier.assignment"):
            self.env[name].flush_model()
        found = self.env.execute_query(
            SQL(
                """SELECT GROUPING(row.tier_id), GROUPING(row.product_id),
                          row.tier_id, row.product_id, COUNT(DISTINCT row.order_id),
                          COUNT(DISTINCT row.partner_id)
                     FROM (%s) row
                    WHERE row.company_id = %s AND row.date >= %s AND row.date < %s
                    GROUP BY GROUPING SETS ((), (row.tier_id), (row.product_id))""",
                counting._get_orders_sql(),
                self.company_id.id,
                start,
                end,
            )
        )
        sold = {}
        for no_tier, no_product, tier, product, orders, customers in found:
            dimension = "product" if no_tier else "tier"
            if no_tier and no_product:
                dimension = "total"
            sold[dimension, tier or product] = (orders, customers)
        return sold

    # ------------------------------------------------------------------
    # LINES
    # ------------------------------------------------------------------

    @api.model
    def _get_group_figures(self, rows, clocks):
        """Return the figures of some complaints."""
        ids = {row["id"] for row in rows}
        members = {
            name: sorted(row["id"] for row in rows if row[name])
            for name in ("carried", "received", "returned", "dropped")
        }
        members["solved"] = self._pick(rows, "status", ("answered", "closed"))
        members["open"] = self._pick(rows, "status", ("open",))
        members["late"] = self._pick(rows, "late", (True,))
        members["repeated"] = self._pick(rows, "repeated", (True,))
        mine = [clock for clock in clocks if clock["id"] in ids]
        figures = self._get_clock_figures(mine, members)
        figures.update(
            {name: self._get_average(rows, name) for name in HOURS},
            solution_rate=self._get_share(
                figures["solved"], len(rows) - figures["dropped"]
            ),
        )
        return figures

    @api.model
    def _pick(self, rows, name, values):
        return sorted(row["id"] for row in rows if row[name] in values)

    @api.model
    def _get_clock_figures(self, clocks, members):
        """Return counts and members, with what the clocks say."""
        for name in ("met", "missed"):
            members[name] = sorted(clock["id"] for clock in clocks if clock[name])
        counts = {name: len(members.get(name, ())) for name in COUNTS}
        return {
            **counts,
            "members": {name: ids for name, ids in members.items() if ids},
            "share_in_time": self._get_share(
                counts["met"], counts["met"] + counts["missed"]
            ),
        }

    @api.model
    def _get_target_figures(self, clocks):
        """Return a line for each kind of target that was decided in the month."""
        return [
            self._prepare_line("target", kind, self._get_clock_figures(mine, {}))
            for kind in self._get_labels("target")
            if (mine := [clock for clock in clocks if clock["kind"] == kind])
        ]

    @api.model
    def _get_rates(self, sold, dimension, key, rows):
        """Return what was sold to and bought by whom, and how many complained."""
        orders, customers = sold.get((dimension, key), (0, 0))
        received = [
            row for row in rows if row["received"] and row["status"] != "duplicate"
        ]
        complaining = len({row["partner_id"] for row in received} - {None})
        return {
            "orders": orders,
            "customers": customers,
            "complaining": complaining,
            "complaint_rate": self._get_share(len(received), orders),
            "customer_rate": self._get_share(complaining, customers),
        }

    @api.model
    def _get_share(self, part, whole):
        return 100.0 * part / whole if whole else 0.0

    @api.model
    def _get_average(self, rows, name):
        hours = [row[name] for row in rows if row[name] is not None]
        return sum(hours) / len(hours) if hours else 0.0

    @api.model
    def _get_labels(self, dimension):
        """Return what the values of a dimension without a model are called."""
        models_of = {
            "kind": (self.env["governance.complaint.type"], "kind"),
            "status": (self.env["governance.complaint.figure"], "status"),
            "target": (self.env["governance.complaint.target"], "kind"),
        }
        model, name = models_of[dimension]
        return dict(model._fields[name]._description_selection(self.env))
