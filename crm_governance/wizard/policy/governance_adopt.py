# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command

# How the value of a field is asked, by the type of the field.
KINDS = {
    "integer": "number",
    "float": "number",
    "monetary": "number",
    "char": "text",
    "text": "text",
    "html": "text",
    "date": "date",
    "many2one": "record",
}


class GovernanceAdopt(models.TransientModel):
    """Copy presets into a company and ask for what their sources leave blank."""

    _name = "governance.adopt"
    _description = "Adopt policies"

    state = fields.Selection(
        selection=[
            ("choose", "Choose policies"),
            ("fill", "Fill in your values"),
            ("done", "Result"),
        ],
        default="choose",
        readonly=True,
    )
    profile_id = fields.Many2one(
        comodel_name="governance.profile",
        readonly=True,
        ondelete="cascade",
    )
    description = fields.Text(related="profile_id.description")
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        default=lambda self: self.env.company,
        domain="[('id', 'in', allowed_company_ids)]",
        ondelete="cascade",
        help="The company that the policies will bind.",
    )
    line_ids = fields.One2many(
        comodel_name="governance.adopt.line",
        inverse_name="adopt_id",
        string="Policies",
    )
    value_ids = fields.One2many(
        comodel_name="governance.adopt.value",
        inverse_name="adopt_id",
        string="Values to give",
    )
    has_number = fields.Boolean(compute="_compute_kinds")
    has_zero = fields.Boolean(compute="_compute_kinds")
    has_text = fields.Boolean(compute="_compute_kinds")
    has_date = fields.Boolean(compute="_compute_kinds")
    has_record = fields.Boolean(compute="_compute_kinds")

    @api.depends("value_ids.kind", "value_ids.takes_zero")
    def _compute_kinds(self):
        """Tell which columns the list of values needs."""
        for wizard in self:
            kinds = set(wizard.value_ids.mapped("kind"))
            wizard.has_number = "number" in kinds
            wizard.has_zero = any(wizard.value_ids.mapped("takes_zero"))
            wizard.has_text = "text" in kinds
            wizard.has_date = "date" in kinds
            wizard.has_record = "record" in kinds

    @api.model
    def default_get(self, fields):
        """List the policies of the profile, or the presets of the context."""
        values = super().default_get(fields)
        if "line_ids" in fields and "line_ids" not in values:
            profile = self.env["governance.profile"].browse(values.get("profile_id"))
            references = self.env.context.get("default_policy_refs") or []
            values["line_ids"] = [
                Command.create(line)
                for line in self._prepare_lines(profile, references)
            ]
        return values

    @api.model
    def _prepare_lines(self, profile, references):
        """Return the values of the lines to choose from."""
        lines = [
            {
                "policy_ref": f"{line.policy_ref._name},{line.policy_ref.id}",
                "name": line.name,
                "is_chosen": line.is_default,
            }
            for line in profile.line_ids
            if line.policy_ref
        ]
        models = dict(self.env["governance.policy.mixin"]._get_policy_models())
        for reference in references:
            model, _comma, preset_id = reference.partition(",")
            if model in models and preset_id.isdigit():
                preset = self.env[model].browse(int(preset_id))
                lines.append({"policy_ref": reference, "name": preset.display_name})
        return lines

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_continue(self):
        """Show what the chosen policies leave open, or adopt them as drafts."""
        self.ensure_one()
        self._check_chosen()
        self.value_ids.unlink()
        self.value_ids = [
            Command.create(values)
            for line in self._get_chosen()
            for values in line._prepare_values()
        ]
        self.state = "fill"
        return self._get_reopen_action()

    def action_back(self):
        """Go back to the choice of the policies."""
        self.ensure_one()
        self.state = "choose"
        return self._get_reopen_action()

    def action_adopt(self):
        """Make drafts of the chosen presets in the company."""
        return self._adopt(publish=False)

    def action_adopt_publish(self):
        """Make drafts and publish those that are complete."""
        return self._adopt(publish=True)

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _adopt(self, publish):
        self.ensure_one()
        self._check_chosen()
        for line in self._get_chosen():
            line._adopt(publish)
        self.state = "done"
        return self._get_reopen_action()

    def _get_chosen(self):
        return self.line_ids.filtered("is_chosen")

    def _check_chosen(self):
        if self.company_id not in self.env.companies:
            raise AccessError(
                self.env._(
                    "You cannot adopt policies for %(company)s: switch to it first.",
                    company=self.sudo().company_id.name,
                )
            )
        if not self._get_chosen():
            raise UserError(self.env._("Choose at least one policy to adopt."))

    def _get_reopen_action(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Adopt policies"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }


class GovernanceAdoptLine(models.TransientModel):
    """A preset that may be adopted, and what came of it."""

    _name = "governance.adopt.line"
    _description = "Policy to adopt"

    adopt_id = fields.Many2one(
        comodel_name="governance.adopt",
        string="Adoption",
        required=True,
        ondelete="cascade",
    )
    policy_ref = fields.Reference(
        selection="_selection_policy_ref",
        string="Preset",
        required=True,
    )
    name = fields.Char(string="Policy", required=True)
    is_chosen = fields.Boolean(string="Adopt", default=True)
    is_adopted = fields.Boolean(
        string="Adopted",
        compute="_compute_is_adopted",
        help="The company has adopted this preset before; it is not copied again.",
    )
    result_ref = fields.Reference(
        selection="_selection_policy_ref",
        string="Your policy",
        readonly=True,
    )
    result = fields.Text(readonly=True)

    @api.depends("policy_ref", "adopt_id.company_id")
    def _compute_is_adopted(self):
        for line in self:
            preset, company = line.policy_ref, line.adopt_id.company_id
            line.is_adopted = bool(preset and preset._get_adopted(company))

    @api.model
    def _selection_policy_ref(self):
        return self.env["governance.policy.mixin"]._get_policy_models()

    def action_open_result(self):
        """Open the policy that came of the preset."""
        self.ensure_one()
        self.check_access("read")
        if not self.result_ref:
            raise UserError(self.env._("This preset has not been adopted."))
        return self.result_ref._get_form_action()

    def _prepare_values(self):
        """Return the values of the lines that ask for what the preset leaves blank."""
        self.ensure_one()
        if self.is_adopted:
            return []
        return [
            {
                "line_id": self.id,
                "path": blank["path"],
                "record_name": blank["record"].display_name,
                "label": blank["label"],
                "unit": blank.get("unit"),
                "required": blank["required"],
                **self._prepare_kind(blank),
            }
            for blank in self.policy_ref._get_blank_values()
        ]

    @api.model
    def _prepare_kind(self, blank):
        """Return how the value of a blank is asked for."""
        field = blank["record"]._fields[blank["field"]]
        kind = KINDS.get(field.type, "other")
        return {
            "kind": kind,
            "takes_zero": kind == "number" and blank.get("takes_zero", False),
            "value_model": field.comodel_name if field.type == "many2one" else False,
        }

    def _adopt(self, publish):
        """Make the draft, publish it if asked and possible, and note the result."""
        self.ensure_one()
        company = self.adopt_id.company_id
        preset = self.policy_ref
        before = preset._get_adopted(company)
        policy = preset._adopt(company, self._get_given_values())
        messages = [self._get_adopted_message(before)]
        if publish and policy.state == "draft":
            messages.append(self._publish(policy))
        self.write(
            {
                "result_ref": f"{policy._name},{policy.id}",
                "result": "\n".join(messages),
            }
        )

    def _get_given_values(self):
        values = self.adopt_id.value_ids.filtered(lambda value: value.line_id == self)
        return {value.path: value._get_value() for value in values if value._is_given()}

    def _get_adopted_message(self, before):
        if before:
            return self.env._("Adopted before: nothing was copied.")
        return self.env._("Copied into your company as a draft.")

    def _publish(self, policy):
        """Publish one policy on its own; the draft stays when it is not complete."""
        try:
            with self.env.cr.savepoint():
                policy.action_publish()
        except ValidationError as error:
            return str(error)
        return self.env._("Published: it is in force.")


class GovernanceAdoptValue(models.TransientModel):
    """A value that the source of a preset leaves blank."""

    _name = "governance.adopt.value"
    _description = "Value to give when adopting"

    adopt_id = fields.Many2one(
        comodel_name="governance.adopt",
        required=True,
        ondelete="cascade",
    )
    line_id = fields.Many2one(
        comodel_name="governance.adopt.line",
        string="Policy",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    path = fields.Char(required=True, readonly=True)
    record_name = fields.Char(string="Where", readonly=True)
    label = fields.Char(string="What", readonly=True)
    unit = fields.Char(readonly=True)
    required = fields.Boolean(
        string="Needed",
        readonly=True,
        help="Without this value the policy stays a draft.",
    )
    kind = fields.Selection(
        selection=[
            ("number", "Number"),
            ("text", "Text"),
            ("date", "Date"),
            ("record", "Record"),
            ("other", "On the draft"),
        ],
        string="Kind of value",
        required=True,
        readonly=True,
    )
    takes_zero = fields.Boolean(readonly=True)
    value_number = fields.Float(string="Your number")
    is_zero = fields.Boolean(
        string="0 is meant",
        help="Tick this when your number is 0. Otherwise 0 means that you leave the "
        "value open.",
    )
    value_text = fields.Char(string="Your text")
    value_date = fields.Date(string="Your date")
    value_model = fields.Char(readonly=True)
    value_res_id = fields.Many2oneReference(
        string="Your choice",
        model_field="value_model",
    )

    def _is_given(self):
        """Return whether there is a value, be it 0 where 0 is one."""
        self.ensure_one()
        return bool(self._get_value()) or (self.takes_zero and self.is_zero)

    def _get_value(self):
        """Return the value that was given, falsy if none."""
        self.ensure_one()
        return {
            "number": self.value_number,
            "text": (self.value_text or "").strip(),
            "date": self.value_date,
            "record": self.value_res_id,
        }.get(self.kind)
