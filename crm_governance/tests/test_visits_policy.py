# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from lxml.html import fromstring

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .visits_policy_common import VisitsPolicyCommon

# Requirements §3.2, line by line: tiers, role, channel, how often.
CADENCES = {
    "VC-01": """
        TS-04/STRATEGIC | OWNER | VISIT | every 2 weeks
        TS-04/VIP       | OWNER | VISIT | every week
        TS-04/KEY       | OWNER | VISIT | every 2 weeks
        TS-04/GUEST     | OWNER | VISIT | every 2 weeks
        TS-04/GUEST     | OWNER | CALL  | every week
        TS-04/MODEL     | OWNER | VISIT | every month
        TS-04/FREE      | OWNER | VISIT | every 2 weeks
        TS-04/FREE      | OWNER | CALL  | every week
        TS-04/NEW       | OWNER | VISIT | every 2 weeks
        TS-04/DORMANT   | OWNER | VISIT | every 2 weeks
        TS-04/LOW       | OWNER | VISIT | every month, case by case
    """,
    "VC-02": """
        TS-16/KEY | PROVINCE | VISIT    | every 2 months
        TS-16/KEY | PROVINCE | CALL     | at least 1 a month
        TS-16/KEY | REGION   | VISIT    | at least 1 a month
        TS-16/KEY | REGION   | CALL     | at least 1 a week
        TS-16/KEY | BUSINESS | VISIT    | at least 2 a month
        TS-16/KEY | BUSINESS | CALL     | at least 1 a day
        TS-16/KEY | BUSINESS | PRESENCE | at least 10 a month
    """,
    "VC-03": """
        strategic | PRINCIPAL      | VISIT         | at least 1 a year   | 4
        strategic | LIAISON        | VISIT         | at least 2 a year   | 3
        strategic | LIAISON        | VISIT         | no number, incoming | 3
        strategic | COMPANY-LEADER | VISIT         | at least 1 a year   | 2
        strategic | SPECIALIST     | COMMUNICATION | at least 1 a month  | 1
    """,
    "VC-04": "",
    "VC-05": "recent_buyer | OWNER | CALLBACK | every month",
    "VC-06": "all | OWNER | VISIT | blank a month",
    "VC-07": "lead | OWNER | ACTION | at least 1 a month",
    "VC-08": """
        TS-01/STRATEGIC | OWNER | TOP-VISIT        | no number
        TS-01/STRATEGIC | OWNER | TOPIC-GROUP      | no number
        TS-01/STRATEGIC | OWNER | SYMPOSIUM        | no number
        TS-01/STRATEGIC | OWNER | QUESTIONNAIRE    | no number
        TS-01/STRATEGIC | OWNER | CALLBACK         | no number
        TS-01/STRATEGIC | OWNER | SOCIAL-EVENT     | no number
        TS-01/STRATEGIC | OWNER | GREETINGS        | no number
        TS-01/KEY       | OWNER | DEPARTMENT-VISIT | no number
        TS-01/KEY       | OWNER | SYMPOSIUM        | no number
        TS-01/KEY       | OWNER | CALL             | no number
        TS-01/KEY       | OWNER | QUESTIONNAIRE    | no number
        TS-01/KEY       | OWNER | GREETINGS        | no number
        TS-01/GENERAL   | OWNER | DEPARTMENT-VISIT | no number
        TS-01/GENERAL   | OWNER | CALL             | no number
        TS-01/GENERAL   | OWNER | QUESTIONNAIRE    | no number
        TS-01/GENERAL   | OWNER | GREETINGS        | no number
    """,
    "VC-09": """
        TS-07/A | OWNER   | VISIT         | blank a month
        A B C   | SERVICE | COMMUNICATION | blank a month
    """,
    "VC-10": "",
}
TIERS = {
    "strategic": {"TS-01/STRATEGIC", "TS-02b/STRATEGIC"},
    "A B C": {"TS-07/A", "TS-07/B", "TS-07/C"},
}
FREQUENCIES = {
    "every 2 weeks": ("every", 2, "week"),
    "every week": ("every", 1, "week"),
    "every month": ("every", 1, "month"),
    "every 2 months": ("every", 2, "month"),
    "blank a month": ("at_least", 0, "month"),
    "no number": ("at_least", 0, "year"),
}
# Role, after which event, for whom, channel, within how many days.
CALLBACKS = {
    "VC-04": [
        ("SATISFACTION", "file", "buyer", "CALL", 3),
        ("SATISFACTION", "file", "buyer", "CALL", 30),
        ("SATISFACTION", "file", "buyer", "CALL", 60),
        ("SATISFACTION", "file", "non_buyer", "CALL", 3),
        ("SATISFACTION", "file", "non_buyer", "CALL", 15),
        ("DOCTOR", "file", "buyer", "CALL", 15),
        ("DOCTOR", "file", "buyer", "CALL", 30),
        ("DOCTOR", "file", "buyer", "CALL", 60),
        ("DOCTOR", "file", "non_buyer", "CALL", None),
    ],
    "VC-10": [("INSPECTOR", "order", "any", "VISIT", 30)],
}
# What adopting asks for, and whether a policy is in force without it.
BLANKS = {
    "VC-05": [("recent_days", True)],
    "VC-06": [("cadence_ids.0.number", True), ("daily_capacity", False)],
    "VC-09": [("cadence_ids.0.number", True), ("cadence_ids.1.number", True)],
}
PROFILES = {
    "construction": ["VC-03", "VC-08"],
    "industrial": ["VC-01", "VC-06", "AM-09", "AM-09a", "AM-09b"],
    "fmcg": ["VC-02"],
    "health": ["VC-04"],
}


@tagged("post_install", "-at_install")
class TestVisitsPresets(VisitsPolicyCommon):
    """What the product ships: VC-01 … VC-10, AM-09, channels, purposes, roles."""

    def get_line(self, text):
        """Return what a line of the table above says of a cadence."""
        tiers, role, channel, often, *level = [part.strip() for part in text.split("|")]
        often, *more = [part.strip() for part in often.split(",")]
        if often in FREQUENCIES:
            mode, number, unit = FREQUENCIES[often]
        else:
            _at, _least, number, _a, unit = often.split()
            mode, number = "at_least", int(number)
        population = tiers if tiers in ("recent_buyer", "all", "lead") else "tier"
        return {
            "population": population,
            "tiers": TIERS.get(tiers, {tiers}) if population == "tier" else set(),
            "role": role,
            "channel": channel,
            "rhythm": (mode, number, unit),
            "case": "case by case" in more or often == "no number",
            "direction": "incoming" if "incoming" in more else "outgoing",
            "level": level[0] if level else False,
            "rest": (0, 1.0),
        }

    def describe(self, line):
        return {
            "population": line.population,
            "tiers": {f"{tier.scheme_id.code}/{tier.code}" for tier in line.tier_ids},
            "role": line.role_id.code,
            "channel": line.channel_id.code,
            "rhythm": (line.mode, line.number, line.unit),
            "case": line.is_case_by_case,
            "direction": line.direction,
            "level": line.contact_level,
            "rest": (line.max_count, line.weight),
        }

    def test_cadences(self):
        """Every line of requirements §3.2 and no other (B-01 … B-10, B-22 … B-45)."""
        presets = self.env["governance.visit.policy"].search([("is_preset", "=", True)])
        self.assertEqual(presets.mapped("code"), list(CADENCES))
        for code, table in CADENCES.items():
            lines = [line for line in table.splitlines() if line.strip()]
            with self.subTest(code=code):
                self.assertEqual(
                    [self.describe(line) for line in self.preset(code).cadence_ids],
                    [self.get_line(line) for line in lines],
                )

    def test_callbacks(self):
        """VC-04 and VC-10, counted in days (B-64 … B-77)."""
        for code in CADENCES:
            with self.subTest(code=code):
                self.assertEqual(
                    [
                        (
                            line.role_id.code,
                            line.trigger,
                            line.buyer,
                            line.channel_id.code,
                            None if line.is_on_request else line.days,
                        )
                        for line in self.preset(code).callback_ids
                    ],
                    CALLBACKS.get(code, []),
                )

    def test_settings_of_presets(self):
        """VC-06 alone says when reports and plans are due; all have a source."""
        for code in CADENCES:
            policy = self.preset(code)
            with self.subTest(code=code):
                self.assertEqual(policy.report_days, 2 if code == "VC-06" else 0)
                self.assertEqual(policy.plan_days_before, 0)
                self.assertFalse(policy.daily_capacity or policy.recent_days)
                self.assertTrue(policy.source and policy.note)

    def test_blanks(self):
        """What the sources leave blank ships blank and is asked for, nothing else."""
        for code in CADENCES:
            with self.subTest(code=code):
                blanks = self.preset(code)._get_blank_values()
                self.assertEqual(
                    sorted((blank["path"], blank["required"]) for blank in blanks),
                    BLANKS.get(code, []),
                )
                self.assertTrue(all(blank["unit"] for blank in blanks))

    def test_questions_of_the_province_manager(self):
        """The call asks how the sales staff are performing, too (B-25, B-26)."""
        calls = self.preset("VC-02").cadence_ids.filtered("questions")
        self.assertEqual(calls.mapped("role_id.code"), ["PROVINCE"])
        self.assertIn("How are our sales staff performing?", calls.questions)
        for line in self.preset("VC-02").cadence_ids:
            if line.channel_id.code == "VISIT":
                self.assertIn("talk in depth", line.objective)

    def test_master_data(self):
        """Channels, purposes and roles that policies choose from (B-10, B-48)."""
        channels = self.env["governance.visit.channel"].search([])
        self.assertEqual(
            {channel.code: channel.kind for channel in channels[:4]},
            {
                "VISIT": "visit",
                "CALL": "call",
                "PRESENCE": "presence",
                "ACTION": "activity",
            },
        )
        effort = {channel.code: channel.effort for channel in channels}
        self.assertEqual((effort["VISIT"], effort["CALL"]), (1.0, 0.125))
        self.assertIn("TRAINING", effort)
        purposes = ", ".join(
            self.env["governance.visit.purpose"].search([]).mapped("name")
        )
        for words in (
            "Market research",
            "competitors",
            "stronger ties",
            "more business",
            "settling payment",
            "new customer",
            "new product",
            "product coverage",
        ):
            self.assertIn(words, purposes)
        sources = {
            role.code: role.source
            for role in self.env["governance.visit.role"].search([])
        }
        self.assertEqual(
            {code for code, source in sources.items() if source == "member"},
            {
                "PRINCIPAL",
                "COMPANY-LEADER",
                "PROVINCE",
                "REGION",
                "BUSINESS",
                "SATISFACTION",
                "DOCTOR",
                "SERVICE",
                "INSPECTOR",
            },
        )
        self.assertEqual(
            [sources[code] for code in ("OWNER", "LEADER", "SPECIALIST", "LIAISON")],
            ["owner", "leader", "specialist", "liaison_leader"],
        )

    def test_objects(self):
        """Whom a visit may be to (B-49)."""
        field = self.env["governance.visit"]._fields["object_type"]
        objects = field.get_values(self.env)
        self.assertEqual(objects, ["customer", "target", "potential", "peer"])

    def test_matrices(self):
        """AM-09: the supervisor of who asks decides; no time is given."""
        for code, subject in (
            ("am_09", "visit_plan"),
            ("am_09a", "visit_challenge"),
            ("am_09b", "visit_exception"),
        ):
            matrix = self.env.ref(f"crm_governance.governance_approval_policy_{code}")
            self.assertEqual(matrix.subject, subject)
            self.assertTrue(matrix.is_preset)
            self.assertEqual(
                matrix.step_ids.mapped("approver_type"), ["requester_leader"]
            )
            self.assertFalse(matrix.expiry_value)

    def test_profiles(self):
        """The profiles of requirements §3.10 name the visits of their business."""
        for profile, codes in PROFILES.items():
            lines = self.env.ref(
                f"crm_governance.governance_profile_{profile}"
            ).line_ids
            refs = [
                line.policy_ref.code
                for line in lines.filtered("policy_ref").sorted("sequence")
                if line.code.startswith(("VC-", "AM-09"))
            ]
            self.assertEqual(refs, codes)
            later = lines.filtered(lambda line: not line.policy_ref).mapped("code")
            self.assertFalse([code for code in later if code.startswith("VC-")])


@tagged("post_install", "-at_install")
class TestVisitsAdoption(VisitsPolicyCommon):
    """Presets become drafts of a company, with the company's own tiers."""

    def adopt_scheme(self, code):
        preset = self.env["governance.tier.ruleset"].search(
            [("is_preset", "=", True), ("code", "=", code)]
        )
        return preset.with_user(self.manager)._adopt(self.company).scheme_id

    def adopt(self, code, values=None):
        preset = self.preset(code).with_user(self.manager)
        return preset._adopt(self.company, values)

    def test_tiers_of_the_adopted_scheme(self):
        """The company's tiers with the same codes take the place of the preset's."""
        scheme = self.adopt_scheme("TS-04")
        policy = self.adopt("VC-01")
        self.assertEqual(policy.cadence_ids.tier_ids.scheme_id, scheme)
        for line, preset in zip(
            policy.cadence_ids, self.preset("VC-01").cadence_ids, strict=True
        ):
            self.assertEqual(
                line.tier_ids.mapped("code"), preset.tier_ids.mapped("code")
            )
            self.assertEqual(line.key, preset.key)
        policy.action_publish()
        self.assertEqual(policy.state, "published")
        self.assertEqual(self.policies._get_in_force(self.company), policy)

    def test_scheme_not_adopted_yet(self):
        """It says which scheme is missing; once it is there, nobody has to do more."""
        policy = self.adopt("VC-01")
        self.assertRegex(
            policy.publish_problems, "tiers of “Nine classes” .*Adopt that"
        )
        with self.assertSays("Nine classes", ValidationError):
            policy.action_publish()
        scheme = self.adopt_scheme("TS-04")
        policy.invalidate_recordset()
        self.assertFalse(policy.publish_problems)
        policy.action_publish()
        self.assertEqual(policy.cadence_ids.tier_ids.scheme_id, scheme)

    def test_one_of_two_schemes_is_enough(self):
        """VC-03 names the strategic tier of either scheme of the trade."""
        scheme = self.adopt_scheme("TS-02b")
        policy = self.adopt("VC-03")
        self.assertEqual(policy.cadence_ids.tier_ids.scheme_id, scheme)
        self.assertEqual(policy.cadence_ids.tier_ids.mapped("code"), ["STRATEGIC"])

    def test_tiers_of_another_company_do_not_count(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        ruleset = self.env["governance.tier.ruleset"].search(
            [("is_preset", "=", True), ("code", "=", "TS-04")]
        )
        ruleset._adopt(other)
        self.assertIn("Nine classes", self.adopt("VC-01").publish_problems)

    def test_every_preset_is_published_once_it_is_filled_in(self):
        """With schemes, people and numbers all ten hold side by side."""
        for code in ("TS-01", "TS-04", "TS-07", "TS-16"):
            self.adopt_scheme(code)
        for role in self.env["governance.visit.role"].search([]):
            if role.source == "member":
                self.env["governance.visit.role.member"].create(
                    {"role_id": role.id, "user_id": self.rep.id}
                )
        for code in CADENCES:
            blanks = self.preset(code)._get_blank_values()
            required = [blank["path"] for blank in blanks if blank["required"]]
            with self.subTest(code=code):
                policy = self.adopt(code, dict.fromkeys(required, 2))
                self.assertEqual(policy.action_publish(), True)
                self.assertEqual(policy.state, "published")

    def test_blank_numbers_are_missed(self):
        """VC-05 without its window and VC-06 without its number are not in force."""
        policy = self.adopt("VC-05")
        self.assertIn("“Recent Buyers”", policy.publish_problems)
        with self.assertSays("Recent Buyers", ValidationError):
            policy.action_publish()
        policy = self.adopt("VC-06")
        self.assertRegex(policy.publish_problems, "“How many” of “All customers · ")
        self.assertEqual(policy.cadence_ids.frequency, "to be filled in")
        self.assertIn("to be filled in", policy.cadence_table)
        filled = {"cadence_ids.0.number": 3, "daily_capacity": 5}
        policy.unlink()
        policy = self.adopt("VC-06", filled)
        self.assertEqual(policy.cadence_ids.number, 3)
        self.assertEqual(policy.daily_capacity, 5)
        self.assertFalse(policy.publish_problems)


@tagged("post_install", "-at_install")
class TestVisitsPublish(VisitsPolicyCommon):
    """What a visit policy is refused for, and what is only mentioned."""

    def assertRefused(self, pattern, *lines, **values):
        policy = self.policy(*lines, **values).with_user(self.manager)
        self.assertRegex(policy.publish_problems, pattern)
        with self.assertSays(pattern, ValidationError):
            policy.action_publish()
        self.assertEqual(policy.state, "draft")
        return policy

    def assertFine(self, *lines, **values):
        policy = self.policy(*lines, **values).with_user(self.manager)
        self.assertFalse(policy.publish_problems)
        return policy

    def test_no_line(self):
        self.assertRefused("There is no line")

    def test_numbers(self):
        self.assertRefused("“How many” of .* is still empty", self.line(number=0))
        self.assertRefused("-1 is no number of visits", self.line(number=-1))
        self.assertRefused(
            "-1 is no number", self.line(number=-1, is_case_by_case=True)
        )
        self.assertFine(self.line(number=1))
        # The menu of channels has no numbers.
        self.assertFine(self.line(number=0, is_case_by_case=True))

    def test_weights(self):
        self.assertRefused("the weight is 0", self.line(weight=0))
        self.assertRefused("the weight is -1", self.line(weight=-1))

    def test_caps(self):
        """What is asked for in a month has to count."""
        self.assertRefused(
            "at most 1 are counted, but 2 are asked for",
            self.line(number=2, max_count=1),
        )
        self.assertRefused(
            "at most 3 are counted, but 4",
            self.line(number=1, unit="week", max_count=3),
        )
        self.assertRefused(
            "at most 1 are counted, but 2",
            self.line(mode="every", number=2, unit="week", max_count=1),
        )
        self.assertRefused(
            "-1 are counted", self.line(number=2, unit="year", max_count=-1)
        )
        for values in (
            {"number": 2, "max_count": 2},
            {"number": 2},
            {"number": 2, "unit": "year", "max_count": 1},
            {"mode": "every", "number": 2, "unit": "month", "max_count": 1},
        ):
            self.assertFine(self.line(**values))

    def test_tiers(self):
        self.assertRefused("choose the tiers", self.line(tier_ids=[]))
        self.tier_a.active = False
        self.assertRefused("Tier A is archived", self.line())

    def test_archived_role(self):
        self.role("doctor").active = False
        self.assertRefused("Supervising doctor is archived", self.line(role="doctor"))

    def test_two_lines_for_the_same(self):
        """One active line for each customer and kind of visit at any date."""
        both = self.tier_a | self.tier_b
        self.assertRefused(
            "Two lines are for the same .Tier A, Salesperson of the customer, Door",
            self.line(tier_ids=both.ids),
            self.line(mode="every", number=1, unit="week"),
        )
        self.assertRefused(
            "Two lines are for the same",
            self.line(population="all"),
            self.line(population="all", number=3),
        )
        self.assertFine(
            self.line(),
            self.line(tier_ids=self.tier_b.ids),
            self.line(channel="call"),
            self.line(role="leader"),
            self.line(direction="incoming"),
            self.line(contact_level="4"),
            self.line(population="all"),
            self.line(population="recent_buyer"),
            recent_days=90,
        )

    def test_lines_of_other_policies(self):
        """Other policies in force count, the former version does not."""
        former = self.policy(self.line())
        former.action_publish()
        self.assertRefused(
            "“Test visits” is in force and has a line for the same .Tier A",
            self.line(number=2),
            code="OTHER",
        )
        draft = self.policies.browse(former.action_new_version()["res_id"])
        draft.action_publish()
        self.assertEqual(former.state, "superseded")
        self.assertEqual(draft.cadence_ids.key, former.cadence_ids.key)

    def test_what_nobody_can_hold(self):
        """More than the open days of a period and the capacity of a day allow."""
        month = "cannot be held: the working schedule and the capacity allow 23"
        self.assertRefused(month, self.line(channel="presence", number=24))
        self.assertFine(self.line(channel="presence", number=23))
        self.assertRefused(
            "at least 6 a week. cannot be held: .* allow 5",
            self.line(channel="presence", number=6, unit="week"),
        )
        self.assertRefused(
            "at least 7 a day. cannot be held: .* allow 6",
            self.line(number=7, unit="day"),
        )
        self.assertFine(self.line(number=7, unit="day"), daily_capacity=7)
        # Eight calls take the time of one visit.
        self.assertFine(self.line(channel="call", number=48, unit="day"))
        self.assertRefused("allow 48", self.line(channel="call", number=49, unit="day"))

    def test_schedule_without_hours(self):
        calendar = self.env["resource.calendar"].create(
            {"name": "Nothing", "attendance_ids": [Command.clear()]}
        )
        self.company.governance_calendar_id = calendar
        self.assertRefused("“Nothing” has no working hours", self.line())

    def test_role_without_people(self):
        """It is published, and says whom to name."""
        policy = self.policy(self.line(role="doctor"))
        action = policy.with_user(self.manager).action_publish()
        self.assertEqual(policy.state, "published")
        self.assertIn("Nobody is “Supervising doctor” yet", action["params"]["message"])
        self.appoint("doctor", self.rep)
        self.assertFalse(policy._get_publish_warnings())

    def test_callbacks(self):
        values = {
            "role_id": self.role("owner").id,
            "channel_id": self.channel("call").id,
        }
        for days, pattern in (
            (0, "“Within” of .* is still empty"),
            (-3, "1 day or more"),
        ):
            self.assertRefused(
                pattern, callback_ids=[Command.create({**values, "days": days})]
            )
        self.assertFine(
            callback_ids=[Command.create({**values, "is_on_request": True})]
        )

    def test_for_all_yields_to_tiers(self):
        """VC-06 counts for customers whose tier has no number of its own (B-33)."""
        policy = self.policy(
            self.line(population="all"),
            self.line(number=2),
            self.line(channel="call", tier_ids=self.tier_b.ids),
            self.line(tier_ids=self.tier_c.ids, number=0, is_case_by_case=True),
        )
        policy.action_publish()
        general, *others = policy.cadence_ids
        self.assertEqual(general._get_outranking_tiers(), self.tier_a)
        self.assertFalse(others[0]._get_outranking_tiers())
        lines = self.env["governance.visit.cadence"]._get_in_force(self.company)
        self.assertEqual(lines, policy.cadence_ids[:3])

    def test_settings(self):
        """The strictest of several policies holds; what nobody says is usual."""
        get = self.policies._get_settings
        usual = {"report_days": 2, "plan_days_before": 0, "daily_capacity": 6.0}
        self.assertEqual(get(self.company), usual)
        silent = {"report_days": 0, "daily_capacity": 0}
        self.policy(self.line(), **silent).action_publish()
        self.assertEqual(get(self.company), usual)
        for code, numbers in (("ONE", (3, 2, 8.0)), ("TWO", (5, 1, 4.0))):
            self.policy(
                self.line(channel="call" if code == "ONE" else "greetings"),
                code=code,
                **dict(zip(usual, numbers, strict=True)),
            ).action_publish()
        self.assertEqual(
            get(self.company),
            {"report_days": 3, "plan_days_before": 2, "daily_capacity": 4.0},
        )

    def test_frequencies(self):
        """How often stands there in words."""
        for (mode, number, unit), text in {
            ("at_least", 2, "month"): "at least 2 a month",
            ("at_least", 1, "period445"): "at least 1 in a 4-4-5 period",
            ("every", 1, "half"): "every half-year",
            ("every", 2, "week"): "every 2 weeks",
            ("every", 0, "week"): "to be filled in",
        }.items():
            line = self.policy(self.line(mode=mode, number=number, unit=unit))
            self.assertEqual(line.cadence_ids.frequency, text)

    def test_who_may_change(self):
        """Everybody reads what holds, the governance administrator writes it."""
        policy = self.policy(self.line())
        for login in ("rep", "leader", "executive", "auditor", "employee"):
            own = policy.with_user(self.users[login])
            self.assertTrue(own.cadence_ids.frequency)
            for record in (own, own.cadence_ids, own.cadence_ids.role_id):
                with self.assertRaises(AccessError, msg=login):
                    record.write({"sequence" if record != own else "name": 5})
            with self.assertRaises(AccessError, msg=login):
                own.action_publish()
        policy.with_user(self.manager).action_publish()
        with self.assertSays("has been published"):
            policy.with_user(self.manager).cadence_ids.number = 9
        with self.assertSays("is a preset"):
            self.preset("VC-01").with_user(self.manager).cadence_ids[0].number = 9


@tagged("post_install", "-at_install")
class TestVisitsPolicyScreens(VisitsPolicyCommon):
    """An administrator reads a policy like the table of the written one."""

    def get_table(self, code):
        """Return the rows of the table of a preset, as lists of texts."""
        tables = fromstring(f"<div>{self.preset(code).cadence_table}</div>")
        return [
            [
                " / ".join(
                    " ".join(text.split()) for text in cell.itertext() if text.strip()
                )
                for cell in row.iter("th", "td")
            ]
            for row in tables.iter("tr")
        ]

    def test_nine_classes(self):
        self.assertEqual(
            self.get_table("VC-01"),
            [
                ["Customers", "Who visits", "Door visit", "Telephone call"],
                *(
                    [name, "Salesperson of the customer", visit, call]
                    for name, visit, call in (
                        ("Strategic customer", "every 2 weeks", "–"),
                        ("VIP customer", "every week", "–"),
                        ("Key customer", "every 2 weeks", "–"),
                        ("Honoured guest", "every 2 weeks", "every week"),
                        ("Model customer", "every month", "–"),
                        ("Free customer", "every 2 weeks", "every week"),
                        ("New customer", "every 2 weeks", "–"),
                        ("Dormant customer", "every 2 weeks", "–"),
                        ("Low-value customer", "every month · case by case", "–"),
                    )
                ),
            ],
        )

    def test_roles_and_channels(self):
        self.assertEqual(
            self.get_table("VC-02")[1:],
            [
                [
                    "Key dealer",
                    "Province manager",
                    "every 2 months",
                    "at least 1 a month",
                    "–",
                ],
                [
                    "Key dealer",
                    "Regional manager",
                    "at least 1 a month",
                    "at least 1 a week",
                    "–",
                ],
                [
                    "Key dealer",
                    "Business manager",
                    "at least 2 a month",
                    "at least 1 a day",
                    "at least 10 a month",
                ],
            ],
        )

    def test_levels(self):
        """Two lines of one cell stand below each other, with level and direction."""
        rows = self.get_table("VC-03")
        self.assertEqual(rows[2][:2], ["Strategic customer", "Liaison Leader"])
        self.assertEqual(
            rows[2][2],
            "at least 2 a year · Leader / "
            "as the occasion arises · Leader · The customer visits us",
        )

    def test_callbacks(self):
        rows = self.get_table("VC-04")
        self.assertEqual(
            rows[0][2:],
            ["Customer file opened: Buyers", "Customer file opened: Non-buyers"],
        )
        self.assertEqual(
            rows[1][2:],
            [
                "within 3 days / within 30 days / within 60 days",
                "within 3 days / within 15 days",
            ],
        )
        self.assertEqual(rows[2][3], "on request")

    def test_form_of_a_line(self):
        """A line is entered in the form of its policy, and the table follows."""
        with Form(self.policies.with_user(self.manager)) as form:
            form.name, form.code = "Own", "OWN"
            with form.cadence_ids.new() as line:
                line.tier_ids.add(self.tier_a)
                line.role_id = self.role("owner")
                line.channel_id = self.channel("door_visit")
                line.mode = "every"
                line.number = 2
                line.unit = "week"
                self.assertEqual(line.frequency, "every 2 weeks")
        policy = form.save()
        self.assertIn("Tier A", policy.cadence_table)
        self.assertFalse(policy.publish_problems)
        with Form(policy) as form, form.callback_ids.new() as line:
            line.role_id = self.role("owner")
            line.channel_id = self.channel("call")
            line.days = 3
        self.assertIn("within 3 days", policy.cadence_table)

    def test_names_are_text(self):
        """What somebody called a channel is no markup."""
        self.channel("door_visit").name = "<script>x</script>"
        table = self.preset("VC-01").cadence_table
        self.assertIn("&lt;script&gt;", table)
        self.assertNotIn("<script>", table)

    def test_level_of_contacts(self):
        contact = self.customer("Mr Li", is_company=False)
        with Form(contact.with_user(self.rep)) as form:
            form.governance_contact_level = "3"
        self.assertEqual(contact.governance_contact_level, "3")

    def test_people_of_roles(self):
        role = self.role("doctor").with_user(self.manager)
        self.assertEqual(role.people_summary, "Nobody yet")
        self.appoint("doctor", self.rep)
        role.invalidate_recordset()
        self.assertIn("governance_rep", role.people_summary)

    def test_menus(self):
        """Administrators configure, representatives find the own cadences."""
        menus = self.env["ir.ui.menu"]
        for login, name, expected in (
            ("manager", "governance_visit_policy_menu", True),
            ("manager", "governance_visit_policy_menu_preset", True),
            ("rep", "governance_visit_policy_menu", False),
            ("rep", "governance_visit_exception_menu", True),
            ("employee", "governance_visit_exception_menu", False),
        ):
            menu = self.env.ref(f"crm_governance.{name}")
            visible = menus.with_user(self.users[login]).load_menus(False)
            self.assertEqual(menu.id in visible, expected, (login, name))
