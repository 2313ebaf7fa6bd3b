from . import report_filing_transfer
from . import report_loan_register
from . import report_destruction_certificate
from . import report_disclosure
