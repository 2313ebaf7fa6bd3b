from . import governance_demo
from . import governance_demo_tiers
from . import governance_demo_confidentiality
from . import governance_demo_files
