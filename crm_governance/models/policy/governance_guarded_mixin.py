# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import AccessError, LockError, UserError
from odoo.tools import format_list
from odoo.tools.misc import clean_context

from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG

from .own_defaults import get_own_defaults

# See governance_sealed_mixin: the identity of this object is the key.
_SYSTEM = object()


class GovernanceGuardedMixin(models.AbstractModel):
    """A record whose state only the product's own buttons and crons change.

    People change the fields that ``_get_user_fields`` names, and only while the
    record is open.  Everything else is written by methods that have checked who
    asks and why, through ``_as_system``.
    """

    _name = "governance.guarded.mixin"
    _description = "Record with a guarded state"

    # Whether records are drafts first, which people change and delete.
    _has_drafts = False

    @api.model
    def default_get(self, fields):
        """Take the defaults of guarded fields from their declaration alone."""
        open_names = self._get_user_fields() | self._get_free_fields()
        values = super().default_get([name for name in fields if name in open_names])
        guarded = [name for name in fields if name not in open_names]
        return {**values, **get_own_defaults(self, guarded)}

    @api.model_create_multi
    def create(self, vals_list):
        """Create open records; AccessError when guarded fields are given."""
        if not self._is_system():
            for vals in vals_list:
                self._check_names(vals)
        return super().create(vals_list)

    def write(self, vals):
        """Change open records; AccessError for guarded fields or closed records."""
        if not self._is_system():
            free = self._get_free_fields()
            if not set(vals) <= free:
                self._check_names(vals)
                self._check_still_open()
                self._check_author()
        return super().write(vals)

    def unlink(self):
        """Delete what is not evidence yet; AccessError otherwise."""
        uninstalling = self.env.uid == SUPERUSER_ID and self.env.context.get(
            MODULE_UNINSTALL_FLAG
        )
        if not self._is_system() and not uninstalling:
            self._check_deletable()
        return super().unlink()

    def _get_user_fields(self):
        """Return the names of the fields that people may write."""
        return set()

    @api.model
    def _get_free_fields(self):
        """Return the fields of the chatter, which stay open for ever."""
        free = set()
        for mixin in ("mail.thread", "mail.activity.mixin"):
            free |= set(self.env[mixin]._fields) & set(self._fields)
        return free - set(models.MAGIC_COLUMNS) - {"display_name"}

    def _is_closed(self):
        """Return whether this record is evidence by now."""
        self.ensure_one()
        return self._has_drafts and self.state != "draft"

    def _check_deletable(self):
        """Refuse to delete anything but drafts."""
        if not self._has_drafts:
            self._refuse_change()
        self._check_still_open()

    def _check_names(self, vals):
        allowed = self._get_user_fields() | self._get_free_fields()
        if forbidden := set(vals) - allowed:
            labels = format_list(
                self.env,
                [
                    self._fields[name]._description_string(self.env)
                    for name in sorted(forbidden)
                    if name in self._fields
                ],
            )
            raise AccessError(
                self.env._(
                    "%(fields)s of “%(model)s” change by the buttons and the rules "
                    "of the policy only, not by hand.",
                    fields=labels,
                    model=self.env["ir.model"]._get(self._name).name,
                )
            )

    def _get_author(self):
        """Return the user whose words this record is; nobody when all may change it."""
        self.ensure_one()
        return self.env["res.users"]

    def _check_author(self):
        """Refuse that others change the record or send it for approval.

        It would look like the work of somebody else, and whoever wrote it could
        then decide it.
        """
        for record in self:
            author = record._get_author()
            if author and author != self.env.user:
                raise UserError(
                    self.env._(
                        "“%(record)s” was written by %(author)s. Only the author "
                        "changes it and sends it for approval; write your own instead.",
                        record=record.display_name,
                        author=author.sudo().name,
                    )
                )

    def _check_still_open(self):
        for record in self:
            if record._is_closed():
                record._refuse_change()

    def _refuse_change(self):
        # Who may not read it is not told what it is called.
        self.sudo(False).check_access("read")
        raise AccessError(
            self.env._(
                "“%(record)s” is closed and stays as it is: it is evidence of what "
                "was decided.",
                record=format_list(self.env, self[:3].sudo().mapped("display_name")),
            )
        )

    def _lock(self, *states, allow_referencing=False):
        """Keep others from changing these records, and read them anew.

        :param states: the states in which the step is possible; none: check later
        :param bool allow_referencing: let others add records that point here
        :return: the records
        :raises UserError: when somebody is at it, or was faster
        """
        try:
            self.sudo().lock_for_update(allow_referencing=allow_referencing)
        except LockError as error:
            raise UserError(
                self.env._(
                    "Somebody else works on %(record)s right now. Try again in a "
                    "moment.",
                    record=format_list(self.env, self[:3].mapped("display_name")),
                )
            ) from error
        self.invalidate_recordset()
        if states:
            self._check_step(states)
        return self

    def _check_step(self, states):
        """Refuse a step of records that are in other states by now."""
        labels = dict(self._fields["state"]._description_selection(self.env))
        for record in self:
            if record.state not in states:
                raise UserError(
                    self.env._(
                        "%(record)s is at “%(state)s” by now; this is possible only "
                        "at “%(wanted)s”.",
                        record=record.display_name,
                        state=labels[record.state],
                        wanted=format_list(
                            self.env, [labels[state] for state in states], style="or"
                        ),
                    )
                )

    def _as_system(self):
        """Return the records as the product itself, after the caller's checks."""
        context = {**clean_context(self.env.context), "governance_system": _SYSTEM}
        return self.with_env(self.env(su=True, context=context))

    def _is_system(self):
        """Return whether the product itself acts, after its own checks."""
        return self.env.su and self.env.context.get("governance_system") is _SYSTEM
