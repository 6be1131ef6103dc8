"""Prepare Imbalanced-MiniKinetics200 for the configs, see README.md in this
folder.

    python tools/data/prepare_minikinetics.py \
        --labels MOVE/Imbalanced-MiniKinetics200/data \
        --features ResNet50 FOLDER_OR_ARCHIVE
    python tools/data/prepare_minikinetics.py --videos KINETICS_FOLDER

The same command resumes after an interruption.
"""
from preparation.arguments import parse_args


def main() -> None:
    args = parse_args('Imbalanced-MiniKinetics200', 'data/minikinetics')
    from preparation.benchmark import prepare
    from preparation.minikinetics import MINIKINETICS
    prepare(MINIKINETICS, args)


if __name__ == '__main__':
    main()
