# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL


class GovernanceRetentionClass(models.Model):
    """How long volumes are kept: permanent, long or short (E-32, E-34, RT-01).

    The sources name three classes and give no years, so each company begins with
    the three of them, and with years that are blank.
    """

    _name = "governance.retention.class"
    _description = "Retention Class"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    is_permanent = fields.Boolean(
        string="Kept for Ever",
        help="Volumes of this class are never destroyed.",
    )
    years = fields.Integer(
        help="How many years after the year of the volume it is kept. What is under "
        "this rule already is never kept for a shorter time.",
    )

    is_event_based = fields.Boolean(
        string="Begins with an Event",
        help="The years count from an event, such as the end of a contract. Until it "
        "is entered on the volume, the volume is kept.",
    )

    trigger_ids = fields.Many2many(
        comodel_name="governance.retention.trigger",
        relation="governance_retention_class_trigger_rel",
        column1="class_id",
        column2="trigger_id",
        string="Events",
        help="What the years may count from. Volumes that are filed keep waiting for "
        "what the class named then.",
    )
    trigger_mode = fields.Selection(
        selection=[
            ("any", "The first of the events"),
            ("all", "The last of the events"),
        ],
        string="Begins with",
        required=True,
        default="any",
    )

    kept_for = fields.Char(
        string="Volumes are Kept",
        compute="_compute_kept_for",
        help="“No end set” until somebody fills in the years.",
    )

    _years_check = models.Constraint(
        "CHECK (years >= 0)", "A volume is kept for a number of years, not less."
    )

    @api.depends("is_permanent", "years")
    @api.depends_context("lang")
    def _compute_kept_for(self):
        for kind in self:
            kind.kept_for = kind._get_kept_for()

    def _get_kept_for(self):
        self.ensure_one()
        if self.is_permanent:
            return self.env._("Kept for Ever")
        if not self.years:
            return self.env._("No end set")
        if self.years == 1:
            return self.env._("1 year")
        return self.env._("%(count)s years", count=self.years)

    def write(self, vals):
        """Change the class; what is filed under it is never kept for less time."""
        result = super().write(vals)
        if not {"years", "is_permanent", "is_event_based"}.isdisjoint(vals):
            self.env["governance.file.volume"]._extend_retention_where(
                SQL("v.retention_class_id = ANY(%s)", self.ids)
            )
        return result

    @api.model
    def _create_for(self, companies):
        """Give companies the three classes, unless they have any."""
        known = (
            self.sudo()
            .with_context(active_test=False)
            ._read_group([("company_id", "in", companies.ids)], ["company_id"])
        )
        companies -= self.env["res.company"].union(*(company for (company,) in known))
        names = self._get_first_names()
        classes = self.sudo().create(
            [
                {
                    "name": text["en_US"],
                    "company_id": company.id,
                    "sequence": 10 * number,
                    "is_permanent": number == 1,
                }
                for company in companies
                for number, text in enumerate(names, 1)
            ]
        )
        for position, record in enumerate(classes):
            record.update_field_translations("name", names[position % len(names)])
        return classes

    @api.model
    def _get_first_names(self):
        """Return the names of the three classes in each installed language."""
        codes = {
            "en_US",
            *(code for code, _name in self.env["res.lang"].get_installed()),
        }
        texts = {}
        for code in codes:
            env = self.with_context(lang=code).env
            texts[code] = (env._("Permanent"), env._("Long-term"), env._("Short-term"))
        return [
            {code: names[position] for code, names in texts.items()}
            for position in range(3)
        ]
