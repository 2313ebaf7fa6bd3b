# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

PUBLISH_BATCH = 50_000


class GovernanceTierReviewBatch(models.AbstractModel):
    """Silence and publication of whole reviews, in statements over all lines."""

    _name = "governance.tier.review.batch"
    _description = "Set-based Decisions and Publication"

    # ------------------------------------------------------------------
    # SILENCE
    # ------------------------------------------------------------------

    @api.model
    def _get_silent_tier_sql(self, review, policy):
        """Return the tier id that silence gives an undecided line (alias ``l``)."""
        if policy == "apply":
            return SQL("l.proposed_tier_id")
        if policy == "downgrade":
            tiers = review.ruleset_id._get_tiers()
            return SQL(
                "CASE l.current_tier_id %s ELSE l.proposed_tier_id END",
                SQL(" ").join(
                    SQL("WHEN %s THEN %s", tier.id, below.id)
                    for tier, below in zip(tiers, [*tiers[1:], tiers[-1]], strict=True)
                ),
            )
        return SQL("COALESCE(l.current_tier_id, l.proposed_tier_id)")

    @api.model
    def _silence_trips_breaker(self, review, policy):
        """Return whether silence would move too many or a top-tier customer."""
        self.flush_model()
        top = review.ruleset_id._get_tiers()[:1]
        self.env.cr.execute(
            SQL(
                """SELECT COUNT(*),
                          COUNT(*) FILTER (WHERE moved),
                          COUNT(*) FILTER (WHERE moved AND %(top)s IN
                                           (current_tier_id, silent_tier_id))
                     FROM (SELECT l.current_tier_id, %(tier)s AS silent_tier_id,
                                  l.state = 'pending' AND l.current_tier_id IS NOT NULL
                                  AND l.current_tier_id <> %(tier)s AS moved
                             FROM governance_tier_review_line l
                            WHERE l.review_id = %(review)s) x""",
                top=top.id,
                tier=self._get_silent_tier_sql(review, policy),
                review=review.id,
            )
        )
        total, moved, moved_top = self.env.cr.fetchone()
        return bool(
            moved_top
            or (total and 100 * moved > review.scheme_id.breaker_percent * total)
        )

    @api.model
    def _apply_silence(self, review, policy):
        """Decide undecided lines of a review by silence; return how many.

        Customers with neither a tier nor a proposal stay undecided: nobody has
        said where they belong.
        """
        self.flush_model()
        tiers = review.ruleset_id._get_tiers()
        place = SQL(" ").join(
            SQL("WHEN %s THEN %s", tier.id, index) for index, tier in enumerate(tiers)
        )
        self.env.cr.execute(
            SQL(
                """UPDATE governance_tier_review_line l
                      SET decided_tier_id = %(tier)s, state = 'silent',
                          decided_on = %(now)s,
                          movement = CASE
                              WHEN l.current_tier_id IS NULL THEN 'new'
                              WHEN l.current_tier_id = %(tier)s THEN 'same'
                              WHEN CASE %(tier)s %(place)s END
                                   < CASE l.current_tier_id %(place)s END THEN 'up'
                              ELSE 'down' END
                    WHERE l.review_id = %(review)s AND l.state = 'pending'
                      AND %(tier)s IS NOT NULL""",
                tier=self._get_silent_tier_sql(review, policy),
                now=fields.Datetime.now(),
                place=place,
                review=review.id,
            )
        )
        self.invalidate_model()
        return self.env.cr.rowcount

    # ------------------------------------------------------------------
    # PUBLICATION
    # ------------------------------------------------------------------

    @api.model
    def _get_missing_roles_domain(self, review):
        """Return the lines whose tier demands a role that nobody holds.

        Who has left the company holds none. Source: A-142, A-144.
        """
        roles = {
            "requires_owner": self._get_vacant_domain("partner_id.user_id"),
            "requires_specialist": self._get_vacant_domain("specialist_id")
            & self._get_vacant_domain("partner_id.governance_specialist_id"),
            "requires_liaison_leader": self._get_vacant_domain("liaison_leader_id")
            & self._get_vacant_domain("partner_id.governance_liaison_leader_id"),
        }
        return Domain("review_id", "=", review.id) & Domain.OR(
            Domain(
                "decided_tier_id", "in", review.scheme_id.tier_ids.filtered(flag).ids
            )
            & missing
            for flag, missing in roles.items()
        )

    @api.model
    def _get_vacant_domain(self, path):
        return Domain(path, "=", False) | Domain(f"{path}.active", "=", False)

    @api.model
    def _publish_after(self, review, cursor):
        """Assign the next batch of decided tiers without a limit of customers.

        :param int cursor: id of the last line that is done
        :return: id of the last line of the batch, or ``None`` when all are done
        """
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """SELECT MAX(id) FROM (
                       SELECT id FROM governance_tier_review_line
                        WHERE review_id = %s AND id > %s ORDER BY id LIMIT %s) batch""",
                review.id,
                cursor,
                PUBLISH_BATCH,
            )
        )
        (last,) = self.env.cr.fetchone()
        if not last:
            return None
        self._assign_roles(review, cursor, last)
        limited = review.scheme_id.tier_ids.filtered("max_customers")
        self.env["governance.tier.assignment"]._assign(
            review.scheme_id,
            review._get_today(),
            self._get_wanted_sql(
                review,
                SQL("l.decided_tier_id"),
                SQL("NULL::int"),
                SQL(
                    """l.id > %s AND l.id <= %s
                       AND (l.decided_tier_id <> ALL(%s) OR l.decided_tier_id = %s)""",
                    cursor,
                    last,
                    limited.ids,
                    self._get_held_tier_sql(review),
                ),
            ),
        )
        return last

    @api.model
    def _get_held_tier_sql(self, review):
        """Return the tier that the customer of a line (alias ``l``) has right now.

        An override may have changed it since the review took its snapshot.
        """
        return SQL(
            """(SELECT a.tier_id FROM governance_tier_assignment a
                 WHERE a.partner_id = l.partner_id AND a.scheme_id = %s
                   AND a.company_id = %s AND a.date_end IS NULL)""",
            review.scheme_id.id,
            review.company_id.id,
        )

    @api.model
    def _get_wanted_sql(self, review, tier, waiting, condition):
        """Return the SELECT that ``_assign`` takes, for lines of a review."""
        today = review._get_today()
        tiers = review.ruleset_id._get_tiers()
        dates = [(t, review.scheme_id._get_next_review_date(t, today)) for t in tiers]
        cases = [SQL("WHEN %s THEN %s::date", t.id, day) for t, day in dates if day]
        next_review = (
            SQL("CASE %s %s END", tier, SQL(" ").join(cases))
            if cases
            else SQL("NULL::date")
        )
        return SQL(
            """SELECT l.partner_id, %(tier)s AS tier_id, 'review' AS kind, l.reason,
                      l.decided_by_id AS user_id, l.review_id, NULL::int AS override_id,
                      NULL::date AS expires_on, %(next)s AS next_review_date,
                      %(waiting)s AS waiting_tier_id
                 FROM governance_tier_review_line l
                WHERE l.review_id = %(review)s AND l.state <> 'pending'
                  AND l.is_merged IS NOT TRUE AND NOT %(overridden)s
                  AND %(condition)s""",
            tier=tier,
            next=next_review,
            waiting=waiting,
            review=review.id,
            overridden=self._get_overridden_sql(review),
            condition=condition,
        )

    @api.model
    def _get_overridden_sql(self, review):
        """Return whether an override has placed a customer (alias ``l``) meanwhile.

        It was granted after the snapshot: whoever decided the line, or kept
        silent, did not know of it.
        """
        return SQL(
            """EXISTS (SELECT 1 FROM governance_tier_assignment o
                        WHERE o.partner_id = l.partner_id AND o.scheme_id = %s
                          AND o.company_id = %s AND o.date_end IS NULL
                          AND o.kind <> 'review'
                          AND o.tier_id IS DISTINCT FROM l.current_tier_id)""",
            review.scheme_id.id,
            review.company_id.id,
        )

    @api.model
    def _assign_roles(self, review, cursor, last):
        """Put specialists and liaison leaders of the lines on the customers."""
        lines = self.search(
            [
                ("review_id", "=", review.id),
                ("id", ">", cursor),
                ("id", "<=", last),
                "|",
                ("specialist_id", "!=", False),
                ("liaison_leader_id", "!=", False),
            ]
        )
        for line in lines:
            line.partner_id.write(
                {
                    name: person.id
                    for name, person in (
                        ("governance_specialist_id", line.specialist_id),
                        ("governance_liaison_leader_id", line.liaison_leader_id),
                    )
                    if person
                }
            )

    @api.model
    def _take_nominated_roles(self, review):
        """Propose the persons whom nominations name for roles nobody has (A-113)."""
        self.env["governance.tier.nomination"].flush_model()
        self.flush_model()
        for role in ("specialist_id", "liaison_leader_id"):
            self.env.cr.execute(
                SQL(
                    """UPDATE governance_tier_review_line l SET %(role)s = n.%(role)s
                         FROM governance_tier_nomination n
                         JOIN res_partner p ON p.id = n.partner_id
                        WHERE n.review_id = %(review)s AND n.state = 'submitted'
                          AND n.is_merged IS NOT TRUE AND n.%(role)s IS NOT NULL
                          AND p.%(held)s IS NULL AND l.review_id = n.review_id
                          AND l.partner_id = n.partner_id AND l.%(role)s IS NULL""",
                    role=SQL.identifier(role),
                    held=SQL.identifier(f"governance_{role}"),
                    review=review.id,
                )
            )
        self.invalidate_model(["specialist_id", "liaison_leader_id"])

    @api.model
    def _publish_limited(self, review):
        """Fill tiers that take only so many customers, the largest first.

        Whoever finds no place keeps the present tier, or the next lower one
        without a limit, and goes on the tier's waiting list.
        """
        tiers = review.ruleset_id._get_tiers()
        limited = tiers.filtered("max_customers")
        # Who leaves a full tier makes room in it: go round until nobody moves.
        while any([self._fill_tier(review, tier) for tier in limited]):
            continue
        for tier in limited:
            below = tiers.filtered(
                lambda t, top=tier: t.rank > top.rank and not t.max_customers
            )[:1]
            self._put_on_waiting_list(review, tier, below)

    @api.model
    def _get_unplaced(self, review, tier):
        """Return the lines of customers who should have a tier and have it not."""
        lines = self.search(
            [
                ("review_id", "=", review.id),
                ("decided_tier_id", "=", tier.id),
                ("state", "!=", "pending"),
                ("is_merged", "!=", True),
            ],
            order="turnover desc, id",
        )
        self.env["governance.tier.assignment"].flush_model()
        self.env.cr.execute(
            SQL(
                """SELECT l.id FROM governance_tier_review_line l
                    WHERE l.id = ANY(%s) AND NOT %s AND %s IS DISTINCT FROM %s""",
                lines.ids,
                self._get_overridden_sql(review),
                self._get_held_tier_sql(review),
                tier.id,
            )
        )
        unplaced = {row[0] for row in self.env.cr.fetchall()}
        return lines.filtered(lambda line: line.id in unplaced)

    @api.model
    def _fill_tier(self, review, tier):
        """Give the free places of a tier; return how many customers got one."""
        free = max(tier._lock_free_places(), 0)
        placed = self._get_unplaced(review, tier)[:free] if free else self.browse()
        if placed:
            self.env["governance.tier.assignment"]._assign(
                review.scheme_id,
                review._get_today(),
                self._get_wanted_sql(
                    review,
                    SQL("l.decided_tier_id"),
                    SQL("NULL::int"),
                    SQL("l.id = ANY(%s)", placed.ids),
                ),
            )
        return len(placed)

    @api.model
    def _put_on_waiting_list(self, review, tier, below):
        """Leave who found no place where they are, or put them ``below``.

        A customer who has no tier yet stays without one where all are full.
        """
        waiting = self._get_unplaced(review, tier)
        waiting._as_system().write({"waiting_tier_id": tier.id})
        waiting.flush_recordset()
        stay = SQL(
            "COALESCE(%s, %s::int)", self._get_held_tier_sql(review), below.id or None
        )
        self.env["governance.tier.assignment"]._assign(
            review.scheme_id,
            review._get_today(),
            self._get_wanted_sql(
                review,
                stay,
                SQL("l.waiting_tier_id"),
                SQL("l.id = ANY(%s) AND %s IS NOT NULL", waiting.ids, stay),
            ),
        )
