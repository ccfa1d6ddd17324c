// Decides which disks count, so that every byte that the machine moves is counted once: from what the kernel says of
// how disks are built, not from what they are called. Pure.
//
// Counted is a whole device with hardware (or, for a network block device in use, a server) behind it. Left out is
// what hands its requests to another device that counts them again: partitions, whatever has `slaves` (device mapper,
// md, bcache, drbd), the hidden paths of a disk with several; and what lies in memory or in a file (loop, ram, zram, a
// ZFS volume), which has neither hardware nor a server behind it.
#pragma once

#include <string>
#include <vector>

namespace pmactor {

/// What the kernel says of a name in /proc/diskstats.
struct disk_facts {
  std::string name;
  bool is_known = false; ///< The kernel's device tree has it. If not, nothing of the rest is known.
  bool is_partition = false;
  bool is_hidden = false;   ///< One path of several to a disk.
  bool is_stacked = false;  ///< It hands its requests on to other block devices.
  bool is_hardware = false; ///< A driver is bound to a device for it.
  bool has_server = false;  ///< A network block device that is connected.
  bool has_moved = false;   ///< It has ever moved a byte.
  std::string id;           ///< The same for all paths of a disk; may be empty.
};

/// @returns for each in the same order whether it counts.
std::vector<bool> choose_disks(const std::vector<disk_facts>& all);

} // namespace pmactor
