from . import base_partner_merge
from . import governance_file_reason
from . import governance_loan_choose
from . import governance_loan_desk
from . import governance_loan_report
from . import governance_destruction_check
from . import governance_disclosure_release
