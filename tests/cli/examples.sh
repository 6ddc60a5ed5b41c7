#!/bin/bash
# What README.md and the manual quote is what the program prints on the captured hosts, and the files that README.md and
# CONTRIBUTING.md name exist.
#
# In a page, the display behind the comment "host: NAME" (or "host: none") has commands, "# multipath WORD...", and behind each
# a part of its standard output and error: lines may be wrapped anywhere, and "..." stands for anything. In README.md the
# commands are "$ captured WORD...", on the host of the alias.
set -uo pipefail
cd "$(dirname "$0")/../.."
program=$(readlink -f "${BUILD:-build}/multipath")
command -v python3 >/dev/null || { echo "skip examples: there is no python3 here"; exit; }

python3 - "$program" README.md man/* <<'END'
import re, shlex, subprocess, sys

program, *pages = sys.argv[1:]

def blank(text):
    return " ".join(text.split())

def quotations(page):
    """(host, command, quoted text) of each command in the page's displays."""
    host, inside, command, quoted = None, False, None, []
    for line in open(page, encoding="utf-8"):
        line = line.rstrip("\n")
        start = re.match(r'\.\\" host: (\S+)$', line)
        alias = re.match(r"\$ alias captured='\S+ --host tests/hosts/(\S+)/host'$", line)
        if start or alias:
            host, inside, command, quoted = (start or alias)[1], bool(alias), None, []
        elif host and line.startswith(".Bd"):
            inside = True
        elif host and inside and (line == "```" or line.startswith(".Ed")):
            if command: yield host, command, quoted
            host = None
        elif host and inside:
            next_command = re.match(r"(?:# multipath|\$ captured) (.*)", line)
            if next_command:
                if command: yield host, command, quoted
                command, quoted = next_command[1], []
            else:
                quoted.append(line.replace("\\&", "").replace("\\e", "\\"))

count = 0
for page in pages:
    for host, command, quoted in quotations(page):
        count += 1
        words = shlex.split(command)
        if host != "none": words = ["--host", f"tests/hosts/{host}/host"] + words
        run = subprocess.run([program] + words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8")
        printed, at, missing = blank(run.stdout + "\n" + run.stderr), 0, None
        for piece in map(blank, "\n".join(quoted).split("...")):
            found = printed.find(piece, at)
            if found < 0:
                missing = piece
                break
            at = found + len(piece)
        name = f"{page.removeprefix('man/')} quotes what `multipath {command}` prints"
        print(f"ok examples: {name}" if missing is None else f"not ok examples: {name}")
        if missing is not None: print(f"  not printed: {missing}\n  printed: {printed[:3000]}", file=sys.stderr)
print("ok examples: there are some" if count >= 20 else f"not ok examples: only {count} were found")
END

# named_in PAGE: what stands in backquotes and looks like a file of this tree.
named_in() { grep -oE '`(multipath|libsg|devmap_name|tests|udev|man)/[A-Za-z0-9_./*-]+`|\]\([A-Za-z][A-Za-z0-9_./-]*\)' "$1" | sed 's/^[]`(]*//; s/[`)]*$//' | sort -u; }
for page in README.md CONTRIBUTING.md; do
  gone=$(named_in $page | grep -vE '/(ROOM|NAME|ROOM_NAME)' | while read -r file; do compgen -G "$file" >/dev/null || echo "$file"; done)
  if [ -z "$gone" ]; then echo "ok examples: every file that $page names exists"; else echo "not ok examples: $page names what does not exist"; echo "$gone" >&2; fi
done
rooms=$(sed -nE 's/^  \[([a-z/_]+)\]=.*/\1/p' tests/layers | while read -r room; do grep -qF "\`$room\`" CONTRIBUTING.md || echo "$room"; done)
if [ -z "$rooms" ]; then echo "ok examples: CONTRIBUTING.md has every room of tests/layers"; else echo "not ok examples: rooms that CONTRIBUTING.md lacks"; echo "$rooms" >&2; fi
