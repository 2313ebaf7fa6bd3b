# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime, format_list, html2plaintext, is_html_empty

# What has to be decided before a solution is told, and what makes an old one void.
DECISIONS = (
    "accepted",
    "declined",
    "not_investigated",
    "report_approved",
    "opinion_approved",
    "rejected",
    "reopened",
)


class GovernanceComplaintReply(models.Model):
    """What the customer is told, in writing or by word of mouth (D-29).

    A solution comes from a unit that answers customers; whoever handles the complaint
    stays in contact besides (D-09).  What was sent stays as it is.
    """

    _name = "governance.complaint.reply"
    _description = "Reply to a Complaint"
    _inherit = [
        "governance.guarded.mixin",
        "governance.complaint.part.mixin",
        "governance.labelled.mixin",
    ]
    _order = "complaint_id desc, id desc"
    _rec_name = "subject"
    _has_drafts = True

    purpose = fields.Selection(
        selection=[
            ("solution", "Solution"),
            ("contact", "Question or interim word"),
            ("extension", "It takes longer"),
        ],
        required=True,
        default="contact",
        help="Customer service alone sends solutions.",
    )
    mode = fields.Selection(
        selection=[("written", "In writing"), ("oral", "Orally")],
        required=True,
        default="written",
    )
    subject = fields.Char(string="Mail Subject")
    body = fields.Html(
        string="Text",
        help="What is sent; of a talk, what was said.",
    )
    lang = fields.Char(string="Language", readonly=True)
    recipient = fields.Char(
        string="Addressee", compute="_compute_recipient", help="Who complains."
    )
    attachment_ids = fields.Many2many(
        comodel_name="ir.attachment",
        relation="governance_complaint_reply_attachment_rel",
        column1="reply_id",
        column2="attachment_id",
        string="Attachments",
        copy=False,
    )
    spoken_with = fields.Char(help="With whom it was talked about.")
    date_spoken = fields.Datetime(
        string="Talked on", help="When it was said. Empty: just now."
    )
    state = fields.Selection(
        selection=[("draft", "Draft"), ("sent", "Sent"), ("told", "Told")],
        required=True,
        readonly=True,
        default="draft",
        index=True,
        copy=False,
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Answered by",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    date_sent = fields.Datetime(string="Answered on", readonly=True, copy=False)
    sent_to = fields.Char(readonly=True, copy=False)
    extension_id = fields.Many2one(
        comodel_name="governance.complaint.extension",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )

    can_send = fields.Boolean(compute="_compute_can_send")

    _solution_uniq = models.UniqueIndex(
        "(complaint_id) WHERE state = 'draft' AND purpose = 'solution'",
        "This complaint has a draft of the reply already.",
    )

    @api.depends("complaint_id")
    def _compute_recipient(self):
        for reply in self:
            complaint = reply.complaint_id
            partner = complaint._get_recipient() if complaint else None
            name = partner.display_name if partner else complaint.complainant_name
            email = complaint._get_recipient_email() if complaint else ""
            reply.recipient = f"{name or ''} <{email}>" if email else name

    @api.depends("complaint_id.user_id", "purpose", "state")
    @api.depends_context("uid")
    def _compute_can_send(self):
        """Tell whether the user may tell the customer so; `_check_answerer` decides."""
        for reply in self:
            complaint = reply.complaint_id
            is_handler = complaint.sudo().user_id == self.env.user
            reply.can_send = (
                bool(complaint)
                and reply.state == "draft"
                and (
                    complaint._is_answered_by_user()
                    or (is_handler and reply.purpose != "solution")
                )
            )

    @api.depends("complaint_id", "purpose", "subject")
    @api.depends_context("uid", "lang")
    def _compute_display_name(self):
        return super()._compute_display_name()

    def _get_label(self):
        purposes = dict(self._fields["purpose"]._description_selection(self.env))
        return f"{self.complaint_id.name or ''}: {purposes.get(self.purpose, '')}"

    @api.onchange("purpose")
    def _onchange_purpose(self):
        """Begin with the text of the template."""
        complaint = self.complaint_id
        if complaint and is_html_empty(self.body):
            values = complaint._prepare_reply(self.purpose)
            self.subject = values.get("subject")
            self.body = values.get("body")
            self.mode = values["mode"]

    def _get_user_fields(self):
        names = super()._get_user_fields() | {
            "mode",
            "subject",
            "body",
            "attachment_ids",
            "spoken_with",
            "date_spoken",
        }
        return names if self else names | {"complaint_id", "purpose"}

    @api.model_create_multi
    def create(self, vals_list):
        """Draft replies; UserError for who may not tell the customer so."""
        if not self._is_system():
            for vals in vals_list:
                complaint = self.complaint_id.browse(vals.get("complaint_id"))
                complaint.check_access("write")
                self._check_answerer(complaint, vals.get("purpose"))
        replies = super().create(vals_list)
        if not self._is_system():
            # Defaults may have come with the context.
            replies._check_sender()
        return replies

    def write(self, vals):
        """Change drafts; UserError for who may not answer."""
        if not self._is_system():
            self.check_access("write")
            self._check_sender()
        return super().write(vals)

    def _check_deletable(self):
        """Let drafts be deleted, save the notice of an extension."""
        for reply in self:
            if reply.extension_id:
                reply._refuse_change()
        return super()._check_deletable()

    # ------------------------------------------------------------------
    # ANSWERING
    # ------------------------------------------------------------------

    def action_send(self):
        """Send the replies, or note that they were told (D-29).

        :raises UserError: for who does not answer customers, in another step, with
            nothing to say, nobody to write to, or remedies that nobody has decided yet
        """
        self.check_access("write")
        for reply in self:
            reply._check_sender()
            reply._lock_step()
            reply._lock("draft")
            reply._check_sendable()
            reply._answer()
        return True

    def _check_sender(self):
        """Refuse who may not send these; see `_check_answerer`."""
        for reply in self:
            self._check_answerer(reply.complaint_id, reply.purpose)

    @api.model
    def _check_answerer(self, complaint, purpose):
        """Let customer service send solutions, and the handler stay in contact.

        :raises UserError: for all others
        """
        if complaint._is_answered_by_user():
            return
        if purpose == "solution":
            units = complaint.sudo()._get_reply_units().mapped("name")
            raise UserError(
                self.env._(
                    "Customers are told the solution by customer service only: "
                    "%(units)s.",
                    units=format_list(self.env, units)
                    or self.env._("no unit answers customers yet"),
                )
            )
        if complaint.sudo().user_id != self.env.user:
            raise UserError(
                self.env._(
                    "Who handles a complaint stays in contact with the customer, and "
                    "customer service does. You are neither of them."
                )
            )
        complaint._check_independent(self.env.user)

    def _lock_step(self):
        """Take hold of the complaint in a step in which such a reply is sent."""
        self.ensure_one()
        complaint = self.complaint_id
        if self.purpose == "solution":
            complaint._lock("to_reply")
        else:
            complaint._lock()
            complaint._check_still_running()

    def _check_sendable(self):
        """Refuse to send what is empty, goes nowhere, or promises too much."""
        self.ensure_one()
        if is_html_empty(self.body) or not html2plaintext(self.body).strip():
            raise UserError(self.env._("Write what the customer is told."))
        if self.mode == "written":
            if not (self.subject or "").strip():
                raise UserError(self.env._("Give the mail a subject."))
            if not self.complaint_id._get_recipient_email():
                raise UserError(
                    self.env._(
                        "There is no e-mail address of who complains. Enter one on the "
                        "complaint, or tell the customer orally and note it."
                    )
                )
            self.attachment_ids.check_access("read")
        else:
            self._check_spoken()
        if self.purpose == "solution":
            self._check_remedies()

    def _check_spoken(self):
        received = self.complaint_id.date_received
        spoken = self.date_spoken
        if not (self.spoken_with or "").strip():
            raise UserError(self.env._("Note with whom you talked."))
        if spoken and not received <= spoken <= fields.Datetime.now():
            raise UserError(
                self.env._(
                    "It was said on %(date)s: that is before the complaint was "
                    "received, or still to come.",
                    date=format_datetime(self.env, spoken),
                )
            )

        decided = max(
            self.complaint_id.sudo()
            .event_ids.filtered(lambda one: one.kind in DECISIONS)
            .mapped("date"),
            default=None,
        )
        if self.purpose == "solution" and spoken and decided and spoken < decided:
            raise UserError(
                self.env._(
                    "What the customer is told was decided on %(date)s. It cannot have "
                    "been said before.",
                    date=format_datetime(self.env, decided),
                )
            )

    def _check_remedies(self):
        """Refuse a solution as long as nobody knows what the customer gets."""
        remedies = self.complaint_id.sudo().remedy_ids
        states = remedies._get_unsettled_states()
        open_ones = remedies.filtered(lambda one: one.state in states)
        if open_ones:
            raise UserError(
                self.env._(
                    "Before the customer is told, %(remedies)s has to be approved, "
                    "refused or deleted.",
                    remedies=format_list(
                        self.env, open_ones.sudo(False).mapped("display_name")
                    ),
                )
            )

    def _answer(self):
        """Send it, write down that it happened, and let the complaint go on."""
        self.ensure_one()
        now = fields.Datetime.now()
        written = self.mode == "written"
        date = now if written else self.date_spoken or now
        values = {
            "state": "sent" if written else "told",
            "user_id": self.env.uid,
            "date_sent": date,
            "sent_to": self.recipient if written else self.spoken_with,
        }
        if written:
            self._mail()
        self._as_system().write(values)
        complaint = self.complaint_id
        is_solution = self.purpose == "solution"
        complaint._log_event(
            "answered" if is_solution else "response",
            date=date,
            note=self.subject,
            reply=self.id,
            mode=self.mode,
        )
        if self.extension_id:
            self.extension_id._as_system()._notified()
        if is_solution:
            system = complaint._as_system()
            if not system.date_answered:
                system.date_answered = date
            complaint._answered()

    def _mail(self):
        """Post it on the complaint, which sends it to who complains."""
        complaint = self.complaint_id._as_system()
        partner = complaint._get_recipient()
        email = complaint._get_recipient_email()
        files = [(one.name, one.raw) for one in self.attachment_ids]
        complaint.with_context(lang=self.lang or self.env.lang).message_post(
            body=self.body,
            subject=self.subject,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            author_id=self.env.user.partner_id.id,
            # Contacts without an address get no mail.
            partner_ids=partner.ids if partner.email else [],
            outgoing_email_to=False if partner.email else email,
            attachments=files,
        )
