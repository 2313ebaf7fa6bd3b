import { KanbanRenderer } from "@web/views/kanban/kanban_renderer";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { registry } from "@web/core/registry";

/**
 * A board whose columns are people: nobody adds one by hand, so an empty board says
 * why it is empty. Odoo leaves it blank.
 */
export class VisitBoardRenderer extends KanbanRenderer {
    get showNoContentHelper() {
        return super.showNoContentHelper || this.props.list.groups?.length === 0;
    }
}

registry.category("views").add("governance_visit_board", {
    ...kanbanView,
    Renderer: VisitBoardRenderer,
});
