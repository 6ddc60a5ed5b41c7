#!/bin/bash
# Whatever bytes a capture, a configuration file, a state file or a word of the command line has: no command gives a terminal anything but
# printable lines. Escape sequences, C1 controls, bells and bytes that are no UTF-8 are put everywhere, in turn.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
program=${BUILD:-build}/multipath
[[ $program == /* ]] || program=$PWD/$program
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export LC_ALL=C

# Raw, and as a capture spells it.
raw=$'\e]2;PWNED\a\e[31m\xc2\x9b2J\xff\b\x7f\r'
spelled='\x1b]2;PWNED\x07\x1b[31m\xc2\x9b2J\xff\x08\x7f\x0d'

runs=0 bad=0
# clean WORDS...: all that a command says is UTF-8 without control characters but the ends of lines and tabs
clean() {
  (cd "$work" && timeout 60 "$program" "$@" </dev/null >"$work/said" 2>&1)
  local status=$?
  runs=$((runs + 1))
  if [ $status -ge 124 ]; then echo "not ok hostile bytes: status $status of: ${*@Q}"; bad=$((bad + 1)); fi
  if grep -q $'[\x01-\x08\x0b-\x1f\x7f]\|\xc2[\x80-\x9f]' "$work/said" || ! iconv -f UTF-8 -t UTF-8 "$work/said" >/dev/null 2>&1; then
    echo "not ok hostile bytes: raw bytes in what this says: ${*@Q}"
    grep -m 3 $'[\x01-\x08\x0b-\x1f\x7f]\|\xc2[\x80-\x9f]\|\xff' "$work/said" | cat -v | cut -c 1-200 | sed 's/^/  # /'
    bad=$((bad + 1))
  fi
}

# spoil FILE SEED PART: hostile bytes at the end of one value, list or name in PART lines
spoil() {
  awk -v seed="$2" -v part="$3" -v bytes="${spelled//\\/\\\\}" '
    BEGIN { srand(seed) }
    rand() * part < 1 && !/^#/ && !/ :$/ && !/^}$/ && !/ \{$/ && !/ ![>\/]?$/ && !/ [-+]$/ { $0 = $0 bytes }
    { print }' "$1" >"$work/spoiled" && cat "$work/spoiled" >"$1"
}
fresh() { rm -rf "$work/host"; cp -r "tests/hosts/$1/host" "$work/host"; chmod -R u+w "$work/host"; }
commands=(
  "-ll -v3" "-l -v2" "plan" "plan --json" "-d -v4" "show maps" "show paths" "show metrics" "show config"
  "show maps --format %n:%w:%d:%S:%f" "show paths --format %d:%s:%w:%i:%m" "holders sda" "holders sdb" "clear-holders --dry-run sda"
  "clear-holders --check sdb" "explain sda" "explain sdb" "-u sda" "-c /dev/sdb" "udev-map 254:0" "check-config" "restore" "apply"
)
all() { for command in "${commands[@]}"; do clean $command --host host; done; }

for host in maps fc-alua; do
  for file in sys.txt proc.txt dev.txt dm.txt udev.txt devices.txt tools.txt scsi.txt; do
    seed=0
    for part in 3 40; do
      seed=$((seed + 1))
      fresh "$host"
      spoil "$work/host/$file" $seed $part
      all
    done
  done
done
# Names of maps, as far as they reach an exception.
fresh maps
echo "map / $spelled" >>"$work/host/dm.txt"
all
for line in "bogus$raw 5" "defaults { $raw }" "defaults { no_path_retry $raw }" "defaults { path_grouping_policy \"$raw\" }" \
  "blacklist { wwid \"$raw(\" }" "multipaths { multipath { wwid 3$raw alias \"$raw\" } }" "devices { device { vendor \"$raw\" } }" \
  "\"$raw" "}" "defaults { prio_args \"$raw\" }" "defaults { uid_attrs \"sd:$raw\" }"; do
  fresh maps
  printf '%s\n' "$line" >"$work/host/etc/multipath.conf"
  all
  printf '%s\n' "$line" >"$work/conf"
  clean check-config "$work/conf"
done
fresh maps
mkdir -p "$work/host/etc/multipath"
printf 'a%s 36001\nmpathb %s\n%s\n' "$raw" "$raw" "$raw" >"$work/host/etc/multipath/bindings"
printf '/3600%s/\n%s\n' "$raw" "$raw" >>"$work/host/etc/multipath/wwids"
all
# Words of the command line.
fresh maps
for verb in $("$program" --help | sed -n '/^verbs/,$s/^  \([a-z][a-z-]*\) .*/\1/p') -l -ll -f -c -u -a -w ""; do
  for word in "$raw" "-$raw" "--$raw" "--format=$raw" "--host=$raw" "/dev/$raw" "3600$raw" "$raw:$raw"; do
    clean ${verb:+"$verb"} "$word" --host host
  done
done
mkdir -p "$work/$raw"
clean --host "$raw" -ll
clean --host "$raw/none" -ll
printf 'not a tar%s' "$raw" >"$work/$raw.tar"
clean --host "$raw.tar" -ll
clean diff "$raw" host
clean -p "$raw"; clean -R "$raw"; clean -v "$raw"; clean -b "$raw" -ll --host host
[ $bad -eq 0 ] && echo "ok hostile bytes: $runs commands said nothing that a terminal obeys"
[ $runs -gt 500 ] || echo "not ok hostile bytes: only $runs commands were run"
