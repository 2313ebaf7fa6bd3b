# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools.sql import escape_psql

from .governance_complaint import ENDED, OPEN

# How long one complaint may be the reason for the next.
SIMILAR_DAYS = 90


class GovernanceComplaint(models.Model):
    """The same matter twice, and matters that belong together (D-50, rule 15)."""

    _inherit = "governance.complaint"

    duplicate_of_id = fields.Many2one(
        comodel_name="governance.complaint",
        string="Same as",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    duplicate_ids = fields.One2many(
        comodel_name="governance.complaint",
        inverse_name="duplicate_of_id",
        string="Also Complained",
        readonly=True,
    )
    related_ids = fields.Many2many(
        comodel_name="governance.complaint",
        relation="governance_complaint_related_rel",
        column1="complaint_id",
        column2="related_id",
        string="Related Complaints",
        readonly=True,
        copy=False,
    )
    similar_ids = fields.Many2many(
        comodel_name="governance.complaint",
        compute="_compute_similar_ids",
        string="Similar Complaints",
        help="Of the same customer about the same order, product or type, of the last "
        "90 days.",
    )
    similar_count = fields.Integer(compute="_compute_similar_ids")

    @api.depends(
        "partner_id",
        "complainant_email",
        "order_id",
        "product_id",
        "type_id",
        "date_received",
        "state",
    )
    @api.depends_context("uid")
    def _compute_similar_ids(self):
        for complaint in self:
            similar = complaint._get_similar()
            complaint.similar_ids = similar
            complaint.similar_count = len(similar)

    def _get_similar(self):
        """Return what of the same customer may be the same; as the user may read it."""
        self.ensure_one()
        none = self.browse()
        who = self._get_similar_customer_domain()
        if who.is_false() or self.state in ENDED:
            return none
        about = Domain.OR(
            Domain(name, "=", self[name].id)
            for name in ("order_id", "product_id", "type_id")
            if self[name]
        )
        received = self.date_received or fields.Datetime.now()
        domain = (
            who
            & about
            & Domain("state", "not in", ("draft", "duplicate"))
            & Domain("date_received", ">=", received - timedelta(days=SIMILAR_DAYS))
            & Domain("id", "!=", self._origin.id)
        )
        return self.search(domain, limit=20) - self._origin.sudo().related_ids

    def _get_similar_customer_domain(self):
        if self.partner_id:
            customer = self.partner_id.commercial_partner_id or self.partner_id
            return Domain("partner_id", "=", customer._origin.id)
        if self.complainant_email:
            return Domain(
                "complainant_email", "=ilike", escape_psql(self.complainant_email)
            )
        return Domain.FALSE

    # ------------------------------------------------------------------
    # STEPS
    # ------------------------------------------------------------------

    def mark_duplicate(self, other):
        """End complaints that are the same as another one, which goes on (rule 15).

        :param int other: id of the complaint that is open, or was investigated
        :raises UserError: when the other one is not fit for it
        """
        self._check_worker_or_registrar()
        other = self._get_other(other)
        for complaint in self:
            (complaint | other)._lock()
            complaint._check_step(OPEN)
            complaint._check_same_as(other)
            complaint._as_system().write({"duplicate_of_id": other.id})
            complaint._end("duplicate", other=other.sudo().name)
        return True

    def _get_other(self, other):
        """Return another complaint that the user may read."""
        found = self.browse(other).exists()
        if len(found) != 1:
            raise UserError(self.env._("Choose the other complaint."))
        found.check_access("read")
        return found

    def _check_same_as(self, other):
        """Refuse what is no other matter, another customer's, or nobody's work."""
        self.ensure_one()
        if other == self:
            raise UserError(self.env._("Choose another complaint than this one."))
        ours, theirs = (one.sudo().partner_id for one in (self, other))
        if ours and theirs and ours != theirs:
            raise UserError(
                self.env._(
                    "“%(other)s” is a complaint of another customer. Link the two "
                    "instead.",
                    other=other.display_name,
                )
            )
        if self.sudo().company_id != other.sudo().company_id:
            raise UserError(
                self.env._(
                    "“%(other)s” is a complaint of another company, whose people do "
                    "not look into this one. Link the two instead.",
                    other=other.display_name,
                )
            )
        if not other._is_worked_on():
            raise UserError(
                self.env._(
                    "“%(other)s” is neither open nor was it investigated: nobody would "
                    "look into this one. Choose another, or go on with this one.",
                    other=other.display_name,
                )
            )

    def _is_worked_on(self):
        """Return whether it is open, or was investigated before it was closed."""
        self.ensure_one()
        if self.state in OPEN:
            return True
        kinds = set(self.sudo().event_ids.mapped("kind"))
        return self.state == "closed" and "report_approved" in kinds

    def link(self, other):
        """Note that complaints belong together (D-50).

        :param int other: id of a complaint that the user may read
        """
        self._check_worker_or_registrar()
        other = self._get_other(other)
        for complaint in self:
            if other == complaint:
                raise UserError(self.env._("Choose another complaint than this one."))
            complaint._as_system().write({"related_ids": [(4, other.id)]})
            other._as_system().write({"related_ids": [(4, complaint.id)]})
        return True
