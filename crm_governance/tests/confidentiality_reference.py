# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The decision on confidential customers once more, in plain Python.

It knows no ORM and no SQL: tests give it facts and compare its answers with what
the product does.
"""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass
class Person:
    """Somebody who asks."""

    key: str
    clearance: int = 0
    suspended: bool = False
    is_portal: bool = False
    own_customer: str | None = None


@dataclass
class Customer:
    """What is asked about; contacts and documents count as their customer."""

    key: str
    rank: int = 0
    owner: str | None = None
    specialist: str | None = None
    liaison_leader: str | None = None


@dataclass
class Grant:
    """The right to read a customer for a time."""

    person: str
    customer: str
    start: datetime
    end: datetime
    revoked: bool = False


@dataclass
class Loan:
    """Volumes of a customer that a person has borrowed.

    The rank is that of the volumes when they were lent.
    """

    person: str
    customer: str
    start: datetime
    due: datetime
    electronic: bool = True
    returned: bool = False
    rank: int = 0
    had_access: bool = False


@dataclass
class Facts:
    """Everything that a decision depends on."""

    grants: list = field(default_factory=list)
    loans: list = field(default_factory=list)
    # {leader: people in the teams that he or she leads}
    teams: dict = field(default_factory=dict)
    roles_open: bool = True

    def decide(self, person, customer, now):
        """Return “hidden”, “readable” or “writable”."""
        if customer.rank <= self.get_clearance(person):
            return "writable"
        if person.is_portal:
            own = person.own_customer == customer.key
            return "writable" if own else "hidden"
        if person.suspended:
            return "hidden"
        if self.roles_open and self.has_role(person, customer):
            return "writable"
        if any(self.is_live(g, person, customer, now) for g in self.grants):
            return "readable"
        if any(self.is_read_on_loan(x, person, customer, now) for x in self.loans):
            return "readable"
        return "hidden"

    def get_clearance(self, person):
        if person.suspended or person.is_portal:
            return 0
        return person.clearance

    def has_role(self, person, customer):
        people = (customer.owner, customer.specialist, customer.liaison_leader)
        if person.key in people:
            return True
        return customer.owner in self.teams.get(person.key, ())

    @staticmethod
    def is_live(grant, person, customer, now):
        return (
            grant.person == person.key
            and grant.customer == customer.key
            and not grant.revoked
            and grant.start <= now < grant.end
        )

    @staticmethod
    def is_read_on_loan(loan, person, customer, now):
        return (
            loan.person == person.key
            and loan.customer == customer.key
            and loan.electronic
            and not loan.returned
            and not loan.had_access
            and loan.rank >= customer.rank
            and loan.start <= now < loan.due
        )
