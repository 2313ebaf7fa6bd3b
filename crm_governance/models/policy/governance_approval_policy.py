# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from .governance_business_time import UNITS, WORKING_UNITS


class GovernanceApprovalPolicy(models.Model):
    """Approval matrix: who signs what, in which order, within what time."""

    _name = "governance.approval.policy"
    _description = "Approval matrix"
    _inherit = ["governance.policy.mixin", "mail.thread"]
    _order = "company_id, subject, code, version desc, id"
    _check_company_auto = True

    previous_id = fields.Many2one(
        comodel_name="governance.approval.policy",
        string="Previous version",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    state = fields.Selection(tracking=True)
    active = fields.Boolean(tracking=True)
    subject = fields.Selection(
        selection=[("generic", "Any request")],
        required=True,
        default="generic",
        index=True,
        help="What has to be approved. At most one matrix is in force per subject "
        "and company; any number for “Any request”.",
    )
    step_ids = fields.One2many(
        comodel_name="governance.approval.step",
        inverse_name="policy_id",
        string="Steps",
        copy=True,
    )
    expiry_value = fields.Float(
        string="Decide within",
        help="A request that is still undecided after this time expires; it can be "
        "asked again.",
    )
    expiry_unit = fields.Selection(
        selection=UNITS,
        required=True,
        default="days",
        help="Hours and days run around the clock (a day is 24 hours). Working hours "
        "and days run on the working schedule; working days end when work does.",
    )
    calendar_id = fields.Many2one(
        comodel_name="resource.calendar",
        string="Working schedule",
        check_company=True,
        ondelete="restrict",
        help="The working hours and holidays that deadlines in working time run on.",
    )
    step_summary = fields.Char(
        string="Who signs",
        compute="_compute_step_summary",
        help="The steps in order: → then, + side by side.",
    )

    _expiry_check = models.Constraint(
        "CHECK (expiry_value >= 0)",
        "The time to decide cannot be negative.",
    )
    _subject_uniq = models.UniqueIndex(
        "(company_id, subject) WHERE state = 'published' AND subject != 'generic'",
        "Another approval matrix for this subject has been published meanwhile.",
    )

    @api.depends("step_ids.sequence", "step_ids.name", "step_ids.approver_label")
    def _compute_step_summary(self):
        for policy in self:
            stages = policy.step_ids.sorted("sequence").grouped("sequence").values()
            policy.step_summary = " → ".join(
                " + ".join(step.approver_label or step.name for step in steps)
                for steps in stages
            )

    @api.model
    def _get_fields_to_fill(self):
        return {**super()._get_fields_to_fill(), "expiry_value": True}

    def _get_unit_to_fill(self, name):
        if name != "expiry_value":
            return super()._get_unit_to_fill(name)
        units = dict(self._fields["expiry_unit"]._description_selection(self.env))
        return units[self.expiry_unit]

    @api.model
    def _get_coded_subjects(self):
        """Return the subjects with a matrix per code instead of one for all.

        The index `_subject_uniq` leaves out the same ones.
        """
        return {"generic"}

    def _get_family_domain(self):
        if self.subject in self._get_coded_subjects():
            return super()._get_family_domain() & Domain("subject", "=", self.subject)
        return Domain("company_id", "=", self.company_id.id) & Domain(
            "subject", "=", self.subject
        )

    def _get_adopt_copy_defaults(self, company):
        defaults = super()._get_adopt_copy_defaults(company)
        if self.expiry_unit in WORKING_UNITS and not self.calendar_id:
            defaults["calendar_id"] = company._get_governance_calendar().id
        return defaults

    def _get_publish_errors(self):
        errors = super()._get_publish_errors()
        if not self.step_ids:
            errors.append(self.env._("There is no step: nobody would ever sign."))
        for step in self.step_ids:
            errors += step._get_approver_errors()
        errors += self._get_unreachable_errors()
        errors += self._get_expiry_errors()
        return errors

    def _get_publish_warnings(self):
        warnings = super()._get_publish_warnings()
        for step in self.step_ids.filtered(lambda step: step.approver_type == "group"):
            customer = self.env["res.partner"]
            if not step._get_approver_users(customer, self.company_id):
                warnings.append(
                    self.env._(
                        "Step “%(step)s”: nobody is a member of “%(group)s” yet.",
                        step=step.name,
                        group=step.approver_label,
                    )
                )
        return warnings

    @api.model
    def _get_for_subject(self, company, subject, code=None):
        """Return the matrix in force for a subject, or raise UserError.

        The message says which matrix is missing and where to publish it.

        :param code: of which of the matrices of `_get_coded_subjects`
        """
        domain = Domain("subject", "=", subject)
        if code:
            domain &= Domain("code", "=", code)
        policy = self.sudo()._get_in_force(company, domain)
        if len(policy) == 1:
            return policy
        label = dict(self._fields["subject"]._description_selection(self.env)).get(
            subject, subject
        )
        if code:
            label = self.env._("%(subject)s, %(code)s", subject=label, code=code)
        raise UserError(
            self.env._(
                "%(company)s has no approval matrix in force for “%(subject)s”. A "
                "governance administrator publishes one under Customer Governance > "
                "Configuration > Approval matrices.",
                company=company.sudo().name,
                subject=label,
            )
        )

    def _get_expiry(self, start):
        """Return when a request of `start` (naive UTC) expires, naive UTC."""
        self.ensure_one()
        return self.env["governance.business.time"]._add(
            start, self.expiry_value, self.expiry_unit, self.calendar_id
        )

    def _get_expiry_errors(self):
        time = self.env["governance.business.time"]
        errors = time._get_amount_errors(self.expiry_value, self.expiry_unit)
        errors += time._get_calendar_errors(self.calendar_id, self.expiry_unit)
        if errors:
            return errors
        try:
            self._get_expiry(fields.Datetime.now())
        except ValidationError as error:
            return [str(error)]
        return []

    def _get_unreachable_errors(self):
        """Return the steps that the rule “one person, one signature” would block."""
        persons = self.step_ids.filtered(lambda step: step.approver_type == "user")
        return [
            self.env._(
                "%(user)s is to sign %(count)s steps, but one person signs a request "
                "only once.",
                user=user.sudo().name,
                count=len(steps),
            )
            for user, steps in persons.grouped("user_id").items()
            if user and len(steps) > 1
        ]


class GovernanceApprovalStep(models.Model):
    """One signature of an approval matrix."""

    _name = "governance.approval.step"
    _description = "Step of an approval matrix"
    _inherit = ["governance.policy.line.mixin", "governance.approver.mixin"]
    _order = "policy_id, sequence, id"

    policy_id = fields.Many2one(
        comodel_name="governance.approval.policy",
        string="Approval matrix",
        required=True,
        index=True,
        ondelete="cascade",
    )

    def _get_blank_values(self, path=""):
        """Ask for the approver too, when the policy does not name one."""
        blanks = super()._get_blank_values(path)
        field = {"group": "group_id", "user": "user_id"}.get(self.approver_type)
        if field and not self[field]:
            blanks.append(self._prepare_blank_value(field, True, path))
        return blanks

    def _prepare_request_step(self):
        """Return the values of the copy that a request keeps of this step."""
        self.ensure_one()
        return {
            "name": self.name,
            "sequence": self.sequence,
            "approver_type": self.approver_type,
            "group_id": self.group_id.id,
            "customer_role": self.customer_role,
            "user_id": self.user_id.id,
        }
