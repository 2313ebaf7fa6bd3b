# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_date


class GovernanceAppraisal(models.Model):
    """What becomes of a volume whose time is over: keep on or destroy (鉴定, E-59)."""

    _name = "governance.appraisal"
    _description = "Appraisal of a Volume"
    _inherit = [
        "governance.filed.mixin",
        "governance.guarded.mixin",
        "governance.isolated.mixin",
    ]
    _order = "date_due, id"
    _rec_name = "volume_id"
    # Whoever decides on it has no access to what is sealed.
    _is_hidden_by_seal = False
    _check_company_auto = True

    volume_id = fields.Many2one(
        comodel_name="governance.file.volume",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    file_id = fields.Many2one(
        related="volume_id.file_id", string="Customer File", store=True, index=True
    )
    partner_id = fields.Many2one(related="volume_id.partner_id", store=True, index=True)
    company_id = fields.Many2one(related="volume_id.company_id", store=True, index=True)
    level_rank = fields.Integer(
        related="volume_id.level_rank",
        store=True,
        aggregator=None,
        groups=fields.NO_ACCESS,
    )
    retention_class_id = fields.Many2one(related="volume_id.retention_class_id")
    date_due = fields.Date(
        string="Kept until",
        required=True,
        readonly=True,
        help="The last day of the retention when the appraisal was opened.",
    )
    extend_until = fields.Date(
        string="Keep on until", help="The new last day. Retention only gets longer."
    )
    reason = fields.Text(help="Why the volume is kept on.")
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Appraised by",
        readonly=True,
        ondelete="restrict",
    )
    date_decided = fields.Datetime(string="Appraised on", readonly=True)
    destruction_id = fields.Many2one(
        comodel_name="governance.destruction",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    state = fields.Selection(
        selection=[
            ("open", "To Appraise"),
            ("extended", "Kept on"),
            ("proposed", "Destruction Proposed"),
            ("destroyed", "Destroyed"),
        ],
        required=True,
        readonly=True,
        default="open",
        index=True,
    )

    _one_live = models.UniqueIndex(
        "(volume_id) WHERE state IN ('open', 'proposed')",
        "This volume is being appraised already.",
    )

    @api.constrains("extend_until")
    def _check_extend_until(self):
        for appraisal in self:
            end = appraisal.extend_until
            if end and end <= (appraisal.volume_id.retention_until or end):
                raise ValidationError(
                    self.env._(
                        "“%(volume)s” is kept until %(date)s as it is. Choose a later "
                        "day: retention only gets longer.",
                        volume=appraisal.volume_id.display_name,
                        date=format_date(self.env, appraisal.volume_id.retention_until),
                    )
                )

    @api.model
    def _get_user_fields(self):
        return {"extend_until", "reason"}

    def _is_closed(self):
        return self.state != "open"

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_extend(self):
        """Keep the volumes on until the day given, for the reason given.

        :raises UserError: without day or reason
        """
        self._check_decidable()
        for appraisal in self:
            if not appraisal.extend_until or not (appraisal.reason or "").strip():
                raise UserError(
                    self.env._(
                        "Give the day until which “%(volume)s” is kept on, and why.",
                        volume=appraisal.display_name,
                    )
                )
            appraisal._check_extend_until()
            volume = appraisal.sudo().volume_id
            volume._claim()
            volume._as_system().write({"retention_until": appraisal.extend_until})
            appraisal._decide("extended")
        return True

    def action_propose(self):
        """Open a draft that asks to destroy these volumes."""
        self._check_decidable()
        destruction = self.env["governance.destruction"]._propose(
            volumes=self.volume_id
        )
        self._decide("proposed", destruction)
        return destruction._get_form_action()

    def _check_decidable(self):
        self.check_access("write")
        self.env.user._check_governance_custodian()
        for appraisal in self:
            appraisal._lock()
            if appraisal.state != "open":
                raise UserError(
                    self.env._(
                        "“%(volume)s” has been appraised already.",
                        volume=appraisal.display_name,
                    )
                )

    def _decide(self, state, destruction=None):
        self._as_system().write(
            {
                "state": state,
                "user_id": self.env.uid,
                "date_decided": fields.Datetime.now(),
                "destruction_id": destruction.id if destruction else False,
            }
        )

    # ------------------------------------------------------------------
    # CRON
    # ------------------------------------------------------------------

    @api.model
    def _cron_open(self):
        """Open the appraisal of each volume whose time is over, each on its own.

        What a hold preserves waits until the hold is lifted.  Run twice or late, it
        opens the same ones.
        """
        volumes = self.env["governance.file.volume"]
        volumes._isolate_each(self._get_due_domain(), "_open_appraisal")

    @api.model
    def _get_due_domain(self):
        return (
            Domain("state", "=", "filed")
            & Domain("is_retention_over", "=", True)
            & Domain(
                "appraisal_ids", "not any", [("state", "in", ("open", "proposed"))]
            )
        )
