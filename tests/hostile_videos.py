"""Unreadable and unusual video files."""
import wave
from pathlib import Path

import cv2
import numpy as np

SIZE = 64

# number of frames of each readable file
READABLE = {'good': 12, 'one_frame': 1, 'an_avi': 12}
FAULTY = ('corrupt', 'empty', 'truncated', 'zero_frames', 'audio_only', 'text',
          'archive')
UNSURE = ('damaged', )  # depends on the decoder


def write_video(path: Path,
                num_frames: int,
                codec: str = 'mp4v',
                height: int = SIZE) -> None:
    random = np.random.default_rng(num_frames)
    writer = cv2.VideoWriter(
        str(path), cv2.VideoWriter_fourcc(*codec), 15, (SIZE, height))
    for _ in range(num_frames):
        writer.write(
            random.integers(0, 256, (height, SIZE, 3), dtype=np.uint8))
    writer.release()


def write_hostile_videos(folder: Path) -> None:
    """Write ``NAME.mp4`` for each name above."""
    folder.mkdir(parents=True)
    write_video(folder / 'good.mp4', 12)
    write_video(folder / 'one_frame.mp4', 1)
    write_video(folder / 'draft.avi', 12, 'MJPG')
    (folder / 'draft.avi').rename(folder / 'an_avi.mp4')
    write_video(folder / 'zero_frames.mp4', 0)
    whole = (folder / 'good.mp4').read_bytes()
    (folder / 'truncated.mp4').write_bytes(whole[:len(whole) // 2])
    # without the first frame header and the frame table
    noise = np.random.default_rng(0).bytes(len(whole) - 64)
    (folder / 'corrupt.mp4').write_bytes(whole[:64] + noise)
    middle = len(whole) // 3
    (folder / 'damaged.mp4').write_bytes(whole[:middle] + noise[:middle] +
                                         whole[2 * middle:])
    (folder / 'empty.mp4').touch()
    (folder / 'text.mp4').write_text('not a video\n' * 99)
    (folder / 'archive.mp4').write_bytes(b'PK\3\4' + noise)
    with wave.open(str(folder / 'audio_only.mp4'), 'wb') as file:
        file.setparams((1, 2, 8000, 0, 'NONE', ''))
        file.writeframes(noise[:8000])
