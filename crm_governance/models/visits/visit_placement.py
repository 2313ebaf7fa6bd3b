# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Days for the visits of one person in one month, spread over the open days.

Days are counted from 0 at the first of the month, efforts in thousandths of a visit:
integers, so that no order of adding them makes a difference.
"""

from collections import defaultdict
from typing import NamedTuple


class Request(NamedTuple):
    """A visit that needs a day: not before `low`, before `high`, best on `ideal`."""

    low: int
    high: int
    ideal: int
    effort: int
    is_overdue: bool
    # Visits of one group keep off the days of each other.
    group: tuple
    # What tells equal requests apart, so that their order makes no difference.
    name: object
    # The days that it may have around the month.
    first: int = 0
    last: int = 0


class Month:
    """The open days of a person, and what is planned on each."""

    def __init__(self, open_days, planned=(), around=()):
        """Take the open days, (day, effort) of what is planned, and open days around.

        Those around the month are taken where a request has no other.
        """
        self.open_days = sorted(open_days)
        self.around = sorted(around)
        self.load = defaultdict(int)
        for day, effort in planned:
            self.load[day] += effort
        self._choices = {}

    def place(self, requests):
        """Return {name: day}; nothing has a day when none is open.

        Overdue requests come first, then those that have the fewest days to choose
        from.  Each takes the open day nearest to its ideal one that has less than an
        even share of the month, or the least loaded one.  A request without an open
        day takes one around the month from `first` up to, not including, `last`, or the
        nearest of the month on which its group has nothing else.
        """
        if not self.open_days:
            return {}
        total = sum(self.load.values()) + sum(request.effort for request in requests)
        level = -(-total // len(self.open_days))
        found, taken, homeless = {}, defaultdict(set), []
        for *_order, days, request in sorted(map(self._get_order, requests)):
            if not days:
                homeless.append(request)
                continue
            found[request.name] = day = self._choose(days, request.effort, level)
            taken[request.group].add(day)
        for request in homeless:
            found[request.name] = day = self._find_home(request, taken[request.group])
            taken[request.group].add(day)
        return found

    def _find_home(self, request, others):
        """Return a day for a request whose days in the month are all closed."""
        near = [day for day in self.around if request.first <= day < request.last]
        near.sort(key=lambda day: (abs(day - request.ideal), day))
        days = near or self._get_choice(None, None, request.ideal)
        day = next((day for day in days if day not in others), days[0])
        self.load[day] += request.effort
        return day

    def _get_order(self, request):
        """Return what a request is sorted by, its days and itself."""
        low, high, ideal, effort, is_overdue, _group, name, _first, _last = request
        days = self._choices.get((low, high, ideal))
        if days is None:
            days = self._get_choice(low, high, ideal)
        # No two have the same name, so what stands behind it is not compared.
        return not is_overdue, len(days), ideal, high, -effort, name, days, request

    def _choose(self, days, effort, level):
        load = self.load
        for day in days:
            if load[day] < level:
                break
        else:
            # The first of the least loaded is the nearest of them.
            day = min(days, key=load.__getitem__)
        load[day] += effort
        return day

    def _get_choice(self, low, high, ideal):
        """Return the open days of a stretch, the nearest to `ideal` first."""
        key = (low, high, ideal)
        if key not in self._choices:
            days = self.open_days
            if low is not None:
                days = [day for day in days if low <= day < high]
            self._choices[key] = sorted(days, key=lambda day: (abs(day - ideal), day))
        return self._choices[key]
