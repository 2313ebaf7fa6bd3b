# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools.misc import formatLang


class ReportTierSheet(models.AbstractModel):
    """The evaluation sheet of one customer in one review (A-35, P-02)."""

    _name = "report.crm_governance.report_tier_sheet"
    _description = "Printed evaluation sheet of a customer"

    @api.model
    def _get_report_values(self, docids, data=None):
        """Return what the sheets show.

        :raises AccessError: when the user may not read one of the lines
        """
        lines = self.env["governance.tier.review.line"].browse(docids)
        lines.check_access("read")
        return {
            "doc_ids": lines.ids,
            "doc_model": lines._name,
            "docs": lines,
            "figures": {line.id: self._get_figures(line) for line in lines},
        }

    @api.model
    def _get_figures(self, line):
        """Return the figures of the snapshot that the rules use, as people write them.

        :return: ``[(name, value with unit)]``
        """
        rules = line.review_id.ruleset_id.sudo()
        explainer = self.env["governance.tier.explainer"]
        metrics = explainer._parse_snapshot(line.metrics)
        figures = {}
        for uses in (rules.group_ids.criterion_ids, rules.scorecard_line_ids):
            for use in uses:
                key = use._get_use().key
                figures.setdefault(
                    key,
                    (self._get_label(use), explainer._format(use, metrics.get(key))),
                )
        return list(figures.values())

    @api.model
    def _get_label(self, use):
        """Return what a figure is called, told apart by its amount or tag."""
        if use.needs_parameter:
            return f"{use.metric_id.name} ({formatLang(self.env, use.parameter)})"
        if use.needs_category:
            return f"{use.metric_id.name} ({use.category_id.name})"
        return use.metric_id.name
