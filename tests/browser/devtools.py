# SPDX-License-Identifier: GPL-3.0-or-later
"""One headless Chromium, driven by its DevTools protocol over a pipe: no package beyond Python's own is needed.

Chromium started with --remote-debugging-pipe reads messages on descriptor 3 and writes them on 4: JSON, each ended by a
zero byte. https://chromedevtools.github.io/devtools-protocol/ names the methods.
"""
import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def find():
    """The path of a browser, or None."""
    return next((path for path in map(shutil.which, NAMES) if path), None)


class Browser:
    def __init__(self, program, timeout=60):
        self.timeout = timeout
        self.folder = tempfile.mkdtemp(prefix="tenfold-browser-")
        to_browser, self.write_to = os.pipe()
        self.read_from, from_browser = os.pipe()
        # Descriptors 3 and 4 of the browser: moved out of the way first, should the pipes themselves be 3 or 4.
        ends = [os.dup(to_browser), os.dup(from_browser)]
        high = [64, 65]
        for end, place in zip(ends, high):
            os.dup2(end, place)

        def wire():
            os.dup2(high[0], 3)
            os.dup2(high[1], 4)

        command = [program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                   "--disable-background-networking", "--disable-component-update", "--disable-sync",
                   "--disable-dev-shm-usage", "--force-device-scale-factor=1", "--hide-scrollbars",
                   "--remote-debugging-pipe", "--user-data-dir=" + self.folder + "/profile", "about:blank"]
        self.log = open(self.folder + "/log", "wb")
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log,
                                        preexec_fn=wire, pass_fds=(3, 4, *high), start_new_session=True)
        for end in (*ends, *high, to_browser, from_browser):
            os.close(end)
        self.number = 0
        self.buffer = b""
        self.events = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = None
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network"):
            self.call(domain + ".enable")

    def _message(self, until):
        while b"\0" not in self.buffer:
            left = until - time.monotonic()
            if left <= 0 or not select.select([self.read_from], [], [], left)[0]:
                raise TimeoutError("the browser does not answer")
            chunk = os.read(self.read_from, 1 << 20)
            if not chunk:
                with open(self.folder + "/log", errors="replace") as log:
                    raise RuntimeError("the browser ended: " + log.read()[-2000:])
            self.buffer += chunk
        raw, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(raw)

    def call(self, method, **params):
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        if getattr(self, "session", None):
            message["sessionId"] = self.session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.write_to, data):]
        until = time.monotonic() + self.timeout
        while True:
            answer = self._message(until)
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(method + ": " + answer["error"]["message"])
                return answer["result"]
            if "method" in answer:
                self.events.append(answer)

    def view(self, width, height=900, dark=False, mobile=False, media=""):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=mobile)
        self.call("Emulation.setEmulatedMedia", media=media,
                  features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])

    def open(self, path):
        """Loads a file; returns the addresses other than the file's own that were asked for."""
        self.events = []
        address = "file://" + os.path.abspath(path)
        self.call("Page.navigate", url=address)
        until = time.monotonic() + self.timeout
        while not any(e["method"] == "Page.loadEventFired" for e in self.events):
            answer = self._message(until)
            if "method" in answer:
                self.events.append(answer)
        self.evaluate("document.fonts.ready.then(() => true)")
        asked = [e["params"]["request"]["url"] for e in self.events if e["method"] == "Network.requestWillBeSent"]
        return [a for a in asked if a != address]

    def evaluate(self, script):
        result = self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in result:
            raise RuntimeError(json.dumps(result["exceptionDetails"])[:2000])
        return result["result"].get("value")

    def picture(self, path=None, whole=False):
        """The page as PNG bytes; `whole`: from top to end, not only the window."""
        options = {"format": "png"}
        if whole:
            box = self.call("Page.getLayoutMetrics")["cssContentSize"]
            options.update(captureBeyondViewport=True, clip=dict(x=0, y=0, width=box["width"], height=box["height"], scale=1))
        data = base64.b64decode(self.call("Page.captureScreenshot", **options)["data"])
        if path:
            with open(path, "wb") as file:
                file.write(data)
        return data

    def pdf(self, width, height):
        """The page printed on paper of that size in inches, where the page itself names none."""
        answer = self.call("Page.printToPDF", paperWidth=width, paperHeight=height, preferCSSPageSize=True, printBackground=False)
        return base64.b64decode(answer["data"])

    def close(self):
        try:
            self.session = None
            self.call("Browser.close")
        except (OSError, RuntimeError, TimeoutError):
            pass
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self.write_to)
        os.close(self.read_from)
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
