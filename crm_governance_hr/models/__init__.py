from . import governed_models
