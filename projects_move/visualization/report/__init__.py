"""A report of runs in one page of HTML."""
from .report import write_report

__all__ = ['write_report']
