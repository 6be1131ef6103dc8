"""A headless Chromium, driven by the DevTools protocol over two pipes."""
import base64
import json
import os
import select
import shutil
import subprocess
from pathlib import Path
from typing import Any, List, Optional

TIMEOUT = 120  # seconds without any message; a busy machine needs a few
NAMES = 'chromium', 'chromium-browser', 'google-chrome', 'chrome'


def find_chromium() -> Optional[str]:
    return next(filter(None, map(shutil.which, NAMES)), None)


class Browser:
    """One page in a browser of its own; use it in a ``with`` block.

    Attributes:
        complaints: Errors and warnings of the console, exceptions, and
            refusals of the content security policy.
        requests: URLs that the page asked for.
    """

    def __init__(self, profile: Path) -> None:
        self.complaints: List[str] = []
        self.requests: List[str] = []
        self._events: List[str] = []
        self._last, self._buffer, self._session = 0, b'', None
        browser_reads, self._writer = os.pipe()
        self._reader, browser_writes = os.pipe()
        command = [
            find_chromium(), '--headless', '--no-sandbox', '--disable-gpu',
            '--disable-dev-shm-usage', '--remote-debugging-pipe',
            '--no-first-run', f'--user-data-dir={profile}', 'about:blank'
        ]
        # the browser reads from file 3 and writes to file 4
        redirect = f'exec "$@" 3<&{browser_reads} 4>&{browser_writes}'
        self._process = subprocess.Popen(
            ['bash', '-c', redirect, 'bash', *command],
            pass_fds=(browser_reads, browser_writes),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        os.close(browser_reads)
        os.close(browser_writes)

    def __enter__(self) -> 'Browser':
        pages = self.call('Target.getTargets')['targetInfos']
        page = next(each for each in pages if each['type'] == 'page')
        self._session = self.call(
            'Target.attachToTarget', targetId=page['targetId'],
            flatten=True)['sessionId']
        for domain in ('Page', 'Runtime', 'Log', 'Network'):
            self.call(f'{domain}.enable')
        return self

    def __exit__(self, *error: object) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._reader)
        os.close(self._writer)

    def call(self, method: str, **params: Any) -> dict:
        """Result of a command of the protocol."""
        self._last += 1
        message = dict(id=self._last, method=method, params=params)
        if self._session is not None:
            message['sessionId'] = self._session
        os.write(self._writer, json.dumps(message).encode() + b'\0')
        while True:
            found = self._receive()
            if found.get('id') == self._last:
                assert 'error' not in found, found['error']
                return found['result']

    def _receive(self) -> dict:
        while b'\0' not in self._buffer:
            ready, _, _ = select.select([self._reader], [], [], TIMEOUT)
            assert ready, f'no message of the browser for {TIMEOUT} s'
            part = os.read(self._reader, 1 << 16)
            assert part, 'the browser has ended'
            self._buffer += part
        text, self._buffer = self._buffer.split(b'\0', 1)
        message = json.loads(text)
        self._note(message.get('method', ''), message.get('params', {}))
        return message

    def _note(self, event: str, params: dict) -> None:
        self._events.append(event)
        if event == 'Runtime.exceptionThrown':
            self.complaints.append(json.dumps(params['exceptionDetails']))
        elif event == 'Log.entryAdded':
            self.complaints.append(params['entry']['text'])
        elif event == 'Runtime.consoleAPICalled' and \
                params['type'] in ('error', 'warning', 'assert'):
            self.complaints.append(json.dumps(params['args']))
        elif event == 'Network.requestWillBeSent' and \
                not params['request']['url'].startswith('data:'):
            self.requests.append(params['request']['url'])

    def show(self, width: int, height: int = 900, dark: bool = False) -> None:
        """Set the size of the window and the preference of the user."""
        self.call(
            'Emulation.setDeviceMetricsOverride',
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 600)
        scheme = dict(
            name='prefers-color-scheme', value='dark' if dark else 'light')
        self.call('Emulation.setEmulatedMedia', features=[scheme])

    def open(self, page: Path) -> None:
        """Open a file and wait until it is loaded."""
        self._events.clear()
        self.call('Page.navigate', url=page.absolute().as_uri())
        while 'Page.loadEventFired' not in self._events:
            self._receive()

    def evaluate(self, expression: str) -> Any:
        """Value of an expression, or of the promise that it is."""
        found = self.call(
            'Runtime.evaluate',
            expression=expression,
            awaitPromise=True,
            returnByValue=True)
        assert 'exceptionDetails' not in found, found['exceptionDetails']
        return found['result'].get('value')

    def screenshot(self, path: Path, whole: bool = True) -> None:
        data = self.call(
            'Page.captureScreenshot', captureBeyondViewport=whole)['data']
        path.write_bytes(base64.b64decode(data))

    def print_pdf(self, path: Path) -> None:
        data = self.call(
            'Page.printToPDF', printBackground=True,
            preferCSSPageSize=True)['data']
        path.write_bytes(base64.b64decode(data))
