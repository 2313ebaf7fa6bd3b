from . import report_access_audit
from . import governance_tier_pareto
from . import report_tier_list
