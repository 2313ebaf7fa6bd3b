from . import governance_complaint_action_step
