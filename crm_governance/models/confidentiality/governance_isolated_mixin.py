# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import api, models

_logger = logging.getLogger(__name__)


class GovernanceIsolatedMixin(models.AbstractModel):
    """Records that a scheduled job takes one by one."""

    _name = "governance.isolated.mixin"
    _description = "Record of a scheduled job"

    @api.model
    def _isolate_each(self, domain, step):
        """Do `step` on each record on its own; a failure stops nobody else.

        :param Domain domain: the records that need it, asked again under a lock
        :param str step: name of a method that works on one record
        :return: whether there is time left; a job that goes on all the same would
            report its next step as all that remains
        """
        cron = self.env["ir.cron"]
        ids = self.sudo().search(domain, order="id").ids
        cron._commit_progress(remaining=len(ids))
        for record_id in ids:
            self._isolate_one(record_id, domain, step)
            if not cron._commit_progress(1):
                return False
        return True

    @api.model
    def _isolate_one(self, record_id, domain, step):
        record = self.sudo().browse(record_id).try_lock_for_update()
        try:
            with self.env.cr.savepoint():
                for due in record.filtered_domain(domain):
                    getattr(due, step)()
                self.env.flush_all()
        except Exception as error:
            _logger.warning("%s of %s failed", step, record, exc_info=True)
            self.env.invalidate_all()
            record._react_to(error)

    @api.model
    def _isolate_companies(self, companies, step):
        """Do `step` for each company on its own; a failure stops no other one.

        :param str step: name of a method that works for one company
        :return: whether there is time left
        """
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(companies))
        for company in companies:
            try:
                with self.env.cr.savepoint():
                    getattr(self, step)(company)
                    self.env.flush_all()
            except Exception:
                _logger.warning("%s of %s failed", step, company, exc_info=True)
                self.env.invalidate_all()
            if not cron._commit_progress(1):
                return False
        return True

    def _react_to(self, error):
        """Let the record react to a failure; one that cannot stops nobody else."""
        try:
            with self.env.cr.savepoint():
                self._isolation_failed(error)
        except Exception:
            _logger.warning("Failure of %s not noted", self, exc_info=True)
            self.env.invalidate_all()

    def _isolation_failed(self, error):
        """React to the failure of a step, whose changes are undone by now."""
