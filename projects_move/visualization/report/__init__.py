"""A report of runs in one page of HTML."""
from .page import require_libraries
from .report import write_report
from .run_folders import Method, RunFolder, find_methods

__all__ = [
    'Method', 'RunFolder', 'find_methods', 'require_libraries', 'write_report'
]
