# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Customer Governance",
    "summary": "Customer tiers, reviews and approvals enforced as your policy says",
    "version": "19.0.1.0.0",
    "development_status": "Beta",
    "category": "Sales/CRM",
    "author": "crm_governance contributors",
    "license": "LGPL-3",
    "application": True,
    "depends": [
        "sale_crm",
        "sale_margin",
        "rating",
    ],
    "data": [
        # Security
        "security/crm_governance_groups.xml",
        "security/ir.model.access.csv",
        # Policy room
        "security/policy_security.xml",
        "data/policy/mail_activity_type_data.xml",
        "data/policy/ir_cron_data.xml",
        "data/policy/governance_approval_policy_data.xml",
        "data/policy/governance_profile_data.xml",
        "wizard/policy/governance_adopt_views.xml",
        "wizard/policy/governance_decide_views.xml",
        "views/policy/approval_templates.xml",
        "views/policy/governance_profile_views.xml",
        "views/policy/governance_approval_policy_views.xml",
        "views/policy/governance_approval_request_views.xml",
        "views/policy/governance_decision_views.xml",
        "views/policy/res_config_settings_views.xml",
        "views/policy/menus.xml",
        # Tiers room
        "security/tiers_security.xml",
        "data/tiers/ir_cron_data.xml",
        "views/tiers/governance_tier_templates.xml",
    ],
    "demo": [],
    "pre_init_hook": "pre_init_hook",
    "uninstall_hook": "uninstall_hook",
}
