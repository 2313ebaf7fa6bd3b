# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Every screen of the room, opened by everybody who may open it."""

from odoo.tests import tagged

from .complaints_world import ComplaintsWorld
from .room_outside import WORD
from .room_screens import RoomScreens


@tagged("post_install", "-at_install")
class TestComplaintsRoomScreens(RoomScreens, ComplaintsWorld):
    """Lists, cards, forms, pivots, graphs and calendars, as each role."""

    FEWEST_ACTIONS = 25
    FEWEST_FIGURES = 5
    FORMS = frozenset(("governance.complaint", "governance.complaint.policy"))

    def test_names(self):
        """Records are looked for by their names, as links and searches do."""
        for name in self.get_models():
            [user, *_others] = self.get_readers(name).values()
            for text in ("2026", WORD, ""):
                with self.subTest(name, text=text):
                    self.rpc(user, name, "name_search", text)
