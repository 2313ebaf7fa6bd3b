import {registry} from "@web/core/registry";

const SCAN = ".o_field_widget[name=barcode] input";

/**
 * A data custodian scans a volume at the desk and never touches the mouse.
 *
 * @param {String} kind what becomes of the volume
 * @param {Array} between steps before the confirmation
 * @returns {Array}
 */
function deskSteps(kind, between = []) {
    return [
        {
            content: "The cursor is where the reader types",
            trigger: `${SCAN}:focus`,
            run: "edit V-1 && press Enter",
        },
        {
            content: "The volume is in the list",
            trigger: `.o_data_row td[name=kind]:contains(${kind})`,
        },
        ...between,
        {
            content: "Confirm by key",
            trigger: SCAN,
            run: "press Alt+q",
        },
        {
            content: "The desk is empty for the next one",
            trigger: `.o_form_view:not(:has(.o_data_row)) ${SCAN}`,
        },
    ];
}

registry.category("web_tour.tours").add("governance_loan_ask", {
    url: "/odoo/governance-loans",
    steps: () => [
        {
            trigger: ".o_list_button_add",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=policy_id] input",
            run: "edit Lending",
        },
        {
            trigger: ".o-autocomplete--dropdown-item:contains(Lending)",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=purpose] textarea",
            run: "edit The yearly meeting",
        },
        {
            trigger: ".o_field_widget[name=line_ids] .o_field_x2many_list_row_add button, .o_field_widget[name=line_ids] .o_field_x2many_list_row_add a",
            run: "click",
        },
        {
            trigger: ".o_selected_row td[name=volume_id] input",
            run: "edit Contracts",
        },
        {
            trigger: ".o-autocomplete--dropdown-item:contains(Contracts)",
            run: "click",
        },
        {
            content: "Ask",
            trigger: "button[name=action_request_approval]",
            run: "click",
        },
        {
            content: "It waits for a decision; the undertaking can be read and accepted",
            trigger: "button[name=action_accept_undertaking]",
            run: "click",
        },
        {
            trigger:
                ".o_form_view:has(button[name=action_withdraw]):not(:has(button[name=action_accept_undertaking]))",
        },
    ],
});

registry.category("web_tour.tours").add("governance_loan_decide", {
    url: "/odoo/governance-loans-to-decide",
    steps: () => [
        {
            trigger: ".o_data_row td[name=name]",
            run: "click",
        },
        {
            trigger: "button[name=action_approval_approve]",
            run: "click",
        },
        {
            trigger: ".modal footer button.btn-primary[name=action_confirm]",
            run: "click",
        },
        {
            trigger:
                "body:not(:has(.modal)) .o_form_view:not(:has(button[name=action_approval_approve]))",
        },
    ],
});

registry.category("web_tour.tours").add("governance_loan_hand_out", {
    url: "/odoo/governance-loan-scan",
    steps: () => deskSteps("Goes Out"),
});

registry.category("web_tour.tours").add("governance_loan_mine", {
    url: "/odoo/governance-my-borrowings",
    steps: () => [
        {
            content: "What is overdue is red and comes first",
            trigger: ".o_data_row.text-danger td[name=volume_id]:contains(Contracts)",
        },
        {
            trigger: ".o_data_row button[name=action_report]",
        },
    ],
});

registry.category("web_tour.tours").add("governance_loan_take_back", {
    url: "/odoo/governance-loan-scan",
    steps: () =>
        deskSteps("Comes Back", [
            {
                content: "Say in which condition it is",
                trigger: ".o_group .o_field_widget[name=condition] input[type=radio]",
                run: "check",
            },
        ]),
});
