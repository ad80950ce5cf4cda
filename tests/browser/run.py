#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports and charts in a real browser: run.py PROGRAM SOURCE_DIR [--all | SCENARIO...] [--charts FOLDER] [--keep FOLDER]

Each report is opened at 390 and 1280 points, light and dark, and printed on A4 and Letter. Measured, not guessed:
nothing is fetched, the page never scrolls sideways, tables of up to six scenarios fit a wide page, every text of a chart
lies inside its picture and covers no other, dark pages are dark, and printed pages have the size of the paper with
nothing cut. The SVG files of --charts (those of test_chart_kinds) are held to the same. --keep leaves screenshots and
PDFs there, to be looked at. Ends with 77 if there is no Chromium.
"""
import argparse
import concurrent.futures
import glob
import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from devtools import Browser, find

# Inches, and points of the printing area: the page's margins are 15 mm at the sides, 16 and 18 mm above and below.
PAPERS = {"A4": (8.27, 11.69), "Letter": (8.5, 11)}
MARGIN = 2 * 15 / 25.4

# Texts of the pictures that show: outside of what clips them, and covering each other. Heights are those of letters, not
# of lines: a third less than the boxes that the browser reports.
MEASURE = """(() => {
  const found = {pictures: 0, texts: 0, outside: [], overlaps: [], unnamed: 0};
  for (const svg of document.querySelectorAll('svg')) {
    const frame = svg.getBoundingClientRect();
    if (frame.width === 0) continue;
    found.pictures++;
    const named = svg.getAttribute('aria-labelledby');
    if (!named || !named.split(' ').every(id => document.getElementById(id) && document.getElementById(id).textContent))
      found.unnamed++;
    const where = svg.closest('[data-file]') ? svg.closest('[data-file]').dataset.file : '';
    const box = svg.closest('.narrow');
    const clip = (box && getComputedStyle(box).overflowX === 'hidden' ? box : svg).getBoundingClientRect();
    const left = Math.max(frame.left, clip.left), right = Math.min(frame.right, clip.right);
    const scale = frame.width / svg.viewBox.baseVal.width, boxes = [];
    for (const text of svg.querySelectorAll('text')) {
      if (!text.textContent.trim()) continue;
      const r = text.getBoundingClientRect(), cut = 0.17 * r.height;
      boxes.push({x0: r.left, x1: r.right, y0: r.top + cut, y1: r.bottom - cut, say: text.textContent.trim()});
      const slack = 2 * scale;
      if (r.left < left - slack || r.right > right + slack || r.top + cut < frame.top || r.bottom - cut > frame.bottom)
        found.outside.push(where + text.textContent.trim() + ' ' + [r.left - left, right - r.right].map(Math.round));
    }
    found.texts += boxes.length;
    for (let i = 0; i < boxes.length; i++) for (let k = 0; k < i; k++) {
      const a = boxes[i], b = boxes[k];
      const wide = Math.min(a.x1, b.x1) - Math.max(a.x0, b.x0), tall = Math.min(a.y1, b.y1) - Math.max(a.y0, b.y0);
      if (wide > 1.5 * scale && tall > 1 * scale) found.overlaps.push(where + a.say + ' / ' + b.say);
    }
  }
  return found;
})()"""
PAGE = """(() => ({
  wide: document.documentElement.scrollWidth, room: innerWidth,
  tables: [...document.querySelectorAll('#results .scroll, #scenarios .scroll')]
    .filter(e => e.scrollWidth > e.clientWidth + 1 && e.querySelectorAll('thead th').length <= 7)
    .map(e => e.closest('section').id + ' ' + e.scrollWidth + ' > ' + e.clientWidth),
  figures: document.querySelectorAll('figure').length,
  images: [...document.images].filter(e => !e.complete || e.naturalWidth === 0).length,
  paper: getComputedStyle(document.body).backgroundColor, ink: getComputedStyle(document.body).color,
}))()"""
PRINTED = """(() => [...document.querySelectorAll('section *, header *, footer *')].filter(e => {
  const r = e.getBoundingClientRect();
  return r.width > 0 && r.right > document.documentElement.clientWidth + 1 && !e.closest('svg') && !e.closest('.pic');
}).slice(0, 3).map(e => e.tagName + ': ' + e.textContent.slice(0, 60)))()"""
TALLEST = "Math.max(0, ...[...document.querySelectorAll('figure')].map(e => e.getBoundingClientRect().height))"


def brightness(colour):
    red, green, blue = (int(v) for v in re.findall(r"\d+", colour)[:3])
    return 0.299 * red + 0.587 * green + 0.114 * blue


class Judge:
    def __init__(self):
        self.faults = []
        self.facts = 0

    def hold(self, good, *words):
        self.facts += 1
        if not good:
            self.faults.append(" ".join(str(w) for w in words))


def pictures(judge, browser, who):
    found = browser.evaluate(MEASURE)
    judge.hold(found["texts"] > 0 or found["pictures"] == 0, who, "has pictures without a word")
    judge.hold(not found["outside"], who, "texts leave their picture:", found["outside"][:4])
    judge.hold(not found["overlaps"], who, "texts cover each other:", found["overlaps"][:4])
    judge.hold(found["unnamed"] == 0, who, "pictures without title and description:", found["unnamed"])
    return found


def report(judge, browser, folder, name, keep):
    page = os.path.join(folder, "report.html")
    for width in (1280, 390):
        seen = []
        for dark in (False, True):
            who = "%s at %d %s:" % (name, width, "dark" if dark else "light")
            browser.view(width, dark=dark, mobile=width < 600)
            asked = browser.open(page)
            judge.hold(not asked, who, "asks for", asked[:3])
            facts = browser.evaluate(PAGE)
            judge.hold(facts["wide"] <= facts["room"], who, "the page is", facts["wide"], "wide")
            judge.hold(width < 1000 or not facts["tables"], who, "tables scroll:", facts["tables"])
            judge.hold(facts["images"] == 0, who, "images are missing")
            paper, ink = brightness(facts["paper"]), brightness(facts["ink"])
            judge.hold(paper < 60 < 180 < ink if dark else ink < 60 < 180 < paper, who, "ink and paper", ink, paper)
            found = pictures(judge, browser, who)
            judge.hold(found["pictures"] == facts["figures"], who, found["pictures"], "pictures in", facts["figures"], "figures")
            seen.append(browser.picture())
            if keep:
                browser.picture(os.path.join(keep, "%s-%d-%s.png" % (name, width, "dark" if dark else "light")), whole=True)
        judge.hold(seen[0] != seen[1], name, "looks the same light and dark")
    for paper, (wide, tall) in PAPERS.items():
        browser.view(round((wide - MARGIN) * 96), media="print")
        cut = browser.evaluate(PRINTED)
        judge.hold(not cut, name, "on", paper, "is cut at the right:", cut)
        figure = browser.evaluate(TALLEST)
        judge.hold(figure < (tall - 34 / 25.4) * 96, name, "on", paper, "a figure is higher than the page:", figure)
        browser.view(1280)
        pdf = browser.pdf(wide, tall)
        boxes = re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)", pdf)
        judge.hold(len(boxes) > 0, name, "on", paper, "has no pages")
        for box in set(boxes):
            size = [float(v) / 72 for v in box]
            judge.hold(abs(size[0] - wide) < 0.02 and abs(size[1] - tall) < 0.02, name, paper, "page of", size)
        if keep:
            with open(os.path.join(keep, "%s-%s.pdf" % (name, paper)), "wb") as file:
                file.write(pdf)


def charts(judge, browser, folder):
    """All pictures of a folder on one page: each inline, as a report has them."""
    files = sorted(glob.glob(os.path.join(folder, "*.svg")))
    judge.hold(len(files) > 0, folder, "has no pictures")
    with tempfile.TemporaryDirectory() as place:
        page = os.path.join(place, "page.html")
        with open(page, "w", encoding="utf-8") as out:
            out.write("<!DOCTYPE html><meta charset=utf-8><body style=margin:0>")
            for file in files:
                with open(file, encoding="utf-8") as text:
                    svg = text.read()
                out.write('<div data-file="%s: ">%s</div>' % (os.path.basename(file), svg[svg.index("<svg"):]))
        judge.hold(not browser.open(page), "the pictures ask for files")
        found = pictures(judge, browser, "charts:")
        judge.hold(found["pictures"] == len(files), found["pictures"], "pictures show of", len(files))
    return len(files)


def make(program, source, folder, name):
    path = name if name.endswith(".csv") else os.path.join(source, "scenarios", name + ".csv")
    name = os.path.splitext(os.path.basename(path))[0]
    out = os.path.join(folder, name)
    subprocess.run([program, "report", path, "-o", out, "--pdf", "no", "-q"], check=True, stdout=subprocess.DEVNULL)
    return out, name


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("source")
    parser.add_argument("scenarios", nargs="*")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--charts")
    parser.add_argument("--keep")
    given = parser.parse_intermixed_args()
    chromium = find()
    if chromium is None:
        print("skipped: no Chromium (package chromium) to show the pages")
        return 77
    if given.keep:
        os.makedirs(given.keep, exist_ok=True)
    names = given.scenarios
    if given.all:
        names = [os.path.basename(p)[:-4] for p in sorted(glob.glob(os.path.join(given.source, "scenarios", "*.csv")))]
    os.environ["TENFOLD_PATH"] = given.source
    judge = Judge()
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(2) as pool:
        made = [pool.submit(make, given.program, given.source, folder, name) for name in names]
        with Browser(chromium) as browser:
            browser.view(1280)
            drawn = charts(judge, browser, given.charts) if given.charts else 0
            for one in made:
                report(judge, browser, *one.result(), given.keep)
    for fault in judge.faults:
        print(fault)
    print("%d facts about %d reports and %d charts, %d wrong" % (judge.facts, len(made), drawn, len(judge.faults)))
    return 1 if judge.faults or judge.facts == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
