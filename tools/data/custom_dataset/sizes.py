"""Size of a training list, from which its recipe follows."""
from typing import List, NamedTuple, Sequence

SMALL_BELOW = 5000  # training videos
RESAMPLED_FROM = 10  # training videos of a class, on average
SEVERAL_FROM = 1.5  # labels of a training video, on average


class Sizes(NamedTuple):
    """Sizes of a training list.

    Args:
        num_classes: Number of classes, S.
        num_videos: Number of training videos.
        num_labels: Number of their labels, together.
        multi_class: Whether any video, also of a test, has several labels.
    """
    num_classes: int
    num_videos: int
    num_labels: int
    multi_class: bool

    @classmethod
    def of(cls, classes: Sequence[str], labels: Sequence[List[str]],
           training: Sequence[int]) -> 'Sizes':
        """Sizes of a list.

        Args:
            classes: Names of the classes.
            labels: Labels of each video.
            training: Indices of the training videos.

        Example:
            >>> Sizes.of('ab', [['a'], ['a', 'b'], ['b']], [0, 2])
            Sizes(num_classes=2, num_videos=2, num_labels=2, multi_class=True)
        """
        return cls(
            len(classes), len(training), sum(len(labels[i]) for i in training),
            any(len(row) > 1 for row in labels))

    @property
    def is_small(self) -> bool:
        return self.num_videos < SMALL_BELOW

    @property
    def has_several(self) -> bool:
        """Whether most videos have several labels."""
        return self.num_labels >= SEVERAL_FROM * self.num_videos

    @property
    def is_resampled(self) -> bool:
        """Whether MOVE+ draws rare classes more often: there are enough
        videos not to draw the same few, and one label for each."""
        return not self.has_several and \
            self.num_videos >= RESAMPLED_FROM * self.num_classes
