import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("governance_policy_adopt", {
    url: "/odoo/governance-profiles",
    steps: () => [
        {
            content: "Adopt the profile of the test",
            trigger: ".o_kanban_record:contains(Tour profile) button[name=action_adopt]",
            run: "click",
        },
        {
            content: "Its policies are listed",
            trigger: ".modal .o_data_row:contains(Telephone approval)",
        },
        {
            trigger: ".modal button[name=action_continue]",
            run: "click",
        },
        {
            content: "The list asks for the time to decide",
            trigger: ".modal .o_data_row td[name=value_number]",
            run: "click",
        },
        {
            trigger: ".modal .o_data_row td[name=value_number] input",
            run: "edit 5",
        },
        {
            trigger: ".modal button[name=action_adopt_publish]",
            run: "click",
        },
        {
            content: "Both are in force",
            trigger:
                ".modal .o_data_row:contains(Strategic list) td:contains(it is in force)",
        },
        {
            trigger: ".modal .o_data_row:contains(Telephone) td:contains(it is in force)",
        },
        {
            content: "Open the result",
            trigger: ".modal .o_data_row:contains(Strategic list) button",
            run: "click",
        },
        {
            content: "The matrix of the company is published",
            trigger: ".o_form_view .o_statusbar_status button.o_arrow_button_current",
        },
        {
            trigger: ".o_form_view .o_field_widget[name=expiry_value]:contains(5)",
        },
        {
            trigger: ".o_form_view button[name=action_new_version]",
        },
    ],
});

registry.category("web_tour.tours").add("governance_policy_decide", {
    url: "/odoo/governance-to-decide",
    steps: () => [
        {
            content: "Open the request that waits",
            trigger: ".o_data_row:contains(Tour deal) td[name=res_name]",
            run: "click",
        },
        {
            content: "What is asked is shown",
            trigger: ".o_form_view .o_field_widget[name=content_html]:contains(Acme)",
        },
        {
            trigger: "button[name=action_reject]",
            run: "click",
        },
        {
            content: "A rejection needs a reason",
            trigger: ".modal .o_field_widget[name=reason].o_required_modifier textarea",
            run: "edit Too expensive",
        },
        {
            trigger: ".modal footer button.btn-danger[name=action_confirm]",
            run: "click",
        },
        {
            content: "It is rejected and nothing is left to press",
            trigger:
                ".o_form_view:not(:has(button[name=action_approve])) .o_arrow_button_current:contains(Rejected)",
        },
        {
            trigger: ".nav-link:contains(History)",
            run: "click",
        },
        {
            trigger: ".o_data_row:contains(Too expensive)",
        },
    ],
});
