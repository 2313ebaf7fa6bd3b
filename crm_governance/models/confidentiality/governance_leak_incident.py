# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Domain
from odoo.tools import SQL


class GovernanceLeakIncident(models.Model):
    """A leak of customer information, from the report to the penalty (C-35).

    Readable by custodians, executives and auditors who may read every customer
    concerned, and by nobody under suspicion.  The investigator is neither; who
    reported sees the own report only.
    """

    _name = "governance.leak.incident"
    _description = "Leak Incident"
    _inherit = [
        "governance.classified.mixin",
        "governance.numbered.mixin",
        "governance.approval.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "id desc"

    # Approvals and registers show the number, never what it is about.
    name = fields.Char(string="Incident Number")
    report_ids = fields.One2many(
        comodel_name="governance.leak.report",
        inverse_name="incident_id",
        string="Reports",
    )
    report_name = fields.Char(string="Subject", compute="_compute_report")
    report_text = fields.Text(string="Words of the Report", compute="_compute_report")
    reporter_id = fields.Many2one(
        comodel_name="res.users", compute="_compute_report", string="Reported by"
    )
    date_reported = fields.Datetime(
        readonly=True, required=True, default=fields.Datetime.now
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        readonly=True,
        ondelete="restrict",
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    investigator_id = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False, ondelete="restrict"
    )
    customer_ids = fields.One2many(
        comodel_name="governance.leak.incident.customer",
        inverse_name="incident_id",
        string="Customers Concerned",
    )
    person_ids = fields.One2many(
        comodel_name="governance.leak.incident.person",
        inverse_name="incident_id",
        string="People under Suspicion",
        help="They do not see the incident, whatever their role.",
    )
    findings = fields.Text(help="What was leaked, how, to whom; the evidence.")
    outcome = fields.Selection(
        selection=[("verified", "Verified"), ("unfounded", "Unfounded")],
        help="Liability and penalty follow only what was verified.",
    )
    loss_amount = fields.Monetary(string="Loss")
    measures = fields.Text(help="What keeps it from happening again.")
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
        tracking=True,
        index=True,
    )
    can_suspend = fields.Boolean(compute="_compute_can_suspend")

    _loss_check = models.Constraint(
        "CHECK (loss_amount IS NULL OR loss_amount >= 0)",
        "Give the loss as a positive amount.",
    )

    @api.depends("report_ids.description", "report_ids.reporter_id")
    def _compute_report(self):
        reports = self.env["governance.leak.report"].sudo()
        found = reports.search([("incident_id", "in", self.ids)])
        by_incident = {report.incident_id.id: report for report in found}
        for incident in self:
            report = by_incident.get(incident.id, reports)
            incident.report_name = report.name
            incident.report_text = report.description
            incident.reporter_id = report.reporter_id

    @api.depends("person_ids.user_id.governance_suspended", "state")
    def _compute_can_suspend(self):
        for incident in self:
            people = incident.sudo().person_ids.user_id
            incident.can_suspend = incident.state != "closed" and any(
                not person.governance_suspended for person in people
            )

    # ------------------------------------------------------------------
    # CONFIDENTIALITY
    # ------------------------------------------------------------------

    def _get_classified_rank(self):
        ranks = self.customer_ids.partner_id.mapped("classification_rank")
        return max(ranks, default=0)

    def _get_classified_partner(self):
        partners = self.customer_ids.partner_id
        return partners.sorted("classification_rank")[-1:]

    def _filter_by_clearance(self, operation):
        """Return the incidents that concern neither hidden customers nor the user."""
        # The database is asked: a user's cache lacks the lines that are hidden.
        real = self.filtered(lambda incident: isinstance(incident.id, int))
        query = real.sudo()._search(
            Domain("id", "in", real.ids) & self._get_clearance_domain(operation)
        )
        allowed = set(query.get_result_ids())
        return self.filtered(
            lambda incident: incident.id in allowed or not isinstance(incident.id, int)
        )

    @api.model
    def _search_governance_decision(self, operator, value, operation):
        """Ask always: not even the highest clearance opens one's own case."""
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        return self._get_clearance_domain(operation)

    @api.model
    def _get_clearance_domain(self, operation):
        hidden = self.env["governance.confidentiality"]._get_hidden_condition
        customers = self.env["governance.leak.incident.customer"]
        people = self.env["governance.leak.incident.person"]

        def to_sql(model, alias, query):
            return SQL(
                """(NOT EXISTS (SELECT 1 FROM governance_leak_incident_customer line
                                 WHERE line.incident_id = %(id)s AND %(hidden)s)
                    AND NOT EXISTS (SELECT 1 FROM governance_leak_incident_person p
                                     WHERE p.incident_id = %(id)s
                                       AND p.user_id = %(user)s))""",
                id=SQL.identifier(alias, "id"),
                hidden=hidden(SQL.identifier("line", "partner_id"), operation),
                user=self.env.uid,
                to_flush=[
                    customers._fields["incident_id"],
                    customers._fields["partner_id"],
                    people._fields["incident_id"],
                    people._fields["user_id"],
                ],
            )

        return Domain.custom(to_sql=to_sql)

    # ------------------------------------------------------------------
    # GUARD
    # ------------------------------------------------------------------

    def _get_author(self):
        return self.investigator_id

    @api.model
    def _get_user_fields(self):
        return {
            "customer_ids",
            "person_ids",
            "findings",
            "outcome",
            "loss_amount",
            "measures",
        }

    def _is_closed(self):
        return self.state != "investigation"

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_investigate(self):
        """Take the investigation on; an executive may take it over.

        :raises AccessError: for everybody but custodians and executives
        :raises UserError: for who reported it, and when somebody has taken it on
        """
        self.check_access("write")
        self.env["governance.suspension"]._check_suspender()
        for incident in self:
            incident._lock()
            incident._check_investigator()
            incident._as_system().write(
                {"state": "investigation", "investigator_id": self.env.uid}
            )
            incident._enter_step("investigation")
        return True

    def _check_investigator(self):
        self.ensure_one()
        takes_over = self.state == "investigation" and self.env.user.has_group(
            "crm_governance.group_executive"
        )
        if self.state != "reported" and not takes_over:
            raise UserError(
                self.env._(
                    "%(number)s is looked into already, by %(user)s.",
                    number=self.name,
                    user=self.sudo().investigator_id.name,
                )
            )
        if self.env.user == self.sudo().reporter_id:
            raise UserError(
                self.env._("You have reported this, so somebody else looks into it.")
            )

    def action_suspend(self):
        """Suspend at once everybody who is under suspicion (C-36).

        :raises AccessError: for everybody but custodians and executives
        """
        self.check_access("write")
        suspensions = self.env["governance.suspension"]
        suspensions._check_suspender()
        for incident in self:
            if incident.state == "closed":
                incident._refuse_change()
            for person in incident.sudo().person_ids.user_id:
                if not person.governance_suspended:
                    suspensions._suspend(
                        person,
                        self.env._("Leak incident %(number)s", number=incident.name),
                    )
            incident._enter_step("suspended")
        return True

    def action_request_approval(self):
        """Send outcome, liability and penalty for approval, as the investigator.

        :raises UserError: naming what is missing
        """
        self.check_access("write")
        for incident in self:
            incident._check_author()
            incident._check_still_open()
            incident._check_complete()
            incident._request_approval()
            incident._as_system().write({"state": "requested"})
        return True

    def _check_complete(self):
        self.ensure_one()
        missing = []
        if not (self.findings or "").strip():
            missing.append(self.env._("the findings"))
        if not self.outcome:
            missing.append(self.env._("the outcome"))
        if self.outcome == "verified":
            missing += self._get_missing_of_verified()
        if missing:
            raise UserError(
                self.env._(
                    "Before %(number)s is closed, give: %(missing)s.",
                    number=self.name,
                    missing="; ".join(missing),
                )
            )

    def _get_missing_of_verified(self):
        missing = []
        if not self.customer_ids:
            missing.append(self.env._("the customers concerned"))
        if not self.person_ids:
            missing.append(self.env._("who is responsible"))
        for person in self.person_ids:
            if not person.degree or not (person.penalty or "").strip():
                missing.append(
                    self.env._(
                        "degree of liability and penalty of %(person)s",
                        person=person.user_id.sudo().name,
                    )
                )
        return missing

    # ------------------------------------------------------------------
    # APPROVAL
    # ------------------------------------------------------------------

    def _get_approval_subject(self):
        return "leak_incident"

    def _get_approval_partner(self):
        """Name no customer: requests have more readers than incidents."""
        return self.env["res.partner"]

    def _get_approval_authors(self):
        """Name the people under suspicion too: they neither decide nor see it."""
        incident = self.sudo()
        return (
            incident.investigator_id
            | incident.reporter_id
            | incident.person_ids.user_id
        )

    def _get_approval_hash_fields(self):
        return [
            "findings",
            "outcome",
            "loss_amount",
            "measures",
            "customer_ids.partner_id",
            "person_ids.user_id",
            "person_ids.degree",
            "person_ids.liability",
            "person_ids.penalty",
            "person_ids.penalty_amount",
        ]

    def _get_approval_content(self):
        """Show outcome and loss only; the rest is on the incident itself."""
        shown = ("outcome", "loss_amount")
        content = super()._get_approval_content()
        return [item for item in content if item["name"] in shown]

    def _approval_approved(self, request):
        """Close; refuse who signed without being allowed to read it."""
        for user in request._get_signers():
            if not self.with_user(user)._filter_by_clearance("read"):
                raise AccessError(
                    self.env._(
                        "%(number)s names customers above your clearance. Somebody "
                        "who is cleared for them decides.",
                        number=self.name,
                    )
                )
        self._as_system().write(
            {"state": "closed", "date_closed": fields.Datetime.now()}
        )

    def _approval_rejected(self, request):
        self._as_system().write({"state": "investigation"})

    def _approval_closed(self, request):
        """An undecided request can be changed and asked again."""
        self._as_system().write({"state": "investigation"})

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    @api.model
    def _open(self, report):
        """Open the incident of a new report, and tell who can look into it."""
        # Who reported does not follow what comes out.
        system = self._as_system().with_context(
            mail_create_nosubscribe=True, mail_create_nolog=True
        )
        incident = system.create(
            {
                "customer_ids": [
                    Command.create({"partner_id": partner.id})
                    for partner in report.partner_ids.commercial_partner_id
                ],
                "person_ids": [
                    Command.create({"user_id": user.id}) for user in report.suspect_ids
                ],
            }
        )
        incident._enter_step("reported")
        return incident._as_system()

    def _tell(self):
        """Tell those who may read the incident that there is one."""
        group = self.env.ref("crm_governance.group_custodian")
        executives = self.env.ref("crm_governance.group_executive")
        people = (group | executives).all_user_ids - self.reporter_id
        people.filtered(
            lambda user: self.with_user(user)._filter_by_clearance("read")
        )._notify_in_own_language(
            lambda env: (
                env._("A leak of customer information was reported"),
                env._(
                    "%(number)s waits for somebody who looks into it.", number=self.name
                ),
            )
        )

    def _enter_step(self, step):
        """Add a line to the register of decisions."""
        self.env["governance.decision"]._record(
            [
                {
                    "event": "changed",
                    "res_model": self._name,
                    "res_id": incident.id,
                    "res_name": incident.name,
                    "company_id": incident.company_id.id,
                    "detail": {"step": step},
                }
                for incident in self.sudo()
            ]
        )
