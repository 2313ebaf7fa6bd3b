import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("governance_tiers_adopt", {
    url: "/odoo/governance-profiles",
    steps: () => [
        {
            content: "Adopt the profile of the test",
            trigger: ".o_kanban_record:contains(Tier tour) button[name=action_adopt]",
            run: "click",
        },
        {
            trigger: ".modal button[name=action_continue]",
            run: "click",
        },
        {
            content: "The preset asks for what its source leaves open",
            trigger: ".modal .o_field_widget[name=value_ids] .o_data_row:eq(1)",
        },
        {
            content: "Leave it open for now",
            trigger: ".modal button[name=action_adopt]",
            run: "click",
        },
        {
            content: "Open the draft",
            trigger: ".modal .o_data_row button[name=action_open_result]",
            run: "click",
        },
        {
            content: "The draft says what is still open",
            trigger: ".o_form_view .alert .o_field_widget[name=publish_problems]",
        },
        {
            content: "Open the criteria that are open",
            trigger:
                ".o_field_widget[name=group_ids] .o_data_row.text-warning td[name=name]",
            run: "click",
        },
        {
            content: "Fill in the first value",
            trigger:
                ".modal .o_field_widget[name=criterion_ids] .o_data_row.text-warning:eq(0) td[name=value]",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=criterion_ids] td[name=value] input",
            run: "edit 40",
        },
        {
            content: "Fill in the other one",
            trigger:
                ".modal .o_field_widget[name=criterion_ids] .o_data_row:eq(1) td[name=value]",
            run: "click",
        },
        {
            trigger:
                ".modal .o_field_widget[name=criterion_ids] .o_data_row:eq(1) td[name=value] input",
            run: "edit 1000",
        },
        {
            trigger: ".modal .o_form_button_save",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal))",
        },
        {
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            content: "Nothing is open any more",
            trigger:
                ".o_form_view:not(:has(.alert .o_field_widget[name=publish_problems]))",
        },
        {
            trigger: "button[name=action_publish]",
            run: "click",
        },
        {
            content: "Confirm",
            trigger: ".modal footer button.btn-primary",
            run: "click",
        },
        {
            content: "The rules are in force and can be tried and replaced",
            trigger: "button[name=action_new_version]",
        },
        {
            trigger: "button[name=action_preview]",
            run: "click",
        },
        {
            content: "The preview shows who would move",
            trigger: ".o_list_view, .o_view_nocontent",
        },
    ],
});

registry.category("web_tour.tours").add("governance_tiers_decide", {
    url: "/odoo/governance-tiers-to-decide",
    steps: () => [
        {
            content: "Tick the largest customer",
            trigger: ".o_data_row:contains(North Trading) .o_list_record_selector input",
            run: "click",
        },
        {
            content: "Confirm what the rules propose",
            trigger: "button[name=action_confirm]",
            run: "click",
        },
        {
            content: "It does not wait any more; read the next one",
            trigger:
                ".o_list_view:not(:has(.o_data_row:contains(North Trading))) .o_data_row:contains(South Trading) td[name=partner_id]",
            run: "click",
        },
        {
            content: "The line says why",
            trigger: ".o_form_view .o_governance_explanation",
        },
        {
            content: "Decide otherwise",
            trigger: "button[name=action_change]",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=tier_id] .o_radio_item:eq(0) input",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=reason] textarea",
            run: "edit They open three new shops",
        },
        {
            trigger: ".modal button[name=action_decide]",
            run: "click",
        },
        {
            content: "The decision stands on the line, with the reason",
            trigger:
                ".o_form_view .o_field_widget[name=reason]:contains(three new shops)",
        },
        {
            content: "Go back",
            trigger: ".o_back_button",
            run: "click",
        },
        {
            content: "Nothing waits any more",
            trigger: ".o_view_nocontent_smiling_face",
        },
    ],
});

/**
 * A representative reads why a customer is in its tier. No step looks for words
 * of the product, so that the tour runs in any language.
 *
 * @param {Boolean} isChinese
 * @returns {Array}
 */
function whySteps(isChinese) {
    return [
        {
            content: "Open the customer",
            trigger: ".o_kanban_record:contains(North Trading)",
            run: "click",
        },
        {
            content: "The tier stands beside the tags",
            trigger: ".o_form_view .o_field_widget[name=governance_tier_id] .badge",
        },
        {
            content: "The product speaks the language of the user",
            trigger: ".o_notebook .nav-link[name=governance_tier]",
            run: ({anchor}) => {
                if (/[\u4e00-\u9fff]/.test(anchor.textContent) !== isChinese) {
                    throw new Error(`“${anchor.textContent}” is the wrong language.`);
                }
            },
        },
        {
            content: "Open the page of the tier",
            trigger: ".o_notebook .nav-link[name=governance_tier]",
            run: "click",
        },
        {
            content: "A condition that held",
            trigger: ".o_governance_explanation tr:has(.text-success)",
        },
        {
            content: "The margin before it falls",
            trigger: ".o_governance_explanation .alert-light li",
        },
        {
            content: "The history",
            trigger:
                ".o_field_widget[name=governance_assignment_ids] .o_data_row td[name=tier_id] .badge",
        },
        {
            content: "Ask for an override",
            trigger: "button[name=action_governance_override]",
            run: "click",
        },
        {
            content: "The request is about this customer",
            trigger:
                ".o_form_view .o_field_widget[name=partner_id] input:value(North Trading)",
        },
        {
            trigger: ".o_form_button_cancel",
            run: "click",
        },
        {
            content: "The customer is there again",
            trigger: ".o_form_view button[name=action_governance_override]",
        },
    ];
}

registry.category("web_tour.tours").add("governance_tiers_why", {
    url: "/odoo/governance-customers",
    steps: () => whySteps(false),
});

registry.category("web_tour.tours").add("governance_tiers_why_zh", {
    url: "/odoo/governance-customers",
    steps: () => whySteps(true),
});
