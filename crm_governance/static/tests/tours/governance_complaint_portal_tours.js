import {registry} from "@web/core/registry";

// A customer complains in the portal.
registry.category("web_tour.tours").add("governance_complaint_portal_new", {
    steps: () => [
        {
            content: "Start a complaint",
            trigger: "a.o_complaint_new",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: ".o_complaint_form input[name=title]",
            run: "edit Scratches on the door",
        },
        {
            trigger: ".o_complaint_form textarea[name=description]",
            run: "edit It came with three of them.",
        },
        {
            trigger: ".o_complaint_form textarea[name=demand]",
            run: "edit A new door",
        },
        {
            content: "Send it",
            trigger: ".o_complaint_form button[type=submit]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It has arrived",
            trigger: ".o_complaint_state[data-state=received]",
        },
        {
            content: "What was written is there",
            trigger: ".card-body:contains(It came with three of them.)",
        },
    ],
});

// The customer rejects the answer, and the complaint begins again.
registry.category("web_tour.tours").add("governance_complaint_portal_reject", {
    steps: () => [
        {
            content: "Open the complaint",
            trigger: "td a[href^='/my/complaints/']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It is answered",
            trigger: ".o_complaint_state[data-state=answered]",
        },
        {
            trigger: ".o_complaint_reject textarea",
            run: "edit The scratches are still there",
        },
        {
            content: "Open it again",
            trigger: ".o_complaint_reject button[type=submit]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Somebody works on it",
            trigger: ".o_complaint_state:not([data-state=answered])",
        },
        {
            content: "The words of the customer are in the timeline",
            trigger: ".o_complaint_timeline:contains(The scratches are still there)",
        },
    ],
});

// The customer accepts the answer.
registry.category("web_tour.tours").add("governance_complaint_portal_accept", {
    steps: () => [
        {
            trigger: "td a[href^='/my/complaints/']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: ".o_complaint_accept button[type=submit]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: ".o_complaint_state[data-state=closed]",
        },
    ],
});
