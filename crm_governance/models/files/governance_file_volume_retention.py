# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain
from odoo.tools import SQL, format_date


class GovernanceFileVolume(models.Model):
    """How long a volume is kept: extended at any time, never shortened (RT-01).

    What the class said when the volume was filed stays on the volume.  A copy of
    it is a new draft and carries none of this.
    """

    _inherit = "governance.file.volume"

    is_under_retention = fields.Boolean(
        readonly=True,
        copy=False,
        help="The volume has been filed, so its class says how long it is kept.",
    )
    is_kept_forever = fields.Boolean(
        string="Kept for Ever",
        readonly=True,
        copy=False,
        help="It was filed in a permanent class. Another class does not change that.",
    )
    awaits_event = fields.Boolean(
        string="Waits for an Event",
        readonly=True,
        copy=False,
        help="The time it is kept begins with an event that has not happened yet.",
    )
    awaited_trigger_ids = fields.Many2many(
        comodel_name="governance.retention.trigger",
        relation="governance_file_volume_trigger_rel",
        column1="volume_id",
        column2="trigger_id",
        string="Events Waited for",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="What its class named when it was filed and has not happened yet.",
    )
    trigger_mode = fields.Selection(
        selection=lambda self: (
            self.env["governance.retention.class"]
            ._fields["trigger_mode"]
            ._description_selection(self.env)
        ),
        string="Begins with",
        readonly=True,
        copy=False,
        help="Whether one event is enough, as its class said when it was filed.",
    )
    date_event = fields.Date(string="Event on", readonly=True, copy=False)
    retention_note = fields.Char(
        string="How long it is Kept",
        compute="_compute_retention_note",
        help="The last day, or why there is none. “No end set”: its retention class "
        "does not say how many years, so it is kept until somebody fills them in.",
    )
    is_retention_over = fields.Boolean(
        compute="_compute_is_retention_over",
        search="_search_is_retention_over",
        help="The volume has been kept as long as its class says.",
    )

    @api.depends(
        "is_under_retention",
        "is_kept_forever",
        "awaits_event",
        "retention_until",
        "company_id",
    )
    def _compute_is_retention_over(self):
        for volume in self:
            volume.is_retention_over = bool(
                volume.is_under_retention
                and not volume.is_kept_forever
                and not volume.awaits_event
                and volume.retention_until
                and volume.retention_until < volume.company_id._get_governance_today()
            )

    def _search_is_retention_over(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        return Domain.OR(
            Domain("company_id", "=", company.id)
            & Domain("retention_until", "<", company._get_governance_today())
            for company in self.env["res.company"].sudo().search([])
        ) & Domain(
            [
                ("is_under_retention", "=", True),
                ("is_kept_forever", "=", False),
                ("awaits_event", "=", False),
            ]
        )

    @api.depends(
        "is_under_retention",
        "is_kept_forever",
        "awaits_event",
        "retention_until",
        "retention_class_id.is_permanent",
        "retention_class_id.years",
    )
    @api.depends_context("lang")
    def _compute_retention_note(self):
        for volume in self:
            volume.retention_note = volume._get_retention_note()

    def _get_retention_note(self):
        self.ensure_one()
        kind = self.retention_class_id
        is_filed = self.is_under_retention
        if self.is_kept_forever or not is_filed and kind.is_permanent:
            return self.env._("Kept for Ever")
        if self.awaits_event:
            return self.env._("Waits for an Event")
        if self.retention_until:
            return format_date(self.env, self.retention_until)
        if kind.years and not is_filed:
            return self.env._("Set when it is filed")
        return self.env._("No end set")

    @api.model_create_multi
    def create(self, vals_list):
        """Create volumes; those that are filed at once get their retention."""
        volumes = super().create(vals_list)
        volumes._extend_retention()
        return volumes

    def write(self, vals):
        """Change volumes; how long they are kept follows, and never gets shorter."""
        result = super().write(vals)
        if not {"state", "retention_class_id", "year"}.isdisjoint(vals):
            self._extend_retention()
        return result

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_enter_event(self):
        """Enter that what the volumes wait for has happened today.

        Where a volume waits for several events, a dialog asks for which of them.

        :raises AccessError: for everybody but data custodians
        :raises UserError: for many volumes of which one waits for several events
        """
        self.check_access("write")
        self.env.user._check_governance_custodian()
        waiting = self.filtered("awaits_event")
        if all(len(volume.awaited_trigger_ids) < 2 for volume in waiting):
            waiting._enter_events(
                {volume.id: volume.awaited_trigger_ids.id for volume in waiting}
            )
            return True
        if len(self) > 1:
            raise UserError(
                self.env._(
                    "Some of these volumes wait for several events. Enter what has "
                    "happened on each of them."
                )
            )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_governance.governance_retention_event_action"
        )
        action["context"] = {"default_volume_id": self.id}
        return action

    def enter_event(self, trigger_id):
        """Enter that an event has happened today; the years may begin with it.

        :param int trigger_id: one of the events that the volume waits for; False
            when its class names none
        :raises AccessError: for everybody but data custodians
        :raises UserError: for an event that the volume does not wait for
        Source: anchors 10 and 13.
        """
        self.ensure_one()
        self.check_access("write")
        self.env.user._check_governance_custodian()
        self._enter_events({self.id: trigger_id})
        return True

    def _enter_events(self, happened):
        """Enter what has happened today, whoever has checked the right to.

        :param dict happened: ``{ID of a volume: ID of an event, or False}``
        :raises UserError: for an event that a volume does not wait for
        """
        self.sudo()._claim()
        bodies = {}
        for volume in self:
            awaited = volume.awaited_trigger_ids
            trigger = awaited.filtered(lambda one, v=volume: one.id == happened[v.id])
            if not volume.awaits_event or awaited and not trigger:
                raise UserError(
                    self.env._(
                        "%(volume)s does not wait for this event.",
                        volume=volume.display_name,
                    )
                )
            left = awaited - trigger
            values = {"awaited_trigger_ids": [Command.set(left.ids)]}
            if not left or volume.trigger_mode != "all":
                values = {
                    "awaited_trigger_ids": [Command.clear()],
                    "awaits_event": False,
                    "date_event": volume.company_id._get_governance_today(),
                }
            volume._as_system().write(values)
            bodies[volume.id] = self.env._(
                "What it waited for has happened: %(event)s",
                event=trigger.name or self.env._("the event of its class"),
            )
        self._message_log_batch(bodies)
        self._extend_retention()

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _extend_retention(self):
        """Let the retention of these volumes follow their class and year."""
        self._extend_retention_where(SQL("v.id = ANY(%s)", self.ids))

    @api.model
    def _extend_retention_where(self, condition):
        """Extend the retention of the filed volumes, never shorten it.

        One statement, because a class may hold hundreds of thousands of volumes.
        """
        self.env.flush_all()
        [(count, begun)] = self.env.execute_query(
            SQL(
                """WITH extended AS (
                       UPDATE governance_file_volume v
                          SET is_under_retention = TRUE,
                              is_kept_forever = now.is_kept_forever,
                              awaits_event = now.awaits_event,
                              retention_until = CASE
                                  WHEN now.is_kept_forever THEN NULL
                                  ELSE GREATEST(v.retention_until, now.until) END
                         FROM (%(now)s) now
                        WHERE now.id = v.id
                          AND (v.is_under_retention IS NOT TRUE
                               OR v.is_kept_forever IS DISTINCT FROM now.is_kept_forever
                               OR v.awaits_event IS DISTINCT FROM now.awaits_event
                               OR NOT now.is_kept_forever
                                  AND now.until > COALESCE(v.retention_until,
                                                           '-infinity'))
                    RETURNING v.id, now.awaits_event AND NOT now.has_awaited AS begins)
                   SELECT count(*), array_agg(id) FILTER (WHERE begins)
                     FROM extended""",
                now=self._get_retention_sql(condition),
            )
        )
        if begun:
            self._await_triggers(begun)
        if count:
            self.invalidate_model(
                [
                    "awaited_trigger_ids",
                    "awaits_event",
                    "is_kept_forever",
                    "is_retention_over",
                    "is_under_retention",
                    "retention_until",
                    "trigger_mode",
                ]
            )

    @api.model
    def _await_triggers(self, begun):
        """Let volumes that begin to wait remember for what, whatever changes later.

        :param list begun: their IDs
        """
        self.env.cr.execute(
            SQL(
                """INSERT INTO governance_file_volume_trigger_rel
                   SELECT v.id, t.trigger_id FROM governance_file_volume v
                     JOIN governance_retention_class_trigger_rel t
                       ON t.class_id = v.retention_class_id
                    WHERE v.id = ANY(%s)
              ON CONFLICT DO NOTHING""",
                begun,
            )
        )
        self.env.cr.execute(
            SQL(
                """UPDATE governance_file_volume v SET trigger_mode = c.trigger_mode
                     FROM governance_retention_class c
                    WHERE c.id = v.retention_class_id AND v.id = ANY(%s)""",
                begun,
            )
        )

    @api.model
    def _get_retention_sql(self, condition):
        """Return SQL of what class, year and event say about the filed volumes."""
        return SQL(
            """SELECT v.id,
                      (v.is_kept_forever IS TRUE OR c.is_permanent IS TRUE)
                          AS is_kept_forever,
                      (v.awaits_event IS TRUE OR c.is_event_based IS TRUE)
                          AND v.date_event IS NULL AS awaits_event,
                      v.awaits_event IS TRUE AS has_awaited,
                      CASE WHEN c.years > 0 THEN make_date(
                          LEAST(9999, c.years + COALESCE(
                              date_part('year', v.date_event)::integer, v.year)),
                          12, 31) END AS until
                 FROM governance_file_volume v
            LEFT JOIN governance_retention_class c ON c.id = v.retention_class_id
                WHERE v.state = 'filed' AND %s""",
            condition,
        )
