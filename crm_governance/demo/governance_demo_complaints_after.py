# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import fields, models

# What is taken off the invoice of the late beams.
CREDITED = 640
# Customer, stars, what was written. The first one is called back.
RATINGS = [
    ("summit", 1, "Nobody told us why it happened. I do not want to ask twice."),
    ("harbour", 5, "Quick and fair."),
    ("oakash", 3, "Fine this time, but it is the second time."),
]


class GovernanceDemo(models.AbstractModel):
    """What follows from the complaints: remedies, actions, meetings and figures."""

    _inherit = "governance.demo"

    def _follow_up(self):
        """Let everything that comes after an investigation be seen once."""
        self._propose_remedies()
        self._do_actions()
        self._punish()
        self._rate()
        self._told("oakash").with_user(self._user("handler")).link(
            self._told("eastport").id
        )
        self._file_statistics()
        self._meet()
        self._summarise()

    def _told(self, name):
        """Return the complaint that the story tells first of a customer."""
        return self.env["governance.complaint"].search(
            [("partner_id", "=", self._partner(name).id), ("state", "!=", "draft")],
            order="id",
            limit=1,
        )

    # ------------------------------------------------------------------
    # REMEDIES
    # ------------------------------------------------------------------

    def _propose_remedies(self):
        """One is proposed, one waits, one is approved; the story settles a fourth."""
        self._propose_remedy(
            "silverline", "compensation", "Wages of the two days that were lost", 900
        )
        waiting = self._propose_remedy(
            "magnolia", "reduction", "10 percent off the invoice", 380
        )
        waiting.action_request_approval()
        approved = self._propose_remedy(
            "orchard", "exchange", "Stair treads, sent again", 450, quantity=14
        )
        approved.action_request_approval()
        self._sign_complaint_part(approved, "yard")

    def _propose_remedy(self, name, kind, description, amount, **values):
        complaint = self._told(name)
        remedies = self._as(self._user("handler"), "governance.complaint.remedy")
        return remedies.create(
            {
                "complaint_id": complaint.id,
                "kind": kind,
                "description": description,
                "amount": amount,
                "product_id": complaint.product_id.id,
                **values,
            }
        )

    def _settle_remedy(self, name):
        """Propose, approve and credit what the customer gets."""
        remedy = self._propose_remedy(
            name, "reduction", "5 percent off the invoice of the beams", CREDITED
        )
        remedy.action_request_approval()
        self._sign_complaint_part(remedy, "yard")
        remedy.write(self._credit(remedy))
        remedy.action_done()

    def _credit(self, remedy):
        """Return what the remedy led to: a credit note, where there are books."""
        company = self._company()
        journal = self.env["account.journal"].search(
            [("company_id", "=", company.id), ("type", "=", "sale")], limit=1
        )
        if not journal:
            return {"done_reason": "Credited in the books outside of Odoo."}
        with self.env.cr.savepoint():
            move = self.env["account.move"].create(
                {
                    "move_type": "out_refund",
                    "partner_id": remedy.sudo().partner_id.id,
                    "company_id": company.id,
                    "journal_id": journal.id,
                    "ref": remedy.sudo().complaint_id.name,
                    "invoice_line_ids": [
                        fields.Command.create(
                            {
                                "name": remedy.description,
                                "quantity": 1,
                                "price_unit": CREDITED,
                                "tax_ids": [fields.Command.clear()],
                            }
                        )
                    ],
                }
            )
            move.action_post()
        return {"move_id": move.id}

    # ------------------------------------------------------------------
    # CORRECTIVE ACTIONS
    # ------------------------------------------------------------------

    def _do_actions(self):
        """Let every fate of an action be seen once; deadlines are days from today."""
        self._plan_action("magnolia", "Count each pallet before it is loaded", 10)
        self._backdate_action(
            self._plan_action(
                "silverline", "Ask the sawmill for its moisture certificates", 0
            ),
            date_deadline=-4,
        )
        verified = self._plan_action(
            "oakash", "Wrap all panels in foil", 3, "preventive"
        )
        self._verify_action(verified, "Foil and tape are on the shelf at the ramp.")
        helped = self._plan_action(
            "harbour", "Confirm the crane and the lorry together", 5, "improvement"
        )
        self._verify_action(helped, "The order form asks for both.", 70)
        helped.with_user(self._user("office")).check_effect(
            "effective", "No delivery came late since."
        )
        failed = self._plan_action(
            "eastport", "Straps instead of nets on the lorry", 7, "preventive"
        )
        self._verify_action(failed, "All lorries have straps.", 55)
        failed.with_user(self._user("office")).check_effect(
            "ineffective",
            "The panels of Oak & Ash came warped all the same: it is the damp.",
            self._today() + relativedelta(days=14),
        )

    def _plan_action(self, name, what, days, kind="corrective"):
        return self._as(self._user("handler"), "governance.complaint.action").create(
            {
                "complaint_id": self._told(name).id,
                "name": what,
                "kind": kind,
                "user_id": self._user("handler").id,
                "date_deadline": self._today() + relativedelta(days=days),
                "check_days": 40,
            }
        )

    def _verify_action(self, action, result, days=0):
        """Report it done and let the office verify it; so many days ago, if any."""
        action.report_done(result)
        self._sign_complaint_part(action, "office")
        if days:
            self._backdate_action(
                action,
                date_done=-days,
                date_verified=2 - days,
                date_check=-5,
                date_deadline=1 - days,
            )

    def _backdate_action(self, action, **days):
        """Let days of an action lie in the past; nobody can do this with a real one."""
        today = self._today()
        dates = {
            name: today + relativedelta(days=count) for name, count in days.items()
        }
        action._as_system().write(
            {**dates, "date_first": dates.get("date_deadline", action.date_first)}
        )

    # ------------------------------------------------------------------
    # PEOPLE
    # ------------------------------------------------------------------

    def _punish(self):
        """Whom the report names pays, after the yard has confirmed it."""
        penalty = self._as(self._user("handler"), "governance.complaint.penalty")
        penalty.create(
            {
                "complaint_id": self._told("oakash").id,
                "user_id": self._user("fitter").id,
                "amount": 200,
                "reason": "Left the panels in the rain",
            }
        ).with_user(self._user("yard")).action_confirm()

    def _rate(self):
        """Customers say what they think; who is dissatisfied is called back."""
        for name, stars, words in RATINGS:
            complaint = self._told(name).sudo()
            rating = self.env["rating.rating"].search(
                [("res_model", "=", complaint._name), ("res_id", "=", complaint.id)],
                limit=1,
            )
            moment = complaint.date_closed + relativedelta(days=1)
            if rating:
                with self._at(moment):
                    complaint.rating_apply(stars, rating=rating, feedback=words)

    # ------------------------------------------------------------------
    # FIGURES
    # ------------------------------------------------------------------

    def _file_statistics(self):
        """The month before last is approved; last month waits for the executive."""
        for months in (2, 1):
            month = self._today() + relativedelta(months=-months, day=1)
            statistic = self._as(
                self._user("office"), "governance.complaint.statistic"
            ).create({"month": month, "remark": "Transport is what to look at."})
            statistic.action_file()
            filed = fields.Datetime.to_datetime(statistic.date_deadline) - timedelta(
                days=2, hours=14
            )
            statistic._as_system().write(
                {"filed_on": min(filed, fields.Datetime.now()), "was_late": False}
            )
            if months == 2:
                self._sign_complaint_part(statistic, "executive")

    def _meet(self):
        """Last week is discussed, this week is planned."""
        company = self._company()
        company.write(
            {
                "governance_complaint_review_day": "1",
                "governance_complaint_review_hour": 9.5,
            }
        )
        reviews = self.env["governance.complaint.review"]
        monday = self._today() - timedelta(days=self._today().weekday())
        members = reviews._get_default_members(company)
        review = reviews._as_system().create(
            {
                "company_id": company.id,
                "date_start": monday - timedelta(days=7),
                "meeting_on": reviews._get_meeting(company, monday),
                "member_ids": [fields.Command.set(members.ids)],
            }
        )
        review._put_in_calendar()
        review._list()
        mine = review.with_user(self._user("office")).sudo(False)
        mine.minutes = "<p>Transport and storage meet on their own on Friday.</p>"
        late = mine.line_ids.filtered("is_open")[:1]
        late.remark = "The yard calls the customer today and names a day."
        reviews._plan(company, monday)

    def _summarise(self):
        """The specialist has reported last month, and writes on this one."""
        summaries = self.env["governance.complaint.summary"]
        for months in (1, 0):
            summary = summaries._as_system().create(
                {
                    "company_id": self._company().id,
                    "user_id": self._user("leader").id,
                    "month": self._today() + relativedelta(months=-months, day=1),
                }
            )
            summary._count()
            mine = summary.with_user(self._user("leader")).sudo(False)
            for line in mine.line_ids:
                complained = line.partner_id == self._partner("harbour")
                line.satisfaction = "fair" if complained else "satisfied"
                if complained:
                    line.remark = "Late beams; the discount was accepted."
                if not months:
                    break
            if months:
                mine.remark = "All ask for fixed days of delivery."
                mine.action_submit()
