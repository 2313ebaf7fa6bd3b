# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Customer Governance: Email Marketing",
    "summary": "Keep mailings to confidential customers confidential",
    "version": "19.0.1.0.0",
    "development_status": "Beta",
    "category": "Sales/CRM",
    "author": "crm_governance contributors",
    "license": "LGPL-3",
    "depends": [
        "crm_governance",
        "mass_mailing",
    ],
    "auto_install": True,
}
