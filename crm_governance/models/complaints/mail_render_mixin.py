# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class MailRenderMixin(models.AbstractModel):
    """What a template says of a complaint is told to whom the complaint is open to.

    Templates call methods that read as the system, and what was read once is not asked
    for again: a composer or a preview would show complaints of others.
    """

    _inherit = "mail.render.mixin"

    @api.model
    def _render_template(self, template_src, model, res_ids, *args, **kwargs):
        """Render; AccessError for complaints that the user does not read."""
        records = self.env.get(model)
        if not self.env.su and records is not None and is_of_complaint(records):
            records.browse(res_id for res_id in res_ids if res_id).check_access("read")
        return super()._render_template(template_src, model, res_ids, *args, **kwargs)


def is_of_complaint(records):
    """Return whether records are complaints, or belong to some."""
    part = records.env.registry["governance.complaint.part.mixin"]
    return records._name == "governance.complaint" or isinstance(records, part)
