# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class GovernanceDestructionEntry(models.Model):
    """The register of destructions tells what was lost before."""

    _inherit = "governance.destruction.entry"

    def _format_documents(self, content):
        yield from super()._format_documents(content)
        for document in content:
            if document.get("lost"):
                yield self.env._(
                    "Lost on the loan %(loan)s: the paper was not there.",
                    loan=document["lost"],
                )
