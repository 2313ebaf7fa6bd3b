# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class GovernanceDisposalPolicy(models.Model):
    """When the file of a customer is looked at again: RT-02 and RT-03 (E-55, E-57).

    It proposes candidates.  Nothing is destroyed without a request.
    """

    _name = "governance.disposal.policy"
    _description = "Disposal Policy"
    _inherit = ["governance.policy.mixin", "mail.thread"]
    _order = "company_id, code, version desc, id"
    _check_company_auto = True

    previous_id = fields.Many2one(
        comodel_name="governance.disposal.policy",
        string="Previous version",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    kind = fields.Selection(
        selection=[
            ("no_interaction", "Customers without interaction"),
            ("no_value", "Prospects without an agreement"),
        ],
        string="Candidates",
        required=True,
        default="no_interaction",
        help="Interaction is an order, an invoice, a lead, a meeting, a message or a "
        "finished to-do. A prospect has lost leads only and has never bought.",
    )
    months = fields.Integer(
        help="After how many months they become candidates: since the last "
        "interaction, or since the last lead was lost.",
    )

    _months_check = models.Constraint(
        "CHECK (months >= 0)", "The number of months cannot be negative."
    )
    _kind_uniq = models.UniqueIndex(
        "(company_id, kind) WHERE state = 'published'",
        "Another policy of this kind has been published in the meantime.",
    )

    @api.model
    def _get_fields_to_fill(self):
        return {**super()._get_fields_to_fill(), "months": True}

    def _get_unit_to_fill(self, name):
        return (
            self.env._("months")
            if name == "months"
            else super()._get_unit_to_fill(name)
        )

    def _get_family_domain(self):
        return Domain("company_id", "=", self.company_id.id) & Domain(
            "kind", "=", self.kind
        )

    # ------------------------------------------------------------------
    # WHO
    # ------------------------------------------------------------------

    @api.model
    def _get_matching(self, company, kind, partners):
        """Return those of some customers for whom the ground holds now.

        None when the company has no policy of that kind in force.
        """
        policy = self._get_in_force(company, [("kind", "=", kind)])
        if not policy or not partners:
            return partners.browse()
        query = policy._get_candidates_sql(
            SQL("p.id = ANY(%s)", partners.commercial_partner_id.ids)
        )
        rows = self.env.execute_query(query)
        return partners.browse(id_ for id_, _last in rows)

    def _get_limit(self):
        """Return the moment before which all must lie, naive UTC."""
        self.ensure_one()
        return fields.Datetime.now() - relativedelta(months=self.months)

    def _get_candidates_sql(self, condition=None):
        """Return SQL of (commercial entity, last date) of the customers that fit.

        :param SQL condition: on `p`, the customer
        """
        self.ensure_one()
        self.env.flush_all()
        build = {
            "no_interaction": self._get_quiet_sql,
            "no_value": self._get_failed_sql,
        }[self.kind]
        return build(self._get_limit(), condition or SQL("TRUE"))

    @api.model
    def _get_interactions_sql(self):
        """Return SQL of (contact, moment) of all that counts as interaction."""
        return SQL(
            """SELECT partner_id, date_order AS date FROM sale_order
                WHERE state <> 'cancel'
            UNION ALL
               SELECT partner_id, invoice_date FROM account_move
                WHERE state = 'posted' AND move_type LIKE 'out%%'
            UNION ALL
               SELECT partner_id, GREATEST(create_date, date_closed) FROM crm_lead
            UNION ALL
               SELECT res_id, date FROM mail_message
                WHERE model = 'res.partner'
                  AND message_type IN ('comment', 'email', 'email_outgoing')
            UNION ALL
               SELECT l.partner_id, m.date FROM mail_message m
                 JOIN crm_lead l ON l.id = m.res_id
                WHERE m.model = 'crm.lead'
                  AND m.message_type IN ('comment', 'email', 'email_outgoing')
            UNION ALL
               SELECT r.res_partner_id, LEAST(e.start, %(now)s)
                 FROM calendar_event_res_partner_rel r
                 JOIN calendar_event e ON e.id = r.calendar_event_id
            UNION ALL
               SELECT res_id, date_done FROM mail_activity
                WHERE res_model = 'res.partner' AND date_done IS NOT NULL""",
            now=fields.Datetime.now(),
        )

    @api.model
    def _get_quiet_sql(self, limit, condition):
        """Return the customers without interaction since `limit`, and its date.

        A customer who is new in the database counts as met then.
        """
        return SQL(
            """SELECT p.id, max(i.date)::date AS date_last
                 FROM res_partner p
                 JOIN res_partner c ON c.commercial_partner_id = p.id
            LEFT JOIN (%(interactions)s) i ON i.partner_id = c.id
                WHERE p.commercial_partner_id = p.id AND p.create_date < %(limit)s
                  AND %(condition)s
             GROUP BY p.id
               HAVING COALESCE(max(i.date), '-infinity') < %(limit)s""",
            interactions=self._get_interactions_sql(),
            limit=limit,
            condition=condition,
        )

    @api.model
    def _get_failed_sql(self, limit, condition):
        """Return the prospects whose last lead was lost before `limit`, and when."""
        return SQL(
            """SELECT p.id, max(COALESCE(l.date_closed, l.write_date))::date
                         AS date_last
                 FROM res_partner p
                 JOIN res_partner c ON c.commercial_partner_id = p.id
                 JOIN crm_lead l ON l.partner_id = c.id
                WHERE p.commercial_partner_id = p.id AND %(condition)s
                  AND NOT EXISTS (
                      SELECT 1 FROM sale_order o
                        JOIN res_partner b ON b.id = o.partner_id
                       WHERE b.commercial_partner_id = p.id AND o.state <> 'cancel')
                  AND NOT EXISTS (
                      SELECT 1 FROM account_move m
                       WHERE m.commercial_partner_id = p.id AND m.state = 'posted')
                  AND NOT EXISTS (
                      SELECT 1 FROM governance_turnover_history h
                        JOIN res_partner b ON b.id = h.partner_id
                       WHERE b.commercial_partner_id = p.id)
                  AND NOT EXISTS (
                      SELECT 1 FROM governance_agreement a
                        JOIN res_partner b ON b.id = a.partner_id
                       WHERE b.commercial_partner_id = p.id)
             GROUP BY p.id
               HAVING bool_and(l.won_status = 'lost')
                  AND max(COALESCE(l.date_closed, l.write_date)) < %(limit)s""",
            limit=limit,
            condition=condition,
        )
