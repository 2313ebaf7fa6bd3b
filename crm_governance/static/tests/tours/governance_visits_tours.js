import {registry} from "@web/core/registry";

/**
 * Open the latest plan of a list, or of the cards that phones show instead.
 *
 * @returns {Array}
 */
function openPlan() {
    return [
        {
            content: "Open the plan",
            trigger: ".o_data_row td[name=month_name], .o_kanban_record:not(.o_kanban_ghost)",
            run: "click",
        },
    ];
}

/**
 * Submit the plan that is open, and read that it waits for the leader.
 *
 * @returns {Array}
 */
function submitPlan() {
    return [
        {
            content: "Submit the plan",
            trigger: "button[name=action_request_approval]:enabled",
            run: "click",
        },
        {
            content: "It waits for the leader",
            trigger: ".o_form_view:not(:has(button[name=action_request_approval]))",
        },
    ];
}

// Somebody moves a day of the generated plan and submits it.
registry.category("web_tour.tours").add("governance_visits_submit", {
    steps: () => [
        ...openPlan(),
        {
            content: "Choose the day of a contact",
            trigger: ".o_field_widget[name=open_slot_ids] .o_data_row td[name=date]",
            run: "click",
        },
        {
            trigger: ".o_selected_row td[name=date] button, .o_selected_row td[name=date] input",
            run: "click",
        },
        {
            content: "Another day of the same half of the month",
            trigger: ".o_selected_row td[name=date] input",
            run({anchor}) {
                const [month, day, year] = anchor.value.split("/").map(Number);
                // Towards the middle of its half, and so never out of it.
                const moved = (day > 15 ? day - 15 : day) < 8 ? day + 1 : day - 1;
                const two = (number) => String(number).padStart(2, "0");
                anchor.value = `${two(month)}/${two(moved)}/${year}`;
                anchor.dispatchEvent(new Event("input", {bubbles: true}));
                anchor.dispatchEvent(new Event("change", {bubbles: true}));
            },
        },
        {trigger: ".o_form_view .o_form_sheet", run: "click"},
        ...submitPlan(),
    ],
});

// The same on a phone: what is planned are cards, and the plan is submitted.
registry.category("web_tour.tours").add("governance_visits_submit_phone", {
    steps: () => [
        ...openPlan(),
        {
            content: "Contacts are cards",
            trigger:
                ".o_field_widget[name=open_slot_ids] .o_kanban_record:not(.o_kanban_ghost)",
        },
        {
            content: "More buttons are in a menu, if there are any",
            trigger: ".o_statusbar_buttons button, .o_statusbar_buttons .dropdown-toggle",
        },
        ...submitPlan(),
    ],
});

// The leader reads the plan and approves it.
registry.category("web_tour.tours").add("governance_visits_decide", {
    steps: () => [
        ...openPlan(),
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

// The salesperson puts the approved plan into the calendar.
registry.category("web_tour.tours").add("governance_visits_schedule", {
    steps: () => [
        ...openPlan(),
        {
            trigger: "button[name=action_schedule]",
            run: "click",
        },
        {
            content: "All of it is in the calendar",
            trigger: ".o_form_view:not(:has(button[name=action_schedule]))",
        },
    ],
});

// The leader reads who has what to do on the board.
registry.category("web_tour.tours").add("governance_visits_board", {
    steps: () => [
        {
            content: "A customer stands on the board",
            trigger: ".o_content:contains(Open Trading)",
        },
    ],
});

// Whoever leads nobody is told why the board is empty.
registry.category("web_tour.tours").add("governance_visits_board_empty", {
    steps: () => [
        {
            content: "The empty board is no blank page",
            trigger: ".o_kanban_view .o_view_nocontent:contains(Nothing is planned here)",
        },
    ],
});
