#!/bin/bash
# The manual pages: the formatter reports nothing and takes no word for a macro; they describe every wildcard of --format and no
# other.
set -uo pipefail
cd "$(dirname "$0")/../.."
program=${BUILD:-build}/multipath

check() {  # NAME TEXT: ok when there is none
  if [ -z "$2" ]; then echo "ok man pages: $1"; else echo "not ok man pages: $1"; echo "$2" >&2; fi
}

command -v groff >/dev/null || { echo "skip man pages: there is no groff here"; exit; }
for page in man/*; do
  said=$(groff -mandoc -Tutf8 -ww -rLL=120n "$page" 2>&1 >/dev/null)
  check "${page#man/} is formatted without a complaint" "$said"
done

# mandoc's own opinion, except that a page begins with its examples and that it refers to pages that are not installed here.
own_pages=(); for page in man/*; do [ "$page" = man/multipath.conf.5 ] || own_pages+=("$page"); done
if command -v mandoc >/dev/null; then
  for page in "${own_pages[@]}"; do
    check "${page#man/} has no complaint from mandoc" "$(mandoc -Tlint "$page" 2>/dev/null | grep -vE 'sections out of conventional order|referenced manual not found')"
  done
else
  echo "skip man pages: there is no mandoc here"
fi
for page in "${own_pages[@]}"; do
  check "${page#man/} has its examples right behind the description" \
    "$(sed -n '/^\.Sh DESCRIPTION/,$p' "$page" | grep '^\.Sh' | sed -n 2p | grep -vx '.Sh EXAMPLES')"
done

# wildcards_read SUBJECT: those that the page lists for paths or maps, as they can be read in it.
wildcards_read() {
  groff -mandoc -Tutf8 -P-cbou man/multipath.8 | sed -n '/^FORMATS/,/^METRICS/p' |
    awk -v subject="$1" '/^ +paths +%/ { of = "paths" } /^ +maps +%/ { of = "maps" } /^ +Values that only a daemon/ { of = "both" } of == subject || of == "both"' |
    grep -oE '%[A-Za-z0-9]' | sort -u
}
wildcards_known() { "$program" show wildcards | awk -v subject="$1:" '/:$/ { of = $1 } /^%/ && of == subject { print $1 }' | sort -u; }
for subject in paths maps; do
  known=$(wildcards_known $subject)
  check "there are wildcards of $subject" "$([[ -n $known ]] || echo none)"
  missing=$(comm -23 <(echo "$known") <(wildcards_read $subject))
  check "every wildcard of $subject can be read in multipath(8)" "$missing"
done
unknown=$(comm -13 <({ wildcards_known paths; wildcards_known maps; } | sort -u) <({ wildcards_read paths; wildcards_read maps; } | sort -u))
check "multipath(8) has no wildcard that there is not" "$unknown"

# The list of commands is that of --help.
check "multipath(8) has the commands of --help, and no others" "$(diff \
  <("$program" --help | sed -n '/^verbs/,$s/^  \([a-z][a-z-]*\) .*/\1/p' | sort -u) \
  <(sed -n '/^\.Sh COMMANDS/,/^\.Ss Options of commands/s/^\.It Cm \([a-z-]*\).*/\1/p' man/multipath.8 | sort -u))"

# The files of a host that the configuration names, and those of runs, are in FILES with what happens to them.
files_read() { groff -mandoc -Tutf8 -P-cbou man/multipath.8 | sed -n '/^FILES/,/^SEE/p'; }
for file in $("$program" -t | grep -oE '"/(etc|run)/[^"]*"' | tr -d '"' | sort -u) /etc/multipath.conf /run/multipath/events; do
  check "multipath(8) has $file among its files" "$(files_read | grep -qF "$file" || echo "not there")"
done
check "multipath(8) does not deny that files are written" "$(files_read | grep -i 'no file is written')"
check "multipath(8) names what takes a path back into use" \
  "$(groff -mandoc -Tutf8 -P-cbou man/multipath.8 | sed -n '/^CAVEATS/,/^SECURITY/p' | grep -q 'multipath restore' || echo "not in CAVEATS")"

# multipath-udev(7) has an item for every rule that is installed, and every rule that a text names exists: here, or in
# another package.
sources=$(ls udev/rules)
installed=$(grep -oE 'rules\.d/[^ ]+\.rules$' udev/install.mk | sed 's|.*/||' | sort -u)
described=$(sed -n '/^\.Sh RULES/,/^\.Ss /{/^\.It Pa /p}' man/multipath-udev.7 | grep -oE '[0-9]+-[a-z-]+\.rules' | sort -u)
of_others=$(printf '%s.rules\n' 10-dm 13-dm-disk 55-dm 60-persistent-storage-dm 69-dm-lvm 69-lvm 95-dm-notify)
named=$(grep -rhoE '\b[0-9]{2}-[a-z-]+\.rules' man README.md CONTRIBUTING.md udev/README | sort -u)
check "there are udev rules" "$([[ -n $sources && -n $installed && -n $named ]] || echo none)"
check "multipath-udev(7) describes every installed rule, and no other" "$(diff <(echo "$installed") <(echo "$described"))"
check "every rule of the source tree is installed" "$(for rule in $sources; do grep -qF "/$rule " udev/install.mk || echo "$rule"; done)"
check "every rule that a text names exists" "$(comm -23 <(echo "$named") <(sort -u <(echo "$installed") <(echo "$of_others")))"
