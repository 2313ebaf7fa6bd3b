"""A pytest plugin for browser tests.

Odoo skips them without a word when it finds no browser, no server or no
websocket library, and a suite that tested half of itself would look green.
"""

import pytest


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
