# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class GovernanceFileVolume(models.Model):
    """A volume is composed, checked by somebody else, and filed (E-26, E-33)."""

    _inherit = "governance.file.volume"

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_compose(self):
        """Sign the volumes as their composer; their content stays from now on (E-26).

        :raises AccessError: for everybody but data custodians
        :raises UserError: with everything that is missing
        """
        for volume in self._lock_for_step("draft"):
            volume.action_sort_documents()
            volume._raise_errors(volume._get_composing_errors())
            volume._as_system().write(
                {
                    "state": "composed",
                    "composer_id": self.env.uid,
                    "composed_on": fields.Datetime.now(),
                }
            )
        return True

    def action_check(self):
        """Sign the volumes as their checker, who is not their composer (E-33).

        :raises AccessError: for everybody but data custodians
        :raises UserError: for the composer
        """
        for volume in self._lock_for_step("composed"):
            if volume.composer_id == self.env.user:
                raise UserError(
                    self.env._(
                        "You have composed %(volume)s. Somebody else checks it.",
                        volume=volume.code,
                    )
                )
            volume._as_system().write(
                {
                    "state": "checked",
                    "checker_id": self.env.uid,
                    "checked_on": fields.Datetime.now(),
                }
            )
        return True

    def action_file(self):
        """Put checked volumes into the archive; from now on they are kept (E-32).

        :raises AccessError: for everybody but data custodians
        :raises UserError: with what is missing
        """
        for volume in self._lock_for_step("checked"):
            volume._raise_errors(volume._get_filing_errors())
            volume._file()
        return True

    def action_return(self):
        """Open the dialog that gives a volume back to its composer."""
        return self._open_reason("return")

    def action_sort_documents(self):
        """Put the documents in order: what belongs together stands together (E-31)."""
        self.check_access("write")
        for volume in self:
            volume._check_still_open()
            for position, document in enumerate(volume._get_ordered_documents(), 1):
                if document.sequence != 10 * position:
                    document.sequence = 10 * position
        return True

    def _open_reason(self, kind):
        self.ensure_one()
        self.check_access("write")
        self.env.user._check_governance_custodian()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_governance.governance_file_reason_action"
        )
        titles = {
            "return": self.env._("Back to the composer"),
            "seal": self.env._("Seal the volume"),
            "unseal": self.env._("Ask to open the seal"),
        }
        action["name"] = titles[kind]
        action["context"] = {"default_volume_id": self.id, "default_kind": kind}
        return action

    # ------------------------------------------------------------------
    # STEPS
    # ------------------------------------------------------------------

    def return_to_composer(self, reason):
        """Give a volume that is not filed yet back, with a signed remark.

        :raises AccessError: for everybody but data custodians
        :raises UserError: without a reason, and once the volume is filed
        """
        self.ensure_one()
        reason = self._get_reason(reason)
        [volume] = self._lock_for_step("composed", "checked")
        self.env["governance.file.remark"].create(
            {"volume_id": volume.id, "text": reason}
        )
        volume._as_system().write(
            {
                "state": "draft",
                "composer_id": False,
                "composed_on": False,
                "checker_id": False,
                "checked_on": False,
            }
        )
        return True

    def _lock_for_step(self, *states):
        """Return these volumes for a step from a state, read anew under a lock.

        :raises AccessError: for everybody but data custodians
        :raises UserError: when a volume is in another state
        """
        self.check_access("write")
        self.env.user._check_governance_custodian()
        return self._lock(*states, allow_referencing=True)

    @api.model
    def _get_reason(self, reason):
        reason = str(reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say why."))
        return reason

    def _raise_errors(self, errors):
        if errors:
            raise UserError(
                self.env._(
                    "%(volume)s is not complete yet:\n%(errors)s",
                    volume=self.code,
                    errors="\n".join(f"• {error}" for error in errors),
                )
            )

    def _get_composing_errors(self):
        """Return what keeps the volume from being composed, as sentences."""
        self.ensure_one()
        errors = self._get_cataloguing_errors()
        if missing := self._get_unconfirmed_quality():
            errors.append(
                self.env._(
                    "Confirm its quality: %(points)s",
                    points=", ".join(missing.mapped("name")),
                )
            )
        if self.medium == "electronic":
            errors += [
                self.env._(
                    "“%(title)s” has no file attached, and the volume is electronic.",
                    title=document.name,
                )
                for document in self.document_ids
                if not document.attachment_count
            ]
        return errors

    def _get_cataloguing_errors(self):
        errors = []
        if not self.department_id:
            errors.append(self.env._("Say which department it belongs to."))
        plans = self.env["governance.file.category"]
        has_plan = self.department_id and plans.search_count(
            [("department_id", "=", self.department_id.id), ("year", "=", self.year)],
            limit=1,
        )
        if has_plan and not self.category_id:
            errors.append(
                self.env._(
                    "Choose its entry in the classification plan of the department."
                )
            )
        if not self.retention_class_id:
            errors.append(self.env._("Choose its retention class."))
        if not self.document_ids:
            errors.append(self.env._("Enter its documents, item by item."))
        errors += self._get_central_errors()
        return errors + self.document_ids._get_year_errors()

    def _get_central_errors(self):
        """Return which documents the central archive keeps itself (E-06)."""
        archive = self.env["governance.filing.department"].search(
            [("company_id", "=", self.company_id.id), ("is_central", "=", True)],
            limit=1,
        )
        if not archive or self.department_id == archive:
            return []
        return [
            self.env._(
                "“%(title)s” was issued by the company: it goes into a volume of "
                "%(archive)s.",
                title=document.name,
                archive=archive.name,
            )
            for document in self.document_ids
            if document.type_id.is_central
        ]

    def _get_unconfirmed_quality(self):
        return (
            self.env["governance.file.quality"].search([("active", "=", True)])
            - self.quality_ids
        )

    def _get_filing_errors(self):
        """Return what keeps a checked volume from being filed, as sentences."""
        return []

    def _file(self):
        """Put the volume into the archive; what begins with that follows here."""
        self.ensure_one()
        self._as_system().write(
            {
                "state": "filed",
                "filed_by_id": self.env.uid,
                "filed_on": fields.Datetime.now(),
            }
        )

    def _get_ordered_documents(self):
        """Return the documents as they stand in the volume (E-31)."""
        self.ensure_one()
        documents = self.document_ids.sorted(lambda document: document.sequence)
        ordered = documents.browse()
        for leader in documents.filtered(lambda document: not document.related_id):
            family = documents.filtered(
                lambda doc, leader=leader: doc.related_id == leader
            )
            ordered += (leader + family).sorted(
                lambda document: (document._get_place(), document.sequence)
            )
        return ordered + (documents - ordered)
