# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_list

_logger = logging.getLogger(__name__)

# So many customers are named in a refusal.
MAX_NAMED = 10


class GovernanceDisposalCandidate(models.Model):
    """A customer whose file is looked at: keep it, or propose to destroy it.

    A customer without a file is kept for a reason, or gets a file, from which the
    usual way goes on.  A job finds them; a person decides.  Source: E-55, E-57.
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
        # Files keep customers from being deleted; being a candidate does not.
        ondelete="cascade",
    )
    file_id = fields.Many2one(
        comodel_name="governance.file",
        string="Customer File",
        readonly=True,
        index=True,
        ondelete="restrict",
        help="Empty: this customer has no file.",
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
    _one_live_without_file = models.UniqueIndex(
        "(partner_id, company_id, kind) "
        "WHERE file_id IS NULL AND state IN ('open', 'kept', 'proposed')",
        "This customer is on the list of candidates already.",
    )

    @api.model
    def _get_user_fields(self):
        return {"reason"}

    def _is_closed(self):
        """What was decided stays as it is, its reason as well, until it is reopened."""
        return self.state != "open"

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_keep(self):
        """Keep the files, for a reason; no job proposes them again.

        :raises UserError: without a reason
        """
        self._lock_for_decision("open")
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
        """Open a draft that asks to destroy the files of these customers.

        :raises UserError: naming customers without a file
        """
        self._lock_for_decision("open", "kept")
        if bare := self.filtered(lambda candidate: not candidate.file_id):
            raise UserError(
                self.env._(
                    "%(customers)s: there is no file yet that could be destroyed. Open "
                    "a file, or keep the customer.",
                    customers=format_list(
                        self.env, bare[:MAX_NAMED].mapped("display_name")
                    ),
                )
            )
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

    def action_open_file(self):
        """Open the files of customers without one, sorted into the archive (E-57).

        :raises UserError: naming a customer who has a file
        """
        self._lock_for_decision("open", "kept")
        files = self.env["governance.file"]
        for candidate in self:
            if candidate.file_id:
                raise UserError(
                    self.env._(
                        "%(customer)s has a file already.",
                        customer=candidate.display_name,
                    )
                )
            values = {
                "partner_id": candidate.partner_id.id,
                "company_id": candidate.company_id.id,
            }
            # The other ground may have opened it a moment ago.
            mine = [(name, "=", value) for name, value in values.items()]
            file = files.search([*mine, ("state", "=", "open")], limit=1)
            candidate._as_system().file_id = file or files.create(values)
        return True

    def action_reopen(self):
        """Put kept files on the list of what is to be decided again.

        Why they were kept stays there until somebody writes something else.
        """
        self._lock_for_decision("kept")
        self._as_system().write({"state": "open", "decided_by_id": False})
        return True

    def _lock_for_decision(self, *states):
        """Lock the candidates for the decision of a data custodian.

        :raises AccessError: for everybody else
        :raises UserError: when a candidate is in another state by now
        """
        self.check_access("write")
        self.env.user._check_governance_custodian()
        self._lock(*states)

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
        values = {
            "fitting": self._get_fitting_sql(policy),
            "kind": policy.kind,
            "company": policy.company_id.id,
            "now": fields.Datetime.now(),
            "user": self.env.uid,
        }
        # Who has got a file meanwhile goes on with it, and with what was decided.
        self.env.cr.execute(
            SQL(
                """UPDATE governance_disposal_candidate c
                      SET file_id = f.id, write_date = %(now)s, write_uid = %(user)s
                     FROM governance_file f
                    WHERE c.file_id IS NULL AND c.state IN ('open', 'kept')
                      AND c.kind = %(kind)s AND c.company_id = %(company)s
                      AND f.partner_id = c.partner_id AND f.state = 'open'
                      AND f.company_id = c.company_id
                      AND NOT EXISTS (
                          SELECT 1 FROM governance_disposal_candidate o
                           WHERE o.file_id = f.id AND o.kind = c.kind
                             AND o.state IN ('open', 'kept', 'proposed'))""",
                **values,
            )
        )
        self.env.cr.execute(
            SQL(
                """INSERT INTO governance_disposal_candidate (
                       file_id, partner_id, company_id, date_last, kind, date_found,
                       state, create_uid, create_date, write_uid, write_date)
                   SELECT fit.*, %(kind)s, %(now)s, 'open', %(user)s, %(now)s,
                          %(user)s, %(now)s
                     FROM (%(fitting)s) fit
              ON CONFLICT DO NOTHING""",
                **values,
            )
        )
        self.env.cr.execute(
            SQL(
                """WITH fit AS MATERIALIZED (%(fitting)s)
                   UPDATE governance_disposal_candidate c
                      SET state = 'past', write_date = %(now)s, write_uid = %(user)s
                    WHERE c.kind = %(kind)s AND c.company_id = %(company)s
                      AND c.state IN ('open', 'kept')
                      AND NOT EXISTS (
                          SELECT 1 FROM fit WHERE fit.file_id = c.file_id)
                      AND NOT (c.file_id IS NULL AND EXISTS (
                          SELECT 1 FROM fit
                           WHERE fit.file_id IS NULL
                             AND fit.partner_id = c.partner_id))""",
                **values,
            )
        )
        self.env.invalidate_all()

    @api.model
    def _get_fitting_sql(self, policy):
        """Return SQL of (file, customer, company, last date) of who fits a policy.

        Besides open files, these are customers who never had a file: who has bought,
        or has leads, and is neither a user nor a company of this database.
        """
        return SQL(
            """WITH found AS MATERIALIZED (%(found)s)
               SELECT f.id AS file_id, f.partner_id, f.company_id, found.date_last
                 FROM found
                 JOIN res_partner c ON c.commercial_partner_id = found.id
                 JOIN governance_file f ON f.partner_id = c.id
                WHERE f.state = 'open' AND f.company_id = %(company)s
            UNION ALL
               SELECT NULL, p.id, %(company)s, found.date_last
                 FROM found
                 JOIN res_partner p ON p.id = found.id
                WHERE p.active AND COALESCE(p.company_id, %(company)s) = %(company)s
                  AND NOT EXISTS (
                      SELECT 1 FROM governance_file f
                        JOIN res_partner c ON c.id = f.partner_id
                       WHERE c.commercial_partner_id = p.id
                         AND f.company_id = %(company)s)
                  AND NOT EXISTS (SELECT 1 FROM res_users u WHERE u.partner_id = p.id)
                  AND NOT EXISTS (SELECT 1 FROM res_company o WHERE o.partner_id = p.id)
                  AND (p.customer_rank > 0 OR EXISTS (
                      SELECT 1 FROM res_partner c
                        JOIN crm_lead l ON l.partner_id = c.id
                       WHERE c.commercial_partner_id = p.id) OR EXISTS (
                      SELECT 1 FROM res_partner c
                        JOIN sale_order o ON o.partner_id = c.id
                       WHERE c.commercial_partner_id = p.id))""",
            found=policy._get_candidates_sql(),
            company=policy.company_id.id,
        )
