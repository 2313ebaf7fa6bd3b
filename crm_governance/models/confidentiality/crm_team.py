# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import AccessError


class CrmTeam(models.Model):
    _inherit = "crm.team"

    @api.model_create_multi
    def create(self, vals_list):
        teams = super().create(vals_list)
        teams._check_governance_leaders()
        return teams

    def write(self, vals):
        result = super().write(vals)
        if not {"user_id", "active", "member_ids", "crm_team_member_ids"}.isdisjoint(
            vals
        ):
            self._check_governance_leaders()
        return result

    def _check_governance_leaders(self):
        """Let data custodians alone make leaders who would read more than before.

        A leader reads the confidential customers of the members: whoever sets up
        teams could open every customer to himself.

        :raises AccessError: naming the leader
        """
        if self.env.su or self.env.user.has_group("crm_governance.group_custodian"):
            return
        for team in self.sudo():
            leader = team.user_id
            owners = team.crm_team_member_ids.filtered("active").user_id - leader
            if not leader or not owners:
                continue
            customers = self.env["res.partner"].sudo().with_context(active_test=False)
            found = customers.search(
                [
                    ("user_id", "in", owners.ids),
                    ("classification_rank", ">", leader._get_clearance()),
                ],
                limit=1,
            )
            if found:
                raise AccessError(
                    self.env._(
                        "%(leader)s would read confidential customers of the team "
                        "above the own clearance. Ask a data custodian to set up this "
                        "team.",
                        leader=leader.name,
                    )
                )


class CrmTeamMember(models.Model):
    _inherit = "crm.team.member"

    @api.model_create_multi
    def create(self, vals_list):
        members = super().create(vals_list)
        members.crm_team_id._check_governance_leaders()
        return members

    def write(self, vals):
        result = super().write(vals)
        self.crm_team_id._check_governance_leaders()
        return result
