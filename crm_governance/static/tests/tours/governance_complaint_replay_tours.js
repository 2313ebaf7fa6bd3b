import {registry} from "@web/core/registry";

const {DateTime} = luxon;
const ANSWER = ".modal .o_field_widget[name=answer]";

// What did I see yesterday? The handler looks at the clocks of another moment.
registry.category("web_tour.tours").add("governance_complaint_replay", {
    steps: () => [
        {
            trigger: ".o_notebook_headers a[name=timeline]",
            run: "click",
        },
        {
            content: "The timeline tells how the clocks stand now",
            trigger: ".o_field_widget[name=clock_story]:contains(Done too late)",
        },
        {
            trigger: "button[name=action_replay]:enabled",
            run: "click",
        },
        {
            content: "Opened, it tells of this moment",
            trigger: `${ANSWER}:contains(Done too late)`,
        },
        {
            content: "The moment is shown, and typed after a click",
            trigger: ".modal .o_field_widget[name=moment] button",
            run: "click",
        },
        {
            content: "Two hours after the call",
            trigger: ".modal .o_field_widget[name=moment] input",
            run: `edit ${DateTime.now().minus({hours: 8}).toFormat("MM/dd/yyyy HH:mm:ss")}`,
        },
        {
            content: "Leave the calendar, which would take the next click",
            trigger: ".modal .modal-title",
            run: "click",
        },
        {
            content: "Half of the time was left, and nobody was late",
            trigger: `body:not(:has(.o_datetime_picker)) ${ANSWER}:contains(of 4 h 0 min are left)`,
        },
        {
            content: "Told before anything had been written down of it",
            trigger: ".modal .o_field_widget[name=is_known] input",
            run: "click",
        },
        {
            trigger: `${ANSWER}:contains(No clock has run yet)`,
        },
        {
            trigger: ".modal footer button.btn-primary",
            run: "click",
        },
        {trigger: "body:not(:has(.modal)) button[name=action_replay]"},
    ],
});
