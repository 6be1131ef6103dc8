"""Prepare SSv2-LT for the configs, see README.md in this folder.

    python tools/data/prepare_ssv2_lt.py --train FILE --val FILE --test FILE \
        --classes something-something-v2-labels.json --videos FOLDER

The same command resumes after an interruption.
"""
from preparation.arguments import parse_args


def main() -> None:
    files = dict(
        classes='class names of Something-Something V2, '
        'something-something-v2-labels.json',
        train="the authors' training list",
        val="the authors' validation list, which they call trainval",
        test="the authors' test list, which they call val")
    args = parse_args('SSv2-LT', 'data/ssv2_lt', files)
    from preparation.benchmark import prepare
    from preparation.ssv2_lt import SSV2_LT
    prepare(SSV2_LT, args)


if __name__ == '__main__':
    main()
