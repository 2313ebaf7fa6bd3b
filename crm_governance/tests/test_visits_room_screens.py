# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Every screen of the room, opened by everybody who may open it."""

from odoo.tests import tagged

from .room_screens import RoomScreens
from .visits_world import VisitsWorld


@tagged("post_install", "-at_install")
class TestVisitsRoomScreens(RoomScreens, VisitsWorld):
    """Lists, cards, forms, pivots, graphs and calendars, as each role."""

    FEWEST_ACTIONS = 10
    FEWEST_FIGURES = 4
    FORMS = frozenset(("governance.visit.plan", "governance.visit.challenge"))
