import {registry} from "@web/core/registry";

/**
 * Open the first visit of a list, or of the cards that phones show instead.
 *
 * @returns {Array}
 */
function openVisit() {
    return [
        {
            content: "Open the visit",
            trigger: ".o_data_row td[name=partner_id], .o_kanban_record:not(.o_kanban_ghost)",
            run: "click",
        },
    ];
}

// The visitor arrives, checks in, writes the report and submits it.
registry.category("web_tour.tours").add("governance_visit_report", {
    steps: () => [
        ...openVisit(),
        {
            content: "Say that one is there",
            trigger: ".o_governance_check_in",
            run: "click",
        },
        {
            content: "The server has noted the time",
            trigger: ".o_form_view:not(:has(.o_governance_check_in)) a[name=checkin]",
            // The browser may look for the position first, for ten seconds.
            timeout: 30000,
        },
        {trigger: "a[name=report]", run: "click"},
        {
            trigger: ".o_field_widget[name=result] textarea",
            run: "edit They want more",
        },
        {
            trigger: ".o_field_widget[name=needs] textarea",
            run: "edit Faster delivery",
        },
        {trigger: "a[name=promises]", run: "click"},
        {
            trigger: ".o_field_widget[name=promise_ids] .o_field_x2many_list_row_add button, .o_field_widget[name=promise_ids] .o_field_x2many_list_row_add a",
            run: "click",
        },
        {
            trigger: ".o_selected_row td[name=name] input",
            run: "edit Send the list",
        },
        {
            trigger: ".o_selected_row td[name=date_deadline] button, .o_selected_row td[name=date_deadline] input",
            run: "click",
        },
        {
            trigger: ".o_selected_row td[name=date_deadline] input",
            run: "edit 12/31/2030 && press Tab",
        },
        {
            content: "Submit the report",
            trigger: "button[name=action_submit]:enabled",
            run: "click",
        },
        {trigger: ".modal-footer .btn-primary", run: "click"},
        {
            content: "It is submitted",
            trigger: ".o_arrow_button_current:contains(Report Submitted)",
        },
    ],
});

// The leader looks at a report and accepts it.
registry.category("web_tour.tours").add("governance_visit_accept", {
    steps: () => [
        ...openVisit(),
        {trigger: "a[name=report]", run: "click"},
        {trigger: ".o_field_widget[name=result]:contains(They want more)"},
        {trigger: "button[name=action_accept]", run: "click"},
        {
            content: "It is accepted",
            trigger: ".o_arrow_button_current:contains(Report Accepted)",
        },
    ],
});

// On a phone: only what is needed at the customer's.
registry.category("web_tour.tours").add("governance_visit_phone", {
    steps: () => [
        {
            content: "Open the visit",
            trigger: ".o_kanban_record:not(.o_kanban_ghost)",
            run: "click",
        },
        {trigger: ".o_governance_check_in", run: "click"},
        {
            content: "The server has noted the time",
            trigger: ".o_form_view:not(:has(.o_governance_check_in)) a[name=checkin]",
            // The browser may look for the position first, for ten seconds.
            timeout: 30000,
        },
    ],
});
