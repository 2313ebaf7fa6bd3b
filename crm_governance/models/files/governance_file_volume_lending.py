# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from .governance_file_volume import UNFILED

# Not found again, whether somebody answers for it still or not.
LOST = ("lost", "written_off")


class GovernanceFileVolume(models.Model):
    """Who holds a volume, and whether it can be lent."""

    _inherit = "governance.file.volume"

    loan_line_ids = fields.One2many(
        comodel_name="governance.loan.line",
        inverse_name="volume_id",
        string="Loans",
        readonly=True,
    )
    holder = fields.Char(
        string="Who Holds It",
        compute="_compute_holder",
        help="Everybody who has this volume now, or has to answer for it.",
    )
    is_out = fields.Boolean(
        string="On Loan", compute="_compute_holder", search="_search_is_out"
    )
    is_lost = fields.Boolean(
        string="Lost",
        compute="_compute_is_lost",
        search="_search_is_lost",
        help="Reported lost on a loan and not found again. It is on no shelf.",
    )
    can_borrow = fields.Boolean(compute="_compute_can_borrow")

    @api.depends("loan_line_ids.state", "loan_line_ids.date_due")
    def _compute_holder(self):
        """Name the holders to whoever reads the volume."""
        lines = self.env["governance.loan.line"].sudo()
        # By numbers: a line whose volume was blanked for a reader still counts.
        rows = lines._read_group(
            Domain("volume_id", "in", self.ids) & lines._get_live_domain(),
            ["volume_id"],
            ["loan_id:recordset"],
        )
        held = {volume.id: loans for volume, loans in rows}
        for volume in self:
            loans = held.get(volume.id, lines.loan_id)
            volume.is_out = bool(loans)
            volume.holder = ", ".join(loans.mapped("borrower_name"))

    def _search_is_out(self, operator, value):
        if operator != "in":
            return NotImplemented
        lines = self.env["governance.loan.line"]
        return Domain("loan_line_ids", "any!", lines._get_live_domain())

    @api.depends("loan_line_ids.state")
    def _compute_is_lost(self):
        lines = self.env["governance.loan.line"].sudo()
        rows = lines._read_group(
            Domain("volume_id", "in", self.ids) & Domain("state", "in", LOST),
            ["volume_id"],
        )
        lost = {volume.id for (volume,) in rows}
        for volume in self:
            volume.is_lost = volume.id in lost

    def _search_is_lost(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("loan_line_ids", "any!", Domain("state", "in", LOST))

    @api.depends("state", "loan_line_ids.state")
    @api.depends_context("uid")
    def _compute_can_borrow(self):
        """Offer what is filed, and to its department what it still keeps (BP-09)."""
        policies = self.env["governance.lending.policy"]
        self.can_borrow = False
        for volume in self._origin._filter_by_clearance("read"):
            known = volume.sudo()
            volume.can_borrow = not known.is_lost and (
                known.state == "filed"
                or known.state in UNFILED
                and bool(
                    policies._get_applicable(known.company_id, self.env.user, known)
                )
            )

    def action_borrow(self):
        """Open a new loan of these volumes, for whoever reads them."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_governance.governance_loan_action_new"
        )
        action["context"] = {
            "default_line_ids": [
                Command.create({"volume_id": volume.id}) for volume in self
            ]
        }
        return action

    def action_open_loans(self):
        """Open the loans of these volumes that the user may read."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_governance.governance_loan_line_action_register"
        )
        action["domain"] = [("volume_id", "in", self.ids)]
        action["context"] = {}
        return action

    def _is_on_loan(self):
        """Return whether one of the volumes is out, as the database says now."""
        return bool(self._get_on_loan())

    def _get_on_loan(self):
        """Return those that are out, as the database says now.

        Lost volumes and those said to be returned are out: somebody answers for
        them, until what is lost was written off.
        """
        lines = self.env["governance.loan.line"].sudo()
        rows = lines._read_group(
            Domain("volume_id", "in", self.ids) & lines._get_live_domain(),
            ["volume_id"],
        )
        out = {volume.id for (volume,) in rows}
        return self.filtered(lambda volume: volume.id in out)

    def _are_of_department(self, user):
        """Return whether the department of each of these volumes is that of a user."""
        volumes = self.sudo()
        return all(
            volume.department_id and user in volume.department_id._get_members()
            for volume in volumes
        )

    def _get_lending_traits(self, document_types):
        """Return all that borrowing policies ask of a volume, to be compared.

        Whoever lets policies ask for more adds it here.
        """
        self.ensure_one()
        volume = self.sudo()
        customer = volume.partner_id.with_company(volume.company_id)
        return (
            volume.state in UNFILED,
            volume.is_sealed,
            volume.medium,
            volume.department_id,
            customer.governance_tier_id,
            volume._get_classified_rank(),
            document_types,
        )

    def _get_document_types(self):
        """Return ``{id of a volume: kinds of its documents}``."""
        types = self.env["governance.document.type"]
        rows = (
            self.env["governance.file.document"]
            .sudo()
            ._read_group(
                Domain("volume_id", "in", self.ids),
                ["volume_id"],
                ["type_id:recordset"],
            )
        )
        found = {volume.id: kinds for volume, kinds in rows}
        return {id_: found.get(id_, types) for id_ in self.ids}

    def _lock_for_step(self, *states):
        """Refuse to go on with a volume that somebody has taken away (E-41)."""
        volumes = super()._lock_for_step(*states)
        unfiled = volumes.filtered(lambda volume: volume.state in UNFILED)
        for volume in unfiled._get_on_loan():
            raise UserError(
                self.env._(
                    "%(volume)s is with %(holder)s. Take it back first.",
                    volume=volume.code,
                    holder=volume.holder,
                )
            )
        if lost := unfiled._get_lost_errors():
            raise UserError("\n".join(lost))
        return volumes

    def _get_lost_errors(self):
        """Return which volumes are lost for good, as sentences."""
        return [
            self.env._(
                "%(volume)s is lost. It can be lent again when it has been found.",
                volume=volume.code or volume.name,
            )
            for volume in self.env["governance.loan.line"]._get_written_off(self.sudo())
        ]

    def _get_asked_for(self):
        """Return those that somebody has asked for, or waits for."""
        asked = Domain("state", "=", "draft") & Domain(
            "loan_id.state", "=", "requested"
        )
        wanted = Domain("state", "=", "waiting") | asked
        rows = (
            self.env["governance.loan.line"]
            .sudo()
            ._read_group(Domain("volume_id", "in", self.ids) & wanted, ["volume_id"])
        )
        numbers = {volume.id for (volume,) in rows}
        return self.filtered(lambda volume: volume.id in numbers)

    def _check_lendable(self, is_unfiled=False):
        """Return why volumes cannot be lent, as sentences.

        :param is_unfiled: by the department that still keeps them, before they are
            filed
        """
        if is_unfiled:
            return self._get_lost_errors() + [
                self.env._(
                    "%(volume)s is filed: the department lends it no more. Choose "
                    "another borrowing policy.",
                    volume=volume.code or volume.name,
                )
                for volume in self.sudo()
                if volume.state not in UNFILED
            ]
        states = dict(self._fields["state"]._description_selection(self.env))
        return [
            self.env._(
                "%(volume)s is “%(state)s”: volumes are lent once they are filed.",
                volume=volume.code or volume.name,
                state=states[volume.state],
            )
            for volume in self.sudo()
            if volume.state != "filed"
        ] + self._get_lost_errors()
