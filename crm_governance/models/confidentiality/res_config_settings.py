# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class ResConfigSettings(models.TransientModel):
    """What the clearance ladder in force says, in sentences.

    It is changed by a new version of the ladder, not here: who reads what is a
    policy, with a date and somebody who published it.
    """

    _inherit = "res.config.settings"

    governance_ladder_text = fields.Text(
        string="Levels and clearances", compute="_compute_governance_ladder"
    )
    governance_access_text = fields.Text(
        string="Access for a time", compute="_compute_governance_ladder"
    )
    governance_emergency_text = fields.Text(
        string="Emergency access", compute="_compute_governance_ladder"
    )
    governance_training_text = fields.Text(
        string="Training", compute="_compute_governance_ladder"
    )
    governance_register_text = fields.Text(
        string="Register and audits", compute="_compute_governance_ladder"
    )

    @api.depends("company_id")
    def _compute_governance_ladder(self):
        ladder = self.env["governance.clearance.ladder"]._get_current()
        for settings in self:
            settings.governance_ladder_text = self._get_ladder_text(ladder)
            settings.governance_access_text = self._get_access_text(ladder)
            settings.governance_emergency_text = self._get_emergency_text(ladder)
            settings.governance_training_text = self._get_training_text(ladder)
            settings.governance_register_text = self._get_register_text(ladder)

    @api.model
    def _get_ladder_text(self, ladder):
        levels = self.env["governance.confidentiality.level"]
        levels = levels.sudo().search([("active", "=", True)])
        names = " < ".join(levels.mapped("name"))
        if not ladder:
            return self.env._(
                "No ladder has been published: the levels of the product hold, from "
                "open to secret: %(levels)s.",
                levels=names,
            )
        return self.env._(
            "“%(ladder)s”, version %(version)s, is in force in all companies. Levels "
            "from open to secret: %(levels)s.",
            ladder=ladder.name,
            version=ladder.version,
            levels=names,
        )

    @api.model
    def _get_access_text(self, ladder):
        if not ladder:
            return self.env._(
                "Nobody can ask for access before a ladder says for how long it is "
                "given. Salespeople, their leaders and who else is named on a "
                "customer read it whatever its level."
            )
        roles = (
            self.env._(
                "Salespeople, their leaders and who else is named on a customer read "
                "it whatever its level."
            )
            if ladder.is_role_enough
            else self.env._(
                "Salespeople and their leaders need the clearance or an approved "
                "access as everybody else does."
            )
        )
        return self.env._(
            "Others ask for access of at most %(days)s days, %(total)s days in a row "
            "with renewals. %(roles)s",
            days=ladder.grant_max_days,
            total=ladder.grant_total_days,
            roles=roles,
        )

    @api.model
    def _get_emergency_text(self, ladder):
        people = self.env.ref("crm_governance.group_emergency").sudo().all_user_ids
        count = len(people.filtered(lambda user: user.active and not user.share))
        if not ladder or not ladder.emergency_minutes:
            return self.env._("There is no emergency access.")
        return self.env._(
            "%(count)s people may open a customer for %(minutes)s minutes before "
            "anybody is asked. Somebody else reviews it within %(days)s days.",
            count=count,
            minutes=ladder.emergency_minutes,
            days=ladder.emergency_review_days,
        )

    @api.model
    def _get_training_text(self, ladder):
        if not ladder.is_training_required:
            return self.env._("A clearance counts without a training.")
        return self.env._(
            "A clearance has no effect without a training on the protection of "
            "customer information; one counts for %(months)s months.",
            months=ladder.training_months,
        )

    @api.model
    def _get_register_text(self, ladder):
        kept = (
            self.env._(
                "Lines of the access register are kept for %(months)s months.",
                months=ladder.register_months,
            )
            if ladder.register_months
            else self.env._("Lines of the access register are kept for ever.")
        )
        audits = (
            self.env._(
                "Somebody signs who holds which permission every %(months)s months.",
                months=ladder.audit_months,
            )
            if ladder.audit_months
            else self.env._("Audits of permissions are started by hand.")
        )
        return f"{kept} {audits}"

    def action_governance_ladder(self):
        """Open the ladder in force, or the presets when there is none yet."""
        self.check_access("read")
        ladder = self.env["governance.clearance.ladder"]._get_current()
        name = "action" if ladder else "action_preset"
        action = self.env["ir.actions.act_window"]._for_xml_id(
            f"crm_governance.governance_clearance_ladder_{name}"
        )
        if ladder:
            action.update(res_id=ladder.id, views=[(False, "form")])
        return action
