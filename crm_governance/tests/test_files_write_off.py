# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import runpy
from datetime import timedelta
from pathlib import Path

from psycopg2.errors import UniqueViolation

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .loan_common import LoanCommon


@tagged("post_install", "-at_install")
class TestFilesWriteOff(LoanCommon):
    """What is lost for good is written off when its case is closed (E-51)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.create_matrix(
            [cls.group_step("group_executive")], subject="loan_incident", code="E-51"
        )

    def lost(self, volumes=None, user=None, **values):
        """Return a loan whose borrower reports that its volumes are lost."""
        loan = self.lent(volumes or self.volume, user, **values)
        self.lines(loan).with_user(user or self.rep)._report("lost", "In the train")
        return loan

    def close(self, loan):
        """Decide on the losses of a loan, as custodian and executive do."""
        incidents = self.env["governance.loan.incident"].search(
            [("loan_id", "=", loan.id), ("state", "=", "reported")]
        )
        for incident in incidents:
            mine = incident.with_user(self.custodian2)
            mine.action_investigate()
            mine.write(
                {
                    "findings": "The train was searched",
                    "severity": "serious",
                    "is_liable": "no",
                    "remedy": "Written again from the copies",
                }
            )
            mine.action_request_approval()
            request = incident.sudo().approval_request_id
            request.with_user(self.boss).decide("approved", "Agreed")
        self.env.invalidate_all()
        return incidents

    def written_off(self, *args, **values):
        loan = self.lost(*args, **values)
        self.close(loan)
        return loan

    def told(self, user, words):
        return self.env["mail.message"].search_count(
            [
                ("partner_ids", "in", user.partner_id.ids),
                ("subject", "like", words),
            ]
        )

    def assertAgrees(self):
        """The register and the loans tell the same story."""
        self.env.invalidate_all()
        self.assertEqual(self.env["governance.loan.event"]._get_differences(), [])

    def test_written_off(self):
        """The closed case ends the loan and is in its register; nobody has it."""
        loan = self.lost()
        self.assertTrue(self.volume._is_on_loan())
        self.assertTrue(self.volume.is_lost)
        incident = self.close(loan)
        line = self.lines(loan)
        self.assertEqual((line.state, loan.state), ("written_off", "written_off"))
        event = line.event_ids.sorted("id")[-1]
        self.assertEqual(
            (event.event, event.note, event.user_id),
            ("written_off", incident.name, self.boss),
        )
        self.assertFalse(self.volume._is_on_loan())
        self.assertFalse(self.volume.holder)
        self.assertFalse(loan.date_returned)
        self.assertAgrees()

    def test_cases_that_were_closed_before(self):
        """An upgrade writes off what is lost in closed cases, and nothing else."""
        loan = self.written_off(self.volume | self.volume2)
        first, second = self.lines(loan)
        (first | second)._as_system().write({"state": "lost"})
        case = self.env["governance.loan.incident"].search(
            [("line_id", "=", second.id)]
        )
        case._as_system().state = "reported"
        for _again in range(2):
            self.migrate()
            self.assertEqual((first.state, second.state), ("written_off", "lost"))
        self.assertEqual(first.event_ids.mapped("event").count("written_off"), 2)
        self.assertEqual(second.event_ids.mapped("event").count("written_off"), 1)

    def migrate(self):
        """Upgrade the data of the version before."""
        script = Path(__file__).parents[1] / "migrations/19.0.3.1.0/post-migration.py"
        runpy.run_path(str(script))["migrate"](self.env.cr, "19.0.3.0.0")

    def test_drafts_of_before(self):
        """An upgrade names the forms in drafts of BP-07 and BP-08, in no others."""
        forms = self.env.ref("crm_governance.governance_document_type_dossier_form")
        other = forms.copy({"name": "Contract"})
        company = self.env["res.company"].create({"name": "Elsewhere"})
        presets = [
            self.env.ref(f"crm_governance.governance_lending_policy_bp_0{number}")
            for number in (6, 7, 8)
        ]
        different, empty, chosen = (
            preset._copy_into(self.company, {}) for preset in presets
        )
        published = presets[1]._copy_into(company, {})
        (different | empty | published).document_type_ids = False
        chosen.document_type_ids = other
        published._with_machinery().state = "published"
        self.migrate()
        self.assertEqual(empty.document_type_ids, forms)
        self.assertEqual(chosen.document_type_ids, other)
        self.assertFalse((different | published).document_type_ids)

    def test_volumes_that_wait_since_before(self):
        """An upgrade lets volumes wait for what they waited for, for nothing new."""
        kind = self.env["governance.retention.class"].create(
            {"name": "Contracts", "years": 5, "is_event_based": True}
        )
        self.volume._as_system().retention_class_id = kind
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE governance_file_volume SET trigger_mode = NULL WHERE id = %s",
            [self.volume.id],
        )
        self.env.invalidate_all()
        trigger = self.env["governance.retention.trigger"].create({"name": "Later"})
        kind.trigger_ids = trigger
        kind.years = 60
        self.assertTrue(self.volume.awaits_event)
        self.assertGreater(self.volume.retention_until.year, 2080)
        self.assertFalse(self.volume.awaited_trigger_ids)
        self.migrate()
        self.assertEqual(self.volume.trigger_mode, "any")
        self.assertFalse(self.volume.awaited_trigger_ids)

    def test_the_volume_says_so(self):
        """Volume, search, file and remarks tell that it is lost (E-33)."""
        loan = self.written_off()
        volumes = self.env["governance.file.volume"].with_user(self.custodian)
        self.assertTrue(self.volume.with_user(self.custodian).is_lost)
        self.assertEqual(volumes.search([("is_lost", "=", True)]), self.volume)
        self.assertNotIn(self.volume, volumes.search([("is_lost", "=", False)]))
        self.assertEqual(self.open_file.holder_text, f"Lost: {self.volume.code}")
        [remark] = self.volume.remark_ids
        self.assertIn(f"Lost on the loan {loan.name}", remark.text)
        self.assertEqual(remark.user_id, self.boss)

    def test_not_lent(self):
        """What is on no shelf is neither asked for nor handed out."""
        words = self.asked(self.volume.browse(), self.rep2, wanted="The contracts")
        self.written_off()
        with self.assertSays("is lost. It can be lent again when"):
            self.asked(self.volume, self.rep2)
        desk = self.custodian2
        with self.assertSays("is lost"):
            words.with_user(desk)._choose(self.volume.with_user(desk))

    def test_not_filed_yet(self):
        """What a department has lent and lost is neither lent again nor composed."""
        self.written_off()
        self.volume._as_system().state = "draft"
        self.assertIn("is lost", str(self.volume._check_lendable(is_unfiled=True)))
        with self.assertSays("is lost"):
            self.volume.with_user(self.custodian)._lock_for_step("draft")

    def test_the_database_knows(self):
        """Even code that checks nothing cannot lend a lost volume."""
        other = self.approved(self.volume2, self.rep2)
        loan = self.written_off()
        line = self.lines(other)
        line._as_system().write({"volume_id": self.volume.id})
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"):
            line._as_system().write({"state": "handed_out"})
            self.env.flush_all()
        self.assertEqual(loan.state, "written_off")

    def test_who_waits_is_told(self):
        """Nobody waits for ever, nor is offered what is on no shelf."""
        loan = self.lent(self.volume)
        waits = self.approved(self.volume, self.rep2)
        asked = self.asked(self.volume, self.leader)
        self.lines(loan).with_user(self.rep)._report("lost", "In the train")
        self.assertEqual(self.told(self.rep2, "waits for a lost volume"), 1)
        self.assertEqual(waits.state, "approved")
        self.close(loan)
        self.assertEqual((self.lines(waits).state, waits.state), ("dropped", "expired"))
        self.assertEqual(self.events(waits)[-1], "unobtainable")
        self.assertEqual(self.told(self.rep2, "has ended for a lost volume"), 1)
        self.assertFalse(self.told(self.rep2, "is ready to fetch"))
        # Whoever is approved afterwards does not begin to wait.
        self.decide(asked)
        self.assertEqual((self.lines(asked).state, asked.state), ("dropped", "expired"))
        self.assertEqual(self.told(self.leader, "has ended for a lost volume"), 1)
        self.assertAgrees()

    def test_the_rest_of_a_loan_goes_on(self):
        """Who waits for two volumes gets the one that is there."""
        loan = self.lent(self.volume)
        both = self.approved(self.volume | self.volume2, self.rep2)
        self.lines(loan).with_user(self.rep)._report("lost", "In the train")
        self.close(loan)
        self.assertEqual(both.state, "approved")
        rest = self.lines(both).filtered(lambda line: line.state == "waiting")
        rest.with_user(self.custodian2)._hand_out()
        self.env.invalidate_all()
        self.assertEqual(both.state, "handed_out")

    def test_limit_is_free_again(self):
        """What was decided on does not count against the borrower for ever."""
        self.under(code="T-L", max_loans=1)
        loan = self.lost()
        self.close(loan)
        self.lent(self.volume2)

    def test_partly_lost(self):
        """A loan is out as long as one of its volumes is; then it is written off."""
        loan = self.lent(self.volume | self.volume2)
        first, second = self.lines(loan)
        first.with_user(self.rep)._report("lost", "In the train")
        self.close(loan)
        self.assertEqual(loan.state, "handed_out")
        second.with_user(self.custodian2)._take_back("good")
        self.env.invalidate_all()
        self.assertEqual(loan.state, "written_off")

    def test_found_before_the_decision(self):
        """What is on its shelf again is not written off."""
        loan = self.lost()
        self.take_back(loan, note="Behind the shelf")
        self.close(loan)
        self.assertEqual(loan.state, "returned")
        self.assertFalse(self.volume.is_lost)
        self.asked(self.volume, self.rep2)

    # ------------------------------------------------------------------
    # FOUND AGAIN
    # ------------------------------------------------------------------

    def test_found(self):
        """Found at the desk: in the register, on the volume, and lent again."""
        self.under(code="T-F", needs_record=True)
        loan = self.written_off()
        self.later(days=90)
        found = fields.Datetime.now() - timedelta(days=1)
        for user in (self.rep, self.rep2, self.boss, self.auditor):
            with self.assertRaises(AccessError, msg=user.login):
                self.take_back(loan, user)
        form = Form(self.env["governance.loan.desk"].with_user(self.custodian2))
        form.barcode = "V-1"
        self.assertIn("comes back", form.feedback)
        form.condition = "good"
        form.date = found
        form.save().action_confirm()
        self.env.invalidate_all()
        self.assertEqual(loan.state, "returned")
        self.assertEqual(self.events(loan)[-3:], ["written_off", "found", "returned"])
        self.assertEqual(self.lines(loan).date_returned, found)
        self.assertIn("Found again on", self.volume.remark_ids[-1].text)
        self.assertFalse(self.volume.is_lost)
        self.assertEqual(self.open_file.holder_text, "In the archive")
        again = self.lent(self.volume, self.rep2)
        self.assertEqual(self.volume.holder, "governance_rep2")
        with self.assertSays("“Returned” by now"):
            self.take_back(loan)
        self.assertEqual(again.state, "handed_out")
        self.assertAgrees()

    def test_found_is_no_breach(self):
        """Of what was written off, somebody has decided who answers for it (E-47)."""
        loan = self.written_off()
        self.later(days=90)
        self.take_back(loan)
        breaches = self.env["governance.loan.breach"]
        self.assertFalse(breaches.search_count([("loan_id", "=", loan.id)]))

    def test_found_damaged(self):
        """What is found damaged is a new case."""
        loan = self.written_off()
        self.take_back(loan, condition="damaged", note="Wet")
        incidents = self.env["governance.loan.incident"].search(
            [("loan_id", "=", loan.id)]
        )
        self.assertEqual(set(incidents.mapped("kind")), {"lost", "damaged"})

    def test_not_before_it_is_written_off(self):
        """What was returned or never lent cannot be found."""
        loan = self.approved(self.volume)
        with self.assertSays("“To Hand Out” by now"):
            self.take_back(loan)

    # ------------------------------------------------------------------
    # DESTROYED AS LOST
    # ------------------------------------------------------------------

    def destruction(self, volume):
        """Return a destruction of a volume that two persons have signed."""
        destruction = (
            self.env["governance.destruction"]
            .with_user(self.custodian)
            ._propose(volumes=volume.with_user(self.custodian), reason="Time is over")
        )
        destruction.action_request_approval()
        request = destruction.sudo().approval_request_id
        for user in (self.custodian2, self.executive):
            request.with_user(user).decide("approved", "Agreed")
        self.env.invalidate_all()
        return destruction

    def old_volume(self):
        """Return a volume on paper whose time is over."""
        short = self.env["governance.retention.class"].create(
            {"name": "Short", "years": 3}
        )
        volume = self.filed(
            self.open_file, "Old", year=2010, retention_class_id=short.id
        )
        self.create_matrix(
            [
                self.group_step("group_custodian", 10),
                self.group_step("group_executive", 20),
            ],
            subject="destruction",
            code="E-56",
        )
        return volume

    def test_destroyed_as_lost(self):
        """What is lost for good leaves the archive, and the register says how."""
        volume = self.old_volume()
        loan = self.lost(volume)
        with self.assertSays("is on loan"):
            self.destruction(volume)
        self.close(loan)
        destruction = self.destruction(volume)
        destruction.action_destroy()
        self.env.invalidate_all()
        self.assertEqual(volume.state, "destroyed")
        entry = self.env["governance.destruction.entry"].search(
            [("volume_id", "=", volume.id)]
        )
        shown = entry.with_user(self.auditor).content_text
        self.assertIn(f"Lost on the loan {loan.name}", shown)
        # Should its paper turn up, that is in the register, and lends nothing.
        self.take_back(loan, note="Behind the radiator")
        self.assertEqual(self.events(loan)[-2:], ["found", "returned"])
        self.assertEqual(volume.state, "destroyed")
        with self.assertSays("“Destroyed”"):
            self.asked(volume, self.rep2)

    def test_found_after_the_signatures(self):
        """Whoever signed for a lost volume did not sign for one that is there."""
        volume = self.old_volume()
        loan = self.written_off(volume)
        destruction = self.destruction(volume)
        self.take_back(loan)
        with self.assertSays("has changed since it was approved"):
            destruction.action_destroy()
        self.assertEqual(volume.state, "filed")
