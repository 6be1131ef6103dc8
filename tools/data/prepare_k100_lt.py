"""Prepare K100-LT for the configs, see README.md in this folder.

    python tools/data/prepare_k100_lt.py \
        --labels Gen2Balance/data/annotations/K100-LT --videos FOLDER

The same command resumes after an interruption.
"""
from preparation.arguments import parse_args


def main() -> None:
    args = parse_args('K100-LT', 'data/k100_lt')
    from preparation.benchmark import prepare
    from preparation.gen2balance import K100_LT
    prepare(K100_LT, args)


if __name__ == '__main__':
    main()
