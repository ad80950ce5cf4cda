#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pictures of the gallery: gallery.py PROGRAM [--check]

Runs the commands of the gallery in README.md beside this file and keeps each picture as gallery/NAME.svg; then writes
the list of pictures between the two marks of that page. With --check it draws nothing: every command has its picture,
under the title that the page says, and no picture is left over.
"""
import html
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
PAGE = os.path.join(HERE, "README.md")
FOLDER = os.path.join(HERE, "gallery")
MARKS = ("<!-- pictures: gallery.py -->\n", "<!-- end of pictures -->\n")


def examples(page):
    """Command, name and title of each chart of the gallery."""
    block = re.search(r"## Gallery\n.*?```console\n(.*?)```", page, re.S).group(1)
    return re.findall(r"\$ (tenfold plot .*)\ncharts/(\S+)  (.*)", block)


def title_of(path):
    with open(path, encoding="utf-8") as file:
        return html.unescape(re.search(r"<title[^>]*>(.*?)</title>", file.read(), re.S).group(1))


def check(found):
    wrong = []
    for _, name, title in found:
        path = os.path.join(FOLDER, name + ".svg")
        if not os.path.exists(path):
            wrong.append("%s: no picture" % name)
        elif title_of(path) != title:
            wrong.append("%s: the picture says `%s`, the page `%s`" % (name, title_of(path), title))
    names = {name + ".svg" for _, name, _ in found}
    wrong += ["%s: not in the gallery" % f for f in sorted(os.listdir(FOLDER)) if f not in names]
    with open(PAGE, encoding="utf-8") as file:
        if pictures(found) not in file.read():
            wrong.append("README.md: the list of pictures is not that of the commands")
    for line in wrong:
        print(line)
    if wrong:
        print("run: python3 plots/gallery.py PROGRAM")
    return 1 if wrong or not found else 0


def pictures(found):
    lines = ['<img src="gallery/%s.svg" width="49%%" alt="%s">' % (name, html.escape(title)) for _, name, title in found]
    return MARKS[0] + "\n".join(lines) + "\n" + MARKS[1]


def draw(program, page, found):
    shutil.rmtree(FOLDER, ignore_errors=True)
    os.makedirs(FOLDER)
    environment = dict(os.environ, TENFOLD_PATH=os.path.dirname(HERE))
    for command, name, _ in found:
        with tempfile.TemporaryDirectory() as folder:
            words = [program] + shlex.split(command)[1:] + ["--picture", "svg"]
            words[words.index("-o") + 1] = folder
            subprocess.run(words, check=True, cwd=os.path.dirname(HERE), env=environment, stdout=subprocess.DEVNULL)
            shutil.copyfile(os.path.join(folder, name + ".svg"), os.path.join(FOLDER, name + ".svg"))
    start, end = page.index(MARKS[0]), page.index(MARKS[1]) + len(MARKS[1])
    with open(PAGE, "w", encoding="utf-8") as file:
        file.write(page[:start] + pictures(found) + page[end:])
    return 0


def main():
    with open(PAGE, encoding="utf-8") as file:
        page = file.read()
    found = examples(page)
    if "--check" in sys.argv:
        return check(found)
    if len(sys.argv) != 2:
        print(__doc__)
        return 2
    return draw(os.path.abspath(sys.argv[1]), page, found)


if __name__ == "__main__":
    sys.exit(main())
