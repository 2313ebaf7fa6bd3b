# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import SQL


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _prepare_governance_merge(self, sources, target):
        """Drop what was planned for customers that are merged away.

        The customer that stays has a plan of its own.  What was done stays too, except
        where both were visited in one window, which counts once; it goes before what
        is planned for the one that stays.
        """
        result = super()._prepare_governance_merge(sources, target)
        self.env["governance.visit.exception"]._settle_merge(sources, target)
        params = {
            "sources": sources.ids,
            "all": (sources | target).ids,
            "target": target.id,
            "same": SQL(
                """other.company_id = slot.company_id
                   AND other.state <> 'void' AND other.id <> slot.id
                   AND other.visit_id IS NOT NULL
                   AND other.key = slot.key
                   AND other.window_start = slot.window_start
                   AND other.lead_id IS NOT DISTINCT FROM slot.lead_id
                   AND other.callback_id IS NOT DISTINCT FROM slot.callback_id
                   AND other.origin_ref IS NOT DISTINCT FROM slot.origin_ref"""
            ),
        }
        self.env.cr.execute(
            SQL(
                """UPDATE governance_visit_slot slot SET state = 'void'
                    WHERE slot.partner_id = %(target)s AND slot.state <> 'void'
                      AND slot.visit_id IS NULL
                      AND EXISTS (SELECT 1 FROM governance_visit_slot other
                                   WHERE other.partner_id = ANY(%(sources)s)
                                     AND %(same)s)""",
                **params,
            )
        )
        self.env.cr.execute(
            SQL(
                """UPDATE governance_visit_slot slot SET state = 'void'
                    WHERE slot.partner_id = ANY(%(sources)s) AND slot.state <> 'void'
                      AND (slot.visit_id IS NULL OR EXISTS (
                          SELECT 1 FROM governance_visit_slot other
                           WHERE other.partner_id = ANY(%(all)s)
                             AND (other.partner_id = %(target)s OR other.id < slot.id)
                             AND %(same)s))""",
                **params,
            )
        )
        self.env["governance.visit.slot"].invalidate_model(["state"])
        return result
