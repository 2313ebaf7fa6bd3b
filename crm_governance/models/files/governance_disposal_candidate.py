# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

_logger = logging.getLogger(__name__)


class GovernanceDisposalCandidate(models.Model):
    """A customer whose file is looked at: keep it, or propose to destroy it.

    A job finds them; a person decides.  The contact of the customer itself is not
    touched.  Source: E-55, E-57.
    """

    _name = "governance.disposal.candidate"
    _description = "Candidate for Disposal"
    _inherit = ["governance.classified.mixin", "governance.guarded.mixin"]
    _order = "date_last, id"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    file_id = fields.Many2one(
        comodel_name="governance.file",
        string="Customer File",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    kind = fields.Selection(
        selection=lambda self: (
            self.env["governance.disposal.policy"]
            ._fields["kind"]
            ._description_selection(self.env)
        ),
        string="Ground",
        required=True,
        readonly=True,
    )
    date_last = fields.Date(
        string="Last Interaction",
        readonly=True,
        help="Empty: none is known at all. For prospects: when the last lead was lost.",
    )
    date_found = fields.Datetime(string="Found on", required=True, readonly=True)
    reason = fields.Text(
        string="Why it is kept", help="Needed when the file is kept although it fits."
    )
    decided_by_id = fields.Many2one(
        comodel_name="res.users", readonly=True, ondelete="restrict"
    )
    destruction_id = fields.Many2one(
        comodel_name="governance.destruction",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    state = fields.Selection(
        selection=[
            ("open", "To Decide"),
            ("kept", "Kept"),
            ("proposed", "Destruction Proposed"),
            ("destroyed", "Destroyed"),
            ("past", "No longer a Candidate"),
        ],
        required=True,
        readonly=True,
        default="open",
        index=True,
    )

    _one_live = models.UniqueIndex(
        "(file_id, kind) WHERE state IN ('open', 'kept', 'proposed')",
        "This file is on the list of candidates already.",
    )

    @api.model
    def _get_user_fields(self):
        return {"reason"}

    def _is_closed(self):
        return self.state not in ("open", "kept")

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_keep(self):
        """Keep the files, for a reason; they are not proposed again.

        :raises UserError: without a reason
        """
        self._check_decidable()
        for candidate in self:
            if not (candidate.reason or "").strip():
                raise UserError(
                    self.env._(
                        "Say in “Why it is kept” what the file of %(customer)s is "
                        "still good for.",
                        customer=candidate.display_name,
                    )
                )
        self._as_system().write({"state": "kept", "decided_by_id": self.env.uid})
        return True

    def action_propose(self):
        """Open a draft that asks to destroy the files of these customers."""
        self._check_decidable()
        if len(set(self.mapped("kind"))) > 1:
            raise UserError(
                self.env._("Choose candidates of one ground; each list gives one.")
            )
        destruction = self.env["governance.destruction"]._propose(
            files=self.file_id, kind=self[:1].kind
        )
        self._as_system().write(
            {
                "state": "proposed",
                "decided_by_id": self.env.uid,
                "destruction_id": destruction.id,
            }
        )
        return destruction._get_form_action()

    def _check_decidable(self):
        self.check_access("write")
        self.env["governance.destruction"]._check_custodian()
        for candidate in self:
            if candidate._is_closed():
                raise UserError(
                    self.env._(
                        "“%(customer)s” has been decided already.",
                        customer=candidate.display_name,
                    )
                )

    # ------------------------------------------------------------------
    # CRON
    # ------------------------------------------------------------------

    @api.model
    def _cron_find(self):
        """Find the candidates of every policy in force, one transaction each.

        Run twice or late, it finds the same.
        """
        cron = self.env["ir.cron"]
        policies = self.env["governance.disposal.policy"].sudo()
        found = policies.search([("state", "=", "published")], order="id").ids
        cron._commit_progress(remaining=len(found))
        for policy_id in found:
            try:
                with self.env.cr.savepoint():
                    self._find(policies.browse(policy_id))
            except Exception:
                _logger.warning(
                    "Policy %s found no candidates", policy_id, exc_info=True
                )
            if not cron._commit_progress(1):
                return

    @api.model
    def _find(self, policy):
        """Add who fits a policy now, and close who does not fit any more."""
        fitting = SQL(
            """SELECT f.id, f.partner_id, f.company_id, found.date_last
                 FROM (%s) found
                 JOIN res_partner c ON c.commercial_partner_id = found.id
                 JOIN governance_file f ON f.partner_id = c.id
                WHERE f.state = 'open' AND f.company_id = %s""",
            policy._get_candidates_sql(),
            policy.company_id.id,
        )
        values = {
            "fitting": fitting,
            "kind": policy.kind,
            "company": policy.company_id.id,
            "now": fields.Datetime.now(),
            "user": self.env.uid,
        }
        self.env.cr.execute(
            SQL(
                """INSERT INTO governance_disposal_candidate (
                       file_id, partner_id, company_id, date_last, kind, date_found,
                       state, create_uid, create_date, write_uid, write_date)
                   SELECT fit.*, %(kind)s, %(now)s, 'open', %(user)s, %(now)s,
                          %(user)s, %(now)s
                     FROM (%(fitting)s) fit
              ON CONFLICT (file_id, kind) WHERE state IN ('open', 'kept', 'proposed')
               DO NOTHING""",
                **values,
            )
        )
        self.env.cr.execute(
            SQL(
                """UPDATE governance_disposal_candidate
                      SET state = 'past', write_date = %(now)s, write_uid = %(user)s
                    WHERE kind = %(kind)s AND company_id = %(company)s
                      AND state IN ('open', 'kept')
                      AND file_id NOT IN (SELECT fit.id FROM (%(fitting)s) fit)""",
                **values,
            )
        )
        self.env.invalidate_all()
