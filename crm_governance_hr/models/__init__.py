from . import governance_approver_mixin
from . import governance_filing_department
from . import governed_models
from . import res_company
