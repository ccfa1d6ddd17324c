// Lines after the kernel's own format strings, of several versions, and what each of them says.
#define CAF_SUITE match_incident

#include "actors/host/match_incident.hpp"

#include <chrono>
#include <random>
#include <set>
#include <string>

#include "support/test.hpp"

using namespace pmactor;

namespace {

struct row {
  const char* line;
  const char* rule;
  const char* device;
  const char* process; ///< With its pid: "firefox 4242".
  log_source source = log_source::kernel;
};

const row rows[] = {
  {"watchdog: BUG: soft lockup - CPU#3 stuck for 23s! [kworker/3:1:811]", "soft-lockup", "CPU 3",
   "kworker/3:1 811"},
  {"watchdog: Watchdog detected hard LOCKUP on cpu 5", "hard-lockup", "CPU 5", ""},
  {"watchdog: CPU7: Watchdog detected hard LOCKUP on cpu 2", "hard-lockup", "CPU 2", ""},
  {"NMI watchdog: Watchdog detected hard LOCKUP on cpu 0", "hard-lockup", "CPU 0", ""},
  {"rcu: INFO: rcu_preempt self-detected stall on CPU", "rcu-stall-self", "", ""},
  {"rcu: INFO: rcu_sched detected stalls on CPUs/tasks:", "rcu-stall", "", ""},
  {"rcu: INFO: rcu_preempt detected expedited stalls on CPUs/tasks: { 2-...D } 26 jiffies s: 4833 "
   "root: 0x4/.",
   "rcu-stall-expedited", "", ""},
  {"rcu: rcu_preempt kthread starved for 21004 jiffies! g1733 f0x2 RCU_GP_WAIT_FQS(5) ->state=0x0 "
   "->cpu=1",
   "rcu-starved", "", ""},
  {"BUG: workqueue lockup - pool cpus=1 node=0 flags=0x0 nice=0 stuck for 48s!", "workqueue-lockup",
   "", ""},
  {"sched: RT throttling activated", "rt-throttling", "", ""},
  {"INFO: task dd:4711 blocked for more than 120 seconds.", "hung-task", "", "dd 4711"},
  {"INFO: task kworker/u8:3:118 blocked for more than 241 seconds.", "hung-task", "",
   "kworker/u8:3 118"},
  {"INFO: task jbd2/sda2-8:337 blocked in I/O wait for more than 122 seconds.", "hung-task", "",
   "jbd2/sda2-8 337"},
  {"INFO: task tar:900 is blocked on a mutex likely owned by task rsync:901.", "hung-task-owner",
   "", "tar 900"},
  {"BUG: kernel NULL pointer dereference, address: 0000000000000058", "null-pointer", "", ""},
  {"BUG: unable to handle page fault for address: ffffb3a941f2c000", "page-fault", "", ""},
  {"kernel BUG at fs/btrfs/extent_io.c:2181!", "kernel-bug", "", ""},
  {"Oops: Oops: 0002 [#1] SMP NOPTI", "oops", "", ""},
  {"CPU: 6 UID: 1000 PID: 2931 Comm: Web Content Tainted: G           OE      6.12.9 #1",
   "oops-task", "", "Web Content 2931"},
  {"irq 17: nobody cared (try booting with the \"irqpoll\" option)", "irq-nobody-cared", "IRQ 17",
   ""},
  {"clocksource: timekeeping watchdog on CPU1: Marking clocksource 'tsc' as unstable because the "
   "skew is too large:",
   "clock-unstable", "tsc", ""},

  {"Out of memory: Killed process 4242 (firefox) total-vm:11423876kB, anon-rss:7340032kB, "
   "file-rss:0kB, "
   "shmem-rss:98304kB, UID:1000 pgtables:21344kB oom_score_adj:100",
   "oom-kill", "", "firefox 4242"},
  {"Memory cgroup out of memory: Killed process 77 (a (b) c) total-vm:1024kB, anon-rss:512kB",
   "oom-group-kill", "", "a (b) c 77"},
  {"chrome invoked oom-killer: gfp_mask=0x140cca(GFP_HIGHUSER_MOVABLE|__GFP_COMP), order=0, "
   "oom_score_adj=300",
   "oom-invoked", "", ""},
  {"swapper/0: page allocation failure: order:4, mode:0x40dc0(GFP_KERNEL|__GFP_COMP|__GFP_ZERO)",
   "page-allocation", "", "swapper/0"},
  {"XFS: rsync(881) possible memory allocation deadlock size 65552 in kmem_alloc (mode:0x2c40)",
   "xfs-memory", "", "rsync 881"},
  {"systemd-oomd[612]: Killed /user.slice/user-1000.slice/user@1000.service/app.slice/app-x.scope "
   "due to memory "
   "pressure for /user.slice/user-1000.slice/user@1000.service being 65.43% > 50.00% for > 20s "
   "with reclaim activity",
   "oomd-kill", "/user.slice/user-1000.slice/user@1000.service/app.slice/app-x.scope", "",
   log_source::program},
  {"earlyoom[900]: sending SIGTERM to process 5123 uid 1000 \"Isolated Web Co\": oom_score 917, "
   "VmRSS 1203 MiB",
   "earlyoom-term", "", "Isolated Web Co 5123", log_source::program},

  {"nvme nvme0: I/O 640 QID 7 timeout, aborting", "nvme-timeout", "nvme0", ""},
  {"nvme nvme1: I/O tag 320 (1140) opcode 0x2 (I/O Cmd) QID 3 timeout, aborting req_op:READ(0) "
   "size:4096",
   "nvme-timeout", "nvme1", ""},
  {"nvme nvme0: I/O tag 8 (5008) opcode 0x1 (Write) QID 2 timeout, reset controller", "nvme-reset",
   "nvme0", ""},
  {"nvme nvme0: controller is down; will reset: CSTS=0xffffffff, PCI_STATUS=0x10", "nvme-down",
   "nvme0", ""},
  {"nvme nvme0: Device not ready; aborting reset, CSTS=0x1", "nvme-not-ready", "nvme0", ""},
  {"nvme nvme0: Disabling device after reset failure: -19", "nvme-dead", "nvme0", ""},
  {"ata3.00: exception Emask 0x0 SAct 0x7fc00 SErr 0x0 action 0x6 frozen", "ata-exception",
   "ata3.00", ""},
  {"ata3: hard resetting link", "ata-hard-reset", "ata3", ""},
  {"ata5: link is slow to respond, please be patient (ready=0)", "ata-slow", "ata5", ""},
  {"ata5: COMRESET failed (errno=-16)", "ata-comreset", "ata5", ""},
  {"ata1.00: qc timeout after 5000 msecs (cmd 0xec)", "ata-qc-timeout", "ata1.00", ""},
  {"sd 6:0:0:0: [sdb] tag#3 uas_eh_abort_handler 0 uas-tag 4 inflight: CMD OUT ", "uas-abort",
   "sdb", ""},
  {"sd 0:0:1:0: [sdc] tag#118 timing out command, waited 180s", "scsi-timeout", "sdc", ""},
  {"I/O error, dev sda, sector 2048 op 0x0:(READ) flags 0x80700 phys_seg 1 prio class 2",
   "disk-error", "sda", ""},
  {"blk_update_request: I/O error, dev nvme0n1, sector 8 op 0x1:(WRITE) flags 0x0 phys_seg 1 prio "
   "class 0",
   "disk-error", "nvme0n1", ""},
  {"critical medium error, dev sdd, sector 71303168 op 0x0:(READ) flags 0x0 phys_seg 32 prio class "
   "2",
   "disk-medium", "sdd", ""},
  {"Buffer I/O error on dev dm-3, logical block 262128, async page read", "buffer-error", "dm-3",
   ""},
  {"md/raid1:md127: Disk failure on sdb1, disabling device.", "raid-failure", "sdb1", ""},
  {"mmc0: Timeout waiting for hardware interrupt.", "mmc-timeout", "mmc0", ""},

  {"EXT4-fs error (device sda2): ext4_find_entry:1463: inode #131073: comm updatedb: reading "
   "directory lblock 0",
   "ext4-error-task", "sda2", "updatedb"},
  {"EXT4-fs (dm-0): Remounting filesystem read-only", "ext4-read-only", "dm-0", ""},
  {"Aborting journal on device nvme0n1p2-8.", "journal-abort", "nvme0n1p2-8", ""},
  {"BTRFS info (device dm-1 state EA): forced readonly", "btrfs-read-only", "dm-1", ""},
  {"BTRFS error (device sdb1): bdev /dev/sdb1 errs: wr 4, rd 0, flush 1, corrupt 0, gen 0",
   "btrfs-error", "sdb1", ""},
  {"BTRFS warning (device nvme0n1p3): csum failed root 257 ino 9217 off 4096 csum 0x8941f998 "
   "expected csum 0x1 mirror 1",
   "btrfs-checksum", "nvme0n1p3", ""},
  {"XFS (sdc1): Filesystem has been shut down due to log error (0x2).", "xfs-was-shut-down", "sdc1",
   ""},
  {"XFS (dm-2): metadata I/O error in \"xfs_buf_ioend+0x1a\" at daddr 0x20 len 8 error 5",
   "xfs-io-error", "dm-2", ""},
  {"nfs: server nas.lan not responding, still trying", "nfs-silent", "nas.lan", ""},
  {"CIFS: VFS: \\\\nas.lan\\share has not responded in 180 seconds. Reconnecting...", "cifs-silent",
   "\\\\nas.lan\\share", ""},

  {"i915 0000:00:02.0: [drm] GPU HANG: ecode 9:1:85dffffb, in Xorg [1187]", "i915-hang-process",
   "0000:00:02.0", "Xorg 1187"},
  {"i915 0000:00:02.0: [drm] Resetting rcs0 for stopped heartbeat on rcs0", "i915-reset",
   "0000:00:02.0", ""},
  {"xe 0000:03:00.0: [drm] GT0: Timedout job: seqno=4294967169, lrc_seqno=4294967169, guc_id=2, "
   "flags=0x0 in "
   "glxgears [3344]",
   "xe-timeout-process", "0000:03:00.0", "glxgears 3344"},
  {"xe 0000:03:00.0: [drm] device wedged, needs recovery", "drm-wedged", "0000:03:00.0", ""},
  {"amdgpu 0000:03:00.0: amdgpu: ring gfx_0.0.0 timeout, signaled seq=1153, emitted seq=1155",
   "amdgpu-timeout", "0000:03:00.0", ""},
  {"amdgpu 0000:28:00.0: ring sdma0 timeout, signaled seq=12, emitted seq=14", "amdgpu-timeout",
   "0000:28:00.0", ""},
  {"[drm:amdgpu_job_timedout [amdgpu]] *ERROR* ring gfx timeout, signaled seq=40, emitted seq=42",
   "amdgpu-timeout-old", "", ""},
  {"[drm:amdgpu_job_timedout [amdgpu]] *ERROR* Process information: process kwin_wayland pid 2184 "
   "thread "
   "kwin_wayla:cs0 pid 2201",
   "amdgpu-process", "", "kwin_wayland 2184"},
  {"amdgpu 0000:03:00.0: amdgpu:  Process game.exe pid 4771 thread dxvk-submit pid 4785",
   "amdgpu-process-new", "0000:03:00.0", "game.exe 4771"},
  {"amdgpu 0000:03:00.0: amdgpu: GPU reset begin!. Source:  1", "amdgpu-reset", "0000:03:00.0", ""},
  {"nouveau 0000:01:00.0: Xorg[1234]: channel 5 killed!", "nouveau-killed-short", "0000:01:00.0",
   "Xorg 1234"},
  {"NVRM: Xid (PCI:0000:01:00): 79, pid=1421, name=plasmashell, GPU has fallen off the bus.",
   "nvidia-xid-process", "0000:01:00", "plasmashell 1421"},
  {"NVRM: Xid (PCI:0000:0b:00): 119, pid='<unknown>', name=<unknown>, Timeout after 6s of waiting "
   "for RPC response",
   "nvidia-xid", "0000:0b:00", ""},
  {"radeon 0000:01:00.0: ring 0 stalled for more than 10240msec", "radeon-stalled", "0000:01:00.0",
   ""},
  {"amdgpu 0000:33:00.0: [drm] *ERROR* [CRTC:72:crtc-0] flip_done timed out", "flip-timeout",
   "0000:33:00.0", ""},

  {"usb 2-1.4: reset SuperSpeed USB device number 5 using xhci_hcd", "usb-reset", "2-1.4", ""},
  {"usb 1-3: device descriptor read/64, error -110", "usb-descriptor", "1-3", ""},
  {"usb usb2-port1: unable to enumerate USB device", "usb-enumerate", "usb2-port1", ""},
  {"xhci_hcd 0000:00:14.0: xHCI host controller not responding, assume dead", "xhci-dead",
   "0000:00:14.0", ""},
  {"e1000e 0000:00:1f.6 eno1: Detected Hardware Unit Hang:", "e1000e-hang", "eno1", ""},
  {"NETDEV WATCHDOG: enp3s0 (r8169): transmit queue 0 timed out", "net-watchdog", "enp3s0", ""},
  {"r8169 0000:03:00.0 enp3s0: NETDEV WATCHDOG: CPU: 2: transmit queue 0 timed out 5376 ms",
   "net-watchdog-new", "enp3s0", ""},
  {"iwlwifi 0000:00:14.3: Microcode SW error detected. Restarting 0x0.", "wifi-firmware",
   "0000:00:14.3", ""},
  {"mce: [Hardware Error]: CPU 4: Machine Check Exception: 5 Bank 0: b200000000800400",
   "machine-check", "CPU 4", ""},
  {"EDAC MC0: 1 UE memory read error on CPU_SrcID#0_MC#0_Chan#1_DIMM#0", "edac-uncorrected", "MC0",
   ""},
  {"{1}[Hardware Error]: Hardware error from APEI Generic Hardware Error Source: 4", "apei", "",
   ""},
  {"pcieport 0000:00:1c.4: AER: Uncorrectable (Fatal) error message received from 0000:04:00.0",
   "aer-fatal-new", "0000:04:00.0", ""},
  {"mce: CPU2: Core temperature above threshold, cpu clock throttled (total events = 13)",
   "thermal-throttled", "CPU 2", ""},
  {"CPU11: Package temperature is above threshold, cpu clock is throttled (total events = 1)",
   "thermal-throttled", "CPU 11", ""},
  {"thermal thermal_zone0: acpitz: critical temperature reached, shutting down", "thermal-critical",
   "thermal_zone0", ""},
  {"hwmon hwmon1: Undervoltage detected!", "undervoltage", "", ""},
  {"xhci_hcd 0000:00:14.0: PM: failed to suspend async: error -16", "suspend-device",
   "0000:00:14.0", ""},
  {"nvme 0000:04:00.0: PM: dpm_run_callback(): pci_pm_suspend returns -16", "suspend-callback",
   "0000:04:00.0", ""},
  {"Freezing user space processes failed after 20.005 seconds (2 tasks refusing to freeze, "
   "wq_busy=0):",
   "freeze-failed", "", ""},
};

/// What machines log that boot, sleep, wake, mount, plug and load, and are well.
const char* const healthy[] = {
  "Linux version 6.12.9 (builder@host) (gcc 14.2.0) #1 SMP PREEMPT_DYNAMIC",
  "Command line: BOOT_IMAGE=/vmlinuz root=/dev/nvme0n1p2 ro quiet hung_task_panic=0 oops=panic",
  "BIOS-provided physical RAM map:",
  "NX (Execute Disable) protection: active",
  "tsc: Detected 2995.197 MHz processor",
  "clocksource: Switched to clocksource tsc",
  "clocksource: tsc: mask: 0xffffffffffffffff max_cycles: 0x2b2c7d5e1f9",
  "rcu: Hierarchical SRCU implementation.",
  "rcu: RCU restricting CPUs from NR_CPUS=8192 to nr_cpu_ids=8.",
  "rcu: \tMax phase no-delay instances is 400.",
  "NMI watchdog: Enabled. Permanently consumes one hw-PMU counter.",
  "watchdog: Delayed init of the lockup detector failed: -22",
  "mce: CPU0: Thermal monitoring enabled (TM1)",
  "MCE: In-kernel MCE decoding enabled.",
  "mce: CPU supports 22 MCE banks",
  "EDAC MC: Ver: 3.0.0",
  "EDAC igen6 MC0: HANDLING IBECC",
  "pcieport 0000:00:1c.0: AER: enabled with IRQ 122",
  "pcieport 0000:00:1d.0: AER: Correctable error message received from 0000:02:00.0",
  "nvme nvme0: pci function 0000:04:00.0",
  "nvme nvme0: 8/0/0 default/read/poll queues",
  "nvme nvme0: Shutdown timeout set to 10 seconds",
  "nvme nvme0: D3 entry latency set to 10 seconds",
  "nvme nvme0: missing or invalid SUBNQN field.",
  "nvme nvme0: allocated 64 MiB host memory buffer.",
  "ata1: SATA max UDMA/133 abar m2048@0x92a24000 port 0x92a24100 irq 128",
  "ata1: SATA link down (SStatus 4 SControl 300)",
  "ata2: SATA link up 6.0 Gbps (SStatus 133 SControl 300)",
  "ata2.00: configured for UDMA/133",
  "ata2.00: ATA-11: Samsung SSD, RVT04B6Q, max UDMA/133",
  "ata2: EH complete",
  "sd 1:0:0:0: [sda] 1953525168 512-byte logical blocks: (1.00 TB/932 GiB)",
  "sd 1:0:0:0: [sda] Write Protect is off",
  "sd 1:0:0:0: [sda] Synchronizing SCSI cache",
  "sd 1:0:0:0: [sda] Stopping disk",
  "sd 1:0:0:0: [sda] Starting disk",
  "sd 6:0:0:0: [sdb] Attached SCSI removable disk",
  "sd 6:0:0:0: [sdb] Media removed, stopped polling",
  "scsi 6:0:0:0: Direct-Access     USB      SanDisk 3.2Gen1  1.00 PQ: 0 ANSI: 6",
  "operation not supported error, dev loop0, sector 0 op 0x9:(WRITE_ZEROES) flags 0x800 phys_seg 0 "
  "prio class 2",
  "loop3: detected capacity change from 0 to 8",
  "EXT4-fs (nvme0n1p2): mounted filesystem with ordered data mode.",
  "EXT4-fs (nvme0n1p2): re-mounted 6d0d8b2f r/w. Quota mode: none.",
  "EXT4-fs (sda1): recovery complete",
  "EXT4-fs (sda1): error count since last fsck: 2",
  "BTRFS info (device dm-0): using crc32c (crc32c-intel) checksum algorithm",
  "BTRFS info (device dm-0): balance: start -dusage=50",
  "BTRFS info (device dm-0): relocating block group 13631488 flags data",
  "BTRFS: device label data devid 1 transid 4711 /dev/dm-0 (254:0) scanned by mount (640)",
  "XFS (sdc1): Mounting V5 Filesystem 2f1c",
  "XFS (sdc1): Ending clean mount",
  "XFS (sdc1): Unmounting Filesystem 2f1c",
  "FS-Cache: Loaded",
  "nfs: server nas.lan OK",
  "NFS: Registering the id_resolver key type",
  "CIFS: Attempting to mount //nas.lan/share",
  "Key type cifs.spnego registered",
  "i915 0000:00:02.0: [drm] Found kabylake (device ID 5917) display version 9.00 stepping C0",
  "i915 0000:00:02.0: [drm] Finished loading DMC firmware i915/kbl_dmc_ver1_04.bin (v1.4)",
  "i915 0000:00:02.0: [drm] GT0: GuC firmware i915/tgl_guc_70.bin version 70.36.0",
  "[drm] Initialized i915 1.6.0 for 0000:00:02.0 on minor 0",
  "amdgpu 0000:03:00.0: amdgpu: Fetched VBIOS from VFCT",
  "amdgpu 0000:03:00.0: amdgpu: SMU is resumed successfully!",
  "amdgpu 0000:03:00.0: amdgpu: ring gfx_0.0.0 uses VM inv eng 0 on hub 0",
  "amdgpu 0000:03:00.0: amdgpu: SMU is resuming...",
  "amdgpu 0000:03:00.0: [drm] PCIE GART of 512M enabled (table at 0x0000008000300000).",
  "nvidia: loading out-of-tree module taints kernel.",
  "NVRM: loading NVIDIA UNIX x86_64 Kernel Module  550.120",
  "nouveau 0000:01:00.0: vgaarb: deactivate vga console",
  "nouveau 0000:01:00.0: fb: 2048 MiB GDDR5",
  "usb 1-2: new high-speed USB device number 4 using xhci_hcd",
  "usb 1-2: USB disconnect, device number 4",
  "usb 1-2: New USB device found, idVendor=0781, idProduct=5581, bcdDevice= 1.00",
  "usb 1-2: Product: Mouse",
  "xhci_hcd 0000:00:14.0: xHCI Host Controller",
  "xhci_hcd 0000:00:14.0: new USB bus registered, assigned bus number 1",
  "PM: suspend entry (s2idle)",
  "Filesystems sync: 0.012 seconds",
  "Freezing user space processes",
  "Freezing user space processes completed (elapsed 0.002 seconds)",
  "OOM killer disabled.",
  "Freezing remaining freezable tasks completed (elapsed 0.001 seconds)",
  "printk: Suspending console(s) (use no_console_suspend to debug)",
  "ACPI: EC: interrupt blocked",
  "ACPI: PM: Preparing to enter system sleep state S3",
  "ACPI: PM: Waking up from system sleep state S3",
  "smpboot: Booting Node 0 Processor 1 APIC 0x2",
  "CPU1 is up",
  "OOM killer enabled.",
  "Restarting tasks ... done.",
  "Restarting tasks: Starting",
  "PM: suspend exit",
  "random: crng reseeded on system resumption",
  "e1000e 0000:00:1f.6 eno1: NIC Link is Up 1000 Mbps Full Duplex, Flow Control: Rx/Tx",
  "r8169 0000:03:00.0 enp3s0: Link is Down",
  "IPv6: ADDRCONF(NETDEV_CHANGE): wlan0: link becomes ready",
  "wlan0: authenticate with 00:11:22:33:44:55",
  "wlan0: associated",
  "wlan0: deauthenticating from 00:11:22:33:44:55 by local choice",
  "iwlwifi 0000:00:14.3: loaded firmware version 77.2dda880d.0 cc-a0-77.ucode op_mode iwlmvm",
  "Bluetooth: hci0: Device booted in 1586 usecs",
  "audit: type=1400 audit(1700000000.123:42): apparmor=\"STATUS\" operation=\"profile_load\" "
  "name=\"oom-killer\"",
  "perf: interrupt took too long (2510 > 2500), lowering kernel.perf_event_max_sample_rate to "
  "79500",
  "hrtimer: interrupt took 8941 ns",
  "workqueue: pm_runtime_work hogged CPU for >10000us 4 times, consider switching to WQ_UNBOUND",
  "show_signal_msg: 2 callbacks suppressed",
  "tokio-rt-worker[3976]: segfault at 29c ip 0000758b29614d2c sp 0000758b099fe2e0 error 6 in "
  "libwayland-client.so.0",
  "traps: chrome[4312] trap int3 ip:55d0 sp:7ffc error:0",
  "process 'usr/bin/tool' started with executable stack",
  "TCP: request_sock_TCP: Possible SYN flooding on port 80. Sending cookies.",
  "docker0: port 1(veth1) entered forwarding state",
  "device veth1 entered promiscuous mode",
  "kauditd_printk_skb: 3 callbacks suppressed",
  "zram0: detected capacity change from 0 to 8388608",
  "Adding 8388604k swap on /dev/zram0.  Priority:100 extents:1 across:8388604k SS",
  "oom_reaper: reaped process 4242 (firefox), now anon-rss:0kB",
  "md127: detected capacity change from 0 to 1953260928",
  "md/raid1:md127: active with 2 out of 2 mirrors",
  "md: data-check of RAID array md127",
  "device-mapper: ioctl: 4.48.0-ioctl (2023-03-01) initialised",
  "mmc0: SDHCI controller on PCI [0000:02:00.0] using ADMA 64-bit",
  "mmc0: new ultra high speed SDR104 SDXC card at address aaaa",
  "thermal LNXTHERM:00: registered as thermal_zone0",
  "ACPI: thermal: Thermal Zone [THRM] (45 C)",
  "CPU3: Core temperature/speed normal",
  "mce: CPU3: Package temperature/speed normal",
  "hwmon hwmon1: Voltage normalised",
  "systemd[1]: Started systemd-oomd.service - Userspace Out-Of-Memory (OOM) Killer.",
  "libceph: mon0 (1)10.0.0.1:6789 session established",
  "BUG: this is what a test of a driver prints",
  "I/O scheduler mq-deadline registered",
  "Lockdown: systemd-logind: hibernation is restricted; see man kernel_lockdown.7",
};

std::string process_of(const incident_line& x) {
  return x.process + (x.pid ? ' ' + std::to_string(*x.pid) : "");
}

} // namespace

CAF_TEST(what the kernel logs of an incident is known with its device and its process) {
  for (const auto& one : rows) {
    CAF_MESSAGE(one.line);
    const auto found = match_incident(one.line, one.source);
    CAF_REQUIRE(found);
    CAF_CHECK_EQUAL(found->rule, one.rule);
    CAF_CHECK_EQUAL(found->device, one.device);
    CAF_CHECK_EQUAL(process_of(*found), one.process);
    CAF_CHECK(found->says.find('{') == std::string::npos);
    // Neither may a program claim to be the kernel, nor does the kernel speak for a program.
    CAF_CHECK(!match_incident(one.line, one.source == log_source::kernel ? log_source::program
                                                                         : log_source::kernel));
  }
}

CAF_TEST(what a machine logs that is well is no incident) {
  std::string found;
  for (const auto* line : healthy)
    if (const auto is = match_incident(line, log_source::kernel))
      found += to_string(*is) + '\n';
  CAF_CHECK_EQUAL(found, "");
}

CAF_TEST(a line that is cut anywhere says no more than all of it) {
  for (const auto& one : rows) {
    const std::string line = one.line;
    for (std::size_t size = 0; size < line.size(); ++size)
      if (const auto is = match_incident(line.substr(0, size), one.source))
        CAF_CHECK(is->process.size() <= 64 && is->device.size() <= 256);
  }
}

CAF_TEST(no line takes long) {
  std::string worst;
  while (worst.size() < 4096)
    worst += "a (b) c: d [1] in e pid 2 thread [drm] dev , I/O error ";
  const auto began = std::chrono::steady_clock::now();
  constexpr int lines = 2000;
  for (int i = 0; i < lines; ++i)
    match_incident(i % 2 == 0 ? worst : "Out of memory: Killed process " + worst,
                   log_source::kernel);
  const auto each = (std::chrono::steady_clock::now() - began) / lines;
  CAF_CHECK_LESS(each,
                 std::chrono::milliseconds{2}); // some 40 µs, where the tests are not optimised
}
