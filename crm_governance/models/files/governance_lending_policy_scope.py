# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_list

from .governance_file_volume import UNFILED

# What somebody does with what is borrowed.
USES = [
    ("read", "Read in the archive room"),
    ("take", "Take away"),
    ("copy", "Copy"),
    ("callback", "Callback to the customer"),
]
# What says which volumes a policy is for.
SCOPE = ("document_type_ids", "tier_ids", "rank_from", "medium")
PAPERS = ("needs_certificate", "needs_letter", "needs_identity", "needs_record")


class GovernanceLendingPolicy(models.Model):
    """Which policy a loan runs under: who asks, for what, to do what (BP-01 … BP-09).

    Policies that name a kind of document, a tier, a level or a medium are the only ones
    for volumes of that kind.  Among the others of the same use the strictest wins.
    """

    _inherit = "governance.lending.policy"

    document_type_ids = fields.Many2many(
        comodel_name="governance.document.type",
        relation="governance_lending_policy_document_type_rel",
        string="Kinds of Documents",
        help="Volumes with a document of these kinds are lent under policies that name "
        "the kind, under no others. Empty: every kind.",
    )
    tier_ids = fields.Many2many(
        comodel_name="governance.tier",
        relation="governance_lending_policy_tier_rel",
        string="Customer Tiers",
        check_company=True,
        help="Volumes of customers of these tiers are lent under policies that name "
        "the tier, under no others. Empty: every tier.",
    )
    rank_from = fields.Integer(
        string="From Rank",
        help="Volumes of the level with this rank and above are lent under policies "
        "for these levels, under no others. 0: every level.",
    )
    medium = fields.Selection(
        selection=lambda self: (
            self.env["governance.file.volume"]
            ._fields["medium"]
            ._description_selection(self.env)
        ),
        help="Volumes of this medium are lent under policies that name it, under no "
        "others. Empty: both.",
    )
    use_summary = fields.Char(
        string="For",
        compute="_compute_use_summary",
        help="What can be done with volumes under this policy.",
    )

    _rank_from_check = models.Constraint(
        "CHECK (rank_from >= 0)", "Ranks and lengths of loans are 0 or more."
    )

    @api.depends("is_on_site", "borrower_kind", "is_copying_allowed")
    @api.depends_context("lang")
    def _compute_use_summary(self):
        uses = dict(
            self.env["governance.loan"]._fields["use"]._description_selection(self.env)
        )
        for policy in self:
            policy.use_summary = ", ".join(uses[use] for use in policy._get_uses())

    # ------------------------------------------------------------------
    # WHICH ONE
    # ------------------------------------------------------------------

    @api.model
    def _get_applicable(self, company, user, volumes, use=None):
        """Return the policies that a loan may run under: the strictest for each use.

        :param user: who borrows; nobody for a reader from outside
        :param volumes: none while they are still to be found, which tells nothing
        :param use: what is done with them; without it the policies of all uses
        """
        policies = self.sudo()._get_in_force(company)
        return policies._filter_applicable(company, user, volumes, use)

    def _get_applicable_now(self, company, user, volumes, use):
        """Return the policies for a loan that was asked for under this one.

        It stands for later versions of itself.
        """
        policies = self.sudo()._get_in_force(company)
        later = policies.filtered(lambda policy: policy.code == self.code)
        mine = policies - later + self.sudo()
        return mine._filter_applicable(company, user, volumes, use)

    def _filter_applicable(self, company, user, volumes, use=None):
        """Return those of these policies that a loan may run under."""
        policies = self._filter_scope(volumes)
        policies = policies._filter_borrower(company, user, volumes)
        if not volumes:
            return policies.filtered(lambda policy: use in (None, *policy._get_uses()))
        rank = max(volumes.sudo()._get_classified_ranks())
        uses = [use] if use else [code for code, _label in USES]
        return self.browse().union(
            *(policies._filter_strictest(use, rank) for use in uses)
        )

    def _filter_scope(self, volumes):
        """Return the policies for these volumes; those that name them go first."""
        found = self
        kinds = volumes._get_document_types()
        for volume in volumes.sudo():
            fitting = self.filtered(
                lambda policy, volume=volume: policy._covers(volume, kinds[volume.id])
            )
            fitting = fitting.filtered(lambda policy: policy._is_special()) or fitting
            is_kept = volume.state in UNFILED
            found &= fitting.filtered(
                lambda policy, is_kept=is_kept: (
                    is_kept == (policy.borrower_kind == "handler")
                )
            )
        return found

    def _is_special(self):
        """Return whether the policy is for some volumes only."""
        return any(self[name] for name in SCOPE)

    def _covers(self, volume, document_types):
        """Return whether the policy is for a volume with documents of some kinds."""
        if volume.is_sealed:
            return self.is_sealed_allowed
        tier = volume.partner_id.with_company(volume.company_id).governance_tier_id
        return (
            (not self.document_type_ids or self.document_type_ids & document_types)
            and (not self.tier_ids or tier in self.tier_ids)
            and volume._get_classified_rank() >= self.rank_from
            and self.medium in (False, volume.medium)
        )

    def _filter_borrower(self, company, user, volumes):
        """Return the policies that are for who borrows volumes of a company (E-37 …).

        Sales managers borrow under their own policies, where there are some; people of
        other departments and companies under those for them.
        """
        if not user:
            return self.filtered(
                lambda policy: policy.borrower_kind in ("external", "anybody")
            )
        mine = self.filtered_domain(self._get_audience_domain(user))
        if not company._is_own_staff(user):
            return mine.filtered(
                lambda policy: policy.borrower_kind in ("group", "anybody")
            )
        is_inside = bool(volumes) and volumes._are_of_department(user)
        left_out = {"external"}
        if volumes:
            left_out |= {"department", "group"} if is_inside else {"handler"}
        if not user._has_group("crm_governance.group_leader"):
            left_out.add("manager")
        mine = mine.filtered(lambda policy: policy.borrower_kind not in left_out)
        kinds = set(mine.mapped("borrower_kind"))
        if volumes and "manager" in kinds:
            kinds -= {"department", "group", "own"}
        elif volumes and kinds & {"department", "group"}:
            kinds.discard("own")
        return mine.filtered(lambda policy: policy.borrower_kind in kinds)

    def _get_uses(self):
        """Return what is done with volumes under this policy, the main use first."""
        self.ensure_one()
        if self.borrower_kind == "representative":
            return ["callback"]
        if self.is_on_site:
            return ["read"]
        return ["take", "read", *(["copy"] if self.is_copying_allowed else [])]

    def _filter_strictest(self, use, rank):
        """Return the strictest policies for a use of files of a rank.

        More signatures are stricter, then more papers, then the reading room, then the
        shorter loan.  Those that are as strict as each other are left to choose from.
        """
        found = self.filtered(lambda policy: use in policy._get_uses())
        matrices = found._get_matrices()
        strictness = {
            policy: policy._get_strictness(matrices[policy], rank) for policy in found
        }
        highest = max(strictness.values(), default=None)
        return found.filtered(lambda policy: strictness[policy] == highest)

    def _get_strictness(self, matrix, rank):
        """Return how strict the policy is for files of a rank, to be compared."""
        self.ensure_one()
        papers = [name for name in PAPERS if self[name]]
        on_site = self._is_read_on_site(rank)
        return len(matrix.step_ids), len(papers), on_site, -self._get_longest(rank)

    def _get_longest(self, rank):
        """Return for how many days files of a rank are lent at most, to be compared."""
        if self.is_on_site or self.due_rule in ("same_day", "hours"):
            return 0
        days = [self.due_days] if self.due_rule == "days" else []
        line = self._get_limit(rank)
        # Seven days have five working days.
        if line:
            factor = 1.4 if line.unit == "working_days" else 1
            days.append(line.value * factor)
        return min(days, default=float("inf"))

    # ------------------------------------------------------------------
    # REFUSING
    # ------------------------------------------------------------------

    def _check_applicable(self, company, user, volumes, use):
        """Refuse a loan under a policy that is meant for others (E-37 … E-46).

        :raises UserError: naming the policies that apply
        """
        allowed = self._get_applicable(company, user, volumes, use)
        if self in allowed:
            return
        others = allowed or self._get_applicable(company, user, volumes)
        if others:
            raise UserError(
                self.env._(
                    "“%(policy)s” does not apply to this loan. Choose: %(others)s.",
                    policy=self.name,
                    others=format_list(
                        self.env, [other._get_offer() for other in others]
                    ),
                )
            )
        alone = [self._get_applicable(company, user, volume) for volume in volumes]
        if len(volumes) > 1 and all(alone):
            raise UserError(
                self.env._(
                    "These volumes are lent under different policies. Ask for them "
                    "with loans of their own."
                )
            )
        raise UserError(
            self.env._(
                "No borrowing policy in force is for this borrower and these volumes. "
                "Ask a governance administrator for one."
            )
        )

    def _get_offer(self):
        """Return the policy and what it is for, in words."""
        return f"“{self.name}” ({self.use_summary})"

    def _check_leader(self, company, user):
        """Refuse a loan that no leader of the borrower could sign (BP-04, E-38).

        :raises UserError: for borrowers of another company, saying what to do
        """
        if not user or company in user.sudo().company_ids:
            return
        steps = self._get_approval_matrix().step_ids
        if not steps.filtered(lambda step: step.approver_type == "requester_leader"):
            return
        leaders = steps._get_leaders(user, company) - user
        if not company._filter_staff(leaders):
            raise UserError(
                self.env._(
                    "%(borrower)s works for another company, and nobody who leads "
                    "%(borrower)s there may sign in %(company)s. Give the leader "
                    "access to %(company)s.",
                    borrower=user.name,
                    company=company.name,
                )
            )
