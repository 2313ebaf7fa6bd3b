# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import SUPERUSER_ID, api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, split_every

# How long the alignment of ranks looks back, to make up for a stand-still.
ALIGNMENT_DAYS = 7
# Customers whose ranks are aligned in one transaction of the job.
ALIGNED_AT_ONCE = 1000


class ResPartner(models.Model):
    """What it takes to give a customer another level."""

    _inherit = "res.partner"

    governance_default_level_id = fields.Many2one(
        related="governance_tier_id.confidentiality_level_id",
        string="Default of the Tier",
        groups="base.group_user",
    )
    governance_is_level_due = fields.Boolean(
        string="Level Differs from the Tier",
        compute="_compute_governance_is_level_due",
        search="_search_governance_is_level_due",
        groups="crm_governance.group_custodian,crm_governance.group_auditor",
        help="The tier that the customer has in your company has another default "
        "level than the customer's own.",
    )

    @api.depends("classification_rank", "governance_default_level_id.rank")
    @api.depends_context("company")
    def _compute_governance_is_level_due(self):
        for partner in self:
            level = partner.governance_default_level_id
            partner.governance_is_level_due = (
                bool(level)
                and partner == partner.commercial_partner_id
                and level.rank != partner.sudo().classification_rank
            )

    @api.model
    def _search_governance_is_level_due(self, operator, value):
        if operator != "in":
            return NotImplemented
        company = self.env.company

        def to_sql(model, alias, query):
            return SQL(
                """%s IN (
                    SELECT customer.id
                      FROM governance_tier_assignment assignment
                      JOIN governance_tier_scheme scheme
                        ON scheme.id = assignment.scheme_id AND scheme.is_governing
                      JOIN governance_tier tier ON tier.id = assignment.tier_id
                      JOIN governance_confidentiality_level level
                        ON level.id = tier.confidentiality_level_id AND level.active
                      JOIN res_partner customer ON customer.id = assignment.partner_id
                     WHERE assignment.company_id = %s
                       AND assignment.date_end IS NULL
                       AND customer.classification_rank <> level.rank)""",
                SQL.identifier(alias, "id"),
                company.id,
                to_flush=self._get_level_due_fields(),
            )

        return Domain.custom(to_sql=to_sql)

    @api.model
    def _get_level_due_fields(self):
        """Return the fields that the search for due levels asks the database."""
        names = {
            "governance.confidentiality.level": ("active", "rank"),
            "governance.tier": ("confidentiality_level_id",),
            "governance.tier.assignment": ("date_end", "tier_id"),
            "governance.tier.scheme": ("is_governing",),
            "res.partner": ("classification_rank",),
        }
        return [
            self.env[model]._fields[name]
            for model, fields_ in names.items()
            for name in fields_
        ]

    def action_governance_change_level(self):
        """Open a proposal that gives these customers another level (C-05).

        :raises AccessError: for everybody but data custodians
        """
        self.check_access("read")
        self.env.user._check_governance_custodian()
        customers = self.commercial_partner_id
        context = {"default_partner_ids": customers.ids}
        wanted = customers.mapped("governance_default_level_id")
        if len(wanted) == 1 and all(customers.mapped("governance_is_level_due")):
            context["default_level_id"] = wanted.id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Change Level"),
            "res_model": "governance.level.change",
            "view_mode": "form",
            "context": context,
        }

    def _classify(self, level, event, detail=None):
        """Give customers a level and draw all consequences at once.

        Whoever calls has checked the right to do it.  Contacts and documents take
        the level over; colleagues who lose access no longer follow, are no longer
        notified and hand their to-dos on; links that were shared stop working.

        :param level: a ``governance.confidentiality.level``
        :param str event: how the access register calls it
        """
        customers = self.sudo().commercial_partner_id
        customers._lock_family()
        raised = customers.filtered(
            lambda customer: customer.classification_rank < level.rank
        )
        former = customers.grouped("classification_rank")
        customers._set_level(level)
        for rank, changed in former.items():
            self.env["governance.access.entry"]._record(
                event,
                changed,
                detail={**(detail or {}), "from": rank, "to": level.rank},
            )
        raised._withdraw_from_readers()
        registry, ids = self.env.registry, customers.ids
        self.env.cr.postcommit.add(lambda: _align_ranks(registry, ids))

    def _set_level(self, level):
        """Write the level, and the ranks of thousands of documents, set by set."""
        self.env.cr.execute(
            SQL(
                """UPDATE res_partner
                      SET governance_level_id = %s, write_uid = %s, write_date = %s
                    WHERE id = ANY(%s)""",
                level.id or None,
                self.env.uid,
                fields.Datetime.now(),
                list(self.ids),
            )
        )
        self._align_ranks()
        self._check_governance_open_contacts()

    def _lock_family(self):
        """Let nobody add a document or a contact while the level changes.

        A new document locks its customer against being deleted.  This lock waits
        for those, and makes later ones wait and start over with the new level.
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """SELECT id FROM res_partner WHERE commercial_partner_id = ANY(%s)
                    ORDER BY id FOR UPDATE""",
                list(self.ids),
            )
        )
        self.env.invalidate_all()

    # ------------------------------------------------------------------
    # RANKS OF WHAT WAS ADDED MEANWHILE
    # ------------------------------------------------------------------

    def _align_ranks(self):
        """Repair ranks of contacts and documents that do not follow their customer.

        A document that another transaction added just before the lock is not
        visible to the one that raised the level.

        :return: number of records repaired
        :rtype: int
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """UPDATE res_partner contact
                      SET classification_rank = COALESCE(level.rank, 0)
                     FROM res_partner customer
                LEFT JOIN governance_confidentiality_level level
                       ON level.id = customer.governance_level_id
                    WHERE contact.commercial_partner_id = customer.id
                      AND customer.id = ANY(%s)
                      AND contact.classification_rank <> COALESCE(level.rank, 0)""",
                list(self.ids),
            )
        )
        repaired = self.env.cr.rowcount
        for model, column in self._get_ranked_tables():
            self.env.cr.execute(
                SQL(
                    """UPDATE %(table)s document
                          SET classification_rank = customer.classification_rank,
                              classification_partner_id = customer.entity_id
                         FROM (
                             SELECT id, classification_rank,
                                    CASE WHEN classification_rank > 0
                                         THEN commercial_partner_id END AS entity_id
                               FROM res_partner
                              WHERE commercial_partner_id = ANY(%(ids)s)) customer
                        WHERE document.%(column)s = customer.id
                          AND (document.classification_rank,
                               document.classification_partner_id)
                              IS DISTINCT FROM
                              (customer.classification_rank, customer.entity_id)""",
                    table=SQL.identifier(model._table),
                    column=SQL.identifier(column),
                    ids=list(self.ids),
                )
            )
            repaired += self.env.cr.rowcount
        self.env.invalidate_all()
        return repaired

    @api.model
    def _get_ranked_tables(self):
        """Return [(model, column of the customer)] of what stores a rank."""
        names = self.env.registry.descendants(
            ["governance.classified.stored.mixin"], "_inherit"
        )
        models_ = [self.env[name] for name in sorted(names)]
        return [
            (model, model._classified_by)
            for model in models_
            if not model._abstract and model._auto
        ]

    @api.model
    def _cron_align_ranks(self):
        """Repair what the server could not, because it was stopped in between.

        The latest changes come first: those before them were aligned in an earlier
        run, and a run that ends in between begins with the latest again.
        """
        since = fields.Datetime.subtract(fields.Datetime.now(), days=ALIGNMENT_DAYS)
        entries = self.env["governance.access.entry"].sudo()
        groups = entries._read_group(
            Domain("event", "in", ("raised", "lowered", "kept", "merged"))
            & Domain("date", ">=", since),
            ["partner_id"],
            order="date:max DESC, partner_id",
        )
        customers = self.browse(partner.id for (partner,) in groups if partner)
        customers = customers.exists()
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(customers))
        for batch in split_every(ALIGNED_AT_ONCE, customers.ids, self.browse):
            batch._align_ranks()
            if not cron._commit_progress(len(batch)):
                return

    # ------------------------------------------------------------------
    # READERS WHO LOSE ACCESS
    # ------------------------------------------------------------------

    def _withdraw_from_readers(self):
        """Take what Odoo keeps for people who may not read these any more."""
        if not self:
            return
        for model, records in self._get_family_documents():
            self._withdraw_records(model, records)

    @api.model
    def _withdraw_records(self, model, records):
        """Take what Odoo keeps of some records for people who do not read them.

        Other rooms call it when fewer people read their records than before.
        """
        self._drop_followers(model, records)
        self._hand_on_activities(model, records)
        self._drop_mails(model, records)
        self._renew_links(records)

    def _get_family_documents(self):
        """Return [(model, records)] of the contacts and documents of customers."""
        family = self.with_context(active_test=False).search(
            [("commercial_partner_id", "in", self.ids)]
        )
        result = [("res.partner", family)]
        tables = dict(self._get_ranked_tables()) | dict(self._get_shared_tables())
        for model, column in tables.items():
            documents = (
                model.sudo()
                .with_context(active_test=False)
                .search([(column, "in", family.ids)])
            )
            if documents:
                result.append((model._name, documents))
        return result

    @api.model
    def _get_shared_tables(self):
        """Return [(model, column of the customer)] of what has pages for customers.

        Their links open it without a login, whether or not it stores a rank.
        """
        shared = self.env.registry.descendants(["portal.mixin"], "_inherit")
        governed = self.env.registry.descendants(
            ["governance.classified.mixin"], "_inherit"
        )
        models_ = [self.env[name] for name in sorted(shared & governed)]
        return [
            (model, model._classified_by)
            for model in models_
            if not model._abstract
            and model._auto
            and model._fields[model._classified_by].store
        ]

    @api.model
    def _get_closed(self, user, records):
        """Return those of the records that a colleague may not read."""
        if user.share or user.id == SUPERUSER_ID:
            return records.browse()
        return records - records.with_user(user)._filter_by_clearance("read").with_env(
            records.env
        )

    @api.model
    def _drop_followers(self, model, records):
        followers = (
            self.env["mail.followers"]
            .sudo()
            .search(
                [
                    ("res_model", "=", model),
                    ("res_id", "in", records.ids),
                    ("partner_id.user_ids.share", "=", False),
                ]
            )
        )
        lost = followers.browse()
        for partner, mine in followers.grouped("partner_id").items():
            user = partner.user_ids.filtered(lambda user: not user.share)[:1]
            closed = self._get_closed(user, records)
            lost |= mine.filtered(lambda row, ids=set(closed.ids): row.res_id in ids)
        lost.unlink()

    @api.model
    def _hand_on_activities(self, model, records):
        """Give to-dos to the account owner, or to whoever changes the level.

        Where roles open nothing, the owner may not read the customer either.
        """
        activities = (
            self.env["mail.activity"]
            .sudo()
            .search([("res_model", "=", model), ("res_id", "in", records.ids)])
        )
        for user, mine in activities.grouped("user_id").items():
            closed = set(self._get_closed(user, records).ids) if user else set()
            for activity in mine.filtered(lambda row, ids=closed: row.res_id in ids):
                record = records.browse(activity.res_id)
                owner = record._get_classified_partner().commercial_partner_id.user_id
                reads = owner.active and not self._get_closed(owner, record)
                activity.user_id = owner if reads else self.env.user

    @api.model
    def _drop_mails(self, model, records):
        """Drop notifications and scheduled messages of colleagues without access."""
        scheduled = (
            self.env["mail.scheduled.message"]
            .sudo()
            .search([("model", "=", model), ("res_id", "in", records.ids)])
        )
        for user, mine in scheduled.grouped("create_uid").items():
            closed = set(self._get_closed(user, records).ids)
            mine.filtered(lambda row, ids=closed: row.res_id in ids).unlink()
        notifications = (
            self.env["mail.notification"]
            .sudo()
            .search(
                [
                    ("mail_message_id.model", "=", model),
                    ("mail_message_id.res_id", "in", records.ids),
                    ("res_partner_id.user_ids.share", "=", False),
                ]
            )
        )
        lost = notifications.browse()
        for partner, mine in notifications.grouped("res_partner_id").items():
            user = partner.user_ids.filtered(lambda user: not user.share)[:1]
            closed = set(self._get_closed(user, records).ids)
            lost |= mine.filtered(
                lambda row, ids=closed: row.mail_message_id.res_id in ids
            )
        lost.unlink()

    @api.model
    def _renew_links(self, records):
        """Let links that were shared before end, also those to attachments."""
        if "access_token" in records._fields:
            records.filtered("access_token").write({"access_token": False})
        attachments = (
            self.env["ir.attachment"]
            .sudo()
            .search(
                [
                    ("res_model", "=", records._name),
                    ("res_id", "in", records.ids),
                    "|",
                    ("access_token", "!=", False),
                    ("public", "=", True),
                ]
            )
        )
        attachments.write({"access_token": False, "public": False})


def _align_ranks(registry, ids):
    """Repair ranks in a transaction that sees what others have added meanwhile."""
    with registry.cursor() as cr:
        api.Environment(cr, SUPERUSER_ID, {})["res.partner"].browse(ids)._align_ranks()
