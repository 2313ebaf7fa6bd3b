# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_list

from .complaint_history import RULINGS
from .governance_complaint_clock_facts import RULED

# For so long the job looks after policies that were archived.
RECENT = timedelta(hours=1)


class GovernanceComplaintPolicy(models.Model):
    """What becomes of open complaints when a policy is archived, or comes back.

    A new version takes nothing away: what was promised under the former one holds
    until somebody reclassifies the complaint.  To archive the version in force ends the
    policy as a whole, and so the targets of its former versions as well.
    """

    _inherit = "governance.complaint.policy"

    def write(self, vals):
        """Change policies; what is archived holds for no complaint any more."""
        changed = self.browse()
        if "active" in vals:
            changed = self.filtered(lambda one: one.active != bool(vals["active"]))
        result = super().write(vals)
        changed.sudo()._see_to_complaints()
        return result

    def _policy_published(self, former):
        """Let former versions hold again where the one in force had been archived."""
        result = super()._policy_published(former)
        if not all(former.mapped("active")):
            self.sudo()._see_to_complaints()
        return result

    @api.model
    def _see_to_recent(self):
        """See to complaints that were registered while somebody archived their policy.

        Neither of the two saw what the other one did.
        """
        policies = self.sudo().with_context(active_test=False)
        recent = Domain("write_date", ">=", fields.Datetime.now() - RECENT)
        ended = policies.search(
            recent & Domain("active", "=", False) & Domain("is_preset", "=", False)
        )
        ended._see_to_complaints()

    def _see_to_complaints(self):
        """End deadlines of open complaints by these policies, or let them go on.

        Any complaint of the company may have targets of theirs, see `_get_targets`.
        """
        companies = self.filtered(lambda one: one.state != "draft").company_id
        if companies:
            complaints = self.env["governance.complaint"].sudo()
            mine = Domain("company_id", "in", companies.ids)
            complaints.search(mine & complaints._get_open_domain())._follow_policies()

    def _filter_ended(self):
        """Return those that hold no longer: archived, or of an archived version."""
        policies = self.with_context(active_test=False)
        ended = policies.filtered(lambda one: not one.active)
        for policy in (policies - ended).filtered(
            lambda one: one.state == "superseded"
        ):
            domain = policy._get_family_domain() & Domain("state", "=", "published")
            current = policies.search(domain)
            if current and not current.active:
                ended |= policy
        return ended


class GovernanceComplaint(models.Model):
    _inherit = "governance.complaint"

    def _complaint_reopened(self):
        """Do not take up deadlines again of a policy that has ended meanwhile."""
        result = super()._complaint_reopened()
        self.sudo()._follow_policies()
        return result

    def _follow_policies(self):
        """Note which targets of these complaints have ended, or hold again.

        Whoever calls has checked the right to change the policy, or the complaint.
        """
        rulings = self._get_rulings()
        chosen = {one for rules in rulings.values() for one in rules["chosen_ids"]}
        targets = self.env["governance.complaint.target"].sudo()
        targets = targets.search([("id", "in", sorted(chosen))])
        ended = targets.policy_id._filter_ended()
        policies = {target.id: target.policy_id for target in targets}
        changes = defaultdict(self.browse)
        for complaint in self:
            if rules := rulings.get(complaint.id):
                wanted = [
                    number
                    for number in rules["chosen_ids"]
                    if number in policies and policies[number] not in ended
                ]
                if set(wanted) != set(rules["target_ids"]):
                    changes[rules["key"], tuple(wanted)] |= complaint
        # All of them at once, so that nobody claims them in another order.
        self.browse().concat(*changes.values())._claim_clocks()
        for (former, wanted), complaints in changes.items():
            policy_id, chosen, held = former
            kind = "policy_ended" if set(held) - set(wanted) else "policy_resumed"
            moved = targets.browse(sorted(set(held) ^ set(wanted))).exists().policy_id
            names = moved.with_context(policy_version=True).mapped("display_name")
            complaints._log_event(
                kind,
                note=format_list(self.env, names),
                policy_id=policy_id,
                target_ids=list(wanted),
                chosen_ids=list(chosen),
            )

    def _get_rulings(self):
        """Return what was written down last of their targets, by one query.

        :return: dict from the number of a complaint to the targets that hold
            (`target_ids`) and those that were chosen for it (`chosen_ids`), with a
            `key` that is the same where both are
        """
        events = self.env["governance.complaint.event"].sudo()
        rulings = {}
        for event in events.search_fetch(
            Domain("complaint_id", "in", self.ids)
            & Domain("kind", "in", [*RULED, *RULINGS]),
            ["complaint_id", "kind", "details"],
            order="date, id",
        ):
            rules = event.details or {}
            is_first = event.complaint_id.id not in rulings
            if "target_ids" in rules and (is_first or event.kind in RULINGS):
                held = tuple(rules["target_ids"])
                chosen = tuple(rules.get("chosen_ids", held))
                rulings[event.complaint_id.id] = {
                    "target_ids": held,
                    "chosen_ids": chosen,
                    "key": (rules["policy_id"], chosen, held),
                }
        return rulings
