# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class GovernanceFilingCollector(models.Model):
    """Who collects the documents of a department, from when until when (E-04).

    The archive is told of every change.
    """

    _name = "governance.filing.collector"
    _description = "Collector of a Department"
    _order = "department_id, date_start desc, id desc"
    _rec_name = "user_id"

    department_id = fields.Many2one(
        comodel_name="governance.filing.department",
        required=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        related="department_id.company_id", store=True, index=True, precompute=True
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Collector",
        required=True,
        index=True,
        ondelete="restrict",
        domain=[("share", "=", False)],
    )
    date_start = fields.Date(
        string="From", required=True, default=fields.Date.context_today
    )
    date_end = fields.Date(
        string="Until", help="The last day; empty as long as it goes on."
    )
    is_current = fields.Boolean(
        string="At Present", compute="_compute_is_current", search="_search_is_current"
    )

    _dates_check = models.Constraint(
        "CHECK (date_end IS NULL OR date_end >= date_start)",
        "The last day of a collector lies before the first one.",
    )

    @api.depends("date_start", "date_end")
    def _compute_is_current(self):
        current = self.filtered_domain(self._get_current_domain())
        for collector in self:
            collector.is_current = collector in current

    @api.model
    def _search_is_current(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._get_current_domain()

    @api.model
    def _get_current_domain(self):
        """Return the domain of who collects today, as each company counts its days."""
        rows = self.sudo()._read_group([], ["company_id"])
        # Lines of a form are not stored yet.
        companies = self.env.companies.union(*(company for (company,) in rows))
        companies = companies.sudo()
        return Domain.OR(
            Domain("company_id", "in", there.ids)
            & Domain("date_start", "<=", today)
            & (Domain("date_end", "=", False) | Domain("date_end", ">=", today))
            for today, there in companies.grouped(
                lambda company: company._get_governance_today()
            ).items()
        )

    @api.constrains("department_id", "user_id", "date_start", "date_end")
    def _check_collector(self):
        for collector in self:
            if collector.user_id.share:
                raise ValidationError(
                    self.env._(
                        "%(person)s is no employee. Name somebody of the department.",
                        person=collector.user_id.name,
                    )
                )
            if collector._get_overlapping():
                raise ValidationError(
                    self.env._(
                        "%(person)s collects for %(department)s in this time already. "
                        "End the earlier entry before the new one begins.",
                        person=collector.user_id.name,
                        department=collector.department_id.name,
                    )
                )

    def _get_overlapping(self):
        """Return an entry of the same person and department at the same time."""
        self.ensure_one()
        domain = Domain("department_id", "=", self.department_id.id)
        domain &= Domain("user_id", "=", self.user_id.id) & Domain("id", "!=", self.id)
        domain &= Domain("date_end", "=", False) | Domain(
            "date_end", ">=", self.date_start
        )
        if self.date_end:
            domain &= Domain("date_start", "<=", self.date_end)
        return self.search(domain, limit=1)

    @api.model_create_multi
    def create(self, vals_list):
        """Name collectors, and tell the archive at once."""
        collectors = super().create(vals_list)
        collectors._tell_archive()
        return collectors

    def write(self, vals):
        """Change the time of collectors, and tell the archive at once."""
        result = super().write(vals)
        self._tell_archive()
        return result

    def _tell_archive(self):
        """Tell the archive who collects for which department now."""
        for department in self.department_id:
            archivists = department.company_id._get_archivists() - self.env.user
            names = ", ".join(department.sudo().collector_ids.mapped("user_id.name"))
            archivists._notify_in_own_language(
                lambda env, department=department, names=names: (
                    env._("Collectors of a department have changed"),
                    env._(
                        "%(department)s: documents are collected by %(names)s.",
                        department=department.with_env(env).name,
                        names=names or env._("nobody"),
                    ),
                )
            )
