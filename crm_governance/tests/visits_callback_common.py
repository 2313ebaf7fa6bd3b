# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo.fields import Command

from .visits_common import VisitCommon


class CallbackCommon(VisitCommon):
    """Callbacks of the health-products scheme (VC-04) and after delivery (VC-10).

    | who                       | buyer        | non-buyer  | after |
    |---------------------------|--------------|------------|-------|
    | rep, by telephone         | 3, 30, 60    | 3, 15      | file  |
    | specialist, by telephone  | 15, 30, 60   | on request | file  |
    | liaison, comes            | 30           |            | order |

    The company works in Shanghai, from Monday to Friday.
    """

    NOW = "2026-03-02 02:00:00"
    ROLES = {
        **VisitCommon.ROLES,
        "custodian": "crm_governance.group_custodian",
    }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.partner_id.tz = "Asia/Shanghai"
        cls.calendar = cls.env["resource.calendar"].create(
            {"name": "Office", "tz": "Asia/Shanghai", "company_id": cls.company.id}
        )
        cls.company.governance_calendar_id = cls.calendar
        cls.caller = cls.make_role("T_CALLER", cls.rep)
        cls.doctor = cls.make_role("T_DOCTOR", cls.specialist)
        cls.inspector = cls.make_role("T_INSPECTOR", cls.liaison)
        cls.new_customer = cls.customer("New Trading", cls.rep)

    @classmethod
    def make_role(cls, code, user):
        return cls.env["governance.visit.role"].create(
            {
                "name": code,
                "code": code,
                "source": "member",
                "member_ids": [Command.create({"user_id": user.id})],
            }
        )

    @classmethod
    def line(cls, role, days=0, **values):
        """Return the values of a line."""
        return Command.create(
            {
                "role_id": role.id,
                "channel_id": cls.channels["call"].id,
                "days": days,
                "is_on_request": not days,
                "objective": f"After {days} days",
                **values,
            }
        )

    @classmethod
    def get_lines(cls):
        buyers = [
            cls.line(role, days, buyer="buyer")
            for role, terms in ((cls.caller, (3, 30, 60)), (cls.doctor, (15, 30, 60)))
            for days in terms
        ]
        return [
            *buyers,
            cls.line(cls.caller, 3, buyer="non_buyer"),
            cls.line(cls.caller, 15, buyer="non_buyer"),
            cls.line(cls.doctor, buyer="non_buyer"),
            cls.line(
                cls.inspector,
                30,
                trigger="order",
                channel_id=cls.channels["visit"].id,
            ),
        ]

    @classmethod
    def policy(cls, lines=None, **values):
        """Return a policy in force."""
        policy = cls.env["governance.visit.policy"].create(
            {
                "name": "Callbacks",
                "code": "T-CALL",
                "callback_ids": cls.get_lines() if lines is None else lines,
                **values,
            }
        )
        policy.action_publish()
        return policy

    @classmethod
    def open_file(cls, partner=None):
        return cls.env["governance.file"].create(
            {
                "partner_id": (partner or cls.new_customer).id,
                "user_id": cls.custodian.id,
            }
        )

    @classmethod
    def order(cls, partner=None):
        """Return a quotation."""
        return cls.env["sale.order"].create(
            {"partner_id": (partner or cls.new_customer).id}
        )

    def bought(self, partner=None):
        order = self.order(partner)
        order.action_confirm()
        return order

    def slots(self, partner=None, **values):
        """Return the callbacks of a customer that are not ended."""
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["governance.visit.slot"].search(
            [
                ("partner_id", "=", (partner or self.new_customer).id),
                ("origin_ref", "!=", False),
                ("state", "=", "open"),
                *((name, "=", value) for name, value in values.items()),
            ],
            order="date_due, user_id",
        )

    def dues(self, user, partner=None):
        """Return the deadlines of somebody's callbacks of a customer."""
        return self.slots(partner, user_id=user.id).mapped("date_due")

    def todos(self, user, partner=None):
        """Return the to-dos of somebody for callbacks of a customer."""
        return self.env["mail.activity"].search(
            [
                ("user_id", "=", user.id),
                ("res_model", "=", "res.partner"),
                ("res_id", "=", (partner or self.new_customer).id),
                (
                    "activity_type_id",
                    "=",
                    self.env.ref("crm_governance.mail_activity_type_callback").id,
                ),
            ],
            order="date_deadline",
        )

    def day(self, month, number, year=2026):
        return date(year, month, number)
