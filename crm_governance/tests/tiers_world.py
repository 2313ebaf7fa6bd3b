# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.tests import freeze_time
from odoo.tools import mute_logger

from .common import GovernanceCommon
from .tiers_common import TiersCommon

# What a client could send to pretend to be the system.
FORGED = {
    "governance_system": True,
    "governance_seal": True,
    "governance_machinery": True,
    "governance_scheme_id": 1,
    "install_mode": True,
    "install_module": "crm_governance",
    "module": "crm_governance",
    "_force_unlink": True,
    "force_delete": True,
    "su": True,
    "uid": 1,
    "tracking_disable": True,
    "import_file": True,
}


class TiersWorld(TiersCommon):
    """A company with two sales teams and one customer of each kind.

    | customer | owner | turnover | tier |
    |----------|-------|----------|------|
    | north    | rep   | 5000     | A    |
    | south    | rep2  | 500      | B    |
    | small    | rep   | 50       | C    |
    | orphan   | –     | 20       | C    |

    Tier A begins at 1000, B at 100; everybody else is C.
    """

    ROLES = GovernanceCommon.ROLES
    TODAY = "2026-01-10 09:00:00"
    AS_OF = date(2025, 12, 31)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        clock = freeze_time(cls.TODAY)
        clock.start()
        cls.addClassCleanup(clock.stop)
        # Only the customers of this world are to be found.
        cls.env.cr.execute("UPDATE res_partner SET customer_rank = 0")
        cls.env.invalidate_all()
        cls.scheme = cls.make_scheme()
        cls.rules = cls.make_rules(
            cls.scheme,
            [("A", [("turnover", "ge", 1000)]), ("B", [("turnover", "ge", 100)])],
        )
        cls.tier_a, cls.tier_b, cls.tier_c = cls.scheme.tier_ids
        cls.north = cls.customer("North Trading", cls.rep)
        cls.south = cls.customer("South Trading", cls.rep2)
        cls.small = cls.customer("Small Trading", cls.rep)
        cls.orphan = cls.customer("Orphan Trading")
        cls.customers = cls.north | cls.south | cls.small | cls.orphan
        cls.buy(cls.north, 5000)
        cls.buy(cls.south, 500)
        cls.buy(cls.small, 50)
        cls.buy(cls.orphan, 20)

    @classmethod
    def buy(cls, partner, amount, day=date(2025, 6, 1)):
        """Confirm an order of a customer."""
        return cls.insert_orders([(partner.id, day, amount)])

    @classmethod
    def open_review(cls, **values):
        """Return a review that takes nominations."""
        return cls.env["governance.tier.review"].create(
            {
                "name": "Review",
                "scheme_id": cls.scheme.id,
                "date_as_of": cls.AS_OF,
                **values,
            }
        )

    @classmethod
    def committee_review(cls, **values):
        """Return a review that waits for decisions."""
        review = cls.open_review(**values)
        review.action_evaluate()
        return review

    @classmethod
    def published_review(cls, **values):
        """Return a review whose proposals have become the tiers."""
        review = cls.committee_review(**values)
        cls.publish(review)
        return review

    @classmethod
    def open_assignment(cls, partner, scheme=None):
        """Return what tier a customer has now, as evidence."""
        return cls.env["governance.tier.assignment"]._get_open(
            partner, scheme or cls.scheme
        )

    @classmethod
    def override(cls, user, partner, tier, **values):
        """Return a draft of an override that a user writes."""
        return (
            cls.env["governance.tier.override"]
            .with_user(user)
            .create(
                {
                    "partner_id": partner.id,
                    "scheme_id": cls.scheme.id,
                    "tier_id": tier.id,
                    "expires_on": "2026-06-30",
                    "reason": "They will grow",
                    **values,
                }
            )
        )

    @classmethod
    def nominate(cls, user, review, partner, tier=None, **values):
        """Return a nomination by a user."""
        return (
            cls.env["governance.tier.nomination"]
            .with_user(user)
            .create(
                {
                    "review_id": review.id,
                    "partner_id": partner.id,
                    "tier_id": (tier or cls.tier_a).id,
                    "reason": "They deserve it",
                    **values,
                }
            )
        )

    @classmethod
    def override_matrix(cls, group="group_executive", **values):
        """Put a matrix for overrides in force."""
        return cls.create_matrix(
            [cls.group_step(group)], subject="tier_override", code="OVR", **values
        )

    @classmethod
    def granted(cls, user, partner, tier, approver=None, **values):
        """Return an override that was asked for and approved."""
        override = cls.override(user, partner, tier, **values)
        override.action_request_approval()
        override.sudo().approval_request_id.with_user(approver or cls.executive).decide(
            "approved", "Agreed"
        )
        return cls.env["governance.tier.override"].browse(override.id)

    def assertCannotDelete(self, record):
        """Rules or the database keep a record."""
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                record.unlink()
                self.env.flush_all()
        except (UserError, IntegrityError):
            self.env.invalidate_all()
            self.assertTrue(record.exists(), record)
        else:
            self.fail(f"{record} was deleted")
