"""Manifests of folders of features."""
import json
from pathlib import Path
from random import Random

from projects_move.datasets.features.manifest import read_manifest
from tests.fuzz.mutations import BYTES, TEXT, mutate
from tests.fuzz.outcomes import FAULTY, Expected, Outcome, difference, judge
from tests.fuzz.runner import Target

NAME = 'manifest.json'


def write(rng: Random, folder: Path) -> None:
    manifest = dict(
        backbone=dict(type='ResNet', depth=rng.choice((18, 50))),
        weights_sha256='%064x' % rng.getrandbits(256),
        data_preprocessor=dict(mean=[rng.uniform(0, 255)], name='é'),
        pipeline=['Resize(scale=(-1, 256))'],
        versions=dict(torch='2.13.0'))
    content = rng.choice([manifest] * 9 + [[manifest], 'text', 1, None])
    encoding = rng.choice(('utf-8', ) * 6 + ('utf-16', 'latin-1'))
    text = json.dumps(content, ensure_ascii=False)
    mutations = rng.choice((BYTES, TEXT))
    (folder / NAME).write_bytes(mutate(rng, text.encode(encoding), mutations))


def check(folder: Path) -> Outcome:
    return judge(lambda: read_manifest(folder), _expected(folder / NAME),
                 [NAME], difference)


def _expected(path: Path) -> Expected:
    try:
        value = json.loads(path.read_bytes())  # also UTF-16
    except ValueError:
        return FAULTY
    if not isinstance(value, dict):
        return FAULTY
    is_plain = path.read_bytes() == json.dumps(
        value, ensure_ascii=False).encode(errors='surrogatepass')
    return Expected(value, not is_plain)


TARGET = Target('manifest', write, check)
