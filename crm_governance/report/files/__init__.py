from . import report_loan_register
