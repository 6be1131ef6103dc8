"""Prepare the verbs of EPIC-KITCHENS-100 for the configs, see README.md in
this folder.

    python tools/data/prepare_epic_verbs.py --labels FOLDER
    python tools/data/prepare_epic_verbs.py --videos CLIPS

The same command resumes after an interruption.
"""
from preparation.arguments import parse_args


def main() -> None:
    args = parse_args('EPIC-KITCHENS-100 verbs', 'data/epic_verbs')
    from preparation.benchmark import prepare
    from preparation.epic_verbs import EPIC_VERBS
    prepare(EPIC_VERBS, args)


if __name__ == '__main__':
    main()
