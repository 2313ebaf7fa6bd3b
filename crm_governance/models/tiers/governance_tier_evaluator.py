# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Set-based evaluation: metrics, classification and proposals in one statement.

A customer's proposal is a function of the published rules, the stored metrics
and the tier held when the review opened.  Everything here is SQL text; no
customer is ever loaded by the ORM.
"""

import logging

from dateutil.relativedelta import relativedelta
from psycopg2 import DataError

from odoo import api, models
from odoo.tools import SQL

from .evaluation_scope import EvaluationScope

_logger = logging.getLogger(__name__)


class GovernanceTierEvaluator(models.AbstractModel):
    """Builds and runs the statements that evaluate a review."""

    _name = "governance.tier.evaluator"
    _description = "Tier Evaluation"

    # ------------------------------------------------------------------
    # SCOPE AND METRICS
    # ------------------------------------------------------------------

    @api.model
    def _get_scope(self, review):
        """Return the :class:`EvaluationScope` of a review."""
        company, rules = review.company_id, review.ruleset_id
        uses = rules._get_metric_uses()
        return EvaluationScope(
            company_id=company.id,
            root_company_id=company.root_id.id,
            currency_id=company.currency_id.id,
            digits=company.currency_id.decimal_places,
            as_of=review.date_as_of,
            timezone=company._get_governance_timezone(),
            turnover_source=rules.turnover_source,
            include_history=bool(
                rules.include_history and company.governance_cutover_date
            ),
            cutover_date=company.governance_cutover_date or None,
            fiscal_last_day=company.fiscalyear_last_day,
            fiscal_last_month=int(company.fiscalyear_last_month),
            uses={use.key: use for use in uses},
        )

    @api.model
    def _get_columns(self, scope):
        """Return ``{snapshot key: MetricColumn}`` of a scope's metric uses."""
        metrics = self.env["governance.tier.metric"].browse(
            use.metric_id for use in scope.uses.values()
        )
        by_id = {metric.id: metric for metric in metrics}
        return {
            key: by_id[use.metric_id]._get_column(use, scope)
            for key, use in scope.uses.items()
        }

    @api.model
    def _get_metric_select(self, review, scope):
        """Return the SELECT of population, owner, current tier and metrics.

        Columns: ``partner_id``, ``owner_id``, ``current_tier_id``, ``broken`` and
        one ``m<i>`` per metric use in the order of the scope.
        """
        Metric = self.env["governance.tier.metric"]
        columns = self._get_columns(scope)
        by_source = {"sales": []}
        outputs = []
        for index, (key, column) in enumerate(columns.items()):
            name = SQL.identifier(f"m{index}")
            if column.ranked:
                outputs.append(SQL("NULL::numeric AS %s", name))
                continue
            by_source.setdefault(column.source, []).append(
                SQL("(%s) AS %s", column.aggregate, name)
            )
            alias = self._get_source_alias(column.source, by_source)
            value = SQL("%s.%s", alias, name)
            if column.default is not None:
                value = SQL("COALESCE(%s, %s)", value, column.default)
            metric = Metric.browse(scope.uses[key].metric_id)
            if metric.only_without_history:
                value = SQL("CASE WHEN src0.documents IS NULL THEN %s END", value)
            outputs.append(SQL("%s AS %s", value, name))
        joins = [
            SQL(
                "LEFT JOIN (SELECT s.partner_id%s FROM (%s) s GROUP BY s.partner_id)"
                " %s ON %s.partner_id = p.id",
                SQL("").join(
                    SQL(", %s", aggregate)
                    for aggregate in [
                        *(
                            [
                                SQL("NULLIF(SUM(s.documents), 0) AS documents"),
                                SQL("BOOL_OR(s.broken) AS broken"),
                            ]
                            if source == "sales"
                            else []
                        ),
                        *aggregates,
                    ]
                ),
                Metric._get_source(source, scope),
                self._get_source_alias(source, by_source),
                self._get_source_alias(source, by_source),
            )
            for source, aggregates in by_source.items()
        ]
        return SQL(
            """SELECT p.id AS partner_id, p.user_id AS owner_id,
                      held.tier_id AS current_tier_id,
                      COALESCE(src0.broken, FALSE) AS broken%(outputs)s
                 FROM res_partner p
                 LEFT JOIN governance_tier_assignment held
                   ON held.partner_id = p.id AND held.scheme_id = %(scheme)s
                  AND held.company_id = %(company)s AND held.date_end IS NULL
                 %(joins)s
                WHERE p.commercial_partner_id = p.id AND %(partners)s
                  AND %(population)s""",
            outputs=SQL("").join(SQL(", %s", output) for output in outputs),
            scheme=review.scheme_id.id,
            company=scope.company_id,
            joins=SQL(" ").join(joins),
            partners=scope.partners_in(SQL("p.id")),
            population=self._get_population_condition(review, scope),
        )

    @api.model
    def _get_source_alias(self, source, by_source):
        return SQL.identifier(f"src{list(by_source).index(source)}")

    @api.model
    def _get_population_condition(self, review, scope):
        """Return which commercial entities (alias ``p``) a review covers (A-01).

        A customer is an active contact of the company that has bought something,
        that is marked as a customer, or that holds a tier already.  Schemes that
        cover prospects add everybody with a lead or an opportunity (A-03).
        """
        base = SQL(
            "p.active AND p.partner_share"
            " AND (p.company_id = %s OR p.company_id IS NULL)",
            scope.company_id,
        )
        if review.population == "selected":
            return SQL(
                """%s AND p.id IN (SELECT partner_id
                                     FROM governance_tier_review_partner_rel
                                    WHERE review_id = %s)""",
                base,
                review.id,
            )
        member = SQL(
            "src0.documents IS NOT NULL OR p.customer_rank > 0 OR held.id IS NOT NULL"
        )
        if review.ruleset_id.population == "prospects":
            Metric = self.env["governance.tier.metric"]
            member = SQL(
                "%s OR p.id IN (SELECT l.partner_id FROM (%s) l)",
                member,
                Metric._source_opportunities(scope),
            )
        return SQL("%s AND (%s)", base, member)

    @api.model
    def _get_eligible_condition(self, review):
        """Return who (alias ``p``) may be in a review, whatever the figures say."""
        eligible = SQL(
            """p.active AND p.partner_share
               AND (p.company_id = %s OR p.company_id IS NULL)""",
            review.company_id.id,
        )
        if review.population != "selected":
            return eligible
        return SQL(
            """%s AND p.id IN (SELECT partner_id
                                 FROM governance_tier_review_partner_rel
                                WHERE review_id = %s)""",
            eligible,
            review.id,
        )

    @api.model
    def _get_reviewer_joins(self, owner):
        """Return the joins of the active owner (``u``) and the owner's team (``t``)."""
        return SQL(
            """LEFT JOIN res_users u ON u.id = %(owner)s AND u.active
               LEFT JOIN (SELECT user_id, MIN(crm_team_id) AS crm_team_id
                            FROM crm_team_member WHERE active GROUP BY user_id) t
                 ON t.user_id = %(owner)s""",
            owner=owner,
        )

    # ------------------------------------------------------------------
    # CLASSIFICATION
    # ------------------------------------------------------------------

    @api.model
    def _get_classified_select(self, review, scope, metric_select):
        """Wrap metrics into score, computed place and proposed place.

        Places count the scheme's tiers from 1 at the top.  ``metric_select``
        gives the columns that :meth:`_get_metric_select` names.
        """
        rules = review.ruleset_id
        tiers = review.ruleset_id._get_tiers()
        names = {key: SQL.identifier("m", f"m{i}") for i, key in enumerate(scope.uses)}
        place_of_current = (
            SQL(
                "CASE m.current_tier_id %s END",
                SQL(" ").join(
                    SQL("WHEN %s THEN %s", tier.id, place)
                    for place, tier in enumerate(tiers, start=1)
                ),
            )
            if tiers
            else SQL("NULL::int")
        )
        score = rules._get_score_sql(names)
        return SQL(
            """SELECT d.*, %(adjusted)s AS place
                 FROM (SELECT c.*, %(computed)s AS computed_place
                         FROM (SELECT m.*, %(current)s AS current_place,
                                      (%(score)s)::numeric AS score
                                 FROM (%(metrics)s OFFSET 0) m OFFSET 0) c
                       OFFSET 0) d""",
            adjusted=self._get_adjusted_place(rules, tiers, scope),
            computed=rules._get_place_sql(
                tiers, self._rename(names, "c"), SQL("c.score"), SQL("c.current_place")
            ),
            current=place_of_current,
            score=score,
            metrics=metric_select,
        )

    @api.model
    def _rename(self, names, alias):
        """Return the metric columns of another nesting level."""
        return {
            key: SQL.identifier(alias, f"m{index}") for index, key in enumerate(names)
        }

    @api.model
    def _get_adjusted_place(self, rules, tiers, scope):
        """Return the place after hysteresis, protection and one step per cycle."""
        names = self._rename(scope.uses, "d")
        place = SQL("d.computed_place")
        fallen = SQL("d.current_place IS NOT NULL AND %s > d.current_place", place)
        if rules.hysteresis_percent:
            keeps = rules._get_relaxed_sql(
                tiers, names, SQL("d.score"), SQL("d.current_place")
            )
            place = SQL(
                "CASE WHEN %s AND %s THEN d.current_place ELSE %s END",
                fallen,
                keeps,
                place,
            )
        if rules.protect_months:
            age = names[rules._get_age_use().key]
            place = SQL(
                "CASE WHEN %s AND COALESCE(%s, 0) < %s"
                " THEN d.current_place ELSE %s END",
                fallen,
                age,
                self._get_protected_days(rules, scope),
                place,
            )
        if rules.is_one_step_down:
            place = SQL(
                "CASE WHEN d.current_place IS NULL THEN %(place)s"
                " ELSE LEAST(%(place)s, d.current_place + 1) END",
                place=place,
            )
        return SQL(
            "CASE WHEN d.broken THEN COALESCE(d.current_place, %s) ELSE %s END",
            len(tiers),
            place,
        )

    @api.model
    def _get_protected_days(self, rules, scope):

        return (
            scope.as_of - (scope.as_of - relativedelta(months=rules.protect_months))
        ).days

    @api.model
    def _get_snapshot_sql(self, scope, alias):
        """Return the JSON object that stores the metrics of a customer."""
        pairs = [
            SQL("%s, %s", key, SQL.identifier(alias, f"m{index}"))
            for index, key in enumerate(scope.uses)
        ]
        # A function of PostgreSQL takes a hundred arguments at most.
        return SQL(" || ").join(
            SQL("jsonb_build_object(%s)", SQL(", ").join(pairs[start : start + 50]))
            for start in range(0, len(pairs), 50)
        )

    @api.model
    def _get_tier_by_place(self, tiers, place):
        """Return the tier id that stands at a place (SQL integer)."""
        return SQL("(%s::int[])[%s]", tiers.ids, place)

    # ------------------------------------------------------------------
    # RUNNING
    # ------------------------------------------------------------------

    @api.model
    def _evaluate_range(self, review, first_id, last_id):
        """Store the proposals of the commercial entities of an id range.

        A customer whose figures the database cannot compute is isolated by
        halving the range and gets a line that says so; the rest goes on.

        :return: number of lines stored
        :rtype: int
        """
        scope = self._get_scope(review).in_range(first_id, last_id)
        self.env.flush_all()
        try:
            with self.env.cr.savepoint(flush=False):
                # What goes wrong is reported on the line, not query by query.
                self.env.cr.execute(
                    self._get_insert_sql(review, scope), log_exceptions=False
                )
                count = self.env.cr.rowcount
            # Scheme and rules stay as they were read.
            self.env["governance.tier.review.line"].invalidate_model(flush=False)
            review.invalidate_recordset(flush=False)
            return count
        except DataError as error:
            if first_id == last_id:
                return self._insert_broken(review, first_id, error)
        middle = (first_id + last_id) // 2
        return self._evaluate_range(review, first_id, middle) + self._evaluate_range(
            review, middle + 1, last_id
        )

    @api.model
    def _get_insert_sql(self, review, scope):
        """Return the statement that computes and stores the lines of a batch."""
        tiers = review.ruleset_id._get_tiers()
        ranked = any(
            use.code in self.env["governance.tier.metric"]._get_ranked_codes()
            for use in scope.uses.values()
        )
        classified = self._get_classified_select(
            review, scope, self._get_metric_select(review, scope)
        )
        return SQL(
            """INSERT INTO governance_tier_review_line
                      (review_id, partner_id, reviewer_id, team_id, current_tier_id,
                       computed_place, proposed_tier_id, metrics, turnover, score,
                       movement, adjustment, state, has_error, error)
               SELECT %(review)s, e.partner_id, COALESCE(u.id, %(fallback)s),
                      t.crm_team_id, e.current_tier_id, %(computed)s, %(proposed)s,
                      %(snapshot)s, e.m0, e.score, %(movement)s, %(adjustment)s,
                      'pending', e.broken, CASE WHEN e.broken THEN %(broken)s END
                 FROM (%(classified)s) e %(reviewers)s
                WHERE e.partner_id NOT IN (
                      SELECT known.partner_id FROM governance_tier_review_line known
                       WHERE known.review_id = %(review)s
                         AND known.is_merged IS NOT TRUE AND %(known)s)
                ORDER BY e.partner_id""",
            review=review.id,
            # A customer is there already when another one was merged into it
            # between two batches.
            known=scope.partners_in(SQL("known.partner_id")),
            fallback=review.scheme_id.fallback_reviewer_id.id or None,
            computed=SQL("NULL::int") if ranked else SQL("e.computed_place"),
            proposed=(
                SQL("NULL::int")
                if ranked
                else self._get_tier_by_place(tiers, SQL("e.place"))
            ),
            snapshot=self._get_snapshot_sql(scope, "e"),
            movement=SQL("NULL") if ranked else self._get_movement_sql(SQL("e")),
            adjustment=SQL("NULL") if ranked else self._get_adjustment_sql(SQL("e")),
            broken=self.env._(
                "An order or invoice of this customer has no exchange rate."
            ),
            classified=classified,
            reviewers=self._get_reviewer_joins(SQL("e.owner_id")),
        )

    @api.model
    def _get_movement_sql(self, alias):
        return SQL(
            """CASE WHEN %(a)s.current_place IS NULL THEN 'new'
                    WHEN %(a)s.place < %(a)s.current_place THEN 'up'
                    WHEN %(a)s.place > %(a)s.current_place THEN 'down'
                    ELSE 'same' END""",
            a=alias,
        )

    @api.model
    def _get_adjustment_sql(self, alias):
        return SQL(
            """CASE WHEN %(a)s.broken OR %(a)s.place = %(a)s.computed_place THEN NULL
                    WHEN %(a)s.place = %(a)s.current_place THEN 'kept'
                    ELSE 'step' END""",
            a=alias,
        )

    @api.model
    def _insert_broken(self, review, partner_id, error):
        """Store a line that says why a customer could not be evaluated."""
        _logger.warning(
            "%s: customer %s could not be evaluated: %s", review, partner_id, error
        )
        tiers = review.ruleset_id._get_tiers()
        self.env.cr.execute(
            SQL(
                """INSERT INTO governance_tier_review_line
                          (review_id, partner_id, reviewer_id, team_id,
                           current_tier_id, proposed_tier_id, metrics, turnover,
                           movement, state, has_error, error)
                   SELECT %(review)s, p.id, COALESCE(u.id, %(fallback)s),
                          t.crm_team_id, a.tier_id, COALESCE(a.tier_id, %(lowest)s),
                          '{}'::jsonb, 0,
                          CASE WHEN a.id IS NULL THEN 'new' ELSE 'same' END,
                          'pending', TRUE, %(error)s
                     FROM res_partner p
                     LEFT JOIN governance_tier_assignment a
                       ON a.partner_id = p.id AND a.scheme_id = %(scheme)s
                      AND a.date_end IS NULL
                     %(reviewers)s
                    WHERE p.id = %(partner)s AND p.commercial_partner_id = p.id
                      AND %(eligible)s
              ON CONFLICT DO NOTHING""",
                review=review.id,
                fallback=review.scheme_id.fallback_reviewer_id.id or None,
                lowest=tiers[-1:].id or None,
                error=self.env._(
                    "The figures cannot be computed: %(error)s",
                    error=str(error).splitlines()[0],
                ),
                scheme=review.scheme_id.id,
                reviewers=self._get_reviewer_joins(SQL("p.user_id")),
                partner=partner_id,
                eligible=self._get_eligible_condition(review),
            )
        )
        return self.env.cr.rowcount

    @api.model
    def _evaluate_ranked(self, review):
        """Add figures that compare all customers, then classify everybody."""
        scope = self._get_scope(review)
        columns = self._get_columns(scope)
        if not any(column.ranked for column in columns.values()):
            return
        self.env.flush_all()
        # The lines are new: without statistics the database would expect a
        # handful of them and join them by comparing each with each.
        self.env.cr.execute("ANALYZE governance_tier_review_line")
        keys = list(scope.uses)
        selects = []
        for index, (key, column) in enumerate(columns.items()):
            value = (
                self._get_rank_sql(column, keys.index(column.base.key))
                if column.ranked
                else self._get_stored_sql(key)
            )
            selects.append(SQL("%s AS %s", value, SQL.identifier(f"m{index}")))
        metric_select = SQL(
            """SELECT l.id AS line_id, l.partner_id, l.current_tier_id,
                      l.has_error AS broken, %s
                 FROM governance_tier_review_line l WHERE l.review_id = %s""",
            SQL(", ").join(selects),
            review.id,
        )
        # Window functions read the stored base figure, not a sibling column.
        self.env.cr.execute(
            SQL(
                """UPDATE governance_tier_review_line l
                      SET metrics = %(snapshot)s, computed_place = e.computed_place,
                          proposed_tier_id = %(proposed)s, score = e.score,
                          movement = %(movement)s, adjustment = %(adjustment)s
                     FROM (%(classified)s) e WHERE l.id = e.line_id""",
                snapshot=self._get_snapshot_sql(scope, "e"),
                proposed=self._get_tier_by_place(
                    review.ruleset_id._get_tiers(), SQL("e.place")
                ),
                movement=self._get_movement_sql(SQL("e")),
                adjustment=self._get_adjustment_sql(SQL("e")),
                classified=self._get_classified_select(review, scope, metric_select),
            )
        )
        self.env.invalidate_all()

    @api.model
    def _get_stored_sql(self, key):
        """Return a stored figure of a line (alias ``l``) as a number."""
        return SQL("(l.metrics ->> %s)::numeric", key)

    @api.model
    def _get_rank_sql(self, column, base_index):
        """Return rank or share of a line among all lines of its review.

        Equal turnover gives the equal rank.  The cumulative share counts the
        customers with more turnover only, so that the largest customer is never
        left out and the order of equals does not matter.
        """
        value = self._get_stored_sql(column.base.key)
        if column.ranked == "rank":
            return SQL("RANK() OVER (ORDER BY %s DESC NULLS LAST)", value)
        total = SQL("NULLIF(SUM(GREATEST(%s, 0)) OVER (), 0)", value)
        if column.ranked == "share":
            return SQL("ROUND(100 * GREATEST(%s, 0) / %s, 6)", value, total)
        # Up to and with the equals, less the equals: leaving them out of the frame
        # (EXCLUDE GROUP) would add up everything anew for each customer.
        return SQL(
            """ROUND(100 * (SUM(GREATEST(%(v)s, 0)) OVER (
                                ORDER BY %(v)s DESC NULLS LAST)
                            - SUM(GREATEST(%(v)s, 0)) OVER (PARTITION BY %(v)s))
                     / %(total)s, 6)""",
            v=value,
            total=total,
        )

    @api.model
    def _count_differences(self, review):
        """Compute all proposals again from the stored figures and compare.

        :return: number of lines whose stored result differs
        :rtype: int
        """
        self.env.flush_all()
        scope = self._get_scope(review)
        selects = [
            SQL("%s AS %s", self._get_stored_sql(key), SQL.identifier(f"m{index}"))
            for index, key in enumerate(scope.uses)
        ]
        metric_select = SQL(
            """SELECT l.id AS line_id, l.partner_id, l.current_tier_id,
                      l.has_error AS broken, l.proposed_tier_id AS stored_tier_id,
                      l.score AS stored_score, %s
                 FROM governance_tier_review_line l
                WHERE l.review_id = %s AND l.has_error IS NOT TRUE""",
            SQL(", ").join(selects),
            review.id,
        )
        self.env.cr.execute(
            SQL(
                """SELECT COUNT(*) FROM (%s) e
                    WHERE %s IS DISTINCT FROM e.stored_tier_id
                       OR ROUND(e.score, 6) IS DISTINCT FROM e.stored_score""",
                self._get_classified_select(review, scope, metric_select),
                self._get_tier_by_place(review.ruleset_id._get_tiers(), SQL("e.place")),
            )
        )
        return self.env.cr.fetchone()[0]
