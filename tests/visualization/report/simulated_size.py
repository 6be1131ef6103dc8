"""Size and speed of the page of runs with the classes and videos of VideoLT.

    python -m tests.visualization.report.simulated_size

Two methods with three seeds, with the scores of all videos: 1.2 GB in the
temporary folder. The printed figures are those of ``docs/report.md``.
"""
import json
import resource
import statistics
import tempfile
import time
from pathlib import Path

import torch

from projects_move.evaluation import LongTailMetric
from projects_move.visualization.report import find_methods, write_report
from tests.browser import Browser
from tests.visualization.report.tiny_runs import PROVENANCE, write_config

CLASSES, VIDEOS, SEEDS, OPENINGS = 1004, 51239, 3, 5

USABLE = "performance.getEntriesByName('usable')[0].startTime"
LOADED = "performance.getEntriesByType('navigation')[0].loadEventEnd"
ACTION = '''(() => {
    const start = performance.now();
    %s
    document.body.offsetHeight;
    return performance.now() - start;
})()'''
SORT = "document.querySelectorAll('#class-table th button')[5].click();"
CHARTS = "window.dispatchEvent(new Event('beforeprint'));"  # all of them
SEARCH = '''const box = document.getElementById('search');
    box.value = '77'; box.dispatchEvent(new Event('input'));'''


def main() -> None:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as text:
        folder = Path(text)
        simulate(folder / 'runs')
        start = time.time()
        write_report(find_methods([str(folder / 'runs')]), folder / 'a.html')
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        print(f'written in {time.time() - start:.1f} s, '
              f'{(folder / "a.html").stat().st_size / 1e6:.1f} MB, '
              f'{memory:.1f} GiB of memory')
        with Browser(folder / 'profile') as browser:
            measure(browser, folder / 'a.html')


def simulate(folder: Path) -> None:
    """Runs of two methods, one better than the other in the tail."""
    generator = torch.Generator().manual_seed(0)
    counts = (2000 * .995**torch.arange(CLASSES)).ceil().long()
    label = torch.multinomial(
        counts.double(), VIDEOS, True, generator=generator)
    label[:CLASSES] = torch.arange(CLASSES)  # each class has a video
    for method, strength in (('MOVE', 2.6), ('Baseline', 2.3)):
        for seed in range(SEEDS):
            work_dir = folder / method / f'seed{seed}'
            logits = torch.randn(VIDEOS, CLASSES, generator=generator)
            gain = strength * counts[label].pow(.05)
            logits[torch.arange(VIDEOS), label] += gain
            metric = LongTailMetric(
                class_counts=counts,
                out_dir=str(work_dir / 'test'),
                keep_scores=True)
            metric.dataset_meta = dict(
                classes=[f'class number {i}' for i in range(CLASSES)])
            for first in range(0, VIDEOS, 256):
                scores = logits[first:first + 256].softmax(1)
                metric.process(None, [
                    dict(
                        pred_score=scores[i],
                        gt_label=label[first + i, None],
                        video_id=f'video_{first + i}')
                    for i in range(len(scores))
                ])
            metric.evaluate(VIDEOS)
            (work_dir / 'provenance.json').write_text(json.dumps(PROVENANCE))
            path = write_config(work_dir, randomness=dict(seed=seed))
            path.with_name('scalars.json').write_text('\n'.join(
                json.dumps(dict(loss=1 / step, epoch=step // 500, step=step))
                for step in range(1, 50001)))


def measure(browser: Browser, page: Path) -> None:
    browser.call('Performance.enable', timeDomain='threadTicks')
    for width in (1280, 390):
        browser.show(width)
        times = []
        for _ in range(OPENINGS):
            browser.open(page)
            times.append([
                browser.evaluate(USABLE),
                browser.evaluate(LOADED),
                main_thread(browser)
            ] + [
                browser.evaluate(ACTION % action)
                for action in (SORT, SEARCH, CHARTS)
            ])
        usable, loaded, cpu, sort, search, charts = map(
            statistics.median, zip(*times))
        print(f'{width} pixels: usable after {usable:.0f} ms, loaded after '
              f'{loaded:.0f} ms, of which {cpu:.0f} ms are CPU time of the '
              f'main thread; sorting takes {sort:.0f} ms, searching '
              f'{search:.0f} ms, drawing all charts {charts:.0f} ms')
    start = time.time()
    browser.print_pdf(page.with_suffix('.pdf'))
    print(f'printed in {time.time() - start:.1f} s; complaints: '
          f'{browser.complaints}')


def main_thread(browser: Browser) -> float:
    """CPU time of the tasks of the page since it was opened, in ms."""
    metrics = browser.call('Performance.getMetrics')['metrics']
    found = {each['name']: each['value'] for each in metrics}
    return found['TaskDuration'] * 1000


if __name__ == '__main__':
    main()
