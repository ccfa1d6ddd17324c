#include "actors/host/process_facts.hpp"
#include "actors/kernel_log/log_reader.hpp"
#include "actors/kernel_log/read_kmsg_linux.hpp"
#include "actors/kernel_log/read_suspends_linux.hpp"
#include "actors/kernel_log/read_uevents_linux.hpp"
#include "actors/kernel_log/search_journal_linux.hpp"

#include <unistd.h>

namespace pmactor {

kernel_log_host host_kernel_log() {
  kernel_log_host result;
  result.open = open_kmsg;
  result.programs = search_journal;
  result.follow = search_journal_to_follow;
  result.devices = open_uevents;
  result.counts = read_kernel_counts;
  result.clocks = read_clocks;
  if (::access("/sys/power/suspend_stats/success", R_OK) == 0)
    result.suspends = [] { return std::make_unique<host_suspend_reader>("/"); };
  return result;
}

} // namespace pmactor
