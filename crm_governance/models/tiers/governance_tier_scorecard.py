# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL, float_repr


class GovernanceTierScorecardLine(models.Model):
    """One weighted figure of a scorecard (A-85, A-98)."""

    _name = "governance.tier.scorecard.line"
    _description = "Scorecard Figure"
    _inherit = ["governance.tier.metric.use.mixin"]
    _order = "ruleset_id, sequence, id"

    ruleset_id = fields.Many2one(
        comodel_name="governance.tier.ruleset",
        string="Rules",
        required=True,
        index=True,
        ondelete="cascade",
    )
    sequence = fields.Integer(default=10)
    weight = fields.Float(
        string="Weight (%)",
        digits=(6, 2),
        help="Share of this figure in the total. All weights add up to 100.",
    )
    is_weight_blank = fields.Boolean(
        string="Weight Open",
        help="The source leaves the weight blank; the company has to fill it in.",
    )
    no_data_points = fields.Float(
        string="Points without Data",
        digits=(8, 2),
        help="Points of a customer for whom the figure cannot be calculated.",
    )
    band_ids = fields.One2many(
        comodel_name="governance.tier.scorecard.band",
        inverse_name="line_id",
        string="Points by Band",
        copy=True,
    )

    _weight_range = models.Constraint(
        "CHECK (weight >= 0 AND weight <= 100)",
        "A weight is a percentage from 0 to 100.",
    )

    @api.depends("metric_id.name", "weight")
    def _compute_display_name(self):
        for line in self:
            line.display_name = line.metric_id.name

    @api.onchange("weight")
    def _onchange_weight(self):
        self.is_weight_blank = False

    @api.model
    def _get_open_marks(self):
        return {**super()._get_open_marks(), "weight": "is_weight_blank"}

    def _get_open_fields(self):
        labels = super()._get_open_fields()
        if "weight" in labels:
            labels["weight"] = self.env._(
                "%(figure)s: weight in percent", figure=self.display_name
            )
        return labels

    def _get_bands(self):
        """Return the bands from the highest lower bound down."""
        self.ensure_one()
        return self.band_ids.sorted(
            lambda b: (b.is_open, -b.lower_bound, b.id),
        )

    def _get_errors(self):
        """Return what is wrong with the bands, in plain words."""
        self.ensure_one()
        bands = self._get_bands()
        if not bands:
            return [
                self.env._(
                    "%(figure)s has no bands of points.", figure=self.display_name
                )
            ]
        errors = []
        if len(bands.filtered("is_open")) != 1:
            errors.append(
                self.env._(
                    "%(figure)s leaves a hole: exactly one band must be the lowest, "
                    "without a lower bound.",
                    figure=self.display_name,
                )
            )
        bounds = [band.lower_bound for band in bands if not band.is_open]
        for bound in sorted({b for b in bounds if bounds.count(b) > 1}):
            errors.append(
                self.env._(
                    "%(figure)s: two bands begin at %(bound)s. They overlap; keep one.",
                    figure=self.display_name,
                    bound=bound,
                )
            )
        points = bands.mapped("points")
        wrong = {
            "higher": points != sorted(points, reverse=True),
            "lower": points != sorted(points),
        }.get(self.metric_id.direction)
        if wrong:
            errors.append(
                self.env._(
                    "%(figure)s: a better figure would earn fewer points. Sort the "
                    "points of the bands.",
                    figure=self.display_name,
                )
            )
        return errors

    def _get_points(self, value):
        """Return the points of a figure.

        :param value: Decimal, or ``None`` when the customer has no such figure
        :rtype: Decimal
        """
        self.ensure_one()
        if value is None:
            return Decimal(float_repr(self.no_data_points, 2))
        for band in self._get_bands():
            if band.is_open or value >= band._get_bound():
                return Decimal(float_repr(band.points, 2))
        return Decimal(0)

    def _get_most_points(self):
        """Return weight times the most points that this figure can earn."""
        self.ensure_one()
        points = [*self.band_ids.mapped("points"), self.no_data_points]
        return (
            Decimal(float_repr(self.weight, 2))
            * max(Decimal(float_repr(point, 2)) for point in points)
            / 100
        )

    def _get_points_sql(self, names):
        """Return weight times points of this figure, from 0 to 100 points."""
        self.ensure_one()
        column = names[self._get_use().key]
        cases = [
            SQL(
                "WHEN %s THEN %s",
                SQL("TRUE")
                if band.is_open
                else SQL("%s >= %s", column, band._get_bound()),
                Decimal(float_repr(band.points, 2)),
            )
            for band in self._get_bands()
        ]
        return SQL(
            "%s * (CASE WHEN %s IS NULL THEN %s %s ELSE 0 END) / 100",
            Decimal(float_repr(self.weight, 2)),
            column,
            Decimal(float_repr(self.no_data_points, 2)),
            SQL(" ").join(cases),
        )


class GovernanceTierScorecardBand(models.Model):
    """Points of a figure from a value on."""

    _name = "governance.tier.scorecard.band"
    _description = "Scorecard Band"
    _inherit = ["governance.tier.rule.line.mixin"]
    _order = "line_id, is_open, lower_bound desc, id"

    line_id = fields.Many2one(
        comodel_name="governance.tier.scorecard.line",
        required=True,
        index=True,
        ondelete="cascade",
    )
    ruleset_id = fields.Many2one(related="line_id.ruleset_id")
    is_open = fields.Boolean(
        string="Lowest",
        help="The band of all smaller values; it has no lower bound.",
    )
    lower_bound = fields.Float(string="From (incl.)", digits=(16, 2))
    is_bound_blank = fields.Boolean(
        string="Open",
        help="The source leaves the value blank; the company has to fill it in.",
    )
    points = fields.Float(digits=(8, 2))

    _points_range = models.Constraint(
        "CHECK (points >= 0 AND points <= 100)",
        "Points go from 0 to 100.",
    )

    @api.depends("line_id.metric_id.name", "lower_bound", "points")
    def _compute_display_name(self):
        for band in self:
            band.display_name = self.env._(
                "%(figure)s: band of %(points)g points",
                figure=band.line_id.metric_id.name,
                points=band.points,
            )

    @api.onchange("lower_bound")
    def _onchange_lower_bound(self):
        self.is_bound_blank = False

    @api.model
    def _get_open_marks(self):
        return {**super()._get_open_marks(), "lower_bound": "is_bound_blank"}

    def _get_open_fields(self):
        labels = super()._get_open_fields()
        if "lower_bound" in labels:
            labels["lower_bound"] = self.env._(
                "%(band)s begins at", band=self.display_name
            )
        return labels

    def _get_bound(self):
        self.ensure_one()
        return Decimal(float_repr(self.lower_bound, 2))


class GovernanceTierScoreThreshold(models.Model):
    """The total from which on a tier is reached."""

    _name = "governance.tier.score.threshold"
    _description = "Tier by Total Score"
    _inherit = ["governance.tier.rule.line.mixin"]
    _order = "ruleset_id, min_total desc, id"

    ruleset_id = fields.Many2one(
        comodel_name="governance.tier.ruleset",
        string="Rules",
        required=True,
        index=True,
        ondelete="cascade",
    )
    scheme_id = fields.Many2one(related="ruleset_id.scheme_id")
    tier_id = fields.Many2one(
        comodel_name="governance.tier",
        required=True,
        ondelete="restrict",
        domain="[('scheme_id', '=', scheme_id)]",
    )
    min_total = fields.Float(string="From a Total of", digits=(8, 2))
    is_total_blank = fields.Boolean(
        string="Open",
        help="The source leaves the value blank; the company has to fill it in.",
    )

    @api.constrains("tier_id", "ruleset_id")
    def _check_tier(self):
        self.ruleset_id._check_tiers()

    @api.depends("tier_id.name", "min_total")
    def _compute_display_name(self):
        for threshold in self:
            threshold.display_name = self.env._(
                "%(tier)s from a total of", tier=threshold.tier_id.name
            )

    @api.onchange("min_total")
    def _onchange_min_total(self):
        self.is_total_blank = False

    @api.model
    def _get_open_marks(self):
        return {**super()._get_open_marks(), "min_total": "is_total_blank"}

    def _get_minimum(self, tolerance=Decimal(0)):
        self.ensure_one()
        minimum = Decimal(float_repr(self.min_total, 2))
        return minimum - abs(minimum) * tolerance

    def _get_condition_sql(self, score, tolerance=Decimal(0)):
        self.ensure_one()
        return SQL("%s >= %s", score, self._get_minimum(tolerance))
