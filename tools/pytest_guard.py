"""A pytest plugin for browser tests.

Odoo skips them without a word when it finds no browser, no server or no
websocket library, and a suite that tested half of itself would look green.
It also waits only as long as a machine needs that does nothing else.
"""

import functools
import inspect

import pytest

# So many times as long as Odoo does, tests wait for the browser and the server.
PATIENCE = 4


def _needs_browser(item):
    from odoo.tests import HttpCase

    return isinstance(item.cls, type) and issubclass(item.cls, HttpCase)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """Turn a skipped browser test into a failed one."""
    outcome = yield
    report = outcome.get_result()
    if report.skipped and _needs_browser(item):
        reason = call.excinfo.value if call.excinfo else "unknown reason"
        report.outcome = "failed"
        report.longrepr = f"A browser test may not be skipped: {reason}"


def _be_patient(cls, name):
    """Multiply the argument `timeout` of a method."""
    plain = getattr(cls, name)
    signature = inspect.signature(plain)

    @functools.wraps(plain)
    def patient(*args, **kwargs):
        call = signature.bind(*args, **kwargs)
        call.apply_defaults()
        call.arguments["timeout"] *= PATIENCE
        return plain(*call.args, **call.kwargs)

    setattr(cls, name, patient)


def pytest_collection_finish(session):
    """Let no test fail because the machine has other things to do as well."""
    from odoo.tests import common

    common.CHECK_BROWSER_ITERATIONS *= PATIENCE
    for name in ("_json_command", "_websocket_request", "_wait_ready", "_wait_code_ok"):
        _be_patient(common.ChromeBrowser, name)
    _be_patient(common.HttpCase, "url_open")
