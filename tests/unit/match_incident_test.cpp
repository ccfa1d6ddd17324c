// Lines after the kernel's own format strings, of several versions, and what each of them says.
#define CAF_SUITE match_incident

#include "messages/incident_rules.hpp"
#include "messages/match_incident.hpp"

#include <chrono>
#include <random>
#include <set>
#include <string>

#include "support/healthy_log.hpp"
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
  // Linux 5.18 to 6.x put a colon behind the device.
  {"BTRFS info (device sda1: state EA): forced readonly", "btrfs-read-only", "sda1", ""},
  {"BTRFS: error (device nvme0n1p2: state A) in btrfs_commit_transaction:2418: errno=-5 IO failure",
   "btrfs-abort", "nvme0n1p2", ""},
  {"BTRFS error (device dm-0: state E): bdev /dev/dm-0 errs: wr 9, rd 0, flush 0, corrupt 0, gen 0",
   "btrfs-error", "dm-0", ""},
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
  // Faults of the kernel, of other machines and other wordings.
  {"Unable to handle kernel NULL pointer dereference at virtual address 0000000000000048",
   "arm-fault", "", ""},
  {"Unable to handle kernel paging request at virtual address dead000000000110", "arm-fault", "",
   ""},
  {"general protection fault, probably for non-canonical address 0xdead000000000122: 0000 [#1] SMP",
   "protection-fault", "", ""},
  {"Internal error: Oops: 0000000096000004 [#1] SMP", "arm-oops", "", ""},
  {"BUG: Bad page state in process kswapd0  pfn:1a2b3", "bad-page", "", "kswapd0"},
  {"BUG: scheduling while atomic: modprobe/812/0x00000002", "scheduling-atomic", "",
   "modprobe 812"},
  {"CPU: 2 PID: 771 Comm: rsync Not tainted 6.1.0-28-amd64 #1", "oops-task-untainted", "",
   "rsync 771"},
  {"Disabling IRQ #19", "irq-disabled", "IRQ 19", ""},
  // Memory.
  {"Out of memory (oom_kill_allocating_task): Killed process 913 (stress) total-vm:8400kB",
   "oom-kill-user", "", "stress 913"},
  {"Out of memory and no killable processes...", "oom-deadlock", "", ""},
  {"Read-error on swap-device (253:0:81920)", "swap-read-error", "253:0", ""},
  {"earlyoom[714]: sending SIGKILL to process 5120 uid 1000 \"java\": oom_score 812, VmRSS 9021 "
   "MiB",
   "earlyoom-kill", "", "java 5120", log_source::program},
  {"earlyoom[714]: sending SIGTERM to process 5120 \"java\": badness 812, VmRSS 9021 MiB",
   "earlyoom-old", "", "java 5120", log_source::program},
  // Disks.
  {"nvme nvme1: Removing after probe failure status: -19", "nvme-removed", "nvme1", ""},
  {"nvme nvme0: I/O 20 QID 0 timeout, disable controller", "nvme-disable", "nvme0", ""},
  {"nvme nvme0: I/O tag 512 (2200) QID 3 timeout, completion polled", "nvme-poll", "nvme0", ""},
  {"nvme nvme2: starting error recovery", "nvme-fabric", "nvme2", ""},
  {"nvme nvme2: Reconnecting in 10 seconds...", "nvme-fabric-reconnect", "nvme2", ""},
  {"ata3.00: failed command: READ FPDMA QUEUED", "ata-failed-command", "ata3.00", ""},
  {"ata3: soft resetting link", "ata-soft-reset", "ata3", ""},
  {"ata3.00: disable device", "ata-disabled", "ata3.00", ""},
  {"sd 2:0:0:0: [sdc] tag#12 FAILED Result: hostbyte=DID_TIME_OUT driverbyte=DRIVER_OK cmd_age=31s",
   "scsi-failed", "sdc", ""},
  {"sd 2:0:0:0: attempting task abort!scmd(0x00000000aa), outstanding for 30512 ms",
   "scsi-abort-host", "2:0:0:0", ""},
  {"sd 2:0:0:0: [sdc] attempting task abort! scmd(0x00000000aa)", "scsi-abort", "sdc", ""},
  {"timeout error, dev sdc, sector 81920 op 0x0:(READ) flags 0x80700 phys_seg 1 prio class 2",
   "disk-timeout", "sdc", ""},
  {"recoverable transport error, dev sdd, sector 4096 op 0x1:(WRITE) flags 0x0 phys_seg 1 prio "
   "class 2",
   "disk-transport", "sdd", ""},
  {"device-mapper: multipath: 253:3: Failing path 8:32.", "multipath", "8:32", ""},
  {"mmc0: cqhci: timeout for tag 17", "mmc-cqe", "mmc0", ""},
  {"mmc1: Card stuck being busy! __mmc_poll_for_busy", "mmc-busy", "mmc1", ""},
  // File systems and servers.
  {"EXT4-fs error (device sda2): ext4_lookup:1791: inode #131: comm find: iget: checksum invalid",
   "ext4-error-task", "sda2", "find"},
  {"EXT4-fs error (device dm-0) in ext4_do_update_inode:5236: Journal has aborted", "ext4-error",
   "dm-0", ""},
  {"EXT4-fs (sdb1): I/O error while writing superblock", "ext4-superblock", "sdb1", ""},
  {"JBD2: I/O error when updating journal superblock for sdb1-8.", "journal-abort-jbd2", "sdb1-8",
   ""},
  {"BTRFS critical (device sda1: state E): corrupt leaf: root=5 block=30490624 slot=3",
   "btrfs-critical", "sda1", ""},
  {"XFS (dm-2): Log I/O Error (0x2) detected at xlog_ioend_work+0x5a. Shutting down filesystem.",
   "xfs-shutdown", "dm-2", ""},
  {"XFS (sdd1): Metadata corruption detected at xfs_agf_read_verify+0x1a, xfs_agf block 0x1",
   "xfs-corruption", "sdd1", ""},
  {"libceph: mon1 (1)10.0.0.2:6789 session lost, hunting for new mon", "ceph-lost",
   "(1)10.0.0.2:6789", ""},
  // Graphics.
  {"i915 0000:00:02.0: [drm] GPU HANG: ecode 9:1:85dffffb, in chrome [2231]", "i915-hang-process",
   "0000:00:02.0", "chrome 2231"},
  {"i915 0000:00:02.0: [drm] GPU HANG: ecode 12:0:00000000", "i915-hang", "0000:00:02.0", ""},
  {"xe 0000:03:00.0: [drm] GT0: Engine reset: engine_class=rcs, logical_mask: 0x1, guc_id=4",
   "xe-reset", "0000:03:00.0", ""},
  {"amdgpu 0000:0c:00.0: amdgpu:  in process Xwayland pid 1412 thread Xwayland:cs0 pid 1450",
   "amdgpu-fault-process", "0000:0c:00.0", "Xwayland 1412"},
  {"amdgpu 0000:0c:00.0: amdgpu: GPU Recovery Failed: -110", "amdgpu-failed", "0000:0c:00.0", ""},
  {"amdgpu 0000:0c:00.0: amdgpu: Starting gfx_0.0.0 ring reset", "amdgpu-ring-reset",
   "0000:0c:00.0", ""},
  {"amdgpu 0000:0c:00.0: amdgpu: [gfxhub] page fault (src_id:0 ring:24 vmid:3 pasid:32770)",
   "amdgpu-fault", "0000:0c:00.0", ""},
  {"nouveau 0000:01:00.0: fifo: Xorg[1312]: channel 4 killed!", "nouveau-killed", "0000:01:00.0",
   "Xorg 1312"},
  {"nouveau 0000:01:00.0: fifo: fault 01 [WRITE] at 0000000000010000 engine 00 [GR] client 0f "
   "[GPC0/PROP_0] reason 82 [] on channel 5 [00ffb30000 kwin_wayland[1544]]",
   "nouveau-fault", "0000:01:00.0", "kwin_wayland 1544"},
  {"radeon 0000:01:00.0: GPU lockup (current fence id 0x000000000000a1 last fence id 0xa3 on ring "
   "0)",
   "radeon-lockup", "0000:01:00.0", ""},
  {"panfrost ff9a0000.gpu: gpu sched timeout, js=1, config=0x7b00, status=0x8, head=0x2000",
   "panfrost-timeout", "ff9a0000.gpu", ""},
  {"v3d fec00000.v3d: [drm] *ERROR* Resetting GPU for hang.", "v3d-hang", "fec00000.v3d", ""},
  {"adreno 5000000.gpu: [drm:hangcheck_handler] *ERROR* 6.3.0.1: hangcheck detected gpu lockup rb "
   "0!",
   "msm-hang", "5000000.gpu", ""},
  {"[drm:drm_atomic_helper_wait_for_flip_done [drm_kms_helper]] *ERROR* [CRTC:51:pipe A] flip_done "
   "timed out",
   "flip-timeout-old", "", ""},
  // What hangs at a bus, and the rest.
  {"usb 1-3: device not accepting address 12, error -71", "usb-address", "1-3", ""},
  {"xhci_hcd 0000:00:14.0: HC died; cleaning up", "xhci-died", "0000:00:14.0", ""},
  {"ath10k_pci 0000:02:00.0: firmware crashed! (guid 7b1f)", "ath-firmware", "0000:02:00.0", ""},
  {"nf_conntrack: nf_conntrack: table full, dropping packet", "conntrack-full", "", ""},
  {"mce: [Hardware Error]: CPU 3: Machine Check: 0 Bank 5: be00000000800400", "machine-check-event",
   "CPU 3", ""},
  {"mce: [Hardware Error]: Machine check events logged", "machine-check-logged", "", ""},
  {"EDAC MC0: 1 CE memory read error on CPU_SrcID#0_Ha#0_Chan#1_DIMM#0", "edac-corrected", "MC0",
   ""},
  {"Memory failure: 0x1a2b3c: recovery action for dirty LRU page: Recovered", "memory-failure", "",
   ""},
  {"pcieport 0000:00:1c.0: AER: Uncorrected (Fatal) error received: 0000:01:00.0", "aer-fatal",
   "0000:01:00.0", ""},
  {"pcieport 0000:00:1d.0: DPC: containment event, status:0x1f01 source:0x0000", "dpc",
   "0000:00:1d.0", ""},
  {"AMD-Vi: Event logged [IO_PAGE_FAULT device=0000:0a:00.0 domain=0x000f address=0xfdf80000]",
   "iommu-amd", "0000:0a:00.0", ""},
  {"nvme 0000:0a:00.0: AMD-Vi: Event logged [IO_PAGE_FAULT domain=0x000f address=0xfdf80000]",
   "iommu-amd-driver", "0000:0a:00.0", ""},
  {"DMAR: [DMA Read NO_PASID] Request device [00:02.0] fault addr 0x7000 [fault reason 0x06]",
   "iommu-intel", "00:02.0", ""},
  {"Under-voltage detected! (0x00050005)", "undervoltage-old", "", ""},
  {"nvme 0000:01:00.0: PM: failed to resume async: error -19", "resume-device", "0000:01:00.0", ""},
  {"PM: Some devices failed to suspend, or early wake event detected", "suspend-failed", "", ""},
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
  for (const auto* line : healthy_log)
    if (const auto is = match_incident(line, log_source::kernel))
      found += to_string(*is) + '\n';
  CAF_CHECK_EQUAL(found, "");
}

CAF_TEST(of megabytes of what machines log that are well none is an incident) {
  std::minstd_rand dice{2026};
  std::string found;
  for (std::size_t size = 0; size < 4'000'000;) {
    const auto line = healthy_line(dice);
    size += line.size() + 1;
    if (const auto is = match_incident(line, log_source::kernel))
      found += line + '\n';
  }
  CAF_CHECK_EQUAL(found, "");
}

CAF_TEST(each rule has a line that it knows) {
  std::set<std::string> shown;
  for (const auto& one : rows)
    shown.insert(one.rule);
  std::string without;
  for (const auto& rule : incident_rules())
    if (!shown.contains(rule.name))
      without += std::string{rule.name} + '\n';
  CAF_CHECK_EQUAL(without, "");
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
