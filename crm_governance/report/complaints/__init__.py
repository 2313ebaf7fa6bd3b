from . import governance_complaint_recurrence
