"""Pages of the documentation, and the code in them."""
import re
from pathlib import Path
from typing import List

from tests.conftest import ROOT

README = ROOT / 'README.md'
PAGES = [README, ROOT / 'CONTRIBUTING.md', *ROOT.glob('docs/**/*.md')]
PAGES += [*ROOT.glob('configs/*/README.md'), *ROOT.glob('tools/**/README.md')]


def blocks(page: Path, language: str) -> List[str]:
    """Fenced blocks of a language, in their order."""
    return re.findall(rf'^```{language}\n(.*?)^```', page.read_text(),
                      re.DOTALL | re.MULTILINE)
