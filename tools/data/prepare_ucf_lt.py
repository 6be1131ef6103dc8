"""Prepare UCF-LT for the configs, see README.md in this folder.

    python tools/data/prepare_ucf_lt.py \
        --labels Gen2Balance/data/annotations/UCF-LT --videos UCF-101

The same command resumes after an interruption.
"""
from preparation.arguments import parse_args


def main() -> None:
    args = parse_args('UCF-LT', 'data/ucf_lt')
    from preparation.benchmark import prepare
    from preparation.gen2balance import UCF_LT
    prepare(UCF_LT, args)


if __name__ == '__main__':
    main()
