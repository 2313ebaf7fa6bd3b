# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError


class GovernanceCommittee(models.Model):
    """The body that decides tiers: chair, vice-chair, members (A-109)."""

    _name = "governance.committee"
    _description = "Customer Management Committee"
    _inherit = ["mail.thread"]
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    active = fields.Boolean(default=True)
    secretariat = fields.Char(help="The department that prepares the meetings.")
    member_ids = fields.One2many(
        comodel_name="governance.committee.member",
        inverse_name="committee_id",
        string="Members",
    )
    duties = fields.Text(translate=True)

    _company_uniq = models.UniqueIndex(
        "(company_id) WHERE active",
        "The company already has a committee.",
    )

    @api.constrains("member_ids")
    def _check_chair(self):
        for committee in self:
            chairs = committee.member_ids.filtered(lambda m: m.role == "chair")
            if committee.member_ids and len(chairs) != 1:
                raise ValidationError(
                    self.env._(
                        "%(committee)s has %(count)s chairs. Name exactly one.",
                        committee=committee.name,
                        count=len(chairs),
                    )
                )

    def _is_member(self, user):
        """Return whether the user sits on one of these committees."""
        return user in self.member_ids.user_id


class GovernanceCommitteeMember(models.Model):
    """A person on a committee and the seat that he or she takes."""

    _name = "governance.committee.member"
    _description = "Committee Member"
    _order = "committee_id, role, id"
    _rec_name = "user_id"

    committee_id = fields.Many2one(
        comodel_name="governance.committee",
        required=True,
        index=True,
        ondelete="cascade",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        required=True,
        domain=[("share", "=", False)],
        ondelete="restrict",
    )
    role = fields.Selection(
        selection=[
            ("chair", "Chair"),
            ("deputy", "Vice-chair"),
            ("member", "Member"),
        ],
        default="member",
        required=True,
    )

    _user_uniq = models.Constraint(
        "UNIQUE (committee_id, user_id)",
        "This person sits on the committee already.",
    )
