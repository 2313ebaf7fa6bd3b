import { Component, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

// How long the browser may look for the position, in milliseconds.
const PATIENCE = 10000;

/**
 * Ask the browser where the person is.
 *
 * The browser asks the person in turn; whoever refuses, or has no such thing, checks in
 * without a position.
 *
 * @param {Geolocation} [geolocation]
 * @returns {Promise<number[]>} latitude and longitude in degrees, or nothing
 */
export function getPosition(geolocation = navigator.geolocation) {
    if (!geolocation) {
        return Promise.resolve([]);
    }
    return new Promise((resolve) => {
        geolocation.getCurrentPosition(
            ({ coords }) => resolve([coords.latitude, coords.longitude]),
            () => resolve([]),
            { enableHighAccuracy: true, timeout: PATIENCE, maximumAge: PATIENCE }
        );
    });
}

/** The button that a visitor presses at the customer's. */
export class VisitCheckIn extends Component {
    static template = "crm_governance.VisitCheckIn";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ isBusy: false });
    }

    async onClick() {
        this.state.isBusy = true;
        try {
            await this.checkIn();
        } finally {
            this.state.isBusy = false;
        }
    }

    async checkIn() {
        const { record } = this.props;
        if (!(await record.save())) {
            return;
        }
        const position = await getPosition();
        await this.orm.call("governance.visit", "action_check_in", [
            [record.resId],
            ...position,
        ]);
        await record.load();
    }
}

registry.category("view_widgets").add("governance_visit_check_in", {
    component: VisitCheckIn,
});
