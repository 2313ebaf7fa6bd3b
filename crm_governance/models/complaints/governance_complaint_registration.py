# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_datetime


class GovernanceComplaint(models.Model):
    """A call, a mail or a visit becomes a registered complaint (D-07, D-08, D-10)."""

    _inherit = "governance.complaint"

    channel_id = fields.Many2one(
        default=lambda self: self._get_default_channel(), tracking=True
    )
    coordinator_id = fields.Many2one(
        comodel_name="res.users",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="The salesperson of a customer of the top tier, who follows the complaint "
        "and coordinates the departments without handling it (D-18).",
    )

    @api.model
    def _get_default_channel(self):
        """Return the telephone: who types a complaint in has mostly just hung up."""
        channels = self.env["governance.complaint.channel"]
        return channels.search([("code", "=ilike", "phone")], limit=1)

    @api.constrains("contact_id", "partner_id", "order_id")
    def _check_customer_fits(self):
        """Refuse contacts as customers, and complainants and orders of others."""
        for complaint in self:
            customer = complaint.partner_id.commercial_partner_id
            if complaint.partner_id != customer:
                raise ValidationError(
                    self.env._(
                        "Choose the customer as a whole, and the person as the "
                        "complainant."
                    )
                )
            contact = complaint.contact_id.commercial_partner_id
            if contact and contact != customer:
                raise ValidationError(
                    self.env._(
                        "The complainant does not belong to the customer. Choose one "
                        "of its contacts, or leave it empty and note the name."
                    )
                )
            order = complaint.order_id.partner_id.commercial_partner_id
            if order and order != customer:
                raise ValidationError(
                    self.env._(
                        "The order is one of another customer. Choose an order of the "
                        "customer who complains."
                    )
                )

    @api.onchange("contact_id")
    def _onchange_contact_id(self):
        """Let the customer follow from who calls."""
        if self.contact_id:
            self.partner_id = self.contact_id.commercial_partner_id

    @api.onchange("partner_id")
    def _onchange_partner_id(self):
        customer = self.partner_id
        if customer and customer.commercial_partner_id != customer:
            self.contact_id = customer
            self.partner_id = customer.commercial_partner_id
        elif self.contact_id.commercial_partner_id != customer:
            self.contact_id = False
        if self.order_id.partner_id.commercial_partner_id != customer:
            self.order_id = False

    @api.onchange("order_id")
    def _onchange_order_id(self):
        if self.order_id and not self.partner_id:
            self.partner_id = self.order_id.partner_id.commercial_partner_id
        products = self.order_id.order_line.product_id
        if len(products) == 1 and not self.product_id:
            self.product_id = products

    def write(self, vals):
        """Write; a complaint whose customer becomes known gets its tier and policy."""
        found = self.browse()
        if vals.get("partner_id"):
            found = self.filtered(
                lambda one: not one.sudo().partner_id and one.state != "draft"
            )
        result = super().write(vals)
        for complaint in found:
            complaint._as_system().write(complaint._prepare_tier())
            complaint._as_system().write(complaint._prepare_rules())
            complaint._log_event("reclassified", fields=["partner_id"])
            # What came in is as confidential as the customer it turns out to be of.
            intakes = self.env["governance.complaint.intake"]._as_system()
            intakes.search([("complaint_id", "=", complaint.id)]).write(
                {"partner_id": complaint.sudo().partner_id.id}
            )
            complaint._follow_customer()
        return result

    # ------------------------------------------------------------------
    # REGISTRATION
    # ------------------------------------------------------------------

    def action_register(self):
        """Register drafts: from now on the clocks run (D-08).

        :raises UserError: saying what is missing
        """
        self.check_access("write")
        for complaint in self:
            complaint._lock("draft")
            complaint._check_registrable()
            complaint._register_complaint()
        return True

    def _check_registrable(self):
        """Refuse to register what nobody could work on; name all that is missing."""
        self.ensure_one()
        errors = self._get_registration_errors()
        if errors:
            raise UserError(
                self.env._(
                    "“%(complaint)s” cannot be registered yet:\n%(errors)s",
                    complaint=self.display_name,
                    errors="\n".join(f"• {error}" for error in errors),
                )
            )
        self._check_independent(self.user_id)

    def _get_registration_errors(self):
        """Return what is missing before the complaint can be registered."""
        errors = []
        if not (self.partner_id or self.complainant_name or self.complainant_email):
            errors.append(
                self.env._("Choose the customer, or note the name of who complains.")
            )
        if not self._is_system():
            # Who writes from outside cannot be asked: the check asks for it.
            errors += self._get_classing_errors()
        if self.date_received > fields.Datetime.now():
            errors.append(
                self.env._(
                    "It was received on %(date)s, which is still to come. Enter when "
                    "the customer complained.",
                    date=format_datetime(self.env, self.date_received),
                )
            )
        return errors

    def _get_classing_errors(self):
        """Return what nobody has said yet about kind and severity, as sentences."""
        errors = []
        if not self.type_id:
            errors.append(self.env._("Choose the type of complaint."))
        if not self.severity_id:
            errors.append(self.env._("Choose how severe it is."))
        return errors

    def _register_complaint(self):
        """Complete what follows from the customer and the rules, and start the clocks.

        Whoever calls has checked the draft and holds the lock.
        """
        self.ensure_one()
        self._as_system().write(
            {
                **self._prepare_registration(),
                "date_registered": fields.Datetime.now(),
            }
        )
        self._as_system().write(self._prepare_rules())
        self._propose_units()
        self._log_event("received", date=self.date_received)
        self._log_event("registered")
        self._enter("registered")
        self._follow_customer()
        self._complaint_registered()

    def _prepare_registration(self):
        """Return what a draft leaves open."""
        values = self._prepare_tier()
        if not self.channel_id:
            values["channel_id"] = self._get_default_channel().id
        return values

    def _prepare_rules(self):
        """Return policy and procedure that hold for the complaint as it is now."""
        complaint = self.sudo().with_company(self.company_id)
        values = {"policy_id": complaint._choose_policy().id}
        if complaint.state in ("draft", "registered"):
            values["procedure_id"] = complaint._choose_procedure().id
        return values

    def _prepare_tier(self):
        """Return the tier of the customer now, and who coordinates because of it."""
        customer = self.sudo().with_company(self.company_id).partner_id
        tier = customer.governance_tier_id
        return {
            "tier_id": tier.id,
            "coordinator_id": customer.user_id.id if tier.is_top else False,
        }

    def _choose_policy(self):
        """Return the complaint policy in force that fits the complaint."""
        policies = self.env["governance.complaint.policy"]
        return policies._get_for(self.company_id, self)

    def _choose_procedure(self, is_customer_cause=False):
        """Return the first procedure in force that fits the complaint."""
        procedures = self.env["governance.complaint.procedure"]
        return procedures._get_for(self.company_id, self, is_customer_cause)

    def _propose_units(self):
        """Note the units of the routing rules where nobody has chosen any."""

    def _follow_customer(self):
        """Let specialist and liaison leader follow, and the coordinator (D-16)."""
        for complaint in self:
            customer = complaint.sudo().partner_id
            complaint._follow(
                customer.governance_specialist_id
                | customer.governance_liaison_leader_id
                | complaint.sudo().coordinator_id
            )

    # ------------------------------------------------------------------
    # HOOKS
    # ------------------------------------------------------------------

    def _complaint_registered(self):
        """React to the registration of this complaint, after the fact; extend it."""
        self.ensure_one()

    def _complaint_closed(self):
        """React to the closing of this complaint, after the fact; extend it."""
        self.ensure_one()

    def _complaint_reopened(self):
        """React to the reopening of this complaint, after the fact; extend it."""
        self.ensure_one()
