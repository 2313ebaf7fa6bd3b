# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class GovernanceProgramme(models.Model):
    """The strategic programme of one customer, from candidate to exit (A-27).

    Nominations, reviews and publications move it on; the people who look after
    the customer say when development has become maintenance.
    """

    _name = "governance.programme"
    _description = "Strategic Customer Programme"
    _inherit = ["governance.guarded.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "state, id desc"
    _rec_name = "partner_id"
    _check_company_auto = True

    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    tier_id = fields.Many2one(
        related="partner_id.governance_tier_id", string="Present Tier"
    )
    specialist_id = fields.Many2one(
        related="partner_id.governance_specialist_id", string="Marketing Specialist"
    )
    liaison_leader_id = fields.Many2one(
        related="partner_id.governance_liaison_leader_id", string="Liaison Leader"
    )
    plan = fields.Text(
        string="Development Plan",
        help="What is done for this customer, by whom and until when.",
    )
    state = fields.Selection(
        selection=[
            ("candidate", "Candidate"),
            ("developing", "In Development"),
            ("maintained", "Maintained"),
            ("evaluating", "Under Evaluation"),
            ("removed", "Removed"),
        ],
        default="candidate",
        required=True,
        readonly=True,
        tracking=True,
    )
    resume_state = fields.Selection(
        selection=[("developing", "In Development"), ("maintained", "Maintained")],
        readonly=True,
        help="Where the programme goes on after a running evaluation.",
    )

    _partner_uniq = models.Constraint(
        "UNIQUE (company_id, partner_id)",
        "The customer already has a programme in this company.",
    )

    @api.model
    def _get_user_fields(self):
        return {"plan"}

    def _is_closed(self):
        return self.state == "removed"

    def action_maintain(self):
        """Say that the customer is developed and kept up from now on.

        :raises UserError: unless the programme is in development
        """
        self.check_access("write")
        for programme in self:
            if programme.state != "developing":
                raise UserError(
                    self.env._(
                        "%(customer)s is not in development.",
                        customer=programme.partner_id.display_name,
                    )
                )
        self._as_system().write({"state": "maintained"})

    # ------------------------------------------------------------------
    # CALLED BY NOMINATIONS AND REVIEWS
    # ------------------------------------------------------------------

    @api.model
    def _open_candidates(self, nominations):
        """Open programmes for customers nominated for a programme tier."""
        strategic = nominations.filtered("tier_id.has_programme")
        for nomination in strategic:
            known = self.sudo().search(
                [
                    ("partner_id", "=", nomination.partner_id.id),
                    ("company_id", "=", nomination.company_id.id),
                ]
            )
            if not known:
                self._as_system().create(
                    {
                        "partner_id": nomination.partner_id.id,
                        "company_id": nomination.company_id.id,
                    }
                )
            elif known.state == "removed":
                known._as_system().write({"state": "candidate"})

    @api.model
    def _begin_evaluation(self, review):
        """Mark the programmes of the customers under review."""
        if not self._get_tiers(review):
            return
        running = self._get_reviewed(review, ("developing", "maintained"))
        for state, programmes in running.grouped("state").items():
            programmes._as_system().write(
                {"state": "evaluating", "resume_state": state}
            )

    @api.model
    def _end_evaluation(self, review):
        """Let programmes go on as before a review that has been cancelled."""
        if not self._get_tiers(review):
            return
        marked = self._get_reviewed(review, ("evaluating",))
        for state, programmes in marked.grouped("resume_state").items():
            programmes._as_system().write(
                {"state": state or "maintained", "resume_state": False}
            )

    @api.model
    def _follow_publication(self, review):
        """Take up who holds a programme tier now and release who does not."""
        if not self._get_tiers(review):
            return
        # A customer may be in the programme because of another scheme.
        tiers = (
            self.env["governance.tier"]
            .sudo()
            .with_context(active_test=False)
            .search(
                [
                    ("has_programme", "=", True),
                    ("company_id", "=", review.company_id.id),
                ]
            )
        )
        held = self.env["governance.tier.assignment"].sudo()
        holders = held.search(
            [
                ("tier_id", "in", tiers.ids),
                ("company_id", "=", review.company_id.id),
                ("date_end", "=", False),
            ]
        ).partner_id
        known = self.sudo().search([("company_id", "=", review.company_id.id)])
        self._as_system().create(
            [
                {
                    "partner_id": partner.id,
                    "company_id": review.company_id.id,
                    "state": "developing",
                }
                for partner in holders - known.partner_id
            ]
        )
        for programme in known:
            state = programme._get_state_after(programme.partner_id in holders)
            if state != programme.state:
                programme._as_system().write({"state": state, "resume_state": False})

    @api.model
    def _get_tiers(self, review):
        """Return the tiers of the scheme under review that have a programme."""
        scheme = review.scheme_id.with_context(active_test=False)
        return scheme.tier_ids.filtered("has_programme")

    @api.model
    def _get_reviewed(self, review, states):
        """Return the programmes in a state whose customers are under review."""
        lines = self.env["governance.tier.review.line"].sudo()
        reviewed = lines._search([("review_id", "=", review.id)])
        return self.sudo().search(
            [
                ("company_id", "=", review.company_id.id),
                ("state", "in", states),
                ("partner_id", "in", reviewed.subselect("partner_id")),
            ]
        )

    def _get_state_after(self, is_holder):
        """Return the state after a publication."""
        self.ensure_one()
        if not is_holder:
            return "removed" if self.state != "candidate" else "candidate"
        if self.state == "evaluating":
            return self.resume_state or "maintained"
        if self.state in ("candidate", "removed"):
            return "developing"
        return self.state
