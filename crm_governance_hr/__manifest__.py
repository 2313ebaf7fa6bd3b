# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Customer Governance: Employees",
    "summary": "Say why employees and their contacts stay open",
    "version": "19.0.1.0.0",
    "development_status": "Beta",
    "category": "Sales/CRM",
    "author": "crm_governance contributors",
    "license": "LGPL-3",
    "depends": [
        "crm_governance",
        "hr",
    ],
    "auto_install": True,
}
