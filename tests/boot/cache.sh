# Sourced by the boot lab's scripts. Below the lab's cache (tests/lab/cache.sh), for all checkouts:
#   boot/base/KIND-HASH/     a Debian system as mmdebstrap made it, for this list of packages
#   boot/lvm-SIZE            the first MiB of a disk of that size: a physical volume with one logical volume behind it
# And below the checkout's build directory, for what is built there:
#   boot/KIND/               vmlinux, initrd, plain.img, part.img and lvm.img with our installation in them

boot=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
. "$boot/../lab/cache.sh"
checkout=$(dirname -- "$(dirname -- "$boot")")
build=${BUILD:-build}
case $build in /*) ;; *) build=$checkout/$build ;; esac

die() { printf 'boot lab: %s\n' "$*" >&2; exit 123; }
say() { printf 'boot lab: %s\n' "$*" >&2; }

# kind: Debian's suite, and what stands in the image beside the common packages
declare -A suite_of=([bookworm]=bookworm [trixie]=trixie [dracut]=bookworm [packaged]=bookworm)
kinds="bookworm trixie dracut packaged"

label=lab-root
uuid=11111111-2222-4333-8444-555555555555
wwn=0x5000c50000000001
wwid=35000c50000000001
disk_megabytes=1024
