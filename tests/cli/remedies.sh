#!/bin/bash
# The lines for multipath.conf that explain prints work as they are printed: with them, the blacklist, the hardware table and the
# whitelist admit the path. Tried with every excluded path of every captured host, and on some hosts once more with each
# kind of blacklist.
set -uo pipefail
cd "$(dirname "$0")/../.."
program=$(readlink -f "${BUILD:-build}/multipath")
command -v python3 >/dev/null || { echo "skip remedies: there is no python3 here"; exit; }

python3 - "$program" tests/hosts/*/host <<'END_OF_PYTHON'
import json, os, re, shutil, subprocess, sys, tempfile

program, *hosts = sys.argv[1:]
MANY_KINDS = {"fc-alua", "rdac", "svc", "clariion", "nvme", "bad-mannered"}
ANSWERED = "add these lines to /etc/multipath.conf", "add to /etc/multipath.conf"
EXCLUDING = re.compile("blacklist |hardware table|whitelist|usb")
VARIANTS = {
    "as captured": "",
    "by devnode": 'blacklist {\n  devnode "."\n}\n',
    "by device": 'blacklist {\n  device {\n    vendor ".*"\n    product ".*"\n  }\n}\n',
    "by protocol": 'blacklist {\n  protocol "."\n}\n',
    "by wwid": 'blacklist {\n  wwid "."\n}\n',
    "by property": 'blacklist {\n  property "."\n}\n',
    "by a missing property": 'blacklist_exceptions {\n  property "^NO_SUCH$"\n}\nblacklist {\n  property "^SCSI_IDENT_|^ID_WWN"\n}\n',
    "strict": "defaults {\n  whitelist strict\n}\n",
}

def run(host, *words):
    return subprocess.run([program, "--host", host, *words], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8").stdout

def explanations(host, disks):
    return {e["subject"]: e for e in json.loads(run(host, "explain", "--json", *disks))["explanations"]} if disks else {}

def excluding_steps(explanation):
    steps = [step for path in explanation["paths"] for step in path["steps"]] + explanation["steps"]
    return [s["step"] for s in steps if s["verdict"] == "stop" and EXCLUDING.match(s["step"])]

def printed_lines(host, disk):
    """The last block of lines for multipath.conf below "remedies:", as it is printed."""
    blocks, inside = [], False
    for line in run(host, "explain", disk).split("\nremedies:\n")[-1].split("\n"):
        if line.startswith("    ") and inside: blocks[-1].append(line)
        inside = line.startswith("    ") and inside or any(text in line for text in ANSWERED)
        if inside and not line.startswith("    "): blocks.append([])
    return "\n".join(blocks[-1]) + "\n" if blocks else ""

def append(host, text):
    os.makedirs(f"{host}/etc", exist_ok=True)
    with open(f"{host}/etc/multipath.conf", "a", encoding="utf-8") as file: file.write(text)

tried = {variant: 0 for variant in VARIANTS}
for host in hosts:
    name = host.split("/")[2]
    for variant, lines in VARIANTS.items():
        if lines and name not in MANY_KINDS: continue
        with tempfile.TemporaryDirectory() as directory:
            changed = f"{directory}/host"
            shutil.copytree(host, changed)
            append(changed, lines)
            disks = [row.strip() for row in run(changed, "show", "paths", "--raw", "--format", "%d").split("\n") if row.strip()]
            excluded = [(d, e) for d, e in explanations(changed, disks).items() if excluding_steps(e)]
            wrong = []
            for disk, explanation in excluded if variant == "as captured" else excluded[:2]:
                followed = f"{directory}/{disk}"
                shutil.copytree(changed, followed)
                tried[variant] += 1
                obstacle = excluding_steps(explanation)[:1]
                # A disk with several obstacles gets the remedy for the first one: each has to be overcome.
                overcome = []
                while obstacle:
                    block = printed_lines(followed, disk)
                    append(followed, block)
                    overcome += obstacle
                    obstacle = excluding_steps(explanations(followed, [disk])[disk])[:1]
                    if not block or set(obstacle) & set(overcome):
                        wrong.append(f"{disk}: still {obstacle}, with the lines\n{block}")
                        break
            if excluded:
                print(f"{'not ok' if wrong else 'ok'} remedies of {name}, excluded {variant}: the printed lines admit the path")
            for text in wrong: print("  # " + text.replace("\n", "\n  # "))
for variant, count in tried.items():
    print(f"{'ok' if count else 'not ok'} remedies: some path is excluded {variant}")
END_OF_PYTHON
