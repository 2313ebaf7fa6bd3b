from . import policy
from . import tiers
from . import confidentiality
from . import files
from . import visits
from . import complaints
