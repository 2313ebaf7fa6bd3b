# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools.misc import clean_context

from .own_defaults import get_own_defaults

# The key opens only with this very object: a client can send any context, but
# never the identity of an object that lives in the server's memory.
_SEAL = object()


class GovernanceSealedMixin(models.AbstractModel):
    """Evidence that is only ever added to."""

    _name = "governance.sealed.mixin"
    _description = "Append-only evidence"

    @api.model
    def default_get(self, fields):
        """Take all defaults from the declaration of the fields alone."""
        return {**super().default_get([]), **get_own_defaults(self, fields)}

    @api.model_create_multi
    def create(self, vals_list):
        """Add evidence; AccessError unless the system itself writes it."""
        self._check_sealed()
        return super().create(vals_list)

    def write(self, vals):
        """Change what is not evidence yet; AccessError for everything else."""
        if set(vals) - self._sealed_mutable_fields():
            self._refuse_sealed()
        self._check_sealed()
        return super().write(vals)

    def unlink(self):
        """Refuse to delete evidence: AccessError for everybody."""
        if self:
            self._refuse_sealed()
        return super().unlink()

    def copy(self, default=None):
        """Refuse to duplicate evidence: AccessError for everybody."""
        self._refuse_sealed()
        return super().copy(default)

    @api.model
    def _sealed_mutable_fields(self):
        """Return the names of the fields that the system may write again."""
        return set()

    def _seal(self):
        """Return the records as the system itself, which may add evidence.

        The defaults of a client's context are dropped, so that they cannot
        fill what the caller leaves out.
        """
        context = {**clean_context(self.env.context), "governance_seal": _SEAL}
        return self.with_env(self.env(su=True, context=context))

    def _unseal(self):
        """Return the records without the key, for the superuser."""
        context = clean_context(self.env.context)
        context.pop("governance_seal", None)
        return self.with_env(self.env(su=True, context=context))

    def _check_sealed(self):
        if not self.env.su or self.env.context.get("governance_seal") is not _SEAL:
            self._refuse_sealed()

    def _refuse_sealed(self):
        raise AccessError(
            self.env._(
                "Records of “%(model)s” are written by the system only. They are "
                "evidence: nobody adds, changes, copies or deletes them by hand.",
                model=self.env["ir.model"]._get(self._name).name,
            )
        )
