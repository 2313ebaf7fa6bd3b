# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""When a customer is due in a window, in Python: the database has to say the same."""

from odoo.addons.crm_governance.models.visits.visit_windows import (
    BESIDE,
    DAY,
    MIX,
    WORD,
    get_next_month,
)


def get_share(identifier, seed):
    """Return where in its windows a customer is due, in parts of 2 ** 32.

    It is the same for ever, and spreads customers evenly.
    """
    share = (identifier * MIX[0] + seed) & WORD
    share ^= share >> 15
    share = share * MIX[1] & WORD
    return share ^ share >> 13


def get_target(window, share):
    """Return the day of a window that has a share of it before itself.

    Where a weekend is not all of the window, it is a day beside it: few people work
    then, and what is due on Sunday the 1st would be nowhere to be planned.
    """
    target = window.start + (share * window.days >> 32) * DAY
    for days in BESIDE.get(target.weekday(), ()):
        if window.start <= target + days * DAY < window.end:
            return target + days * DAY
    return target


def get_windows_of_month(cadence, month, share):
    """Return the windows whose target lies in the month that begins with a day."""
    end = get_next_month(month)
    return [
        window
        for window in cadence.get_windows(month, end)
        if month <= get_target(window, share) < end
    ]
