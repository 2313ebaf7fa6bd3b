# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class ProjectProject(models.Model):
    _name = "project.project"
    _inherit = ["governance.classified.mixin", "project.project"]


class ProjectTask(models.Model):
    _name = "project.task"
    _inherit = ["governance.classified.mixin", "project.task"]


class ProjectCollaborator(models.Model):
    _name = "project.collaborator"
    _inherit = ["governance.classified.mixin", "project.collaborator"]


class ReportProjectTaskUser(models.Model):
    _name = "report.project.task.user"
    _inherit = ["governance.classified.mixin", "report.project.task.user"]
