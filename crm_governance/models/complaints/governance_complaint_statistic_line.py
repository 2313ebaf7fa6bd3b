# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools.misc import formatLang

# {dimension: (label, model of its values, field of a row)}
DIMENSIONS = {
    "total": ("Total", None, None),
    "kind": ("Nature", None, "type_kind"),
    "type": ("Type", "governance.complaint.type", "type_id"),
    "unit": ("Handling unit", "governance.complaint.unit", "unit_id"),
    "cause": ("Root cause", "governance.complaint.cause", "cause_id"),
    "product": ("Product", "product.product", "product_id"),
    "tier": ("Customer tier", "governance.tier", "tier_id"),
    "severity": ("Severity", "governance.complaint.severity", "severity_id"),
    "channel": ("Channel", "governance.complaint.channel", "channel_id"),
    "status": ("Status", None, "status"),
    "target": ("Target", None, None),
}
# What has complaints behind it.
COUNTS = (
    "carried",
    "received",
    "returned",
    "solved",
    "dropped",
    "open",
    "late",
    "repeated",
    "met",
    "missed",
    "rated",
    "unhappy",
)


class GovernanceComplaintStatisticLine(models.Model):
    """A line of the figures of a month, as they were when they were filed.

    Behind each figure stand the complaints that it counts.  Whoever opens them sees
    those of them that the own rights show; the figure stays that of the company.
    """

    _name = "governance.complaint.statistic.line"
    _description = "Line of a Complaint Statistic"
    _inherit = [
        "governance.sealed.mixin",
        "governance.complaint.month.mixin",
        "governance.complaint.rate.mixin",
    ]
    _order = "statistic_id, version desc, sequence, id"
    _rec_name = "label"

    statistic_id = fields.Many2one(
        comodel_name="governance.complaint.statistic",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, readonly=True, index=True
    )
    month = fields.Date(required=True, readonly=True)
    version = fields.Integer(required=True, readonly=True)
    is_current = fields.Boolean(
        string="Latest",
        readonly=True,
        default=True,
        help="Of the last time it was filed.",
    )
    sequence = fields.Integer(readonly=True)
    dimension = fields.Selection(
        selection=[(code, label) for code, (label, *_rest) in DIMENSIONS.items()],
        string="Split by",
        required=True,
        readonly=True,
    )
    key = fields.Char(readonly=True, help="Which one, in the words of the system.")
    label = fields.Char(string="Which", readonly=True)
    name = fields.Char(
        compute="_compute_name", help="The label in the language of the reader."
    )

    carried = fields.Integer(
        string="Carried Over",
        readonly=True,
        help="Received before, and unsolved when the month began.",
    )
    received = fields.Integer(
        string="Came In", readonly=True, help="Received in the month."
    )
    returned = fields.Integer(
        string="Opened Again",
        readonly=True,
        help="Solved when the month began, and opened again in it.",
    )
    solved = fields.Integer(
        readonly=True,
        help="Answered with a solution or closed at the end of the month.",
    )
    dropped = fields.Integer(
        string="Withdrawn or Duplicate",
        readonly=True,
        help="Withdrawn, or found to be the same as another.",
    )
    open = fields.Integer(
        string="Open at the End",
        readonly=True,
        help="Unsolved at the end of the month: carried over to the next one.",
    )
    late = fields.Integer(
        string="Overdue",
        readonly=True,
        help="Complaints that ran out of time in the month.",
    )
    repeated = fields.Integer(
        readonly=True,
        help="Of those received: the customer complained about the same cause within "
        "twelve months before.",
    )
    met = fields.Integer(
        string="In Time",
        readonly=True,
        help="Targets that were reached in the month, in time.",
    )
    missed = fields.Integer(
        string="Too Late",
        readonly=True,
        help="Targets whose time ran out in the month.",
    )
    share_in_time = fields.Float(
        string="In Time (%)",
        digits=(16, 1),
        readonly=True,
        aggregator="avg",
        help="Targets reached in time as a share of those decided in the month.",
    )
    solution_rate = fields.Float(
        string="Solution Rate (%)",
        digits=(16, 1),
        readonly=True,
        aggregator="avg",
        help="Solved as a share of what was carried over, received or came back, less "
        "what was withdrawn or the same as another.",
    )
    hours_acknowledge = fields.Float(
        string="Hours to Acknowledgement", readonly=True, aggregator="avg"
    )
    hours_response = fields.Float(
        string="Hours to First Response", readonly=True, aggregator="avg"
    )
    hours_solution = fields.Float(
        string="Hours to Solution", readonly=True, aggregator="avg"
    )
    hours_closing = fields.Float(
        string="Hours to Closing", readonly=True, aggregator="avg"
    )
    orders = fields.Integer(readonly=True, help="Confirmed orders of the month.")
    customers = fields.Integer(readonly=True, help="Customers with such orders.")
    complaining = fields.Integer(
        string="Complaining Customers",
        readonly=True,
        help="Customers whose complaints were received in the month.",
    )
    rated = fields.Integer(
        string="Ratings by Customers",
        readonly=True,
        help="Complaints that their customers have rated in the month.",
    )
    unhappy = fields.Integer(
        string="Dissatisfied with the Handling",
        readonly=True,
        help="Of those rated: the customer is dissatisfied.",
    )
    rating = fields.Float(
        string="Average Rating",
        digits=(16, 1),
        readonly=True,
        aggregator="avg",
        help="What customers say of how they were treated, from 1 to 5.",
    )
    # The ids alone say nothing; what they stand for is asked with the reader's rights.
    members = fields.Json(readonly=True, groups=fields.NO_ACCESS)

    _line_uniq = models.UniqueIndex(
        "(statistic_id, version, dimension, COALESCE(key, ''))",
        "The statistic has this line already.",
    )

    @api.model
    def _sealed_mutable_fields(self):
        """Let lines step back when the month is filed anew."""
        return {"is_current"}

    @api.depends("dimension", "key", "label")
    @api.depends_context("lang")
    def _compute_name(self):
        for line in self:
            line.name = line._get_name() or line.label

    @api.depends("dimension", "key", "label")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for line in self:
            line.display_name = line.name

    def _get_name(self):
        """Return what the value is called today, for readers of another language."""
        self.ensure_one()
        if not self.key:
            none = self.env._("None")
            return self.env._("Total") if self.dimension == "total" else none
        _label, model, _name = DIMENSIONS[self.dimension]
        if model:
            value = self.env[model].sudo().browse(int(self.key)).exists()
            return value.display_name if value else ""
        labels = self.env["governance.complaint.statistic"]._get_labels(self.dimension)
        return labels.get(self.key, "")

    def _get_text(self):
        """Return the figures in a sentence, for whoever decides."""
        return "; ".join(
            self.env._(
                "%(received)s received, %(solved)s solved, %(open)s open at the end, "
                "%(rate)s %% solved",
                received=line.received,
                solved=line.solved,
                open=line.open,
                rate=formatLang(self.env, line.solution_rate, digits=1),
            )
            for line in self
        )

    def action_open_complaints(self):
        """Open the complaints behind a figure, as far as the user may read them.

        Which figure is said by `figure` in the context; without it: all of the line.

        :raises AccessError: when the user may not read one of the lines
        """
        self.check_access("read")
        figure = self.env.context.get("figure")
        names = [figure] if figure in COUNTS else COUNTS
        ids = {
            id_
            for line in self.sudo()
            for name in names
            for id_ in (line.members or {}).get(name, ())
        }
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_governance.governance_complaint_action"
        )
        return {**action, "domain": [("id", "in", sorted(ids))], "context": {}}
