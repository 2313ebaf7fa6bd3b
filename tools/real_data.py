"""Real purchases in a demonstration database; `./dev run` feeds this to Odoo's shell.

CDNOW was a shop for records: 69,659 purchases of 23,570 customers within 18
months. It gets a company of its own beside the one of the demo data, and the
dates are moved so that the last purchase is yesterday. What lies before the
cut-over date, three months ago, comes in through the standard import of the
turnover history, as an administrator brings in the years before Odoo; the last
three months become sales orders, invoices and payments. The customers are then
placed in tiers by a published review, and a second review waits for decisions.

Each step looks at what is there already and commits as it goes, so that a run
that was interrupted goes on where it stopped. The file has neither cost nor
payments: a cost of 65 % and the payments are made up, the rest is as it was.
"""

import os
from collections import defaultdict
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from odoo import Command
from odoo.tools import split_every

COST_SHARE = Decimal("0.65")
# A step of the standard import that is committed on its own.
IMPORT_ROWS = 4000
ORDER_BATCH = 400
LAST_DAY = "crm_governance.real_data_last_day"
XMLID = "__import__.cdnow_"
# As the import screen has it when "Track history during import" is not ticked.
IMPORT = {"import_file": True, "tracking_disable": True}
QUIET = {
    "tracking_disable": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_notrack": True,
    "no_reset_password": True,
}
COMPANY = "Spindle Records"
# The login and the password are the first name.
REPRESENTATIVES = ("Anna Lindqvist", "David Okafor", "Li Na", "Sofia Rossi", "Tom Beck")
COMMITTEE = ("Helen Zhou", "Peter Novak", "Amira Haddad")
EXECUTIVES = ("Grace Liu",)
SALES_GROUPS = ("sales_team.group_sale_salesman", "crm_governance.group_user")
# What the shop calls things in the other language of the demonstration.
CHINESE = {
    "Customer Value": "客户价值",
    "Key Customer": "重点客户",
    "Growing Customer": "成长客户",
    "Regular Customer": "一般客户",
    "Occasional Customer": "零散客户",
    "Dormant Customer": "沉睡客户",
    "Every order is followed up in person.": "每笔订单均由专人回访。",
    "An offer of one's own every quarter.": "每季度提供专属优惠。",
    "The catalogue, and a call at New Year.": "寄送目录，新年电话问候。",
    "The newsletter.": "发送电子期刊。",
    "One letter a year to win them back.": "每年去信一次，争取恢复合作。",
    "How much a customer has bought in the last twelve months, and what binds us.": (
        "客户近十二个月的成交额，以及双方的合作关系。"
    ),
    "Large and frequent": "金额大且合作频繁",
    "Bound by an agreement": "签有战略协议",
    "Buys a lot": "购买量大",
    "Has plans with us": "有后续项目",
    "Comes back": "多次合作",
    "One large order": "单笔大额",
    "Has bought": "有过成交",
}


class Purchase(NamedTuple):
    """One line of the file, moved to the present; `number` is its line."""

    number: int
    customer: int
    day: date
    quantity: int
    amount: Decimal

    @property
    def reference(self):
        """Number of the document in the shop's former system."""
        return f"P{self.number:05d}"

    @property
    def cost(self):
        """What the goods have cost the shop."""
        return (self.amount * COST_SHARE).quantize(Decimal("0.01"))


def read_purchases(path, last_day):
    """Return the purchases with the last one on `last_day`."""
    rows = []
    with open(path, encoding="ascii") as file:
        next(file)
        for number, line in enumerate(file, 1):
            customer, day, quantity, amount = line.split()
            day = datetime.strptime(day, "%Y%m%d").date()
            rows.append((number, int(customer), day, int(quantity), Decimal(amount)))
    shift = last_day - max(row[2] for row in rows)
    return [Purchase(n, c, day + shift, q, amount) for n, c, day, q, amount in rows]


class Loader:
    """Brings the purchases in and runs the reviews, one method per step."""

    def __init__(self, env):
        self.env = env(context=QUIET)
        self.admin = self.env.ref("base.user_admin")
        self.last_day = self._get_last_day()
        self.cutover = self.last_day - relativedelta(months=3) + timedelta(days=1)
        path = os.environ["CRM_GOVERNANCE_CDNOW"]
        self.purchases = read_purchases(path, self.last_day)
        self.totals = defaultdict(Decimal)
        for purchase in self.purchases:
            self.totals[purchase.customer] += purchase.amount
        self.largest = sorted(self.totals, key=lambda c: (-self.totals[c], c))

    def _get_last_day(self):
        """Return the day of the last purchase, the same in a later attempt."""
        parameters = self.env["ir.config_parameter"].sudo()
        stored = parameters.get_param(LAST_DAY)
        if not stored:
            stored = str(date.today() - timedelta(days=1))
            parameters.set_param(LAST_DAY, stored)
            self.env.cr.commit()
        return date.fromisoformat(stored)

    # ------------------------------------------------------------------
    # TOOLS
    # ------------------------------------------------------------------

    def step(self, text):
        """Commit, and tell how far the loading is."""
        self.env.cr.commit()
        self.env.invalidate_all()
        print(text, flush=True)

    def known(self, prefix):
        """Return {name without prefix: record id} of what was brought in before."""
        full = f"{XMLID}{prefix}"
        module, name = full.split(".", 1)
        self.env.cr.execute(
            "SELECT name, res_id FROM ir_model_data WHERE module = %s AND name LIKE %s",
            [module, name.replace("_", r"\_") + "%"],
        )
        return {row[0].removeprefix(name): row[1] for row in self.env.cr.fetchall()}

    def once(self, model, name, values, user=None):
        """Return the record called `name`, made from `values` when it is missing."""
        xmlid = f"{XMLID}{name}"
        record = self.env.ref(xmlid, raise_if_not_found=False)
        if not record:
            maker = self.env[model].with_user(user) if user else self.env[model]
            record = maker.create(values() if callable(values) else values)
            record = record.with_env(self.env)
            data = {"xml_id": xmlid, "record": record, "noupdate": True}
            self.env["ir.model.data"]._update_xmlids([data])
        return record

    def bring_in(self, model, fields, rows, title):
        """Import rows as the import screen does, those not known yet."""
        rows = list(rows)
        done = 0
        for batch in split_every(IMPORT_ROWS, rows, list):
            records = self.env[model].with_context(**IMPORT)
            messages = records.load(fields, batch)["messages"]
            if messages:
                raise ValueError(f"{title}: {messages[0]['message']}")
            done += len(batch)
            self.step(f"{title}: {done:,} of {len(rows):,}")

    def partners(self):
        """Return {customer number: id of the commercial entity}."""
        return {int(name): id_ for name, id_ in self.known("customer_").items()}

    # ------------------------------------------------------------------
    # PEOPLE AND CUSTOMERS
    # ------------------------------------------------------------------

    def stay_at_home(self):
        """Let the demonstration ask no service outside about its contacts."""
        cron = self.env.ref(
            "crm_iap_enrich.ir_cron_lead_enrichment", raise_if_not_found=False
        )
        if cron:
            cron.active = False

    def make_company(self):
        """Found the company and make it the one in which admin works."""
        company = self.once(
            "res.company",
            "company",
            {
                "name": COMPANY,
                "currency_id": self.env.ref("base.USD").id,
                "country_id": self.env.ref("base.us").id,
            },
        )
        context = {**QUIET, "allowed_company_ids": company.ids}
        self.env = self.env(context=context)
        self.company = company.with_env(self.env)
        self.admin = self.admin.with_env(self.env)
        if not company.chart_template:
            self.env["account.chart.template"].try_loading("generic_coa", self.company)
        if company not in self.admin.company_ids:
            self.admin.write(
                {
                    "company_ids": [Command.link(company.id)],
                    "company_id": company.id,
                }
            )
        self.step("Company: done")

    def make_people(self):
        """Employ representatives, two teams, a committee and an executive."""
        self.representatives = self._get_users(REPRESENTATIVES, *SALES_GROUPS)
        self.committee = self._get_users(COMMITTEE, "crm_governance.group_committee")
        self._get_users(
            EXECUTIVES,
            "crm_governance.group_executive",
            "crm_governance.group_clearance_2",
        )
        self._make_teams()
        if not self.env["governance.committee"].search(
            [("company_id", "=", self.company.id)]
        ):
            self.env["governance.committee"].create(self._prepare_committee())
        self.step("People: done")

    def _get_users(self, names, *groups):
        users = self.env["res.users"]
        for name in names:
            login = name.split()[0].lower()
            users |= self.once(
                "res.users",
                f"user_{login}",
                {
                    "name": name,
                    "login": login,
                    "password": login,
                    "email": f"{login}@spindle.example.com",
                    "notification_type": "inbox",
                    "company_id": self.company.id,
                    "company_ids": [Command.set(self.company.ids)],
                    "group_ids": [
                        Command.link(self.env.ref(xmlid).id) for xmlid in groups
                    ],
                },
            )
        return users

    def _make_teams(self):
        leader_group = self.env.ref("crm_governance.group_leader")
        for index, name in enumerate(("Catalogue Sales", "Online Sales")):
            members = self.representatives[index::2]
            values = {
                "name": name,
                "company_id": self.company.id,
                "user_id": members[0].id,
                "member_ids": [Command.set(members.ids)],
            }
            self.once("crm.team", f"team_{index}", values)
            members[0].write({"group_ids": [Command.link(leader_group.id)]})

    def _prepare_committee(self):
        seats = zip(self.committee, ("chair", "deputy", "member"), strict=False)
        return {
            "name": "Customer Management Committee",
            "company_id": self.company.id,
            "secretariat": "Sales Office",
            "member_ids": [
                Command.create({"user_id": user.id, "role": role})
                for user, role in seats
            ],
        }

    def bring_in_customers(self):
        """Import the customers; the largest ones are companies with a buyer."""
        columns, company = ["id", "name", "company_id/id"], f"{XMLID}company"
        known = self.known("customer_")
        self.bring_in(
            "res.partner",
            [*columns, "ref", "is_company", "user_id/.id", "customer_rank"],
            (
                [
                    f"{XMLID}customer_{number:05d}",
                    f"Customer {number:05d}",
                    company,
                    f"{number:05d}",
                    "1" if number in self.companies() else "0",
                    self._get_owner(number),
                    "1",
                ]
                for number in sorted(self.totals)
                if f"{number:05d}" not in known
            ),
            "Customers",
        )
        known = self.known("buyer_")
        self.bring_in(
            "res.partner",
            [*columns, "function", "parent_id/id"],
            (
                [
                    f"{XMLID}buyer_{number:05d}",
                    f"Buyer {number:05d}",
                    company,
                    "Purchasing",
                    f"{XMLID}customer_{number:05d}",
                ]
                for number in sorted(self.companies())
                if f"{number:05d}" not in known
            ),
            "Contacts",
        )

    def companies(self):
        """Return the numbers of the customers that are companies."""
        return set(self.largest[:200])

    def _get_owner(self, number):
        """Return the id of the owner, as text; some small customers have none."""
        if number % 20 == 0 and self.totals[number] < 60:
            return ""
        return str(self.representatives[number % len(self.representatives)].id)

    # ------------------------------------------------------------------
    # BEFORE ODOO: turnover history
    # ------------------------------------------------------------------

    def bring_in_history(self):
        """Import the purchases before the cut-over date."""
        if self.company.governance_cutover_date != self.cutover:
            self.company.governance_cutover_date = self.cutover
        known = self.known("purchase_")
        columns = ["id", "partner_id/id", "date", "amount", "margin", "quantity"]
        self.bring_in(
            "governance.turnover.history",
            [*columns, "reference"],
            (
                [
                    f"{XMLID}purchase_{purchase.reference}",
                    f"{XMLID}customer_{purchase.customer:05d}",
                    str(purchase.day),
                    str(purchase.amount),
                    str(purchase.amount - purchase.cost),
                    str(purchase.quantity),
                    purchase.reference,
                ]
                for purchase in self.purchases
                if purchase.day < self.cutover and purchase.reference not in known
            ),
            "Turnover history",
        )

    # ------------------------------------------------------------------
    # IN ODOO: orders, invoices, payments
    # ------------------------------------------------------------------

    def make_orders(self):
        """Turn the purchases since the cut-over date into confirmed orders."""
        product = self.once(
            "product.product",
            "product",
            {
                "name": "Compact Disc",
                "type": "consu",
                "list_price": 14.99,
                "standard_price": 9.74,
                "invoice_policy": "order",
                "taxes_id": False,
                "supplier_taxes_id": False,
            },
        )
        partners = self.partners()
        for name, id_ in self.known("buyer_").items():
            partners[int(name)] = id_
        self.env.cr.execute("SELECT client_order_ref FROM sale_order")
        known = {row[0] for row in self.env.cr.fetchall()}
        wanted = [p for p in self.purchases if p.day >= self.cutover]
        missing = [p for p in wanted if p.reference not in known]
        done = len(wanted) - len(missing)
        for batch in split_every(ORDER_BATCH, missing, list):
            orders = self.env["sale.order"].create(
                [self._prepare_order(p, partners[p.customer], product) for p in batch]
            )
            orders.action_confirm()
            # Confirming has put the present moment on them.
            for order, purchase in zip(orders, batch, strict=True):
                order.date_order = datetime.combine(purchase.day, time(12))
            done += len(batch)
            self.step(f"Sales orders: {done:,} of {len(wanted):,}")

    def _prepare_order(self, purchase, partner_id, product):
        """Return an order whose lines add up to the purchase, to the cent."""
        price = (purchase.amount / purchase.quantity).quantize(Decimal("0.01"))
        last = purchase.amount - price * (purchase.quantity - 1)
        if last < 0:
            price = purchase.amount / purchase.quantity // Decimal("0.01") / 100
            last = purchase.amount - price * (purchase.quantity - 1)
        lines = [(purchase.quantity - 1, price), (1, last)]
        if last == price:
            lines = [(purchase.quantity, price)]
        return {
            "partner_id": partner_id,
            "company_id": self.company.id,
            "client_order_ref": purchase.reference,
            "date_order": datetime.combine(purchase.day, time(12)),
            "payment_term_id": self._get_terms().id,
            "order_line": [
                Command.create(
                    {
                        "product_id": product.id,
                        "product_uom_qty": quantity,
                        "price_unit": float(unit_price),
                        "purchase_price": float(
                            (unit_price * COST_SHARE).quantize(Decimal("0.01"))
                        ),
                    }
                )
                for quantity, unit_price in lines
                if quantity
            ],
        }

    def _get_terms(self):
        return self.env.ref("account.account_payment_term_30days")

    def make_invoices(self):
        """Invoice the customers who buy on account, every eighth, once a week."""
        partners = self.partners()
        on_account = [id_ for number, id_ in partners.items() if number % 8 == 0]
        orders = self.env["sale.order"].search(
            [
                ("client_order_ref", "=like", "P_____"),
                ("partner_id.commercial_partner_id", "in", on_account),
                ("amount_total", ">", 0),
            ],
            order="date_order, id",
        )
        todo = orders.filtered(lambda order: not order.invoice_ids)
        done = len(orders) - len(todo)
        by_week = todo.grouped(lambda order: self._get_sunday(order.date_order.date()))
        for day, group in sorted(by_week.items()):
            if day > self.last_day:
                continue
            group = group.with_context(default_invoice_date=day)
            group._create_invoices(grouped=True).action_post()
            done += len(group)
            self.step(f"Invoices: {done:,} of {len(orders):,} orders")

    def _get_sunday(self, day):
        return day + timedelta(days=6 - day.weekday())

    def make_refunds(self):
        """Take a few records back."""
        invoices = self._get_invoices()
        for invoice in invoices.filtered(
            lambda move: move.id % 60 == 0 and not move.reversal_move_ids
        ):
            values = {"invoice_date": invoice.invoice_date, "ref": "Damaged in transit"}
            invoice._reverse_moves([values]).action_post()
        self.step(f"Refunds: {len(invoices.reversal_move_ids)}")

    def _get_invoices(self):
        product = self.env.ref(f"{XMLID}product")
        return self.env["account.move"].search(
            [
                ("move_type", "=", "out_invoice"),
                ("state", "=", "posted"),
                ("invoice_line_ids.product_id", "=", product.id),
            ],
            order="id",
        )

    def make_payments(self):
        """Book a bank entry per day on which customers have paid."""
        invoices = self._get_invoices()
        by_day = defaultdict(self.env["account.move"].browse)
        for invoice in invoices.filtered("amount_residual"):
            day = self._get_payment_day(invoice)
            if day and day <= self.last_day:
                by_day[day] |= invoice
        done = 0
        for number, (day, group) in enumerate(sorted(by_day.items()), 1):
            self._pay(day, group)
            done += len(group)
            self.step(f"Payments: {number} of {len(by_day)} days, {done:,} invoices")

    def _get_payment_day(self, invoice):
        """Return when an invoice is paid: mostly in time, some late, some never.

        The bank tells of payments on Tuesdays and Fridays.
        """
        kind, days = invoice.id % 10, invoice.id % 13
        if kind == 9 or invoice.reversal_move_ids:
            return None
        offset = 3 + 2 * days if kind >= 7 else -days
        day = invoice.invoice_date_due + timedelta(days=offset)
        return day + timedelta(days=(1, 0, 2, 1, 0, 3, 2)[day.weekday()])

    def _pay(self, day, invoices):
        journal = self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", self.company.id)], limit=1
        )
        due = invoices.line_ids.filtered(
            lambda line: (
                line.account_id.account_type == "asset_receivable"
                and not line.reconciled
            )
        )
        lines = [
            {
                "name": line.move_id.name,
                "account_id": line.account_id.id,
                "partner_id": line.partner_id.id,
                "credit": line.amount_residual,
            }
            for line in due
        ]
        bank = {
            "name": "Payments received",
            "account_id": journal.default_account_id.id,
            "debit": sum(due.mapped("amount_residual")),
        }
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": journal.id,
                "date": day,
                "line_ids": [Command.create(values) for values in (*lines, bank)],
            }
        )
        entry.action_post()
        paid = entry.line_ids[: len(due)]
        self.env["account.move.line"]._reconcile_plan(
            [invoice | payment for invoice, payment in zip(due, paid, strict=True)]
        )

    # ------------------------------------------------------------------
    # WHAT PEOPLE KNOW: agreements, opportunities, assessments
    # ------------------------------------------------------------------

    def make_knowledge(self):
        """Add what else tells of a customer, for a few of the largest."""
        partners = self.partners()
        largest = [
            self.env["res.partner"].browse(partners[number])
            for number in self.largest[:90]
        ]
        for index, partner in enumerate(largest):
            if index % 6 == 0:
                self._make_agreement(partner)
            if index % 2 == 0:
                self._make_opportunity(partner, 250 + 125 * (index % 9))
            if index % 3 == 0:
                self._make_assessment(partner, is_yes=index % 5 != 0)
            if index % 5 == 0:
                self._make_rating(partner, 3 + index % 3)
            if index % 10 == 0:
                self._make_activity(partner)
        smaller = [partners[number] for number in self.largest[2000:2300:10]]
        for partner in self.env["res.partner"].browse(smaller):
            self._make_opportunity(partner, 600)
        self._make_referrals(largest[:15])
        tag = self.once("res.partner.category", "tag", {"name": "Collector"})
        tag.partner_ids = [Command.link(partner.id) for partner in largest[::4]]
        self.step("Agreements, opportunities and assessments: done")

    def _make_agreement(self, partner):
        def values():
            return {
                "name": f"Framework agreement with {partner.name}",
                "partner_id": partner.id,
                "company_id": self.company.id,
                "kind": "strategic",
                "date_start": self.cutover - relativedelta(months=6),
                "date_end": self.cutover + relativedelta(months=18),
                "user_id": partner.user_id.id,
            }

        agreement = self.once(
            "governance.agreement", f"agreement_{partner.ref}", values
        )
        if agreement.state == "draft":
            agreement.action_sign()

    def _make_opportunity(self, partner, revenue):
        values = {
            "name": f"Christmas catalogue for {partner.name}",
            "type": "opportunity",
            "partner_id": partner.id,
            "user_id": partner.user_id.id,
            "team_id": partner.user_id.sale_team_id.id,
            "expected_revenue": revenue,
        }
        self.once("crm.lead", f"opportunity_{partner.ref}", values)

    def _make_assessment(self, partner, is_yes):
        metric = self.env.ref(
            "crm_governance.governance_tier_metric_smooth_cooperation"
        )
        self.once(
            "governance.tier.metric.value",
            f"assessment_{partner.ref}",
            {
                "partner_id": partner.id,
                "metric_id": metric.id,
                "company_id": self.company.id,
                "value": 1 if is_yes else 0,
                "justification": "Orders are clear and settled without questions."
                if is_yes
                else "Two orders were disputed; the returns are still open.",
                "date_start": self.cutover,
            },
            user=partner.user_id,
        )

    def _make_rating(self, partner, stars):
        self.once(
            "rating.rating",
            f"rating_{partner.ref}",
            {
                "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                "res_id": partner.id,
                "partner_id": partner.id,
                "rating": stars,
                "consumed": True,
            },
        )

    def _make_activity(self, partner):
        def values():
            return {
                "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                "res_id": partner.id,
                "activity_type_id": self.env.ref("mail.mail_activity_data_call").id,
                "summary": "Ask how the last delivery went",
                "user_id": partner.user_id.id,
                "date_deadline": self.last_day,
            }

        activity = self.once("mail.activity", f"activity_{partner.ref}", values)
        if activity.active:
            activity.action_feedback("All arrived in good order.")

    def _make_referrals(self, partners):
        for partner in partners:
            values = {
                "name": f"Prospect met through {partner.name}",
                "type": "lead",
                "partner_name": f"Friend of {partner.name}",
                "governance_referrer_id": partner.id,
                "user_id": partner.user_id.id,
            }
            self.once("crm.lead", f"referral_{partner.ref}", values)

    # ------------------------------------------------------------------
    # POLICY
    # ------------------------------------------------------------------

    def make_policy(self):
        """Adopt presets and put the shop's own scheme and calendar in force."""
        ref = self.env.ref
        for code in ("ts_11", "ts_14"):
            preset = ref(f"crm_governance.governance_tier_ruleset_{code}")
            preset.with_user(self.admin)._adopt(self.company)
        preset = ref("crm_governance.governance_review_calendar_rc_02")
        calendar = preset.with_user(self.admin)._adopt(
            self.company, {"decision_days": 21}
        )
        if calendar.state == "draft":
            calendar.action_publish()
        scheme = self._make_scheme(calendar)
        rules = self._make_rules(scheme)
        self._translate(scheme, "name", "description")
        self._translate(scheme.tier_ids, "name", "treatment")
        if rules.state == "draft":
            self._translate(rules, "name")
            self._translate(rules.group_ids, "name")
            rules.with_user(self.admin).action_publish()
        if not scheme.is_governing:
            scheme.with_user(self.admin).action_set_governing()
        self.step("Policy: in force")
        return scheme

    @staticmethod
    def _translate(records, *names):
        """Write the Chinese of texts that are translated; the others stay."""
        for record in records:
            for name in names:
                if record._fields[name].translate and record[name] in CHINESE:
                    record.with_context(lang="zh_CN")[name] = CHINESE[record[name]]

    def _make_scheme(self, calendar):
        tiers = [
            ("Key Customer", "KEY", 10, "Every order is followed up in person."),
            ("Growing Customer", "GROW", 7, "An offer of one's own every quarter."),
            ("Regular Customer", "REG", 4, "The catalogue, and a call at New Year."),
            ("Occasional Customer", "OCC", 3, "The newsletter."),
            ("Dormant Customer", "DORM", 1, "One letter a year to win them back."),
        ]
        return self.once(
            "governance.tier.scheme",
            "scheme",
            {
                "name": "Customer Value",
                "code": "CV",
                "company_id": self.company.id,
                "description": "How much a customer has bought in the last twelve "
                "months, and what binds us.",
                "source": "Sales manual, chapter 3",
                "calendar_id": calendar.id,
                "decided_by": "committee",
                "fallback_reviewer_id": self.admin.id,
                "tier_ids": [
                    Command.create(
                        {
                            "name": name,
                            "code": code,
                            "rank": rank,
                            "color": color,
                            "treatment": treatment,
                            "requires_owner": rank == 1,
                            "has_priority": rank == 1,
                        }
                    )
                    for rank, (name, code, color, treatment) in enumerate(tiers, 1)
                ],
            },
        )

    def _make_rules(self, scheme):
        tiers = {tier.code: tier.id for tier in scheme.tier_ids}
        groups = [
            ("KEY", "Large and frequent", [("turnover", 1000), ("order_count", 5)]),
            (
                "KEY",
                "Bound by an agreement",
                [("strategic_agreement", None), ("turnover", 500)],
            ),
            ("GROW", "Buys a lot", [("turnover", 300), ("order_count", 3)]),
            (
                "GROW",
                "Has plans with us",
                [("expected_revenue", 500), ("turnover", 150)],
            ),
            ("REG", "Comes back", [("turnover", 60), ("order_count", 2)]),
            ("REG", "One large order", [("turnover", 200)]),
            ("OCC", "Has bought", [("order_count", 1)]),
        ]
        return self.once(
            "governance.tier.ruleset",
            "rules",
            {
                "name": "Customer Value",
                "code": "CV",
                "company_id": self.company.id,
                "scheme_id": scheme.id,
                "window_type": "rolling_months",
                "window_length": 12,
                "fallback_tier_id": tiers["DORM"],
                "hysteresis_percent": 10,
                "protect_months": 3,
                "is_one_step_down": False,
                "group_ids": [
                    Command.create(
                        {
                            "tier_id": tiers[code],
                            "name": name,
                            "sequence": sequence,
                            "criterion_ids": [
                                Command.create(self._prepare_criterion(*criterion))
                                for criterion in criteria
                            ],
                        }
                    )
                    for sequence, (code, name, criteria) in enumerate(groups, 1)
                ],
            },
        )

    def _prepare_criterion(self, code, value):
        metric = self._get_metric(code)
        if value is None:
            return {"metric_id": metric.id, "operator": "true"}
        return {"metric_id": metric.id, "operator": "ge", "value": value}

    def _get_metric(self, code):
        return self.env.ref(f"crm_governance.governance_tier_metric_{code}")

    # ------------------------------------------------------------------
    # REVIEWS
    # ------------------------------------------------------------------

    def publish_review(self, scheme):
        """Place all customers in tiers by a review that is decided and published."""
        month = self.last_day - relativedelta(months=1)
        review = self._open_review(
            "review_first",
            lambda: {
                "name": f"First list of customers, {month:%B %Y}",
                "scheme_id": scheme.id,
                "date_as_of": month,
                "committee_deadline": self.last_day,
                "publish_deadline": self.last_day + timedelta(days=14),
            },
        )
        if review.state == "nomination":
            self._nominate(review, self.largest[100:104])
            review.action_evaluate()
        self.step(f"First review: {review.line_count:,} customers evaluated")
        if review.state == "evaluation":
            review._evaluate()
        if review.state == "committee":
            self._decide(review)
            self.step("First review: decided by the committee")
            if review.undecided_count:
                # The time to decide is over: the policy on silence applies.
                review.action_apply_silence()
            self.step("First review: silence applied")
            review.action_publish()
        if review.state == "publication":
            review._publish()
        self.step(f"First review: {review.line_count:,} customers published")

    def open_review(self, scheme):
        """Leave a quarterly review for the committee to decide."""
        reviews = self.env["governance.tier.review"].with_user(self.admin)
        period = scheme.calendar_id._get_due_period(self.last_day)._replace(
            opens_on=self.last_day,
            nomination_deadline=self.last_day + timedelta(days=1),
            as_of=self.last_day,
            committee_deadline=self.last_day + timedelta(days=21),
            publish_deadline=self.last_day + timedelta(days=28),
        )
        review = reviews.search(
            [("scheme_id", "=", scheme.id), ("period_key", "=", period.key)]
        ) or reviews._open_period(scheme, period)
        if review.state == "nomination":
            review.name = f"Quarterly review, {self.last_day:%B %Y}"
            self._nominate(review, self.largest[300:306])
            review.action_evaluate()
        if review.state == "evaluation":
            review._evaluate()
        self.step(f"Quarterly review: {review.line_count:,} customers to decide")

    def _open_review(self, name, values):
        reviews = self.env["governance.tier.review"].with_user(self.admin)
        review = self.once("governance.tier.review", name, values)
        return review.with_env(reviews.env)

    def _nominate(self, review, numbers):
        """Let account owners put forward a few of their customers."""
        references = [f"{number:05d}" for number in numbers]
        tier = review.scheme_id.tier_ids.sorted("rank")[1]
        partners = self.env["res.partner"].search(
            [("ref", "in", references), ("user_id", "!=", False)]
        )
        for partner in partners:
            nominations = self.env["governance.tier.nomination"]
            nominations.with_user(partner.user_id).create(
                {
                    "review_id": review.id,
                    "partner_id": partner.id,
                    "tier_id": tier.id,
                    "reason": "Announced a larger order for the coming season.",
                }
            )

    def _decide(self, review):
        """Let the committee confirm the upper tiers and change a few proposals."""
        chair = self.committee[0]
        tiers = review.scheme_id.tier_ids.sorted("rank")
        lines = self.env["governance.tier.review.line"].with_user(chair)
        undecided = [("review_id", "=", review.id), ("state", "=", "pending")]
        nominated = lines.search([*undecided, ("nominated_tier_id", "!=", False)])
        nominated.decide(tiers[1].id, "Named by its owner; the plans are credible.")
        upper = lines.search([*undecided, ("proposed_tier_id", "in", tiers[:2].ids)])
        for line in upper.filtered(lambda li: li.proposed_tier_id == tiers[1])[:5]:
            line.decide(
                tiers[0].id, "Opinion leader of the collectors; buys for a club."
            )
        for line in upper.filtered(lambda li: li.state == "pending")[-3:]:
            line.decide(
                tiers[2].id, "The turnover came from one clearance sale; watch first."
            )
        upper.filtered(lambda li: li.state == "pending").action_confirm()

    def run(self):
        """Take all steps."""
        self.stay_at_home()
        self.make_company()
        self.make_people()
        self.bring_in_customers()
        self.bring_in_history()
        self.make_orders()
        self.make_invoices()
        self.make_refunds()
        self.make_payments()
        self.make_knowledge()
        scheme = self.make_policy()
        self.publish_review(scheme)
        self.open_review(scheme)


Loader(env).run()  # noqa: F821 (Odoo's shell provides it)
