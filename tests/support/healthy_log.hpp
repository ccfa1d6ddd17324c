// What machines log that are well, and endless variations of it.
#pragma once

#include <iterator>
#include <random>
#include <string>
#include <string_view>

namespace pmactor {

inline const char* const healthy_log[] = {
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

/// @returns one of these lines with other numbers and names.
inline std::string healthy_line(std::minstd_rand& dice) {
  static const std::string_view names[] = {
    "sda",   "nvme0",  "wlan0", "docker0", "eno1", "firefox", "mmc0", "zram0",  "md127",
    "loop3", "amdgpu", "i915",  "ata1",    "sdc1", "nas.lan", "dm-0", "chrome", "veth1"};
  std::string line = healthy_log[dice() % std::size(healthy_log)];
  if (dice() % 2 == 0) {
    const auto from = names[dice() % std::size(names)];
    if (const auto at = line.find(from);
        at != std::string::npos && from.find("amdgpu") != 0 && from.find("i915") != 0)
      line.replace(at, from.size(), names[dice() % std::size(names)]);
  }
  for (auto& letter : line)
    if (letter >= '0' && letter <= '9' && dice() % 2 == 0)
      letter = static_cast<char>('0' + dice() % 10);
  return line;
}

} // namespace pmactor
