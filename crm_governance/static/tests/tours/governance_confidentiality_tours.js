import {registry} from "@web/core/registry";
import {user} from "@web/core/user";

const {DateTime} = luxon;

/**
 * A data custodian gives a customer the highest level. No step looks for words of
 * the product, so that the tour runs in any language.
 *
 * @param {String} lang
 * @returns {Array}
 */
function raiseSteps(lang) {
    return [
        {
            content: "The client speaks the language of the user",
            trigger: ".o_data_cell:contains(Open Trading)",
            run: () => {
                if (user.lang !== lang) {
                    throw new Error(`The client speaks ${user.lang}.`);
                }
            },
        },
        {
            content: "Open the customer",
            trigger: ".o_data_cell:contains(Open Trading)",
            run: "click",
        },
        {
            content: "Propose another level",
            trigger: ".o_form_view button[name=action_governance_change_level]",
            run: "click",
        },
        {
            content: "The customer is on the list, with its present level",
            trigger:
                ".o_field_widget[name=partner_ids] .o_data_row:contains(Open Trading) td[name=governance_confidentiality_id] .badge",
        },
        {
            content: "Choose the highest level",
            trigger: ".o_field_widget[name=level_id] .o_radio_item:eq(2) input",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=reason] textarea",
            run: "edit They plan a merger",
        },
        {
            content: "Propose",
            trigger: "button[name=action_request_approval]",
            run: "click",
        },
        {
            content: "The customer has the new level already",
            trigger:
                ".o_field_widget[name=line_ids] .o_data_row:contains(Open Trading) td[name=state] .text-bg-success",
        },
        {
            content: "What is proposed can be taken back",
            trigger: "button[name=action_approval_withdraw]",
        },
    ];
}

registry.category("web_tour.tours").add("governance_confidentiality_raise", {
    url: "/odoo/customers",
    steps: () => raiseSteps("en-US"),
});

registry.category("web_tour.tours").add("governance_confidentiality_raise_zh", {
    url: "/odoo/customers",
    steps: () => raiseSteps("zh-CN"),
});

registry.category("web_tour.tours").add("governance_confidentiality_ask", {
    url: "/odoo/governance-access-requests",
    steps: () => [
        {
            trigger: ".o_list_button_add",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=customer_text] input",
            run: "edit Secret Holding",
        },
        {
            trigger: ".o_field_widget[name=reason] textarea",
            run: "edit Tender of the plant",
        },
        {
            trigger: ".o_field_widget[name=date_end] input",
            run: `edit ${DateTime.now().plus({days: 2}).toFormat("MM/dd/yyyy HH:mm:ss")}`,
        },
        {
            content: "Leave the calendar, which would take the next click",
            trigger: ".o_field_widget[name=reason] textarea",
            run: "click",
        },
        {
            content: "Send it",
            trigger:
                "body:not(:has(.o_datetime_picker)) button[name=action_request_approval]",
            run: "click",
        },
        {
            content: "It waits for an answer",
            trigger: ".o_form_view button[name=action_withdraw]",
        },
    ],
});

registry.category("web_tour.tours").add("governance_confidentiality_approve", {
    url: "/odoo/governance-to-decide",
    steps: () => [
        {
            content: "Open the request that waits",
            trigger: ".o_data_row td[name=res_name]",
            run: "click",
        },
        {
            trigger: ".o_form_view button[name=action_approve]",
            run: "click",
        },
        {
            trigger: ".modal footer button.btn-primary[name=action_confirm]",
            run: "click",
        },
        {
            content: "It is approved and nothing is left to press",
            trigger:
                "body:not(:has(.modal)) .o_form_view:not(:has(button[name=action_approve]))",
        },
    ],
});

registry.category("web_tour.tours").add("governance_confidentiality_run_out", {
    url: "/odoo/customers",
    steps: () => [
        {
            content: "The customer is in the list; open it",
            trigger: ".o_data_cell:contains(Secret Holding)",
            run: "click",
        },
        {
            trigger: ".o_form_view .o_field_widget[name=governance_confidentiality_id]",
        },
        {
            content: "Its time is over meanwhile; go back to the list",
            trigger: ".o_breadcrumb .o_back_button",
            run: "click",
        },
        {
            content: "The customer is gone, the others are there",
            trigger:
                ".o_list_view:not(:has(.o_data_row:contains(Secret Holding))) .o_data_row:contains(Open Trading)",
        },
    ],
});

registry.category("web_tour.tours").add("governance_confidentiality_gone", {
    url: "/odoo/customers",
    steps: () => [
        {
            content: "The list has only those that are open",
            trigger:
                ".o_list_view:not(:has(.o_data_row:contains(Secret Holding))) .o_data_row:contains(Open Trading)",
        },
    ],
});

/**
 * An auditor verifies the access register.
 *
 * @param {String} type of the message that has to come
 * @returns {Array}
 */
function verifySteps(type) {
    return [
        {
            content: "The register is sealed",
            trigger: ".o_list_view .o_data_row td[name=number]",
        },
        {
            trigger: "button[name=action_verify]",
            run: "click",
        },
        {
            trigger: `.o_notification:has(.o_notification_bar.bg-${type})`,
        },
    ];
}

registry.category("web_tour.tours").add("governance_confidentiality_verify", {
    url: "/odoo/governance-access-digests",
    steps: () => verifySteps("success"),
});

registry.category("web_tour.tours").add("governance_confidentiality_tampered", {
    url: "/odoo/governance-access-digests",
    steps: () => verifySteps("danger"),
});
