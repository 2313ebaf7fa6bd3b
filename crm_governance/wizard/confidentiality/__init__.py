from . import base_partner_merge
from . import governance_suspension_lift
from . import governance_access_end
from . import governance_access_match
from . import governance_access_pass_on
from . import governance_access_why
from . import governance_emergency_access
from . import governance_my_access
