# Captures of this machine in fourteen states, each replayed: every reading job prints byte for byte what it printed live.
# mem: 1536
# timeout: 600
. "$LAB/lib.sh"
. "$LAB/stacks.sh"
modprobe -a dm-multipath dm-service-time scsi_dh_alua dm-crypt raid1 dm-snapshot loop ext4

configure() { busybox mkdir -p /etc/multipath; printf '%s\n' "$@" >/etc/multipath.conf; }
configure 'defaults {' '  find_multipaths no' '}'
san_scsi_debug 1 1
san_lio gold 64M 2 alua=yes
san_lio plain 64M 3
lio_alua_state gold 1 nonoptimized
pretend_udevd
debug=$(disks Linux | head -n 1)
gold=$(path_disk gold 0) other=$(path_disk gold 1) plain=$(path_disk plain 1)
wwid=3$(sed "s/^naa\.//" "/sys/block/$gold/device/wwid")
check_match "gold has a WWID" '^36' "$wwid"
# The kernel hears of a new ALUA state when a command is answered with UNIT ATTENTION, and then asks for itself.
alua_state() { lio_alua_state gold "$@"; multipath -ll >/dev/null 2>&1; busybox sleep 2; multipath -ll >/dev/null 2>&1; }

check_capture no-maps "$gold"
multipath -v0
check_capture maps "$gold" "$debug"
path_offline "$plain"
check_capture offline-path "$plain"
path_running "$plain"
configure 'defaults {' '  user_friendly_names yes' '  path_grouping_policy group_by_prio' '  find_multipaths no' '}' \
  'blacklist {' '  devnode "^sd[z]"' '}' 'multipaths {' '  multipath {' "    wwid $wwid" '    alias gold' '  }' '}'
check_capture other-configuration "$gold"
multipath -v0
map=/dev/mapper/gold
check "the map is called gold" test -e $map
alua_state 0 standby
check_capture standby "$gold" "$other"
alua_state 0 optimized
dmsetup message gold 0 "fail_path $(cat "/sys/block/$other/dev")"
check_capture failed-path "$other"
dmsetup message gold 0 "reinstate_path $(cat "/sys/block/$other/dev")"

make_ext4 $map 2>/dev/null && busybox mkdir -p /mnt/gold && mount $map /mnt/gold
check_capture mounted "$gold"
umount /mnt/gold
printf '2048,20000\n,,\n' | sfdisk -q $map >/dev/null 2>&1
dmsetup create gold-part1 -u "part1-mpath-$wwid" --table "0 20000 linear $map 2048"
check_capture partition-map "$gold"
dmsetup remove gold-part1
wipefs -qa $map
pvcreate -q $map >/dev/null 2>&1 && vgcreate -q vg-a $map >/dev/null 2>&1 && lvcreate -qy -Wn -Zn -L 16M -n lv vg-a >/dev/null 2>&1
lvcreate -qy -s -L 8M -n snap vg-a/lv >/dev/null 2>&1
check_capture lvm-snapshot "$gold"
vgremove -qqff vg-a >/dev/null 2>&1
pvremove -qq $map >/dev/null 2>&1
head -c 32 /dev/urandom >/run/lab/key
cryptsetup -q luksFormat --type luks2 --pbkdf pbkdf2 --pbkdf-force-iterations 1000 --luks2-metadata-size 64k --luks2-keyslots-size 1M $map /run/lab/key &&
  cryptsetup open --key-file /run/lab/key $map secret
check_capture luks "$gold"
cryptsetup close secret
wipefs -qa $map
second=$(dmsetup ls --target multipath | awk '$1 ~ /^mpath/ { print $1; exit }')
mdadm --create /dev/md0 --run --level=1 --raid-devices=2 --metadata=1.2 --assume-clean $map missing >/dev/null 2>&1
check_capture md "$gold"
mdadm --stop /dev/md0 >/dev/null 2>&1
mdadm --zero-superblock $map >/dev/null 2>&1
mkswap -q $map >/dev/null 2>&1 && swapon $map
check_capture swap "$gold"
swapoff $map
busybox sleep 1000 <$map &
check_capture open "$gold"
kill $!
check "there is a second map" test -n "$second"

printf '2048,8000\n' | sfdisk -q "/dev/$debug" >/dev/null 2>&1
configure 'defaults { polling_interwal 5 }'
check_capture broken-configuration "$gold"

# --- beyond the same -------------------------------------------------------------------------------------------------
configure 'defaults {' '  find_multipaths no' '}'
from=/out/maps/host
check_fails "a capture is never written over another one" multipath capture $from
check_match "sg_vpd reads the pages" "designator type: NAA" "$(sg_vpd --inhex="$(grep -l 'vpd-83' $from/scsi/*.hex | head -n 1)" --page=di 2>&1)"
multipath --host $from flush "$wwid" >/run/lab/out 2>/run/lab/err
check_equal "a map of the capture is flushed there" 0 $?
check_match "and what would have been done is told" "would: remove $wwid" "$(cat /run/lab/err)"
check "the capture itself is as it was" multipath --host $from -l "$wwid"
check_match "the difference of two captures is told" "map .*: name $wwid -> gold" "$(multipath diff $from /out/standby/host)"
check_equal "a capture does not differ from itself" "" "$(multipath diff $from $from)"
busybox cp -r $from /run/lab/edited
sed -i '/^ size = /d' /run/lab/edited/sys.txt
check_match "what is not in it is an error that names it" 'has no answer to: read /sys/.*size' "$(multipath --host /run/lab/edited show paths 2>&1)"
check_status "then the run has failed in part" 4 multipath --host /run/lab/edited show paths

check "a capture is scrubbed" multipath capture --scrub /out/scrubbed
for word in $(multipath show paths 2>/dev/null | grep -oE '\b3[0-9a-f]{32}\b' | cut -c10- | sort -u); do
  check "nothing is left of $word" sh -c "! grep -rqi '$word' /out/scrubbed"
done
actions() { multipath "$@" -d 2>/dev/null | sed -n 's/^\([a-z]*\): .*/\1/p' | sort | uniq -c; }
check_equal "the same paths coalesce" "$(actions)" "$(actions --host /out/scrubbed)"
done_checks
