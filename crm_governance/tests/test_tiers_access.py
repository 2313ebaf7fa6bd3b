# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import inspect
import json
from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import SUPERUSER_ID, fields
from odoo.exceptions import AccessError, MissingError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger

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

    def test_criterion_of_other_rules(self):
        """A criterion is locked with its own rules, whatever it claims to belong to."""
        rules = self.rules.copy({"code": self.rules.code})
        other = rules.copy()
        criterion = rules.group_ids[0].criterion_ids
        self.rpc(
            self.manager,
            criterion._name,
            "write",
            criterion.ids,
            {"ruleset_id": other.id},
        )
        rules.action_publish()
        self.assertRefused(
            self.manager,
            criterion._name,
            "write",
            criterion.ids,
            {"value": 1},
            error=UserError,
        )
        self.assertEqual(criterion.ruleset_id, rules)

    def test_order_of_the_tiers(self):
        """Rules remember the tiers as they were published, no others."""
        order = self.scheme.tier_ids.ids[::-1]
        with self.assertSays("starts as a draft"):
            self.rules.with_user(self.manager).copy({"tier_order": order})

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
        "governance.tier.pareto": {
            "leader committee executive auditor manager": "r",
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
            f"odoo.addons.crm_governance.{part}.tiers"
            for part in ("models", "report", "wizard")
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
        extended = {
            "governance.adopt",
            "governance.adopt.line",
            "governance.adopt.value",
            "governance.approval.policy",
        }
        self.assertEqual(concrete - extended, set(self.matrix()))

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

    def test_pareto_of_the_team(self):
        partners = {}
        for login in ("leader", "leader2", "auditor"):
            found = self.rpc(
                self.users[login],
                "governance.tier.pareto",
                "search_read",
                [("review_id", "=", self.review.id)],
                ["partner_id"],
            )
            partners[login] = {values["partner_id"][0] for values in found}
        self.assertEqual(partners["leader"], {self.north.id, self.small.id})
        self.assertEqual(partners["leader2"], {self.south.id})
        self.assertEqual(partners["auditor"], set(self.customers.ids))

    def test_printed_list_of_the_own(self):
        """On paper, too, everybody sees the own customers only."""
        review = self.env["governance.tier.review"].search(
            [("state", "=", "published")]
        )
        report = self.env["report.crm_governance.report_tier_list"]
        for login, names in {
            "rep": {"North Trading", "Small Trading"},
            "rep2": {"South Trading"},
            "auditor": set(self.customers.mapped("name")),
        }.items():
            self.env.invalidate_all()
            user = self.users[login]
            values = report.with_user(user)._get_report_values(review.ids)
            rows = [
                row["customer"].name
                for section in values["sections"][review.id]
                for row in section["rows"]
            ]
            self.assertEqual(set(rows), names, login)
            html = (
                self.env["ir.actions.report"]
                .with_user(user)
                ._render_qweb_html("crm_governance.report_tier_list", review.ids)[0]
                .decode()
            )
            for customer in self.customers:
                self.assertEqual(customer.name in html, customer.name in names, login)
        sheet = self.env["report.crm_governance.report_tier_sheet"]
        foreign = self.line(review, self.south)
        self.env.invalidate_all()
        for user in (self.rep, self.employee, self.portal):
            with self.assertRaises(AccessError):
                sheet.with_user(user)._get_report_values(foreign.ids)
        for user in (self.employee, self.portal):
            with self.assertRaises(AccessError):
                report.with_user(user)._get_report_values(review.ids)

    def test_present_tier_of_others(self):
        """A form that is never saved tells nobody the tiers of other axes."""
        other = self.make_scheme("XY", code="OTHER")
        self.make_rules(other)
        self.publish(self.evaluate(other, self.AS_OF))
        expected = self.open_assignment(self.north, other).tier_id
        for login, (partner, tier) in {
            "rep": (self.north, expected),
            "rep2": (self.north, False),
            "leader2": (self.north, False),
        }.items():
            found = self.rpc(
                self.users[login],
                "governance.tier.override",
                "onchange",
                [],
                {"partner_id": partner.id, "scheme_id": other.id},
                ["partner_id", "scheme_id"],
                {"partner_id": {}, "scheme_id": {}, "current_tier_id": {}},
            )["value"]
            self.assertEqual(found.get("current_tier_id", False), tier and tier.id)

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


@tagged("post_install", "-at_install")
class TestTiersSeparation(TiersWorld):
    """Whoever wants something does not decide it, by no detour."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.override_matrix()
        cls.published_review()
        # Everything that an ambitious person could be.
        cls.everything = (
            "group_manager",
            "group_committee",
            "group_executive",
            "group_auditor",
        )

    def promote(self, user, *groups):
        for group in groups or self.everything:
            user.group_ids += self.env.ref(f"crm_governance.{group}")
        user.group_ids += self.env.ref("base.group_system")

    def requested(self, user=None):
        override = self.override(user or self.rep, self.small, self.tier_a)
        override.action_request_approval()
        return override.sudo()

    # ------------------------------------------------------------------
    # OVERRIDES
    # ------------------------------------------------------------------

    def test_own_override(self):
        """With every right there is, one still does not approve one's own."""
        self.promote(self.rep)
        override = self.requested()
        request = override.approval_request_id
        for model, ids, method, args in (
            (request._name, request.ids, "decide", ["approved"]),
            (request._name, request.ids, "action_approve", []),
            (override._name, override.ids, "action_approval_approve", []),
            (request._name, request.ids, "write", [{"state": "approved"}]),
            (request._name, request.ids, "write", [{"requester_id": self.rep2.id}]),
            (override._name, override.ids, "write", [{"state": "active"}]),
            (override._name, override.ids, "write", [{"requester_id": self.rep2.id}]),
            (override._name, override.ids, "write", [{"tier_id": self.tier_b.id}]),
        ):
            self.assertRefused(self.rep, model, method, ids, *args, error=UserError)
        wizard = self.rpc(
            self.rep,
            "governance.decide",
            "create",
            [{"request_id": request.id, "verdict": "approved", "reason": "Fine"}],
        )
        self.assertRefused(
            self.rep, "governance.decide", "action_confirm", wizard, error=UserError
        )
        self.assertEqual(override.state, "requested")
        self.assertEqual(self.small.governance_tier_id, self.tier_c)

    def test_own_override_through_others(self):
        """Neither a colleague who presses the button nor a delegate helps."""
        self.promote(self.rep)
        override = self.override(self.rep, self.small, self.tier_a)
        for user in (self.leader, self.manager, self.env.ref("base.user_admin")):
            with self.assertSays("written by governance_rep"):
                override.with_user(user).action_request_approval()
        request = self.requested().approval_request_id
        # The dialog of an approver is of no use to the requester.
        wizard = (
            self.env["governance.decide"]
            .with_user(self.executive)
            .create({"request_id": request.id, "verdict": "approved"})
        )
        self.assertRefused(
            self.rep, wizard._name, "action_confirm", wizard.ids, error=UserError
        )
        self.assertEqual(request.state, "pending")

    def test_draft_of_others(self):
        """Nobody puts own words into a colleague's draft to sign them later."""
        override = self.override(self.rep, self.small, self.tier_a)
        report = (
            self.env["governance.exit.report"]
            .with_user(self.rep)
            .create(
                {
                    "partner_id": self.small.id,
                    "situation": "Little",
                    "evaluation": "None",
                }
            )
        )
        for user in (self.leader, self.manager):
            for record, values in (
                (override, {"tier_id": self.tier_b.id}),
                (override, {"reason": "Mine"}),
                (report, {"evaluation": "Mine"}),
            ):
                with self.assertSays("written by governance_rep"):
                    record.with_user(user).write(values)
            override.with_user(user).message_post(body="Why so soon?")
        override.reason = "They have grown"
        report.evaluation = "Nothing"

    def test_matrix_that_names_the_requester(self):
        """Publishing a matrix for oneself leads nowhere."""
        self.promote(self.rep)
        matrix = (
            self.env["governance.approval.policy"]
            .with_user(self.rep)
            .create(
                {
                    "name": "Me alone",
                    "code": "ME",
                    "subject": "tier_override",
                    "expiry_value": 1,
                    "step_ids": [
                        Command.create(
                            {
                                "name": "Me",
                                "approver_type": "user",
                                "user_id": self.rep.id,
                            }
                        )
                    ],
                }
            )
        )
        matrix.action_publish()
        with self.assertSays("Nobody could sign"):
            self.override(self.rep, self.small, self.tier_a).action_request_approval()

    def test_override_asked_twice(self):
        override = self.requested()
        with self.assertSays("asked for already"):
            override.with_user(self.rep).action_request_approval()
        second = self.override(self.rep, self.small, self.tier_b)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            second.action_request_approval()
            self.env.flush_all()

    def test_override_is_complete(self):
        for values, words in (
            ({"expires_on": False}, "until when the exception for Small Trading"),
            ({"expires_on": "2026-01-10"}, "not after today"),
            ({"expires_on": "1900-01-01"}, "not after today"),
            ({"reason": "  "}, "Say why"),
            ({"tier_id": self.tier_c.id}, "has the tier Tier C already"),
        ):
            override = self.override(self.rep, self.small, self.tier_a)
            override.write(values)
            with self.assertSays(words):
                override.action_request_approval()
        other = self.make_scheme("XY", code="OTHER")
        with self.assertSays("not a tier of", ValidationError):
            self.override(self.rep, self.small, other.tier_ids[0])
        contact = self.env["res.partner"].create(
            {"name": "Sam", "parent_id": self.small.id}
        )
        with self.assertSays("contact of Small Trading", ValidationError):
            self.override(self.rep, contact, self.tier_a)

    def test_rejected_override(self):
        override = self.requested()
        override.approval_request_id.with_user(self.executive).decide("rejected", "No")
        self.assertEqual(override.state, "refused")
        self.assertEqual(self.small.governance_tier_id, self.tier_c)
        self.assertRefused(
            self.rep, override._name, "write", override.ids, {"reason": "Please"}
        )
        with self.assertSays("asked for already"):
            override.with_user(self.rep).action_request_approval()

    def test_changed_after_asking(self):
        """What changes between asking and signing voids the request."""
        override = self.requested()
        request = override.approval_request_id
        self.env.cr.execute(
            "UPDATE governance_tier_override SET tier_id = %s WHERE id = %s",
            [self.tier_b.id, override.id],
        )
        self.env.invalidate_all()
        request.with_user(self.executive).decide("approved")
        self.assertEqual(request.state, "voided")
        self.assertEqual(override.state, "draft")
        self.assertEqual(self.small.governance_tier_id, self.tier_c)

    # ------------------------------------------------------------------
    # LINES
    # ------------------------------------------------------------------

    def committee_line(self, nominator):
        review = self.open_review(name="Next")
        self.nominate(nominator, review, self.small, self.tier_b)
        review.action_evaluate()
        return self.line(review, self.small)

    def assertCannotDecide(self, user, line, error=UserError):
        for method, args in (
            ("action_confirm", []),
            ("decide", []),
            ("decide", [self.tier_b.id, "Because"]),
        ):
            self.assertRefused(user, line._name, method, line.ids, *args, error=error)
        if self.env["governance.tier.decide"].with_user(user).has_access("create"):
            try:
                wizard = self.rpc(
                    user,
                    "governance.tier.decide",
                    "create",
                    [
                        {
                            "line_ids": [Command.set(line.ids)],
                            "scheme_id": self.scheme.id,
                            "tier_id": self.tier_b.id,
                            "reason": "Because",
                        }
                    ],
                )
            except AccessError:
                wizard = None
            if wizard:
                self.assertRefused(
                    user,
                    "governance.tier.decide",
                    "action_decide",
                    wizard,
                    error=UserError,
                )
        self.assertEqual(line.state, "pending")
        self.assertFalse(line.with_user(user).sudo().can_decide)

    def test_nominator_does_not_decide(self):
        self.promote(self.rep)
        line = self.committee_line(self.rep)
        self.assertCannotDecide(self.rep, line)
        # Withdrawing is too late, and so is a fresh nomination by somebody else.
        nomination = self.env["governance.tier.nomination"].search(
            [("review_id", "=", line.review_id.id)]
        )
        for method, args in (
            ("action_withdraw", []),
            ("write", [{"user_id": self.rep2.id}]),
            ("unlink", []),
        ):
            self.assertRefused(
                self.rep,
                nomination._name,
                method,
                nomination.ids,
                *args,
                error=UserError,
            )
        # The others of the review are another matter.
        other = self.line(line.review_id, self.south)
        self.rpc(self.rep, other._name, "decide", other.ids)
        self.assertEqual(other.decided_by_id, self.rep)
        self.rpc(self.committee, line._name, "decide", line.ids)
        self.assertEqual(line.decided_by_id, self.committee)

    def test_nominator_in_the_name_of_a_colleague(self):
        self.promote(self.rep)
        review = self.open_review(name="Next")
        for context, values in (
            ({}, {"user_id": self.rep2.id}),
            ({"default_user_id": self.rep2.id}, {}),
        ):
            try:
                id_ = self.rpc(
                    self.rep,
                    "governance.tier.nomination",
                    "create",
                    [
                        {
                            "review_id": review.id,
                            "partner_id": self.small.id,
                            "tier_id": self.tier_b.id,
                            "reason": "Because",
                            **values,
                        }
                    ],
                    context=context,
                )[0]
            except AccessError:
                continue
            nomination = self.env["governance.tier.nomination"].browse(id_)
            self.assertEqual(nomination.user_id, self.rep)

    def test_mixed_selection(self):
        """One own customer among many, and nothing at all is decided."""
        self.promote(self.rep)
        line = self.committee_line(self.rep)
        lines = line.review_id.line_ids
        with self.assertSays("You nominated Small Trading"):
            lines.with_user(self.rep).decide()
        self.assertEqual(set(lines.mapped("state")), {"pending"})

    def test_override_requester_does_not_decide(self):
        self.promote(self.rep)
        self.requested()
        review = self.committee_review(name="Next")
        self.assertCannotDecide(self.rep, self.line(review, self.small))

    def test_only_the_committee_decides(self):
        line = self.committee_line(self.rep2)
        for user in (
            self.rep,
            self.leader,
            self.executive,
            self.auditor,
            self.manager,
            self.employee,
            self.portal,
            self.env.ref("base.user_admin"),
        ):
            self.assertCannotDecide(user, line)
        # The superuser sits on no committee either.
        with self.assertRaises(AccessError):
            line.decide()
        self.rpc(self.committee, line._name, "decide", line.ids)
        self.assertEqual(line.state, "decided")

    def test_committee_with_members(self):
        """Once seats are named, the group alone does not decide any more."""
        self.env["governance.committee"].create(
            {
                "name": "Committee",
                "member_ids": [
                    Command.create({"user_id": self.committee.id, "role": "chair"}),
                    Command.create({"user_id": self.executive.id}),
                ],
            }
        )
        line = self.committee_line(self.rep2)
        self.assertCannotDecide(self.committee2, line)
        # A seat without the group does not decide either.
        self.assertCannotDecide(self.executive, line)
        self.rpc(self.committee, line._name, "decide", line.ids)

    def test_committee_only_in_its_stage(self):
        review = self.open_review(name="Next")
        review.action_evaluate()
        lines = review.line_ids
        lines.with_user(self.committee).decide()
        review.action_publish()
        self.assertEqual(review.state, "published")
        for method, args in (("decide", []), ("decide", [self.tier_a.id, "Later"])):
            self.assertRefused(
                self.committee, lines._name, method, lines.ids, *args, error=UserError
            )
        for method in (
            "action_evaluate",
            "action_publish",
            "action_cancel",
            "action_apply_silence",
        ):
            self.assertRefused(
                self.manager, review._name, method, review.ids, error=UserError
            )
        cancelled = self.committee_review(name="Cancelled")
        cancelled.action_cancel()
        self.assertRefused(
            self.committee,
            lines._name,
            "decide",
            cancelled.line_ids.ids,
            error=UserError,
        )

    def test_decision_needs_a_reason(self):
        line = self.committee_line(self.rep2).with_user(self.committee)
        for reason in (None, "", "  \n"):
            with self.assertSays("Say why"):
                line.decide(self.tier_a.id, reason)
        line.decide(self.tier_a.id, "They will grow")
        self.assertEqual(line.movement, "up")
        decision = self.env["governance.decision"].search(
            [("res_model", "=", line._name), ("res_id", "=", line.id)]
        )
        self.assertEqual(
            (decision.event, decision.reason, decision.user_id),
            ("changed", "They will grow", self.committee),
        )

    def test_decided_by_somebody_else(self):
        """Who comes second is told, and changes it only with a reason."""
        line = self.committee_line(self.rep2)
        line.with_user(self.committee).decide()
        with self.assertSays("governance_committee .*has decided meanwhile"):
            line.with_user(self.committee2).decide()
        self.assertEqual(line.decided_by_id, self.committee)
        with self.assertSays("choose a tier and say why"):
            line.with_user(self.committee2).decide(line.proposed_tier_id.id)
        line.with_user(self.committee2).decide(self.tier_a.id, "New facts")
        self.assertEqual(line.decided_by_id, self.committee2)
        decisions = self.env["governance.decision"].search(
            [("res_model", "=", line._name), ("res_id", "=", line.id)]
        )
        self.assertEqual(len(decisions), 2)

    def test_tier_of_the_rules_only(self):
        """Nobody is placed in a tier of another scheme, or one that is gone."""
        line = self.committee_line(self.rep2).with_user(self.committee)
        other = self.make_scheme("XY", code="OTHER")
        with self.assertSays("is not a tier of the scheme"):
            line.decide(other.tier_ids[0].id, "Because")
        late = self.env["governance.tier"].create(
            {"scheme_id": self.scheme.id, "name": "Late", "code": "L", "rank": 9}
        )
        with self.assertSays("not a tier of the rules"):
            line.decide(late.id, "Because")
        with self.assertRaises(MissingError):
            line.decide(999999999, "Because")

    def test_decided_by_leader_or_owner(self):
        for decided_by, right, wrong in (
            ("leader", self.leader, self.rep),
            ("owner", self.rep, self.leader),
        ):
            self.scheme.decided_by = decided_by
            line = self.committee_line(self.rep2)
            for user in (wrong, self.rep2, self.leader2, self.committee, self.manager):
                self.assertCannotDecide(user, line)
            self.rpc(right, line._name, "decide", line.ids)
            self.assertEqual(line.decided_by_id, right)
            line.review_id.action_cancel()

    def test_fallback_reviewer(self):
        """Customers without an active owner are the fallback reviewer's."""
        self.scheme.decided_by = "owner"
        self.scheme.fallback_reviewer_id = self.leader2
        review = self.committee_review(name="Next")
        orphan, small = self.line(review, self.orphan), self.line(review, self.small)
        self.rpc(self.leader2, orphan._name, "decide", orphan.ids)
        self.assertCannotDecide(self.leader2, small)
        # The reviewer leaves in the middle of the review.
        self.rep.active = False
        self.rpc(self.leader2, small._name, "decide", small.ids)
        self.assertEqual(small.decided_by_id, self.leader2)

    def test_fallback_for_a_team_without_leader(self):
        self.scheme.decided_by = "leader"
        self.scheme.fallback_reviewer_id = self.rep2
        review = self.committee_review(name="Next")
        small, orphan = self.line(review, self.small), self.line(review, self.orphan)
        self.rpc(self.rep2, orphan._name, "decide", orphan.ids)
        self.assertCannotDecide(self.rep2, small)
        self.leader.active = False
        self.rpc(self.rep2, small._name, "decide", small.ids)
        self.assertEqual(small.decided_by_id, self.rep2)

    # ------------------------------------------------------------------
    # REVIEWS
    # ------------------------------------------------------------------

    def publication_matrix(self):
        return self.create_matrix(
            [self.group_step("group_executive")],
            subject="tier_publication",
            code="PUB",
        )

    def test_publication_needs_everything_decided(self):
        """The general button for approvals opens no back door to publishing."""
        self.publication_matrix()
        for review in (
            self.open_review(name="Fresh"),
            self.committee_review(name="New"),
        ):
            state = review.state
            self.assertRefused(
                self.manager,
                review._name,
                "action_request_approval",
                review.ids,
                error=UserError,
            )
            self.assertEqual(review.state, state)
            self.assertFalse(review.approval_request_id)
            if review.state == "committee":
                review._decide_by_silence("keep")
                review.with_user(self.manager).action_request_approval()
                self.assertEqual(review.state, "approval")

    def test_publication_is_approved_by_others(self):
        self.publication_matrix()
        self.promote(self.manager)
        review = self.committee_review(name="Next")
        review._decide_by_silence("apply")
        review.with_user(self.manager).action_publish()
        request = review.approval_request_id
        self.assertRefused(
            self.manager,
            request._name,
            "decide",
            request.ids,
            "approved",
            error=UserError,
        )
        line = review.line_ids[0]
        self.assertRefused(
            self.committee, line._name, "decide", line.ids, error=UserError
        )
        request.with_user(self.executive).decide("approved")
        self.assertEqual(review.state, "published")

    def test_rejected_publication_goes_back(self):
        self.publication_matrix()
        review = self.committee_review(name="Next")
        review._decide_by_silence("apply")
        review.with_user(self.manager).action_publish()
        review.approval_request_id.with_user(self.executive).decide("rejected", "No")
        self.assertEqual(review.state, "committee")
        line = self.line(review, self.small)
        line.with_user(self.committee).decide(self.tier_b.id, "As said")
        review.with_user(self.manager).action_publish()
        review.approval_request_id.with_user(self.executive).decide("approved")
        self.assertEqual(self.small.governance_tier_id, self.tier_b)

    def test_breaker_is_the_executives(self):
        review = self.committee_review(name="Next")
        review._as_system().write({"is_parked": True})
        for user in (
            self.manager,
            self.committee,
            self.leader,
            self.rep,
            self.auditor,
            self.employee,
            self.env.ref("base.user_admin"),
        ):
            for method in ("action_release", "action_keep"):
                self.assertRefused(user, review._name, method, review.ids)
        self.rpc(self.executive, review._name, "action_keep", review.ids)
        self.assertFalse(review.is_parked)


@tagged("post_install", "-at_install")
class TestTiersPublicMethods(TiersWorld):
    """Every method that a client may call, by who must and who must not."""

    ROOM = (
        "odoo.addons.crm_governance.models.tiers",
        "odoo.addons.crm_governance.report.tiers",
        "odoo.addons.crm_governance.wizard.tiers",
    )
    # The kernel's mixins bring methods into the models of this room.
    KERNEL = "odoo.addons.crm_governance.models.policy"
    # Overridden methods of the ORM: the matrix and the tests of evidence have them.
    ORM = {"copy", "copy_data", "create", "default_get", "load", "unlink", "write"}
    EVERYBODY = (
        "rep rep2 leader leader2 committee executive auditor manager employee portal"
    )
    # (model, method): who gets the records ready, arguments, who may.
    # Everybody else is refused, and nothing changes.
    CASES = {
        ("governance.agreement", "action_sign"): (
            "draft_agreement",
            [],
            "rep leader manager",
        ),
        ("governance.agreement", "action_end"): (
            "signed_agreement",
            [],
            "rep leader manager",
        ),
        ("governance.exit.report", "action_request_approval"): (
            "draft_report",
            [],
            "rep",
        ),
        ("governance.exit.report", "action_approval_approve"): (
            "requested_report",
            [],
            "executive",
        ),
        ("governance.exit.report", "action_approval_reject"): (
            "requested_report",
            [],
            "executive",
        ),
        ("governance.exit.report", "action_approval_withdraw"): (
            "requested_report",
            [],
            "rep",
        ),
        ("governance.exit.report", "action_open_approval_requests"): (
            "requested_report",
            [],
            "rep leader committee executive auditor manager",
        ),
        ("governance.tier.override", "action_request_approval"): (
            "draft_override",
            [],
            "rep",
        ),
        ("governance.tier.override", "action_approval_approve"): (
            "requested_override",
            [],
            "executive",
        ),
        ("governance.tier.override", "action_approval_reject"): (
            "requested_override",
            [],
            "executive",
        ),
        ("governance.tier.override", "action_approval_withdraw"): (
            "requested_override",
            [],
            "rep",
        ),
        ("governance.tier.override", "action_open_approval_requests"): (
            "requested_override",
            [],
            "rep leader committee executive auditor manager",
        ),
        ("governance.programme", "action_maintain"): (
            "programme",
            [],
            "rep leader manager",
        ),
        ("governance.tier", "action_view_customers"): (
            "tiers",
            [],
            "rep rep2 leader leader2 committee executive auditor manager employee",
        ),
        ("governance.tier.nomination", "action_withdraw"): ("nomination", [], "rep"),
        ("governance.tier.review", "action_evaluate"): ("fresh_review", [], "manager"),
        ("governance.tier.review", "action_cancel"): ("fresh_review", [], "manager"),
        ("governance.tier.review", "action_retry"): ("failed_review", [], "manager"),
        ("governance.tier.review", "action_publish"): (
            "decided_review",
            [],
            "manager",
        ),
        ("governance.tier.review", "action_request_approval"): (
            "decided_review",
            [],
            "manager",
        ),
        ("governance.tier.review", "action_apply_silence"): (
            "late_review",
            [],
            "manager",
        ),
        ("governance.tier.review", "action_keep"): ("parked_review", [], "executive"),
        ("governance.tier.review", "action_release"): (
            "parked_review",
            [],
            "executive",
        ),
        ("governance.tier.review", "action_approval_approve"): (
            "submitted_review",
            [],
            "executive",
        ),
        ("governance.tier.review", "action_approval_reject"): (
            "submitted_review",
            [],
            "executive",
        ),
        ("governance.tier.review", "action_approval_withdraw"): (
            "submitted_review",
            [],
            "manager",
        ),
        **{
            ("governance.tier.review", method): (
                "late_review",
                [],
                "rep rep2 leader leader2 committee executive auditor manager",
            )
            for method in (
                "action_open_approval_requests",
                "action_print_list",
                "action_verify",
                "action_view_lines",
                "action_view_nominations",
            )
        },
        ("governance.tier.review.line", "action_change"): (
            "undecided_line",
            [],
            "rep leader committee executive auditor manager",
        ),
        ("governance.tier.review.line", "action_print_sheet"): (
            "undecided_line",
            [],
            "rep leader committee executive auditor manager",
        ),
        ("governance.tier.review.line", "action_confirm"): (
            "undecided_line",
            [],
            "committee",
        ),
        ("governance.tier.review.line", "decide"): (
            "undecided_line",
            [],
            "committee",
        ),
        ("governance.tier.decide", "action_decide"): (
            "decide_dialog",
            [],
            "committee",
        ),
        ("governance.tier.scheme", "action_set_governing"): (
            "schemes",
            [],
            "manager",
        ),
        ("governance.tier.scheme", "action_view_reviews"): (
            "schemes",
            [],
            "rep rep2 leader leader2 committee executive auditor manager employee",
        ),
        ("governance.tier.ruleset", "action_publish"): ("draft_rules", [], "manager"),
        ("governance.tier.ruleset", "action_preview"): ("draft_rules", [], "manager"),
        ("governance.tier.ruleset", "action_new_version"): (
            "published_rules",
            [],
            "manager",
        ),
        ("governance.tier.ruleset", "action_set_governing"): (
            "published_rules",
            [],
            "manager",
        ),
        ("governance.review.calendar", "action_publish"): (
            "draft_calendar",
            [],
            "manager",
        ),
        ("governance.review.calendar", "action_new_version"): (
            "published_calendar",
            [],
            "manager",
        ),
        **{
            (model, method): (
                prepare,
                [],
                "rep rep2 leader leader2 committee executive auditor manager employee",
            )
            for model, prepare in (
                ("governance.tier.ruleset", "published_rules"),
                ("governance.review.calendar", "published_calendar"),
            )
            for method in ("action_adopt", "action_open_versions")
        },
        ("res.partner", "action_governance_tier_history"): (
            "partner",
            [],
            "rep rep2 leader leader2 committee executive auditor manager",
        ),
        ("res.partner", "action_governance_view_overrides"): (
            "partner",
            [],
            "rep rep2 leader leader2 committee executive auditor manager",
        ),
        ("res.partner", "action_governance_override"): (
            "partner",
            [],
            "rep rep2 leader leader2 manager",
        ),
        ("res.partner", "action_governance_exit_report"): (
            "partner",
            [],
            "rep rep2 leader leader2 manager",
        ),
        ("res.partner", "action_governance_nominate"): (
            "partner_to_nominate",
            [],
            "rep rep2 leader leader2 manager",
        ),
        ("res.partner", "action_governance_view_referrals"): (
            "partner",
            [],
            "rep rep2 leader leader2",
        ),
        ("res.partner", "action_governance_review_now"): ("partner", [], "rep leader"),
    }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.override_matrix()
        executive = [cls.group_step("group_executive")]
        cls.create_matrix(executive, subject="exit_report", code="EXIT")
        cls.tier_a.has_programme = True
        cls.published_review()
        cls.scheme.silence_policy = "apply"
        cls.env.flush_all()

    # ------------------------------------------------------------------
    # RECORDS THAT ARE READY FOR THE CALL
    # ------------------------------------------------------------------

    def draft_agreement(self, user):
        return (
            self.env["governance.agreement"]
            .with_user(self.rep)
            .create(
                {
                    "name": "Frame",
                    "partner_id": self.north.id,
                    "date_start": "2026-01-01",
                }
            )
        )

    def signed_agreement(self, user):
        agreement = self.draft_agreement(user)
        agreement.action_sign()
        return agreement

    def draft_report(self, user):
        return (
            self.env["governance.exit.report"]
            .with_user(self.rep)
            .create(
                {
                    "partner_id": self.north.id,
                    "situation": "Little",
                    "evaluation": "None",
                }
            )
        )

    def requested_report(self, user):
        report = self.draft_report(user)
        report.action_request_approval()
        return report

    def draft_override(self, user):
        return self.override(self.rep, self.north, self.tier_b)

    def requested_override(self, user):
        override = self.draft_override(user)
        override.action_request_approval()
        return override

    def programme(self, user):
        return self.env["governance.programme"].search(
            [("partner_id", "=", self.north.id)]
        )

    def tiers(self, user):
        return self.tier_a

    def nomination(self, user):
        return self.nominate(self.rep, self.fresh_review(user), self.north)

    def fresh_review(self, user):
        return self.open_review(name="Next")

    def failed_review(self, user):
        review = self.fresh_review(user)
        review._as_system().write({"last_error": "Broken"})
        return review

    def late_review(self, user):
        return self.committee_review(name="Next", committee_deadline="2026-01-09")

    def decided_review(self, user):
        review = self.late_review(user)
        review._decide_by_silence("apply")
        return review

    def submitted_review(self, user):
        self.create_matrix(
            [self.group_step("group_executive")],
            subject="tier_publication",
            code="PUB",
        )
        review = self.decided_review(user)
        review.with_user(self.manager).action_publish()
        return review

    def parked_review(self, user):
        review = self.late_review(user)
        review._as_system().write({"is_parked": True})
        return review

    def undecided_line(self, user):
        return self.line(self.late_review(user), self.north)

    def decide_dialog(self, user):
        values = {
            "line_ids": [Command.set(self.undecided_line(user).ids)],
            "scheme_id": self.scheme.id,
            "tier_id": self.tier_b.id,
            "reason": "Because",
        }
        # Whoever may not even open the dialog is given somebody else's.
        owner = user
        if not self.env["governance.tier.decide"].with_user(user).has_access("create"):
            owner = self.committee
        try:
            with self.env.cr.savepoint():
                return (
                    self.env["governance.tier.decide"].with_user(owner).create(values)
                )
        except AccessError:
            return (
                self.env["governance.tier.decide"]
                .with_user(self.committee)
                .create(values)
            )

    def schemes(self, user):
        return self.scheme

    def draft_rules(self, user):
        return self.rules.copy({"code": self.rules.code})

    def published_rules(self, user):
        return self.rules

    def draft_calendar(self, user):
        return self.env["governance.review.calendar"].create(
            {"name": "Yearly", "code": "YEAR", "open_days_before": 20}
        )

    def published_calendar(self, user):
        calendar = self.draft_calendar(user)
        calendar.action_publish()
        return calendar

    def partner(self, user):
        return self.north

    def partner_to_nominate(self, user):
        self.fresh_review(user)
        return self.north

    # ------------------------------------------------------------------
    # THE WALK
    # ------------------------------------------------------------------

    def public_methods(self):
        """Return ``{(model, method)}`` of all that this room offers to clients."""
        found = set()
        for name, model in self.registry.items():
            if name.startswith("report.") or model._abstract:
                continue
            modules = {
                base.__module__ for base in vars(model).get("_base_classes__", ())
            }
            if not any(module.startswith(self.ROOM) for module in modules):
                continue
            if name in ("governance.approval.policy", "res.config.settings"):
                continue
            for cls in model.__mro__:
                if not cls.__module__.startswith((*self.ROOM, self.KERNEL)):
                    continue
                found |= {
                    (name, method)
                    for method, value in vars(cls).items()
                    if inspect.isfunction(value)
                    and not method.startswith("_")
                    and method not in self.ORM
                    and not getattr(value, "_api_private", False)
                }
        return found

    def test_nothing_is_left_out(self):
        """A new public method has to be added to the table above."""
        self.assertEqual(self.public_methods(), set(self.CASES))

    def picture(self):
        """Return what a refused call must not have touched."""
        self.env.flush_all()
        result = []
        for table in (
            "governance_agreement",
            "governance_approval_request",
            "governance_decision",
            "governance_exit_report",
            "governance_programme",
            "governance_review_calendar",
            "governance_tier_assignment",
            "governance_tier_nomination",
            "governance_tier_override",
            "governance_tier_review",
            "governance_tier_review_line",
            "governance_tier_ruleset",
            "governance_tier_scheme",
        ):
            self.env.cr.execute(
                f"SELECT to_jsonb(t) - 'write_date' - 'write_uid' FROM {table} t"
                " ORDER BY id"
            )
            result.append(self.env.cr.fetchall())
        return result

    def check_case(self, model, method):
        prepare, args, allowed = self.CASES[model, method]
        for login in self.EVERYBODY.split():
            user = self.users[login]
            with self.subTest(model=model, method=method, user=login), self.undone():
                records = getattr(self, prepare)(user).sudo()
                self.assertEqual(records._name, model)
                self.assertTrue(records)
                before = self.picture()
                if login in allowed.split():
                    self.rpc(user, model, method, records.ids, *args)
                    continue
                self.assertRefused(
                    user, model, method, records.ids, *args, error=UserError
                )
                self.assertEqual(self.picture(), before)

    def test_reviews(self):
        self.check_models("governance.tier.review")

    def test_lines_and_dialog(self):
        self.check_models("governance.tier.review.line", "governance.tier.decide")

    def test_overrides_and_reports(self):
        self.check_models("governance.tier.override", "governance.exit.report")

    def test_everything_else(self):
        done = (
            "governance.tier.review",
            "governance.tier.review.line",
            "governance.tier.decide",
            "governance.tier.override",
            "governance.exit.report",
        )
        self.check_models(*({model for model, _method in self.CASES} - set(done)))

    def check_models(self, *models):
        for model, method in self.CASES:
            if model in models:
                self.check_case(model, method)

    def test_records_that_do_not_exist(self):
        """Ids that nobody has end in a message, not in a traceback."""
        for model, method in self.CASES:
            args = self.CASES[model, method][1]
            for login in ("rep", "manager", "committee", "executive", "portal"):
                with self.subTest(model=model, method=method, user=login):
                    self.assertRefused(
                        self.users[login],
                        model,
                        method,
                        [999999999],
                        *args,
                        error=UserError,
                    )

    def test_nothing_selected(self):
        """Without any record a call does nothing, or says that it needs one."""
        before = self.picture()
        for model, method in self.CASES:
            args = self.CASES[model, method][1]
            for login in ("rep", "manager"):
                with self.subTest(model=model, method=method, user=login):
                    try:
                        with self.env.cr.savepoint():
                            self.rpc(self.users[login], model, method, [], *args)
                    except (UserError, ValueError):
                        self.env.invalidate_all()
        self.assertEqual(self.picture(), before)


@tagged("post_install", "-at_install")
class TestTiersHttp(TiersWorld, HttpCase):
    """The same over the wire: the web client's calls and the external API."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.override_matrix()
        cls.review = cls.published_review()
        cls.open = cls.committee_review(name="Next")
        cls.request = cls.override(cls.rep, cls.small, cls.tier_a)
        cls.request.action_request_approval()
        cls.request = cls.request.sudo()
        for login in ("rep", "committee", "executive", "auditor", "portal", "employee"):
            cls.users[login].password = "a-long-password"
        cls.env.flush_all()

    def login(self, user):
        self.authenticate(user.login, "a-long-password")

    def call(self, model, method, *args, context=None, **kwargs):
        return self.make_jsonrpc_request(
            "/web/dataset/call_kw",
            {
                "model": model,
                "method": method,
                "args": list(args),
                "kwargs": {**kwargs, "context": context or {}},
            },
        )

    def assertRefusedOverTheWire(self, model, method, *args, **kwargs):
        with mute_logger("odoo.http"), self.assertRaises(JsonRpcException, msg=method):
            self.call(model, method, *args, **kwargs)

    def test_representative(self):
        self.login(self.rep)
        line = self.env["governance.tier.review.line"]
        found = self.call(line._name, "search_read", [], ["partner_id"])
        self.assertEqual(
            {row["partner_id"][0] for row in found}, {self.north.id, self.small.id}
        )
        foreign = self.line(self.open, self.south)
        own = self.line(self.open, self.small)
        for context in ({}, FORGED):
            for model, method, args in (
                (line._name, "read", [foreign.ids, ["metrics"]]),
                (line._name, "web_read", [foreign.ids, {"explanation": {}}]),
                (line._name, "decide", [own.ids]),
                (line._name, "decide", [own.ids, self.tier_a.id, "I want"]),
                (line._name, "write", [own.ids, {"decided_tier_id": self.tier_a.id}]),
                (line._name, "web_save", [own.ids, {"specialist_id": 1}, {}]),
                (line._name, "_as_system", [own.ids]),
                ("governance.tier.review", "write", [self.review.ids, {"name": "X"}]),
                ("governance.tier.review", "unlink", [self.review.ids]),
                ("governance.tier.review", "action_publish", [self.open.ids]),
                ("governance.tier.review", "_publish", [self.open.ids]),
                ("governance.tier.assignment", "create", [[{}]]),
                ("governance.tier.assignment", "unlink", [self.closed().ids]),
                ("governance.tier.scheme", "write", [self.scheme.ids, {"name": "X"}]),
                (
                    "governance.approval.request",
                    "decide",
                    [self.request.approval_request_id.ids, "approved"],
                ),
                (
                    self.request._name,
                    "write",
                    [self.request.ids, {"state": "active"}],
                ),
                (
                    "res.partner",
                    "write",
                    [self.small.ids, {"governance_tier_id": self.tier_a.id}],
                ),
            ):
                self.assertRefusedOverTheWire(model, method, *args, context=context)
        self.env.invalidate_all()
        self.assertEqual(set(self.open.line_ids.mapped("state")), {"pending"})
        self.assertEqual(self.small.governance_tier_id, self.tier_c)
        self.assertEqual(self.request.state, "requested")

    def closed(self):
        return self.open_assignment(self.small)

    def test_committee_and_executive(self):
        """Who has the right does the work over the same wire."""
        self.login(self.committee)
        line = self.line(self.open, self.south)
        self.assertTrue(self.call(line._name, "decide", line.ids, context=FORGED))
        self.assertRefusedOverTheWire(
            line._name, "write", line.ids, {"decided_tier_id": self.tier_a.id}
        )
        self.login(self.executive)
        request = self.request.approval_request_id
        self.assertTrue(
            self.call(request._name, "decide", request.ids, "approved", "Agreed")
        )
        self.env.invalidate_all()
        self.assertEqual(line.decided_by_id, self.committee)
        self.assertEqual(self.small.governance_tier_id, self.tier_a)

    def test_auditor(self):
        self.login(self.auditor)
        found = self.call("governance.tier.review.line", "search_count", [])
        self.assertEqual(found, 8)
        for model, method, args in (
            ("governance.tier.review", "write", [self.open.ids, {"name": "X"}]),
            (
                "governance.tier.review.line",
                "write",
                [self.open.line_ids.ids, {"specialist_id": 1}],
            ),
            ("governance.tier.review.line", "decide", [self.open.line_ids.ids]),
            ("governance.tier.review", "action_cancel", [self.open.ids]),
        ):
            self.assertRefusedOverTheWire(model, method, *args)

    def test_outsiders(self):
        """An employee without a role, a portal user and the public get nothing."""
        models = [
            name
            for name, model in self.registry.items()
            if name.startswith("governance.")
            and not model._abstract
            and not model._transient
        ]
        customers = [
            "governance.tier.assignment",
            "governance.tier.review",
            "governance.tier.review.line",
            "governance.tier.nomination",
            "governance.tier.override",
            "governance.exit.report",
            "governance.programme",
            "governance.tier.pareto",
            "governance.turnover.history",
            "governance.tier.metric.value",
            "governance.agreement",
        ]
        for user, hidden in ((self.employee, customers), (self.portal, models)):
            self.login(user)
            for model in hidden:
                for method, args in (
                    ("search_read", [[], ["id"]]),
                    ("web_search_read", [[], {"display_name": {}}]),
                    ("name_search", ["North"]),
                    ("formatted_read_group", [[], [], ["__count"]]),
                    ("create", [[{}]]),
                ):
                    self.assertRefusedOverTheWire(model, method, *args)
        self.authenticate(None, None)
        with mute_logger("odoo.http"), self.assertRaises(JsonRpcException):
            self.call("governance.tier.review", "search_read", [], ["name"])

    def test_printed_lists(self):
        """The paper's address obeys the same rules as the screen."""
        url = f"/report/html/crm_governance.report_tier_list/{self.review.id}"
        foreign = self.line(self.review, self.south)
        sheet = f"/report/html/crm_governance.report_tier_sheet/{foreign.id}"
        self.login(self.rep)
        page = self.url_open(url)
        self.assertIn("North Trading", page.text)
        self.assertNotIn("South Trading", page.text)
        with mute_logger("odoo.http", "odoo.addons.web.controllers.report"):
            self.assertNotIn("South Trading", self.url_open(sheet).text)
            for user in (self.employee, self.portal):
                self.login(user)
                for address in (url, sheet):
                    answer = self.url_open(address)
                    self.assertNotIn("Trading", answer.text)
                    self.assertGreaterEqual(answer.status_code, 400)

    def api_call(self, key, model, method, **values):
        return self.url_open(
            f"/json/2/{model}/{method}",
            data=json.dumps(values),
            headers={
                "Authorization": f"bearer {key}",
                "Content-Type": "application/json",
                "X-Odoo-Database": self.env.cr.dbname,
            },
        )

    def api_key(self, user):
        keys = self.env["res.users.apikeys"].with_user(user).sudo()
        return keys._generate(
            "rpc", "Test", fields.Datetime.now() + timedelta(days=900)
        )

    def test_external_api(self):
        rep, committee = self.api_key(self.rep), self.api_key(self.committee)
        portal = self.api_key(self.portal)
        self.env.flush_all()
        line = self.line(self.open, self.small)
        model = line._name
        answer = self.api_call(rep, model, "search_read", domain=[], fields=["id"])
        self.assertEqual(answer.status_code, 200, answer.text)
        self.assertEqual(len(answer.json()), 4)
        with mute_logger("odoo.http"):
            for key, name, method, values in (
                (rep, model, "decide", {"ids": line.ids}),
                (rep, model, "write", {"ids": line.ids, "vals": {"state": "decided"}}),
                (rep, model, "_as_system", {"ids": line.ids}),
                (rep, model, "unlink", {"ids": line.ids, "context": FORGED}),
                (
                    rep,
                    "res.partner",
                    "write",
                    {
                        "ids": self.small.ids,
                        "vals": {"governance_tier_id": self.tier_a.id},
                        "context": FORGED,
                    },
                ),
                (
                    rep,
                    "governance.approval.request",
                    "decide",
                    {
                        "ids": self.request.approval_request_id.ids,
                        "verdict": "approved",
                        "context": FORGED,
                    },
                ),
                (portal, model, "search_read", {"domain": []}),
                (portal, "governance.tier.scheme", "search_read", {"domain": []}),
                ("nonsense", model, "search_read", {"domain": []}),
            ):
                answer = self.api_call(key, name, method, **values)
                self.assertGreaterEqual(answer.status_code, 400, f"{name} {method}")
                self.assertLess(answer.status_code, 500, answer.text)
        self.env.invalidate_all()
        self.assertEqual(line.state, "pending")
        answer = self.api_call(committee, model, "decide", ids=line.ids)
        self.assertEqual(answer.status_code, 200, answer.text)
        self.env.invalidate_all()
        self.assertEqual(line.decided_by_id, self.committee)
