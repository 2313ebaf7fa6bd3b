from . import report_access_audit
