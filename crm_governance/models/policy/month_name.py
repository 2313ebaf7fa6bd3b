# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What months and days are called: “May 2026”, and “2026年5月” in Chinese."""

from babel.dates import format_interval, format_skeleton

from odoo.tools import babel_locale_parse
from odoo.tools.misc import get_lang


def get_month_name(env, day):
    """Return the month of a day in the words and the order of the reader's language."""
    locale = babel_locale_parse(get_lang(env).code)
    return format_skeleton("yMMMM", day, locale=locale)


def get_days_name(env, first, last):
    """Return the days from one to another: “Dec 1 – 4”, and “12月1日至4日”."""
    locale = babel_locale_parse(get_lang(env).code)
    return format_interval(first, last, "MMMd", locale=locale)
