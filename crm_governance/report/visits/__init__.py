from . import report_visit_plan
from . import governance_visit_counted_mixin
from . import governance_visit_attainment
from . import governance_visit_board
from . import governance_visit_board_planning
from . import governance_visit_assessment
from . import report_visit_attainment
