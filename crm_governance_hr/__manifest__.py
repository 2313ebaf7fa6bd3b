# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Customer Governance: Employees",
    "summary": "Take departments and their managers from the employees",
    "version": "19.0.1.1.0",
    "development_status": "Beta",
    "category": "Sales/CRM",
    "author": "crm_governance contributors",
    "license": "LGPL-3",
    "depends": [
        "crm_governance",
        "hr",
    ],
    "data": [
        "views/governance_filing_department_views.xml",
    ],
    "auto_install": True,
}
