from . import base_partner_merge
from . import governance_visit_reason
from . import governance_visit_slot_drop
from . import governance_visit_callback_start
