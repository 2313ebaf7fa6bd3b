# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .confidentiality_access import AccessCommon
from .confidentiality_common import ConfidentialityCommon

# What each profile says on confidentiality: {code: ticked when it is adopted}.
PROFILES = {
    "construction": {"CL-03": True},
    "health": {"CL-02": True, "C-16": True, "AM-05": True},
    "retail": {"CL-04": False, "AM-05": False, "C-11": False},
    "data_desk": {
        "CL-01": True,
        "AM-05": True,
        "C-11": True,
        "C-35": True,
        "C-43": True,
    },
}


@tagged("post_install", "-at_install")
class TestConfidentialityPresets(ConfidentialityCommon):
    """Companies that adopt a profile work by its steps (requirements §3.7, §3.10)."""

    ask = AccessCommon.ask
    draft = AccessCommon.draft
    later = AccessCommon.later
    look_up = AccessCommon.look_up
    run_job = AccessCommon.run_job

    def adopt(self, profile):
        """Adopt what a profile says on confidentiality, as an administrator does."""
        codes = PROFILES[profile]
        record = self.env.ref(f"crm_governance.governance_profile_{profile}")
        model = self.env["governance.adopt"].with_user(self.manager)
        wizard = Form(model.with_context(default_profile_id=record.id)).save()
        policies = {line: line.policy_ref for line in wizard.line_ids}
        for line in wizard.line_ids:
            line.is_chosen = bool(policies[line]) and policies[line].code in codes
        wizard.action_continue()
        for value in wizard.value_ids:
            value.value_number = AccessCommon.LADDER.get(value.path, 5)
        wizard.action_adopt_publish()
        chosen = wizard.line_ids.filtered("is_chosen")
        results = {line.policy_ref.code: line.result_ref for line in chosen}
        self.assertEqual(set(results), set(codes))
        for code, policy in results.items():
            self.assertEqual(policy.state, "published", code)
        return results

    def sign(self, record, user):
        """Decide on what was asked about a record, as the person whose turn it is."""
        request = record.sudo().approval_request_id
        self.assertEqual(len(request.step_ids), 1)
        return request.with_user(user).decide("approved", "Agreed")

    def propose(self, partner, level):
        change = (
            self.env["governance.level.change"]
            .with_user(self.custodian2)
            .create(
                {
                    "partner_ids": [Command.set(partner.ids)],
                    "level_id": level.id,
                    "reason": "By the data policy",
                }
            )
        )
        change.action_request_approval()
        return change

    def suspension(self, kind):
        return (
            self.env["governance.suspension"]
            .with_user(self.custodian)
            .create({"user_id": self.cleared2.id, "kind": kind, "reason": "Leaves"})
        )

    def incident(self):
        report = (
            self.env["governance.leak.report"]
            .with_user(self.rep)
            .create(
                {
                    "name": "Our offer is known",
                    "description": "A competitor knew the price",
                    "partner_ids": [Command.set(self.secret.ids)],
                    "suspect_ids": [Command.set(self.rep2.ids)],
                }
            )
        )
        incident = report.sudo().incident_id.with_user(self.custodian2)
        incident.action_investigate()
        person = incident.person_ids
        incident.write(
            {
                "findings": "Sent by e-mail",
                "outcome": "verified",
                "loss_amount": 5000,
                "person_ids": [
                    Command.update(
                        person.id,
                        {
                            "degree": "full",
                            "penalty": "Warning",
                            "penalty_amount": 500,
                        },
                    )
                ],
            }
        )
        return incident

    def test_lines_of_the_profiles(self):
        """Each profile bundles what its sources say, presets all of them."""
        codes_of_all = {code for codes in PROFILES.values() for code in codes}
        for profile, codes in PROFILES.items():
            lines = self.env.ref(f"crm_governance.governance_profile_{profile}")
            found = {
                line.code: line.is_default
                for line in lines.line_ids.filtered("policy_ref")
                if line.policy_ref.code in codes_of_all
            }
            self.assertEqual(found, codes, profile)
            for line in lines.line_ids.filtered("policy_ref"):
                self.assertEqual(line.code, line.policy_ref.code)

    def test_level_of_a_customer(self):
        """Data desk: the custodian proposes, a company leader approves (AM-05)."""
        policy = self.adopt("data_desk")["AM-05"]
        self.assertEqual(policy.subject, "level_change")
        raised = self.propose(self.open_customer, self.level1)
        lowered = self.propose(self.secret, self.level0)
        for change in (raised, lowered):
            self.assertEqual(change.state, "requested")
            # Neither who proposed it nor anybody else in the house.
            for user in (self.custodian2, self.cleared2, self.manager):
                with self.assertRaises(UserError), self.env.cr.savepoint():
                    self.sign(change, user)
        self.assertHidden(self.employee, self.secret)
        for change in (raised, lowered):
            self.sign(change, self.boss)
            self.assertEqual(change.state, "done")
        self.assertHidden(self.employee, self.open_customer)
        self.assertReads(self.employee, self.secret)

    def test_freeze(self):
        """Data desk: access is frozen in advance when a leader agrees (C-43)."""
        with self.assertRaisesRegex(UserError, "approval matrix"):
            self.suspension("freeze").action_suspend()
        self.adopt("data_desk")
        freeze = self.suspension("freeze")
        freeze.action_suspend()
        self.assertReads(self.cleared2, self.secret)
        for user in (self.custodian, self.custodian2, self.cleared2, self.manager):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                self.sign(freeze, user)
        self.sign(freeze, self.executive)
        self.assertHidden(self.cleared2, self.secret)

    def test_leak(self):
        """Data desk: a leader signs liability and penalty of a leak (C-35)."""
        self.adopt("data_desk")
        incident = self.incident()
        incident.action_request_approval()
        for user in (self.custodian2, self.rep2, self.manager):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                self.sign(incident, user)
        self.sign(incident, self.boss)
        self.assertEqual(incident.sudo().approval_request_id.state, "approved")

    def test_seal_of_the_general_manager(self):
        """Health products: sealed with a signature, opened case by case (CL-02)."""
        self.classify(self.secret, self.level1)
        self.adopt("health")
        cleared = self.level1.group_id
        self.boss.group_ids += cleared
        self.custodian2.group_ids += cleared
        to_do = self.open_customer.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.rep2.id
        )
        change = self.propose(self.open_customer, self.level1)
        self.assertHidden(self.rep, self.open_customer)
        # Not to its salesperson, who cannot open the customer either.
        self.assertEqual(to_do.user_id, self.custodian2)
        self.sign(change, self.boss)
        request = self.ask(self.rep, "Open Trading")
        self.assertHidden(self.rep, self.open_customer)
        self.sign(request, self.boss)
        self.assertReads(self.rep, self.open_customer)
        self.assertHidden(self.leader, self.open_customer)

    def test_authorised_staff_only(self):
        """Shops: two levels, proposed, approved, and asked for (CL-04)."""
        self.classify(self.secret, self.level1)
        self.adopt("retail")
        levels = self.env["governance.confidentiality.level"].search([])
        self.assertEqual(levels.mapped("name"), ["General", "Authorised staff only"])
        self.boss.group_ids += self.level1.group_id
        self.custodian2.group_ids += self.level1.group_id
        change = self.propose(self.open_customer, self.level1)
        self.sign(change, self.boss)
        self.assertHidden(self.employee, self.open_customer)
        self.assertReads(self.cleared1, self.open_customer)
        self.assertReads(self.rep, self.open_customer)
