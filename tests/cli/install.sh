#!/bin/bash
# What `make install` and its kin put, in a place of their own (PREFIX): programs without debug information, which is found by build
# id; rules, units, hooks and scripts that name nothing outside this place; nothing left by `make uninstall`. And the packages:
# what they hold, and that apt takes multipath in place of multipath-tools.
set -uo pipefail
cd "$(dirname "$0")/../.."
build=${BUILD:-build}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
check() {  # NAME TEXT: ok when there is none
  if [ -z "$2" ]; then echo "ok install: $1"; else echo "not ok install: $1"; printf '%s\n' "$2" | sed 's/^/  # /'; fi
}
is() { check "$1" "$([ "$2" = "$3" ] || printf 'expected: %s\nactual:   %s' "$2" "$3")"; }
# What is built is taken as it is.
make_() { make --no-print-directory -o all BUILD="$build" "$@" >"$work/log" 2>&1 || { echo "not ok install: make $*"; tail -n 5 "$work/log"; exit 1; }; }

prefix=/opt/lab/multipath
at=$work/root
make_ install install-debug install-initramfs install-dracut PREFIX=$prefix DESTDIR="$at"
for program in multipath devmap_name; do
  installed=$at$prefix/sbin/$program
  id=$(readelf -n "$installed" | sed -n 's/.*Build ID: *//p')
  debug=$at/usr/lib/debug/.build-id/${id:0:2}/${id:2}.debug
  check "$program has no debug information and no symbols" "$(readelf -SW "$installed" | grep -oE '\.(debug_[a-z]*|symtab)\b')"
  is "$program takes at most three quarters of what was built" yes \
    "$([ "$(stat -c %s "$installed")" -lt $(($(stat -c %s "$build/$program") / 4 * 3)) ] && echo yes)"
  is "$program still runs" 0 "$("$installed" --version >/dev/null 2>&1 || [ $program = devmap_name ]; echo $?)"
  check "the debug information of $program is found by build id $id" "$([ -s "$debug" ] || find "$at/usr/lib/debug" -type f)"
  is "it has the lines of $program" 1 "$(readelf -SW "$debug" 2>/dev/null | grep -c ' \.debug_line ')"
  is "it is that build's" "$id" "$(readelf -n "$debug" 2>/dev/null | sed -n 's/.*Build ID: *//p')"
done

# Words that begin with the place are files that are there; no word names ours elsewhere.
texts=$(find "$at" -type f \( -path '*/udev/*' -o -path '*/systemd/*' -o -path '*/initramfs-tools/*' -o -path '*/dracut/*' -o -path "*/lib/multipath/*" \))
is "there are texts to look at" yes "$([ "$(wc -l <<<"$texts")" -gt 20 ] && echo yes)"
missing=
while read -r text; do
  for named in $(grep -v '^ *#' "$text" | grep -oE "$prefix/[A-Za-z0-9_./@-]*[A-Za-z0-9_]" | sort -u); do
    [ -e "$at$named" ] || missing+="${text#"$at"}: $named"$'\n'
  done
done <<<"$texts"
check "what rules, units, hooks and scripts name is there" "$missing"
# shellcheck disable=SC2086
check "they name none of ours elsewhere" "$(grep -nE '(^|[^A-Za-z0-9/])(/usr)?/(s?bin|lib)/(multipath|devmap_name)\b' $texts | grep -v ':[0-9]*: *#')"
# shellcheck disable=SC2086
check "no place is left open" "$(grep -nE '@[A-Z]+@' $texts)"
is "every rule that runs ours names the place" 0 "$(cd "$at$prefix/lib/udev/rules.d" && grep -l 'multipath \(event\|-u\|udev-map\|forget-pvs\|partitions\)' -- * | xargs grep -L "$prefix/sbin/multipath" | wc -l)"

make_ uninstall PREFIX=$prefix DESTDIR="$at"
check "uninstall leaves no file" "$(find "$at" -type f)"

# --- packages -----------------------------------------------------------------------------------------------------------
command -v dpkg-deb >/dev/null || { echo "skip install: packages: no dpkg-deb here"; exit; }
make_ install install-initramfs install-dracut DESTDIR="$work/stage"
make_ install-debug DESTDIR="$work/debug-stage"
udev/make-deb "$work/stage" "$work/debug-stage" 1.0 "$work/packages" >"$work/log" 2>&1 || { echo "not ok install: make-deb"; cat "$work/log"; exit 1; }
architecture=$(dpkg --print-architecture)
package=$work/packages/multipath_1.0_$architecture.deb
symbols=$work/packages/multipath-dbgsym_1.0_$architecture.deb
is "the package provides what it takes the place of" "multipath-tools" "$(dpkg-deb -f "$package" Provides)"
for field in Conflicts Replaces; do is "$field" "multipath-tools, multipath-tools-boot" "$(dpkg-deb -f "$package" $field)"; done
check "the package has no debug information" "$(dpkg-deb -c "$package" | grep '/usr/lib/debug/')"
is "the debug package has nothing else" 2 "$(dpkg-deb -c "$symbols" | grep -v '/$' | grep -c '/usr/lib/debug/.build-id/[0-9a-f][0-9a-f]/[0-9a-f]*\.debug$')"
is "the debug package has two files" 2 "$(dpkg-deb -c "$symbols" | grep -vc '/$')"

# apt on a host that has multipath-tools and something that depends on it.
command -v apt-get >/dev/null || { echo "skip install: apt: no apt-get here"; exit; }
stanza() { printf 'Package: %s\nStatus: install ok installed\nVersion: %s\nArchitecture: %s\nMaintainer: nobody\nDescription: of the test\n%s\n' "$1" "$2" "$architecture" "${3:+$3$'\n'}"; }
{
  for needed in $(dpkg-deb -f "$package" Depends Recommends | sed 's/^[A-Z][a-z]*: //' | tr ',' '\n' | awk '{ print $1 }'); do stanza "$needed" 999:1; done
  stanza multipath-tools 0.9.4-3
  stanza lab-needs-multipath 1 "Depends: multipath-tools"
} >"$work/status"
mkdir -p "$work/lists/partial" "$work/archives/partial"
plan=$(apt-get -s -q -o Dir::State::status="$work/status" -o Dir::State::Lists="$work/lists" -o Dir::Cache="$work" -o Dir::Cache::Archives="$work/archives" \
  -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts=/dev/null install "$package" 2>&1)
is "apt removes multipath-tools alone" "multipath-tools" "$(awk '$1 == "Remv" { print $2 }' <<<"$plan" | tr '\n' ' ' | sed 's/ $//')"
check "apt installs the package" "$(grep -q '^Inst multipath ' <<<"$plan" || echo "$plan")"
