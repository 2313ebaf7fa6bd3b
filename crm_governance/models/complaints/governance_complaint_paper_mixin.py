# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_list


class GovernanceComplaintPaperMixin(models.AbstractModel):
    """What the handler writes on a complaint and others approve as a whole.

    Only the newest version is written on.  One that is given back stays as it was,
    with the reason, and a copy of it goes on as the next version.
    """

    _name = "governance.complaint.paper.mixin"
    _description = "Paper on a complaint"
    _inherit = [
        "governance.complaint.writers.mixin",
        "governance.guarded.mixin",
        "governance.approval.mixin",
        "governance.complaint.part.mixin",
        "governance.labelled.mixin",
    ]
    _rec_name = "complaint_id"
    _has_drafts = True

    # The step of a complaint in which it is written, and the first half of the names of
    # its events.
    _written_in = None
    _event_name = None

    version = fields.Integer(readonly=True, default=1, copy=False)
    state = fields.Selection(
        selection=[
            ("draft", "Being Written"),
            ("requested", "Waiting for Approval"),
            ("approved", "Approved"),
            ("returned", "Given Back"),
        ],
        required=True,
        readonly=True,
        default="draft",
        index=True,
        copy=False,
    )
    submitted_by_id = fields.Many2one(
        comodel_name="res.users",
        string="Submitted by",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    date_submitted = fields.Datetime(string="Submitted On", readonly=True, copy=False)
    date_approved = fields.Datetime(string="Approved on", readonly=True, copy=False)
    refusal = fields.Text(string="Why It Was Given Back", readonly=True, copy=False)
    can_submit = fields.Boolean(compute="_compute_can_submit")

    @api.depends("state", "complaint_id.state", "complaint_id.user_id")
    @api.depends_context("uid")
    def _compute_can_submit(self):
        """Tell whether the user writes on it now; the methods check again."""
        for paper in self:
            complaint = paper.sudo().complaint_id
            paper.can_submit = (
                paper.state == "draft"
                and complaint.state == paper._written_in
                and complaint.user_id == self.env.user
            )

    @api.depends("complaint_id", "version")
    @api.depends_context("uid", "lang")
    def _compute_display_name(self):
        return super()._compute_display_name()

    def _get_written_fields(self):
        return super()._get_written_fields() | self._get_user_fields()

    def _is_closed(self):
        self.ensure_one()
        step = self.sudo().complaint_id.state
        return super()._is_closed() or step != self._written_in

    def _check_deletable(self):
        """Refuse to delete what belongs to the record of a complaint."""
        self._refuse_change()

    def _check_author(self):
        """Refuse that others than the handler write it or send it for approval.

        :raises AccessError: for who does not work on the complaint at all
        :raises UserError: naming the handler
        """
        self.check_access("write")
        for paper in self:
            handler = paper.sudo().complaint_id.user_id
            if not handler:
                raise UserError(
                    self.env._(
                        "Nobody handles “%(complaint)s” yet. Take it over first.",
                        complaint=paper.complaint_id.display_name,
                    )
                )
            if handler != self.env.user:
                raise UserError(
                    self.env._(
                        "“%(paper)s” is written and submitted by %(handler)s, who "
                        "handles the complaint.",
                        paper=paper.display_name,
                        handler=handler.name,
                    )
                )

    # ------------------------------------------------------------------
    # APPROVAL
    # ------------------------------------------------------------------

    def action_request_approval(self):
        """Submit the newest version; the handler alone does it (D-25, D-28).

        :raises UserError: for others, in another step, and when parts are missing
        """
        self.check_access("write")
        for paper in self:
            paper._check_author()
            paper.complaint_id._lock(self._written_in)
            paper._lock("draft")
            paper._check_complete()
            paper.complaint_id._check_handler_independent()
            paper._as_system().write(
                {
                    "state": "requested",
                    "submitted_by_id": self.env.uid,
                    "date_submitted": fields.Datetime.now(),
                }
            )
            paper._log("submitted")
            paper._submit()
        return True

    def _submit(self):
        """Go on after the paper was handed in."""
        self._request_approval()

    def _check_complete(self):
        """Refuse a paper with parts missing.

        :raises UserError: naming them
        """
        missing = [
            self._fields[name]._description_string(self.env)
            for name in self._get_mandatory_fields()
            if not str(self[name] or "").strip()
        ] + self._get_other_missing()
        if missing:
            raise UserError(
                self.env._(
                    "“%(paper)s” is not complete yet. Missing: %(parts)s.",
                    paper=self.display_name,
                    parts=format_list(self.env, missing),
                )
            )

    @api.model
    def _get_mandatory_fields(self):
        """Return the names of the fields that are filled in before it is submitted."""
        return []

    def _get_other_missing(self):
        """Return the labels of what is missing besides."""
        return []

    def _get_approval_company(self):
        return self.complaint_id.company_id

    def _get_approval_authors(self):
        """Let none of those decide who wrote it or have a stake in the matter."""
        # Not who laid it out by assigning the complaint: nobody wrote by that.
        paper = self.sudo()
        return paper.writer_ids | paper.complaint_id._get_excluded_deciders()

    def _approval_approved(self, request):
        complaint = self.complaint_id
        complaint._check_independent_signers(request)
        complaint._lock()
        self._as_system().write(
            {"state": "approved", "date_approved": fields.Datetime.now()}
        )
        self._log("approved")
        self._take_effect()

    def _approval_rejected(self, request):
        """Keep the version with the reason, and go on with a copy of it."""
        lines = request.decision_ids.filtered(lambda line: line.event == "rejected")
        self._as_system().write({"state": "returned", "refusal": lines[:1].reason})
        self._log("returned", note=lines[:1].reason)
        self._go_back()

    def _approval_closed(self, request):
        """Let an undecided version be changed and submitted again."""
        if self.state == "requested":
            self._as_system().write({"state": "draft"})
            self._log("returned")
            self._go_back()

    def _log(self, deed, note=None):
        for paper in self.sudo(False):
            paper.sudo().complaint_id._log_event(
                f"{paper._event_name}_{deed}", note=note, version=paper.version
            )

    def _take_effect(self):
        """Let the complaint go on after the last signature."""
        self._as_system().complaint_id._advance()

    def _go_back(self):
        """Let the complaint be where the paper is written."""
        complaint = self._as_system().complaint_id
        if complaint._is_over():
            return
        complaint._enter(self._written_in)

    def _get_signatures(self):
        """Return who has said what about this version, in the order asked."""
        self.ensure_one()
        self.check_access("read")
        steps = self.sudo().approval_request_id.step_ids
        states = dict(steps._fields["state"]._description_selection(self.env))
        return [
            {
                "step": step.name,
                "remark": step.decision_ids[:1].reason or "",
                "state": states[step.state],
                "user": step.decided_by.name or "",
                "date": step.decided_on,
            }
            for step in steps.sorted(lambda one: (one.sequence, one.id))
        ]

    @api.model
    def _begin(self, complaints):
        """See to it that each of the complaints has a version to write on."""
        papers = self._as_system()
        # The index on open versions sees what is stored alone.
        papers.flush_model(["state"])
        begun = papers.browse()
        for complaint in complaints:
            versions = papers.search(
                [("complaint_id", "=", complaint.id)], order="version desc"
            )
            if versions[:1].state in ("draft", "requested"):
                continue
            begun |= papers.create(versions[:1]._prepare_next(complaint))
        return begun

    def _prepare_next(self, complaint):
        """Return the values of the version after this one; of the first, if empty."""
        values = {
            "complaint_id": complaint.id,
            "version": (self.version or 0) + 1,
            # They are still the words of who wrote them.
            "writer_ids": [fields.Command.set(self.writer_ids.ids)],
        }
        for name in sorted(self._get_user_fields()):
            value = self[name]
            if self._fields[name].type == "many2many":
                values[name] = [fields.Command.set(value.ids)]
            else:
                values[name] = self._fields[name].convert_to_write(value, self)
        return values
