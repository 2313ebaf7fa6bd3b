# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.http import Request
from odoo.tests import HttpCase

from .complaints_mail_common import ComplaintMailCommon


class ComplaintPortalCommon(ComplaintMailCommon, HttpCase):
    """`portal` is a contact of `open_customer`, `colleague` another one.

    `stranger` belongs to no customer.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal.partner_id.write(
            {"parent_id": cls.open_customer.id, "email": "portal@customer.example.com"}
        )
        cls.colleague = cls.portal.copy(
            {"login": "governance_colleague", "name": "Colleague"}
        )
        cls.colleague.partner_id.parent_id = cls.open_customer
        cls.stranger = cls.portal.copy(
            {"login": "governance_stranger", "name": "Stranger"}
        )
        cls.stranger.partner_id.parent_id = False
        for user in (cls.portal, cls.colleague, cls.stranger):
            user.password = "a-long-password"
        cls.env.flush_all()

    def setUp(self):
        super().setUp()
        # Sessions have a life of their own; what is stamped is not looked at here.
        self.sign_in(self.portal)

    def sign_in(self, user):
        self.authenticate(user.login, "a-long-password")

    def submit(self, url, files=(), **values):
        """Send a form."""
        self.env.flush_all()
        token = Request.csrf_token(self)
        return self.url_open(
            url,
            data={**values, "csrf_token": token},
            files=[("files", file) for file in files] or None,
        )

    def complain(self, files=(), **values):
        before = self.env["governance.complaint"].search([])
        answer = self.submit(
            "/my/complaints/new",
            files=files,
            **{"title": "Scratches", "description": "On the door", **values},
        )
        return self.env["governance.complaint"].search([]) - before, answer

    def answered(self):
        """Return a complaint of `portal` that has got an answer."""
        complaint, _answer = self.complain()
        self.answer(complaint)
        return complaint

    def answer(self, complaint):
        """Let customer service answer."""
        complaint._as_system().write(
            {
                "state": "answered",
                "date_answered": complaint.date_received,
                "unit_id": self.service_unit.id,
            }
        )
        complaint.with_user(self.service)._log_event("answered", note="Our secret note")
        self.env.flush_all()
