# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command, Domain
from odoo.tests import tagged
from odoo.tools import mute_logger

from .files_common import FilesCommon


@tagged("post_install", "-at_install")
class TestFilesCore(FilesCommon):
    """Files, volumes and documents, from their opening to the archive."""

    def by(self, user, record):
        return record.with_user(user)

    # ------------------------------------------------------------------
    # FILES AND CODES
    # ------------------------------------------------------------------

    def test_codes_run_per_company(self):
        """Each company counts its files from one (E-35)."""
        other = self.env["res.company"].create({"name": "Branch"})
        codes = []
        for number in range(2):
            customer = self.customer(f"Customer {number}")
            file = self.env["governance.file"].create(
                {"partner_id": customer.id, "company_id": other.id, "user_id": False}
            )
            codes.append(file.name)
        self.assertEqual(codes, ["F00001", "F00002"])
        sequence = self.company._get_governance_file_sequence()
        expected = sequence.number_next_actual
        third = self.make_file(self.customer("Third"))
        self.assertEqual(third.name, f"F{expected:05d}")

    def test_numbering_may_be_changed(self):
        """A numbering without gaps, with its own prefix, is used as it is."""
        sequence = self.company._get_governance_file_sequence()
        sequence.write({"implementation": "no_gap", "prefix": "KH-"})
        first, second = self.env["governance.file"]._get_next_codes(self.company, 2)
        self.assertTrue(first.startswith("KH-"))
        self.assertEqual(int(second[3:]), int(first[3:]) + 1)

    def test_one_open_file_per_customer(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            with self.env.cr.savepoint():
                self.make_file(self.open_customer)

    def test_file_of_a_contact_is_refused(self):
        contact = self.env["res.partner"].create(
            {"name": "Anna", "parent_id": self.open_customer.id}
        )
        with self.assertSays("Open the file of Open Trading", ValidationError):
            self.make_file(contact)

    def test_custodian_has_the_role(self):
        with self.assertSays("no data custodian", ValidationError):
            self.make_file(self.customer("New"), self.rep)

    def test_code_belongs_to_the_machine(self):
        with self.assertRaises(AccessError):
            self.by(self.custodian, self.file).name = "F99999"

    def test_customer_stays_once_there_are_volumes(self):
        file = self.by(self.custodian, self.file)
        file.partner_id = self.customer("First")
        self.volume()
        with self.assertSays("volumes in this file"):
            file.partner_id = self.customer("Second")

    def test_display_name(self):
        name = self.by(self.rep, self.file).display_name
        self.assertEqual(name, f"{self.file.name} Open Trading")
        hidden = self.by(self.employee, self.secret_file).sudo()
        self.assertEqual(hidden.display_name, "Confidential")

    # ------------------------------------------------------------------
    # AUTOMATIC OPENING
    # ------------------------------------------------------------------

    def make_tiers(self, **values):
        scheme = self.env["governance.tier.scheme"].create(
            {
                "name": "Scheme",
                "code": "FILES",
                "tier_ids": [
                    Command.create({"name": "A", "code": "A", "rank": 1, **values}),
                    Command.create({"name": "B", "code": "B", "rank": 2}),
                ],
            }
        )
        return scheme, scheme.tier_ids[0], scheme.tier_ids[1]

    def assign(self, scheme, tier, partners):
        self.env["governance.tier.assignment"]._seal().create(
            [
                {
                    "partner_id": partner.id,
                    "company_id": self.company.id,
                    "scheme_id": scheme.id,
                    "tier_id": tier.id,
                    "date_start": date(2026, 1, 1),
                    "kind": "review",
                }
                for partner in partners
            ]
        )
        self.env.flush_all()
        self.env["governance.tier.assignment"]._write_partners(scheme, partners.ids)

    def test_tier_opens_files(self):
        """Customers of the tier get a file, once, and the departments hear it."""
        scheme, tier_a, tier_b = self.make_tiers(opens_file=True)
        first, second, third = (self.customer(f"C{n}") for n in range(3))
        self.assign(scheme, tier_a, first | second | self.open_customer | self.secret)
        self.assign(scheme, tier_b, third)
        files = self.env["governance.file"].search(
            [("partner_id", "in", (first | second | third).ids)]
        )
        self.assertEqual(files.partner_id, first | second)
        self.assertEqual(len(set(files.mapped("name"))), 2)
        self.assertEqual(files.mapped("state"), ["open", "open"])
        self.assertEqual(self.open_customer.governance_file_id, self.file)
        before = self.env["governance.file"].search_count([])
        self.env["governance.tier.assignment"]._write_partners(scheme, first.ids)
        self.assertEqual(self.env["governance.file"].search_count([]), before)
        note = self.env["mail.message"].search(
            [("notified_partner_ids", "=", self.collector.partner_id.id)], limit=1
        )
        self.assertIn("2 customers", note.body)
        self.assertNotIn("C1", note.body)

    def test_automatic_files_are_as_confidential_as_their_customers(self):
        scheme, tier_a, _tier_b = self.make_tiers(opens_file=True)
        hidden = self.customer("Hidden Works", self.rep)
        self.classify(hidden, self.level2)
        self.assign(scheme, tier_a, hidden)
        file = self.env["governance.file"].search([("partner_id", "=", hidden.id)])
        self.assertReads(self.cleared2, file)
        self.assertReads(self.rep, file)
        self.assertHidden(self.employee, file)
        self.assertHidden(self.custodian, file)

    def test_archive_looks_after_automatic_files(self):
        self.archive.collector_ids = [
            Command.create({"user_id": self.archivist.id, "date_start": "2020-01-01"})
        ]
        scheme, tier_a, _tier_b = self.make_tiers(opens_file=True)
        customer = self.customer("New")
        self.assign(scheme, tier_a, customer)
        file = self.env["governance.file"].search([("partner_id", "=", customer.id)])
        self.assertEqual(file.user_id, self.archivist)

    def test_opening_by_hand_tells_the_departments(self):
        """The related departments are told, without the name (E-36)."""
        customer = self.customer("Named Trading")
        file = (
            self.env["governance.file"]
            .with_user(self.custodian)
            .create({"partner_id": customer.id})
        )
        self.assertEqual(file.user_id, self.custodian)
        note = self.env["mail.message"].search(
            [("notified_partner_ids", "=", self.collector.partner_id.id)], limit=1
        )
        self.assertIn(file.name, note.body)
        self.assertNotIn("Named", note.body)

    # ------------------------------------------------------------------
    # VOLUMES
    # ------------------------------------------------------------------

    def test_volume_codes(self):
        """File, year, department and running number; a move numbers anew (E-02)."""
        first, second = self.volume(), self.volume()
        base = f"{self.file.name}-2026-MKT"
        self.assertEqual([first.code, second.code], [f"{base}-01", f"{base}-02"])
        self.assertEqual(first.barcode, first.code)
        other = self.volume(year=2025)
        self.assertEqual(other.code, f"{self.file.name}-2025-MKT-01")
        first.with_user(self.custodian).department_id = self.archive
        self.assertEqual(first.number, 1)
        self.assertIn(f"-{self.archive.code}-01", first.code)
        self.assertEqual(first.barcode, first.code)
        second.with_user(self.custodian).write({"department_id": self.marketing.id})
        self.assertEqual(second.code, f"{base}-02")

    def test_own_barcode_stays(self):
        volume = self.volume(barcode="4711")
        volume.with_user(self.custodian).department_id = self.archive
        self.assertEqual(volume.barcode, "4711")

    def test_barcodes_of_filed_volumes(self):
        """Custodians alone change them, and none is the code of another volume."""
        volume, other = self.filed_volume(), self.volume()
        with self.assertSays("data custodian", AccessError):
            self.by(self.collector, volume).barcode = "4711"
        self.by(self.custodian, volume).barcode = "4711"
        with self.assertSays("has this barcode already", ValidationError):
            self.by(self.collector, other).barcode = volume.code

    def test_department_code_fits_barcodes(self):
        with self.assertSays("letters from A to Z", ValidationError):
            self.env["governance.filing.department"].create(
                {"name": "Sales", "code": "销售"}
            )

    def test_composed_by_one_checked_by_another(self):
        """Two people sign, in this order, and then nothing changes (E-26, E-33)."""
        volume = self.volume()
        with self.assertRaises(UserError):
            self.by(self.custodian, volume).action_check()
        self.by(self.custodian, volume).action_compose()
        self.assertEqual(
            (volume.state, volume.composer_id), ("composed", self.custodian)
        )
        with self.assertSays("Somebody else checks"):
            self.by(self.custodian, volume).action_check()
        self.assertEqual(volume.state, "composed")
        with self.assertRaises(UserError):
            self.by(self.archivist, volume).action_file()
        self.by(self.archivist, volume).action_check()
        self.assertEqual((volume.state, volume.checker_id), ("checked", self.archivist))
        self.by(self.custodian, volume).action_file()
        self.assertEqual((volume.state, volume.filed_by_id), ("filed", self.custodian))
        self.assertTrue(volume.composed_on and volume.checked_on and volume.filed_on)

    def test_signatures_belong_to_the_machine(self):
        volume = self.by(self.custodian, self.volume())
        for vals in (
            {"state": "filed"},
            {"composer_id": self.archivist.id},
            {"is_sealed": True},
            {"code": "X"},
            {"retention_until": "2020-01-01"},
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                volume.write(vals)
        with self.assertRaises(AccessError):
            self.env["governance.file.volume"].with_user(self.custodian).create(
                {"name": "V", "file_id": self.file.id, "state": "filed"}
            )

    def test_incomplete_volumes_are_not_composed(self):
        """All that is missing is said at once (E-25, E-27, E-28, E-32)."""
        self.env["governance.file.category"].create(
            {
                "name": "Contracts",
                "code": "1",
                "year": 2026,
                "department_id": self.marketing.id,
            }
        )
        volume = self.volume(document_ids=[], quality_ids=[], retention_class_id=False)
        with self.assertSays("Confirm its quality") as caught:
            self.by(self.custodian, volume).action_compose()
        for words in (
            "retention class",
            "documents, item by item",
            "entry in the class",
        ):
            self.assertIn(words, str(caught.exception))
        volume = self.volume(department_id=False)
        with self.assertSays("which department"):
            self.by(self.custodian, volume).action_compose()

    def test_electronic_volumes_have_files(self):
        volume = self.volume(medium="electronic")
        with self.assertSays("no file attached"):
            self.by(self.custodian, volume).action_compose()
        file = self.attach(volume.document_ids)
        volume.document_ids.invalidate_recordset()
        self.by(self.custodian, volume).action_compose()
        self.assertEqual(volume.state, "composed")
        for values in (
            {"raw": b"Another clause"},
            {"type": "url", "url": "https://example.com"},
            {"name": "other.txt"},
            {"res_id": self.volume().document_ids.id},
        ):
            with self.subTest(values), self.assertSays("stay as they are", AccessError):
                file.write(values)

    def test_nothing_is_added_to_what_is_composed(self):
        """Neither with values nor with defaults of the context (E-33, E-56)."""
        volume = self.volume(medium="electronic")
        document = volume.document_ids
        self.attach(document)
        place = {"res_model": document._name, "res_id": document.id}
        defaults = {f"default_{name}": value for name, value in place.items()}
        file = {"name": "later.txt", "raw": "Later"}
        tries = ((place, {}), ({}, defaults), ({"res_id": document.id}, defaults))
        for values, context in tries:
            self.rpc(
                self.custodian,
                "ir.attachment",
                "create",
                {**file, **values},
                context=context,
            )
        count = len(self.files_of(document))
        self.assertEqual(count, 4)
        document.invalidate_recordset()
        self.by(self.custodian, volume).action_compose()
        for state in ("composed", "filed"):
            volume._as_system().write({"state": state})
            for values, context in tries:
                with self.subTest(state, values=values):
                    self.assertRefused(
                        self.custodian,
                        "ir.attachment",
                        "create",
                        {**file, **values},
                        context=context,
                    )
        self.assertEqual(len(self.files_of(document)), count)

    def files_of(self, document):
        return self.env["ir.attachment"].search(
            [("res_model", "=", document._name), ("res_id", "=", document.id)]
        )

    def attach(self, document, text="Kingfisher clause", user=None):
        return (
            self.env["ir.attachment"]
            .with_user(user or self.env.user)
            .create(
                {
                    "name": "contract.txt",
                    "raw": text.encode(),
                    "mimetype": "text/plain",
                    "res_model": document._name,
                    "res_id": document.id,
                }
            )
        )

    def test_company_documents_go_to_the_archive(self):
        """What the company has issued is kept centrally (E-06)."""
        rules = {"type_id": self.type("rules")}
        volume = self.volume()
        self.document(volume, name="Rules of filing", **rules)
        with self.assertSays("“Rules of filing” was issued by the company"):
            self.by(self.custodian, volume).action_compose()
        central = self.volume(department_id=self.archive.id)
        self.document(central, **rules)
        self.by(self.custodian, central).action_compose()
        self.assertEqual(central.state, "composed")

    def test_back_to_the_composer(self):
        """The checker gives a volume back with a signed remark (E-33)."""
        volume = self.volume()
        self.by(self.custodian, volume).action_compose()
        with self.assertSays("Say why"):
            self.by(self.archivist, volume).return_to_composer("  ")
        self.by(self.archivist, volume).return_to_composer("A page is missing")
        self.assertEqual((volume.state, volume.composer_id.id), ("draft", False))
        remark = volume.remark_ids
        self.assertEqual(
            (remark.text, remark.user_id), ("A page is missing", self.archivist)
        )
        filed = self.filed_volume()
        with self.assertRaises(UserError):
            self.by(self.custodian, filed).return_to_composer("Too late")

    def test_remarks_stay(self):
        """Later problems are noted, signed and dated, on filed volumes (E-33)."""
        volume = self.filed_volume()
        mine = self.by(self.custodian, volume)
        mine.write({"remark_ids": [Command.create({"text": "Page 3 is torn"})]})
        remark = volume.remark_ids
        self.assertEqual(remark.user_id, self.custodian)
        self.assertTrue(remark.date)
        for change in (
            lambda: self.by(self.custodian, remark).write({"text": "Fine"}),
            lambda: self.by(self.custodian, remark).unlink(),
            lambda: remark.unlink(),
            lambda: remark.write({"text": "Fine"}),
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                change()
        with self.assertRaises(AccessError):
            self.env["governance.file.remark"].with_user(self.custodian).create(
                {"volume_id": volume.id, "text": "X", "user_id": self.archivist.id}
            )

    def test_filed_volumes_stay(self):
        """Nothing of a filed volume changes but where it stands (E-56)."""
        volume = self.filed_volume()
        document = volume.document_ids
        mine = self.by(self.custodian, volume)
        mine.write({"location": "Room 2"})
        for change in (
            lambda: mine.write({"name": "Other"}),
            lambda: mine.write({"retention_class_id": self.short_term.id}),
            lambda: mine.write({"year": 2025}),
            lambda: self.by(self.custodian, document).write({"pages": 5}),
            lambda: self.by(self.custodian, document).unlink(),
            lambda: self.by(self.custodian, document).write(
                {"volume_id": self.volume().id}
            ),
            lambda: self.document(volume),
            lambda: document.copy(),
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                change()
        self.assertEqual((volume.location, document.pages), ("Room 2", 4))

    def test_nothing_is_deleted(self):
        """Files and volumes never, documents of drafts only (E-56)."""
        volume, filed = self.volume(), self.filed_volume()
        extra = self.document(volume)
        for record in (self.file, volume, filed, filed.document_ids):
            for user in (self.env.user, self.custodian, self.manager):
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    record.with_user(user).unlink()
        self.by(self.custodian, extra).unlink()
        self.assertFalse(extra.exists())

    def test_attached_files_of_composed_volumes_stay(self):
        """Electronic documents are neither replaced nor deleted (E-56)."""
        volume = self.volume()
        document = volume.document_ids
        attachment = self.attach(document, user=self.custodian)
        self.by(self.custodian, volume).action_compose()
        attachment = attachment.sudo()
        draft = self.volume().document_ids
        for change in (
            lambda: attachment.write({"raw": b"Forged"}),
            lambda: attachment.write({"res_id": draft.id}),
            lambda: attachment.unlink(),
            lambda: self.attach(document),
            lambda: self.attach(draft).write({"res_id": document.id}),
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                change()
        self.assertEqual(attachment.raw, b"Kingfisher clause")
        self.attach(draft).unlink()

    def test_counts(self):
        """Kinds, copies and pages are complete (E-28)."""
        volume = self.volume()
        self.document(volume, pages=3, copies=2)
        self.assertEqual(
            (volume.document_count, volume.copy_count, volume.page_count), (2, 3, 7)
        )
        for name in ("kinds", "copies", "pages"):
            with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
                with self.env.cr.savepoint():
                    self.document(volume, **{name: 0})

    # ------------------------------------------------------------------
    # YEARS
    # ------------------------------------------------------------------

    def type(self, name):
        return self.env.ref(f"crm_governance.governance_document_type_{name}").id

    def test_years_are_not_mixed(self):
        volume = self.volume()
        with self.assertSays("filed under 2025", ValidationError):
            self.document(volume, date="2025-12-31")
        document = self.document(volume)
        with self.assertSays("filed under 2025", ValidationError):
            document.date = "2025-12-31"
        with self.assertSays("filed under 2026", ValidationError):
            volume.year = 2025

    def test_filing_year_of_each_rule(self):
        """Documents of several years have one year under which they stand (E-30)."""
        cases = [
            # type, date, covers from, covers until, filed under
            ("contract", "2026-05-01", "2024-01-01", "2030-12-31", 2026),
            ("plan", "2025-12-20", "2026-01-01", "2030-12-31", 2026),
            ("plan", "2026-01-20", False, False, 2026),
            ("summary", "2027-01-20", "2024-01-01", "2026-12-31", 2026),
            ("summary", "2026-12-30", False, False, 2026),
            ("meeting", "2027-01-03", "2026-12-30", "2027-01-02", 2026),
            ("request", "2026-11-01", False, False, 2026),
        ]
        volume = self.volume()
        for kind, day, start, end, year in cases:
            with self.subTest(kind=kind, day=day):
                document = self.document(
                    volume,
                    type_id=self.type(kind),
                    date=day,
                    date_start=start,
                    date_end=end,
                )
                self.assertEqual(document.filing_year, year)

    def test_request_goes_with_its_reply(self):
        """A request across years is filed with its reply; alone, with itself."""
        old, new = self.volume(year=2025), self.volume(year=2026)
        request = self.document(
            old, name="Request", type_id=self.type("request"), date="2025-12-20"
        )
        self.assertEqual(request.filing_year, 2025)
        reply = self.document(
            new, name="Reply", type_id=self.type("request"), date="2026-01-10"
        )
        with self.assertSays("a volume of 2026", ValidationError):
            with self.env.cr.savepoint():
                request.write({"related_id": reply.id, "relation": "request"})
        self.by(self.custodian, request).write(
            {"related_id": reply.id, "relation": "request", "volume_id": new.id}
        )
        self.assertEqual((request.filing_year, request.volume_id), (2026, new))

    def test_changed_rules_leave_composed_volumes(self):
        volume = self.volume(
            document_ids=[
                Command.create(
                    {
                        "name": "Plan",
                        "type_id": self.type("plan"),
                        "date": "2025-12-20",
                        "date_start": "2026-01-01",
                    }
                )
            ]
        )
        self.by(self.custodian, volume).action_compose()
        self.env["governance.document.type"].browse(
            self.type("plan")
        ).year_rule = "date"
        self.assertEqual(volume.document_ids.filing_year, 2026)

    # ------------------------------------------------------------------
    # WHAT BELONGS TOGETHER
    # ------------------------------------------------------------------

    def test_related_documents_stay_together(self):
        """A move takes what belongs to a document along (E-28)."""
        here, there = self.volume(), self.volume()
        main = self.document(here, name="Main")
        part = self.document(
            here, name="Part", related_id=main.id, relation="attachment"
        )
        self.by(self.custodian, main).volume_id = there
        self.assertEqual(part.volume_id, there)
        with self.assertSays("one volume", ValidationError):
            self.by(self.custodian, part).volume_id = here

    def test_relations_have_one_leader(self):
        volume = self.volume()
        main = self.document(volume, name="Main")
        part = self.document(volume, related_id=main.id, relation="attachment")
        with self.assertSays("leading document", ValidationError):
            self.document(volume, related_id=part.id, relation="attachment")
        with self.assertSays("leading document", ValidationError):
            with self.env.cr.savepoint():
                main.write(
                    {"related_id": volume.document_ids[0].id, "relation": "draft"}
                )
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            with self.env.cr.savepoint():
                self.document(volume, related_id=main.id)

    def test_order_of_documents(self):
        """Draft, final text; reply, request; attachment; the rest as is (E-31)."""
        volume = self.volume(document_ids=[])
        names = [
            ("Attachment", 10, "attachment"),
            ("Request", 20, "request"),
            ("Main", 30, None),
            ("Draft", 40, "draft"),
            ("Other", 5, None),
        ]
        made = {
            name: self.document(volume, name=name, sequence=place)
            for name, place, _relation in names
        }
        for name, _place, relation in names:
            if relation:
                made[name].write({"related_id": made["Main"].id, "relation": relation})
        self.by(self.collector, volume).action_sort_documents()
        volume.invalidate_recordset()
        self.assertEqual(
            volume.document_ids.mapped("name"),
            ["Other", "Draft", "Main", "Request", "Attachment"],
        )

    # ------------------------------------------------------------------
    # LEVELS
    # ------------------------------------------------------------------

    def test_one_level_in_a_volume(self):
        """More secret documents get their own volume; ordinary ones may follow."""
        volume = self.volume()
        with self.assertSays("more than its volume", ValidationError):
            self.document(volume, level_id=self.level2.id)
        secret = self.volume(level_id=self.level2.id)
        self.document(secret, level_id=self.level2.id)
        with self.assertSays("less secret than its volume", ValidationError):
            self.document(secret, level_id=self.level0.id)
        follower = self.document(secret, level_id=self.level0.id, is_following=True)
        self.assertHidden(self.employee, follower)
        self.assertReads(self.cleared2, follower)
        with self.assertSays("more than its volume", ValidationError):
            secret.level_id = self.level1

    def test_volume_above_its_customer(self):
        """The higher of both levels decides (E-29)."""
        volume = self.filed_volume(level_id=self.level1.id)
        document = volume.document_ids
        for record in (volume, document):
            self.assertReads(self.cleared1, record)
            self.assertHidden(self.employee, record)
            self.assertHidden(self.custodian, record)
            # Who owns an open customer has no right to what is secret about it.
            self.assertHidden(self.rep, record)
        lower = self.volume(self.secret_file, level_id=self.level1.id)
        self.assertHidden(self.cleared1, lower)
        for user in (self.cleared2, self.rep):
            self.assertReads(user, lower)

    def test_levels_of_composed_volumes_are_raised_only(self):
        volume = self.filed_volume(level_id=self.level1.id)
        mine = self.by(self.custodian2, volume)
        with self.assertSays("raised, not lowered"):
            mine.level_id = self.level0
        with self.assertSays("raised, not lowered"):
            mine.level_id = False
        mine.level_id = self.level2
        self.assertHidden(self.cleared1, volume.document_ids)

    def test_levels_of_drafts_are_lowered_by_custodians(self):
        """A collector raises a draft and opens it to nobody (E-29)."""
        self.collector.group_ids += self.env.ref("crm_governance.group_clearance_2")
        volume = self.volume()
        mine = self.by(self.collector, volume)
        mine.level_id = self.level2
        for level in (self.level1, self.level0, False):
            with self.assertSays("Ask a data custodian"):
                mine.write({"level_id": level and level.id})
        self.by(self.archivist2, volume).level_id = self.level1
        self.assertEqual(volume.level_rank, self.level1.rank)

    def test_followers_who_lose_access_go(self):
        """Raised and sealed volumes write to nobody who does not read them."""
        volume = self.filed_volume()
        people = self.employee | self.cleared2 | self.custodian
        for record in (volume, volume.document_ids):
            record.message_subscribe(people.partner_id.ids)
        self.by(self.custodian2, volume).level_id = self.level1
        for record in (volume, volume.document_ids):
            left = record.message_follower_ids.partner_id & people.partner_id
            self.assertEqual(left, self.cleared2.partner_id)
        other = self.filed_volume()
        other.message_subscribe(people.partner_id.ids)
        self.by(self.archivist2, other).seal("Survey forms")
        left = other.message_follower_ids.partner_id & people.partner_id
        self.assertEqual(left, self.custodian.partner_id)

    def test_nobody_classifies_above_the_own_clearance(self):
        volume = self.volume()
        with self.assertSays("above your clearance", ValidationError):
            self.by(self.custodian, volume).level_id = self.level1

    def test_documents_do_not_slip_out(self):
        """Who only collects moves nothing to where more people read it."""
        self.collector.group_ids += self.env.ref("crm_governance.group_clearance_2")
        secret, plain = self.volume(level_id=self.level2.id), self.volume()
        document = self.document(secret)
        with self.assertSays("less confidential volume"):
            self.by(self.collector, document).volume_id = plain
        with self.assertSays("data custodian", AccessError):
            self.by(self.collector, self.volume(self.secret_file)).file_id = self.file

    # ------------------------------------------------------------------
    # SEALS
    # ------------------------------------------------------------------

    def seal_matrix(self):
        return self.create_matrix(
            [self.group_step("group_executive")], subject="file_unseal", code="SEAL"
        )

    def test_sealed_volumes_are_for_their_custodian(self):
        """A seal hides from everybody else, whatever the clearance (E-58, C-16)."""
        volume = self.filed_volume(composer=self.custodian, checker=self.archivist)
        self.by(self.archivist, volume).seal("Survey forms")
        self.assertTrue(volume.is_sealed)
        self.by(self.custodian, volume).write(
            {"remark_ids": [Command.create({"text": "Sealed in bag 3"})]}
        )
        for record in (volume, volume.document_ids, volume.remark_ids):
            self.assertReads(self.custodian, record)
            for user in (
                self.employee,
                self.rep,
                self.cleared2,
                self.archivist2,
                self.boss,
            ):
                self.assertHidden(user, record)
        self.assertEqual(self.by(self.boss, volume).sudo().display_name, "Confidential")
        self.assertEqual(volume.seal_ids.mapped("kind"), ["seal"])
        with self.assertRaises(AccessError):
            self.by(self.boss, volume).read(["name"])

    def test_seals_hold_without_levels(self):
        """Where no level is in force a seal hides as well."""
        volume = self.filed_volume()
        self.by(self.archivist2, volume).seal("Survey forms")
        confidentiality = type(self.env["governance.confidentiality"])
        with patch.object(confidentiality, "_is_anything_closed", lambda self: False):
            self.assertHidden(self.employee, volume)
            self.assertReads(self.custodian, volume)

    def test_loans_open_sealed_volumes_to_read(self):
        """What the hook of loans names is read, and not changed."""
        volume = self.filed_volume()
        self.by(self.archivist2, volume).seal("Survey forms")
        mixin = type(self.env["governance.file.volume"])
        opened = Domain("id", "=", volume.id)
        with patch.object(mixin, "_get_sealed_reader_domain", lambda self: opened):
            self.assertReads(self.rep, volume)
            allowed = self.by(self.archivist2, volume)._filter_by_clearance("write")
            self.assertFalse(allowed)

    def test_opening_a_seal_is_approved(self):
        """The custodian asks with a reason, an executive approves (C-16)."""
        self.seal_matrix()
        volume = self.filed_volume()
        self.by(self.archivist2, volume).seal("Survey forms")
        with self.assertRaises(AccessError):
            self.by(self.archivist2, volume).unseal("I want to")
        with self.assertSays("Say why"):
            self.by(self.custodian, volume).unseal("")
        seal = self.by(self.custodian, volume).unseal("The study is over")
        self.assertTrue(volume.is_sealed)
        with self.assertSays("waits for a decision"):
            self.by(self.custodian, volume).unseal("Once more")
        mine = self.by(self.custodian, volume)
        self.assertTrue(mine.is_unsealing)
        request = seal.sudo().approval_request_id
        self.assertTrue(self.by(self.boss, request).can_decide)
        self.assertReads(self.boss, seal)
        self.by(self.boss, request).decide("approved", "Agreed")
        self.assertFalse(volume.is_sealed)
        self.assertEqual(seal.state, "done")
        self.assertReads(self.rep, volume)

    def test_refused_opening_leaves_the_seal(self):
        self.seal_matrix()
        volume = self.filed_volume()
        self.by(self.archivist2, volume).seal("Survey forms")
        seal = self.by(self.custodian, volume).unseal("Curious")
        self.by(self.boss, seal.sudo().approval_request_id).decide("rejected", "No")
        self.assertTrue(volume.is_sealed)
        self.assertEqual(seal.sudo().state, "refused")
        self.assertFalse(volume.is_unsealing)

    def test_only_filed_volumes_are_sealed(self):
        with self.assertRaises(UserError):
            self.by(self.custodian, self.volume()).seal("Early")
        volume = self.filed_volume()
        with self.assertRaises(AccessError):
            self.by(self.collector, volume).seal("Mine")
        with self.assertRaises(AccessError):
            self.env["governance.file.seal"].with_user(self.custodian).create(
                {"volume_id": volume.id, "kind": "seal", "reason": "By hand"}
            )

    def test_sealed_files_are_passed_on_by_their_custodian(self):
        """Nobody makes himself the custodian of what is sealed (C-16)."""
        volume = self.filed_volume()
        self.by(self.archivist2, volume).seal("Survey forms")
        with self.assertSays("passes them on"):
            self.by(self.archivist, self.file).user_id = self.archivist
        self.by(self.custodian, self.file).user_id = self.archivist
        self.assertReads(self.archivist, volume)
        self.assertHidden(self.custodian, volume)
        self.archivist.active = False
        self.by(self.custodian, self.file).user_id = self.custodian
        self.assertReads(self.custodian, volume)

    def test_seals_hide_what_is_written_on_volumes(self):
        """Messages are behind the seal as well (C-16)."""
        volume = self.filed_volume()
        people = self.boss | self.rep
        message = volume.message_post(
            body="Two pages", author_id=self.boss.partner_id.id
        )
        self.by(self.archivist2, volume).seal("Survey forms")
        told = volume.message_post(
            body="Three pages",
            partner_ids=[*people.partner_id.ids, self.custodian.partner_id.id],
        )
        self.assertEqual(told.notified_partner_ids, self.custodian.partner_id)
        confidentiality = type(self.env["governance.confidentiality"])
        for user in people:
            for row in (message, told):
                self.assertHidden(user, row)
                found = row.with_user(user).search([("id", "=", row.id)], limit=1)
                self.assertFalse(found, user.login)
        with patch.object(confidentiality, "_is_anything_closed", lambda self: False):
            self.assertHidden(self.rep, message)
        self.assertReads(self.custodian, message)

    def test_nothing_leaves_a_sealed_volume(self):
        """Who has it on loan gives its files to no other record (C-16)."""
        volume = self.filed_volume()
        self.by(self.archivist2, volume).seal("Survey forms")
        file = self.env["ir.attachment"].create(
            {
                "name": "form.txt",
                "raw": b"form",
                "res_model": volume._name,
                "res_id": volume.id,
            }
        )
        place = {"res_model": "res.partner", "res_id": self.open_customer.id}
        mixin = type(self.env["governance.file.volume"])
        opened = Domain("id", "=", volume.id)
        with patch.object(mixin, "_get_sealed_reader_domain", lambda self: opened):
            self.assertReads(self.rep, file)
            with self.assertSays("to another record", AccessError):
                self.by(self.rep, file).copy(place)

    def test_custodian_no_more(self):
        """Who is no data custodian any more keeps nothing that is sealed (C-16)."""
        volume = self.filed_volume()
        self.by(self.archivist2, volume).seal("Survey forms")
        self.custodian.group_ids += self.env.ref("base.group_user")
        self.custodian.group_ids -= self.env.ref("crm_governance.group_custodian")
        self.assertHidden(self.custodian, volume)
        self.assertFalse(self.by(self.custodian, volume)._filter_by_clearance("write"))
        self.by(self.archivist, self.file).user_id = self.archivist
        self.assertReads(self.archivist, volume)

    # ------------------------------------------------------------------
    # PLANS
    # ------------------------------------------------------------------

    def entry(self, **values):
        return self.env["governance.file.category"].create(
            {
                "name": "Contracts",
                "code": "1",
                "year": 2026,
                "department_id": self.marketing.id,
                **values,
            }
        )

    def test_volumes_stand_in_their_own_plan(self):
        """A volume stands under an entry of its year and department (E-24, E-25)."""
        entry, other = self.entry(), self.entry(year=2025)
        volume = self.volume(category_id=entry.id)
        with self.assertSays("own year", ValidationError):
            volume.category_id = other
        with self.assertSays("Make a new entry", ValidationError):
            entry.year = 2027

    def test_plan_is_taken_over(self):
        entries = self.entry() | self.entry(code="2", name="Letters")
        mine = self.by(self.collector, entries)
        action = mine.action_copy_to_next_year()
        copies = self.env["governance.file.category"].search(action["domain"])
        self.assertEqual(copies.mapped("year"), [2027, 2027])
        self.assertEqual(copies.mapped("code"), ["1", "2"])
        with self.assertSays("has all of these"):
            mine.action_copy_to_next_year()

    # ------------------------------------------------------------------
    # COLLECTORS
    # ------------------------------------------------------------------

    def test_collectors_have_times(self):
        """The register of collectors knows from when until when (E-04)."""
        self.assertEqual(self.marketing.current_collector_ids, self.collector)
        self.marketing.collector_ids.date_end = "2020-12-31"
        self.assertFalse(self.marketing.current_collector_ids)
        self.marketing.collector_ids = [
            Command.create({"user_id": self.rep.id, "date_start": "2021-01-01"})
        ]
        self.assertEqual(self.marketing.current_collector_ids, self.rep)
        with self.assertSays("in this time already", ValidationError):
            self.marketing.collector_ids = [
                Command.create({"user_id": self.rep.id, "date_start": "2022-01-01"})
            ]

    def test_archive_hears_of_new_collectors(self):
        self.marketing.with_user(self.custodian).collector_ids = [
            Command.create({"user_id": self.rep.id})
        ]
        note = self.env["mail.message"].search(
            [("notified_partner_ids", "=", self.archivist.partner_id.id)], limit=1
        )
        self.assertIn("Marketing", note.body)
        self.assertIn(self.rep.name, note.body)

    # ------------------------------------------------------------------
    # MASTER DATA
    # ------------------------------------------------------------------

    def test_retention_classes_of_new_companies(self):
        """Three classes, whose years are blank, in each company (E-34)."""
        other = self.env["res.company"].create({"name": "Branch"})
        classes = self.env["governance.retention.class"].search(
            [("company_id", "=", other.id)]
        )
        self.assertEqual(
            classes.mapped("name"), ["Permanent", "Long-term", "Short-term"]
        )
        self.assertEqual(classes.mapped("is_permanent"), [True, False, False])
        self.assertEqual(classes.mapped("years"), [0, 0, 0])
        self.env["res.company"]._prepare_all_governance_files()
        self.assertEqual(
            self.env["governance.retention.class"].search_count(
                [("company_id", "=", other.id)]
            ),
            3,
        )

    def test_types_cover_the_filing_scope(self):
        """Each rule of the filing year has a type, contracts are one (E-18, E-30)."""
        types = self.env["governance.document.type"].search([])
        rules = dict(types._fields["year_rule"].selection)
        self.assertEqual(set(types.mapped("year_rule")), set(rules))
        self.assertIn(self.contract, types)

    # ------------------------------------------------------------------
    # SEARCH
    # ------------------------------------------------------------------

    def test_search_inside_attachments(self):
        """Texts in attached files are found, those of open documents only."""
        open_volume, secret = self.volume(), self.volume(self.secret_file)
        for volume in open_volume | secret:
            self.attach(volume.document_ids).index_content = "the kingfisher clause"
        for model, found in (
            ("governance.file.document", open_volume.document_ids),
            ("governance.file.volume", open_volume),
        ):
            result = (
                self.env[model]
                .with_user(self.employee)
                .search([("content_text", "ilike", "kingfisher")])
            )
            self.assertEqual(result, found)
            self.assertFalse(
                self.env[model].search([("content_text", "ilike", "heron")])
            )

    def test_file_is_found_by_its_customer(self):
        found = self.env["governance.file"].with_user(self.rep).name_search("Open Trad")
        self.assertEqual([id_ for id_, _name in found], self.file.ids)

    # ------------------------------------------------------------------
    # MERGED CUSTOMERS
    # ------------------------------------------------------------------

    def test_merged_customers_have_one_file(self):
        """All volumes stay, with their codes, in one file."""
        twin = self.customer("Open Trading Ltd")
        twin_file = self.make_file(twin)
        mine, theirs = self.filed_volume(), self.filed_volume(twin_file)
        code = theirs.code
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.open_customer | twin).ids, self.open_customer)
        self.env.invalidate_all()
        self.assertFalse(twin.exists())
        self.assertEqual(theirs.file_id, self.file)
        self.assertEqual((theirs.code, theirs.partner_id), (code, self.open_customer))
        self.assertNotEqual(theirs.number, mine.number)
        self.assertEqual(theirs.document_ids.partner_id, self.open_customer)
        self.assertEqual(twin_file.state, "merged")
        self.assertEqual(twin_file.merged_into_id, self.file)
        self.assertEqual(self.file.state, "open")

    def test_merging_passes_on_nothing_sealed(self):
        """Merged customers hand no sealed volume to another custodian (C-16)."""
        twin = self.customer("Open Trading Ltd")
        self.make_file(twin, self.archivist)
        volume = self.filed_volume()
        self.by(self.archivist2, volume).seal("Survey forms")
        self.env.invalidate_all()

        def merge(user):
            wizards = self.env["base.partner.merge.automatic.wizard"]
            wizard = wizards.with_user(user).sudo().create({})
            wizard._merge((self.open_customer | twin).ids, twin)
            self.env.invalidate_all()

        with self.assertSays("passes them on"):
            merge(self.archivist)
        self.assertEqual(volume.file_id, self.file)
        merge(self.custodian)
        self.assertEqual(volume.user_id, self.archivist)
