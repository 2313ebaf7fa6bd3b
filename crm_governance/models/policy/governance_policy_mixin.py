# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import LockError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools.misc import clean_context

from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG

# See governance_sealed_mixin: the identity of this object is the key.
_MACHINERY = object()


class GovernancePolicyMixin(models.AbstractModel):
    """A rule of the company: preset → draft → published → superseded.

    A model that inherits this declares `previous_id` (its own earlier version)
    and `_check_company_auto`.
    """

    _name = "governance.policy.mixin"
    _inherit = "governance.policy.blank.mixin"
    _description = "Versioned policy with presets"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True,
        help="Short name of the policy, the same for all its versions.",
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        default=lambda self: self.env.company,
        index=True,
        ondelete="restrict",
        help="The company that the policy binds. Presets belong to no company.",
    )
    is_preset = fields.Boolean(
        string="Preset",
        readonly=True,
        copy=False,
        help="Comes with the product and cannot be changed: adopt it, then the "
        "copy belongs to your company.",
    )
    preset_code = fields.Char(
        string="Adopted from",
        readonly=True,
        copy=False,
        help="Code of the preset that this policy started from.",
    )
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("published", "Published"),
            ("superseded", "Superseded"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )
    version = fields.Integer(default=1, readonly=True, copy=False)
    published_on = fields.Datetime(readonly=True, copy=False)
    published_by = fields.Many2one(
        comodel_name="res.users",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    superseded_on = fields.Datetime(readonly=True, copy=False)
    source = fields.Char(
        help="Where the written policy of the company says this.",
    )
    note = fields.Text(
        string="Explanation",
        translate=True,
        help="What the policy is for, in words that everybody understands.",
    )
    publish_problems = fields.Text(
        string="Still open",
        compute="_compute_publish_problems",
        help="What has to be filled in or corrected before the draft can be published.",
    )

    _preset_company_check = models.Constraint(
        "CHECK (is_preset IS TRUE OR company_id IS NOT NULL)",
        "A policy belongs to a company; only presets belong to none.",
    )
    _preset_state_check = models.Constraint(
        "CHECK (is_preset IS NOT TRUE OR (state = 'draft' AND company_id IS NULL))",
        "A preset is never in force itself: adopt it for a company first.",
    )
    _preset_uniq = models.UniqueIndex(
        "(code) WHERE is_preset IS TRUE",
        "There is already a preset with this code.",
    )
    _published_uniq = models.UniqueIndex(
        "(company_id, code) WHERE state = 'published'",
        "Another version of this policy has been published in the meantime.",
    )

    @api.depends("version", "state", "is_preset")
    @api.depends_context("policy_version")
    def _compute_display_name(self):
        """Add the version where the context asks for it (`policy_version`)."""
        result = super()._compute_display_name()
        if self.env.context.get("policy_version"):
            for policy in self.filtered(lambda policy: not policy.is_preset):
                policy.display_name = self.env._(
                    "%(policy)s (version %(version)s)",
                    policy=policy.display_name,
                    version=policy.version,
                )
        return result

    @api.depends_context("lang")
    @api.depends("state", "is_preset")
    def _compute_publish_problems(self):
        for policy in self:
            # Presets are of no company, which a policy in force has to fit.
            is_draft = policy.state == "draft" and not policy.is_preset
            problems = policy._get_publish_errors() if is_draft else []
            policy.publish_problems = "\n".join(f"• {problem}" for problem in problems)

    # ------------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Create drafts; only the product's own data files create presets."""
        vals_list = [self._prepare_first_values(vals) for vals in vals_list]
        policies = super().create(vals_list)
        policies._check_created()
        return policies

    @api.model
    def _prepare_first_values(self, vals):
        """Return `vals` with all the machinery's values given.

        Otherwise the defaults of a client's context would fill them.
        """
        first = {name: False for name in self._get_machinery_fields()}
        first.update(state="draft", version=1)
        if vals.get("is_preset"):
            vals = {**vals, "company_id": False}
        return {**first, **vals}

    def write(self, vals):
        """Change drafts; UserError for presets and for what was published."""
        # What is refused names the policy.
        self.check_access("write")
        self._check_changed(set(vals))
        return super().write(vals)

    def unlink(self):
        """Delete drafts; UserError for presets and for what was published."""
        # What is refused names the policy.
        self.check_access("unlink")
        self._check_deleted()
        return super().unlink()

    def copy_data(self, default=None):
        """Put a duplicate into the user's company, as a policy of its own."""
        default = dict(default or {})
        vals_list = super().copy_data(default)
        for policy, vals in zip(self, vals_list, strict=True):
            if "code" not in default:
                vals["code"] = self.env._("%(code)s (copy)", code=policy.code)
            if not vals.get("company_id"):
                vals["company_id"] = self.env.company.id
        return vals_list

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_publish(self):
        """Put the drafts in force; each supersedes its former version.

        Mentions what is worth a look although it kept nobody from publishing.
        Raises ValidationError with everything that is wrong or missing.
        """
        self.check_access("write")
        for policy in self:
            policy._publish()
        warnings = [
            warning for policy in self for warning in policy._get_publish_warnings()
        ]
        return self._get_warning_action(warnings) if warnings else True

    def action_new_version(self):
        """Open a draft of the next version, which starts as a copy of this one."""
        self.ensure_one()
        self.check_access("write")
        if self.is_preset or self.state == "draft":
            raise UserError(
                self.env._(
                    "“%(policy)s” can be changed or adopted as it is: new versions "
                    "are made of published policies.",
                    policy=self.display_name,
                )
            )
        self._lock_company(self.company_id)
        draft = self._get_open_draft() or self._create_version()
        return draft._get_form_action()

    def action_adopt(self):
        """Open the adoption of these policies by the user's company."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_governance.governance_adopt_action"
        )
        action["context"] = {
            "default_policy_refs": [f"{self._name},{policy.id}" for policy in self]
        }
        return action

    def action_open_versions(self):
        """Open all versions of this policy."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Versions of “%(policy)s”", policy=self.display_name),
            "res_model": self._name,
            "view_mode": "list,form",
            "domain": list(self._get_family_domain()),
            "context": {"active_test": False},
        }

    # ------------------------------------------------------------------
    # HOOKS
    # ------------------------------------------------------------------

    @api.model
    def _get_locked_fields(self):
        """Return the names of the fields that a published version keeps."""
        free = {"active", *models.MAGIC_COLUMNS}
        for mixin in ("mail.thread", "mail.activity.mixin"):
            free |= set(self.env[mixin]._fields)
        return {
            name
            for name, field in self._fields.items()
            if (field.store or field.inverse) and name not in free
        } | self._get_machinery_fields()

    @api.model
    def _get_machinery_fields(self):
        """Return the names of the fields that only publishing and adopting write."""
        return {
            "is_preset",
            "preset_code",
            "previous_id",
            "published_by",
            "published_on",
            "state",
            "superseded_on",
            "version",
        } & set(self._fields)

    def _get_family_domain(self):
        """Return the domain of the versions of this policy in its company.

        At most one of them is published at any time.
        """
        self.ensure_one()
        return Domain("company_id", "=", self.company_id.id) & Domain(
            "code", "=", self.code
        )

    def _get_publish_errors(self):
        """Return what keeps this draft from being published, as sentences."""
        self.ensure_one()
        return [
            blank.get("error")
            or self._get_blank_error(blank["label"], blank["record"].display_name)
            for blank in self._get_blank_values()
            if blank["required"]
        ]

    @api.model
    def _get_blank_error(self, label, record_name):
        """Return that a value is missing; some labels name their record already."""
        if not record_name or record_name in label:
            return self.env._("“%(label)s” is still empty.", label=label)
        return self.env._(
            "“%(label)s” of “%(record)s” is still empty.",
            label=label,
            record=record_name,
        )

    def _get_publish_warnings(self):
        """Return what to look at although it does not keep from publishing."""
        self.ensure_one()
        return []

    def _get_adopt_copy_defaults(self, company):
        """Return values of the copy that `company` adopts."""
        self.ensure_one()
        return {"code": self.code, "company_id": company.id}

    def _policy_published(self, former):
        """React to having been published in the place of `former` (or of none)."""

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    @api.model
    def _get_in_force(self, company, domain=Domain.TRUE):
        """Return the published policies of a company that fit `domain`."""
        return self.search(
            Domain("company_id", "=", company.id)
            & Domain("state", "=", "published")
            & Domain(domain)
        )

    def _publish(self):
        self.ensure_one()
        self._check_publishable()
        self._lock_company(self.company_id)
        errors = self._get_publish_errors()
        if errors:
            raise ValidationError(
                self.env._(
                    "“%(policy)s” cannot be published yet:\n%(errors)s",
                    policy=self.display_name,
                    errors="\n".join(f"• {error}" for error in errors),
                )
            )
        # An archived version is still the published one, for the unique index too.
        former = self.with_context(active_test=False).search(
            self._get_family_domain()
            & Domain("state", "=", "published")
            & Domain("id", "!=", self.id)
        )
        now = fields.Datetime.now()
        former._with_machinery().write({"state": "superseded", "superseded_on": now})
        # The unique index allows one published version at any moment.
        former.flush_recordset()
        self._with_machinery().write(self._prepare_published_values(former, now))
        self._policy_published(former)

    def _prepare_published_values(self, former, now):
        return {
            "state": "published",
            "published_on": now,
            "published_by": self.env.uid,
            "previous_id": self.previous_id.id or former[:1].id,
            "version": max([self.version, *(old.version + 1 for old in former)]),
        }

    def _get_open_draft(self):
        """Return the draft of the next version, when somebody has begun one."""
        self.ensure_one()
        return self.search(
            self._get_family_domain() & Domain("state", "=", "draft"),
            order="version desc, id desc",
            limit=1,
        )

    def _create_version(self):
        self.ensure_one()
        latest = self.with_context(active_test=False).search(
            self._get_family_domain(), order="version desc", limit=1
        )
        draft = self.copy(self._get_adopt_copy_defaults(self.company_id))
        draft._with_machinery().write(
            {
                "previous_id": self.id,
                "preset_code": self.preset_code,
                "version": latest.version + 1,
            }
        )
        return draft

    def _get_adopted(self, company):
        """Return what a company has already made of this preset."""
        self.ensure_one()
        return self.with_context(active_test=False).search(
            Domain("company_id", "=", company.id)
            & Domain("preset_code", "=", self.code),
            order="version desc, id desc",
            limit=1,
        )

    def _adopt(self, company, values=None):
        """Copy presets into a company as drafts and return them.

        A preset that the company adopted before is not copied again: what came
        of it is returned instead. `values` is {path: value} of what the preset
        leaves blank, for one preset (see `_get_blank_values`).
        """
        adopted = self.browse()
        self._lock_company(company)
        for preset in self:
            adopted |= preset._get_adopted(company) or preset._copy_into(
                company, values or {}
            )
        return adopted

    def _copy_into(self, company, values):
        self.ensure_one()
        if not self.is_preset:
            raise UserError(
                self.env._(
                    "“%(policy)s” is not a preset and cannot be adopted.",
                    policy=self.display_name,
                )
            )
        draft = self.with_company(company).copy(self._get_adopt_copy_defaults(company))
        draft._with_machinery().write({"preset_code": self.code})
        blank = {blank["path"] for blank in self._get_blank_values()}
        draft._set_blank_values(
            {path: value for path, value in values.items() if path in blank}
        )
        return draft

    # ------------------------------------------------------------------
    # TOOLS
    # ------------------------------------------------------------------

    @api.model
    def _get_policy_models(self):
        """Return [(model, label)] of all kinds of policies, for references."""
        names = self.env.registry.descendants(["governance.policy.mixin"], "_inherit")
        return [
            (name, self.env["ir.model"]._get(name).name)
            for name in sorted(names)
            if not self.env[name]._abstract
        ]

    def _get_form_action(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
        }

    @api.model
    def _get_warning_action(self, warnings):
        """Return the action that tells what is not complete, as sentences."""
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.env._("Published, but not complete"),
                "message": "\n".join(warnings),
                "type": "warning",
                "sticky": True,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _with_machinery(self):
        """Return the records with the right to change state and version."""
        context = clean_context(self.env.context)
        context["governance_machinery"] = _MACHINERY
        return self.with_env(self.env(context=context))

    def _is_machinery(self):
        return self.env.context.get("governance_machinery") is _MACHINERY

    @api.model
    def _is_loading_data(self):
        """Tell whether the product's own data files are being loaded.

        Clients can send any context but are never the superuser.
        """
        return self.env.uid == SUPERUSER_ID and bool(
            self.env.context.get("install_mode")
        )

    def _lock_company(self, company):
        """Let one transaction at a time publish and adopt policies of a company."""
        try:
            company.lock_for_update(allow_referencing=True)
        except LockError as error:
            raise UserError(
                self.env._(
                    "Somebody else is publishing or adopting a policy of "
                    "%(company)s right now. Wait a moment and try again.",
                    company=company.sudo().name,
                )
            ) from error

    def _check_publishable(self):
        self.ensure_one()
        if self.is_preset:
            raise UserError(
                self.env._(
                    "“%(policy)s” is a preset: adopt it for your company, then "
                    "publish your own copy.",
                    policy=self.display_name,
                )
            )
        if self.state != "draft":
            raise UserError(
                self.env._(
                    "“%(policy)s” has been published before; make a new version "
                    "to change it.",
                    policy=self.display_name,
                )
            )

    def _check_created(self):
        """Refuse records that pretend to be presets or to be in force."""
        if self._is_loading_data() or self._is_machinery():
            return
        names = self._get_machinery_fields() - {"state", "version"}
        for policy in self:
            if (
                policy.state != "draft"
                or policy.version != 1
                or any(policy[name] for name in names)
            ):
                raise UserError(
                    self.env._(
                        "“%(policy)s”: a policy starts as a draft in its first "
                        "version. Use the buttons to publish or to adopt.",
                        policy=policy.name,
                    )
                )

    def _check_changed(self, names):
        """Refuse to write the fields `names` where they are locked."""
        if self._is_loading_data() or self._is_machinery():
            return
        if names & self._get_machinery_fields():
            raise UserError(
                self.env._(
                    "State and version of a policy change by the buttons "
                    "“Publish”, “New version” and “Adopt” only."
                )
            )
        for policy in self.sudo():
            if policy.is_preset or names & policy._get_locked_fields():
                policy._check_open()

    def _check_deleted(self):
        uninstalling = self.env.uid == SUPERUSER_ID and self.env.context.get(
            MODULE_UNINSTALL_FLAG
        )
        if self._is_loading_data() or uninstalling:
            return
        for policy in self.sudo():
            policy._check_open()

    def _check_open(self):
        """Raise UserError unless the policies, and so their lines, may change."""
        if self._is_loading_data():
            return
        for policy in self:
            if policy.is_preset:
                raise UserError(
                    self.env._(
                        "“%(policy)s” is a preset of the product and stays as it "
                        "is. Adopt it and change the copy of your company.",
                        policy=policy.display_name,
                    )
                )
            if policy.state != "draft":
                raise UserError(
                    self.env._(
                        "“%(policy)s” has been published. What was decided under it "
                        "must stay explainable: press “New version” and change the "
                        "draft.",
                        policy=policy.display_name,
                    )
                )
