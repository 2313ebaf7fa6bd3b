# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL, format_datetime

from ..policy.unchecked_many2one import UncheckedMany2one

# Groups besides the clearances that an audit lists.
AUDITED = (
    "crm_governance.group_manager",
    "crm_governance.group_committee",
    "crm_governance.group_executive",
    "crm_governance.group_auditor",
    "crm_governance.group_custodian",
    "crm_governance.group_emergency",
    "base.group_erp_manager",
    "base.group_system",
)


class GovernanceAccessAuditLine(models.Model):
    """One right of one person at the moment of the audit, and what becomes of it.

    Everybody who reads the audit reads its lines; the customer of a grant shows
    under a mask to those who are not cleared, and so does the remark on it.
    """

    _name = "governance.access.audit.line"
    _description = "Right in a Permission Audit"
    _inherit = ["governance.guarded.mixin"]
    _order = "audit_id desc, user_id, kind, id"
    _rec_name = "user_id"

    audit_id = fields.Many2one(
        comodel_name="governance.access.audit",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Person",
        required=True,
        readonly=True,
        ondelete="restrict",
    )
    kind = fields.Selection(
        selection=[
            ("clearance", "Clearance"),
            ("group", "Group"),
            ("role", "Role on confidential customers"),
            ("grant", "Access for a time"),
        ],
        required=True,
        readonly=True,
    )
    role = fields.Selection(
        selection=[
            ("owner", "Salesperson"),
            ("specialist", "Specialist"),
            ("liaison_leader", "Liaison leader"),
            ("leader", "Leader of the sales team"),
        ],
        readonly=True,
    )
    # Unchecked: a line outlives the customer that it tells about.
    partner_id = UncheckedMany2one(
        comodel_name="res.partner", string="Customer", readonly=True
    )
    key = fields.Char(readonly=True, required=True, groups=fields.NO_ACCESS)
    value = fields.Char(
        string="Right",
        readonly=True,
        help="The level of the clearance, the group, the number of confidential "
        "customers, or until when access lasts (UTC).",
    )
    # Labels of their own: what was copied is signed, this is how people read it.
    value_text = fields.Char(string="What", compute="_compute_texts")
    former_text = fields.Char(string="Formerly", compute="_compute_texts")
    source = fields.Char(
        string="Given by", readonly=True, help="The groups of the person that give it."
    )
    former_value = fields.Char(string="Before", readonly=True)
    change = fields.Selection(
        selection=[
            ("new", "New"),
            ("changed", "Changed"),
            ("same", "As before"),
            ("gone", "Gone"),
        ],
        required=True,
        readonly=True,
        default="new",
        help="Compared with the previous audit.",
    )
    is_suspended = fields.Boolean(string="Suspended", readonly=True)
    trained_until = fields.Date(readonly=True)
    verdict = fields.Selection(selection=[("keep", "Keep"), ("withdraw", "Withdraw")])
    remark = fields.Text(compute="_compute_remark", inverse="_inverse_remark")
    remark_text = fields.Text(groups=fields.NO_ACCESS)
    decided_by_id = fields.Many2one(
        comodel_name="res.users", readonly=True, ondelete="restrict"
    )

    _key_uniq = models.Constraint(
        "UNIQUE (audit_id, user_id, key)", "This right is listed already."
    )

    @api.depends("kind", "key", "value", "former_value")
    @api.depends_context("lang", "tz")
    def _compute_texts(self):
        """Tell what was copied with its unit and in the language of the reader."""
        names = self._get_group_names()
        for line in self.sudo():
            line.value_text = line._get_text(line.value, names)
            line.former_text = line._get_text(line.former_value, names)

    def _get_group_names(self):
        """Return ``{name in the language of the audit: name for the reader}``."""
        levels = self.env["governance.confidentiality.level"].sudo()
        named = [
            *levels.search([("group_id", "!=", False)]),
            *(self.env.ref(xmlid).sudo() for xmlid in AUDITED),
        ]
        languages = {
            partner.lang for partner in self.sudo().audit_id.company_id.partner_id
        }
        return {
            record.with_context(lang=lang).name: record.name
            for record in named
            for lang in languages
        }

    def _get_text(self, value, names):
        if not value:
            return False
        if self.kind == "role":
            return self.env._("%(count)s customers", count=value)
        if self.kind == "grant":
            moment = fields.Datetime.to_datetime(f"{value}:00")
            return self.env._(
                "Until %(moment)s",
                moment=format_datetime(self.env, moment, dt_format="short"),
            )
        return names.get(value, value)

    @api.depends("remark_text", "partner_id")
    @api.depends_context("uid")
    def _compute_remark(self):
        hidden = self._get_hidden()
        mask = self.env._("Confidential")
        for line in self:
            text = line.sudo().remark_text
            line.remark = mask if text and line in hidden else text

    def _inverse_remark(self):
        hidden = self._get_hidden()
        mask = self.env._("Confidential")
        for line in self:
            # Who sees the mask sends it back unchanged.
            if line not in hidden or line.remark != mask:
                line._as_system().remark_text = line.remark

    def _get_hidden(self):
        """Return the lines whose customer the current user may not read."""
        partners = self.sudo().partner_id.exists()
        closed = partners - partners._filter_by_clearance("read")
        return self.filtered(lambda line: line.sudo().partner_id in closed)

    # ------------------------------------------------------------------
    # GUARD
    # ------------------------------------------------------------------

    def write(self, vals):
        """Note the verdict; AccessError for everybody but the line's reviewer."""
        if self._is_system() or not vals.keys() & self._get_user_fields():
            return super().write(vals)
        result = super().write(vals)
        self._as_system().write({"decided_by_id": self.env.uid})
        return result

    @api.model
    def _get_user_fields(self):
        return {"verdict", "remark"}

    def _is_closed(self):
        audit = self.sudo().audit_id
        signed = (
            audit.second_signed_on
            if self.user_id == audit.reviewer_id
            else audit.signed_on
        )
        return bool(audit.state != "open" or signed)

    def _check_author(self):
        for line in self:
            reviewer = line._get_reviewer()
            if reviewer == self.env.user:
                continue
            if line.user_id == self.env.user:
                raise AccessError(
                    self.env._("Nobody reviews the own rights; a second reviewer does.")
                )
            raise AccessError(
                self.env._(
                    "This line is reviewed by %(user)s.",
                    user=reviewer.name or self.env._("nobody yet: name a reviewer"),
                )
            )

    def _get_reviewer(self):
        """Return who decides on this line: never the person whose right it is."""
        self.ensure_one()
        audit = self.sudo().audit_id
        if self.user_id != audit.reviewer_id:
            return audit.reviewer_id
        return audit.second_reviewer_id

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _get_content(self):
        """Return what is signed, as JSON takes it."""
        self.ensure_one()
        line = self.sudo()
        return [
            line.id,
            line.user_id.id,
            line.key,
            line.value,
            line.source or "",
            line.change,
            line.verdict or "",
            line.remark_text or "",
            line.decided_by_id.id,
        ]

    def _end_grants(self):
        """End the live access that these lines withdraw."""
        grants = self.env["governance.access.grant"].sudo()
        for line in self.filtered(lambda line: line.kind == "grant"):
            live = grants.search(
                grants._get_live_domain()
                & Domain("user_id", "=", line.user_id.id)
                & Domain("partner_id", "=", line.partner_id.id)
            )
            live.with_env(self.env)._end(self.env._("Withdrawn by a permission audit."))

    # ------------------------------------------------------------------
    # SNAPSHOT
    # ------------------------------------------------------------------

    @api.model
    def _copy_rights(self, audit):
        """Copy who holds what at this moment into the lines of an audit.

        One statement, so that the copy shows one moment, however many people
        there are.
        """
        self.env.flush_all()
        # One language for all audits, or each would seem to change everything.
        lang = audit.company_id.partner_id.lang
        self = self.with_context(lang=lang)
        names = ("user_id", "kind", "role", "partner_id", "key", "value", "source")
        columns = SQL(", ").join(SQL.identifier(name) for name in names)
        self.env.cr.execute(
            SQL(
                """
                WITH RECURSIVE implied (gid, hid) AS (
                    SELECT id, id FROM res_groups
                     UNION
                    SELECT implied.gid, rel.hid
                      FROM implied JOIN res_groups_implied_rel rel
                        ON rel.gid = implied.hid
                ), person AS (
                    SELECT id, governance_suspended, governance_trained_until
                      FROM res_users WHERE active AND NOT share AND id <> 1
                ), held AS (
                    SELECT rel.uid, implied.hid AS gid,
                           string_agg(DISTINCT %(group_name)s, ', ') AS source
                      FROM res_groups_users_rel rel
                      JOIN person ON person.id = rel.uid
                      JOIN implied ON implied.gid = rel.gid
                      JOIN res_groups named ON named.id = rel.gid
                     GROUP BY rel.uid, implied.hid
                ), present (%(columns)s) AS (%(rights)s),
                former AS (
                    SELECT * FROM governance_access_audit_line
                     WHERE audit_id = %(previous)s AND change <> 'gone'
                )
                INSERT INTO governance_access_audit_line
                       (audit_id, %(columns)s, former_value, change, is_suspended,
                        trained_until, create_uid, create_date, write_uid, write_date)
                SELECT %(audit)s, COALESCE(present.user_id, former.user_id),
                       COALESCE(present.kind, former.kind),
                       COALESCE(present.role, former.role),
                       COALESCE(present.partner_id, former.partner_id),
                       COALESCE(present.key, former.key),
                       present.value, present.source, former.value,
                       CASE WHEN former.id IS NULL THEN 'new'
                            WHEN present.key IS NULL THEN 'gone'
                            WHEN present.value IS DISTINCT FROM former.value
                            THEN 'changed' ELSE 'same' END,
                       COALESCE(person.governance_suspended, FALSE),
                       person.governance_trained_until,
                       %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM present
                  FULL JOIN former ON former.user_id = present.user_id
                                  AND former.key = present.key
                  LEFT JOIN person
                    ON person.id = COALESCE(present.user_id, former.user_id)
                """,
                group_name=self._get_name_sql("named"),
                columns=columns,
                rights=SQL(" UNION ALL ").join(self._get_right_arms()),
                previous=audit.previous_id.id or None,
                audit=audit.id,
                uid=self.env.uid,
                now=fields.Datetime.now(),
            )
        )
        self.env.invalidate_all()

    @api.model
    def _get_name_sql(self, alias):
        """Return the name of a group or level in the language of the user."""
        name = SQL.identifier(alias, "name")
        return SQL(
            "COALESCE(%s->>%s, %s->>'en_US')", name, self.env.lang or "en_US", name
        )

    @api.model
    def _get_right_arms(self):
        """Return one SELECT for each kind of right, with the columns of `present`."""
        arms = [
            self._get_clearance_arm(),
            self._get_group_arm(),
            self._get_grant_arm(),
        ]
        if self.env["governance.clearance.ladder"]._is_role_enough():
            arms += [*self._get_role_arms(), self._get_leader_arm()]
        return arms

    @api.model
    def _get_clearance_arm(self):
        return SQL(
            """(SELECT DISTINCT ON (held.uid) held.uid, 'clearance', NULL::varchar,
                       NULL::int, 'clearance', %s, held.source
                  FROM held
                  JOIN governance_confidentiality_level level
                    ON level.group_id = held.gid AND level.active
                 ORDER BY held.uid, level.rank DESC)""",
            self._get_name_sql("level"),
        )

    @api.model
    def _get_group_arm(self):
        groups = [self.env.ref(xmlid).id for xmlid in AUDITED]
        return SQL(
            """SELECT held.uid, 'group', NULL, NULL, 'group:' || held.gid, %s,
                      held.source
                 FROM held JOIN res_groups audited ON audited.id = held.gid
                WHERE held.gid = ANY(%s)""",
            self._get_name_sql("audited"),
            groups,
        )

    @api.model
    def _get_role_arms(self):
        roles = self.env["governance.approver.mixin"]._get_customer_role_fields()
        return [
            SQL(
                """SELECT %(field)s, 'role', %(role)s, NULL, 'role:' || %(role)s,
                          COUNT(*)::varchar, NULL
                     FROM res_partner JOIN person ON person.id = %(field)s
                    WHERE classification_rank > 0
                      AND res_partner.id = commercial_partner_id
                    GROUP BY %(field)s""",
                field=SQL.identifier("res_partner", name),
                role=role,
            )
            for role, name in roles.items()
        ]

    @api.model
    def _get_leader_arm(self):
        return SQL(
            """SELECT person.id, 'role', 'leader', NULL, 'role:leader',
                      COUNT(DISTINCT led.id)::varchar, NULL
                 FROM crm_team team
                 JOIN person ON person.id = team.user_id
                 JOIN crm_team_member member
                   ON member.crm_team_id = team.id AND member.active
                 JOIN res_partner led
                   ON led.user_id = member.user_id AND led.classification_rank > 0
                  AND led.id = led.commercial_partner_id
                WHERE team.active
                GROUP BY person.id"""
        )

    @api.model
    def _get_grant_arm(self):
        return SQL(
            """SELECT user_id, 'grant', NULL, partner_id, 'grant:' || partner_id,
                      to_char(date_end, 'YYYY-MM-DD HH24:MI'), NULL
                 FROM governance_access_grant JOIN person ON person.id = user_id
                WHERE state = 'active' AND date_start <= %(now)s
                  AND date_end > %(now)s""",
            now=fields.Datetime.now(),
        )
