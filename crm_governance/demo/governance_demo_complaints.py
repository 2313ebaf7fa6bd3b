# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dateutil.relativedelta import relativedelta

from odoo import fields, models
from odoo.fields import Command

MATRICES = "abcdefgh"
PROCEDURES = ("am_08_cause", "am_08_suggestion", "am_08_service", "am_08_warning")
# How far a complaint has come, in the order of its steps.
STEPS = ("check", "accept", "assign", "report", "sign", "opinion", "reply", "close")
# Customer, days ago, hours for each step, how far, type, matter, cause, subject and
# what the customer wants.
STORIES = [
    (
        ("harbour", 75, 16, "close", "reduction", "delivery", "delay"),
        "Beams came two weeks late",
        "5 % off the invoice, because the crane had to wait.",
    ),
    (
        ("eastport", 60, 26, "close", "exchange", "quality", "transport"),
        "Boards warped on arrival",
        "New boards before the deck is laid.",
    ),
    (
        ("summit", 40, 5, "close", "criticism", "price", "information"),
        "Invoice shows the old price",
        "A correct invoice.",
    ),
    (
        ("oakash", 20, 12, "close", "exchange", "quality", "transport"),
        "Oak panels warped again",
        "New panels, and wrapped in foil this time.",
    ),
    (
        ("silverline", 9, 20, "reply", "damages", "quality", "material"),
        "Cracks in the window scantlings",
        "The wages of the two days that were lost.",
    ),
    (
        ("tideway", 6, 12, "report", "return", "quality", "making"),
        "Pallet boards do not fit the racks",
        "Take them back and credit them.",
    ),
    (
        ("orchard", 5, 10, "sign", "exchange", "quality", "transport"),
        "Stair treads with dents",
        "New treads.",
    ),
    (
        ("juniper", 5, 8, "assign", "criticism", "attitude", None),
        "Driver was rude to a nurse",
        "An apology.",
    ),
    (
        ("magnolia", 4, 6, "opinion", "reduction", "delivery", "delay"),
        "Half of the veneer is missing",
        "The rest within the week, and 10 % off.",
    ),
    (
        ("kestrel", 2, 3, "accept", "return", "information", None),
        "Wrong data sheet on food safety",
        "Take the shelves back.",
    ),
    (
        ("larkfield", 1, 2, "check", "exchange", "safety", None),
        "Splinters on the gym benches",
        "New benches before school starts.",
    ),
    (
        ("nimbus", 0, 1, None, "damages", "safety", None),
        "A stage floor gave way",
        "The whole damage, and somebody on site today.",
    ),
]


class GovernanceDemo(models.AbstractModel):
    """What customers of the demo story complain about, and how far it has come."""

    _inherit = "governance.demo"

    def _complain(self):
        """Tell a quarter of complaints: four are closed, the others at every step."""
        self._found_units()
        self._adopt_complaints()
        for facts, title, demand in STORIES:
            self._tell_complaint(facts, title, demand)
        self._suggest()
        self._call_in()
        self._follow_up()

    # ------------------------------------------------------------------
    # UNITS AND POLICIES
    # ------------------------------------------------------------------

    def _found_units(self):
        """The yard handles, the office supervises, customer service answers."""
        units = self.env["governance.complaint.unit"]
        values = {"company_id": self._company().id}
        yard, office, _service = units.create(
            [
                {
                    **values,
                    "name": "Yard and Workshop",
                    "code": "YARD",
                    "leader_id": self._user("yard").id,
                    "member_ids": [Command.set(self._user("handler").ids)],
                },
                {
                    **values,
                    "name": "Administration and HR",
                    "code": "OFFICE",
                    "is_handling": False,
                    "is_supervising": True,
                    "leader_id": self._user("office").id,
                },
                {
                    **values,
                    "name": "Customer Service",
                    "code": "SERVICE",
                    "is_answering": True,
                    "member_ids": [Command.set(self._user("service").ids)],
                },
            ]
        )
        self.env["governance.complaint.route"].create(
            {
                "name": "Everything to the yard",
                "company_id": self._company().id,
                "unit_id": yard.id,
                "supervising_unit_id": office.id,
            }
        )

    def _adopt_complaints(self):
        """Adopt AM-08, SLA-01 and SLA-03 as a retail chain does."""
        for letter in MATRICES:
            self._adopt(
                f"governance_approval_policy_am_08{letter}", {"expiry_value": 14}
            )
        for name in ("am_08", *PROCEDURES):
            self._adopt(f"governance_complaint_procedure_{name}", {})
        limits = {"remedy_limit_ids.0.amount": 1000}
        self._adopt("governance_complaint_policy_sla_03", limits)
        self._adopt("governance_complaint_policy_sla_01", {})

    # ------------------------------------------------------------------
    # COMPLAINTS
    # ------------------------------------------------------------------

    def _tell_complaint(self, facts, title, demand):
        name, days, hours, until, kind, matter, cause = facts
        start = fields.Datetime.now() - relativedelta(days=days, hours=hours)
        with self._at(start + relativedelta(minutes=20)):
            complaint = self._register_complaint(
                name,
                title,
                start,
                type_id=self._ref(f"governance_complaint_type_{kind}").id,
                matter_id=self._ref(f"governance_complaint_matter_{matter}").id,
                demand=demand,
                is_important=until is None,
            )
        steps = STEPS[: STEPS.index(until) + 1] if until else ()
        for number, step in enumerate(steps, 1):
            with self._at(start + relativedelta(hours=hours * number)):
                getattr(self, f"_{step}_complaint")(complaint, cause)

    def _register_complaint(self, customer, title, start, **values):
        severity = "major" if values.get("is_important") else "normal"
        complaint = self._as(self._user("service"), "governance.complaint").create(
            {
                "title": title,
                "partner_id": self._partner(customer).id,
                "severity_id": self._ref(
                    f"governance_complaint_severity_{severity}"
                ).id,
                "channel_id": self._ref("governance_complaint_channel_phone").id,
                "product_id": self._ref("product_timber_demo").id,
                "date_received": start,
                **values,
            }
        )
        complaint.action_register()
        return complaint

    def _check_complaint(self, complaint, cause):
        complaint.write({"validity": "valid", "validity_reason": "Seen on the photos."})
        complaint.action_check()

    def _accept_complaint(self, complaint, cause):
        self._sign_complaint_part(complaint, "yard")

    def _assign_complaint(self, complaint, cause):
        """The office names the handler, who thanks the customer."""
        unit = complaint.sudo().unit_id
        complaint.with_user(self._user("office")).assign(
            unit.id, self._user("handler").id
        )
        if cause is None:
            complaint.with_user(self._user("handler")).wait(
                "By telephone: the name of the driver.", is_asked=True
            )

    def _report_complaint(self, complaint, cause):
        report = complaint.with_user(self._user("handler")).investigation_ids[:1]
        accused = self._get_accused(complaint)
        report.write(
            {
                "accused_ids": [Command.set(accused.ids)],
                "cause": "Found at the inspection of the delivery.",
                "cause_id": self._ref(f"governance_complaint_cause_{cause}").id,
                "course": "Loaded, driven, unloaded; the damage shows on the photos.",
                "accused_other": "The carrier of that day",
                "conclusion": "The complaint is justified.",
                "measures": "The goods are replaced or credited.",
                "prevention": "Loads are checked by two people from now on.",
            }
        )
        report.action_request_approval()
        self._sign_complaint_part(report, "yard", "office")

    def _get_accused(self, complaint):
        """Return who of the company has caused it; in one case somebody has."""
        is_wet = complaint.sudo().partner_id == self._partner("oakash")
        return self._user("fitter") if is_wet else self.env["res.users"]

    def _sign_complaint(self, complaint, cause):
        self._sign_complaint_part(complaint.sudo().investigation_ids[:1], "executive")

    def _opinion_complaint(self, complaint, cause):
        opinion = complaint.with_user(self._user("handler")).opinion_ids[:1]
        opinion.write(
            {
                "opinion": "We replace what is damaged and pay the delivery.",
                "solution": "You receive new goods this week, free of charge.",
            }
        )
        opinion.action_request_approval()
        self._sign_complaint_part(opinion, "yard")
        if complaint == self._told("harbour"):
            self._settle_remedy("harbour")

    def _reply_complaint(self, complaint, cause):
        reply = complaint.with_user(self._user("service")).reply_ids[:1]
        reply.write({"mode": "oral", "spoken_with": "The site manager"})
        reply.action_send()

    def _close_complaint(self, complaint, cause):
        complaint.with_user(self._user("service")).note_confirmation("Is content.")

    def _sign_complaint_part(self, record, *roles):
        for role in roles:
            request = record.sudo().approval_request_id
            request.with_user(self._user(role)).sudo(False).decide(
                "approved", "Agreed."
            )

    # ------------------------------------------------------------------
    # OTHERS
    # ------------------------------------------------------------------

    def _suggest(self):
        """A suggestion, one that the customer takes back, and one told twice."""
        kind, missing, damages = (
            self._ref(f"governance_complaint_type_{name}")
            for name in ("suggestion", "criticism", "damages")
        )
        now = fields.Datetime.now()
        with self._ago(days=3):
            start = now - relativedelta(days=3)
            suggestion = self._register_complaint(
                "pinewood", "Show delivery times online", start, type_id=kind.id
            )
            suggestion.validity = "valid"
            suggestion.action_check()
        with self._ago(days=8):
            start = now - relativedelta(days=8)
            taken_back = self._register_complaint(
                "quarry", "Saw blades are missing", start, type_id=missing.id
            )
            again = self._register_complaint(
                "silverline", "Cracks, again", start, type_id=damages.id
            )
            taken_back.withdraw("They were in the other crate.")
            known = self.env["governance.complaint"].search(
                [("partner_id", "=", again.partner_id.id), ("id", "!=", again.id)],
                limit=1,
            )
            again.mark_duplicate(known.id)

    def _call_in(self):
        """The salesperson has just noted a call, and not registered it yet."""
        self._as(self._user("rep"), "governance.complaint").create(
            {
                "title": "Asks why the samples are late",
                "partner_id": self._partner("harbour").id,
                "description": "<p>Calls back tomorrow morning.</p>",
            }
        )
