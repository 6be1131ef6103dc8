from .backbones import *  # noqa: F401, F403
from .blendings import *  # noqa: F401, F403
from .classifiers import *  # noqa: F401, F403
from .data_preprocessors import *  # noqa: F401, F403
from .heads import *  # noqa: F401, F403
from .losses import *  # noqa: F401, F403
from .necks import *  # noqa: F401, F403
from .recognizers import *  # noqa: F401, F403
