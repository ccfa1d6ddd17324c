#include "actors/witness_keeper/classify_wait.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace pmactor {
namespace {

using rule = std::pair<std::string_view, stall_resource>;

/// Parts of the names of kernel functions that sleep; the first that is found decides. A file system that is
/// frozen (fsfreeze, a snapshot) makes writers wait for a per-CPU semaphore.
constexpr std::array<rule, 31> rules{{
  {"mem_cgroup", stall_resource::memory},
  {"shrink_", stall_resource::memory},
  {"reclaim", stall_resource::memory},
  {"swap", stall_resource::memory},
  {"alloc_pages", stall_resource::memory},
  {"throttle_direct", stall_resource::memory},
  {"nfs", stall_resource::mount},
  {"rpc_", stall_resource::mount},
  {"fuse", stall_resource::mount},
  {"request_wait_answer", stall_resource::mount},
  {"cifs", stall_resource::mount},
  {"smb", stall_resource::mount},
  {"ceph", stall_resource::mount},
  {"p9_", stall_resource::mount},
  {"percpu_rwsem_wait", stall_resource::mount},
  {"percpu_down_read", stall_resource::mount},
  {"sb_start", stall_resource::mount},
  {"freeze", stall_resource::mount},
  {"io_schedule", stall_resource::disk},
  {"blk_", stall_resource::disk},
  {"bio_", stall_resource::disk},
  {"jbd2", stall_resource::disk},
  {"journal", stall_resource::disk},
  {"write_access", stall_resource::disk}, // of a block that is being committed to a journal
  {"transaction", stall_resource::disk},
  {"ext4", stall_resource::disk},
  {"xfs", stall_resource::disk},
  {"btrfs", stall_resource::disk},
  {"folio_wait", stall_resource::disk},
  {"wait_on_page", stall_resource::disk},
  {"kernel_clone", stall_resource::program}, // until its child has begun the program
}};

} // namespace

stall_resource classify_wait(std::string_view waits_in) {
  const auto found = std::find_if(rules.begin(), rules.end(), [&](const rule& x) {
    return waits_in.find(x.first) != waits_in.npos;
  });
  return found == rules.end() ? stall_resource::task : found->second;
}

} // namespace pmactor
