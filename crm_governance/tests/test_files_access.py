# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .files_common import FilesCommon
from .tiers_world import FORGED

MODELS = (
    "governance.file",
    "governance.file.volume",
    "governance.file.document",
    "governance.file.remark",
    "governance.file.seal",
    "governance.file.category",
    "governance.file.quality",
    "governance.document.type",
    "governance.filing.collector",
    "governance.filing.department",
    "governance.filing.transfer",
    "governance.retention.class",
)


@tagged("post_install", "-at_install")
class TestFilesAccess(FilesCommon):
    """Who may do what in the archive (C-03, C-19, E-56)."""

    # ------------------------------------------------------------------
    # PORTAL
    # ------------------------------------------------------------------

    def test_portal_sees_nothing(self):
        """No customer ever sees the file, not the own one either (C-19)."""
        self.portal.partner_id.parent_id = self.open_customer
        self.volume()
        for model in MODELS:
            for operation in ("read", "write", "create", "unlink"):
                self.assertFalse(
                    self.env[model].with_user(self.portal).has_access(operation), model
                )
        names = ("governance_file_id", "governance_file_holder")
        for name in names:
            self.assertRefused(
                self.portal, "res.partner", "read", self.open_customer.ids, [name]
            )
        self.assertRefused(
            self.portal,
            "res.partner",
            "action_governance_file",
            self.open_customer.ids,
        )
        shared = self.env.registry.descendants(["portal.mixin"], "_inherit")
        self.assertFalse(set(MODELS) & shared)

    # ------------------------------------------------------------------
    # EMPLOYEES
    # ------------------------------------------------------------------

    def test_files_of_open_customers_are_read_by_employees(self):
        volume = self.filed_volume()
        for record in (self.file, volume, volume.document_ids):
            self.assertReads(self.employee, record)

    def test_files_of_hidden_customers_are_hidden(self):
        """Everything in the file of a hidden customer hides as well (C-07, E-22)."""
        volume = self.filed_volume(self.secret_file)
        volume.with_user(self.custodian2).write(
            {"remark_ids": [Command.create({"text": "Torn"})]}
        )
        for record in (
            self.secret_file,
            volume,
            volume.document_ids,
            volume.remark_ids,
        ):
            for user in (self.employee, self.custodian, self.cleared1, self.manager):
                self.assertHidden(user, record)
            for user in (self.rep, self.leader, self.cleared2, self.custodian2):
                self.assertReads(user, record)

    def test_forms_tell_nothing_of_hidden_files(self):
        """No form computes what was done with a volume, a file or a hand-over."""
        sealed = self.filed_volume()
        sealed._as_system().is_sealed = True
        hidden = self.filed_volume(self.secret_file)
        shown = self.filed_volume(self.file)
        other = self.env["res.company"].create({"name": "Other"})
        department = self.env["governance.filing.department"].create(
            {"name": "Sales", "code": "SAL"}
        )
        transfer = self.env["governance.filing.transfer"].create(
            {"department_id": department.id, "period_start": "2026-01-01"}
        )
        self.env.flush_all()
        documents = self.env["governance.file.document"].with_user(self.collector)
        volumes = self.env["governance.file.volume"].with_user(self.collector)
        spec = {"processing_text": {}, "department_id": {}, "state": {}, "year": {}}
        said = set()
        attempts = [
            (documents, "volume_id", sealed.id, spec),
            (documents, "volume_id", hidden.id, spec),
            (documents, "volume_id", hidden.id + 999999, spec),
            (documents, "transfer_id", transfer.id, spec),
            (documents, "transfer_id", transfer.id + 999999, spec),
            (documents, "related_id", hidden.document_ids.id, {"filing_year": {}}),
            (documents, "related_id", 999999, {"filing_year": {}}),
            (volumes, "file_id", self.secret_file.id, {"user_id": {}}),
            (volumes, "file_id", self.secret_file.id + 999999, {"user_id": {}}),
            (volumes, "document_ids", [[4, hidden.document_ids.id]], {}),
            (volumes, "document_ids", [[4, 999999]], {}),
        ]
        for form, name, value, asked in attempts:
            with self.subTest(form=form, name=name, value=value):
                with self.assertRaises(AccessError) as caught:
                    form.onchange({name: value}, [name], asked)
                said.add(str(caught.exception))
                form = form.with_context(**{f"default_{name}": value})
                self.assertFalse(form.default_get([name]))
        self.assertEqual(
            {re.sub("^.*: ", "", text) for text in said},
            {"this is gone or not open to you. Choose another one."},
        )
        with self.assertRaises(AccessError):
            documents.with_user(self.employee).with_company(other).onchange(
                {"volume_id": shown.id}, ["volume_id"], spec
            )
        answer = documents.onchange({"volume_id": shown.id}, ["volume_id"], spec)
        self.assertIn("Filed", answer["value"]["processing_text"])

    def test_forms_nest_no_hidden_customer(self):
        """What stands in the lines of a form is a value like any other."""
        partners = self.env["res.partner"].with_user(self.employee)
        for command in (
            [0, "virtual_1", {"parent_id": self.secret.id}],
            {"parent_id": self.secret.id},
        ):
            with self.assertSays("confidential and not open", AccessError):
                partners.onchange(
                    {"child_ids": [command]},
                    ["child_ids"],
                    {"child_ids": {"fields": {"parent_id": {}}}},
                )

    def test_grants_open_files_to_read(self):
        volume = self.filed_volume(self.secret_file)
        self.grant(self.employee, self.secret)
        for record in (self.secret_file, volume, volume.document_ids):
            self.assertReads(self.employee, record)

    def test_a_raised_customer_takes_the_file_along(self):
        volume = self.filed_volume()
        self.assertReads(self.employee, volume.document_ids)
        self.classify(self.open_customer, self.level2)
        for record in (self.file, volume, volume.document_ids):
            self.assertHidden(self.employee, record)

    def test_only_custodians_keep_files(self):
        """Employees, representatives, leaders and administrators change nothing."""
        volume = self.volume()
        values = {"partner_id": self.customer("New").id}
        for user in (self.employee, self.rep, self.leader, self.manager, self.auditor):
            self.assertRefused(user, "governance.file", "create", [values])
            self.assertRefused(
                user, "governance.file", "write", self.file.ids, {"location": "X"}
            )
            self.assertRefused(
                user,
                "governance.file.volume",
                "create",
                [{"name": "V", "file_id": self.file.id}],
            )
            self.assertRefused(
                user, "governance.file.volume", "write", volume.ids, {"name": "X"}
            )
            self.assertRefused(
                user,
                "governance.file.document",
                "unlink",
                volume.document_ids.ids,
            )
            for name in ("action_compose", "action_check", "action_file"):
                self.assertRefused(user, "governance.file.volume", name, volume.ids)
        self.rpc(self.custodian, "governance.file", "create", [values])

    def test_collectors_keep_the_volumes_of_their_department(self):
        """They prepare; composing and filing is for custodians (E-09, E-26, C-03)."""
        [volume_id] = self.rpc(
            self.collector,
            "governance.file.volume",
            "create",
            [
                {
                    "name": "Letters",
                    "file_id": self.file.id,
                    "department_id": self.marketing.id,
                    "year": 2026,
                    "document_ids": [
                        Command.create({"name": "Letter", "date": "2026-01-02"})
                    ],
                }
            ],
        )
        volume = self.env["governance.file.volume"].browse(volume_id)
        self.rpc(
            self.collector,
            "governance.file.document",
            "write",
            volume.document_ids.ids,
            {"pages": 9},
        )
        self.assertEqual(volume.page_count, 9)
        for values in ({"department_id": self.archive.id}, {}):
            self.assertRefused(
                self.collector,
                "governance.file.volume",
                "create",
                [{"name": "V", "file_id": self.file.id, **values}],
            )
        self.assertRefused(
            self.collector, "governance.file.volume", "action_compose", volume.ids
        )
        foreign = self.volume(department_id=self.archive.id)
        self.assertRefused(
            self.collector,
            "governance.file.document",
            "write",
            volume.document_ids.ids,
            {"volume_id": foreign.id},
        )
        self.rpc(
            self.collector,
            "governance.file.document",
            "unlink",
            volume.document_ids.ids,
        )

    def test_ended_collectors_keep_nothing(self):
        """From the day after the last one the rights are gone (E-04)."""
        volume = self.volume()
        self.marketing.collector_ids.date_end = "2020-12-31"
        self.assertRefused(
            self.collector, "governance.file.volume", "write", volume.ids, {"name": "X"}
        )

    def test_plans_are_drawn_up_by_the_department(self):
        """Each department plans its own volumes (E-24)."""
        values = {"name": "Letters", "code": "1", "department_id": self.marketing.id}
        self.rpc(self.collector, "governance.file.category", "create", [values])
        self.assertRefused(
            self.collector,
            "governance.file.category",
            "create",
            [{**values, "department_id": self.archive.id}],
        )
        self.assertRefused(
            self.rep, "governance.file.category", "create", [{**values, "code": "2"}]
        )

    def test_registers_of_seals_and_hand_overs(self):
        """Auditors and those concerned read them."""
        volume = self.filed_volume()
        volume.with_user(self.archivist2).seal("Survey forms")
        transfer = self.env["governance.filing.transfer"].create(
            {"department_id": self.marketing.id, "period_start": "2026-01-01"}
        )
        for user in (self.auditor, self.custodian, self.boss):
            self.assertReads(user, volume.seal_ids)
        for user in (self.auditor, self.custodian, self.collector):
            self.assertReads(user, transfer)
        self.assertHidden(self.rep, transfer)
        for user in (self.rep, self.employee):
            self.assertFalse(volume.seal_ids.with_user(user).has_access("read"))

    def test_contexts_of_clients_open_nothing(self):
        """Whatever a client sends, signatures are given by buttons only."""
        volume = self.volume()
        document = volume.document_ids
        filed = self.filed_volume()
        for user in (self.custodian, self.manager, self.collector):
            for vals in (
                {"state": "filed"},
                {"composer_id": user.id},
                {"is_sealed": False},
                {"number": 7},
                {"level_rank": 0},
                {"classification_rank": 0},
            ):
                self.assertRefused(
                    user, volume._name, "write", volume.ids, vals, context=FORGED
                )
            self.assertRefused(user, volume._name, "unlink", filed.ids, context=FORGED)
            self.assertRefused(
                user,
                document._name,
                "write",
                filed.document_ids.ids,
                {"pages": 1},
                context=FORGED,
            )
            self.assertRefused(
                user,
                document._name,
                "create",
                [{"name": "Late", "volume_id": filed.id}],
                context=FORGED,
            )
        defaults = {
            "default_state": "filed",
            "default_checker_id": self.archivist.id,
            "default_is_sealed": True,
        }
        [made] = self.rpc(
            self.custodian,
            volume._name,
            "create",
            [{"name": "V", "file_id": self.file.id}],
            context=defaults,
        )
        made = volume.browse(made)
        self.assertEqual(
            (made.state, made.checker_id.id, made.is_sealed), ("draft", False, False)
        )

    def test_steps_are_not_for_whom_the_volume_is_hidden(self):
        """A custodian without the clearance does nothing with a hidden volume."""
        volume = self.volume(self.secret_file)
        for name, args in (
            ("action_compose", []),
            ("action_check", []),
            ("action_file", []),
            ("action_return", []),
            ("action_seal", []),
            ("action_unseal", []),
            ("action_sort_documents", []),
            ("action_open_documents", []),
            ("return_to_composer", ["X"]),
            ("seal", ["X"]),
            ("unseal", ["X"]),
        ):
            self.assertRefused(self.custodian, volume._name, name, volume.ids, *args)
        self.assertRefused(
            self.custodian,
            "governance.file.reason",
            "create",
            [{"volume_id": volume.id, "kind": "seal", "reason": "X"}],
        )
        for name in ("action_open_volumes", "action_open_documents"):
            self.assertRefused(
                self.custodian, "governance.file", name, self.secret_file.ids
            )

    def test_dialogs_use_the_rights_of_the_user(self):
        volume = self.volume()
        volume.with_user(self.custodian).action_compose()
        action = volume.with_user(self.archivist).action_return()
        wizard = (
            self.env[action["res_model"]]
            .with_user(self.archivist)
            .with_context(**action["context"])
            .create({"reason": "A page is missing"})
        )
        wizard.action_confirm()
        self.assertEqual(volume.state, "draft")
        with self.assertRaises(AccessError):
            wizard.with_user(self.collector).action_confirm()

    def test_rpc_takes_any_argument(self):
        """Senseless arguments are refused in words, or do nothing."""
        volume = self.volume()
        for reason in (None, False, 0, "", " ", [], {}):
            self.assertRefused(
                self.custodian,
                volume._name,
                "return_to_composer",
                volume.ids,
                reason,
                error=UserError,
            )
        for name in ("action_compose", "action_check", "action_file"):
            self.rpc(self.custodian, volume._name, name, [])

    # ------------------------------------------------------------------
    # COMPANIES
    # ------------------------------------------------------------------

    def test_companies_keep_their_own_files(self):
        """What another company files is not there (design §6)."""
        branch = self.env["res.company"].create({"name": "Branch"})
        keeper = self.env["res.users"].create(
            {
                "name": "Keeper",
                "login": "governance_keeper",
                "company_id": branch.id,
                "company_ids": [Command.set(branch.ids)],
                "group_ids": [
                    Command.link(self.env.ref("crm_governance.group_custodian").id)
                ],
            }
        )
        mine = self.filed_volume()
        transfer = self.env["governance.filing.transfer"].create(
            {"department_id": self.marketing.id, "period_start": "2026-01-01"}
        )
        for record in (
            self.file,
            mine,
            mine.document_ids,
            transfer,
            self.marketing,
            self.marketing.collector_ids,
            self.long_term,
        ):
            self.assertHidden(keeper, record)
        file = (
            self.env["governance.file"]
            .with_user(keeper)
            .create({"partner_id": self.open_customer.id})
        )
        self.assertEqual((file.company_id, file.user_id), (branch, keeper))
        self.assertHidden(self.custodian, file)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.env["governance.file.volume"].create(
                {
                    "name": "V",
                    "file_id": file.id,
                    "department_id": self.marketing.id,
                }
            )
        with self.assertSays("department of its own"), self.env.cr.savepoint():
            self.marketing.company_id = branch
        empty = self.make_file(self.customer("New"))
        with self.assertSays("code of a file"):
            empty.company_id = branch
        self.assertEqual(self.open_customer.governance_file_id, self.file)
        self.assertEqual(
            self.open_customer.with_company(branch).governance_file_id, file
        )

    # ------------------------------------------------------------------
    # CUSTOMERS
    # ------------------------------------------------------------------

    def test_customers_are_no_recipients(self):
        """Who writes on a file is not led to write to the customer (C-19)."""
        self.open_customer.email = "office@open.example"
        volume = self.volume()
        for record in (self.file, volume, self.document(volume)):
            self.assertNotIn(
                self.open_customer.id,
                [
                    one["partner_id"]
                    for one in record._message_get_suggested_recipients()
                ],
                record,
            )
        for model in (*MODELS, "governance.disclosure", "governance.loan.incident"):
            self.assertFalse(self.env[model]._mail_get_partner_fields(), model)

    def test_customer_shows_the_file(self):
        """The customer and its contacts show the file, and who has it."""
        contact = self.env["res.partner"].create(
            {"name": "Anna", "parent_id": self.open_customer.id}
        )
        seen = contact.with_user(self.employee)
        self.assertEqual(seen.governance_file_id, self.file)
        self.assertEqual(seen.governance_file_holder, "In the archive")
        self.file.location = "Room 2"
        seen.invalidate_recordset()
        self.assertEqual(seen.governance_file_holder, "In the archive: Room 2")
        action = seen.action_governance_file()
        self.assertEqual(action["res_id"], self.file.id)
        other = self.customer("New").with_user(self.custodian)
        self.assertFalse(other.governance_file_id)
        action = other.action_governance_file()
        self.assertEqual(action["context"]["default_partner_id"], other.id)

    def test_forms(self):
        """A custodian opens a file and fills a volume as the forms let it."""
        with Form(self.env["governance.file"].with_user(self.custodian)) as form:
            form.partner_id = self.customer("New")
        file = form.record
        self.assertEqual(file.user_id, self.custodian)
        category = self.env["governance.file.category"].create(
            {
                "name": "Contracts",
                "code": "1",
                "year": 2026,
                "department_id": self.marketing.id,
                "retention_class_id": self.short_term.id,
            }
        )
        with Form(self.env["governance.file.volume"].with_user(self.custodian)) as form:
            form.name = "Contracts"
            form.file_id = file
            form.year = 2026
            form.department_id = self.marketing
            form.category_id = category
            with form.document_ids.new() as line:
                line.name = "Contract"
                line.date = "2026-02-03"
        volume = form.record
        self.assertEqual(volume.retention_class_id, self.short_term)
        self.assertEqual(volume.document_count, 1)
        with Form(volume) as form:
            form.department_id = self.archive
            self.assertFalse(form.category_id)
        with Form(volume.document_ids) as form:
            form.pages = 12
        self.assertEqual(volume.page_count, 12)

    def test_chosen_retention_stays(self):
        """The usual retention is proposed, and never replaces what was chosen."""
        categories = self.env["governance.file.category"].create(
            [
                {
                    "name": name,
                    "code": name,
                    "year": 2026,
                    "department_id": self.marketing.id,
                    "retention_class_id": usual.id,
                }
                for name, usual in (
                    ("A", self.short_term),
                    ("B", self.long_term),
                    ("C", self.env["governance.retention.class"]),
                )
            ]
        )
        first, second, blank = categories
        volumes = self.env["governance.file.volume"].with_user(self.custodian)
        with Form(volumes) as form:
            form.name, form.file_id, form.year = "Contracts", self.file, 2026
            form.department_id = self.marketing
            form.category_id = first
            self.assertEqual(form.retention_class_id, self.short_term)
            form.category_id = blank
            self.assertEqual(form.retention_class_id, self.short_term)
            form.category_id = second
            self.assertEqual(form.retention_class_id, self.long_term)
            form.retention_class_id = self.permanent
            form.category_id = first
            self.assertEqual(form.retention_class_id, self.permanent)
            form.retention_class_id = self.short_term
        with Form(form.record) as form:
            form.category_id = second
            self.assertEqual(form.retention_class_id, self.long_term)
            form.retention_class_id = self.permanent
        with Form(form.record) as form:
            form.category_id = first
            self.assertEqual(form.retention_class_id, self.permanent)
        self.assertEqual(form.record.retention_class_id, self.permanent)

    def test_suspended_custodians_do_nothing(self):
        """Suspended people compose, seal and choose nothing, whatever their office."""
        volume = self.volume()
        filed = self.filed_volume()
        self.custodian._with_suspension().governance_suspended = True
        for record, action, arguments in (
            (volume, "action_compose", ()),
            (volume, "action_return", ()),
            (filed, "seal", ("Survey forms",)),
            (filed, "action_propose_destruction", ()),
            (filed.file_id, "action_propose_destruction", ()),
        ):
            with self.subTest(action), self.assertSays("suspended", AccessError):
                getattr(record.with_user(self.custodian), action)(*arguments)
        self.assertEqual(volume.state, "draft")
        self.custodian._with_suspension().governance_suspended = False
        volume.with_user(self.custodian).action_compose()
        self.assertEqual(volume.state, "composed")
