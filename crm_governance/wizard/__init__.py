from . import policy
from . import tiers
from . import confidentiality
