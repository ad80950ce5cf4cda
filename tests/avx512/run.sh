#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Tests on an emulated machine with AVX-512, for those who have none.
#
# usage: run.sh BUILD_DIR [TEST...]
#
# Starts a Linux kernel in Bochs with the tests (default: those of numbers and machine code) and prints what they print;
# exit code 1 if one fails. Then runs every shipped scenario, as machine code and with --interpret, and compares the
# bytes. An emulated second is some hundred real ones: about half an hour. Not part of the test suite.
# Needs bochs (with its terminal display), xorriso, isolinux, busybox-static, cpio and a kernel (KERNEL=FILE; default:
# the newest in /boot).
set -eu
here=$(cd "$(dirname "$0")/../.." && pwd)
[ $# -gt 0 ] || { sed -n '3,12s/^# \{0,1\}//p' "$0" >&2; exit 2; }
build=$(cd "$1" && pwd)
shift
[ $# -gt 0 ] || set -- test_native test_normal test_dist test_sobol test_philox test_map test_correlation test_sketch \
  test_stats test_time_operators test_time test_tape test_run test_sets test_index test_precision test_trace test_convert
kernel=${KERNEL:-$(find /boot -name 'vmlinuz-*' | sort -V | tail -n 1)}
isolinux=${ISOLINUX:-/usr/lib/ISOLINUX/isolinux.bin}
loader=${LDLINUX:-/usr/lib/syslinux/modules/bios/ldlinux.c32}
for needed in bochs xorriso cpio script; do
  command -v "$needed" >/dev/null || { echo "run.sh: $needed is not installed" >&2; exit 2; }
done
for needed in "$kernel" "$isolinux" "$loader" /bin/busybox; do
  [ -r "$needed" ] || { echo "run.sh: cannot read ${needed:-a kernel: set KERNEL=FILE}" >&2; exit 2; }
done

folder=$(mktemp -d)
trap 'pkill -9 -f "bochs -q -f $folder" || :; rm -rf "$folder"' EXIT
root=$folder/root
mkdir -p "$root/bin" "$root/proc" "$root/sys" "$root/dev" "$root/tmp" "$root/lib64" "$root/tests/lib" "$root$here/build" \
  "$folder/iso/isolinux"
cp /bin/busybox "$root/bin/"
cp -L /lib64/ld-linux-x86-64.so.2 "$root/lib64/"
cp -r "$here/models" "$here/scenarios" "$root$here/"
cp "$build/tenfold" "$root$here/build/"
for name in "$@"; do
  cp "$(find "$build" -name "$name" -type f | head -n 1)" "$root/tests/"
done
for program in "$root"/tests/test_* "$root$here/build/tenfold"; do
  ldd "$program" | awk '$3 ~ "^/" { print $3 }'
done | sort -u | xargs -I{} cp -L {} "$root/tests/lib/"
strip -g "$root"/tests/test_* "$root$here/build/tenfold"

# Symbols are bound at the start: the emulator's XSAVEC, which binding on the first call uses, loses wide registers.
cat >"$root/init" <<EOF
#!/bin/busybox sh
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev 2>/dev/null
export PATH=/bin HOME=/tmp LD_LIBRARY_PATH=/tests/lib LD_BIND_NOW=1 TENFOLD_PATH=$here
echo; grep -q avx512dq /proc/cpuinfo && echo "machine: AVX-512" || echo "FAILED: no AVX-512"
for name in $*; do
  /tests/\$name >/tmp/out 2>&1 && echo "passed: \$name" || { echo "FAILED: \$name"; tail -n 40 /tmp/out; }
done
cd $here
for file in scenarios/*.csv; do
  for way in "" --interpret; do
    build/tenfold run \$file --samples 4096 --stats --format csv --quiet \$way >/tmp/out\$way || echo "FAILED: \$file \$way"
  done
  cmp /tmp/out /tmp/out--interpret && echo "same bytes: \$file, \$(wc -l </tmp/out) lines" || echo "FAILED: \$file"
done
echo "all done"
sleep 5
poweroff -f
EOF
chmod +x "$root/init"
(cd "$root" && find . | cpio -o -H newc 2>/dev/null | gzip -1) >"$folder/iso/initrd"
cp "$kernel" "$folder/iso/vmlinuz"
cp "$isolinux" "$loader" "$folder/iso/isolinux/"
# xsavec and xsaves (321, 323): the kernel finds their sizes inconsistent in the emulator, and would do without AVX.
cat >"$folder/iso/isolinux/isolinux.cfg" <<'EOF'
SERIAL 0 115200
DEFAULT linux
LABEL linux
 KERNEL /vmlinuz
 INITRD /initrd
 APPEND console=ttyS0 quiet mitigations=off nokaslr nosmp noapic acpi=off panic=1 random.trust_cpu=on clearcpuid=321,323
EOF
xorriso -as mkisofs -quiet -o "$folder/boot.iso" -b isolinux/isolinux.bin -c isolinux/boot.cat -no-emul-boot \
  -boot-load-size 4 -boot-info-table "$folder/iso" 2>/dev/null
cat >"$folder/bochsrc" <<EOF
cpu: model=corei7_skylake_x, count=1, ips=100000000, reset_on_triple_fault=0
memory: guest=1024, host=1024
romimage: file=/usr/share/bochs/BIOS-bochs-latest
vgaromimage: file=/usr/share/bochs/VGABIOS-lgpl-latest
boot: cdrom
ata0-master: type=cdrom, path=$folder/boot.iso, status=inserted
com1: enabled=1, mode=file, dev=$folder/serial
display_library: term
speaker: enabled=0, mode=none
sound: driver=dummy
log: $folder/log
panic: action=fatal
error: action=ignore
info: action=ignore
clock: sync=none
EOF
echo c >"$folder/commands" # of the debugger in Debian's Bochs: go on
TERM=vt100 script -qc "bochs -q -f $folder/bochsrc -rc $folder/commands" /dev/null >"$folder/screen" 2>&1 </dev/null &
emulator=$!
touch "$folder/serial"
shown=0
while kill -0 $emulator 2>/dev/null; do
  sleep 2
  lines=$(wc -l <"$folder/serial")
  if [ "$lines" -gt "$shown" ]; then
    sed -n "$((shown + 1)),${lines}p" "$folder/serial"
    shown=$lines
  fi
  ! grep -q "^all done" "$folder/serial" || break
done
grep -q "^all done" "$folder/serial" || { echo "run.sh: the machine stopped early" >&2; exit 1; }
! grep -q "^FAILED" "$folder/serial"
