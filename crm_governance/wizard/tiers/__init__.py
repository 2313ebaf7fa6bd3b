from . import base_partner_merge
from . import governance_adopt
from . import governance_tier_decide
