# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import os
import subprocess
import sys
from contextlib import closing

import psycopg2

from odoo.sql_db import connection_info_for
from odoo.tests import BaseCase


class InstallCommon(BaseCase):
    """Copies the database of what the addon depends on, to install it there."""

    database = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template = os.environ.get("CRM_GOVERNANCE_BASE_DATABASE")
        if not cls.template:
            cls.skipTest(
                cls, "CRM_GOVERNANCE_BASE_DATABASE names no database to install into."
            )
        cls.execute_in("postgres", f'DROP DATABASE IF EXISTS "{cls.database}"')
        cls.execute_in(
            "postgres", f'CREATE DATABASE "{cls.database}" TEMPLATE "{cls.template}"'
        )
        cls.addClassCleanup(
            cls.execute_in, "postgres", f'DROP DATABASE IF EXISTS "{cls.database}"'
        )

    @classmethod
    def execute_in(cls, database, query, parameters=None):
        """Execute in a connection of its own; return the rows."""
        _name, info = connection_info_for(database)
        with closing(psycopg2.connect(**info)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(query, parameters)
                return cursor.fetchall() if cursor.description else []

    def execute(self, query, parameters=None):
        return self.execute_in(self.database, query, parameters)

    def odoo(self, *arguments, text=None):
        """Run Odoo as an administrator does; its log has no warning.

        :return: what it has printed
        """
        done = subprocess.run(
            [sys.executable, "-m", "odoo", *arguments, "-d", self.database],
            input=text,
            capture_output=True,
            text=True,
            check=False,
        )
        log = done.stderr
        self.assertEqual(done.returncode, 0, log[-5000:])
        bad = [
            line
            for line in log.splitlines()
            if any(f" {level} " in line for level in ("WARNING", "ERROR", "CRITICAL"))
        ]
        self.assertEqual(bad, [])
        return done.stdout

    def install(self, *modules):
        """Install the addon, and other modules in the same go."""
        names = ",".join(["crm_governance", *modules])
        self.odoo("server", "-i", names, "--stop-after-init", "--no-http")
