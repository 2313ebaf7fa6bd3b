# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields


class DecisionField(fields.Boolean):
    """Whether the current user may do it, at this very second.

    A computed field would keep its answer for the rest of the transaction, past
    the end of a grant.  This one is asked anew whenever a rule is checked.

    :param str operation: “read”, or “write” for everything else
    """

    operation = "read"

    def filter_function(self, records, field_expr, operator, value):
        """Return a predicate that holds the decision on all of `records`."""
        allowed = set(records._filter_by_clearance(self.operation)._ids)
        if True in value and False in value:
            return lambda record: True
        if True in value:
            return lambda record: record.id in allowed
        return lambda record: record.id not in allowed
