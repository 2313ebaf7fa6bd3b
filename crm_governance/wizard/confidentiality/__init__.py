from . import base_partner_merge
from . import governance_suspension_lift
