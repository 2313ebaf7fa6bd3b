# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The story that the demo data tell: a timber merchant and its customers."""

import threading
from contextlib import contextmanager
from unittest.mock import patch

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

QUIET = {
    "tracking_disable": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_activity_quick_update": True,
}


class GovernanceDemo(models.AbstractModel):
    """Builds the demo story, relative to today; called by the demo data only."""

    _name = "governance.demo"
    _description = "Demo story of Customer Governance"

    @api.model
    def _load_story(self):
        """Sell, adopt policies, publish reviews and open the next ones."""
        story = self.with_context(**QUIET)
        story._load_terms()
        story._make_turnover()
        story._make_knowledge()
        scheme = story._adopt_policies()
        story._publish_review(scheme, 12, "First review")
        story._publish_review(scheme, 6, "Half-year review")
        story._make_overrides()
        story._open_second_review(scheme)
        story._open_strategic_review()
        story._adopt_ladder()
        story._train()
        story._classify_customers()
        story._ask_for_access()
        story._make_files()
        story._lend()
        story._dispose()
        story._visit()
        story._complain()

    # ------------------------------------------------------------------
    # TOOLS
    # ------------------------------------------------------------------

    def _ref(self, name):
        return self.env.ref(f"crm_governance.{name}")

    def _user(self, role):
        return self._ref(f"user_{role}_demo")

    def _partner(self, name):
        return self._ref(f"partner_{name}_demo")

    def _company(self):
        return self.env.ref("base.main_company")

    def _as(self, user, model):
        return self.env[model].with_user(user).with_company(self._company())

    def _admin(self):
        return self.env.ref("base.user_admin")

    def _today(self):
        return fields.Date.context_today(self)

    @contextmanager
    def _at(self, moment):
        """Let something happen at another moment, for this thread alone."""
        thread = threading.get_ident()
        clock = fields.Datetime.now

        def now(*args):
            return moment if threading.get_ident() == thread else clock(*args)

        with patch.object(fields.Datetime, "now", now):
            yield

    def _ago(self, **delta):
        return self._at(fields.Datetime.now() - relativedelta(**delta))

    def _load_terms(self):
        """Translate the presets before they are copied.

        Odoo loads the terms of an addon only after its demo data.
        """
        languages = [code for code, _name in self.env["res.lang"].get_installed()]
        self.env["ir.module.module"]._load_module_terms(["crm_governance"], languages)

    def _adopt(self, xmlid, values):
        preset = self._ref(xmlid).with_user(self._admin())
        policy = preset._adopt(self._company(), values)
        policy.action_publish()
        return policy
