# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class GovernanceVisitPolicy(models.Model):
    """The lines as the written policies show them: who, by whom, over which channel."""

    _inherit = "governance.visit.policy"

    cadence_table = fields.Html(
        string="At a Glance", compute="_compute_cadence_table", sanitize=False
    )

    @api.depends("cadence_ids", "callback_ids")
    @api.depends_context("lang")
    def _compute_cadence_table(self):
        for policy in self:
            policy.cadence_table = self.env["ir.qweb"]._render(
                "crm_governance.governance_visit_policy_table",
                {
                    "cadences": policy._get_cadence_table(),
                    "callbacks": policy._get_callback_table(),
                },
            )

    def _get_cadence_table(self):
        """Return the names of the columns and the rows: customers, role, cells.

        A cell is a list of sentences; each column is a channel.
        """
        channels = self.cadence_ids.channel_id.sorted()
        rows = {}
        for line in self.cadence_ids:
            row = rows.setdefault((line.population_label, line.role_id), {})
            row.setdefault(line.channel_id, []).append(line._get_cell_text())
        return {
            "columns": channels.mapped("name"),
            "rows": [
                {
                    "customers": customers,
                    "role": role.name,
                    "cells": [cells.get(channel, []) for channel in channels],
                }
                for (customers, role), cells in rows.items()
            ],
        }

    def _get_callback_table(self):
        """Return the columns, for whom after which event, and the rows by role."""
        labels = {
            name: dict(self.callback_ids._fields[name]._description_selection(self.env))
            for name in ("trigger", "buyer")
        }
        columns, rows = {}, {}
        for line in self.callback_ids:
            key = (line.trigger, line.buyer)
            columns[key] = self.env._(
                "%(event)s: %(customers)s",
                event=labels["trigger"][line.trigger],
                customers=labels["buyer"][line.buyer],
            )
            row = rows.setdefault((line.role_id, line.channel_id), {})
            row.setdefault(key, []).append(line._get_term_text())
        return {
            "columns": list(columns.values()),
            "rows": [
                {
                    "role": role.name,
                    "channel": channel.name,
                    "cells": [cells.get(key, []) for key in columns],
                }
                for (role, channel), cells in rows.items()
            ],
        }


class GovernanceVisitCadence(models.Model):
    _inherit = "governance.visit.cadence"

    def _get_cell_text(self):
        """Return how often, and what is special about the line."""
        self.ensure_one()
        parts = [self.frequency]
        for name, usual in (("contact_level", False), ("direction", "outgoing")):
            if self[name] != usual:
                labels = dict(self._fields[name]._description_selection(self.env))
                parts.append(labels[self[name]])
        if self.is_case_by_case and self.number:
            parts.append(self.env._("case by case"))
        return " · ".join(parts)
