# Sourced by the tests of packages: how they report, and a chroot of Debian to install in.
cd "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/../.." || exit
build=$(readlink -f "${BUILD:-build}")
work=$(mktemp -d)
clean_up() { [ ! -d "$work/root" ] || leave_root; rm -rf "$work"; }
trap clean_up EXIT
check() {  # NAME TEXT: ok when there is no TEXT
  if [ -z "$2" ]; then echo "ok packaging: $1"; else echo "not ok packaging: $1"; printf '%s\n' "$2" | sed 's/^/  # /' | head -n 40; fi
}
is() { check "$1" "$([ "$2" = "$3" ] || printf 'expected: %s\nactual:   %s' "$2" "$3")"; }
# succeeds NAME COMMAND...: shows what the command printed when it fails
succeeds() {
  local name=$1 output
  shift
  if output=$("$@" 2>&1 </dev/null); then check "$name" ""; else check "$name" "status $?: $output"; fi
}
version=$(sed -n 's/^VERSION := //p' Makefile)

# make_root: $work/root becomes a Debian system with udev, systemd and initramfs-tools, and nothing of multipath: an overlay over
# the boot lab's. What is changed there is thrown away at the end.
make_root() {
  [ "$(id -u)" -eq 0 ] || { echo "skip packaging: $1: a chroot needs root"; exit 0; }
  base=$(BUILD=$build tests/boot/image --base bookworm) || { echo "not ok packaging: $1: no system to install in"; exit 1; }
  mkdir -p "$work"/{upper,overlay,root}
  mount -t tmpfs packages "$work/upper" && mkdir "$work"/upper/{changed,work} &&
    mount -t overlay packages "$work/root" -o "lowerdir=$base,upperdir=$work/upper/changed,workdir=$work/upper/work" &&
    mount -t proc proc "$work/root/proc" && mount --bind /dev "$work/root/dev" || { echo "not ok packaging: $1: no chroot"; exit 1; }
  # No service starts in a chroot, and a name server is needed to fetch packages.
  printf '#!/bin/sh\nexit 101\n' >"$work/root/usr/sbin/policy-rc.d"
  chmod 755 "$work/root/usr/sbin/policy-rc.d"
  cp -L /etc/resolv.conf "$work/root/etc/resolv.conf"
  # The boot lab leaves documentation out. An initramfs is made where a test asks for it, not after each package.
  rm -f "$work/root/etc/dpkg/dpkg.cfg.d/99mmdebstrap"
  echo update_initramfs=no >"$work/root/etc/initramfs-tools/update-initramfs.conf"
  cp "$build"/multipath_"${version}"_*.deb "$work/root/multipath.deb"
}
leave_root() {
  local place
  for place in root/proc root/dev root upper; do mountpoint -q "$work/$place" && umount -l "$work/$place"; done
}
in_root() { env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C DEBIAN_FRONTEND=noninteractive http_proxy="${http_proxy-}" https_proxy="${https_proxy-}" chroot "$work/root" "$@" </dev/null; }
apt_in_root() { in_root apt-get -q -y -o Dpkg::Use-Pty=0 -o APT::Sandbox::User=root --no-install-recommends "$@"; }
# What udev, systemd and initramfs-tools read, what programs there are, and what dpkg diverts.
list_of_root() {
  (cd "$work/root" && find usr/lib/udev usr/lib/systemd usr/lib/modules-load.d usr/lib/tmpfiles.d usr/lib/dracut usr/share/initramfs-tools usr/sbin \
     usr/lib/multipath etc/udev etc/systemd etc/initramfs-tools etc/multipath var/lib/systemd ! -type d 2>/dev/null | LC_ALL=C sort)
  in_root dpkg-divert --list
}
