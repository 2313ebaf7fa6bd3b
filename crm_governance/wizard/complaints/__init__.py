from . import governance_complaint_action_step
from . import governance_complaint_step
from . import governance_complaint_replay
from . import governance_complaint_reset
from . import mail_compose_message
