# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class MailingTrace(models.Model):
    """What became of a mailing names its recipient as a number and an address."""

    _name = "mailing.trace"
    _inherit = ["governance.document.row.mixin", "mailing.trace"]
    _document_model_field = "model"
