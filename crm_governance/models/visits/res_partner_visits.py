# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

from .governance_visit import DONE


class ResPartner(models.Model):
    """The visits of a customer: which there were, and when the next is due."""

    _inherit = "res.partner"

    governance_visit_count = fields.Integer(
        string="Number of Visits",
        compute="_compute_governance_visit_count",
        groups="crm_governance.group_user,crm_governance.group_auditor",
    )
    governance_last_visit = fields.Date(
        string="Last Visit",
        compute="_compute_governance_visit_count",
        groups="crm_governance.group_user,crm_governance.group_auditor",
    )
    governance_next_visit = fields.Date(
        string="Next Visit",
        compute="_compute_governance_visit_count",
        groups="crm_governance.group_user,crm_governance.group_auditor",
        help="The next visit that is planned, or the next day on which one is due.",
    )

    governance_visit_days = fields.Text(
        string="Last and Next Visit",
        compute="_compute_governance_visit_days",
        groups="crm_governance.group_user,crm_governance.group_auditor",
    )

    @api.depends("governance_last_visit", "governance_next_visit")
    @api.depends_context("uid", "company", "lang")
    def _compute_governance_visit_days(self):
        for partner in self:
            last, following = (
                partner.governance_last_visit,
                partner.governance_next_visit,
            )
            lines = []
            if last:
                day = format_date(self.env, last)
                lines.append(self.env._("Last: %(day)s", day=day))
            if following:
                day = format_date(self.env, following)
                lines.append(self.env._("Next: %(day)s", day=day))
            partner.governance_visit_days = "\n".join(lines)

    @api.depends("commercial_partner_id")
    @api.depends_context("uid", "company")
    def _compute_governance_visit_count(self):
        """Count what the user may read."""
        customers = self.commercial_partner_id
        visits = self.env["governance.visit"]
        rows = visits._read_group(
            [("partner_id", "in", customers.ids), ("state", "!=", "cancelled")],
            ["partner_id"],
            ["__count"],
        )
        counts = {partner.id: count for partner, count in rows}
        last = self._get_visit_days([("state", "in", DONE)], "date:max")
        today = self.env.company._get_governance_today()
        planned = self._get_visit_days(
            [("state", "=", "planned"), ("date", ">=", today)], "date:min"
        )
        due = self._get_due_days()
        for partner in self:
            id_ = partner.commercial_partner_id.id
            partner.governance_visit_count = counts.get(id_, 0)
            partner.governance_last_visit = last.get(id_)
            following = filter(None, (planned.get(id_), due.get(id_)))
            partner.governance_next_visit = min(following, default=False)

    def _get_visit_days(self, domain, aggregate):
        rows = self.env["governance.visit"]._read_group(
            [("partner_id", "in", self.commercial_partner_id.ids), *domain],
            ["partner_id"],
            [aggregate],
        )
        return {partner.id: day for partner, day in rows}

    def _get_due_days(self):
        """Return {customer: the first day for which nothing is planned yet}."""
        rows = self.env["governance.visit.slot"]._read_group(
            [
                ("partner_id", "in", self.commercial_partner_id.ids),
                ("state", "=", "open"),
                ("visit_id", "=", False),
                ("is_optional", "=", False),
                ("window_end", ">", self.env.company._get_governance_today()),
            ],
            ["partner_id"],
            ["date:min"],
        )
        return {partner.id: day for partner, day in rows}

    def action_governance_visits(self):
        """Open the visits of the customer."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_governance.governance_visit_action_all"
        )
        customer = self.commercial_partner_id
        action["domain"] = [("partner_id", "=", customer.id)]
        action["context"] = {"default_partner_id": customer.id}
        return action

    @api.ondelete(at_uninstall=False)
    def _unlink_except_visited(self):
        """Keep customers with visits, or whom somebody had to visit by now.

        What is still to be done goes with the customer.

        :raises UserError: naming the customer or the contact
        """
        for name, domain in self._get_kept_domains():
            kept = self.env[name].sudo().search(domain, limit=1)
            if kept:
                raise UserError(
                    self.env._(
                        "%(customer)s has visits on record, contacts that were due, or "
                        "requests for them. Archive this customer instead of deleting "
                        "it.",
                        customer=kept.partner_id.name,
                    )
                )
        met = Domain("contact_ids", "in", self.ids)
        asked = Domain("meeting_ids", "in", self.ids) & Domain("state", "in", DONE)
        visit = self.env["governance.visit"].sudo().search(met | asked, limit=1)
        if visit:
            contact = self & (visit.contact_ids | visit.meeting_ids)
            raise UserError(
                self.env._(
                    "%(contact)s stands in reports on visits. Archive this contact "
                    "instead of deleting it.",
                    contact=contact[:1].name,
                )
            )

    def _get_kept_domains(self):
        """Return (model, domain) of what keeps these customers."""
        whose = Domain("partner_id", "in", self.ids)
        today = self.env.company._get_governance_today()
        due = Domain("window_end", "<=", today) & Domain("state", "!=", "void")
        yield "governance.visit", whose
        yield (
            "governance.visit.slot",
            whose & due & Domain("is_optional", "=", False),
        )
        for name in ("exception", "plan.cost", "challenge"):
            yield f"governance.visit.{name}", whose

    # ------------------------------------------------------------------
    # BUSY
    # ------------------------------------------------------------------

    def write(self, vals):
        """Write; the calendar shows visits to confidential customers as busy."""
        result = super().write(vals)
        if {"governance_level_id", "parent_id", "is_company"} & vals.keys():
            self.env["governance.visit"]._close_events(self.sudo())
        return result

    def _align_ranks(self):
        """Repair ranks; visits whose customer has a level by now become busy."""
        repaired = super()._align_ranks()
        self.env["governance.visit"]._close_events(self.sudo())
        return repaired
