# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL


class GovernanceTierAssignment(models.Model):
    """Which tier a customer had from when to when, and why (A-02, A-119).

    Intervals are half-open: a tier holds from its start up to, not including,
    its end.  They follow each other without gap; a second change on one day
    leaves an empty interval behind, so that nothing is lost.
    """

    _name = "governance.tier.assignment"
    _description = "Tier History"
    _inherit = ["governance.sealed.mixin"]
    _order = "date_start desc, id desc"
    _rec_name = "tier_id"
    _log_access = True

    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    scheme_id = fields.Many2one(
        comodel_name="governance.tier.scheme",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    tier_id = fields.Many2one(
        comodel_name="governance.tier",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    tier_color = fields.Integer(related="tier_id.color", string="Colour of the Tier")
    owner_id = fields.Many2one(related="partner_id.user_id", string="Account Owner")
    date_start = fields.Date(string="From", required=True, readonly=True)
    date_end = fields.Date(
        string="Until",
        readonly=True,
        help="The first day on which the tier does not hold any more. Empty: it "
        "holds now.",
    )
    kind = fields.Selection(
        selection=[
            ("review", "Tier review"),
            ("override", "Approved override"),
            ("correction", "Correction"),
        ],
        required=True,
        readonly=True,
        default="review",
    )
    reason = fields.Text(readonly=True)
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Decided by",
        readonly=True,
        ondelete="restrict",
    )
    review_id = fields.Many2one(
        comodel_name="governance.tier.review",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    override_id = fields.Many2one(
        comodel_name="governance.tier.override",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    expires_on = fields.Date(
        readonly=True,
        help="The override ends on this day: the computed tier is then proposed again.",
    )
    next_review_date = fields.Date(
        string="Next Tier Review",
        readonly=True,
        index="btree_not_null",
    )
    waiting_tier_id = fields.Many2one(
        comodel_name="governance.tier",
        string="On the Waiting List for",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    is_merged = fields.Boolean(
        string="Of a Merged Customer",
        readonly=True,
        help="This tier was held by a customer that was merged into this one later.",
    )
    is_current = fields.Boolean(
        compute="_compute_is_current", search="_search_is_current"
    )

    _open_uniq = models.UniqueIndex(
        "(scheme_id, company_id, partner_id) WHERE date_end IS NULL",
        "The customer already has a tier in this scheme.",
    )
    _dates = models.Constraint(
        "CHECK (date_end IS NULL OR date_end >= date_start)",
        "A tier cannot end before it begins.",
    )

    @api.depends("date_end")
    def _compute_is_current(self):
        for assignment in self:
            assignment.is_current = not assignment.date_end

    def _search_is_current(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("date_end", "=", False)]

    @api.depends("partner_id.name", "tier_id.name")
    def _compute_display_name(self):
        for assignment in self:
            assignment.display_name = (
                f"{assignment.partner_id.display_name}: {assignment.tier_id.name}"
            )

    @api.model
    def _sealed_mutable_fields(self):
        """The open interval can be ended, and its next review be set."""
        return {"date_end", "next_review_date", "partner_id"}

    def write(self, vals):
        """Keep closed intervals as they are; AccessError for everybody."""
        if any(assignment.date_end for assignment in self):
            raise AccessError(
                self.env._(
                    "An ended tier is history and stays as it is. To correct the "
                    "present tier, ask for an override."
                )
            )
        return super().write(vals)

    # ------------------------------------------------------------------
    # SET-BASED ASSIGNMENT
    # ------------------------------------------------------------------

    @api.model
    def _assign(self, scheme, day, wanted):
        """Give customers their tiers from a day on, in one statement.

        Customers that keep their tier keep their interval; only its next review
        moves.  Must be called after every check, with the rights of the system.

        :param scheme: the ``governance.tier.scheme``
        :param datetime.date day: first day of the new tiers, in the company
        :param SQL wanted: SELECT of ``partner_id, tier_id, kind, reason, user_id,
            review_id, override_id, expires_on, next_review_date, waiting_tier_id``
        :return: number of customers whose tier changed
        :rtype: int
        """
        self.env.flush_all()
        changed = self._change_assignments(scheme, day, wanted)
        if scheme.is_governing and changed:
            self._write_partners(scheme, changed)
        self.env.invalidate_all()
        return len(changed)

    @api.model
    def _change_assignments(self, scheme, day, wanted):
        params = {
            "wanted": wanted,
            "scheme": scheme.id,
            "company": scheme.company_id.id,
            "day": day,
            "uid": self.env.uid,
        }
        # An interval is also renewed when an override begins, ends or is
        # repeated: the reason for the tier has changed, not only its name.
        self.env.cr.execute(
            SQL(
                """WITH wanted AS MATERIALIZED (%(wanted)s),
                changes AS MATERIALIZED (
                    SELECT w.*, a.id AS open_id,
                           GREATEST(%(day)s, a.date_start) AS start
                      FROM wanted w
                      LEFT JOIN governance_tier_assignment a
                        ON a.partner_id = w.partner_id AND a.date_end IS NULL
                       AND a.scheme_id = %(scheme)s AND a.company_id = %(company)s
                     WHERE a.id IS NULL OR a.tier_id <> w.tier_id
                        OR w.kind <> 'review' OR a.kind <> 'review'),
                kept AS (
                    UPDATE governance_tier_assignment a
                       SET next_review_date = w.next_review_date,
                           waiting_tier_id = w.waiting_tier_id
                      FROM wanted w
                     WHERE a.partner_id = w.partner_id AND a.date_end IS NULL
                       AND a.scheme_id = %(scheme)s AND a.company_id = %(company)s
                       AND a.id NOT IN (SELECT open_id FROM changes
                                         WHERE open_id IS NOT NULL)),
                closed AS (
                    UPDATE governance_tier_assignment a SET date_end = c.start
                      FROM changes c WHERE a.id = c.open_id RETURNING a.id)
                INSERT INTO governance_tier_assignment
                       (partner_id, company_id, scheme_id, tier_id, date_start, kind,
                        reason, user_id, review_id, override_id, expires_on,
                        next_review_date, waiting_tier_id,
                        create_uid, create_date, write_uid, write_date)
                SELECT c.partner_id, %(company)s, %(scheme)s, c.tier_id, c.start,
                       c.kind,
                       c.reason, c.user_id, c.review_id, c.override_id, c.expires_on,
                       c.next_review_date, c.waiting_tier_id,
                       %(uid)s, now() AT TIME ZONE 'UTC',
                       %(uid)s, now() AT TIME ZONE 'UTC'
                  FROM changes c, (SELECT COUNT(*) FROM closed) AS done
             RETURNING partner_id""",
                **params,
            )
        )
        return [row[0] for row in self.env.cr.fetchall()]

    @api.model
    def _write_partners(self, scheme, partner_ids):
        """Put the present tier on customers and their contacts."""
        self.env.cr.execute(
            SQL(
                """UPDATE res_partner p
                      SET governance_tier_id = jsonb_set(
                              COALESCE(p.governance_tier_id, '{}'::jsonb),
                              ARRAY[%(key)s], to_jsonb(a.tier_id))
                     FROM governance_tier_assignment a
                    WHERE a.partner_id = p.commercial_partner_id
                      AND a.scheme_id = %(scheme)s AND a.company_id = %(company)s
                      AND a.date_end IS NULL AND a.partner_id = ANY(%(partners)s)
                      AND (p.governance_tier_id -> %(key)s)
                          IS DISTINCT FROM to_jsonb(a.tier_id)""",
                key=str(scheme.company_id.id),
                scheme=scheme.id,
                company=scheme.company_id.id,
                partners=partner_ids,
            )
        )

    @api.model
    def _sync_partners(self, scheme):
        """Put the tiers of a scheme that begins to govern on all customers."""
        self.env.flush_all()
        key = str(scheme.company_id.id)
        self.env.cr.execute(
            SQL(
                """UPDATE res_partner SET governance_tier_id = governance_tier_id - %s
                    WHERE governance_tier_id ? %s
                      AND commercial_partner_id NOT IN (
                          SELECT partner_id FROM governance_tier_assignment
                           WHERE scheme_id = %s AND date_end IS NULL)""",
                key,
                key,
                scheme.id,
            )
        )
        self.env.cr.execute(
            SQL(
                """SELECT partner_id FROM governance_tier_assignment
                    WHERE scheme_id = %s AND company_id = %s AND date_end IS NULL""",
                scheme.id,
                scheme.company_id.id,
            )
        )
        self._write_partners(scheme, [row[0] for row in self.env.cr.fetchall()])
        self.env.invalidate_all()

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    @api.model
    def _get_open(self, partner, scheme):
        """Return the present assignment of a customer in a scheme."""
        return self.search(
            [
                ("partner_id", "=", partner.commercial_partner_id.id),
                ("scheme_id", "=", scheme.id),
                ("date_end", "=", False),
            ],
            limit=1,
        )

    @api.model
    def _get_tier_on(self, partner, scheme, day):
        """Return the tier that a customer had on a day (half-open intervals).

        :param datetime.date day: a day in the company's time zone
        """
        return self.search(
            [
                ("partner_id", "=", partner.commercial_partner_id.id),
                ("scheme_id", "=", scheme.id),
                ("date_start", "<=", day),
                ("is_merged", "!=", True),
                "|",
                ("date_end", "=", False),
                ("date_end", ">", day),
            ],
            order="date_start desc, id desc",
            limit=1,
        ).tier_id

    def _pull_review_forward(self, day):
        """Make the next review due by a day; it can never move back like this.

        :param datetime.date day: the day by which the review is due
        """
        for assignment in self.sudo():
            if not assignment.next_review_date or assignment.next_review_date > day:
                assignment._seal().next_review_date = day
