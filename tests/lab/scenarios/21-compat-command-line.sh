# The compatible command line as other programs use it: texts, streams and exit statuses, compared with the packaged tool
# where it supports the option. Also the exit statuses of the verbs.
# mem: 1280
# timeout: 480
. "$LAB/lib.sh"

modprobe -a dm-multipath dm-service-time
ours() { multipath "$@" >/run/lab/ours.out 2>/run/lab/ours.err; }
theirs() { packaged-multipath "$@" >/run/lab/theirs.out 2>/run/lab/theirs.err; }
# both ARGUMENT...: the same output and exit status of both, in the same state.
both() {
  local their_status our_status
  theirs "$@"; their_status=$?
  ours "$@"; our_status=$?
  check_equal "multipath $*" "$(cat /run/lab/theirs.out; echo "exit status $their_status")" "$(cat /run/lab/ours.out; echo "exit status $our_status")"
}
quiet() { check_equal "$1" "" "$(cat /run/lab/ours.err)"; }
maps() { dmsetup ls --target multipath | sed '/No devices/d' | cut -f1 | sort; }
make_maps() { multipath -v0 -p multibus; dmsetup mknodes; }

note "--- nothing to work on"
both -ll; quiet "-ll without maps is silent on stderr"
both -l
both -F; quiet "nothing to flush is no fault"
both -r
both
both -d
both -v3
both -l nosuch
check_equal "an unknown map is listed as nothing, on both streams" "" "$(cat /run/lab/ours.out /run/lab/ours.err)"
both -ll nosuch

note "--- usage"
banner='^multipath-tools v[0-9]+\.[0-9]+\.[0-9]+'
for bad in -k -Z --nosuch "-p nonsense" "-v x" -v -f; do
  theirs $bad; their_status=$?
  ours $bad; our_status=$?
  check_equal "multipath $bad fails with the same status" $their_status $our_status
  check_equal "with nothing on stdout" "" "$(cat /run/lab/ours.out)"
  [ "$bad" = -f ] || check_match "and the banner on stderr" "$banner" "$(cat /run/lab/ours.err)"
done
ours -h; status=$?
check_equal "-h succeeds" 0 $status
check_equal "with nothing on stdout" "" "$(cat /run/lab/ours.out)"
check_match "and the banner on stderr" "$banner" "$(cat /run/lab/ours.err)"
check_match "--version has the banner" "$banner" "$(multipath --version 2>&1)"
both -f nosuch
check_match "-f of an unknown map says so on stderr" "'nosuch' is not a valid argument" "$(cat /run/lab/ours.err)"

note "--- not root"
cp "$(readlink -f "$(command -v multipath)")" /tmp/ours && chmod 755 /tmp/ours
nobody() { setpriv --reuid 65534 --regid 65534 --clear-groups "$@"; }
for letters in "" -ll -d "-f x" -F; do
  nobody /usr/sbin/multipath $letters >/run/lab/theirs.out 2>/run/lab/theirs.err; their_status=$?
  nobody /tmp/ours $letters >/run/lab/ours.out 2>/run/lab/ours.err; our_status=$?
  check_equal "multipath $letters as nobody" "$(cat /run/lab/theirs.out) $their_status" "$(cat /run/lab/ours.out) $our_status"
  check_match "says why" "need to be root" "$(cat /run/lab/ours.err)"
done
check_status "a verb as nobody exits 9" 9 nobody /tmp/ours flush -a
check_status "help needs no root" 0 nobody /tmp/ours -h

san_lio one 64M 3
san_lio two 64M 2
pretend_udevd
mkdir -p /etc/multipath
printf 'defaults {\n  find_multipaths no\n}\n' >/etc/multipath.conf
wwid() { sed 's/^naa\./3/' "/sys/block/$1/device/wwid"; }
one=$(wwid "$(path_disk one 0)")
two=$(wwid "$(path_disk two 0)")

note "--- making maps"
theirs -q -p multibus; their_out=$(cat /run/lab/theirs.out)
packaged-multipath -F >/dev/null 2>&1
ours -q -p multibus; status=$?
check_equal "multipath prints each map that it makes" "0 $their_out" "$status $(cat /run/lab/ours.out)"
quiet "and nothing on stderr"
both -q -p multibus
check_equal "again: silent" "" "$(cat /run/lab/ours.out /run/lab/ours.err)"
both -v0 -p multibus
both -v1 -p multibus
both -r -p multibus
check_match "-r reloads" "^reload: $one" "$(cat /run/lab/ours.out)"
both -v1 -r -p multibus
multipath -F
check_equal "-v1 prints the names" "$(printf '%s\n' "$one" "$two")" "$(multipath -v1 -p multibus)"
multipath -F
check_equal "-v0 prints nothing" "" "$(multipath -v0 2>&1)"
multipath -F
ours -p multibus "/dev/$(path_disk one 0)"
check_equal "a disk limits the run to its unit" "$one" "$(maps)"
make_maps

note "--- listing"
for arguments in -l -ll "-l -v1" "-ll -v1" "-v1 -l" "-lv1" "-v1 -d -l" "-d -v 2 -ll" -lld "-v2 -ll" "-ll -v2 nosuch" "-l nosuch"; do both $arguments; done
dm() { basename "$(readlink -f "/dev/mapper/$1")"; }
node=/dev/$(basename "$(readlink -f "/sys/dev/block/$(dmsetup info -c --noheadings -o major,minor "$one")")")
for map in "$one" "/dev/mapper/$one" "$node" "/dev/$(path_disk one 1)" "$(cat "/sys/block/$(path_disk one 1)/dev")"; do
  both -l "$map"
  both -ll "$map"
  both -v1 -l "$map"
done
path_offline "$(path_disk one 1)"
both -l "$one"
both -ll "$one"
check_match "a dead path is seen by those who look for it" "$(path_disk one 1) .* (faulty|failed)" "$(multipath -ll "$one" | grep -E 'fail|fault|offline|shaky')"
path_running "$(path_disk one 1)"

note "--- what programs make of a listing"
listing=$(multipath -ll)
check_equal "ReaR: the size of each map" "$(printf '%s size=64M\n' "$(head -n 1 <<<"$listing")" "$(multipath -ll "$two" | head -n 1)")" \
  "$(awk '/dm-/ { D = $0 } $1 ~ /size=/ { print D " " $1 }' <<<"$listing")"
check_equal "Infinibox: the name to a dm device" "$one" "$(grep --word-regexp "${node##*/}" <<<"$listing" | awk '{ print $1 }')"
check_equal "CloudStack: the paths" "$(unit_disks two | sort)" "$(multipath -ll "$two" | grep -E '[0-9]+:[0-9]+:[0-9]+:[0-9]+' | sed -E 's/.*[0-9]+:[0-9]+:[0-9]+:[0-9]+ +([a-z]+) .*/\1/' | sort)"
check_equal "Checkmk: after blanks are collapsed every row begins as it expects" "" \
  "$(sed 's/  */ /g' <<<"$listing" | grep -vE '^( [`|\\]|[`|\\]|size=)' | grep -vE '^[-0-9A-Za-z_:]+( \([-0-9A-Za-z_:]+\))? dm-[0-9]+ ')"
check_equal "avocado: a path has six columns from behind" "$(unit_disks one | sort)" \
  "$(multipath -ll "$one" | grep -vE 'size|policy|dm-' | awk '{ print $(NF - 4) }' | sort)"
check_equal "libstorage-ng: only a map's first line has a comma" "$(grep -c ' dm-' <<<"$listing")" "$(grep -c , <<<"$listing")"
check_equal "ziomon: two lines after the header come the paths" "$one" "$(awk -v name="$one" '$1 == name { print $1 }' <<<"$listing")"
if command -v python3 >/dev/null; then
  check_equal "os-brick: WWID and disks" "$one $(unit_disks one | sort | paste -sd' ')" "$(multipath -ll "$one" | python3 -c '
import re, sys
lines = [line for line in sys.stdin.read().strip().split("\n") if not re.match(r"\w{3} \d+ \d\d:\d\d:\d\d \|", line)]
found = re.search(r"\((?P<wwid>.+)\)", lines[0])
disks = []
for line in lines[3:]:
    words = re.sub(r"[|`-]", " ", line).split()
    if re.match(r"\d+:\d+:\d+:\d+", words[0]): disks.append(words[1])
print(found.group("wwid") if found else lines[0].split()[0], *sorted(disks))')"
  check_equal "insights: groups and quoted words" "service-time 0|50|64M" "$(multipath -ll "$one" | python3 -c '
import re, shlex, sys
text = sys.stdin.read()
group = re.search(r"((?:round-robin|queue-length|service-time) \d).*?prio=(\d+)", text)
size = dict(word.split("=", 1) for word in shlex.split(text.split("\n")[1]))["size"]
print(group.group(1), group.group(2), size, sep="|")')"
else
  skip "os-brick and insights" "no python3 in the guest"
fi

note "--- flushing one"
for form in "$one" "/dev/mapper/$one" node; do
  make_maps
  wanted=$form
  [ "$form" != node ] || wanted=/dev/$(basename "$(readlink -f "/sys/dev/block/$(dmsetup info -c --noheadings -o major,minor "$one")")")
  for letters in "-f" "-v3 -R3 -f"; do
    make_maps
    [ "$form" != node ] || wanted=/dev/$(basename "$(readlink -f "/sys/dev/block/$(dmsetup info -c --noheadings -o major,minor "$one")")")
    ours $letters "$wanted"; status=$?
    check_equal "$letters ${form/node//dev/dm-N}: gone, status 0, nothing on stdout" "0 $two " "$status $(maps) $(cat /run/lab/ours.out)"
  done
done
make_maps
dmsetup rename "$one" myalias
dmsetup mknodes
both -l myalias
check_match "an alias is followed by the WWID" "^myalias \\($one\\) dm-[0-9]+ LIO-ORG,FILEIO" "$(cat /run/lab/ours.out)"
ours -f myalias; status=$?
check_equal "-f by alias" "0 $two" "$status $(maps)"
make_maps
dmsetup rename "$one" myalias
ours -f "$one"; status=$?
check_equal "-f by the WWID of a map with an alias" "0 $two" "$status $(maps)"
check_status "-f of it again fails" 1 multipath -f "$one"

note "--- in use"
make_maps
exec 9<"/dev/mapper/$one"
before=$(dmsetup table; dmsetup info -c --noheadings -o name,suspended)
theirs -f "$one"; their_status=$?
ours -f "$one"; our_status=$?
check_equal "-f of an open map" "$their_status " "$our_status $(cat /run/lab/ours.out)"
check_match "it says 'map in use' on stderr, as the packaged tool does" "map in use" "$(cat /run/lab/ours.err)"
check_match "(which does)" "map in use" "$(cat /run/lab/theirs.err)"
theirs -F; their_status=$?
make_maps
ours -F; our_status=$?
check_equal "-F with a map in use has the packaged tool's status" "$their_status" "$our_status"
check_equal "and flushes the others" "$one" "$(maps)"
make_maps
check_equal "nothing happened to the one in use" "$before" "$(dmsetup table; dmsetup info -c --noheadings -o name,suspended)"
check_status "flush of a map in use exits 3" 3 multipath flush "$one"
exec 9<&-
check_status "-f when it is free" 0 multipath -f "$one"
check_status "-F" 0 multipath -F
both -F

note "--- verbs"
check_status "apply" 0 multipath apply -p multibus
check_status "apply with nothing to do" 0 multipath apply -p multibus
check_status "plan" 0 multipath plan
check_status "show maps" 0 multipath show maps
check_status "show paths" 0 multipath show paths
check_status "a wrong option exits 1" 1 multipath show maps --nosuch
check_status "no such map exits 2" 2 multipath show maps nosuch
check_status "no such path exits 2" 2 multipath show paths /dev/nosuch
check_status "nothing to flush of that name exits 2" 2 multipath flush nosuch
check_status "nothing to apply of that name exits 2" 2 multipath apply nosuch
# Another unit under the same WWID: its map is refused, the others are done.
multipath -F
lio_resize two 96M
path_refresh "$(path_disk two 0)"
check_status "a map that is refused makes apply exit 4" 4 multipath apply
check_equal "the others are made" "$one" "$(maps)"
multipath -F
check_status "and the letters exit 1" 1 multipath
multipath flush -a
check_status "flush -a with nothing there" 0 multipath flush -a

note "--- no device-mapper"
for module in dm_service_time dm_multipath dm_mod; do modprobe -r $module 2>/dev/null; done
rmmod dm_service_time dm_multipath dm_mod 2>/dev/null
if [ -d /sys/module/dm_mod ]; then
  skip "a kernel without device-mapper" "dm_mod is built in or in use"
else
  rm -f /dev/mapper/control
  mount --bind /dev/null "$(command -v modprobe)" 2>/dev/null
  for letters in -ll -l -F "-f x" ""; do
    theirs $letters; their_status=$?
    ours $letters; our_status=$?
    check_equal "multipath $letters without device-mapper" "$their_status " "$our_status $(cat /run/lab/ours.out)"
    check_match "says what is missing" "device-mapper|/dev/mapper/control" "$(cat /run/lab/ours.err)"
  done
  check_status "a verb without device-mapper exits 10" 10 multipath apply
  check_status "plan works without it" 0 multipath plan
fi
done_checks
