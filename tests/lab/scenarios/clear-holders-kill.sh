# kill -9 at every step of a plan: no map is left suspended, and the next run finishes the job.
# timeout: 400
# mem: 1536
. "$LAB/lib.sh"
. "$LAB/stacks.sh"
modprobe -a dm_multipath dm_service_time scsi_dh_alua dm_crypt raid1 ext4

one=$(san_map one 96M)
printf 'label: gpt\nsize=60M\n' | sfdisk -q "/dev/mapper/$one"
kpartx -a -p -part "/dev/mapper/$one"
vgcreate -q -y vg "/dev/mapper/$one-part1" >/dev/null
lvcreate -q -y -Wn -Zn -L 40M -n data vg >/dev/null
head -c 32 /dev/urandom >/run/lab/key
cryptsetup -q luksFormat --type luks2 --pbkdf pbkdf2 --pbkdf-force-iterations 1000 /dev/mapper/vg-data /run/lab/key
cryptsetup open --key-file /run/lab/key /dev/mapper/vg-data secret
make_ext4 /dev/mapper/secret
mkdir -p /mnt/stack
mount /dev/mapper/secret /mnt/stack
fill /mnt/stack
sums_before=$(sums /mnt/stack)
undo=/run/lab/undo
multipath clear-holders --dry-run --umount --json "$(first_path)" 2>/dev/null | python3 -c '
import json, sys
for step in reversed(json.load(sys.stdin)["steps"]):
    for line in step["undo"]: print(line)' | sed 's/dmsetup create /dmsetup --verifyudev create /; s|^cryptsetup open |cryptsetup open --key-file /run/lab/key |' >$undo
steps=$(wc -l <$undo)
check_equal "five steps" 5 "$steps"

for ((step = 1; step <= steps; ++step)); do
  # Killed as soon as it says that it begins the step.
  multipath clear-holders --yes --umount "$(first_path)" >/dev/null 2>/run/lab/progress &
  run=$!
  until grep -q "^\[$step/" /run/lab/progress 2>/dev/null || ! kill -0 $run 2>/dev/null; do :; done
  kill -9 $run 2>/dev/null
  wait $run 2>/dev/null
  check_equal "killed in step $step: nothing is suspended" "" "$(dmsetup info -c --noheadings -o name,suspended | grep -i ':suspended')"
  check "killed in step $step: the next run finishes" multipath clear-holders --yes --umount "$(first_path)"
  check "killed in step $step: the disk is clear" multipath clear-holders --check "$(first_path)"
  check "killed in step $step: it can be brought back" bash -e $undo
  check_equal "killed in step $step: the files are the same" "$sums_before" "$(sums /mnt/stack)"
done
done_checks
