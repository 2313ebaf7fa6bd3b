# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from ast import literal_eval
from datetime import timedelta

from lxml import etree
from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .loan_common import LoanCommon

HANDOVER = "governance.handover"


class HandoverCommon(LoanCommon):
    """`rep` leaves; `leader` leads the department, `rep2` takes over."""

    ROLES = {
        **LoanCommon.ROLES,
        "custodian3": "crm_governance.group_custodian",
        "cleared_rep": (
            "crm_governance.group_user,crm_governance.group_clearance_2,"
            "sales_team.group_sale_salesman_all_leads"
        ),
    }

    def handover(self, person=None, user=None, **values):
        handovers = self.env[HANDOVER].with_user(user or self.custodian)
        return handovers.create({"user_id": (person or self.rep).id, **values})

    def kinds(self, handover):
        """Return what is still kept."""
        self.env.invalidate_all()
        return sorted(handover._get_open_lines().mapped("kind"))

    def give_away_customers(self):
        """Leave nothing but what is in the archive."""
        customers = self.env["res.partner"].search([("user_id", "=", self.rep.id)])
        customers.user_id = self.rep2
        leads = self.env["crm.lead"].search([("user_id", "=", self.rep.id)])
        leads.user_id = self.rep2
        self.env.flush_all()

    def led(self, *people):
        """Let people lead a team, so that they may be chosen as heads."""
        self.env["crm.team"].create(
            [{"name": f"Team of {user.name}", "user_id": user.id} for user in people]
        )

    def todos(self, handover):
        return handover.sudo().activity_ids.user_id


@tagged("post_install", "-at_install")
class TestHandover(HandoverCommon):
    """Who leaves hands everything over, and two people sign (C-40 … C-42)."""

    def test_whole_way(self):
        """Listed, taken back, passed on, signed by both, closed."""
        loan = self.lent(self.volume)
        self.lent(self.electronic)
        self.approved(self.volume2)
        asked = self.asked(self.volume2)
        handover = self.handover()
        self.assertEqual(handover.head_id, self.leader)
        self.assertEqual(
            self.kinds(handover),
            ["lead"] + ["owner"] * 3 + ["reading", "request", "volume", "waiting"],
        )
        for user in (self.leader, self.custodian):
            with self.assertSays("governance_rep still keeps"):
                handover.with_user(user).action_sign()
        handover.successor_id = self.cleared_rep
        handover.with_user(self.leader).action_agree()
        answer = handover.with_user(self.custodian2).action_pass_on()
        self.assertIn("brought to the custodian", answer["params"]["message"])
        kinds = self.kinds(handover)
        self.assertIn("volume", kinds)
        self.assertFalse({"reading", "request", "waiting"} & set(kinds))
        self.assertEqual(asked.state, "cancelled")
        self.assertFalse(asked.sudo()._get_open_approvals())
        self.assertEqual(self.env["governance.loan.event"]._get_differences(), [])
        handover.with_user(self.leader).action_pass_on()
        self.take_back(loan)
        self.give_away_customers()
        handover.with_user(self.leader).action_sign()
        self.assertEqual(handover.state, "open")
        handover.with_user(self.custodian).action_sign()
        self.assertEqual(handover.state, "done")
        self.assertEqual(handover.custodian_id, self.custodian)
        self.assertTrue(handover.head_signed_on and handover.custodian_signed_on)
        self.assertTrue(all(handover.sudo().line_ids.mapped("date_settled")))

    def test_customers_go_to_the_successor(self):
        """Everybody passes on what the own rights allow, and hears what is left."""
        handover = self.handover(successor_id=self.cleared_rep.id)
        self.led(self.cleared_rep)
        handover.head_id = self.cleared_rep
        answer = handover.with_user(self.cleared_rep).action_pass_on()
        self.assertIn("Ask a data custodian", answer["params"]["message"])
        self.assertEqual(self.open_customer.user_id, self.cleared_rep)
        self.assertEqual(self.kinds(handover), ["owner"] * 2)
        self.custodian2.group_ids |= self.env.ref("base.group_partner_manager")
        answer = handover.with_user(self.custodian2).action_pass_on()
        self.assertEqual(self.kinds(handover), [], answer)
        self.assertEqual(self.secret.user_id, self.cleared_rep)
        self.assertEqual(self.secret.governance_specialist_id, self.specialist)
        person = self.handover(self.specialist, successor_id=self.cleared_rep.id)
        self.assertEqual(self.kinds(person), ["specialist"])
        liaison = self.handover(self.liaison)
        self.assertEqual(self.kinds(liaison), ["liaison_leader"])

    def lead(self, **values):
        """Return an opportunity of `rep` with the ordinary customer."""
        return self.env["crm.lead"].create(
            {
                "name": "Deal",
                "partner_id": self.open_customer.id,
                "user_id": self.rep.id,
                **values,
            }
        )

    def todo(self, record, summary="Call back", **values):
        """Return what `rep` has to do about a record."""
        todo = record.activity_schedule(
            "mail.mail_activity_data_todo", summary=summary, user_id=self.rep.id
        )
        todo.write({"automated": False, **values})
        return todo

    def kept(self, handover, kind):
        """Return the records of one kind that are still kept."""
        self.env.invalidate_all()
        lines = handover._get_open_lines().filtered(lambda line: line.kind == kind)
        return {line.res_id for line in lines}

    def test_open_leads_are_listed(self):
        """What is won, lost or of another company is not (C-41)."""
        other = self.env["res.company"].create({"name": "Other"})
        self.rep.company_ids |= other
        mine, foreign = self.lead(), self.lead(company_id=other.id, team_id=False)
        nowhere = self.lead(company_id=False, team_id=False)
        lost, won, archived = self.lead(), self.lead(), self.lead()
        lost.action_set_lost()
        won.action_set_won()
        archived.active = False
        foreign.company_id = other
        nowhere.company_id = False
        handover = self.handover()
        kept = self.kept(handover, "lead")
        self.assertEqual(kept, set((mine | nowhere | self.secret_lead).ids))
        there = self.env[HANDOVER].with_company(other)
        there = there.create({"user_id": self.rep.id})
        self.assertEqual(self.kept(there, "lead"), set(foreign.ids))

    def test_open_todos_are_listed(self):
        """Those about records of the company, and none of a step (C-41)."""
        other = self.env["res.company"].create({"name": "Other"})
        self.rep.company_ids |= other
        foreign = self.lead(team_id=False)
        foreign.company_id = other
        mine = self.todo(self.open_customer)
        by_hand = self.todo(self.open_file)
        on_lead = self.todo(self.secret_lead, automated=True)
        self.todo(self.open_file, automated=True)
        self.todo(self.open_customer).action_done()
        self.todo(self.open_customer).user_id = self.rep2
        abroad = self.todo(foreign)
        self.env["mail.activity"].create(
            {"user_id": self.rep.id, "summary": "Private", "res_model_id": False}
        )
        handover = self.handover()
        kept = self.kept(handover, "todo")
        self.assertEqual(kept, set((mine | by_hand | on_lead).ids))
        there = self.env[HANDOVER].with_company(other)
        there = there.create({"user_id": self.rep.id})
        self.assertEqual(self.kept(there, "todo"), set(abroad.ids))

    def test_leads_and_todos_go_to_the_successor(self):
        """They go after the customers, and both keep the signatures off (C-41)."""
        lead = self.lead()
        todo, secret = self.todo(self.open_customer), self.todo(self.secret_lead)
        handover = self.handover(successor_id=self.rep2.id)
        desk = self.custodian2
        with self.assertSays("Open to-do"):
            handover.with_user(desk).action_sign()
        answer = handover.with_user(desk).action_pass_on()
        self.assertTrue(answer["params"]["message"])
        self.assertEqual(lead.user_id, self.rep)
        desk.group_ids |= self.env.ref(
            "sales_team.group_sale_salesman_all_leads"
        ) | self.env.ref("base.group_partner_manager")
        handover.with_user(desk).action_pass_on()
        self.assertEqual(self.kinds(handover), [])
        for record in (lead, self.secret_lead, todo, secret, self.secret):
            self.assertEqual(record.user_id, self.rep2, record)
        self.assertReads(self.rep2, secret)
        handover.with_user(self.leader).action_sign()
        handover.with_user(desk).action_sign()
        self.assertEqual(handover.state, "done")

    def test_nothing_goes_to_who_would_not_see_it(self):
        """A successor without access to the customer gets nothing of it (C-41)."""
        self.secret.user_id = self.leader2
        self.env.flush_all()
        lead, todo = self.lead(), self.todo(self.open_customer)
        secret = self.todo(self.secret_lead)
        handover = self.handover(successor_id=self.rep2.id)
        desk = self.custodian2
        desk.group_ids |= self.env.ref(
            "sales_team.group_sale_salesman_all_leads"
        ) | self.env.ref("base.group_partner_manager")
        answer = handover.with_user(desk).action_pass_on()
        self.assertIn("may not read", answer["params"]["message"])
        self.assertEqual(self.kept(handover, "lead"), set(self.secret_lead.ids))
        self.assertEqual(self.kept(handover, "todo"), set(secret.ids))
        for record, user in (
            (self.secret_lead, self.rep),
            (secret, self.rep),
            (lead, self.rep2),
            (todo, self.rep2),
        ):
            self.assertEqual(record.user_id, user, record)

    def test_todos_tell_no_names(self):
        """Who may not read the record is told the kind of the to-do alone (C-10)."""
        self.todo(self.secret_lead, summary="Ask for the merger")
        handover = self.handover()
        self.custodian2.group_ids |= self.env.ref(
            "sales_team.group_sale_salesman_all_leads"
        )
        for user, is_told in ((self.custodian, False), (self.custodian2, True)):
            self.env.invalidate_all()
            lines = handover.with_user(user).line_ids
            line = lines.filtered(lambda line: line.kind == "todo")
            self.assertTrue(line.item)
            for word in ("merger", "Secret"):
                self.assertEqual(word in line.display_name, is_told, line.item)
            if is_told:
                self.assertEqual(line.action_open()["res_id"], self.secret_lead.id)
            else:
                with self.assertRaises(AccessError):
                    line.action_open()

    def test_many_are_looked_up_at_once(self):
        """The number of queries does not grow with what is kept (C-41)."""
        handover = self.handover().sudo()

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            handover.user_id.company_id.fetch()
            before = self.env.cr.sql_log_count
            handover._get_holdings()
            return self.env.cr.sql_log_count - before

        self.todo(self.lead())
        few = count()
        for _number in range(20):
            self.todo(self.lead())
        self.assertEqual(count(), few)

    def test_two_people_sign(self):
        """Neither who leaves, nor one person twice, nor anybody else."""
        self.give_away_customers()
        handover = self.handover()
        for user in (self.rep2, self.executive, self.auditor):
            with self.assertRaises(AccessError):
                handover.with_user(user).action_sign()
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            handover.with_user(self.rep).action_sign()
        self.led(self.custodian)
        handover.head_id = self.custodian
        handover.with_user(self.custodian).action_sign()
        self.assertTrue(handover.head_signed_on)
        self.assertFalse(handover.with_user(self.custodian).can_sign)
        with self.assertSays("two persons", AccessError):
            handover.with_user(self.custodian).action_sign()
        with self.assertSays("has signed"):
            handover.with_user(self.custodian3).head_id = self.custodian2
        handover.with_user(self.custodian3).action_sign()
        self.assertEqual(handover.state, "done")
        with self.assertRaises(AccessError):
            handover.note = "changed"

    def test_custodians_do_not_sign_as_head_too(self):
        """Whoever has signed as custodian becomes no head (C-40)."""
        self.give_away_customers()
        self.led(self.custodian)
        handover = self.handover()
        handover.with_user(self.custodian).action_sign()
        self.assertEqual(handover.custodian_id, self.custodian)
        self.assertRefused(
            self.custodian,
            HANDOVER,
            "write",
            handover.ids,
            {"head_id": self.custodian.id},
            error=ValidationError,
        )
        # Nor if it came about in another way.
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE governance_handover SET head_id = %s WHERE id = %s",
            [self.custodian.id, handover.id],
        )
        self.env.invalidate_all()
        self.assertFalse(handover.with_user(self.custodian).can_sign)
        self.assertRefused(self.custodian, HANDOVER, "action_sign", handover.ids)
        self.assertEqual(handover.state, "open")

    def test_heads_lead(self):
        """Nobody chooses a colleague as head; the choice is noted (C-40)."""
        handover = self.handover()
        for user in (self.rep2, self.custodian3, self.employee):
            self.assertRefused(
                self.custodian,
                HANDOVER,
                "write",
                handover.ids,
                {"head_id": user.id},
                error=ValidationError,
            )
        self.led(self.rep2)
        for user in (self.rep2, self.leader2, self.executive):
            handover.head_id = user
        self.env.flush_all()
        self.env.cr.precommit.run()
        tracked = handover.sudo().message_ids.tracking_value_ids.field_id
        self.assertIn("head_id", tracked.mapped("name"))
        handover.head_id = False
        self.assertFalse(handover.head_id)

    def test_leavers_agree_by_their_head(self):
        """Nobody alone ends what others use; another head agrees anew (C-41)."""
        self.lent(self.electronic)
        self.approved(self.volume2)
        asked = self.asked(self.volume2)
        disclosure = self.disclosure()
        used = ["disclosure", "reading", "request", "waiting"]
        handover = self.handover(kind="transfer", successor_id=self.cleared_rep.id)
        desk = handover.with_user(self.custodian2)

        def kept():
            return sorted(set(self.kinds(handover)) - {"owner", "lead"})

        self.assertEqual(kept(), used)
        desk.date_leaving = "2020-01-01"
        answer = desk.action_pass_on()
        self.assertIn("can still work with loans", answer["params"]["message"])
        self.assertEqual(kept(), used)
        for user in (self.custodian, self.rep, self.executive):
            self.assertRefused(user, HANDOVER, "action_agree", handover.ids)
        self.assertTrue(handover.with_user(self.leader).can_agree)
        handover.with_user(self.leader).action_agree()
        self.assertTrue(handover.agreed_on)
        # Who is head does not end it alone either.
        self.led(self.custodian2)
        desk.head_id = self.custodian2
        self.assertFalse(handover.agreed_on)
        desk.action_agree()
        desk.action_pass_on()
        self.assertEqual(kept(), used)
        desk.head_id = self.leader
        handover.with_user(self.leader).action_agree()
        self.env.invalidate_all()
        desk.action_pass_on()
        self.assertEqual(kept(), [])
        self.assertEqual(asked.state, "cancelled")
        self.assertEqual(disclosure.state, "draft")
        events = self.env["governance.loan.event"].search(
            [("user_id", "=", self.custodian2.id), ("note", "like", "Hand-over of")]
        )
        self.assertEqual(
            sorted(events.mapped("event")), ["cancelled", "dropped", "returned"]
        )

    def test_what_archived_people_asked_for_ends(self):
        """Once the user is archived, that takes nobody's consent (C-41)."""
        waiting = self.approved(self.volume2)
        asked = self.asked(self.volume)
        self.rep.active = False
        handover = self.env[HANDOVER].search([("user_id", "=", self.rep.id)])
        desk = handover.with_user(self.custodian)
        desk.successor_id = self.cleared_rep
        desk.action_pass_on()
        self.env.invalidate_all()
        self.assertEqual(waiting.state, "expired")
        self.assertEqual(asked.state, "cancelled")

    def test_nobody_jumps_the_queue(self):
        """Custodians take nobody off the list of a volume they want (C-41)."""
        waiting = self.approved(self.volume2)
        asked = self.asked(self.volume)
        self.asked(self.volume2, self.custodian)
        self.asked(self.volume, self.custodian)
        handover = self.handover(successor_id=self.cleared_rep.id)
        handover.with_user(self.leader).action_agree()
        answer = handover.with_user(self.custodian).action_pass_on()
        self.assertIn("You ask for this volume yourself", answer["params"]["message"])
        self.env.invalidate_all()
        self.assertEqual(self.lines(waiting).state, "waiting")
        self.assertEqual(asked.state, "requested")
        handover.with_user(self.custodian2).action_pass_on()
        self.env.invalidate_all()
        self.assertEqual(waiting.state, "expired")
        self.assertEqual(asked.state, "cancelled")

    def test_loans_above_the_clearance_stay(self):
        """A custodian who is not cleared for a volume ends no loan of it (C-10)."""
        waiting = self.approved(self.closed)
        handover = self.handover(successor_id=self.cleared_rep.id)
        handover.with_user(self.leader).action_agree()
        answer = handover.with_user(self.custodian).action_pass_on()
        self.assertIn("above your clearance", answer["params"]["message"])
        self.env.invalidate_all()
        self.assertEqual(self.lines(waiting).state, "waiting")
        handover.with_user(self.custodian2).action_pass_on()
        self.env.invalidate_all()
        self.assertEqual(self.lines(waiting).state, "dropped")

    def disclosure(self):
        """Return what `rep` wants to give outside, waiting for approval."""
        disclosure = self.env["governance.disclosure"].with_user(self.rep)
        disclosure = disclosure.create(
            {
                "partner_id": self.open_customer.id,
                "recipient": "Bureau of Statistics",
                "purpose": "Census",
                "content": "Turnover of 2034",
                "basis": "law",
                "basis_note": "Article 1",
            }
        )
        disclosure._as_system().write({"state": "approved"})
        return disclosure

    def test_suspended_people_sign_nothing(self):
        self.give_away_customers()
        handover = self.handover()
        for user in (self.leader, self.custodian):
            user._with_suspension().governance_suspended = True
            with self.assertSays("suspended", AccessError):
                handover.with_user(user).action_sign()

    def test_something_new_before_the_second_signature(self):
        """What is borrowed after the first signature keeps the second one off."""
        self.give_away_customers()
        handover = self.handover()
        handover.with_user(self.leader).action_sign()
        loan = self.lent(self.volume)
        with self.assertSays("still keeps"):
            handover.with_user(self.custodian).action_sign()
        self.assertEqual(handover.state, "open")
        self.take_back(loan)
        handover.with_user(self.custodian).action_sign()
        self.assertEqual(handover.state, "done")

    def test_lost_volumes_keep_nobody(self):
        """What is lost has its own case (E-51)."""
        self.give_away_customers()
        loan = self.lent(self.volume)
        self.lines(loan).with_user(self.rep)._report("lost", "Gone")
        self.assertEqual(self.kinds(self.handover()), [])

    def test_files_and_departments(self):
        """Files go to another custodian; the successor collects from today on."""
        departments = self.env["governance.filing.department"]
        department = departments.create(
            {
                "name": "Marketing",
                "code": "MKX",
                "collector_ids": [
                    Command.create(
                        {"user_id": self.custodian3.id, "date_start": "2030-01-01"}
                    )
                ],
            }
        )
        self.open_file.user_id = self.custodian3
        handover = self.handover(self.custodian3, successor_id=self.rep2.id)
        self.assertEqual(self.kinds(handover), ["collector", "file"])
        answer = handover.action_pass_on()
        self.assertIn("is no data custodian", answer["params"]["message"])
        self.assertEqual(self.open_file.user_id, self.custodian3)
        handover.successor_id = self.custodian2
        handover.action_pass_on()
        self.assertEqual(self.kinds(handover), [])
        self.assertEqual(self.open_file.user_id, self.custodian2)
        self.assertIn(self.rep2, department.current_collector_ids)
        self.assertNotIn(self.custodian3, department.current_collector_ids)

    def test_sealed_files_are_passed_on_by_their_keeper(self):
        """While the keeper is there, nobody else takes what is sealed (C-16)."""
        self.closed._as_system().write({"is_sealed": True})
        handover = self.handover(self.custodian2, successor_id=self.custodian3.id)
        kept = self.kinds(handover)
        self.assertIn("file", kept)
        handover.action_pass_on()
        self.env.invalidate_all()
        self.assertEqual(self.secret_file.user_id, self.custodian2)
        self.assertEqual(self.open_file.user_id, self.custodian3)

    def test_tells_no_names(self):
        """Each line is seen, but what it names only by who may read it (C-10)."""
        self.lent(self.closed)
        handover = self.handover()
        for user, is_told in ((self.custodian, False), (self.custodian2, True)):
            self.env.invalidate_all()
            lines = handover.with_user(user).line_ids
            names = " ".join(lines.mapped("item"))
            self.assertEqual(len(lines), 5)
            for word in ("Secret Holding", "Secrets", "Secret deal"):
                self.assertEqual(word in names, is_told, (user.name, names))
            self.assertIn(self.open_customer.name, names)
        hidden = handover.with_user(self.custodian).line_ids.filtered(
            lambda line: line.sudo().res_id == self.secret.id and line.kind == "owner"
        )
        with self.assertRaises(AccessError):
            hidden.action_open()

    def test_names_are_told_anew_to_everybody(self):
        """What one reader was told is no answer for the next one (C-10)."""
        self.lent(self.closed)
        handover = self.handover()
        lines = handover.with_user(self.custodian2).line_ids
        told = " ".join(lines.mapped("item"))
        self.assertIn("Secret Holding", told)
        shown = " ".join(lines.with_user(self.custodian).mapped("item"))
        self.assertNotIn("Secret Holding", shown)

    def test_who(self):
        """The person reads the own one, others of the department nothing."""
        handover = self.handover()
        for user in (self.rep, self.leader, self.custodian, self.executive):
            self.assertTrue(handover.with_user(user).read(["state"]), user.name)
        for user in (self.rep2, self.leader2, self.employee):
            self.assertFalse(self.env[HANDOVER].with_user(user).search([]))
            self.assertFalse(
                self.env["governance.handover.line"].with_user(user).search([])
            )
        self.assertRefused(self.rep, HANDOVER, "write", handover.ids, {"note": "x"})
        self.assertRefused(self.leader, HANDOVER, "create", {"user_id": self.rep.id})
        own = {"user_id": self.custodian.id}
        self.assertRefused(self.custodian, HANDOVER, "create", own)
        for vals in ({"state": "done"}, {"custodian_id": self.custodian.id}):
            self.assertRefused(self.custodian, HANDOVER, "write", handover.ids, vals)
        line = handover.sudo().line_ids[:1]
        self.assertRefused(
            self.custodian,
            "governance.handover.line",
            "write",
            line.ids,
            {"date_settled": "2035-01-01"},
        )
        self.assertRefused(self.custodian, HANDOVER, "unlink", handover.ids)
        with self.assertSays("another person"):
            handover.user_id = self.rep2

    def head_todos(self, handover):
        kind = self.env.ref("crm_governance.mail_activity_type_sign")
        todos = handover.sudo().activity_ids
        return todos.filtered(lambda todo: todo.activity_type_id == kind).user_id

    def test_the_head_is_told(self):
        """A plain employee who leads the department finds what to sign (C-40)."""
        self.give_away_customers()
        handover = self.handover()
        self.assertEqual(self.head_todos(handover), self.leader)
        self.led(self.employee)
        handover.head_id = self.employee
        self.assertEqual(self.head_todos(handover), self.employee)
        handover.head_id = self.employee
        self.assertEqual(self.head_todos(handover), self.employee)
        self.assertEqual(len(handover.sudo().activity_ids), 1)
        menus = self.env["ir.ui.menu"].with_user(self.employee)._visible_menu_ids()
        self.assertIn(self.env.ref("crm_governance.governance_handover_menu").id, menus)
        [row] = self.rpc(self.employee, HANDOVER, "search_read", [], ["can_sign"])
        self.assertEqual(row, {"id": handover.id, "can_sign": True})
        handover.with_user(self.employee).action_sign()
        self.assertFalse(self.head_todos(handover))
        self.assertEqual(handover.state, "open")

    def test_custodians_who_lead_are_told_of_both(self):
        """Who signs as head still has to take back what a leaver keeps."""
        self.led(self.custodian2)
        handover = self.handover(head_id=self.custodian2.id)
        handover._ask_custodians()
        mine = handover.sudo().activity_ids.filtered(
            lambda todo: todo.user_id == self.custodian2
        )
        self.assertEqual(len(mine), 2)

    def test_buttons(self):
        """Who may only read is offered no step."""
        handover = self.handover()
        for user, can_work in (
            (self.custodian, True),
            (self.leader, True),
            (self.rep, False),
            (self.executive, False),
            (self.auditor, False),
        ):
            with self.subTest(user=user.login):
                self.env.invalidate_all()
                self.assertEqual(handover.with_user(user).can_work, can_work)
        arch = handover.get_view(view_type="form")["arch"]
        for name in ("action_pass_on", "action_refresh", "action_cancel"):
            [button] = etree.fromstring(arch).xpath(f"//button[@name='{name}']")
            self.assertIn("not can_work", button.get("invisible"))
        handover.action_cancel()
        self.assertFalse(handover.can_work)

    def test_once(self):
        """One hand-over of a person at a time; after it has ended, another."""
        handover = self.handover()
        self.assertEqual(self.env[HANDOVER].search_count([]), 1)
        handover.action_cancel()
        self.assertEqual(handover.state, "cancelled")
        self.env.flush_all()
        self.handover()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(UniqueViolation),
            self.env.cr.savepoint(),
        ):
            self.handover()

    def test_form(self):
        """A custodian fills it in."""
        form = Form(self.env[HANDOVER].with_user(self.custodian))
        form.user_id = self.rep
        self.assertEqual(form.head_id, self.leader)
        form.kind = "transfer"
        form.successor_id = self.rep2
        handover = form.save()
        self.assertEqual(handover.open_count, 4)


@tagged("post_install", "-at_install")
class TestArchivedPeople(HandoverCommon):
    """Archiving ends access at once; what is kept is noted (C-40, C-42)."""

    def test_nobody_leaves_with_a_file(self):
        """Whoever holds volumes on paper is not archived before they are back."""
        loan = self.lent(self.volume)
        with self.assertSays("still has 1 volumes"):
            self.rep.active = False
        self.lines(loan).with_user(self.rep)._report("claimed", "On the desk")
        with self.assertSays("still has 1 volumes"):
            self.rep.active = False
        self.env.invalidate_all()
        self.assertTrue(self.rep.active)
        # The others are not kept by it.
        self.rep2.active = False
        self.take_back(loan)
        self.rep.active = False
        self.assertFalse(self.rep.active)

    def test_archiving_is_noted(self):
        """What else is kept keeps nobody from archiving; custodians get a to-do."""
        self.rep.active = False
        self.assertFalse(self.rep.active)
        handover = self.env[HANDOVER].search([("user_id", "=", self.rep.id)])
        self.assertEqual(handover.state, "open")
        self.assertEqual(self.kinds(handover), ["lead"] + ["owner"] * 3)
        self.assertLessEqual(
            self.custodian | self.custodian2 | self.custodian3, self.todos(handover)
        )
        self.assertNotIn(self.rep, self.todos(handover))
        count = len(handover.activity_ids)
        self.rep.active = True
        self.rep.active = False
        self.assertEqual(self.env[HANDOVER].search_count([]), 1)
        self.assertEqual(len(handover.activity_ids), count)
        handover.head_id = self.leader
        self.give_away_customers()
        handover.with_user(self.custodian).action_sign()
        handover.with_user(self.leader).action_sign()
        self.assertEqual(handover.state, "done")
        self.assertFalse(handover.activity_ids)

    def test_nothing_kept(self):
        """Who keeps nothing leaves without a hand-over, like people of the portal."""
        (self.employee | self.portal).active = False
        self.assertFalse(self.env[HANDOVER].search([]))

    def test_companies(self):
        """Each company takes its own back; its custodians alone are told."""
        other = self.env["res.company"].create({"name": "Other"})
        self.rep.company_ids |= other
        foreign = self.custodian3
        foreign.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        self.rep.active = False
        handover = self.env[HANDOVER].search([])
        self.assertEqual(handover.company_id, self.company)
        self.assertNotIn(foreign, self.todos(handover))
        self.assertFalse(self.env[HANDOVER].with_user(foreign).search([]))

    def test_reading_ends_at_once(self):
        """Who is archived or suspended reads nothing more on loan (C-36)."""
        loan = self.reader_loan()
        self.assertReads(self.rep2, self.electronic)
        self.rep2._with_suspension().governance_suspended = True
        self.assertHidden(self.rep2, self.electronic)
        self.assertHidden(self.rep2, self.secret)
        self.rep2._with_suspension().governance_suspended = False
        self.assertReads(self.rep2, self.electronic)
        self.rep2.active = False
        self.assertHidden(self.rep2, self.electronic)
        self.assertHidden(self.rep2, self.secret)
        self.assertEqual(self.lines(loan).state, "returned")
        self.assertEqual(self.events(loan)[-1], "returned")
        self.assertFalse(self.env[HANDOVER].search([("user_id", "=", self.rep2.id)]))
        self.rep2.active = True
        self.assertHidden(self.rep2, self.electronic)

    def reader_loan(self):
        """Return the loan of an electronic volume to somebody below its level."""
        loan = self.asked(self.electronic.browse(), self.rep2, wanted="Secret Holding")
        desk = self.custodian2
        loan.with_user(desk)._choose(self.electronic.with_user(desk))
        self.decide(loan)
        loan.action_accept_undertaking()
        self.hand_out(loan)
        return loan

    def test_paper_stays_on_the_desk(self):
        """A volume on paper has to be fetched from whoever is suspended (C-42)."""
        loan = self.lent(self.volume)
        self.rep._with_suspension().governance_suspended = True
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_governance.governance_loan_line_action_out"
        )
        lines = self.env["governance.loan.line"].with_user(self.custodian)
        found = lines.search(literal_eval(action["domain"]))
        self.assertIn(self.lines(loan).id, found.ids)
        self.assertEqual(self.volume.holder, self.rep.name)
        self.at(self.DUE + timedelta(days=7))
        self.run_loans()
        self.assertIn("overdue", self.events(loan))
        self.take_back(loan)
        self.assertEqual(loan.state, "returned")

    def test_custodians_hear_of_overdue_loans_of_leavers(self):
        """The ladder goes on to those who are there, whatever archived the borrower."""
        self.lent(self.volume)
        self.env.flush_all()
        # As an import or another addon might do, past the check.
        self.env.cr.execute(
            "UPDATE res_users SET active = false WHERE id = %s", [self.rep.id]
        )
        self.env.invalidate_all()
        self.at(self.DUE + timedelta(days=7))
        self.run_job("governance.loan", "_cron_climb")
        rungs = self.env["governance.overdue.rung"].search([])
        self.assertTrue(rungs)
        self.assertNotIn(self.rep, rungs.told_ids)
