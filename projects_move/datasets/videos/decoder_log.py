"""Messages of ffmpeg that tell of damage."""
from contextlib import contextmanager
from typing import Callable, Iterator, List

import av

# also reported for an intact cut of a longer video
HARMLESS = ('mmco:', 'number of reference frames', 'Not all references')


@contextmanager
def damage_log(name: str) -> Iterator[Callable[[], List[str]]]:
    """Function that returns the errors that ffmpeg has logged since its last
    call, within the context.

    Args:
        name: Name of the codec or the format whose errors count.

    ffmpeg conceals much damage and only logs it. There is one log for a
    process: this is for tools, not for data loaders.
    """
    level = av.logging.get_level()
    av.logging.set_level(av.logging.ERROR)
    try:
        with av.logging.Capture() as entries:

            def new_messages() -> List[str]:
                messages = [
                    text.strip() for _, source, text in entries
                    if source == name
                ]
                entries.clear()
                return [
                    text for text in messages
                    if text and not text.startswith(HARMLESS)
                ]

            yield new_messages
    finally:
        av.logging.set_level(level)
