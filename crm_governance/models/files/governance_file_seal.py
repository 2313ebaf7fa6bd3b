# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class GovernanceFileSeal(models.Model):
    """A volume was sealed, or its seal is to be opened (E-58, C-16).

    To seal takes effect at once.  To open a seal takes effect when somebody else has
    approved it.
    """

    _name = "governance.file.seal"
    _description = "Seal of a Volume"
    _inherit = [
        "governance.guarded.mixin",
        "governance.approval.mixin",
        "governance.filed.part.mixin",
        "governance.labelled.mixin",
    ]
    _order = "id desc"
    _rec_name = "reason"
    _check_company_auto = True
    # Whoever decides on it has no access to what is sealed.
    _is_hidden_by_seal = False

    kind = fields.Selection(
        selection=[("seal", "Sealed"), ("unseal", "To be Opened")],
        required=True,
        readonly=True,
    )
    reason = fields.Text(required=True, readonly=True)
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="By",
        required=True,
        readonly=True,
        ondelete="restrict",
    )
    date = fields.Datetime(
        string="In Effect since",
        readonly=True,
        help="Empty until it is approved.",
    )
    state = fields.Selection(
        selection=[
            ("requested", "Waiting for Approval"),
            ("done", "Done"),
            ("refused", "Not Approved"),
        ],
        required=True,
        readonly=True,
        default="requested",
        index=True,
    )

    _one_request = models.UniqueIndex(
        "(volume_id) WHERE state = 'requested'",
        "The seal of this volume waits for a decision already.",
    )

    @api.depends("kind", "volume_id.code")
    @api.depends_context("uid", "lang")
    def _compute_display_name(self):
        return super()._compute_display_name()

    def _get_label(self):
        code = self.sudo().volume_id.code
        if self.kind == "seal":
            return self.env._("Seal of %(volume)s", volume=code)
        return self.env._("Opening of the seal of %(volume)s", volume=code)

    @api.model
    def _begin(self, volume, kind, reason):
        """Note what a custodian, who was checked, wants to do with a seal."""
        waiting = self.sudo().search_count(
            [("volume_id", "=", volume.id), ("state", "=", "requested")], limit=1
        )
        if waiting:
            raise UserError(
                self.env._(
                    "The seal of %(volume)s waits for a decision already.",
                    volume=volume.code,
                )
            )
        seal = self._as_system().create(
            {
                "volume_id": volume.id,
                "kind": kind,
                "reason": reason,
                "user_id": self.env.uid,
            }
        )
        return seal.with_env(self.env)

    def _ask(self):
        self._request_approval()
        return self

    def _apply(self):
        """Let the volume follow."""
        self.ensure_one()
        self._as_system().write({"state": "done", "date": fields.Datetime.now()})
        volume = self.sudo().volume_id
        volume._as_system().write({"is_sealed": self.kind == "seal"})
        self.env.flush_all()
        self.env.invalidate_all()

    # ------------------------------------------------------------------
    # APPROVAL
    # ------------------------------------------------------------------

    def _get_approval_subject(self):
        return "file_unseal"

    def _get_approval_authors(self):
        return self.create_uid | self.user_id

    def _get_approval_hash_fields(self):
        return ["volume_id", "kind", "reason"]

    def _approval_approved(self, request):
        self._apply()

    def _approval_rejected(self, request):
        self._as_system().write({"state": "refused"})

    def _approval_closed(self, request):
        """An undecided request ends; whoever needs it asks again."""
        self._as_system().write({"state": "refused"})
