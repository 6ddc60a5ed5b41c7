# Names of all kinds on real maps in udevd: no link outside the folder that it is meant for. With dmsetup's rules, and without, where
# devmap_name takes their place. Partitions and their links come and go with the map.
# timeout: 400
# mem: 1280
# disk: one 64M 2
. "$LAB/lib.sh"

modprobe -a virtio_scsi dm_mod dm_multipath dm_service_time scsi_dh_alua
wait_for_disks 2 || exit
install_rules
set -- $(disks QEMU)
first=$1 second=$2
number=$(cat "/sys/block/$first/dev")
wwid=35000c50000000001
mkdir -p /etc/multipath
: >/etc/multipath/wwids
start_udevd all

# links_made: what is a link in /dev now and was not, below the first folder of each: "mapper" "disk/by-id"...
links_now() { find /dev -type l -printf '%P\n' | LC_ALL=C sort; }
links_before=$(links_now)
links_made() { LC_ALL=C comm -13 <(printf '%s\n' "$links_before") <(links_now) | grep -v '^block/'; }
folders_made() { links_made | grep -vE '^(mapper|disk/by-id)/[^/]+$|^disk/by-diskseq/[0-9]+$'; }

names=('a b' "it's \"quoted\"" '%k%n$env{PATH}' '..x' 'sda' '-t' 'a\x20b' 'ümlaut' $'tab\there' '#+-.:=@_' "$(printf 'x%.0s' {1..127})")
# Without dmsetup's rules nobody answers its cookies, and the library makes a node in the place of the link: away with it.
make() {
  dmsetup create ${unsynced-} --manglename none --table "0 8 linear $number 0" -- "$1" 2>/run/lab/dmsetup || { note "$(cat /run/lab/dmsetup)"; return 1; }
  minor=$(dmsetup info -c --noheadings --manglename none -o minor -- "$1")
  udevd_settle
  if [ -n "${unsynced-}" ]; then
    find /dev/mapper -type b -delete
    udevadm trigger --action=change "/sys/class/block/dm-$minor"
    udevd_settle
  fi
}
unmake() { dmsetup remove ${unsynced-} --manglename none -- "$1" 2>/dev/null; udevd_settle; }
check_names() {
  local rules=$1 name shown
  for name in "${names[@]}"; do
    shown=$(printf %q "${name:0:20}")
    make "$name" || { not_ok "$rules dmsetup's rules: a map called $shown"; continue; }
    check_equal "$rules dmsetup's rules, $shown: no link elsewhere" "" "$(folders_made)"
    if [ $rules = without ]; then
      check_equal "without, $shown: the link that devmap_name says" "mapper/$(devmap_name "$(cat "/sys/class/block/dm-$minor/dev")")" "$(links_made)"
      check_equal "without, $shown: it leads to the map" "dm-$minor" "$(basename "$(readlink -f "/dev/$(links_made)")")"
    else
      check_equal "with, $shown: there is one in /dev/mapper" 1 "$(links_made | grep -c ^mapper/)"
    fi
    unmake "$name"
    check_equal "$rules dmsetup's rules, $shown: it goes with the map" "" "$(links_made)"
  done
}

check_names with

# --- partitions ----------------------------------------------------------------------------------------------------------------
# The table is on the disk before the map is made, with names that must not lead anywhere.
printf '%s\n' 'label: gpt' 'size=8M, name="../../../etc/x", uuid=11111111-2222-4333-8444-000000000011' \
  'size=8M, name="a b", uuid=11111111-2222-4333-8444-000000000012' | sfdisk -q "/dev/$first" 2>/run/lab/sfdisk || note "$(cat /run/lab/sfdisk)"
udevd_settle
check_equal "a disk that is not claimed has its partitions" "${first}1 ${first}2" "$(cd "/sys/block/$first" && echo "$first"[0-9])"
multipath -a "/dev/$first" >/dev/null
multipath apply $wwid
part_is_there() { [ -e "/dev/mapper/$wwid-part2" ]; }
check "the map's partitions are made by its event" wait_for 30 part_is_there || note "$(dmsetup ls; udevadm info "/dev/mapper/$wwid")"
udevd_settle
for number_of in 1 2; do
  check_equal "by-partuuid of partition $number_of leads to the map's" "$wwid-part$number_of" \
    "$(cat "/sys/class/block/$(link_target "disk/by-partuuid/11111111-2222-4333-8444-00000000001$number_of")/dm/name")"
  check_equal "wwn-...-part$number_of, too" "$wwid-part$number_of" "$(cat "/sys/class/block/$(link_target "disk/by-id/wwn-0x${wwid#3}-part$number_of")/dm/name")"
done
check_equal "no link elsewhere" "" "$(folders_made | grep -vE '^disk/by-part(uuid|label)/[^/]+$')"
note "labels: $(ls /dev/disk/by-partlabel | tr '\n' ' ')"
no_kernel_partitions() { for disk in "$first" "$second"; do [ ! -e "/sys/block/$disk/${disk}1" ] || return 1; done; }
check "the kernel's partitions of the paths are dropped" wait_for 20 no_kernel_partitions || note "$(lsblk)"
printf '%s\n' 'label: gpt' 'size=8M, uuid=11111111-2222-4333-8444-000000000013' | sfdisk -q --force --no-reread "/dev/mapper/$wwid" 2>/run/lab/sfdisk || note "$(cat /run/lab/sfdisk)"
other_part() { [ -e /dev/disk/by-partuuid/11111111-2222-4333-8444-000000000013 ] && ! part_is_there; }
check "another table: its partition comes, the others go" wait_for 30 other_part || note "$(dmsetup table; ls /dev/disk/by-partuuid)"
wipefs -q -a -f "/dev/mapper/$wwid"
no_part() { [ ! -e "/dev/mapper/$wwid-part1" ]; }
check "no table: no partition" wait_for 30 no_part || note "$(dmsetup table)"
check "the map goes" multipath -f "$wwid"
udevd_settle
check_equal "with all its links" "" "$(links_made | grep -F "${wwid#3}")"

# --- without dmsetup's rules ------------------------------------------------------------------------------------------------------
rm -f /usr/lib/udev/rules.d/{55-dm,60-persistent-storage-dm,95-dm-notify}.rules
udevadm control --reload
links_before=$(links_now)
unsynced=--noudevsync
check_names without
stop_udevd
done_checks
