# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from email.message import EmailMessage
from itertools import count

from odoo.fields import Command
from odoo.tools import mute_logger

from .complaints_common import ComplaintCommon

QUIET = (
    "odoo.addons.mail.models.mail_thread",
    "odoo.addons.crm_governance.models.complaints.governance_complaint_intake_mail",
)


class ComplaintMailCommon(ComplaintCommon):
    """An address of customer service, and mails that arrive there.

    `anna` is a contact of `open_customer`.
    """

    ADDRESS = "complaints@governance.example.com"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.enterClassContext(mute_logger(*QUIET))
        cls.domain = cls.env["mail.alias.domain"].create(
            {
                "name": "governance.example.com",
                "company_ids": [Command.link(cls.company.id)],
            }
        )
        cls.company.alias_domain_id = cls.domain
        cls.service_unit.alias_name = "complaints"
        cls.anna = cls.env["res.partner"].create(
            {
                "name": "Anna",
                "email": "anna@customer.example.com",
                "parent_id": cls.open_customer.id,
            }
        )
        cls.numbers = count(1)
        cls.procedure()
        cls.env.flush_all()

    @classmethod
    def mail(
        cls, body="It is broken.", attachments=(), html=None, headers=(), **values
    ):
        """Return a mail as it arrives.

        :param attachments: tuples of name and content
        """
        mail = EmailMessage()
        values = {
            "From": "Anna <anna@customer.example.com>",
            "To": cls.ADDRESS,
            "Subject": "Scratches",
            "Date": "Mon, 02 Mar 2026 08:30:00 +0000",
            "Message-Id": f"<mail-{next(cls.numbers)}@customer.example.com>",
            **{name.replace("_", "-"): value for name, value in values.items()},
        }
        for name, value in [*values.items(), *headers]:
            if value is not None:
                mail[name] = value
        mail.set_content(body)
        if html:
            mail.add_alternative(html, subtype="html")
        for name, content in attachments:
            mail.add_attachment(
                content, maintype="application", subtype="octet-stream", filename=name
            )
        return mail.as_bytes()

    def receive(self, mail=None, user=None, **values):
        """Let a mail arrive; return what came of it as complaints and as kept mails."""
        complaints = self.env["governance.complaint"].with_context(active_test=False)
        intakes = self.env["governance.complaint.intake"]
        before = complaints.search([]), intakes.search([])
        threads = self.env["mail.thread"].with_user(
            user or self.env.ref("base.user_root")
        )
        threads.message_process(None, mail if mail is not None else self.mail(**values))
        self.env.flush_all()
        return complaints.search([]) - before[0], intakes.search([]) - before[1]

    def events(self, complaint):
        return complaint.event_ids.sorted("id").mapped("kind")

    def sent_to(self, complaint):
        """Return the addresses that mails to the customer go to."""
        return self.mails_of(complaint).mapped("email_to")

    def mails_of(self, complaint):
        """Return the mails about a complaint that go to no colleague."""
        return self.env["mail.mail"].search(
            [
                ("model", "=", complaint._name),
                ("res_id", "=", complaint.id),
                ("email_to", "!=", False),
            ]
        )
