# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The working schedules of policies: as they were known at a moment, and changes."""

from dataclasses import replace


def get_times(policies):
    """Return the working times that targets of policies run on, each once."""
    times = []
    for policy in policies:
        for target in policy.targets:
            if target.unit.startswith("working_") and target.time not in times:
                times.append(target.time)
    return times


def get_known_schedules(policies, moment):
    """Return policies that run on schedules as they were known at a moment.

    A change of a schedule is something that happens: what looks at an earlier moment
    does not know of it.
    """
    return [
        replace(
            policy,
            targets=tuple(
                replace(target, time=target.time and target.time.get_known(moment))
                for target in policy.targets
            ),
        )
        for policy in policies
    ]


def get_schedule_changes(policies, start, end):
    """Return the moments after `start`, up to `end`, when schedules were changed."""
    return sorted(
        {
            moment
            for time in get_times(policies)
            for moment in time.get_changes(start, end)
        }
    )
