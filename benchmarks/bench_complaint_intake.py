"""A burst of mails to the address of complaints, and what became of each.

Nine in ten are of customers who write once or twice; the rest are answers, automatic
answers, mails that no parser reads and those of a robot that writes without an end.
Each is taken in as Odoo's gateway does it, in a transaction of its own.  Every one of
them has to be a complaint, a message of one, or kept: what is lost is counted, and has
to be none.  Beside that, the time for a mail at the beginning and at the end of the
burst, and what Odoo takes to make a lead of the same mail.
"""

import logging
import statistics
import sys
import time

from tools import bench

MAILS = 10_000
CUSTOMERS = 5_000
ADDRESS = "complaints@bench.example.com"
LEADS = "leads@bench.example.com"
HEAD = (
    "To: {to}\r\nFrom: {sender}\r\nSubject: {subject}\r\n"
    "Message-Id: <{number}@bench>\r\n"
)
TEXT = "It is broken, and has been since Monday.\r\n" * 20


def make_mail(number, to=ADDRESS, reference=None):
    """Return a mail as it arrives, of the kind that its number says."""
    sender, head, body = f"c{number % CUSTOMERS}@customer.example.com", "", TEXT
    kind = number % 100
    if kind == 99:
        sender = "robot@robots.example.com"
    elif kind == 98:
        head = "Auto-Submitted: auto-replied\r\n"
    elif kind == 97:
        head = "Content-Type: text/html\r\n"
        body = "<!-- -->"
    elif kind >= 90 and reference:
        sender = "c0@customer.example.com"
        head = f"References: {reference}\r\n"
    return (
        HEAD.format(
            to=to, sender=sender, subject=f"Mail {number}", number=f"{to}{number}"
        )
        + f"{head}\r\n{body}"
    ).encode()


def populate(env):
    """Provide customers, a unit with an address, and an address for leads."""
    domain = env["mail.alias.domain"].create({"name": "bench.example.com"})
    env.company.alias_domain_id = domain
    env["governance.complaint.unit"].create(
        {
            "name": "Service",
            "code": "BENCH",
            "is_answering": True,
            "alias_name": "complaints",
        }
    )
    model = env["ir.model"]._get_id("crm.lead")
    env["mail.alias"].create({"alias_name": "leads", "alias_model_id": model})
    env["res.partner"].create(
        [
            {"name": f"Customer {number}", "email": f"c{number}@customer.example.com"}
            for number in range(CUSTOMERS)
        ]
    )
    env.cr.commit()
    bench.analyze(env.cr.dbname)
    env.cr.commit()


def receive(env, mail):
    """Take one mail in; return the seconds."""
    started = time.perf_counter()
    env["mail.thread"].message_process(None, mail)
    env.cr.commit()
    return time.perf_counter() - started


def count(env):
    """Return how many complaints, messages of them and kept mails there are."""
    env.cr.execute(
        """SELECT (SELECT COUNT(*) FROM governance_complaint),
                  (SELECT COUNT(*) FROM governance_complaint_event
                    WHERE kind = 'inbound'),
                  (SELECT COUNT(*) FROM governance_complaint_intake)"""
    )
    return env.cr.fetchone()


def main():
    """Run the burst and write down what came of it."""
    mails = next(
        (int(one[8:]) for one in sys.argv[1:] if one.startswith("--mails=")), MAILS
    )
    with bench.database("complaint_intake") as name, bench.environment(name) as env:
        logging.disable(logging.WARNING)
        populate(env)
        before = count(env)
        receive(env, make_mail(0))
        reference = env["mail.message"].search(
            [("model", "=", "governance.complaint"), ("message_type", "!=", "email")],
            order="id desc",
            limit=1,
        )
        times = [
            receive(env, make_mail(number, reference=reference.message_id))
            for number in range(1, mails)
        ]
        after = count(env)
        leads = [receive(env, make_mail(n, to=LEADS)) for n in range(0, 200)]
    complaints, messages, kept = (
        new - old for new, old in zip(after, before, strict=True)
    )
    lost = mails - complaints - messages - kept
    part = max(len(times) // 10, 1)
    first, last = statistics.median(times[:part]), statistics.median(times[-part:])
    lead = statistics.median(leads)
    row = [
        f"{mails:,}",
        f"{complaints:,}",
        f"{messages:,}",
        f"{kept:,}",
        lost,
        f"{first * 1000:.0f} ms",
        f"{last * 1000:.0f} ms",
        f"{last / first:.2f}",
        f"{lead * 1000:.0f} ms",
    ]
    columns = [
        "mails",
        "complaints",
        "messages of complaints",
        "kept",
        "lost",
        "first tenth",
        "last tenth",
        "ratio",
        "lead",
    ]
    bench.report(
        "complaint_intake",
        columns,
        [row],
        "Medians for one mail, with its own transaction. Of the kept ones, programs "
        "have written most; the answers of one sender beyond twenty in two hours are "
        "kept as well.",
    )
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
