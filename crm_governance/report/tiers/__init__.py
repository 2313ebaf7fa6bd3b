from . import governance_tier_pareto
from . import report_tier_list
from . import report_tier_sheet
