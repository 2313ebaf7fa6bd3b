# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain


class GovernanceApproverMixin(models.AbstractModel):
    """Who signs one step of an approval, in general terms.

    The same rule is written twice, because it is asked in both directions:
    `_get_approver_domain` (which steps may this user sign) decides,
    `_get_approver_users` (who may sign this step) only invites.
    """

    _name = "governance.approver.mixin"
    _description = "Step of an approval"

    name = fields.Char(
        string="Step",
        required=True,
        translate=True,
        help="What is signed in this step, e.g. “Opinion of the committee”.",
    )
    sequence = fields.Integer(
        default=10,
        help="Lower numbers sign first. Steps with the same number run side by "
        "side, and all of them must sign.",
    )
    approver_type = fields.Selection(
        selection=[
            ("group", "Anyone of a group"),
            ("team_leader", "Leader of the customer's sales team"),
            ("requester_leader", "Leader of the requester"),
            ("customer_role", "Person in charge of the customer"),
            ("user", "One person"),
        ],
        string="Approver",
        required=True,
        default="group",
        help="Who signs. It is looked up at the moment of the decision, so that "
        "people who have moved on no longer decide.",
    )
    group_id = fields.Many2one(
        comodel_name="res.groups",
        ondelete="restrict",
        help="Any active member of the group may sign, except the requester.",
    )
    customer_role = fields.Selection(
        selection=[
            ("owner", "Salesperson of the customer"),
            ("specialist", "Specialist of the customer"),
            ("liaison_leader", "Liaison leader of the customer"),
        ],
        string="Role",
        help="The person who is named on the customer in this role.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Person",
        ondelete="restrict",
        domain=[("share", "=", False)],
        help="Only this person may sign.",
    )
    approver_label = fields.Char(
        string="Signed by",
        compute="_compute_approver_label",
        help="Who may sign this step.",
    )

    @api.depends("approver_type", "group_id", "customer_role", "user_id")
    def _compute_approver_label(self):
        types = dict(self._fields["approver_type"]._description_selection(self.env))
        roles = dict(self._fields["customer_role"]._description_selection(self.env))
        for step in self:
            step.approver_label = {
                "group": step.sudo().group_id.name,
                "customer_role": roles.get(step.customer_role),
                "user": step.sudo().user_id.name,
            }.get(step.approver_type) or types.get(step.approver_type)

    @api.model
    def _get_customer_role_fields(self):
        """Return {role: field of the customer that names the person}."""
        return {"owner": "user_id"}

    @api.model
    def _get_approver_domain(self, user, customer_path, company_path, requester_path):
        """Return the domain of the steps that `user` may sign at this moment.

        The paths lead from a step to its customer, its company and its requester.
        """
        domain = Domain("approver_type", "=", "group") & Domain(
            "group_id", "in", user.all_group_ids.ids
        )
        domain |= Domain("approver_type", "=", "user") & Domain("user_id", "=", user.id)
        for role, field in self._get_customer_role_fields().items():
            domain |= (
                Domain("approver_type", "=", "customer_role")
                & Domain("customer_role", "=", role)
                & Domain(f"{customer_path}.{field}", "=", user.id)
            )
        for members, company in self._get_led_people(user):
            in_company = self._get_led_domain(company, company_path)
            domain |= (
                Domain("approver_type", "=", "team_leader")
                & Domain(f"{customer_path}.user_id", "in", members.ids)
                & in_company
            )
            # One arm for all who work in the same companies: teams may be large.
            for companies, people in members.grouped("company_ids").items():
                elsewhere = Domain(company_path, "not in", companies.ids)
                domain |= (
                    Domain("approver_type", "=", "requester_leader")
                    & Domain(requester_path, "in", people.ids)
                    & (in_company | elsewhere)
                )
        return domain

    def _get_approver_users(self, customer, company):
        """Return the users who may sign this step at this moment."""
        self.ensure_one()
        users = getattr(self.sudo(), f"_get_users_{self.approver_type}")(
            customer.sudo(), company
        )
        return company._filter_staff(users)

    # ------------------------------------------------------------------
    # TOOLS
    # ------------------------------------------------------------------

    def _get_users_group(self, customer, company):
        return self.group_id.all_user_ids

    def _get_users_user(self, customer, company):
        return self.user_id

    def _get_users_customer_role(self, customer, company):
        field = self._get_customer_role_fields().get(self.customer_role)
        return customer[field] if field else self.env["res.users"]

    def _get_users_team_leader(self, customer, company):
        return self._get_leaders(customer.user_id, company)

    def _get_users_requester_leader(self, customer, company):
        return self._get_leaders(self._get_requester(), company)

    def _get_requester(self):
        """Return who asks; nobody for the step of a matrix, which has no request."""
        return self.env["res.users"]

    @api.model
    def _get_leaders(self, member, company):
        """Return who leads a person: by default whoever leads the sales teams.

        What counts is the company that is asked, and for people who do not work there
        their own.  `_get_led_people` says the same in the other direction.
        """
        if not member:
            return self.env["res.users"]
        members = Domain("member_ids", "in", member.ids)
        teams = self.env["crm.team"].sudo().search(members)
        if company in member.sudo().company_ids:
            teams = teams.filtered(
                lambda team: not team.company_id or team.company_id == company
            )
        return teams.user_id

    @api.model
    def _get_led_people(self, user):
        """Return whom a user leads, as [(people, company)]; no company: everywhere."""
        teams = self.env["crm.team"].sudo().search([("user_id", "=", user.id)])
        return [(team.member_ids, team.company_id) for team in teams]

    @api.model
    def _get_led_domain(self, company, company_path):
        return Domain(company_path, "=", company.id) if company else Domain.TRUE

    def _get_approver_errors(self):
        """Return why nobody could ever sign this step, as sentences."""
        self.ensure_one()
        if self.approver_type == "user" and self.user_id:
            return self._get_user_errors()
        if self.approver_type != "customer_role":
            return []
        if not self.customer_role:
            return [
                self.env._("Step “%(step)s” does not say which role.", step=self.name)
            ]
        if self.customer_role not in self._get_customer_role_fields():
            return [
                self.env._(
                    "Step “%(step)s”: no customer names a “%(role)s”.",
                    step=self.name,
                    role=self.approver_label,
                )
            ]
        return []

    def _get_user_errors(self):
        user = self.sudo().user_id
        if user.active and not user.share:
            return []
        return [
            self.env._(
                "Step “%(step)s”: %(user)s is no active employee user and could not "
                "sign.",
                step=self.name,
                user=user.name,
            )
        ]
