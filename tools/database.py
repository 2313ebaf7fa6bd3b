"""Databases and the files that belong to them."""

import contextlib
import os
import shutil
import time

from psycopg2 import errors, sql

from .paths import ODOO_DATA

# How long a vacuum of the server's own may take that holds a database.
VACUUM_SECONDS = 120


def filestore(name):
    """Return the folder of a database's attachments."""
    return ODOO_DATA / "filestore" / name


@contextlib.contextmanager
def _cursor(server, database="postgres"):
    with contextlib.closing(server.connect(database)) as connection:
        with connection.cursor() as cursor:
            yield cursor


def names(server):
    """Return the names of the databases, oldest first, with their comments."""
    with _cursor(server) as cursor:
        cursor.execute(
            "SELECT datname, shobj_description(oid, 'pg_database') "
            "FROM pg_database ORDER BY oid"
        )
        return dict(cursor.fetchall())


def query(server, name, statement, parameters=()):
    """Return the rows of one statement in a database."""
    with _cursor(server, name) as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall() if cursor.description else []


def create(server, name):
    """Create an empty database in the way Odoo does."""
    drop(server, name)
    with _cursor(server) as cursor:
        cursor.execute(
            sql.SQL(
                "CREATE DATABASE {} ENCODING 'unicode' "
                "LC_COLLATE 'C' TEMPLATE template0"
            ).format(sql.Identifier(name))
        )
    # Odoo itself would try this and log an alarming line where the extension
    # does not exist, as in the embedded server; it works without.
    with _cursor(server, name) as cursor:
        cursor.execute("SELECT FROM pg_available_extensions WHERE name = 'pg_trgm'")
        if cursor.rowcount:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")


def drop(server, name):
    """Drop a database with its files, whoever is connected."""
    statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(
        sql.Identifier(name)
    )
    for seconds_left in reversed(range(VACUUM_SECONDS)):
        try:
            with _cursor(server) as cursor:
                cursor.execute(statement)
            break
        except errors.InsufficientPrivilege:
            # The server is just vacuuming there, which we may not end.
            if not seconds_left:
                raise
            time.sleep(1)
    shutil.rmtree(filestore(name), ignore_errors=True)


def clone(server, source, target):
    """Copy a database with its files, over a former copy."""
    drop(server, target)
    with _cursor(server) as cursor:
        cursor.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
                sql.Identifier(target), sql.Identifier(source)
            )
        )
    if filestore(source).exists():
        # Odoo never changes a stored file, it only adds and removes them: links
        # are as good as copies, and cost nothing.
        shutil.copytree(filestore(source), filestore(target), copy_function=os.link)


def rename(server, source, target):
    """Give a finished database its final name."""
    drop(server, target)
    with _cursor(server) as cursor:
        cursor.execute(
            sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                sql.Identifier(source), sql.Identifier(target)
            )
        )
    if filestore(source).exists():
        os.replace(filestore(source), filestore(target))


def set_comment(server, name, text):
    """Note in a database what it was built from."""
    with _cursor(server) as cursor:
        cursor.execute(
            sql.SQL("COMMENT ON DATABASE {} IS %s").format(sql.Identifier(name)),
            [text],
        )
