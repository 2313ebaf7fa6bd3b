# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import format_datetime, format_list

# Of many customers or recipients, a line names so many.
MAX_NAMES = 10


class GovernanceAccessEntry(models.Model):
    """What a line of the register says beside who, when and which customer."""

    _inherit = "governance.access.entry"

    @api.depends("detail", "res_model", "res_id")
    @api.depends_context("uid", "lang")
    def _compute_particulars(self):
        """Put what was recorded into words, for readers of the line alone.

        Names are looked up with the reader's own rights: who may read the line
        need not read every customer and record that it mentions.
        """
        shown = self._filter_by_clearance("read")
        (self - shown).particulars = False
        names = shown._get_mentioned_names()
        for line in shown:
            sentences = line.sudo()._get_particulars(names)
            line.particulars = "\n".join(filter(None, sentences)) or False

    def _get_mentioned_names(self):
        """Return ``{(model, id): name}`` of what the current user may read."""
        mentioned = {}
        for line in self.sudo():
            detail = line.detail or {}
            mentioned.setdefault("res.partner", set()).update(line.partner_id.ids)
            if line.res_model and line.res_id:
                mentioned.setdefault(line.res_model, set()).add(line.res_id)
            recipients = detail.get("to") if isinstance(detail.get("to"), list) else []
            partners = [
                *detail.get("customers", [])[:MAX_NAMES],
                *(one for one in recipients[:MAX_NAMES] if isinstance(one, int)),
            ]
            mentioned.setdefault("res.partner", set()).update(partners)
        names = {}
        for model, ids in mentioned.items():
            if model not in self.env:
                continue
            records = self.env[model].browse(ids).exists()._filtered_access("read")
            names.update({(model, one.id): one.display_name for one in records})
        return names

    def _get_particulars(self, names):
        """Yield what the line says, in sentences, or nothing."""
        detail = self.detail or {}
        yield self._describe_record(names)
        yield self._describe_levels(detail.get("from"), detail.get("to"))
        yield self._describe_partners(self.env._("To"), detail.get("to"), names)
        yield self._describe_partners(
            self.env._("Customers"), detail.get("customers"), names
        )
        yield self._describe_kind(detail.get("kind"))
        if until := detail.get("until"):
            moment = format_datetime(
                self.env, fields.Datetime.to_datetime(until), dt_format="short"
            )
            yield self.env._("Until %(moment)s", moment=moment)
        if operation := self._get_operation_labels().get(detail.get("operation")):
            yield self.env._("Attempted: %(operation)s", operation=operation)

    def _describe_record(self, names):
        """Return which record it was, or the kinds of records when they were many."""
        key = (self.res_model, self.res_id)
        customer = ("res.partner", self.partner_id.id)
        # Much of the room is called by the customer that the line names already.
        if key == customer or names.get(key, "") == names.get(customer):
            return False
        if all(key):
            return self.env._(
                "%(model)s: %(record)s",
                model=self._get_model_label(self.res_model),
                record=names.get(key) or self._get_unknown_name(self.res_id),
            )
        models_ = (self.detail or {}).get("models", [])
        return format_list(self.env, list(map(self._get_model_label, models_)))

    def _get_unknown_name(self, number):
        return self.env._("number %(number)s, gone or not open to you", number=number)

    def _get_model_label(self, model):
        return self.env["ir.model"].sudo()._get(model).name or self.env._("Record")

    def _describe_levels(self, former, new):
        levels = self.env["governance.confidentiality.level"]
        if not isinstance(new, int):
            return False
        if not isinstance(former, int):
            return self.env._(
                "New level: %(level)s", level=levels._get_by_rank(new).name
            )
        return self.env._(
            "From “%(former)s” to “%(new)s”",
            former=levels._get_by_rank(former).name,
            new=levels._get_by_rank(new).name,
        )

    def _describe_partners(self, label, partners, names):
        if not isinstance(partners, list) or not partners:
            return False
        known = [
            names.get(("res.partner", one)) or self._get_unknown_name(one)
            if isinstance(one, int)
            else one
            for one in partners[:MAX_NAMES]
        ]
        if len(partners) > MAX_NAMES:
            known.append(self.env._("%(count)s more", count=len(partners) - MAX_NAMES))
        return self.env._(
            "%(label)s: %(names)s", label=label, names=format_list(self.env, known)
        )

    def _describe_kind(self, kind):
        """Return what kind of access or of suspension it is."""
        for model in ("governance.access.grant", "governance.suspension"):
            selection = self.env[model]._fields["kind"]._description_selection(self.env)
            if label := dict(selection).get(kind):
                return label
        return False

    @api.model
    def _get_operation_labels(self):
        return {
            "read": self.env._("reading"),
            "link": self.env._("naming it on a record"),
            "export": self.env._("exporting"),
            "print": self.env._("printing"),
        }
