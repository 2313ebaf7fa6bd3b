# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta
from unittest.mock import patch

from odoo import fields
from odoo.fields import Command
from odoo.tests import freeze_time

from .confidentiality_common import ConfidentialityCommon


class LoanCommon(ConfidentialityCommon):
    """Volumes of open and confidential customers, and a policy to lend them under.

    | volume     | customer      | medium     | documents |
    |------------|---------------|------------|-----------|
    | volume     | open_customer | paper      | 3         |
    | volume2    | open_customer | paper      | 0         |
    | electronic | secret        | electronic | 0         |
    | closed     | secret        | paper      | 0         |

    Everybody is employed by the company; `custodian2` is cleared for all levels,
    `custodian` for none; `executive` approves what is open, `boss` everything.
    """

    # A Monday, later than anything that is in the register of access already.
    NOW = "2035-03-05 08:00:00"
    DUE = datetime(2035, 3, 8, 23, 59)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for login, user in cls.users.items():
            user.name = f"governance_{login}"
        if cls.NOW:
            clock = freeze_time(cls.NOW)
            clock.start()
            cls.addClassCleanup(clock.stop)
        cls.company._get_governance_calendar().tz = "UTC"
        cls.create_matrix(
            [cls.group_step("group_executive")],
            subject="lending",
            code="LEND",
            name="Loans",
        )
        cls.policy = cls.lending_policy()
        cls.open_file = cls.file(cls.open_customer)
        cls.secret_file = cls.file(cls.secret)
        cls.volume = cls.filed(cls.open_file, "Contracts", barcode="V-1")
        cls.volume2 = cls.filed(cls.open_file, "Visits", barcode="V-2")
        cls.electronic = cls.filed(cls.secret_file, "Mails", medium="electronic")
        cls.closed = cls.filed(cls.secret_file, "Secrets", barcode="V-9")
        cls.env["governance.file.document"]._as_system().create(
            [{"name": f"Contract {n}", "volume_id": cls.volume.id} for n in range(3)]
        )
        cls.env.flush_all()

    @classmethod
    def lending_policy(cls, **values):
        """Return a lending policy in force: three days, the executive approves."""
        policy = cls.env["governance.lending.policy"].create(
            {
                "name": "Lending",
                "code": "T-1",
                "approval_code": "LEND",
                "undertaking": "I lend nothing on and mark nothing.",
                "due_rule": "days",
                "due_days": 3,
                "calendar_mode": "days",
                "max_renewals": 2,
                "total_days": 30,
                "recall_value": 1,
                "recall_unit": "days",
                "penalty_min": 50,
                "penalty_max": 500,
                **values,
            }
        )
        policy.action_publish()
        return policy

    @classmethod
    def file(cls, partner):
        return cls.env["governance.file"].create(
            {"partner_id": partner.id, "user_id": cls.custodian2.id}
        )

    @classmethod
    def filed(cls, file, name, **values):
        """Return a volume that can be lent."""
        volume = cls.env["governance.file.volume"].create(
            {"name": name, "file_id": file.id, **values}
        )
        volume._as_system().write({"state": "filed"})
        return volume

    # ------------------------------------------------------------------
    # STEPS
    # ------------------------------------------------------------------

    @classmethod
    def draft(cls, volumes, user=None, borrower=None, **values):
        """Return a loan that a user enters."""
        user = user or cls.rep
        return (
            cls.env["governance.loan"]
            .with_user(user)
            .create(
                {
                    "user_id": (borrower or user).id,
                    "policy_id": cls.policy.id,
                    "purpose": "The yearly meeting",
                    "line_ids": [
                        Command.create({"volume_id": volume.id}) for volume in volumes
                    ],
                    **values,
                }
            )
        )

    @classmethod
    def asked(cls, volumes, user=None, **values):
        loan = cls.draft(volumes, user, **values)
        loan.action_request_approval()
        cls.env.invalidate_all()
        return loan

    @classmethod
    def approved(cls, volumes, user=None, approver=None, **values):
        """Return a loan that is approved, its undertaking accepted."""
        loan = cls.asked(volumes, user, **values)
        cls.decide(loan, approver=approver)
        if loan.user_id:
            loan.with_user(loan.user_id).action_accept_undertaking()
        cls.env.invalidate_all()
        return loan

    @classmethod
    def decide(cls, loan, verdict="approved", approver=None):
        request = loan.sudo().approval_request_id
        request.with_user(approver or cls.boss).decide(verdict, "Agreed")
        cls.env.invalidate_all()

    @classmethod
    def lent(cls, volumes, user=None, custodian=None, is_present=True, **values):
        """Return a loan that was handed out."""
        loan = cls.approved(volumes, user, **values)
        cls.hand_out(loan, custodian, is_present=is_present)
        return loan

    @classmethod
    def lines(cls, loan):
        """Return the lines of a loan, as the superuser and the database have them."""
        cls.env.flush_all()
        cls.env.invalidate_all()
        return loan.sudo().line_ids

    @classmethod
    def hand_out(cls, loan, custodian=None, **values):
        lines = cls.lines(loan).with_user(custodian or cls.custodian2)
        lines._hand_out(**values)
        cls.env.invalidate_all()

    @classmethod
    def take_back(cls, loan, custodian=None, condition="good", **values):
        lines = cls.lines(loan).with_user(custodian or cls.custodian2)
        lines._take_back(condition, **values)
        cls.env.invalidate_all()

    def under(self, **values):
        """Lend under another policy for the rest of the test."""
        policy = self.lending_policy(**values)
        patcher = patch.object(type(self), "policy", policy)
        patcher.start()
        self.addCleanup(patcher.stop)

    def later(self, **delta):
        """Let time pass for the rest of the test."""
        self.at(fields.Datetime.now() + timedelta(**delta))

    def at(self, moment):
        """Let the rest of the test happen at a moment."""
        clock = freeze_time(moment)
        clock.start()
        self.addCleanup(clock.stop)

    def events(self, loan):
        """Return what the register tells of a loan, oldest first."""
        self.env.flush_all()
        self.env.invalidate_all()
        events = self.env["governance.loan.event"].search(
            [("loan_id", "=", loan.id)], order="id"
        )
        return events.mapped("event")

    def run_loans(self):
        """Run the scheduled job of loans."""
        crons = type(self.env["ir.cron"])
        with patch.object(crons, "_commit_progress", lambda *args, **kwargs: 1000):
            self.env["governance.loan.line"]._cron_tidy()
        self.env.invalidate_all()
