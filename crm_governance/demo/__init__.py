from . import governance_demo
from . import governance_demo_tiers
from . import governance_demo_confidentiality
from . import governance_demo_files
from . import governance_demo_lending
from . import governance_demo_disposal
from . import governance_demo_visits
from . import governance_demo_complaints
