# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import Form, tagged

from .complaints_common import ComplaintCommon

# Every number of requirements §3.3: {preset: [(what, amount, unit)]}.
MEASURED = {
    "SLA-01": [("first_response", 1, "hours"), ("first_resolution", 24, "hours")],
    "SLA-02": [("reaction", 24, "hours")],
    "SLA-03": [("total_resolution", 7, "days")],
    "SLA-04": [
        ("acknowledge", 0, "hours"),
        ("first_response", 0, "hours"),
        ("next_response", 0, "hours"),
        ("first_resolution", 0, "days"),
        ("total_resolution", 0, "days"),
    ],
    "SLA-05": [],
    "SLA-06": [],
}
INFORMING = {
    "SLA-01": ["30 seconds", "1 minute"],
    "SLA-02": ["at once"],
    "SLA-03": ["by day 10 of the month"],
    "SLA-04": [],
    "SLA-05": ["3 days", "1 day", "2 days", "1 month"],
    "SLA-06": ["3 working days", "1 working day", "2 days"],
}
# Who signs, step by step (AM-08).
LEADER, SUPERVISING, EXECUTIVE = "unit_leader", "supervising_unit", "group"
SIGNED = {
    "AM-08a": ("complaint_acceptance", [LEADER]),
    "AM-08b": ("complaint_report", [LEADER, SUPERVISING, EXECUTIVE]),
    "AM-08c": ("complaint_opinion", [LEADER]),
    "AM-08d": ("complaint_remedy", [LEADER]),
    "AM-08e": ("complaint_remedy", [LEADER, EXECUTIVE]),
    "AM-08f": ("complaint_extension", [LEADER]),
    "AM-08g": ("complaint_statistic", [EXECUTIVE]),
    "AM-08h": ("complaint_action", [SUPERVISING]),
}
STEPS = {
    "AM-08": "acceptance routing investigation review opinion reply confirmation "
    "prevention",
    "AM-08-CAUSE": "reply",
    "AM-08-SUGGESTION": "reply",
    "AM-08-SERVICE": "routing reply confirmation",
    "AM-08-WARNING": "reply prevention",
}


@tagged("post_install", "-at_install")
class TestComplaintPresets(ComplaintCommon):
    """The presets say what the sources say, and a company works by them."""

    def preset(self, model, code):
        return self.env[model].search([("is_preset", "=", True), ("code", "=", code)])

    def test_numbers(self):
        """Each number of the service-level tables is there, and no other."""
        for code, targets in MEASURED.items():
            preset = self.preset("governance.complaint.policy", code)
            lines = [(one.kind, one.amount, one.unit) for one in preset.target_ids]
            self.assertEqual(lines, targets, code)
            texts = preset.norm_ids.mapped("time_text")
            self.assertEqual(texts, INFORMING[code], code)

    def test_clock_of_sources(self):
        """Targets that a source sets do not stand still; its own ones may."""
        for code in MEASURED:
            preset = self.preset("governance.complaint.policy", code)
            paused = set(preset.target_ids.mapped("is_paused"))
            self.assertLessEqual(paused, {code == "SLA-04"}, code)

    def test_blank(self):
        """What a source leaves open is asked for, and nothing else."""
        asked = {
            code: len(
                self.preset("governance.complaint.policy", code)._get_blank_values()
            )
            for code in MEASURED
        }
        self.assertEqual(
            asked,
            {
                "SLA-01": 0,
                "SLA-02": 0,
                "SLA-03": 1,
                "SLA-04": 5,
                "SLA-05": 0,
                "SLA-06": 0,
            },
        )

    def test_matrices(self):
        """AM-08 is signed by whom the source names, in its order."""
        for code, (subject, approvers) in SIGNED.items():
            preset = self.preset("governance.approval.policy", code)
            self.assertEqual(preset.subject, subject, code)
            steps = preset.step_ids.sorted("sequence")
            self.assertEqual(steps.mapped("approver_type"), approvers, code)

    def test_procedures(self):
        """AM-08 has every step, the others only theirs."""
        for code, steps in STEPS.items():
            preset = self.preset("governance.complaint.procedure", code)
            flags = [
                name.removeprefix("needs_")
                for name in preset._fields
                if name.startswith("needs_") and name != "needs_rating" and preset[name]
            ]
            self.assertEqual(sorted(flags), sorted(steps.split()), code)

    # ------------------------------------------------------------------
    # PROFILES
    # ------------------------------------------------------------------

    def adopt(self, profile, wanted, **numbers):
        """Adopt and publish presets of a profile, as an administrator does."""
        record = self.env.ref(f"crm_governance.governance_profile_{profile}")
        model = self.env["governance.adopt"].with_user(self.manager)
        wizard = Form(model.with_context(default_profile_id=record.id)).save()
        for line in wizard.line_ids:
            line.is_chosen = line.policy_ref.code.startswith(wanted)
        wizard.action_continue()
        for value in wizard.value_ids:
            value.value_number = numbers.get(value.label, 5)
        wizard.action_adopt_publish()
        chosen = wizard.line_ids.filtered("is_chosen")
        return {line.policy_ref.code: (line.result_ref, line.result) for line in chosen}

    def test_retail(self):
        """A retail chain adopts SLA-01, SLA-03, AM-08 and RC-09 in one go."""
        results = self.adopt("retail", ("SLA-", "AM-08", "RC-09"), **{"Up to": 1000})
        self.assertEqual(set(results), {"SLA-01", "SLA-03", "RC-09", *SIGNED, *STEPS})
        for code, (policy, result) in results.items():
            self.assertEqual(policy.state, "published", f"{code}: {result}")
        policies = self.env["governance.complaint.policy"]
        website = self.env.ref("crm_governance.governance_complaint_channel_website")
        online = self.draft(channel_id=website.id)
        phoned = self.draft()
        self.assertEqual(policies._get_for(self.company, online), results["SLA-01"][0])
        self.assertEqual(policies._get_for(self.company, phoned), results["SLA-03"][0])
        for policy in (results["SLA-01"][0], results["SLA-03"][0]):
            for amount, code in ((1000, "AM-08d"), (1000.01, "AM-08e")):
                matrix = policy._get_remedy_matrix(self.company, amount)
                self.assertEqual(matrix, results[code][0])
        suggestion = self.env.ref("crm_governance.governance_complaint_type_suggestion")
        procedures = self.env["governance.complaint.procedure"]
        for complaint, code in (
            (phoned, "AM-08"),
            (self.draft(type_id=suggestion.id), "AM-08-SUGGESTION"),
        ):
            self.assertEqual(
                procedures._get_for(self.company, complaint), results[code][0]
            )
        self.assertEqual(
            procedures._get_for(self.company, phoned, is_customer_cause=True),
            results["AM-08-CAUSE"][0],
        )

    def test_construction(self):
        """SLA-02 points at the strategic customers of the adopted scheme."""
        results = self.adopt("construction", ("TS-01", "SLA-02"))
        policy, result = results["SLA-02"]
        self.assertEqual(policy.state, "published", result)
        self.assertEqual(policy.tier_ids.scheme_id.company_id, self.company)
        self.assertEqual(policy.target_ids.kind, "reaction")

    def test_construction_without_scheme(self):
        """Without the scheme that it names the policy stays a draft and says why."""
        policy, result = self.adopt("construction", ("SLA-02",))["SLA-02"]
        self.assertEqual(policy.state, "draft")
        self.assertIn("TS-01", result)
