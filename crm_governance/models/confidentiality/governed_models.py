# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Everything that names a customer: the one place to add a governed model.

A class here makes a model of Odoo as confidential as the customer that it names.
`security/confidentiality_security.xml` holds the two record rules of each.  A test
asks `_get_gaps` whether an installed model that points at a contact is neither here
nor in `_get_open_models`.  Addons that bring further models extend both.
"""

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

OPERATIONS = ("read", "write", "create", "unlink")


class GovernanceConfidentiality(models.AbstractModel):
    _inherit = "governance.confidentiality"

    @api.model
    def _get_open_models(self):
        """Return the models that may name customers without rules, with the reason.

        :rtype: dict
        """
        follows = "Has its own checks: as open as the record that it belongs to."
        administrators = "Only administrators read it; the label is masked."
        redacted = "Everybody sees a line, but not whom it names."
        views = "A report without customers."
        return {
            "auth_totp.device": views,
            "calendar.event": "Shown as busy, see calendar_event.py.",
            "discuss.channel.member": "Members alone see who is in their channel.",
            "discuss.channel.rtc.session": administrators,
            "governance.access.audit.line": "Its label and remark are masked.",
            "governance.access.entry": redacted,
            "governance.decision": redacted,
            "governance.destruction.entry": redacted,
            "governance.handover.line": "Names what is kept by a masked label alone.",
            "governance.leak.report": "Shows who wrote it the open customers only.",
            "governance.access.grant": "The own ones; custodians see a masked label.",
            "governance.tier.review": "A review lists the contacts that are open only.",
            "governance.access.request": "Own rows, without the customer; see there.",
            "ir.actions.server": "Settings of administrators; hides contacts by rule.",
            "ir.attachment": follows,
            "ir.model.data": "Names external identifiers to administrators.",
            "mail.activity": follows,
            "mail.mail": administrators,
            "mail.message": follows,
            "mail.message.reaction": administrators,
            "mail.notification": "A user reads the own ones; the label is masked.",
            "mail.push.device": administrators,
            "mail.scheduled.message": follows,
            "res.company": "A company's own contact always stays open.",
            "res.device": views,
            "res.partner.category": "A tag lists the contacts that are open only.",
            "res.users": "Follows the rule on contacts; employees stay open.",
            "res.users.apikeys": views,
            "res.users.settings.volumes": "A user's own settings.",
        }

    # ------------------------------------------------------------------
    # WALK
    # ------------------------------------------------------------------

    @api.model
    def _get_gaps(self):
        """Return what is wrong with the confidentiality of the installed models.

        A model that employees read and that points at contacts has to be governed,
        with both record rules, or to be listed as open for a reason.

        :return: sentences in English for developers; none when all is well
        """
        listed = self._get_open_models()
        gaps = []
        for name in sorted(self.env.registry):
            model = self.env[name]
            if model._abstract or model._transient:
                continue
            if name in listed:
                if self._is_listed_for_nothing(model) or not listed[name]:
                    gaps.append(f"{name} is listed as open for nothing.")
            elif self._is_governed(model):
                gaps += self._get_rule_gaps(model)
            elif (links := self._get_links(model)) and self._is_read_by_employees(
                model
            ):
                gaps.append(f"{name} is not governed: {', '.join(links)}.")
        return gaps

    @api.model
    def _is_listed_for_nothing(self, model):
        """Return whether rules hold anyway, or nobody finds a customer there."""
        if self._is_governed(model):
            return not self._get_rule_gaps(model)
        return not self._get_links(model) or not self._is_read_by_employees(model)

    @api.model
    def _is_governed(self, model):
        return isinstance(model, self.env.registry["governance.classified.mixin"])

    @api.model
    def _get_links(self, model):
        """Return the names of the columns in which a contact can stand.

        A view may also hold the name of a customer as text.
        """
        return [
            field.name
            for field in model._fields.values()
            if field.store
            and (self._is_link(field) or not model._auto and field.type == "char")
        ]

    @api.model
    def _is_link(self, field):
        if field.type in ("many2one", "many2many"):
            return field.comodel_name == "res.partner"
        if field.type == "reference":
            return "res.partner" in field.get_values(self.env)
        return field.type == "many2one_reference"

    @api.model
    def _is_read_by_employees(self, model):
        """Return whether a group that an employee can have reads the model."""
        outside = self.env.ref("base.group_portal") | self.env.ref("base.group_public")
        access = self.env["ir.model.access"].sudo()
        found = access.search(
            [("model_id.model", "=", model._name), ("perm_read", "=", True)]
        )
        return any(
            not (line.group_id | line.group_id.all_implied_ids) & outside
            for line in found
        )

    @api.model
    def _get_rule_gaps(self, model):
        """Return what is wrong with the record rules of a governed model."""
        rules = self.env["ir.rule"].sudo()
        found = rules.search([("model_id.model", "=", model._name)]).filtered("global")
        expected = {"governance_can_read": {"read"}}
        if model._auto:
            expected["governance_can_change"] = {"write", "create", "unlink"}
        return [
            f"{model._name} has no rule on {field} for {', '.join(sorted(operations))}."
            for field, operations in expected.items()
            if not any(self._is_rule_on(rule, field, operations) for rule in found)
        ]

    @api.model
    def _is_rule_on(self, rule, field, operations):
        domain = "".join((rule.domain_force or "").split()).replace("'", '"')
        asked = {name for name in OPERATIONS if rule[f"perm_{name}"]}
        return domain == f'[("{field}","=",True)]' and asked == operations


class CrmLead(models.Model):
    _name = "crm.lead"
    _inherit = ["governance.classified.stored.mixin", "crm.lead"]

    # Counts of all that the user may read, and of the own, without the table.
    _governance_decision_idx = models.Index(
        "(user_id, company_id, classification_rank, classification_partner_id) "
        "WHERE active IS TRUE"
    )

    def _merge_opportunity(
        self, user_id=False, team_id=False, auto_unlink=True, max_length=5
    ):
        """Merge; UserError when the words of a hidden customer would get out."""
        customers = self.sudo().partner_id.commercial_partner_id
        if any(customers.mapped("classification_rank")) and len(customers) > 1:
            raise UserError(
                self.env._(
                    "One of these leads belongs to a confidential customer. It can be "
                    "merged with leads of the same customer only."
                )
            )
        return super()._merge_opportunity(user_id, team_id, auto_unlink, max_length)


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["governance.classified.stored.mixin", "sale.order"]

    _governance_decision_idx = models.Index(
        "(company_id, user_id, classification_rank, classification_partner_id)"
    )


class SaleOrderLine(models.Model):
    _name = "sale.order.line"
    _inherit = ["governance.classified.mixin", "sale.order.line"]
    _classified_by = "order_partner_id"


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["governance.classified.stored.mixin", "account.move"]

    _governance_decision_idx = models.Index(
        "(company_id, classification_rank, classification_partner_id)"
    )

    def _get_invoice_legal_documents(self, filetype, allow_fallback=False):
        """Return a file of the invoice; UserError for copies left to custodians."""
        self._register_copy()
        return super()._get_invoice_legal_documents(filetype, allow_fallback)

    def _get_invoice_legal_documents_all(self, allow_fallback=False):
        """Return all files of the invoice, unless custodians alone copy them."""
        self._register_copy()
        return super()._get_invoice_legal_documents_all(allow_fallback)

    def _compute_invoice_partner_display_info(self):
        """Store the real name: what is stored must not depend on who looks."""
        system = self.with_user(self.env.ref("base.user_root"))
        return super(AccountMove, system)._compute_invoice_partner_display_info()


class AccountMoveLine(models.Model):
    _name = "account.move.line"
    _inherit = ["governance.classified.mixin", "account.move.line"]


class AccountPayment(models.Model):
    _name = "account.payment"
    _inherit = ["governance.classified.mixin", "account.payment"]
    _is_reading_recorded = True


class AccountBankStatementLine(models.Model):
    _name = "account.bank.statement.line"
    _inherit = ["governance.classified.mixin", "account.bank.statement.line"]


class AccountReconcileModel(models.Model):
    _name = "account.reconcile.model"
    _inherit = ["governance.classified.mixin", "account.reconcile.model"]
    _classified_by = "mapped_partner_id"


class AccountReconcileModelLine(models.Model):
    _name = "account.reconcile.model.line"
    _inherit = ["governance.classified.mixin", "account.reconcile.model.line"]


class ResPartnerBank(models.Model):
    _name = "res.partner.bank"
    _inherit = ["governance.classified.mixin", "res.partner.bank"]
    _is_reading_recorded = True

    @api.depends_context("uid")
    def _compute_duplicate_bank_partner_ids(self):
        """Warn of open customers only, who have the same account number."""
        known = self.sudo()
        result = super(ResPartnerBank, known)._compute_duplicate_bank_partner_ids()
        for bank, asked in zip(self, known, strict=True):
            found = asked.duplicate_bank_partner_ids
            open_ids = found._filter_by_clearance("read").ids
            # Odoo takes them from the database as they come.
            bank.duplicate_bank_partner_ids = found.browse(sorted(open_ids))
        return result


class PaymentToken(models.Model):
    _name = "payment.token"
    _inherit = ["governance.classified.mixin", "payment.token"]


class PaymentTransaction(models.Model):
    _name = "payment.transaction"
    _inherit = ["governance.classified.mixin", "payment.transaction"]


class CalendarAttendee(models.Model):
    _name = "calendar.attendee"
    _inherit = ["governance.classified.mixin", "calendar.attendee"]

    def _filter_by_clearance(self, operation):
        return self._filter_by_clearance_sql(operation)

    @api.model
    def _get_clearance_domain(self, operation):
        """Hide who takes part in busy meetings: a link of theirs opens the meeting."""
        domain = Domain(super()._get_clearance_domain(operation))
        if operation == "read":
            meetings = self.env["calendar.event"]._get_clearance_domain(operation)
            domain &= Domain("event_id", "any!", meetings)
        return domain


class CalendarFilters(models.Model):
    _name = "calendar.filters"
    _inherit = ["governance.classified.mixin", "calendar.filters"]


class RatingRating(models.Model):
    _name = "rating.rating"
    _inherit = ["governance.classified.mixin", "rating.rating"]


class ProductSupplierinfo(models.Model):
    _name = "product.supplierinfo"
    _inherit = ["governance.classified.mixin", "product.supplierinfo"]


class AccountAnalyticAccount(models.Model):
    _name = "account.analytic.account"
    _inherit = ["governance.classified.mixin", "account.analytic.account"]


class AccountAnalyticLine(models.Model):
    _name = "account.analytic.line"
    _inherit = ["governance.classified.mixin", "account.analytic.line"]


class AccountAnalyticDistributionModel(models.Model):
    _name = "account.analytic.distribution.model"
    _inherit = ["governance.classified.mixin", "account.analytic.distribution.model"]


class SaleReport(models.Model):
    _name = "sale.report"
    _inherit = ["governance.classified.mixin", "sale.report"]


class AccountInvoiceReport(models.Model):
    _name = "account.invoice.report"
    _inherit = ["governance.classified.mixin", "account.invoice.report"]


class CrmActivityReport(models.Model):
    _name = "crm.activity.report"
    _inherit = ["governance.classified.mixin", "crm.activity.report"]


# ----------------------------------------------------------------------
# TIERS
# ----------------------------------------------------------------------


class GovernanceTierAssignment(models.Model):
    _name = "governance.tier.assignment"
    _inherit = ["governance.classified.mixin", "governance.tier.assignment"]


class GovernanceTierOverride(models.Model):
    _name = "governance.tier.override"
    _inherit = ["governance.classified.mixin", "governance.tier.override"]


class GovernanceTierNomination(models.Model):
    _name = "governance.tier.nomination"
    _inherit = ["governance.classified.mixin", "governance.tier.nomination"]


class GovernanceTierReviewLine(models.Model):
    _name = "governance.tier.review.line"
    _inherit = ["governance.classified.mixin", "governance.tier.review.line"]

    @api.model
    def _get_share_condition(self, alias):
        """Leave hidden customers out: places and shares would tell their turnover."""
        condition = super()._get_share_condition(alias)
        confidentiality = self.env["governance.confidentiality"]
        if confidentiality._is_everything_open():
            return condition
        column = SQL.identifier(alias, "partner_id")
        hidden = confidentiality._get_hidden_condition(column, "read")
        return SQL("%s AND NOT %s", condition, hidden)

    @api.depends_context("uid")
    def _compute_cumulative_share(self):
        """Compute for each reader on its own; see `_get_share_condition`."""
        return super()._compute_cumulative_share()


class GovernanceTierMetricValue(models.Model):
    _name = "governance.tier.metric.value"
    _inherit = ["governance.classified.mixin", "governance.tier.metric.value"]


class GovernanceAgreement(models.Model):
    _name = "governance.agreement"
    _inherit = ["governance.classified.mixin", "governance.agreement"]


class GovernanceExitReport(models.Model):
    _name = "governance.exit.report"
    _inherit = ["governance.classified.mixin", "governance.exit.report"]


class GovernanceProgramme(models.Model):
    _name = "governance.programme"
    _inherit = ["governance.classified.mixin", "governance.programme"]


class GovernanceTurnoverHistory(models.Model):
    _name = "governance.turnover.history"
    _inherit = ["governance.classified.mixin", "governance.turnover.history"]
