# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ...models.policy.month_name import get_month_name

# About two pages; the list on the screen has all of them.
PRINTED_CUSTOMERS = 80
PEOPLE = "governance.visit.assessment"
FIGURES = (
    "planned:sum",
    "actual:sum",
    "scheduled:sum",
    "remaining:sum",
    "attainment:avg",
    "coverage:avg",
    "reach:avg",
)


class ReportVisitAttainment(models.AbstractModel):
    """The printed month of some people: a paper for each team and month (P-14, B-58).

    People are chosen in the list; each team has its own sheet.
    """

    _name = "report.crm_governance.report_visit_attainment"
    _description = "Printed attainment of a month"

    @api.model
    def _get_report_values(self, docids, data=None):
        """Return what the sheets show, as far as the user may read it.

        :raises AccessError: when the user may not read one of the rows
        """
        rows = self.env[PEOPLE].browse(docids)
        rows.check_access("read")
        sheets = rows.grouped(
            lambda row: (row.month, row.company_id.id, row.team_id.id)
        )
        return {
            "doc_ids": rows.ids,
            "doc_model": rows._name,
            "docs": rows,
            "sheets": [
                self._get_sheet(people) for _key, people in sorted(sheets.items())
            ],
        }

    @api.model
    def _get_sheet(self, people):
        """Return the figures of some people of one team, company and month."""
        [month] = set(people.mapped("month"))
        domain = [
            ("month", "=", month),
            ("company_id", "=", people.company_id.id),
            ("user_id", "in", people.user_id.ids),
        ]
        return {
            "company": people.company_id,
            "team": people.team_id,
            "month": get_month_name(self.env, month),
            "people": people.sorted(lambda row: row.sudo().user_id.name or ""),
            "total": self._get_total(people),
            "tiers": self._get_groups(domain, "tier_id"),
            "channels": self._get_groups(domain, "channel_id"),
            **self._get_missed(domain),
        }

    @api.model
    def _get_total(self, people):
        """Return {field: figure} of all of them; ratios are those of the sums."""
        names = [
            name
            for name, field in people._fields.items()
            if field.type in ("integer", "float") and field.aggregator and name != "id"
        ]
        specs = [f"{name}:{people._fields[name].aggregator}" for name in names]
        [figures] = people._read_group([("id", "in", people.ids)], aggregates=specs)
        return dict(zip(names, figures, strict=True))

    @api.model
    def _get_groups(self, domain, name):
        """Return [(name, figures)] by the value of a field."""
        rows = self.env["governance.visit.attainment"]
        found = rows._read_group(domain, [name], FIGURES)
        names = [spec.partition(":")[0] for spec in FIGURES]
        return [
            (
                value.sudo().display_name or self.env._("None"),
                dict(zip(names, figures, strict=True)),
            )
            for value, *figures in found
        ]

    @api.model
    def _get_missed(self, domain):
        """Return whom nobody has met, those first whose contacts are all over."""
        rows = self.env["governance.visit.attainment"]
        domain = [*domain, ("planned", ">", 0), ("actual", "=", 0)]
        found = rows.search(
            domain, order="user_id, planned desc, id", limit=PRINTED_CUSTOMERS
        )
        shown = self.env["report.crm_governance.report_visit_plan"]._get_shown(
            found.sudo().partner_id
        )
        hidden = self.env._("Confidential customer")
        return {
            "missed": [
                {
                    "row": row,
                    "customer": row.display_name
                    if not row.partner_id or row.sudo().partner_id in shown
                    else hidden,
                }
                for row in found
            ],
            "more": rows.search_count(domain) - len(found),
        }
