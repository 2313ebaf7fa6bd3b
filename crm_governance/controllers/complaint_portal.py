# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from werkzeug.exceptions import NotFound

from odoo import http
from odoo.exceptions import AccessError, UserError
from odoo.http import request
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import format_datetime

from odoo.addons.portal.controllers.portal import CustomerPortal, pager

_logger = logging.getLogger(__name__)

# What the form of a new complaint asks for.
FORM = ("title", "description", "demand", "type", "order")


class ComplaintPortal(CustomerPortal):
    """The customer's own complaints: follow, add to, accept or reject the answer.

    No link opens a complaint without signing in, and nothing is read or done but
    through the methods that name what customers see.
    """

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "complaint_count" in counters:
            complaints = request.env["governance.complaint"]
            values["complaint_count"] = complaints.sudo().search_count(
                complaints._get_own_domain(), limit=1
            )
        return values

    def _get_complaint(self, number):
        """Return the complaint as the system; 404 for those of others and for none."""
        complaints = request.env["governance.complaint"]
        domain = complaints._get_own_domain() & complaints._get_number_domain(number)
        complaint = complaints.sudo().search(domain)
        if not complaint:
            raise NotFound()
        return complaint

    # ------------------------------------------------------------------
    # PAGES
    # ------------------------------------------------------------------

    @http.route(
        ["/my/complaints", "/my/complaints/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def complaints(self, page=1, **_params):
        """List the own complaints, the latest first."""
        complaints = request.env["governance.complaint"]
        domain = complaints._get_own_domain()
        pages = pager(
            url="/my/complaints",
            total=complaints.sudo().search_count(domain),
            page=page,
            step=self._items_per_page,
        )
        found = complaints.sudo().search(
            domain,
            order="date_received desc, id desc",
            limit=self._items_per_page,
            offset=pages["offset"],
        )
        return request.render(
            "crm_governance.portal_my_complaints",
            {
                **self._prepare_portal_layout_values(),
                "page_name": "complaints",
                "default_url": "/my/complaints",
                "pager": pages,
                "complaints": [one._get_customer_summary() for one in found],
                "format_moment": self._format_moment,
            },
        )

    @http.route(
        "/my/complaints/new", type="http", auth="user", website=True, methods=["GET"]
    )
    def new_complaint(self, **_params):
        """Show the form of a new complaint."""
        return self._render_form({})

    @http.route(
        "/my/complaints/new", type="http", auth="user", website=True, methods=["POST"]
    )
    def submit_complaint(self, **params):
        """Register a complaint; keep, or ask again for, what cannot be."""
        told = {name: str(params.get(name) or "") for name in FORM}
        complaints = request.env["governance.complaint"].sudo()
        try:
            with request.env.cr.savepoint():
                complaint = complaints._complain(told, self._get_files())
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            # Odoo asks again.
            raise
        except Exception as error:
            if isinstance(error, UserError) and not isinstance(error, AccessError):
                return self._render_form(told, error)
            _logger.warning(
                "A complaint of the portal failed and is kept", exc_info=True
            )
            request.env.invalidate_all(flush=False)
            self._keep(told, error)
            return request.render(
                "crm_governance.portal_complaint_kept",
                {**self._prepare_portal_layout_values(), "page_name": "complaints"},
            )
        return request.redirect(f"/my/complaints/{complaint.id}")

    def _keep(self, told, error):
        """Keep the words of a complaint that failed, and whose they are."""
        partner = request.env.user.partner_id
        request.env["governance.complaint.intake"]._keep_told(
            {
                "title": told["title"],
                "description": told["description"],
                "demand": told["demand"],
                "name": partner.name or "",
                "email": partner.email or "",
            },
            partner,
            "portal",
            error,
        )

    def _render_form(self, told, error=None):
        complaints = request.env["governance.complaint"]
        return request.render(
            "crm_governance.portal_complaint_form",
            {
                **self._prepare_portal_layout_values(),
                "page_name": "complaints",
                "told": told,
                "error": str(error) if error else "",
                "types": [(one.id, one.name) for one in complaints._get_portal_types()],
                "orders": [(one.id, one.name) for one in complaints._get_own_orders()],
            },
        )

    @http.route(
        "/my/complaints/<int:number>",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
    )
    def complaint(self, number, **_params):
        """Show a complaint of one's own."""
        return self._render_complaint(self._get_complaint(number))

    def _render_complaint(self, complaint, error=None, text=""):
        files = complaint._get_customer_files()
        return request.render(
            "crm_governance.portal_complaint",
            {
                **self._prepare_portal_layout_values(),
                "page_name": "complaints",
                "complaint": complaint._get_customer_summary(),
                "timeline": [
                    {**line, "files": [(one.id, one.name) for one in line["files"]]}
                    for line in complaint._get_customer_timeline()
                ],
                "files": [(one.id, one.name) for one in files],
                "error": str(error) if error else "",
                "text": text,
                "format_moment": self._format_moment,
            },
        )

    @http.route(
        "/my/complaints/<int:number>/files/<int:file_id>",
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def complaint_file(self, number, file_id, **_params):
        """Let the customer save a file that was sent by, or to, the customer."""
        files = self._get_complaint(number)._get_readable_files()
        file = files.filtered(lambda one: one.id == file_id)
        if not file:
            raise NotFound()
        stream = request.env["ir.binary"]._get_stream_from(file)
        # Never shown, always saved: whatever it is runs nowhere.
        return stream.get_response(
            as_attachment=True, content_security_policy="default-src 'none'; sandbox"
        )

    # ------------------------------------------------------------------
    # DEEDS
    # ------------------------------------------------------------------

    @http.route(
        "/my/complaints/<int:number>/<any(message,accept,reject):deed>",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def complaint_deed(self, number, deed, text="", **_params):
        """Take a message of the customer, or the word on the answer."""
        complaint = self._get_complaint(number)
        try:
            with request.env.cr.savepoint():
                if deed == "message":
                    complaint._write_as_customer(text, self._get_files())
                elif deed == "accept":
                    complaint._accept_as_customer()
                else:
                    complaint._reject_as_customer(text, self._get_files())
        except UserError as error:
            return self._render_complaint(complaint, error, text)
        return request.redirect(f"/my/complaints/{complaint.id}")

    # ------------------------------------------------------------------
    # TOOLS
    # ------------------------------------------------------------------

    def _get_files(self):
        """Return name and content of the files that a form brings."""
        uploads = request.httprequest.files.getlist("files")
        return [(one.filename, one.read()) for one in uploads if one.filename]

    def _format_moment(self, moment):
        return format_datetime(request.env, moment, dt_format="short")
