# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError

INVESTIGATORS = ("crm_governance.group_custodian", "crm_governance.group_executive")


class GovernanceLoanIncident(models.Model):
    """A lent volume is lost or damaged: what happened, who answers for it (E-51).

    Whoever borrowed it completes the data again at once (E-52).  Custodians and
    executives investigate, never in their own case; an executive approves severity
    and penalty.
    """

    _name = "governance.loan.incident"
    _description = "Loss or Damage"
    _inherit = [
        "governance.lent.mixin",
        "governance.numbered.mixin",
        "governance.approval.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "id desc"

    line_id = fields.Many2one(
        comodel_name="governance.loan.line",
        string="Item",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    loan_id = fields.Many2one(
        comodel_name="governance.loan",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    volume_id = fields.Many2one(readonly=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Borrower",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    borrower_name = fields.Char(
        string="Who Borrowed", readonly=True, help="As it was entered in the loan."
    )
    kind = fields.Selection(
        selection=[("lost", "Lost"), ("damaged", "Damaged or incomplete")],
        required=True,
        readonly=True,
        index=True,
    )
    reporter_id = fields.Many2one(
        comodel_name="res.users",
        string="Reported by",
        required=True,
        readonly=True,
        ondelete="restrict",
    )
    date_reported = fields.Datetime(string="Reported on", required=True, readonly=True)
    report = fields.Text(string="Words of the Report", readonly=True)
    investigator_id = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False, ondelete="restrict"
    )
    findings = fields.Text(help="What has happened, and how it is known.")
    severity = fields.Selection(
        selection=[("minor", "Minor"), ("serious", "Serious"), ("grave", "Grave")],
        help="The penalty follows the seriousness.",
    )
    is_liable = fields.Selection(
        selection=[("yes", "The borrower"), ("no", "Nobody, or somebody else")],
        string="Who Answers for It",
    )
    remedy = fields.Text(
        help="How the damage is made good: completed again, repaired, replaced.",
    )
    penalty_min = fields.Monetary(
        related="line_id.policy_id.penalty_min", string="Penalty at least"
    )
    penalty_max = fields.Monetary(
        related="line_id.policy_id.penalty_max", string="Penalty at most"
    )
    penalty_amount = fields.Monetary(
        string="Penalty", help="Within the range of the borrowing policy."
    )
    date_recreated = fields.Datetime(
        string="Data Complete again on", readonly=True, copy=False
    )
    recreated_by_id = fields.Many2one(
        comodel_name="res.users",
        string="Found Complete by",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    date_closed = fields.Datetime(readonly=True, copy=False)
    state = fields.Selection(
        selection=[
            ("reported", "Reported"),
            ("investigation", "Under Investigation"),
            ("requested", "Waiting for Approval"),
            ("closed", "Closed"),
        ],
        required=True,
        readonly=True,
        default="reported",
        copy=False,
        index=True,
    )

    _one_open = models.UniqueIndex(
        "(line_id) WHERE state != 'closed'",
        "The loss or damage of this volume is looked into already.",
    )
    _penalty_check = models.Constraint(
        "CHECK (penalty_amount IS NULL OR penalty_amount >= 0)",
        "Give the penalty as a positive amount.",
    )

    # ------------------------------------------------------------------
    # GUARD
    # ------------------------------------------------------------------

    @api.model
    def _get_open_fields(self):
        return super()._get_open_fields() | {
            "activity_ids",
            "approval_can_decide",
            "approval_can_withdraw",
            "approval_state",
            "borrower_name",
            "company_id",
            "currency_id",
            "date_closed",
            "date_recreated",
            "date_reported",
            "display_name",
            "investigator_id",
            "is_liable",
            "kind",
            "line_id",
            "loan_id",
            "name",
            "penalty_amount",
            "penalty_max",
            "penalty_min",
            "recreated_by_id",
            "reporter_id",
            "severity",
            "state",
            "user_id",
        }

    @api.model
    def _get_user_fields(self):
        return {"findings", "severity", "is_liable", "remedy", "penalty_amount"}

    def _get_author(self):
        return self.investigator_id

    def _is_closed(self):
        return self.state != "investigation"

    def _check_deletable(self):
        self._refuse_change()

    def _check_investigator(self):
        """Refuse everybody but custodians and executives, and the borrower.

        :raises AccessError: saying who may
        """
        user = self.env.user
        if not any(user.has_group(group) for group in INVESTIGATORS):
            raise AccessError(
                self.env._(
                    "Only data custodians and executive approvers look into losses."
                )
            )
        user._check_governance_not_suspended()
        if any(incident.sudo().user_id == user for incident in self):
            raise AccessError(
                self.env._("This is about yourself: somebody else looks into it.")
            )
        if self - self._filter_by_clearance("read"):
            raise AccessError(
                self.env._(
                    "The volume is above your clearance. Somebody who is cleared for "
                    "it has to look into this."
                )
            )

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_investigate(self):
        """Take the investigation on; an executive may take it over.

        :raises AccessError: for everybody but custodians and executives
        :raises UserError: when somebody has taken it on
        """
        self.check_access("write")
        self._check_investigator()
        for incident in self:
            incident._lock()
            takes_over = incident.state == "investigation" and self.env.user.has_group(
                "crm_governance.group_executive"
            )
            if incident.state != "reported" and not takes_over:
                raise UserError(
                    self.env._(
                        "%(number)s is looked into already, by %(user)s.",
                        number=incident.name,
                        user=incident.sudo().investigator_id.name,
                    )
                )
            incident._as_system().write(
                {"state": "investigation", "investigator_id": self.env.uid}
            )
        return True

    def action_recreated(self):
        """Confirm that the data are complete again (E-52).

        :raises AccessError: for everybody but custodians and executives
        :raises UserError: when that was confirmed before
        """
        self.check_access("write")
        self._check_investigator()
        for incident in self:
            if incident.date_recreated:
                raise UserError(
                    self.env._(
                        "%(number)s: the data were found complete before.",
                        number=incident.name,
                    )
                )
            system = incident._as_system()
            system.write(
                {
                    "date_recreated": fields.Datetime.now(),
                    "recreated_by_id": self.env.uid,
                }
            )
            system.activity_ids.unlink()
        return True

    def action_request_approval(self):
        """Send severity, remedy and penalty for approval, as the investigator.

        :raises UserError: naming what is missing, or the range of the penalty
        """
        self.check_access("write")
        for incident in self:
            incident._check_author()
            incident._check_still_open()
            incident._check_investigator()
            incident._check_complete()
            incident._request_approval()
            incident._as_system().write({"state": "requested"})
        return True

    def _check_complete(self):
        self.ensure_one()
        needed = {
            "findings": self.env._("the findings"),
            "severity": self.env._("the severity"),
            "is_liable": self.env._("who answers for it"),
            "remedy": self.env._("the remedy"),
        }
        missing = [
            text for name, text in needed.items() if not (self[name] or "").strip()
        ]
        if missing:
            raise UserError(
                self.env._(
                    "Before %(number)s is closed, give: %(missing)s.",
                    number=self.name,
                    missing="; ".join(missing),
                )
            )
        if self.is_liable == "yes":
            self.sudo().line_id.policy_id._check_penalty(self.penalty_amount)
        elif self.penalty_amount:
            raise UserError(
                self.env._(
                    "%(number)s: where the borrower does not answer for it, there is "
                    "no penalty.",
                    number=self.name,
                )
            )

    # ------------------------------------------------------------------
    # APPROVAL
    # ------------------------------------------------------------------

    def _get_approval_subject(self):
        return "loan_incident"

    def _get_approval_partner(self):
        """Name no customer: requests have more readers than incidents."""
        return self.env["res.partner"]

    def _get_approval_authors(self):
        """Let neither who looked into it nor who borrowed it decide."""
        incident = self.sudo()
        return incident.investigator_id | incident.user_id

    def _get_approval_hash_fields(self):
        return ["findings", "severity", "is_liable", "remedy", "penalty_amount"]

    def _get_approval_content(self):
        """Leave the words out, which may name the customer."""
        hidden = {"findings", "remedy"}
        content = super()._get_approval_content()
        return [item for item in content if item["name"] not in hidden]

    def _approval_approved(self, request):
        self._as_system().write(
            {"state": "closed", "date_closed": fields.Datetime.now()}
        )
        if self.kind == "lost":
            self.sudo().line_id._write_off(self.name)

    def _approval_rejected(self, request):
        self._as_system().write({"state": "investigation"})

    def _approval_closed(self, request):
        """An undecided request can be changed and asked again."""
        self._as_system().write({"state": "investigation"})

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    @api.model
    def _open(self, lines, kind, report):
        """Open an incident for each volume, and tell those who lead (E-51, E-52).

        A volume that is looked into already gets none: one that comes back damaged
        after it was lost is the same case.
        """
        known = lines.sudo()
        present = self.sudo().search(
            [("line_id", "in", known.ids), ("state", "!=", "closed")]
        )
        system = self._as_system().with_context(
            mail_create_nosubscribe=True, mail_create_nolog=True
        )
        incidents = system.create(
            [
                self._prepare_incident(line, kind, report)
                for line in known - present.line_id
            ]
        )
        for incident in incidents:
            incident._ask_to_recreate()
            incident._tell_leaders()
        return incidents

    @api.model
    def _prepare_incident(self, line, kind, report):
        return {
            "line_id": line.id,
            "loan_id": line.loan_id.id,
            "volume_id": line.volume_id.id,
            "company_id": line.company_id.id,
            "user_id": line.user_id.id,
            "borrower_name": line.borrower_name,
            "kind": kind,
            "reporter_id": self.env.uid,
            "date_reported": fields.Datetime.now(),
            "report": report,
        }

    def _ask_to_recreate(self):
        """Give whoever has to complete the data again the to-do, due today (E-52)."""
        self.ensure_one()
        user = self.user_id if self.user_id.active else self.reporter_id
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=self.company_id._get_governance_today(),
            summary=self.with_context(lang=user.lang).env._(
                "Complete the data of the lost or damaged file again"
            ),
            user_id=user.id,
        )

    def _tell_leaders(self):
        """Report it to the leader of the borrower, to executives and custodians."""
        self.ensure_one()
        groups = [self.env.ref(xmlid).sudo() for xmlid in INVESTIGATORS]
        steps = self.env["governance.approver.mixin"]
        people = steps._get_leaders(self.user_id, self.company_id)
        people = people.union(*(group.all_user_ids for group in groups))
        people = self.company_id._filter_staff(people)
        (people - self.user_id).with_user(SUPERUSER_ID)._notify_in_own_language(
            lambda env: (
                env._(
                    "A borrowed file was lost or damaged: %(number)s", number=self.name
                ),
                env._(
                    "Reported by %(reporter)s about %(loan)s. Somebody has to look "
                    "into it under Customer Governance > Borrowing > Losses and "
                    "damage.",
                    reporter=self.reporter_id.name,
                    loan=self.loan_id.name,
                ),
            )
        )
