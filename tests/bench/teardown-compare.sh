# teardown-compare.sh [STACK...]: runs in the guest, see tests/lab/run. Builds each stack anew for every tool and prints a table: what
# lsblk lists of it, what blkdeactivate takes down, what multipath clear-holders shows and takes down; of how many things.
# timeout: 900
# mem: 1536
. "$LAB/lib.sh"
. "$LAB/stacks.sh"
modprobe -a dm_multipath dm_service_time scsi_dh_alua dm_crypt raid1 loop ext4 bcache
mkdir -p /mnt/stack /mnt/inner /mnt/bind
head -c 32 /dev/urandom >/run/lab/key
seen=/run/lab/seen

# A thing is "KIND:NAME"; there THING tells whether it is still there.
there() {
  local name=${1#*:}
  case $1 in
    map:*) dmsetup info "$name" ;;
    mount:*) mountpoint -q "$name" ;;
    away:*) [ -e "/proc/$keeper" ] && grep -q " $name " "/proc/$keeper/mountinfo" ;;
    swap:*) grep -q "^$(readlink -f "$name")[[:space:]]" /proc/swaps ;;
    block:*) case $name in
        md*) grep -q "^$name :" /proc/mdstat ;;
        loop*) [ -e "/sys/block/$name/loop/backing_file" ] ;;
        *) [ -e "/sys/block/$name" ] ;;
      esac ;;
    taken:*) [ -e "/sys/block/$(dmsetup info -c --noheadings -o blkdevname "$name")/bcache" ] ;;
  esac >/dev/null 2>&1
}
# shown THING: is it in what the tool printed?
shown() {
  case $1 in
    swap:*) grep -qi '\[swap' $seen && grep -q "$(basename "${1#*:}")" $seen ;;
    taken:*) grep -qi bcache $seen ;;
    *) grep -q -- "${1#*:}" $seen ;;
  esac
}
count() { local thing n=0; for thing in $things; do if "$@" "$thing"; then n=$((n + 1)); fi; done; echo "$n"; }
gone() { ! there "$1"; }

fs() { make_ext4 "$1"; mount "$1" "${2:-/mnt/stack}"; }
stack_partitions() {
  printf 'label: gpt\nsize=30M\nsize=20M\n' | sfdisk -q --wipe always "/dev/mapper/$one"
  kpartx -a -p -part "/dev/mapper/$one"
  fs "/dev/mapper/$one-part1"
  mkdir /mnt/stack/sub /mnt/stack/dir
  fs "/dev/mapper/$one-part2" /mnt/stack/sub
  mount --bind /mnt/stack/dir /mnt/bind
  things="mount:/mnt/stack mount:/mnt/stack/sub mount:/mnt/bind map:$one-part1 map:$one-part2 map:$one"
}
stack_luks() {
  mdadm --create /dev/md0 --run --level=1 --raid-devices=2 --assume-clean "/dev/mapper/$one" "/dev/mapper/$two" >/dev/null 2>&1
  vgcreate -q -y vg-a /dev/md0 >/dev/null
  lvcreate -q -y -Zn -Wn -L 40M -n lv vg-a >/dev/null
  cryptsetup -q luksFormat --pbkdf pbkdf2 --pbkdf-force-iterations 1000 /dev/mapper/vg--a-lv /run/lab/key
  cryptsetup open --key-file /run/lab/key /dev/mapper/vg--a-lv secret
  fs /dev/mapper/secret
  things="mount:/mnt/stack map:secret map:vg--a-lv block:md0 map:$one map:$two"
}
stack_bcache() {
  make-bcache --bucket 64k -B "/dev/mapper/$one" -C "/dev/mapper/$two" --writeback >/dev/null 2>&1
  for map in "$two" "$one"; do echo "/dev/mapper/$map" >/sys/fs/bcache/register 2>/dev/null; done
  wait_for 20 test -b /dev/bcache0
  fs /dev/bcache0
  things="mount:/mnt/stack block:bcache0 taken:$two map:$one map:$two"
}
stack_swap() {
  vgcreate -q -y vg "/dev/mapper/$one" >/dev/null
  lvcreate -q -y -Zn -Wn -L 24M -n swap vg >/dev/null
  mkswap -q /dev/mapper/vg-swap
  swapon /dev/mapper/vg-swap
  things="swap:/dev/mapper/vg-swap map:vg-swap map:$one"
}
stack_loop() {
  fs "/dev/mapper/$one"
  truncate -s 24M /mnt/stack/image
  make_ext4 /mnt/stack/image
  losetup /dev/loop7 /mnt/stack/image
  mount /dev/loop7 /mnt/inner
  things="mount:/mnt/inner block:loop7 mount:/mnt/stack map:$one"
}
stack_elsewhere() {
  make_ext4 "/dev/mapper/$one"
  rm -f /run/lab/mounted
  unshare -m --propagation private sh -c "mount /dev/mapper/$one /mnt/inner && touch /run/lab/mounted && exec sleep 1000" &
  keeper=$!
  wait_for 20 test -e /run/lab/mounted
  things="away:/mnt/inner map:$one"
}
clean() {
  local set
  [ -z "${keeper-}" ] || { kill "$keeper"; wait "$keeper"; keeper=; }
  swapoff -a
  swapon "/dev/$(path_disk other 0)"
  for mount in /mnt/bind /mnt/stack/sub /mnt/inner; do umount $mount; done
  losetup -D
  umount /mnt/stack
  cryptsetup close secret
  vgchange -an
  mdadm --stop --scan
  for set in /sys/fs/bcache/*-*; do [ ! -e "$set" ] || echo 1 >"$set/stop"; done
  for stop in /sys/block/dm-*/bcache/stop; do [ ! -e "$stop" ] || echo 1 >"$stop"; done
  wait_for 20 sh -c '! ls -d /sys/block/bcache* /sys/block/dm-*/bcache'
  wait_for 5 sh -c 'dmsetup remove_all; [ "$(dmsetup ls)" = "No devices found" ]'
} >/dev/null 2>&1
fresh() {
  clean
  for unit in one two; do dd if=/dev/zero of="$lab_san/$unit/store" bs=1M count=96 conv=notrunc status=none; done
  echo 3 >/proc/sys/vm/drop_caches
  one=$(map_of one) two=$(map_of two)
  "stack_$1"
  for thing in $things; do there "$thing" || note "$1: $thing was not made"; done
}

for unit in one two; do san_lio $unit 96M 2; done
san_lio other 32M 1
mkswap -q "/dev/$(path_disk other 0)"
row='%-12s %6s | %11s | %17s %6s | %7s %9s %6s\n'
printf "$row" stack things 'lsblk shows' 'blkdeactivate ends' status 'clears:' ends status
for stack in ${*:-partitions luks bcache swap loop elsewhere}; do
  fresh $stack
  all=$(wc -w <<<"$things")
  lsblk -nro NAME,KNAME,FSTYPE,MOUNTPOINTS "/dev/$(path_disk one 0)" "/dev/$(path_disk two 0)" >$seen 2>&1
  by_lsblk=$(count shown)
  maps="/dev/mapper/$one"
  case $things in *"map:$two"*) maps+=" /dev/mapper/$two" ;; esac
  timeout 60 blkdeactivate -u -d retry -l wholevg -r wait -m disablequeueing $maps >/run/lab/out 2>&1
  status_blk=$?
  ends_blk=$(count gone)
  note "$(cat /run/lab/out)"
  fresh $stack
  multipath holders $maps >$seen 2>/dev/null
  by_ours=$(count shown)
  multipath clear-holders --yes --umount --umount-ns --swapoff $maps >/run/lab/out 2>/run/lab/err
  status_ours=$?
  ends_ours=$(count gone)
  [ $status_ours -eq 0 ] || note "$(cat /run/lab/err; dmsetup info -c; ls -d /sys/block/dm-*/holders/* /sys/block/*/bcache /sys/fs/bcache/*; fuser -v /dev/mapper/* 2>&1; dmesg | tail -n 8)"
  printf "$row" $stack "$all" "$by_lsblk" "$ends_blk" "$status_blk" "$by_ours" "$ends_ours" "$status_ours"
done
clean
