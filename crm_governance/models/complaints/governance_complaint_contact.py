# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize, escape_psql

# Who is answered, and where: whoever changes it could keep the customer from hearing.
CONTACT = (
    "contact_id",
    "complainant_name",
    "complainant_email",
    "complainant_phone",
)


class GovernanceComplaint(models.Model):
    """Where the customer is reached: changed in the sight of all, never in silence."""

    _inherit = "governance.complaint"

    contact_id = fields.Many2one(tracking=True)
    complainant_name = fields.Char(tracking=True)
    complainant_email = fields.Char(tracking=True)
    complainant_phone = fields.Char(tracking=True)

    def write(self, vals):
        """Write; what changes about the complainant stays on the timeline.

        :raises UserError: when the answer would go to a colleague
        """
        if not set(CONTACT) & vals.keys():
            return super().write(vals)
        registered = self.filtered(lambda one: one.state != "draft")
        former = {one: one._get_contact_texts() for one in registered}
        result = super().write(vals)
        if "complainant_email" in vals and not self._is_system():
            registered._check_outside_address()
        for complaint, texts in former.items():
            complaint._note_contact(texts)
        return result

    def _get_registration_errors(self):
        errors = super()._get_registration_errors()
        # What a colleague has passed on by mail is kept all the same.
        if not self._is_system() and self._is_colleague_address():
            errors.append(self._get_colleague_text())
        return errors

    # ------------------------------------------------------------------
    # WHOSE ADDRESS
    # ------------------------------------------------------------------

    def _check_outside_address(self):
        """Refuse that the answer to a customer goes to a colleague.

        :raises UserError: saying so
        """
        for complaint in self:
            if complaint._is_colleague_address():
                raise UserError(complaint._get_colleague_text())

    def _is_colleague_address(self):
        self.ensure_one()
        address = email_normalize(self.complainant_email or "")
        if not address:
            return False
        users = self.env["res.users"].sudo()
        return bool(
            users.search_count(
                [
                    ("share", "=", False),
                    "|",
                    ("partner_id.email_normalized", "=", address),
                    ("login", "=ilike", escape_psql(address)),
                ],
                limit=1,
            )
        )

    def _get_colleague_text(self):
        return self.env._(
            "%(address)s is the address of a colleague: the customer would never be "
            "answered. Enter the one of the customer, or leave it empty.",
            address=self.complainant_email,
        )

    # ------------------------------------------------------------------
    # ON RECORD
    # ------------------------------------------------------------------

    def _get_contact_texts(self):
        """Return how the complainant is reached, as texts by field."""
        self.ensure_one()
        complaint = self.sudo()
        return {
            name: complaint[name].name or ""
            if complaint._fields[name].relational
            else complaint[name] or ""
            for name in CONTACT
        }

    def _note_contact(self, former):
        """Log what has changed, and tell who supervises if something was lost."""
        self.ensure_one()
        present = self._get_contact_texts()
        changed = [name for name in CONTACT if former[name] != present[name]]
        if not changed:
            return
        lines = [
            f"{self._fields[name]._description_string(self.env)}: "
            f"{former[name] or '–'} → {present[name] or '–'}"
            for name in changed
        ]
        self._log_event("contact", note="\n".join(lines), fields=changed, former=former)
        if any(former[name] for name in changed):
            self._tell_contact_changed()

    def _tell_contact_changed(self):
        """Let the supervisor of the handling unit know; never who changed it."""
        number = self.sudo().name
        self._tell(
            self._get_people_to_tell("unit_leader") - self.env.user,
            lambda env: (
                env._("%(number)s: another complainant or address", number=number),
                env._(
                    "Who is answered about complaint %(number)s, or where, has been "
                    "changed. The timeline says what it was before.",
                    number=number,
                ),
            ),
        )
