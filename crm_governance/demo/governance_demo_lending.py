# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from base64 import b64encode
from datetime import timedelta

from odoo import fields, models
from odoo.fields import Command

# What the borrowing policies of the sources leave open.
LENDING = {
    "03": {},
    "05": {},
    "06": {"recall_value": 2, "max_renewals": 1, "total_days": 28},
    "07": {},
    "08": {"recall_value": 2, "max_renewals": 1, "total_days": 28},
}


class GovernanceDemo(models.AbstractModel):
    """Who has borrowed which volumes of the demo story."""

    _inherit = "governance.demo"

    def _lend(self):
        """Let every fate of a loan be seen once."""
        self._adopt_lending()
        self._make_lendable()
        self._lend_returned()
        self._lend_lost()
        self._lend_overdue()
        self._lend_in_reading_room()
        self._lend_due_soon()
        self._lend_electronic()
        self._ask_for_loans()

    def _adopt_lending(self):
        for name in ("loan_incident", "file_unseal"):
            self._adopt(f"governance_approval_policy_{name}", {"expiry_value": 14})
        for number, values in LENDING.items():
            self._adopt_lending_matrix(number)
            self._adopt(f"governance_lending_policy_bp_{number}", values)

    def _adopt_lending_matrix(self, number):
        preset = self._ref(f"governance_approval_policy_bp_{number}")
        matrix = preset.with_user(self._admin())._adopt(
            self._company(), {"expiry_value": 14}
        )
        if len(matrix.step_ids) > 1:
            # There is one executive only.
            matrix.step_ids[-1].group_id = self._ref("group_custodian")
        matrix.action_publish()

    def _make_lendable(self):
        """File some more volumes of last year."""
        self._make_file("eastport", "Room 1, shelf 2")
        self._make_file("meridian", "Room 1, strongroom")
        for name, title in (
            ("harbour", "Minutes of the site meetings"),
            ("harbour", "Offers for the footbridges"),
            ("harbour", "Supplementary agreements"),
            ("eastport", "Orders and delivery notes"),
            ("eastport", "Correspondence on the slipway"),
            ("eastport", "Complaints about the decking"),
            ("silverline", "Price agreements"),
        ):
            self._file_volume(
                name, title, "sales", "1", [("correspondence", title, "", 4, 12)]
            )
        self._file_volume(
            "meridian",
            "Drawings of the new lines",
            "sales",
            "1",
            [("contract", "Line plan with the sites of the pylons", "MP-3", 1, 40)],
            medium="electronic",
        )

    # ------------------------------------------------------------------
    # LOANS
    # ------------------------------------------------------------------

    def _lend_returned(self):
        """One was returned in time; both sides have counted."""
        with self._ago(days=40):
            loan = self._borrow(
                "leader", "Offers for the footbridges", "Prices for a new offer.", 7
            )
            self._hand_out(loan)
        with self._ago(days=36):
            loan.sudo().line_ids.with_user(self._user("archivist"))._take_back(
                "good", is_present=True
            )

    def _lend_lost(self):
        """One is lost; the custodian looks into it."""
        with self._ago(days=24):
            loan = self._borrow(
                "committee", "Price agreements", "Session of the committee.", 10
            )
            self._hand_out(loan)
        with self._ago(days=16):
            loan.sudo().line_ids.with_user(self._user("committee"))._report(
                "lost", "It was in my briefcase, which I left on the train to Leeds."
            )
        incident = loan.incident_ids.with_user(self._user("archivist"))
        incident.action_investigate()
        incident.write(
            {
                "findings": "The railway has not found the briefcase so far.",
                "severity": "serious",
                "is_liable": "yes",
                "remedy": "The customer sends signed copies of both agreements.",
                "penalty_amount": 100,
            }
        )

    def _lend_overdue(self):
        """One is overdue for a week: all rungs of the ladder have been climbed."""
        with self._ago(days=22):
            loan = self._borrow(
                "rep_2", "Orders and delivery notes", "Answer to a complaint.", 10
            )
            self._hand_out(loan)
        due = loan.date_due
        line = loan.sudo().line_ids
        days = line.policy_id._get_overdue_delays()
        for rung in sorted(days.values()):
            moment = due + timedelta(days=rung, hours=9)
            if moment >= fields.Datetime.now():
                break
            with self._at(moment):
                line._note_overdue()
                loan.sudo()._climb()

    def _lend_in_reading_room(self):
        """A reader from outside was in the archive room on the last open day."""
        opened = self._get_opening()
        with self._at(opened + timedelta(minutes=20)):
            loan = self._as(self._user("archivist"), "governance.loan").create(
                {
                    "user_id": False,
                    "reader_name": "Ingrid Dahl",
                    "reader_unit": "University of Leeds, Civil Engineering",
                    "policy_id": self._get_lending("05").id,
                    "purpose": "Study on timber bridges, with the customer's consent.",
                    "letter": b64encode(b"Letter of introduction of the university"),
                    "letter_name": "letter.txt",
                    "identity_document": b64encode(b"Passport, seen by T. Lind"),
                    "identity_name": "passport.txt",
                    "line_ids": [
                        Command.create(
                            {"volume_id": self._get_volume("Framework contract").id}
                        )
                    ],
                }
            )
            loan.action_request_approval()
            self._decide(loan, "executive")
            self._decide(loan, "custodian")
            loan.action_accept_undertaking()
            self._hand_out(loan)
        with self._at(opened + timedelta(hours=2)):
            loan.sudo().line_ids.with_user(self._user("custodian"))._take_back(
                "good", is_present=True
            )

    def _lend_due_soon(self):
        """One is due today, or on the next day that the archive is open."""
        with self._ago(days=3):
            loan = self._borrow(
                "rep", "Minutes of the site meetings", "Report to the customer.", 3
            )
            self._hand_out(loan)

    def _lend_electronic(self):
        """A leader reads an electronic volume of a secret customer for a while."""
        loan = self._as(self._user("leader_2"), "governance.loan").create(
            {
                "policy_id": self._get_lending("06").id,
                "purpose": "Timber for the pylons in our region.",
                "wanted": "Meridian Power Grid: where the new lines will run.",
                "date_wanted": fields.Datetime.now() + timedelta(days=7),
            }
        )
        loan.action_request_approval()
        loan.with_user(self._user("archivist"))._choose(
            self._get_volume("Drawings of the new lines", "archivist")
        )
        self._approve_and_accept(loan)
        self._hand_out(loan)

    def _ask_for_loans(self):
        """One is ready, one waits in the queue, two have just been asked for."""
        self._borrow(
            "leader_2", "Correspondence on the slipway", "Visit next week.", 10
        )
        self._borrow(
            "leader", "Orders and delivery notes", "Meeting with the shipyard.", 10
        )
        self._ask_loan("rep", "Supplementary agreements", "New prices.", 5)
        self._as(self._user("leader"), "governance.loan").create(
            {
                "policy_id": self._get_lending("06").id,
                "purpose": "Preparation of the yearly meeting.",
                "wanted": "Harbour Bridge Construction: what was agreed on piles.",
                "date_wanted": fields.Datetime.now() + timedelta(days=5),
            }
        ).action_request_approval()

    # ------------------------------------------------------------------
    # TOOLS
    # ------------------------------------------------------------------

    def _get_opening(self):
        """Return when the archive room was opened on the last day before today."""
        days = self._get_lending("05")._get_open_days()
        day = days.get_day(fields.Datetime.now()) - timedelta(days=1)
        return days.get_start(days.get_previous(day, day - timedelta(days=60)))

    def _get_lending(self, number):
        return self.env["governance.lending.policy"].search(
            [
                ("company_id", "=", self._company().id),
                ("code", "=", f"BP-{number}"),
                ("state", "=", "published"),
            ]
        )

    def _get_volume(self, title, role="custodian"):
        volumes = self._as(self._user(role), "governance.file.volume")
        return volumes.search([("name", "=", title)])

    def _ask_loan(self, role, title, purpose, days):
        """Return the request of a person for a volume, for some days."""
        loan = self._as(self._user(role), "governance.loan").create(
            {
                "policy_id": self._get_lending("06").id,
                "purpose": purpose,
                "date_wanted": fields.Datetime.now() + timedelta(days=days),
                "line_ids": [Command.create({"volume_id": self._get_volume(title).id})],
            }
        )
        loan.action_request_approval()
        return loan

    def _borrow(self, role, title, purpose, days):
        """Return a loan that is approved, its undertaking accepted."""
        loan = self._ask_loan(role, title, purpose, days)
        self._approve_and_accept(loan)
        return loan

    def _approve_and_accept(self, loan):
        self._decide(loan, "executive")
        loan.action_accept_undertaking()

    def _decide(self, record, role):
        request = record.sudo().approval_request_id.with_user(self._user(role))
        request.decide("approved", "I agree.")

    def _hand_out(self, loan):
        loan.sudo().line_ids.with_user(self._user("archivist"))._hand_out(
            is_present=True
        )
