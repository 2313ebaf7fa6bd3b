# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Everything that names a customer: the one place to add a governed model.

A class here makes a model of Odoo as confidential as the customer that it names.
`security/confidentiality_security.xml` holds the two record rules of each.  A test
walks through all installed models that point at a contact and fails when one is
neither here nor in `OPEN_MODELS`.
"""

from odoo import models

# Models that point at contacts and are not governed, with the reason.
OPEN_MODELS = {
    "res.company": "A company's own contact always stays open.",
    "res.users": "Follows the rule on contacts; contacts of employees stay open.",
    "res.users.settings.volumes": "A user's own settings.",
    "discuss.channel.member": "Members see the channel; employees and guests only.",
    "discuss.channel.rtc.session": "Calls of channel members.",
    "mail.notification": "A user reads the own notifications; the label is masked.",
    "mail.message": "Has its own checks, see mail_message.py.",
    "calendar.event": "Shown as busy, see calendar_event.py.",
    "mail.activity": "Has its own checks, see mail_activity.py.",
    "mail.scheduled.message": "Readable with its document only.",
    "governance.access.grant": "Own and administered rows; the label is masked.",
}


class CrmLead(models.Model):
    _name = "crm.lead"
    _inherit = ["governance.classified.stored.mixin", "crm.lead"]


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["governance.classified.stored.mixin", "sale.order"]


class SaleOrderLine(models.Model):
    _name = "sale.order.line"
    _inherit = ["governance.classified.mixin", "sale.order.line"]
    _classified_by = "order_partner_id"


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["governance.classified.stored.mixin", "account.move"]

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


class ResPartnerBank(models.Model):
    _name = "res.partner.bank"
    _inherit = ["governance.classified.mixin", "res.partner.bank"]


class PaymentToken(models.Model):
    _name = "payment.token"
    _inherit = ["governance.classified.mixin", "payment.token"]


class PaymentTransaction(models.Model):
    _name = "payment.transaction"
    _inherit = ["governance.classified.mixin", "payment.transaction"]


class MailFollowers(models.Model):
    _name = "mail.followers"
    _inherit = ["governance.classified.mixin", "mail.followers"]


class CalendarAttendee(models.Model):
    _name = "calendar.attendee"
    _inherit = ["governance.classified.mixin", "calendar.attendee"]


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


class SaleReport(models.Model):
    _name = "sale.report"
    _inherit = ["governance.classified.mixin", "sale.report"]


class AccountInvoiceReport(models.Model):
    _name = "account.invoice.report"
    _inherit = ["governance.classified.mixin", "account.invoice.report"]


class CrmActivityReport(models.Model):
    _name = "crm.activity.report"
    _inherit = ["governance.classified.mixin", "crm.activity.report"]
