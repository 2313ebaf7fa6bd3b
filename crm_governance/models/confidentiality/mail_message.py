# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class MailMessage(models.Model):
    """Odoo keeps messages readable for authors and recipients."""

    _name = "mail.message"
    _inherit = ["governance.document.row.mixin", "mail.message"]
    _document_model_field = "model"
