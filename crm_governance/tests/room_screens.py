# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import pickle
from functools import wraps
from unittest.mock import patch

from lxml import etree

from odoo.tests import Form
from odoo.tools.safe_eval import safe_eval

SUBVIEWS = ("list", "kanban", "form")
# So many records of a kind are opened by everybody.
OPENED = 3


class RoomScreens:
    """Lists, cards, forms, pivots and graphs, with the rights of each role.

    Put it before the world of a room, which names the models (`get_models`).
    """

    # So many there are at least, or the tests would prove nothing.
    FEWEST_ACTIONS = 1
    FEWEST_FIGURES = 1
    FORMS = frozenset()

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.actions = cls.env["ir.actions.act_window"].search(
            [("res_model", "in", cls.get_models())]
        )
        cls.people = {
            login: user for login, user in cls.users.items() if login != "portal"
        }
        cls.share_views()

    @classmethod
    def share_views(cls):
        """Let people of the same groups share what a screen is made of.

        It may depend on access rights and the language alone, says Odoo.  What it shows
        is read by everybody anew.
        """
        base = cls.registry["base"]
        make, made = base.get_views, {}

        @wraps(make)
        def get_views(self, views, options=None):
            groups = self.env.user.all_group_ids
            wanted = (views, options, sorted(self.env.context.items()))
            key = (self._name, groups, repr(wanted))
            if key not in made:
                made[key] = pickle.dumps(make(self, views, options))
            return pickle.loads(made[key])

        cls.startClassPatcher(patch.object(base, "get_views", get_views))

    def get_readers(self, model):
        return {
            login: user
            for login, user in self.people.items()
            if self.env[model].with_user(user).has_access("read")
        }

    def get_domain(self, action, user):
        names = {"uid": user.id, "active_id": self.open_customer.id}
        return safe_eval(action.domain or "[]", names)

    def get_specification(self, node, model):
        """Return what the web client asks for to show a view."""
        fields = {}
        for field in node.xpath(".//field"):
            inside = [one.tag for one in field.iterancestors()]
            depth = inside[: inside.index(node.tag)] if node.tag in inside else inside
            name = field.get("name")
            if "field" in depth or name not in self.env[model]._fields:
                continue
            kind = self.env[model]._fields[name]
            fields[name] = {}
            if kind.relational:
                shown = {"display_name": {}}
                if kind.type != "many2one":
                    for child in field:
                        if child.tag in SUBVIEWS:
                            own = self.get_specification(child, kind.comodel_name)
                            shown |= own
                fields[name] = {"fields": shown}
        return fields

    def get_arch(self, action, user, kind):
        views = self.rpc(
            user,
            action.res_model,
            "get_views",
            [[view_id, mode] for view_id, mode in action.views] + [[False, "search"]],
        )["views"]
        self.assertIn("search", views)
        return etree.fromstring(views[kind]["arch"])

    def test_every_screen_has_something_to_show(self):
        """The world has a record for each screen, or the rest would prove nothing."""
        self.assertGreaterEqual(len(self.actions), self.FEWEST_ACTIONS)
        for action in self.actions:
            with self.subTest(action.name):
                model = self.env[action.res_model].with_context(active_test=False)
                found = [
                    login
                    for login, user in self.get_readers(action.res_model).items()
                    if model.with_user(user).search_count(
                        self.get_domain(action, user), limit=1
                    )
                ]
                self.assertTrue(found)

    def test_lists_and_cards(self):
        """What a list, a card or a form shows can be read by whoever finds it."""
        shown = set()
        for action, login, user, kind in self.get_screens(*SUBVIEWS):
            with self.subTest(action.name, login=login, kind=kind):
                model = action.res_model
                arch = self.get_arch(action, user, kind)
                view = (login, model, etree.tostring(arch))
                found = self.rpc(user, model, "search", self.get_domain(action, user))
                # Several lists show the same records in the same way.
                ids = [number for number in found if (*view, number) not in shown]
                if ids:
                    self.rpc(
                        user,
                        model,
                        "web_search_read",
                        [("id", "in", ids)],
                        self.get_specification(arch, model),
                    )
                shown.update((*view, number) for number in ids)
        self.assertTrue(shown)

    def get_screens(self, *kinds):
        for action in self.actions:
            for login, user in self.get_readers(action.res_model).items():
                for kind in action.view_mode.split(","):
                    if kind in kinds:
                        yield action, login, user, kind

    def test_forms(self):
        """Forms open, with their buttons and what they compute, for every reader."""
        opened = set()
        for action, login, user, _kind in self.get_screens("form"):
            model = self.env[action.res_model].with_user(user)
            for record in model.search(self.get_domain(action, user), limit=OPENED):
                # Several lists lead to the same form.
                if (login, record) in opened:
                    continue
                with self.subTest(action.name, login=login, record=record):
                    Form(record)
                    opened.add((login, record))
        self.assertLessEqual(self.FORMS, {record._name for _login, record in opened})

    def test_pivots_and_graphs(self):
        """What is added up can be added up by whoever finds it."""
        shown = set()
        for action, login, user, kind in self.get_screens("pivot", "graph"):
            with self.subTest(action.name, login=login, kind=kind):
                arch = self.get_arch(action, user, kind)
                fields = arch.xpath(".//field[not(@invisible)]")
                groups = [
                    ":".join(filter(None, (one.get("name"), one.get("interval"))))
                    for one in fields
                    if one.get("type") != "measure"
                ]
                sums = self.get_sums(action.res_model, fields)
                self.rpc(
                    user,
                    action.res_model,
                    "formatted_read_group",
                    self.get_domain(action, user),
                    groups,
                    sums,
                )
                shown.add((action.res_model, kind))
        self.assertGreaterEqual(len(shown), self.FEWEST_FIGURES)

    def get_sums(self, model, fields):
        sums = ["__count"]
        for one in fields:
            name = one.get("name")
            if one.get("type") == "measure" and name != "__count":
                sums.append(f"{name}:{self.env[model]._fields[name].aggregator}")
        return sums

    def test_filters(self):
        """Every filter and every grouping of the searches works."""
        for model in set(self.actions.mapped("res_model")):
            [user, *_others] = self.get_readers(model).values()
            views = self.rpc(user, model, "get_views", [[False, "search"]])
            arch = etree.fromstring(views["views"]["search"]["arch"])
            for one in arch.xpath(".//filter"):
                with self.subTest(model=model, filter=one.get("name")):
                    context = safe_eval(one.get("context") or "{}", {})
                    if group := context.get("group_by"):
                        field = self.env[model]._fields[group.split(":")[0]]
                        if field.type in ("date", "datetime") and ":" not in group:
                            # So does the web client.
                            group = f"{group}:month"
                        self.rpc(
                            user,
                            model,
                            "formatted_read_group",
                            [],
                            [group],
                            ["__count"],
                        )
                    text = one.get("domain") or "[]"
                    # The web client reads dates that are relative to today.
                    if "today" in text:
                        continue
                    domain = safe_eval(text, {"uid": user.id})
                    self.rpc(user, model, "search_count", domain)
