import {registry} from "@web/core/registry";

/**
 * Type into a field with suggestions and take the first one.
 *
 * @param {String} name of the field
 * @param {String} text to look for
 * @returns {Array}
 */
function choose(name, text) {
    return [
        {
            content: `Look for ${text}`,
            trigger: `.o_field_widget[name=${name}] input`,
            run: `edit ${text}`,
        },
        {
            content: `Take ${text}`,
            trigger: `.o-autocomplete--dropdown-item:not(.o_m2o_dropdown_option):contains(${text})`,
            run: "click",
        },
        {
            trigger: `body:not(:has(.o-autocomplete--dropdown-item))`,
        },
    ];
}

/**
 * Choose one of the values that are all in sight.
 *
 * @param {String} name of the field
 * @param {String} text of the value
 * @returns {Array}
 */
function pick(name, text) {
    return [
        {
            content: `It is ${text}`,
            trigger: `.o_field_widget[name=${name}] .o_radio_item:contains(${text}) input`,
            run: "click",
        },
    ];
}

/**
 * The status bar says at which step the complaint is.
 *
 * @param {String} state
 * @returns {Array}
 */
function isAt(state) {
    return [
        {
            content: `It is at ${state}`,
            trigger: `.o_statusbar_status button.o_arrow_button_current[data-value=${state}]`,
            // Steps of a complaint tell many people.
            timeout: 60000,
        },
    ];
}

/**
 * Confirm the dialog of a step after saying why.
 *
 * @param {String} text
 * @returns {Array}
 */
function confirmWith(text) {
    return [
        {
            content: "Say what is on record",
            trigger: ".modal .o_field_widget[name=reason] textarea",
            run: `edit ${text}`,
        },
        {
            trigger: ".modal footer button[name=action_confirm]",
            run: "click",
        },
        {
            content: "The dialog is gone",
            trigger: "body:not(:has(.modal))",
        },
    ];
}

// The telephone rings: who, what about, what they want; registered.
registry.category("web_tour.tours").add("governance_complaint_call", {
    steps: () => [
        {
            content: "The subject is ready to be typed",
            trigger: ".o_field_widget[name=title] input:focus",
            run: "edit Scratches on the doors",
        },
        ...choose("partner_id", "Open Trading"),
        ...pick("type_id", "Criticism"),
        ...pick("severity_id", "Normal"),
        {
            content: "What they want",
            trigger: ".o_field_widget[name=demand] textarea",
            run: "edit New doors before Friday",
        },
        {
            content: "Register while they are on the telephone",
            trigger: "button[name=action_register]:enabled",
            run: "click",
        },
        ...isAt("registered"),
        {
            content: "It has a number",
            trigger: ".o_field_widget[name=name]:contains(C/)",
        },
    ],
});

// Whoever registered it looks into the reason and reports it to the supervisor.
registry.category("web_tour.tours").add("governance_complaint_check", {
    steps: () => [
        {
            content: "The reason is valid",
            trigger: ".o_field_widget[name=validity] input[data-value=valid]",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=validity_reason] textarea",
            run: "edit Seen on the photos",
        },
        {
            trigger: "button[name=action_check]:enabled",
            run: "click",
        },
        ...isAt("acceptance"),
    ],
});

// The supervisor accepts, the supervising unit assigns.
registry.category("web_tour.tours").add("governance_complaint_accept", {
    steps: () => [
        {
            trigger: "button[name=action_approval_approve]:enabled",
            run: "click",
        },
        {
            trigger: ".modal footer button.btn-primary",
            run: "click",
        },
        {trigger: "body:not(:has(.modal))"},
        ...isAt("accepted"),
    ],
});

registry.category("web_tour.tours").add("governance_complaint_assign", {
    steps: () => [
        {
            trigger: ".o_statusbar_buttons button[name=action_step]:contains(Assign)",
            run: "click",
        },
        ...choose("user_id", "governance_handler"),
        ...confirmWith("You know these doors"),
        {
            content: "The handler is named",
            trigger: ".o_field_widget[name=user_id]:contains(governance_handler)",
        },
    ],
});

// Customer service, and nobody else, tells the customer.
registry.category("web_tour.tours").add("governance_complaint_reply", {
    steps: () => [
        {
            trigger: "button[name=action_open_reply]:enabled",
            run: "click",
        },
        {
            content: "What the customer is told",
            trigger: ".o_field_widget[name=body] .odoo-editor-editable",
            run: "editor Your new doors come on Friday.",
        },
        {
            trigger: "button[name=action_send]:enabled:contains(Send)",
            run: "click",
        },
        ...isAt("sent"),
    ],
});

// After the answer: how it is kept from happening again, then closed.
registry.category("web_tour.tours").add("governance_complaint_close", {
    steps: () => [
        {
            trigger: ".o_notebook_headers a[name=actions]",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=prevention] textarea",
            run: "edit Boxes with corners",
        },
        {
            trigger: "button[name=action_close]:enabled",
            run: "click",
        },
        ...isAt("closed"),
        {
            content: "The timeline says so",
            trigger: ".o_notebook_headers a[name=timeline]",
            run: "click",
        },
        {trigger: ".o_field_widget[name=event_ids] td[name=kind]:contains(Closed)"},
    ],
});
