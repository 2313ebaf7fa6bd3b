from . import governance_retention_class
from . import governance_filing_department
from . import governance_file_category
from . import governance_document_type
from . import governance_filed_mixin
from . import governance_file
from . import governance_file_volume
from . import governance_file_document
