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

/**
 * Somebody chooses the volume of a loan.
 *
 * @param {String} name of the volume
 * @returns {Array}
 */
function volumeSteps(name) {
    return [
        {
            trigger: ".o_field_widget[name=line_ids] .o_field_x2many_list_row_add button, .o_field_widget[name=line_ids] .o_field_x2many_list_row_add a",
            run: "click",
        },
        {
            trigger: ".o_selected_row td[name=volume_id] input",
            run: `edit ${name}`,
        },
        {
            trigger: `.o-autocomplete--dropdown-item:contains(${name})`,
            run: "click",
        },
    ];
}

/**
 * Somebody says what the volumes are for.
 *
 * @returns {Array}
 */
function useSteps() {
    return [
        {
            content: "Not a drop-down, which forgets what is chosen when it is left at once",
            trigger:
                ".o_field_widget[name=use] .o_radio_item:contains(Read in the archive room) input",
            run: "click",
        },
        {
            trigger:
                ".o_field_widget[name=use] .o_radio_item:contains(Read in the archive room) input:checked",
        },
        {
            trigger: ".o_field_widget[name=purpose] textarea",
            run: "edit The yearly meeting",
        },
    ];
}

/**
 * Somebody asks for a volume under a policy.
 *
 * @returns {Array}
 */
function askSteps(volume) {
    return [
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
        ...volumeSteps(volume),
        {
            content: "Ask",
            trigger: "button[name=action_request_approval]",
            run: "click",
        },
    ];
}

/**
 * The borrower reads and accepts the undertaking while the approvers decide.
 *
 * @returns {Array}
 */
function acceptSteps() {
    return [
        {
            content: "It waits for a decision; the undertaking can be read and accepted",
            trigger: "button[name=action_accept_undertaking]",
            run: "click",
        },
        {
            trigger:
                ".o_form_view:has(button[name=action_withdraw]):not(:has(button[name=action_accept_undertaking]))",
        },
    ];
}

/**
 * Show a paper to the loan.
 *
 * @param {String} field
 * @returns {Array}
 */
function paperSteps(field) {
    return [
        {
            trigger: `.o_field_widget[name=${field}] input[type=file]:not(:visible)`,
            run({anchor}) {
                const chosen = new DataTransfer();
                chosen.items.add(new File(["A paper"], `${field}.txt`));
                anchor.files = chosen.files;
                anchor.dispatchEvent(new Event("change", {bubbles: true}));
            },
        },
        {
            content: "It is there under its name",
            trigger: `.o_field_widget[name=${field}] input:value(${field}.txt)`,
        },
    ];
}

registry.category("web_tour.tours").add("governance_loan_ask", {
    url: "/odoo/governance-loans",
    steps: () => [...askSteps("Contracts"), ...acceptSteps()],
});

registry.category("web_tour.tours").add("governance_loan_ask_on_site", {
    url: "/odoo/governance-loans",
    steps: () => [
        {
            trigger: ".o_list_button_add",
            run: "click",
        },
        ...useSteps(),
        ...volumeSteps("Contracts"),
        {
            content: "The policy of the reading room is the strictest one for that",
            trigger: ".o_field_widget[name=policy_id] input:value(Reading Room)",
        },
        {
            trigger: "button[name=action_request_approval]",
            run: "click",
        },
        ...acceptSteps(),
    ],
});

registry.category("web_tour.tours").add("governance_loan_read_on_site", {
    url: "/odoo/governance-my-borrowings",
    steps: () => [
        {
            content: "It is due today, and not renewed",
            trigger:
                ".o_data_row:has(td[name=volume_id]:contains(Contracts)):has(button[name=action_report]):not(:has(button[name=action_renew]))",
        },
    ],
});

registry.category("web_tour.tours").add("governance_loan_ask_outside", {
    url: "/odoo/governance-loans",
    steps: () => [
        {
            trigger: ".o_list_button_add",
            run: "click",
        },
        {
            content: "The reader gets no user",
            trigger: ".o_field_widget[name=user_id] input",
            run: "clear",
        },
        {
            trigger: ".o_field_widget[name=purpose] textarea",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=reader_name] input",
            run: "edit Mr. Wang",
        },
        {
            trigger: ".o_field_widget[name=reader_unit] input",
            run: "edit City Archive",
        },
        ...useSteps(),
        ...volumeSteps("Contracts"),
        {
            trigger: ".o_field_widget[name=policy_id] input:value(Readers from Outside)",
        },
        ...paperSteps("letter"),
        ...paperSteps("identity_document"),
        {
            trigger: "button[name=action_request_approval]",
            run: "click",
        },
        {
            trigger: "button[name=action_withdraw]",
        },
    ],
});

/**
 * A data custodian counts with the reader, from the form of the loan.
 *
 * @param {String} button that is pressed on the form
 * @param {String} after what the form shows then
 * @param {Array} between steps before the confirmation
 * @returns {Array}
 */
function countSteps(button, after, between = []) {
    return [
        {
            trigger: `button[name=${button}]`,
            run: "click",
        },
        {
            trigger: ".modal .o_data_row td[name=borrower_name]:contains(City Archive)",
        },
        ...between,
        {
            trigger: ".modal footer button[name=action_confirm]",
            run: "click",
        },
        {
            trigger: `body:not(:has(.modal)) .o_form_view${after}`,
        },
    ];
}

registry.category("web_tour.tours").add("governance_loan_serve_outside", {
    url: "/odoo/governance-loans",
    steps: () => [
        {
            trigger: ".o_data_row td[name=borrower_name]:contains(City Archive)",
            run: "click",
        },
        {
            content: "Nothing goes out before the reader has signed",
            trigger:
                ".o_form_view:not(:has(button[name=action_hand_out])) button[name=action_accept_undertaking]",
            run: "click",
        },
        ...countSteps("action_hand_out", ":has(button[name=action_take_back])"),
        ...countSteps("action_take_back", ":not(:has(button[name=action_take_back]))", [
            {
                trigger: ".modal .o_group .o_field_widget[name=condition] input[type=radio]",
                run: "check",
            },
        ]),
    ],
});

registry.category("web_tour.tours").add("governance_loan_ask_late", {
    url: "/odoo/governance-loans",
    steps: () => [
        ...askSteps("Visits"),
        {
            content: "Nothing is lent while something is overdue; it says what",
            trigger:
                ".modal:contains(borrows nothing while something is overdue) footer button",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal)) button[name=action_request_approval]",
        },
    ],
});

registry.category("web_tour.tours").add("governance_loan_ask_again", {
    url: "/odoo/governance-loans",
    steps: () => [
        {
            trigger: ".o_data_row:contains(Draft) td[name=borrower_name]",
            run: "click",
        },
        {
            trigger: "button[name=action_request_approval]",
            run: "click",
        },
        ...acceptSteps(),
    ],
});

registry.category("web_tour.tours").add("governance_loan_breaches", {
    url: "/odoo/governance-borrowing-breaches",
    steps: () => [
        {
            trigger:
                ".o_data_row:contains(governance_rep) td[name=date_returned]:not(:empty)",
            run: "click",
        },
        {
            content: "A custodian reads what followed and closes it",
            trigger: ".o_form_view .o_field_widget[name=measure] textarea",
            run: "edit A talk with the leader",
        },
        {
            trigger: "button[name=action_settle]",
            run: "click",
        },
        {
            trigger: ".modal footer button.btn-primary",
            run: "click",
        },
        {
            trigger:
                "body:not(:has(.modal)) .o_form_view:not(:has(button[name=action_settle]))",
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

/**
 * Press keys on the keyboard of the browser, whatever has the focus.
 *
 * @param {Array} keys
 * @returns {Function}
 */
function press(...keys) {
    // The test reads the console and presses them for real.
    return () => console.log(`keyboard: ${keys.join(" ")}`);
}

registry.category("web_tour.tours").add("governance_loan_keyboard", {
    url: "/odoo/governance-loan-scan",
    steps: () => [
        {
            content: "The cursor is where the reader types",
            trigger: `${SCAN}:focus`,
            run: press("V", "-", "1", "Enter"),
        },
        {
            trigger: ".o_data_row td[name=kind]:contains(Goes Out)",
        },
        {
            content: "It waits for the next scan; confirm from there",
            trigger: `${SCAN}:focus`,
            run: press("Alt+q"),
        },
        {
            trigger: `.o_form_view:not(:has(.o_data_row)) ${SCAN}:focus`,
            run: press("V", "-", "1", "Enter"),
        },
        {
            trigger: ".o_data_row td[name=kind]:contains(Comes Back)",
        },
        {
            trigger: `${SCAN}:focus`,
            run: press("Tab"),
        },
        {
            content: "Two of three are there",
            trigger: ".o_field_widget[name=last_count] input:focus:value(3)",
            run: press("2", "Tab"),
        },
        {
            trigger: ".o_data_row td[name=count]:contains(2)",
        },
        {
            trigger: ".o_field_widget[name=is_present] input:focus",
            run: press("Tab"),
        },
        {
            content: "Choose the third condition",
            trigger: ".o_group .o_field_widget[name=condition] input:focus",
            run: press("ArrowRight", "ArrowRight"),
        },
        {
            trigger:
                ".o_group .o_field_widget[name=condition] input[data-value=incomplete]:checked",
            run: press("Alt+q"),
        },
        {
            content: "The desk is empty for the next one, the cursor is there again",
            trigger: `.o_form_view:not(:has(.o_data_row)) ${SCAN}:focus`,
        },
    ],
});
