"""Description of an extraction, which is sent to its workers."""
from pathlib import Path
from typing import List, NamedTuple, Optional, Sequence


class ExtractionJob(NamedTuple):
    """All settings of an extraction but the videos. It can be pickled.

    Attributes:
        recognizer: Config of the recognizer whose backbone is used.
        pipeline: Transforms from a data info to packed inputs, with one
            ``*Decode`` transform.
        out: Folder of the features.
        preprocessing: Preprocessing that the backbone is used with, for the
            manifest, where its weights do not tell.
        checkpoint: File or URL of the weights of the recognizer; None for the
            pretrained weights that its config names.
        packed: Whether features are written into a packed store. Otherwise
            each video has its own file.
        dtype: Float type of the stored features.
        num_crops: Number of crops of each frame. The pipeline returns the
            first crop of all frames, then the second of all frames, and so on.
        flip: Whether to add the mirror image of each crop.
        batch_size: Images or clips of one forward pass.
        precision: Float type of the backbone, see :mod:`.embedder`.
        num_workers: Decoding processes of each worker.
        tries: Number of crashes of a decoder after which a video has failed.
        seed: Seed of a backbone without pretrained weights.
        videos: Folder of the names, which the manifest records; None if there
            are several.
        imports: Modules that register components, for a worker in another
            process.
    """
    recognizer: dict
    pipeline: List[dict]
    out: Path
    preprocessing: Optional[dict] = None
    checkpoint: Optional[str] = None
    packed: bool = False
    dtype: str = 'float16'
    num_crops: int = 1
    flip: bool = False
    batch_size: int = 64
    precision: str = 'auto'
    num_workers: int = 0
    tries: int = 2
    seed: int = 0
    videos: Optional[str] = None
    imports: Sequence[str] = ()


class Outcome(NamedTuple):
    """End of the work on a video.

    Attributes:
        name: Name of the video.
        problem: Reason of its failure, empty if its features are written.
    """
    name: str
    problem: str
