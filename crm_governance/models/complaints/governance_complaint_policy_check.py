# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

# Which target comes before which one: nothing is closed before it is solved.
ORDER = [
    ("acknowledge", "first_resolution"),
    ("first_response", "first_resolution"),
    ("first_resolution", "total_resolution"),
]
HOURS = {"hours": timedelta(hours=1), "days": timedelta(days=1)}


class GovernanceComplaintPolicy(models.Model):
    """What keeps a complaint policy from being published."""

    _inherit = "governance.complaint.policy"

    def _get_publish_errors(self):
        errors = super()._get_publish_errors()
        if not self.target_ids and not self.norm_ids:
            errors.append(
                self.env._("There is no target: the policy would promise nothing.")
            )
        for target in self.target_ids:
            errors += target._get_time_errors()
        errors += self._get_shadow_errors()
        errors += self._get_order_errors()
        errors += self._get_tier_errors()
        for rung in self.rung_ids:
            errors += rung._get_rung_errors()
        errors += self._get_rung_twice_errors()
        errors += self._get_remedy_errors()
        return errors

    def _get_publish_warnings(self):
        warnings = super()._get_publish_warnings()
        warnings += [
            self.env._(
                "“%(rung)s”: nobody would hear of it at present, because there is no "
                "%(recipient)s.",
                rung=rung.display_name,
                recipient=rung._get_recipient_text(),
            )
            for rung in self.rung_ids
            if rung._is_deserted()
        ]
        if (self.pause_hours or self.pause_count) and not any(
            self.target_ids.mapped("is_paused")
        ):
            warnings.append(
                self.env._("Pauses are limited, but none of the targets pauses.")
            )
        others = self._get_in_force(self.company_id, Domain("target_ids", "!=", False))
        return warnings + self._get_shadow_warnings(others)

    def _get_shadowed(self):
        """Leave out policies that hold for a target that the earlier one has not."""
        return [
            (policy, other)
            for policy, other in super()._get_shadowed()
            if set(policy.target_ids.mapped("kind"))
            <= set(other.target_ids.mapped("kind"))
        ]

    def _get_shadow_errors(self):
        errors = []
        targets = self.target_ids.sorted(lambda line: line.sequence)
        for same_kind in targets.grouped("kind").values():
            errors += [
                self.env._(
                    "“%(target)s” would never be reached: “%(other)s” comes before it "
                    "and holds for the same complaints. Change the order, or say for "
                    "which tiers, severities, channels or types the first one is.",
                    target=target.display_name,
                    other=other.display_name,
                )
                for target, other in same_kind._get_shadowed()
            ]
        return errors

    def _get_order_errors(self):
        """Return the targets that can only be missed after later ones are."""
        errors = []
        for earlier_kind, later_kind in ORDER:
            for earlier in self.target_ids.filtered(
                lambda line, kind=earlier_kind: line.kind == kind
            ):
                errors += [
                    self.env._(
                        "“%(later)s” is less than “%(earlier)s”: what comes first "
                        "cannot have more time.",
                        later=later.display_name,
                        earlier=earlier.display_name,
                    )
                    for later in self.target_ids
                    if later.kind == later_kind and later._is_shorter(earlier)
                ]
        return errors

    def _get_tier_errors(self):
        tiers = self.tier_ids | self.target_ids.tier_ids
        missing = self._get_company_tiers(tiers).filtered("is_preset")
        if not missing:
            return []
        return [
            self.env._(
                "The tiers %(tiers)s belong to the scheme %(schemes)s, which your "
                "company has not adopted. Adopt it, or choose tiers of your own.",
                tiers=", ".join(missing.mapped("name")),
                schemes=", ".join(missing.scheme_id.mapped("code")),
            )
        ]

    def _get_rung_twice_errors(self):
        errors = []
        seen = set()
        for rung in self.rung_ids:
            key = (rung.kind, rung.share, rung.recipient, rung.user_id)
            if key in seen:
                errors.append(
                    self.env._("“%(rung)s” is listed twice.", rung=rung.display_name)
                )
            seen.add(key)
        return errors

    def _get_remedy_errors(self):
        limits = self.remedy_limit_ids
        if not limits:
            return []
        errors = []
        unlimited = limits.filtered("is_unlimited")
        if len(unlimited) != 1:
            errors.append(
                self.env._(
                    "Of the lines on approval of remedies exactly one is for any "
                    "amount, so that somebody decides on the highest ones too."
                )
            )
        amounts = (limits - unlimited).mapped("amount")
        if len(amounts) != len(set(amounts)):
            errors.append(
                self.env._("Two lines on approval of remedies have the same amount.")
            )
        matrices = self.env["governance.approval.policy"].sudo()
        errors += [
            self.env._(
                "No approval matrix for remedies with the code %(code)s is in force. "
                "Publish one under Customer Governance > Configuration > Approval "
                "matrices, or give the code of another.",
                code=line.approval_code,
            )
            for line in limits
            if not matrices.search_count(line._get_matrix_domain(), limit=1)
        ]
        return errors


class GovernanceComplaintTarget(models.Model):
    _inherit = "governance.complaint.target"

    def _get_time_errors(self):
        """Return why the clock could not run for the time of the target."""
        self.ensure_one()
        time = self.env["governance.business.time"]
        errors = time._get_amount_errors(self.amount, self.unit)
        errors += time._get_calendar_errors(self._get_calendar(), self.unit)
        if not errors:
            try:
                time._add(
                    fields.Datetime.now(), self.amount, self.unit, self._get_calendar()
                )
            except ValidationError as error:
                errors.append(str(error))
        return [f"{self.display_name}: {error}" for error in errors]

    def _is_shorter(self, other):
        """Tell whether this target allows less time, where both could hold at once."""
        mine, theirs = self._get_length(), other._get_length()
        if not mine or not theirs or mine >= theirs:
            return False
        return all(
            not self[name] or not other[name] or self[name] & other[name]
            for name in self._get_scope_fields()
        )

    def _get_length(self):
        """Return the time as a timedelta; None on a working schedule or if blank."""
        if not self.amount or self.unit not in HOURS:
            return None
        return self.amount * HOURS[self.unit]
