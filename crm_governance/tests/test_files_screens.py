# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Every screen of the room, opened by everybody who may open it."""

from odoo.tests import tagged

from .files_world import FilesWorld
from .room_screens import RoomScreens


@tagged("post_install", "-at_install")
class TestFilesScreens(RoomScreens, FilesWorld):
    """Lists, cards, forms, pivots and graphs, with the rights of each role."""

    FEWEST_ACTIONS = 26
    FEWEST_FIGURES = 6
    FORMS = frozenset(
        (
            "governance.destruction",
            "governance.disclosure",
            "governance.legal.hold",
            "governance.loan",
            "governance.file.volume",
        )
    )

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["governance.file.volume"].create(
            {"name": "To file", "file_id": cls.open_file.id}
        )
