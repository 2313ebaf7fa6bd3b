# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from ..policy.unchecked_many2one import UncheckedMany2one


class GovernanceVisitSlot(models.Model):
    """One obligation of one person to one customer in one window of time.

    The generator inserts slots by SQL; a visit in the window satisfies it.
    """

    _name = "governance.visit.slot"
    _description = "Planned Contact"
    _inherit = [
        "governance.visit.mixin",
        "governance.guarded.mixin",
        "governance.classified.stored.mixin",
    ]
    _order = "date, id"
    _is_governance_link_guarded = True
    # A month of a large company is a million rows: what is not asked for is not kept.
    _log_access = False

    # A key would be checked for each row: plans delete their slots themselves, users
    # with slots are not deleted, and policies and plans keep their company.  Customers,
    # leads and visits have keys: those who merge or delete them count on that.
    # Callbacks and what nobody is named for yet have no plan.
    plan_id = UncheckedMany2one(
        comodel_name="governance.visit.plan", index=True, ondelete="cascade"
    )
    user_id = UncheckedMany2one(comodel_name="res.users", index=False)
    company_id = UncheckedMany2one(comodel_name="res.company", index=False)
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        ondelete="cascade",
        index="btree_not_null",
    )
    lead_id = fields.Many2one(
        comodel_name="crm.lead", index="btree_not_null", ondelete="cascade"
    )
    # What planned contacts name is not deleted: teams, roles and channels refuse it,
    # tiers too once customers had them; lines of policies and own cadences make none
    # before they are published or approved, and stay from then on.
    team_id = UncheckedMany2one(comodel_name="crm.team", string="Sales Team")
    tier_id = UncheckedMany2one(comodel_name="governance.tier", string="Customer Tier")
    role_id = UncheckedMany2one(comodel_name="governance.visit.role")
    channel_id = UncheckedMany2one(comodel_name="governance.visit.channel")
    cadence_id = UncheckedMany2one(comodel_name="governance.visit.cadence")
    callback_id = UncheckedMany2one(comodel_name="governance.visit.callback")
    exception_id = UncheckedMany2one(comodel_name="governance.visit.exception")
    key = fields.Char(help="Which obligation it is, over all versions of the policy.")
    origin_ref = fields.Char(string="Event", help="The event that asks for a callback.")
    month = fields.Date(required=True)
    window_start = fields.Date(string="From", required=True)
    window_end = fields.Date(
        string="Counts before", required=True, help="The first day after the window."
    )
    date_due = fields.Date(string="Due On", help="The day that the cadence asks for.")
    date = fields.Date(string="Day", help="The day that is proposed.")
    is_moved = fields.Boolean(
        string="Moved", help="The day that the cadence asks for is closed."
    )
    is_overdue = fields.Boolean(
        string="Overdue Before", help="The customer was due before this month."
    )
    is_optional = fields.Boolean(string="Case by Case")
    state = fields.Selection(
        selection=[("open", "To Do"), ("waived", "Left out"), ("void", "Void")],
        required=True,
        default="open",
        readonly=True,
    )
    visit_id = fields.Many2one(
        comodel_name="governance.visit",
        index="btree_not_null",
        ondelete="set null",
        readonly=True,
    )

    _cadence_uniq = models.UniqueIndex(
        "(partner_id, company_id, key, window_start) "
        "WHERE state != 'void' AND callback_id IS NULL AND lead_id IS NULL",
        "The customer is planned for these days over this channel already. Choose "
        "another day or another channel.",
    )
    _callback_uniq = models.UniqueIndex(
        "(partner_id, callback_id, origin_ref) "
        "WHERE state != 'void' AND callback_id IS NOT NULL",
        "There is a callback after this event already.",
    )
    _lead_uniq = models.UniqueIndex(
        "(lead_id, key, window_start) WHERE state != 'void' AND lead_id IS NOT NULL",
        "The lead is planned for these days already.",
    )
    # What one person has to do at one customer in a month is counted together.
    _board_idx = models.Index("(user_id, month, COALESCE(partner_id, 0))")
    _void_idx = models.Index("(month) WHERE state = 'void'")
    _window_check = models.Constraint(
        "CHECK (window_end > window_start)", "A window ends after it has begun."
    )
