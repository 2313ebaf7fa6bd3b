# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import csv
import re

from odoo import api, models

# SHA-256, as it is written.
FINGERPRINT = re.compile(r"[0-9a-f]{64}")
# A list is separated by the first of these that occurs in a line, else by blanks.
SEPARATORS = "\t;,"


class GovernanceRegisterMixin(models.AbstractModel):
    """A register that is compared with the state, and with what is kept of it outside.

    Each line has a number and a fingerprint.  After an older backup was restored the
    register is older too: only a list that is kept outside of the database knows more.
    """

    _name = "governance.register.mixin"
    _description = "Register that is compared with the state"

    @api.model
    def _get_differences(self):
        """Return where register and state of the companies disagree, as sentences."""
        return [describe() for describe in self._find_differences()]

    @api.model
    def _find_differences(self):
        """Yield functions that say where register and state of the companies disagree.

        What is not shown is counted, but never put into words: there may be many.
        """
        yield from ()

    @api.model
    def _get_kept(self, numbers):
        """Return ``{number: fingerprint}`` of the lines that have these numbers."""
        raise NotImplementedError

    @api.model
    def _get_missing(self, listing):
        """Return where a list that is kept outside disagrees, as sentences.

        :param str listing: a line each, that begins with the number of a line of the
            register and holds its fingerprint; a heading is passed over
        """
        rows = self._read_listing(listing)
        kept = self._get_kept([row[0] for row in rows])
        found = []
        for row in rows:
            number, fingerprint = row[0], self._find_fingerprint(row)
            if number not in kept:
                found.append(self._describe_missing(row))
            elif fingerprint not in (number, kept[number]):
                found.append(self._describe_changed(row))
        return found

    @api.model
    def _describe_missing(self, row):
        """Return a sentence about a line that the register does not know any more."""
        return self.env._(
            "%(number)s is on your list, but not in the register.", number=row[0]
        )

    @api.model
    def _describe_changed(self, row):
        """Return a sentence about a line of which the list has other content."""
        return self.env._(
            "%(number)s has another fingerprint than on your list.", number=row[0]
        )

    @api.model
    def _read_listing(self, listing):
        """Return the rows of a list, each with its cells, without blank ones."""
        rows = []
        for line in (listing or "").splitlines():
            separator = next((mark for mark in SEPARATORS if mark in line), None)
            cells = next(csv.reader([line], delimiter=separator)) if separator else None
            cells = [cell.strip() for cell in cells or line.split()]
            if any(cells):
                rows.append(cells)
        if len(rows) > 1 and self._is_heading(rows[0]) and self._is_line(rows[1]):
            del rows[0]
        return rows

    @api.model
    def _is_heading(self, row):
        return not self._is_line(row) and not any(map(str.isdigit, "".join(row)))

    @api.model
    def _is_line(self, row):
        return any(map(FINGERPRINT.fullmatch, row))

    @api.model
    def _find_fingerprint(self, row):
        """Return the fingerprint of a row; its last cell when none looks like one."""
        return next(filter(FINGERPRINT.fullmatch, row), row[-1])
