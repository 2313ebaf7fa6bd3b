# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_list


class GovernanceComplaintRemedy(models.Model):
    """What a remedy led to: a credit note, an order, or nothing that Odoo knows."""

    _inherit = "governance.complaint.remedy"

    def action_done(self):
        """Say that the customer got it.

        :raises UserError: as long as neither a document of Odoo that fits nor a reason
            why there is none is given
        """
        self.check_access("write")
        for remedy in self:
            remedy.complaint_id._check_worker()
            remedy._lock("approved")
            remedy._check_result()
            remedy._as_system().write(
                {
                    "state": "done",
                    "done_by_id": self.env.uid,
                    "date_done": fields.Datetime.now(),
                }
            )
            remedy._note("done", remedy.done_reason)
        return True

    def _check_result(self):
        """Refuse a remedy that nothing shows, or that went beyond what was approved."""
        self.ensure_one()
        remedy = self.sudo()
        if not (remedy.move_id or remedy.order_id):
            if not (remedy.done_reason or "").strip():
                raise UserError(
                    self.env._(
                        "Choose the credit note or the order that the remedy led to, "
                        "or say why there is none."
                    )
                )
            return
        remedy._check_own_documents()
        if remedy.move_id and remedy.move_id.state != "posted":
            raise UserError(
                self.env._("The credit note is not posted yet: nothing was credited.")
            )
        if remedy.order_id and remedy.order_id.state != "sale":
            raise UserError(self.env._("The order is not confirmed yet."))
        remedy._check_credited()

    def _check_own_documents(self):
        """Refuse documents of other customers, and invoices instead of credit notes."""
        customer = self.partner_id.commercial_partner_id
        owners = (self.move_id.partner_id | self.order_id.partner_id).mapped(
            "commercial_partner_id"
        )
        if owners - customer:
            raise UserError(
                self.env._(
                    "The document belongs to another customer. Choose one of the "
                    "customer who complains."
                )
            )
        if self.move_id and self.move_id.move_type != "out_refund":
            raise UserError(
                self.env._("Choose a credit note for the customer, no other document.")
            )

    def _check_credited(self):
        """Refuse a credit note over more than was approved for it."""
        if not self.move_id:
            return
        company = self.complaint_id.company_id
        remedies = self.search(
            [("move_id", "=", self.move_id.id), ("state", "in", ("approved", "done"))]
        )
        approved = sum(one._get_company_amount() for one in remedies)
        credited = abs(self.move_id.amount_total_signed)
        if company.currency_id.compare_amounts(credited, approved) > 0:
            raise UserError(
                self.env._(
                    "The credit note is over more than was approved for "
                    "%(remedies)s. Propose the rest as a remedy of its own.",
                    remedies=format_list(
                        self.env, remedies.sudo(False).mapped("display_name")
                    ),
                )
            )

    def action_create_credit_note(self):
        """Draw up the credit note with the user's own rights, and open it."""
        self._check_document_missing()
        move = self.env["account.move"].create(
            {
                "move_type": "out_refund",
                "partner_id": self.partner_id.id,
                "company_id": self.company_id.id,
                "currency_id": self.currency_id.id,
                "ref": self.complaint_id.name,
                "invoice_line_ids": [
                    fields.Command.create(
                        {
                            "name": self.description,
                            "quantity": 1,
                            "price_unit": self.amount,
                            "tax_ids": [fields.Command.clear()],
                        }
                    )
                ],
            }
        )
        self.move_id = move
        return self._open(move)

    def action_create_order(self):
        """Draw up the order for what is sent instead, and open it."""
        self._check_document_missing()
        if not self.product_id:
            raise UserError(self.env._("Choose the product that is sent instead."))
        order = self.env["sale.order"].create(
            {
                "partner_id": self.partner_id.id,
                "company_id": self.company_id.id,
                "client_order_ref": self.complaint_id.name,
                "order_line": [
                    fields.Command.create(
                        {
                            "product_id": self.product_id.id,
                            "product_uom_qty": self.quantity,
                            "price_unit": 0,
                        }
                    )
                ],
            }
        )
        self.order_id = order
        return self._open(order)

    def _check_document_missing(self):
        self.ensure_one()
        self.check_access("write")
        self.complaint_id._check_worker()
        self._lock("approved")
        if self.move_id or self.order_id:
            raise UserError(
                self.env._("There is a document for this remedy already. Open it.")
            )
        if not self.partner_id:
            raise UserError(self.env._("Choose first whose complaint this is."))

    @api.model
    def _open(self, document):
        return {
            "type": "ir.actions.act_window",
            "res_model": document._name,
            "res_id": document.id,
            "view_mode": "form",
        }
