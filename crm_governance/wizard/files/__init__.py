from . import base_partner_merge
from . import governance_file_reason
