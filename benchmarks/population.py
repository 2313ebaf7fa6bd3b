"""Customers, owners and orders in any number, made by the database itself."""

USERS = 40
CONTACT_EVERY = 10


def add_users(env, count=USERS):
    """Return the ids of account owners, half of them in two sales teams."""
    users = (
        env["res.users"]
        .with_context(no_reset_password=True)
        .create(
            [
                {
                    "name": f"Owner {number:02d}",
                    "login": f"owner{number:02d}",
                    "group_ids": [(4, env.ref("sales_team.group_sale_salesman").id)],
                }
                for number in range(count)
            ]
        )
    )
    for number in range(2):
        env["crm.team"].create(
            {
                "name": f"Team {number}",
                "member_ids": [(6, 0, users[number : count // 2 : 2].ids)],
            }
        )
    env.flush_all()
    return users.ids


def add_customers(cr, count, owners):
    """Add commercial entities; every tenth has a contact besides.

    Return the id of the first customer: its contacts come after the last one.
    The cursor must be of a new connection. In one that has worked on few
    partners, PostgreSQL keeps looking up each foreign key by reading them all.
    """
    cr.execute("SELECT MAX(id) + 1 FROM res_partner")
    (first,) = cr.fetchone()
    cr.execute(
        """INSERT INTO res_partner
                  (id, name, complete_name, ref, email, active, is_company,
                   partner_share, type, lang, tz, customer_rank, supplier_rank, user_id,
                   commercial_partner_id, commercial_company_name, autopost_bills,
                   create_uid, write_uid, create_date, write_date)
           SELECT %(first)s + i, 'Customer ' || i, 'Customer ' || i, 'C' || i,
                  'customer' || i || '@example.com', TRUE, i %% 3 = 0, TRUE, 'contact',
                  'en_US', 'Europe/Brussels', 1, 0,
                  CASE WHEN i %% 25 > 0
                       THEN (%(owners)s::int[])[1 + i %% %(users)s] END,
                  %(first)s + i, 'Customer ' || i, 'ask', 1, 1, now(), now()
             FROM generate_series(0, %(count)s - 1) i""",
        {"first": first, "count": count, "owners": owners, "users": len(owners)},
    )
    cr.execute(
        """INSERT INTO res_partner
                  (id, name, complete_name, email, active, is_company, partner_share,
                   type, lang, tz, customer_rank, supplier_rank, parent_id, user_id,
                   commercial_partner_id, commercial_company_name, autopost_bills,
                   create_uid, write_uid, create_date, write_date)
           SELECT %(first)s + %(count)s + p.id / %(every)s, 'Contact of ' || p.name,
                  p.name || ', Contact of ' || p.name, 'contact.of.' || p.email,
                  TRUE, FALSE, TRUE, 'contact', 'en_US', 'Europe/Brussels', 0, 0,
                  p.id, p.user_id, p.id, p.name, 'ask', 1, 1, now(), now()
             FROM res_partner p
            WHERE p.id BETWEEN %(first)s AND %(first)s + %(count)s - 1
              AND p.id %% %(every)s = 0""",
        {"first": first, "count": count, "every": CONTACT_EVERY},
    )
    cr.execute("SELECT setval('res_partner_id_seq', MAX(id)) FROM res_partner")
    return first


def add_orders(cr, first, count):
    """Add three confirmed orders a customer on average, from none to six.

    They spread over two years; where there is a contact, it has placed the
    second one. Return how many they are.
    """
    cr.execute(
        """INSERT INTO sale_order
                  (name, state, company_id, currency_id, currency_rate, partner_id,
                   partner_invoice_id, partner_shipping_id, date_order, user_id,
                   amount_untaxed, amount_tax, amount_total, margin, invoice_status,
                   create_uid, write_uid, create_date, write_date)
           SELECT 'B' || p.id || '-' || n, 'sale', c.id, c.currency_id, 1,
                  COALESCE(CASE WHEN n = 2 THEN b.id END, p.id), p.id, p.id,
                  CURRENT_DATE - ((p.id * 31 + n * 97) %% 730) - interval '8 hours',
                  p.user_id, v.amount, 0, v.amount, round(v.amount * 0.3, 2),
                  'invoiced', 1, 1, now(), now()
             FROM res_partner p
             JOIN res_company c ON c.id = 1
             JOIN generate_series(1, 6) n ON n <= p.id %% 7
             LEFT JOIN res_partner b ON b.parent_id = p.id,
          LATERAL (SELECT round(((p.id * 31 + n * 97) %% 50000)::numeric / 7, 2)
                          AS amount) v
            WHERE p.id BETWEEN %(first)s AND %(first)s + %(count)s - 1""",
        {"first": first, "count": count},
    )
    return cr.rowcount
