# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dateutil.relativedelta import relativedelta

from odoo import SUPERUSER_ID, fields, models
from odoo.fields import Command

# Years ago; kept for ten.
OLD = 12


class GovernanceDemo(models.AbstractModel):
    """What of the demo story is kept, destroyed and given outside."""

    _inherit = "governance.demo"

    def _dispose(self):
        """Hold one file, appraise old volumes, destroy and disclose something."""
        self._adopt("governance_approval_policy_destruction", {"expiry_value": 30})
        self._adopt("governance_disposal_policy_rt_02", {})
        self._adopt("governance_disposal_policy_rt_03", {"months": 12})
        self._adopt_disclosure()
        self._take_over_old_volumes()
        self._hold()
        self._appraise()
        self._find_candidates()
        self._disclose()

    def _adopt_disclosure(self):
        preset = self._ref("governance_approval_policy_am_04")
        matrix = preset.with_user(self._admin())._adopt(
            self._company(), {"expiry_value": 14}
        )
        person = matrix.step_ids.filtered(lambda step: step.approver_type == "user")
        person.user_id = self._user("executive")
        matrix.action_publish()

    def _take_over_old_volumes(self):
        """File volumes of an older archive, whose time is over."""
        year = self._today().year - OLD
        for name, title in (
            ("eastport", "Offers for the old quay"),
            ("eastport", "Letters on the old quay"),
            ("silverline", "Offers for the first windows"),
            ("harbour", "Offers for the old footbridge"),
        ):
            self._file_volume(
                name,
                title,
                "sales",
                "2",
                [("correspondence", title, "", 6, 30)],
                year=year,
            )

    def _hold(self):
        """The arbitration needs what is known about the old quay."""
        volume = self._get_volume("Letters on the old quay")
        holds = self._as(self._user("holder"), "governance.legal.hold")
        holds.create(
            {
                "name": "Arbitration about the old quay",
                "reference": "LCIA 2217",
                "reason": "The court of arbitration wants to see the letters.",
                "line_ids": [
                    Command.create(
                        {"file_id": volume.file_id.id, "volume_id": volume.id}
                    )
                ],
            }
        ).action_place()

    def _appraise(self):
        """One volume is destroyed, one waits for a signature, one for a decision."""
        appraisals = {
            title: self._open_appraisal(title)
            for title in (
                "Offers for the old quay",
                "Offers for the first windows",
                "Offers for the old footbridge",
            )
        }
        destroyed = self._propose(appraisals["Offers for the old quay"])
        for role in ("archivist", "executive"):
            self._decide(destroyed, role)
        destroyed.with_user(self._user("archivist")).action_destroy()
        waiting = self._propose(appraisals["Offers for the first windows"])
        self._decide(waiting, "archivist")

    def _open_appraisal(self, title):
        volume = self._get_volume(title)
        volume.with_user(SUPERUSER_ID)._open_appraisal()
        return volume.appraisal_ids

    def _propose(self, appraisal):
        appraisal.with_user(self._user("custodian")).action_propose()
        destruction = appraisal.destruction_id
        destruction.reason = "Offers that led to nothing; the contracts are kept."
        destruction.action_request_approval()
        return destruction

    def _find_candidates(self):
        """One customer has been quiet for years, with a prospect nothing came of it."""
        quiet = self.env["res.partner"].create(
            {
                "name": "Willow Joinery",
                "is_company": True,
                "city": "York",
                # Odoo takes it from whoever installs an addon.
                "create_date": fields.Datetime.now() - relativedelta(years=5),
            }
        )
        failed = self.env["res.partner"].create(
            {"name": "Thornbury Pavilions", "is_company": True, "city": "Bristol"}
        )
        with self._ago(days=600):
            lead = self._as(self._user("leader"), "crm.lead").create(
                {
                    "name": "Pavilions for the garden show",
                    "type": "opportunity",
                    "partner_id": failed.id,
                }
            )
            lead.action_set_lost()
        for partner in quiet | failed:
            self._as(self._user("custodian"), "governance.file").create(
                {"partner_id": partner.id, "location": "Room 3"}
            )
        candidates = self.env["governance.disposal.candidate"]
        policies = self.env["governance.disposal.policy"].search(
            [("state", "=", "published"), ("company_id", "=", self._company().id)]
        )
        for policy in policies:
            candidates._find(policy)

    # ------------------------------------------------------------------
    # DISCLOSURES
    # ------------------------------------------------------------------

    def _disclose(self):
        """One was given to an insurer, one waits for the second signature."""
        given = self._ask_disclosure(
            "Northern Insurance, Ms Reid", "Insurance of the pylons.", "consent"
        )
        self._decide(given, "leader")
        self._decide(given, "executive")
        given.with_user(self._user("archivist")).release("paper")
        waiting = self._ask_disclosure(
            "Harbour Authority, Mr Oduya", "Inquiry into the quay wall.", "law"
        )
        self._decide(waiting, "leader")

    def _ask_disclosure(self, recipient, purpose, basis):
        notes = {
            "consent": "Mr Hughes of the customer agreed in his letter of last week.",
            "law": "Harbours Act, section 15",
        }
        rep = self._user("rep")
        evidence = self._as(rep, "ir.attachment").create(
            {
                "name": f"{basis}.txt",
                "raw": notes[basis].encode(),
                "mimetype": "text/plain",
                "res_model": "governance.disclosure",
            }
        )
        contract = self._get_volume("Framework contract")
        disclosure = self._as(rep, "governance.disclosure").create(
            {
                "partner_id": self._partner("harbour").id,
                "recipient": recipient,
                "purpose": purpose,
                "content": "The framework contract with its sums insured.",
                "document_ids": [Command.set(contract.document_ids[:1].ids)],
                "basis": basis,
                "basis_note": notes[basis],
                "evidence_ids": [Command.set(evidence.ids)],
            }
        )
        disclosure.action_request_approval()
        return disclosure
