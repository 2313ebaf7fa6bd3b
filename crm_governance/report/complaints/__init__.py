from . import governance_complaint_recurrence
from . import governance_complaint_counted_mixin
from . import governance_complaint_figure
from . import governance_complaint_timing
from . import governance_complaint_rate
from . import report_complaint_statistic
from . import report_complaint_papers
