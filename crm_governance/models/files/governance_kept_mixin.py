# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class GovernanceKeptMixin(models.AbstractModel):
    """What is kept until two persons let it be destroyed, and what a hold keeps."""

    _name = "governance.kept.mixin"
    _description = "Record that is kept"

    def _is_held(self):
        """Return whether a legal hold keeps one of these, asked of the database."""
        return bool(self._get_held())

    def _get_held(self):
        """Return those that at least one hold in force keeps (anchor 11).

        A hold on a file keeps its later volumes as well.
        """
        if not self.ids:
            return self.browse()
        lines = self.env["governance.legal.hold.line"]
        holds = self.env["governance.legal.hold"]
        rows = self.env.execute_query(
            SQL(
                "SELECT k.id FROM %s k WHERE k.id = ANY(%s) AND %s",
                SQL.identifier(self._table),
                self.ids,
                SQL(
                    """EXISTS (SELECT 1 FROM governance_legal_hold_line l
                                 JOIN governance_legal_hold h ON h.id = l.hold_id
                                WHERE h.state = 'active' AND %s)""",
                    self._get_held_sql(),
                    to_flush=[
                        holds._fields["state"],
                        lines._fields["hold_id"],
                        lines._fields["file_id"],
                        lines._fields["volume_id"],
                    ],
                ),
            )
        )
        return self.browse(id_ for (id_,) in rows)

    @api.model
    def _get_held_sql(self):
        """Return SQL that holds when the line `l` of a hold keeps the record `k`.

        It names in `to_flush` what it reads of the record.
        """
        raise NotImplementedError

    def _check_not_held(self, operation):
        """Refuse what a hold forbids, and note the attempt although it fails.

        Who asks need not know of the hold, so the message does not name it.

        :param str operation: “destroy”, “delete” or “change”
        :raises UserError: when a hold is in force
        """
        held = self.sudo()._get_held()
        if not held:
            return
        held._note_attempt(operation)
        # Who may not read it is not told what it is called.
        held.sudo(False).check_access("read")
        raise UserError(held._get_held_message())

    def _note_attempt(self, operation):
        """Enter attempts against a hold in the access register, come what may."""
        for record in self:
            self.env["governance.access.entry"]._record(
                "denied",
                record.partner_id,
                record=record,
                detail={"operation": operation, "model": self._name},
                apart=True,
            )

    def _get_held_message(self):
        return self.env._(
            "“%(record)s” is preserved and stays as it is for the time being. People "
            "with the right “Legal holds” know more.",
            record=self[:1].sudo(False).display_name,
        )

    def _claim(self):
        """Let those who lend, hold and destroy the same take turns.

        Each decides on what the others did before; writing the rows makes who comes
        later start again (a serialization failure, which Odoo retries).
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """UPDATE %(table)s SET state = state
                    WHERE id IN (SELECT id FROM %(table)s WHERE id = ANY(%(ids)s)
                                  ORDER BY id FOR UPDATE)""",
                table=SQL.identifier(self._table),
                ids=self.ids,
            )
        )
        self.invalidate_recordset()
