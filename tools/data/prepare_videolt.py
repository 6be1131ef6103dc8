"""Prepare VideoLT for the configs, see README.md in this folder.

    python tools/data/prepare_videolt.py --labels VideoLT/labels \
        --features TSM-R50-feature TSM-R50-feature.tar.gz.part*
    python tools/data/prepare_videolt.py --videos FOLDER

The same command resumes after an interruption.
"""
from preparation.arguments import parse_args


def main() -> None:
    args = parse_args('VideoLT', 'data/videolt')
    from preparation.benchmark import prepare
    from preparation.videolt import VIDEOLT
    prepare(VIDEOLT, args)


if __name__ == '__main__':
    main()
