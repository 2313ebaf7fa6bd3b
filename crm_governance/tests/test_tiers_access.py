# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import SUPERUSER_ID
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .tiers_world import FORGED, TiersWorld


@tagged("post_install", "-at_install")
class TestTiersEvidence(TiersWorld):
    """What was decided stays as it is, whoever asks and however."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.override_matrix()
        cls.review = cls.open_review()
        cls.nomination = cls.nominate(cls.rep, cls.review, cls.north).sudo()
        cls.review.action_evaluate()
        cls.lines = cls.review.line_ids
        cls.line(cls.review, cls.north).with_user(cls.committee).decide()
        cls.publish(cls.review)
        cls.closed_override = cls.granted(cls.rep, cls.small, cls.tier_b)
        cls.report = cls.env["governance.exit.report"].create(
            {"partner_id": cls.small.id, "situation": "Little", "evaluation": "None"}
        )
        cls.report._as_system().write({"state": "approved"})
        cls.closed = cls.env["governance.tier.assignment"].search(
            [("partner_id", "=", cls.small.id), ("date_end", "!=", False)]
        )
        cls.admin = cls.env.ref("base.user_admin")
        cls.admin.group_ids += cls.env.ref("crm_governance.group_committee")
        cls.admin.group_ids += cls.env.ref("crm_governance.group_executive")
        cls.env.flush_all()

    def evidence(self):
        """Return what nobody may touch, with a value that would change it."""
        decisions = self.env["governance.decision"].search(
            [("res_model", "=", "governance.tier.review.line")]
        )
        return [
            (self.review, {"name": "Mine"}),
            (self.review, {"state": "committee"}),
            (self.review, {"date_as_of": "2024-12-31"}),
            (self.review, {"partner_ids": [Command.set(self.south.ids)]}),
            (self.review, {"line_ids": [Command.clear()]}),
            (self.lines[0], {"decided_tier_id": self.tier_c.id}),
            (self.lines[0], {"specialist_id": self.rep.id}),
            (self.lines[0], {"metrics": {"turnover": 1}}),
            (self.lines[0], {"state": "pending"}),
            (self.nomination, {"tier_id": self.tier_b.id}),
            (self.nomination, {"reason": "No"}),
            (self.nomination, {"user_id": self.rep2.id}),
            (self.closed_override, {"tier_id": self.tier_a.id}),
            (self.closed_override, {"state": "draft"}),
            (self.closed_override, {"expires_on": "2030-01-01"}),
            (self.closed_override, {"requester_id": self.rep2.id}),
            (self.report, {"proposal": "keep"}),
            (self.report, {"state": "draft"}),
            (self.closed, {"tier_id": self.tier_a.id}),
            (self.closed, {"date_end": False}),
            (self.closed, {"partner_id": self.south.id}),
            (self.open_assignment(self.north), {"tier_id": self.tier_c.id}),
            (self.open_assignment(self.north), {"date_end": "2026-01-09"}),
            (self.open_assignment(self.north), {"date_start": "2000-01-01"}),
            (self.open_assignment(self.north), {"next_review_date": "2030-01-01"}),
            (decisions[0], {"reason": "No"}),
        ]

    def attackers(self):
        return [
            self.env.ref("base.user_root"),
            self.admin,
            self.manager,
            self.rep,
        ]

    def picture(self):
        """Return all evidence as it stands in the database."""
        self.env.flush_all()
        result = {}
        for table in (
            "governance_tier_review",
            "governance_tier_review_line",
            "governance_tier_nomination",
            "governance_tier_override",
            "governance_tier_assignment",
            "governance_exit_report",
            "governance_decision",
        ):
            self.env.cr.execute(
                f"SELECT to_jsonb(t) - 'write_date' - 'write_uid' FROM {table} t"
                " ORDER BY id"
            )
            result[table] = self.env.cr.fetchall()
        return result

    def test_orm_write_unlink_copy(self):
        """Neither rights, nor sudo, nor forged context keys open what is closed."""
        before = self.picture()
        for user in self.attackers():
            # Uninstalling is the superuser's, whom no client can be.
            forged = dict(FORGED)
            if user._is_superuser():
                del forged["_force_unlink"]
            for record, values in self.evidence():
                for context in ({}, forged):
                    for attempt in (
                        record.with_user(user).with_context(**context),
                        record.with_user(user).sudo().with_context(**context),
                    ):
                        name = f"{user.login} {record._name} {values}"
                        with self.assertRaises(UserError, msg=name):
                            with self.env.cr.savepoint():
                                attempt.write(values)
                        for method in ("unlink", "copy"):
                            with self.assertRaises(UserError, msg=f"{name} {method}"):
                                with self.env.cr.savepoint():
                                    getattr(attempt, method)()
        self.env.invalidate_all()
        self.assertEqual(self.picture(), before)

    def test_create(self):
        """Nobody adds evidence by hand, whatever the way."""
        before = self.picture()
        attempts = [
            (
                "governance.tier.assignment",
                {
                    "partner_id": self.south.id,
                    "company_id": self.company.id,
                    "scheme_id": self.scheme.id,
                    "tier_id": self.tier_a.id,
                    "date_start": "2026-01-01",
                    "kind": "review",
                },
            ),
            (
                "governance.tier.review.line",
                {"review_id": self.review.id, "partner_id": self.orphan.id},
            ),
            (
                "governance.tier.review",
                {
                    "name": "Fake",
                    "scheme_id": self.scheme.id,
                    "state": "published",
                },
            ),
            (
                "governance.tier.override",
                {
                    "partner_id": self.south.id,
                    "scheme_id": self.scheme.id,
                    "tier_id": self.tier_a.id,
                    "reason": "I want",
                    "state": "active",
                },
            ),
            (
                "governance.exit.report",
                {
                    "partner_id": self.south.id,
                    "situation": "Little",
                    "evaluation": "None",
                    "state": "approved",
                },
            ),
            (
                "governance.tier.nomination",
                {
                    "review_id": self.review.id,
                    "partner_id": self.south.id,
                    "tier_id": self.tier_a.id,
                    "reason": "Late",
                },
            ),
        ]
        for user in self.attackers():
            for model, values in attempts:
                name = f"{user.login} {model}"
                for context in ({}, FORGED):
                    for env in (
                        self.env[model].with_user(user),
                        self.env[model].with_user(user).sudo(),
                    ):
                        with self.assertRaises(UserError, msg=name):
                            with self.env.cr.savepoint():
                                env.with_context(**context).create(values)
                names = list(values)
                keys = [f"{key}/.id" if key.endswith("_id") else key for key in names]
                result = (
                    self.env[model]
                    .with_user(user)
                    .sudo()
                    .load(keys, [[str(values[key]) for key in names]])
                )
                self.assertFalse(result["ids"], name)
                self.assertTrue(result["messages"], name)
                self.assertRefused(
                    user, model, "web_save", [], values, {}, error=UserError
                )
                if model in (
                    "governance.tier.assignment",
                    "governance.tier.review.line",
                ):
                    self.assertRefused(
                        user, model, "name_create", "Fake", error=UserError
                    )
        self.env.invalidate_all()
        self.assertEqual(self.picture(), before)

    def test_rpc(self):
        """Remote calls of every kind are refused, private ones in particular."""
        before = self.picture()
        records = [record for record, _values in self.evidence()]
        private = [
            ("_as_system", []),
            ("_seal", []),
            ("_write", [{"state": "draft"}]),
            ("_is_system", []),
            ("_assign", []),
            ("_record", [[]]),
            ("_publish", []),
            ("_publish_batch", []),
            ("_apply_silence", []),
            ("_decide_by_silence", ["apply"]),
            ("_start_publication", []),
            ("_expire", []),
            ("_approval_approved", [1]),
            ("_change_assignments", []),
            ("_pull_review_forward", ["2026-01-01"]),
            ("_cron_expire", []),
            ("_cron_open_due", []),
        ]
        for user in (self.admin, self.manager, self.rep):
            for record in records:
                for name, args in private:
                    self.assertRefused(user, record._name, name, record.ids, *args)
            for record, values in self.evidence():
                for context in ({}, FORGED):
                    for method, args in (
                        ("write", [record.ids, values]),
                        ("web_save", [record.ids, values, {}]),
                        ("web_save_multi", [record.ids, [values], {}]),
                        ("unlink", [record.ids]),
                        ("copy", [record.ids]),
                    ):
                        self.assertRefused(
                            user,
                            record._name,
                            method,
                            *args,
                            context=context,
                            error=UserError,
                        )
        self.env.invalidate_all()
        self.assertEqual(self.picture(), before)

    def test_archive_does_nothing(self):
        """Evidence has no archive to disappear in."""
        for record, _values in self.evidence():
            self.assertNotIn("active", record._fields)

    def test_import_over_existing(self):
        """An import that names evidence by its database id is refused."""
        before = self.picture()
        for record, values in self.evidence():
            name, value = next(iter(values.items()))
            if isinstance(value, list | dict):
                continue
            key = f"{name}/.id" if name.endswith("_id") else name
            result = (
                self.env[record._name]
                .with_user(self.admin)
                .load([".id", key], [[str(record.id), str(value)]])
            )
            self.assertFalse(result["ids"], f"{record._name} {values}")
        self.env.invalidate_all()
        self.assertEqual(self.picture(), before)

    def test_no_translated_evidence(self):
        """Translations do not pass through write(), so evidence has none."""
        for model in (
            "governance.tier.review",
            "governance.tier.review.line",
            "governance.tier.nomination",
            "governance.tier.override",
            "governance.tier.assignment",
            "governance.exit.report",
        ):
            fields = self.env[model]._fields.values()
            self.assertFalse([f.name for f in fields if f.store and f.translate], model)

    def test_what_evidence_names_stays(self):
        """Customers, tiers, schemes and rules under evidence are not deleted."""
        before = self.picture()
        for record in (
            self.north,
            self.tier_a,
            self.scheme,
            self.rules,
            self.review,
            self.company,
        ):
            self.assertCannotDelete(record.with_user(SUPERUSER_ID))
        self.env.invalidate_all()
        self.assertEqual(self.picture(), before)

    def test_chatter_stays_open(self):
        """People go on talking about what is closed; that changes nothing."""
        before = self.picture()
        for record in (self.review, self.closed_override):
            record.with_user(self.manager).sudo().message_post(body="Well done")
            self.assertIn("Well done", record.message_ids[0].body)
        self.assertEqual(self.picture(), before)

    def test_nomination_cannot_slip_into_a_closed_review(self):
        """Moving a fresh nomination adds nothing to a review that is over."""
        other = self.open_review(name="Other")
        fresh = self.nominate(self.rep2, other, self.south)
        with self.assertSays("does not take nominations"):
            fresh.review_id = self.review
        with self.assertSays("does not take nominations"):
            self.rpc(
                self.rep2,
                "governance.tier.nomination",
                "write",
                fresh.ids,
                {"review_id": self.review.id},
            )


@tagged("post_install", "-at_install")
class TestTiersForgery(TiersWorld):
    """Guarded values come from the product, never from what a client prepares."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.override_matrix()
        cls.tier_c.requires_exit_report = True
        cls.published_review()
        cls.review = cls.open_review(name="Next")

    def drafts(self):
        """Return what a representative may create: model, values, guarded field."""
        return [
            (
                "governance.exit.report",
                {
                    "partner_id": self.small.id,
                    "situation": "Little",
                    "evaluation": "None",
                },
                {"state": "approved", "user_id": self.rep2.id},
                {"state": "draft", "user_id": self.rep.id},
            ),
            (
                "governance.tier.override",
                {
                    "partner_id": self.small.id,
                    "scheme_id": self.scheme.id,
                    "tier_id": self.tier_a.id,
                    "reason": "I want",
                    "expires_on": "2026-06-30",
                },
                {"state": "active", "requester_id": self.rep2.id},
                {"state": "draft", "requester_id": self.rep.id},
            ),
            (
                "governance.tier.nomination",
                {
                    "review_id": self.review.id,
                    "partner_id": self.small.id,
                    "tier_id": self.tier_a.id,
                    "reason": "They deserve it",
                },
                {"state": "withdrawn", "user_id": self.rep2.id},
                {"state": "submitted", "user_id": self.rep.id},
            ),
        ]

    def check(self, record, wanted):
        for name, value in wanted.items():
            got = record[name]
            got = got.id if hasattr(got, "ids") else got
            self.assertEqual(got, value, f"{record._name}.{name}")

    def test_defaults_in_the_context(self):
        for model, values, forged, wanted in self.drafts():
            context = {f"default_{name}": value for name, value in forged.items()}
            id_ = self.rpc(self.rep, model, "create", [values], context=context)[0]
            self.check(self.env[model].browse(id_), wanted)
            self.check_untouched()

    def test_defaults_of_the_user(self):
        """Everybody may store defaults; they do not reach guarded fields."""
        for model, values, forged, wanted in self.drafts():
            for name, value in forged.items():
                self.rpc(self.rep, "ir.default", "set", model, name, value, True, False)
            id_ = self.rpc(self.rep, model, "create", [values])[0]
            self.check(self.env[model].browse(id_), wanted)
            self.check_untouched()

    def test_defaults_for_everybody(self):
        for model, values, forged, wanted in self.drafts():
            for name, value in forged.items():
                self.env["ir.default"].set(model, name, value)
            id_ = self.rpc(self.rep, model, "create", [values])[0]
            self.check(self.env[model].browse(id_), wanted)

    def test_review_of_the_manager(self):
        forged = {
            "state": "publication",
            "kind": "preview",
            "period_key": "2099",
            "is_parked": True,
            "silence_applied_on": "2026-01-01 00:00:00",
            "ruleset_id": self.rules.id,
        }
        values = {
            "name": "Mine",
            "scheme_id": self.scheme.id,
            "date_as_of": "2025-12-31",
        }
        context = {f"default_{name}": value for name, value in forged.items()}
        model = "governance.tier.review"
        id_ = self.rpc(self.manager, model, "create", [values], context=context)[0]
        wanted = {
            "state": "nomination",
            "kind": "campaign",
            "period_key": False,
            "is_parked": False,
            "silence_applied_on": False,
            "ruleset_id": False,
        }
        self.check(self.env[model].browse(id_), wanted)
        for name, value in forged.items():
            self.rpc(self.manager, "ir.default", "set", model, name, value, True)
        id_ = self.rpc(self.manager, model, "create", [values])[0]
        self.check(self.env[model].browse(id_), wanted)

    def check_untouched(self):
        with self.assertSays("report has to be approved"):
            self.small.with_user(self.rep).action_archive()

    def test_approval_survives_defaults(self):
        """Nobody prepares the steps of an approval as signed already."""
        for name in ("governance.approval.request.step", "governance.approval.request"):
            self.rpc(
                self.rep, "ir.default", "set", name, "state", "approved", True, False
            )
        override = self.override(self.rep, self.small, self.tier_b)
        self.rpc(
            self.rep,
            override._name,
            "action_request_approval",
            override.ids,
            context={"default_state": "approved"},
        )
        request = override.sudo().approval_request_id
        self.assertEqual(request.state, "pending")
        self.assertEqual(request.step_ids.mapped("state"), ["open"])
        self.assertEqual(override.state, "requested")


@tagged("post_install", "-at_install")
class TestTiersRoles(TiersWorld):
    """Who sees and changes what: one row per role, one column per model."""

    # Records about customers: r(ead), w(rite), c(reate), u(nlink).
    CUSTOMER_RIGHTS = {
        "governance.tier.assignment": {
            "rep leader committee executive auditor manager": "r",
        },
        "governance.tier.review.line": {
            "rep executive auditor": "r",
            "leader committee manager": "rw",
        },
        "governance.tier.nomination": {
            "rep leader manager": "rwc",
            "committee executive auditor": "r",
        },
        "governance.tier.override": {
            "rep leader manager": "rwcu",
            "committee executive auditor": "r",
        },
        "governance.exit.report": {
            "rep leader manager": "rwcu",
            "committee executive auditor": "r",
        },
        "governance.agreement": {
            "rep leader": "rwc",
            "manager": "rwcu",
            "committee executive auditor": "r",
        },
        "governance.tier.metric.value": {
            "rep leader": "rwc",
            "manager": "rwcu",
            "committee executive auditor": "r",
        },
        "governance.turnover.history": {
            "rep leader committee executive auditor": "r",
            "manager": "rwcu",
        },
        "governance.programme": {
            "rep leader manager": "rw",
            "committee executive auditor": "r",
        },
    }
    # Policies: everybody who works here reads them.
    POLICIES = (
        "governance.tier.scheme",
        "governance.tier",
        "governance.tier.ruleset",
        "governance.tier.criterion.group",
        "governance.tier.criterion",
        "governance.tier.scorecard.line",
        "governance.tier.scorecard.band",
        "governance.tier.score.threshold",
        "governance.tier.metric",
        "governance.review.calendar",
        "governance.committee",
        "governance.committee.member",
    )
    POLICY_RIGHTS = {
        "rep leader committee executive auditor employee": "r",
        "manager": "rwcu",
    }
    OTHER_RIGHTS = {
        "governance.tier.review": {
            "rep leader committee executive auditor": "r",
            "manager": "rwcu",
        },
        "governance.tier.decide": {"rep leader committee manager": "rwc"},
    }
    OPERATIONS = {"r": "read", "w": "write", "c": "create", "u": "unlink"}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.governance_cutover_date = "2025-01-01"
        cls.trust = cls.manual_metric("trust", unit="points")
        cls.tier_a.has_programme = cls.tier_b.has_programme = True
        cls.published_review()
        cls.review = cls.open_review(name="Next")
        cls.sides = {"north": (cls.north, cls.rep), "south": (cls.south, cls.rep2)}
        cls.records = {model: {} for model in cls.CUSTOMER_RIGHTS}
        for side, (partner, user) in cls.sides.items():
            for model, values in cls.customer_values(partner).items():
                cls.records[model][side] = cls.env[model].with_user(user).create(values)
            cls.records["governance.turnover.history"][side] = cls.history(
                partner, 100, "2024-05-05"
            )
            cls.records["governance.programme"][side] = cls.env[
                "governance.programme"
            ].search([("partner_id", "=", partner.id)])
            cls.records["governance.tier.assignment"][side] = cls.open_assignment(
                partner
            )
        cls.review.action_evaluate()
        for side, (partner, _user) in cls.sides.items():
            cls.records["governance.tier.review.line"][side] = cls.line(
                cls.review, partner
            )
        cls.preview = cls.env["governance.tier.review"].browse(
            cls.rules.action_preview()["domain"][0][2]
        )
        cls.env.flush_all()
        cls.env.invalidate_all()

    @classmethod
    def customer_values(cls, partner):
        """Return what a representative writes about a customer."""
        return {
            "governance.tier.nomination": {
                "review_id": cls.review.id,
                "partner_id": partner.id,
                "tier_id": cls.tier_a.id,
                "reason": "They deserve it",
            },
            "governance.tier.override": {
                "partner_id": partner.id,
                "scheme_id": cls.scheme.id,
                "tier_id": cls.tier_c.id,
                "expires_on": "2026-06-30",
                "reason": "They pay late",
            },
            "governance.exit.report": {
                "partner_id": partner.id,
                "situation": "Little",
                "evaluation": "None",
            },
            "governance.agreement": {
                "name": "Frame",
                "partner_id": partner.id,
                "date_start": "2026-01-01",
            },
            "governance.tier.metric.value": {
                "partner_id": partner.id,
                "metric_id": cls.trust.id,
                "value": 50,
                "justification": "Seen",
            },
        }

    def expected(self, rights):
        """Return ``{login: letters}`` of a row of the matrix, nobody left out."""
        found = {login: "" for login in self.users}
        for logins, letters in rights.items():
            for login in logins.split():
                found[login] = letters
        found["rep2"], found["leader2"] = found["rep"], found["leader"]
        found["committee2"] = found["committee"]
        return found

    def matrix(self):
        policies = dict.fromkeys(self.POLICIES, self.POLICY_RIGHTS)
        return {**self.CUSTOMER_RIGHTS, **self.OTHER_RIGHTS, **policies}

    def test_rights_on_models(self):
        for model, rights in self.matrix().items():
            for login, letters in self.expected(rights).items():
                env = self.env[model].with_user(self.users[login])
                for letter, operation in self.OPERATIONS.items():
                    self.assertEqual(
                        env.has_access(operation),
                        letter in letters,
                        f"{login} {operation} {model}",
                    )
            public = self.env[model].with_user(self.env.ref("base.public_user"))
            for operation in self.OPERATIONS.values():
                self.assertFalse(public.has_access(operation), model)

    def test_every_model_has_its_row(self):
        """A new model of the room has to be added to the matrix."""
        rooms = tuple(
            f"odoo.addons.crm_governance.{part}.tiers" for part in ("models", "wizard")
        )
        concrete = {
            name
            for name, model in self.registry.items()
            if name.startswith("governance.")
            and not model._abstract
            and any(
                base.__module__.startswith(rooms)
                for base in vars(model).get("_base_classes__", ())
            )
        }
        self.assertGreater(len(concrete), 20)
        # The policy room has its own tests.
        self.assertEqual(concrete - {"governance.approval.policy"}, set(self.matrix()))

    def test_records_of_other_teams(self):
        """Own customers, those of the team, or all of them; nothing else leaks."""
        sees = {
            "rep": {"north"},
            "leader": {"north"},
            "rep2": {"south"},
            "leader2": {"south"},
            "committee": {"north", "south"},
            "executive": {"north", "south"},
            "auditor": {"north", "south"},
            "manager": {"north", "south"},
            "employee": set(),
            "portal": set(),
        }
        for model, sides in self.records.items():
            for login, visible in sees.items():
                user = self.users[login]
                for side, record in sides.items():
                    name = f"{login} {model} {side}"
                    self.assertTrue(record, name)
                    if side in visible:
                        self.rpc(user, model, "read", record.ids, ["partner_id"])
                    else:
                        self.assertHidden(user, record, name)
                if not visible:
                    self.assertRefused(user, model, "search", [])
                    continue
                found = self.rpc(
                    user, model, "search_read", [], ["partner_id"], limit=500
                )
                partners = {values["partner_id"][0] for values in found}
                for side, (partner, _owner) in self.sides.items():
                    self.assertEqual(
                        partner.id in partners, side in visible, f"{login} {model}"
                    )
                groups = self.rpc(
                    user, model, "formatted_read_group", [], ["partner_id"], ["__count"]
                )
                self.assertLessEqual(
                    {group["partner_id"][0] for group in groups}, partners
                )

    def assertHidden(self, user, record, name):
        attempts = [
            ("read", [record.ids, ["id"]]),
            ("web_read", [record.ids, {"display_name": {}}]),
            ("export_data", [record.ids, ["id"]]),
            ("write", [record.ids, {}]),
            ("unlink", [record.ids]),
            ("copy", [record.ids]),
        ]
        for method, args in attempts:
            self.assertRefused(user, record._name, method, *args, error=UserError)
        model = self.env[record._name].with_user(user)
        if model.has_access("read"):
            found = self.rpc(user, record._name, "search", [("id", "=", record.id)])
            self.assertFalse(found, name)
            found = self.rpc(user, record._name, "name_search", "Trading")
            self.assertNotIn(record.id, [id_ for id_, _name in found])

    def test_former_leader(self):
        """A representative who changes teams takes the customers along."""
        member = self.team.crm_team_member_ids
        member.active = False
        self.env["crm.team.member"].create(
            {"user_id": self.rep.id, "crm_team_id": self.team2.id}
        )
        for model, sides in self.records.items():
            if model == "governance.tier.review.line":
                # The review was opened while the former team was in charge.
                continue
            self.assertHidden(self.leader, sides["north"], model)
            self.rpc(self.leader2, model, "read", sides["north"].ids, ["partner_id"])

    def test_previews_are_for_those_who_govern(self):
        for login in ("rep", "leader"):
            user = self.users[login]
            found = self.rpc(
                user,
                "governance.tier.review.line",
                "search",
                [("review_id", "=", self.preview.id)],
            )
            self.assertFalse(found, login)
            self.assertRefused(
                user,
                "governance.tier.review.line",
                "read",
                self.preview.line_ids.ids,
                ["proposed_tier_id"],
            )

    def test_auditor_changes_nothing(self):
        for model, sides in self.records.items():
            for record in sides.values():
                for method, args in (
                    ("write", [record.ids, {"partner_id": self.small.id}]),
                    ("unlink", [record.ids]),
                    ("copy", [record.ids]),
                ):
                    self.assertRefused(
                        self.auditor, model, method, *args, error=UserError
                    )
        for model in ("governance.tier.scheme", "governance.tier.ruleset"):
            record = self.env[model].search([], limit=1)
            self.assertRefused(
                self.auditor,
                model,
                "write",
                record.ids,
                {"name": "Mine"},
                error=UserError,
            )
        for partner in self.customers:
            for model, values in self.customer_values(partner).items():
                self.assertRefused(self.auditor, model, "create", [values])

    def test_write_to_open_records(self):
        """What the matrix allows works, on one's own side only."""
        allowed = {
            ("rep", "governance.tier.override"): {"reason": "Because"},
            ("rep", "governance.exit.report"): {"situation": "Less"},
            ("rep", "governance.agreement"): {"note": "Good"},
            ("rep", "governance.tier.metric.value"): {"value": 60},
            ("rep", "governance.programme"): {"plan": "Visit them"},
            ("leader", "governance.tier.review.line"): {"specialist_id": self.rep.id},
        }
        for (login, model), values in allowed.items():
            user, sides = self.users[login], self.records[model]
            self.rpc(user, model, "write", sides["north"].ids, values)
            self.assertRefused(user, model, "write", sides["south"].ids, values)
        line = self.records["governance.tier.review.line"]["north"]
        for login in ("rep", "auditor", "executive"):
            self.assertRefused(
                self.users[login],
                line._name,
                "write",
                line.ids,
                {"specialist_id": self.rep.id},
            )

    def test_foreign_customers(self):
        """Naming a customer that one may not read gives nothing away."""
        self.env["ir.rule"].create(
            {
                "name": "South is secret",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "domain_force": (
                    f"['|', ('id', '!=', {self.south.id}), ('user_id', '=', user.id)]"
                ),
            }
        )
        other = self.open_review(name="Other")
        for model, values in self.customer_values(self.south).items():
            if "review_id" in values:
                values["review_id"] = other.id
            self.assertRefused(self.rep, model, "create", [values])
        for model, values in self.customer_values(self.north).items():
            if "review_id" in values:
                values["review_id"] = other.id
            id_ = self.rpc(self.rep, model, "create", [values])[0]
            self.assertRefused(
                self.rep, model, "write", [id_], {"partner_id": self.south.id}
            )
