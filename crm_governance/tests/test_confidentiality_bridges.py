# Copyright 2026 crm_governance contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json

from odoo.tests import tagged

from .install_common import InstallCommon

MODULES = ("hr", "project", "survey", "website", "mass_mailing")
# Makes records about a secret customer and asks who reads them.
WORK = """
import json

def person(login, *groups):
    return env["res.users"].with_context(no_reset_password=True).create({
        "name": login, "login": login,
        "group_ids": [(6, 0, [env.ref(group).id for group in groups])],
    })

GROUPS = [
    "sales_team.group_sale_salesman_all_leads", "project.group_project_manager",
    "survey.group_survey_manager", "website.group_website_designer",
    "mass_mailing.group_mass_mailing_user", "hr.group_hr_user",
]
salesman = person("salesman", *GROUPS)
cleared = person("cleared", "crm_governance.group_clearance_2", *GROUPS)
open_customer, secret = env["res.partner"].create([
    {"name": "Open Trading", "email": "office@open.example", "is_company": True},
    {"name": "Secret Holding", "email": "office@secret.example", "is_company": True},
])
secret._with_classifying().governance_level_id = (
    env["governance.confidentiality.level"].search([])[-1]
)

def records(partner):
    project = env["project.project"].create(
        {"name": partner.name, "partner_id": partner.id}
    )
    inside = env["project.project"].create({"name": "Inside"})
    alone = env["project.task"].create(
        {"name": "Task", "project_id": inside.id, "partner_id": partner.id}
    )
    task = env["project.task"].create({"name": "Part", "project_id": project.id})
    task.partner_id = False
    yield project
    yield alone
    yield task
    yield env["project.milestone"].create(
        {"name": partner.name, "project_id": project.id}
    )
    yield env["project.update"].create(
        {"name": partner.name, "project_id": project.id, "status": "on_track"}
    )
    yield env["project.collaborator"].create(
        {"project_id": project.id, "partner_id": partner.id}
    )
    env.flush_all()
    yield env["report.project.task.user"].browse([alone.id])
    yield env["report.project.task.user"].browse([task.id])
    survey = env["survey.survey"].create({"title": "How was it?"})
    question = env["survey.question"].create(
        {"title": "Well?", "survey_id": survey.id, "question_type": "char_box"}
    )
    answers = env["survey.user_input"].create({
        "survey_id": survey.id, "partner_id": partner.id, "email": partner.email,
    })
    yield answers
    yield env["survey.user_input.line"].create({
        "user_input_id": answers.id, "question_id": question.id,
        "answer_type": "char_box", "value_char_box": partner.name,
    })
    visitor = env["website.visitor"].create({"access_token": str(partner.id)})
    yield visitor
    yield env["website.track"].create({"visitor_id": visitor.id, "url": "/contactus"})
    mailing = env["mailing.mailing"].create({
        "subject": "News", "mailing_model_id": env.ref("base.model_res_partner").id,
    })
    yield env["mailing.trace"].create({
        "mass_mailing_id": mailing.id, "model": "res.partner", "res_id": partner.id,
        "email": partner.email,
    })

def reads(user, record):
    env.flush_all()
    env.invalidate_all()
    seen = record.with_user(user).with_context(active_test=False)
    found = bool(seen.search([("id", "=", record.id)]))
    assert found == seen.has_access("read"), (user.login, record)
    label = seen.sudo().display_name
    return found and label is not None

hidden = {
    f"{number} {record._name}": [reads(salesman, record), reads(cleared, record)]
    for number, record in enumerate(records(secret))
}
shown = {
    f"{number} {record._name}": reads(salesman, record)
    for number, record in enumerate(records(open_customer))
}
customer = env["res.partner"].create({"name": "Raised Trading"})
task = env["project.task"].create(
    {"name": "Build", "partner_id": customer.id,
     "project_id": env["project.project"].create({"name": "Site"}).id}
)
token = task._portal_ensure_token()
to_do = task.activity_schedule("mail.mail_activity_data_todo", user_id=salesman.id)
level = env["governance.confidentiality.level"].search([("rank", "=", 1)])
customer._classify(level, "raised")
boss, head, clerk, loner = (
    person(login, "base.group_user") for login in ("boss", "head", "clerk", "loner")
)
team = env["crm.team"].create({"name": "Team", "user_id": salesman.id})
for user in (clerk, loner):
    env["crm.team.member"].create({"crm_team_id": team.id, "user_id": user.id})
people = env["hr.employee"].create(
    [{"name": user.name, "user_id": user.id} for user in (boss, head, clerk)]
)
above = env["hr.department"].create({"name": "All", "manager_id": people[0].id})
office = env["hr.department"].create(
    {"name": "Office", "manager_id": people[1].id, "parent_id": above.id}
)
(people[1] | people[2]).department_id = office
step = env["governance.approver.mixin"]
filing = env["governance.filing.department"].create(
    {"name": "Files", "code": "FIL", "hr_department_ids": [(6, 0, above.ids)]}
)
# Below: a department that nobody manages, and one whose manager is not in it.
under = env["hr.department"].create({"name": "Under", "parent_id": office.id})
apart = env["hr.department"].create(
    {"name": "Apart", "parent_id": under.id, "manager_id": people[0].id}
)
for login, department in (("junior", under), ("remote", apart)):
    env["hr.employee"].create(
        {"name": login, "user_id": person(login, "base.group_user").id,
         "department_id": department.id}
    )
there = env["res.company"].create({"name": "There"})
clerk.company_ids |= there
leads = {
    "leaders": [
        step._get_leaders(user, env.company).mapped("login")
        for user in (head, clerk, loner)
    ],
    "led": [
        [members.mapped("login") for members, company in step._get_led_people(user)
         if members]
        for user in (boss, head, salesman)
    ],
    "members": sorted(filing._get_members().mapped("login")),
    "staff": [company._is_own_staff(clerk) for company in (env.company, there)],
}
print("ANSWER", json.dumps({
    "leads": leads,
    "kept": [task.access_token == token, to_do.user_id == salesman],
    "gaps": env["governance.confidentiality"]._get_gaps(),
    "listed": sorted(set(env["governance.confidentiality"]._get_open_models())
                     - set(env.registry)),
    "bridges": env["ir.module.module"].search([
        ("name", "=like", "crm_governance_%"), ("state", "=", "installed"),
    ]).mapped("name"),
    "hidden": hidden,
    "shown": shown,
}))
"""


@tagged("post_install", "-at_install")
class TestBridges(InstallCommon):
    """The addon beside others that name customers (C-12, C-21)."""

    database = "crm_governance_test_bridges"

    def test_no_hole(self):
        """Whoever may not read a customer does not read it in other modules."""
        self.install(*MODULES)
        printed = self.odoo("shell", "--no-http", text=WORK)
        (line,) = [x for x in printed.splitlines() if x.startswith("ANSWER ")]
        answer = json.loads(line.partition(" ")[2])
        self.assertEqual(
            set(answer["bridges"]),
            {f"crm_governance_{name}" for name in (*MODULES, "sms", "snailmail")},
        )
        self.assertEqual(answer["gaps"], [])
        # Of a task whose customer is raised: the link and the to-do.
        self.assertEqual(answer["kept"], [False, False])
        self.assertEqual(answer["listed"], [])
        # The manager of the department leads, for others the sales team (BP-04).
        self.assertEqual(
            answer["leads"],
            {
                "leaders": [["boss"], ["head"], ["salesman"]],
                "led": [[["head", "remote"]], [["clerk", "junior"]], [["loner"]]],
                "members": ["clerk", "head", "junior", "remote"],
                "staff": [True, False],
            },
        )
        models = answer["shown"].keys()
        self.assertEqual(answer["shown"], dict.fromkeys(models, True))
        self.assertEqual(answer["hidden"], dict.fromkeys(models, [False, True]))
