#!/bin/bash
# What `make install` and its kin put, in a place of their own (PREFIX): programs without debug information, which is found by build
# id; rules, units, hooks and scripts that name nothing outside this place; nothing left by `make uninstall`. And that apt takes
# the package in place of multipath-tools.
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
for program in sbin/multipath sbin/devmap_name lib/multipath/multipath_id; do
  installed=$at$prefix/$program
  program=${program##*/}
  id=$(readelf -n "$installed" | sed -n 's/.*Build ID: *//p')
  debug=$at/usr/lib/debug/.build-id/${id:0:2}/${id:2}.debug
  check "$program has no debug information and no symbols" "$(readelf -SW "$installed" | grep -oE '\.(debug_[a-z]*|symtab)\b')"
  is "$program takes at most three quarters of what was built" yes \
    "$([ "$(stat -c %s "$installed")" -lt $(($(stat -c %s "$build/$program") / 4 * 3)) ] && echo yes)"
  is "$program still runs" 0 "$("$installed" --version >/dev/null 2>&1 || [ $program != multipath ]; echo $?)"
  check "the debug information of $program is found by build id $id" "$([ -s "$debug" ] || find "$at/usr/lib/debug" -type f)"
  is "it has the lines of $program" 1 "$(readelf -SW "$debug" 2>/dev/null | grep -c ' \.debug_line ')"
  is "it is that build's" "$id" "$(readelf -n "$debug" 2>/dev/null | sed -n 's/.*Build ID: *//p')"
done

# Words that begin with the place are files that are there; no word names ours elsewhere.
texts=$(find "$at" -type f ! -name multipath_id \( -path '*/udev/*' -o -path '*/systemd/*' -o -path '*/initramfs-tools/*' -o -path '*/dracut/*' -o -path "*/lib/multipath/*" \))
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
is "every rule that runs ours names the place" 0 "$(cd "$at$prefix/lib/udev/rules.d" && grep -l 'multipath\(_id\)\? \(event\|-u\|udev-map\|forget-pvs\|partitions\)' -- * | xargs grep -L "$prefix/\(sbin/multipath\|lib/multipath/multipath_id\) " | wc -l)"

make_ uninstall PREFIX=$prefix DESTDIR="$at"
check "uninstall leaves no file" "$(find "$at" -type f)"

# --- other places -------------------------------------------------------------------------------------------------------
# Below /usr/local, too, nothing names a file of /usr but programs and rules of others.
at=$work/local
make_ install install-initramfs install-dracut PREFIX=/usr/local DESTDIR="$at"
others='/usr/s?bin/(lvm|partx|systemd-run|systemctl)|/usr/lib/udev/rules\.d(/69-(dm-)?lvm\.rules)?|/usr/share/initramfs-tools/hook-functions'
stray=$(cd "$at" && find . -type f ! -path './usr/local/sbin/*' ! -name multipath_id ! -path './usr/local/share/*' -print0 |
  xargs -0 grep -nE '/usr/' | grep -vE '^[^:]*:[0-9]*: *#|PATH=/usr/sbin:/usr/bin' | while IFS= read -r line; do
    grep -oE '/usr/[A-Za-z0-9_./@-]*[A-Za-z0-9_]' <<<"${line#*:*:}" | grep -vE "^/usr/local/|^($others)\$" | sed "s|^|${line%%:*}: |"; done)
check "with PREFIX=/usr/local, no text names another place below /usr" "$stray"
hooks=$(cd "$at" && grep -rnoE '/usr/[A-Za-z0-9_./@-]*[A-Za-z0-9_]' usr/local/share/initramfs-tools | grep -vE ':/usr/local/' | grep -vE ":($others)\$")
check "nor do the hooks of initramfs-tools" "$hooks"
check "everything is below it" "$(find "$at" -type f ! -path "$at/usr/local/*")"
check "the bill of materials is installed" "$([ -s "$at/usr/local/share/doc/multipath/multipath.spdx.json" ] || echo none)"
make_ uninstall PREFIX=/usr/local DESTDIR="$at"
check "uninstall leaves no file there" "$(find "$at" -type f)"

# --- packages: what apt does on a host that has multipath-tools and something that depends on it. (tests/packaging builds the
# packages; here one of the same control file is enough.) --------------------------------------------------------------------
command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || { echo "skip install: apt: no apt-get here"; exit; }
architecture=$(dpkg --print-architecture)
package=$work/multipath_1.0_$architecture.deb
mkdir -p "$work/stage/DEBIAN" "$work/apt"
awk '/^Package: multipath$/ { on = 1 } on' udev/packaging/debian/control |
  sed -e 's/, \${[a-z]*:Depends}//g' -e "s/^Architecture: .*/Architecture: $architecture/" \
    -e '/^Package:/a Version: 1.0' -e '/^Package:/a Maintainer: nobody <nobody@multipath.invalid>' >"$work/stage/DEBIAN/control"
dpkg-deb --root-owner-group --build "$work/stage" "$package" >"$work/log" 2>&1 || { echo "not ok install: dpkg-deb"; cat "$work/log"; exit 1; }
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
