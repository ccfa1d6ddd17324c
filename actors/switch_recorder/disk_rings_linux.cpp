#include "actors/switch_recorder/disk_rings_linux.hpp"

#include "actors/host/file_limit.hpp"
#include "actors/host/kept_file_linux.hpp"
#include "actors/host/owned_descriptor.hpp"
#include "actors/host/read_clock.hpp"
#include "actors/host/read_device_facts_linux.hpp"
#include "actors/switch_recorder/switch_recorder_policy.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <string_view>
#include <system_error>
#include <unistd.h>

namespace pmactor {
namespace {

using std::chrono::nanoseconds;

constexpr std::array<const char*, 2> tracefs_places{"/sys/kernel/tracing",
                                                    "/sys/kernel/debug/tracing"};

/// @returns the name of a disk by its number; empty if it is gone.
std::string disk_name(std::uint64_t number) {
  constexpr unsigned minor_bits = 20;
  return find_disk_name("/sys/dev/block/" + std::to_string(number >> minor_bits) + ':'
                        + std::to_string(number & ((1U << minor_bits) - 1)));
}

/// @param is_closed whether it is there and may not be read.
recorder_refusal refusal_of_tracefs(bool is_closed) {
  if (is_closed && ::geteuid() == 0)
    return {"tracefs is kept from root here, by a container or the service's unit"};
  const std::string command =
    is_closed ? "sudo pmactor install --system" : "sudo mount -t tracefs tracefs /sys/kernel/tracing";
  return {std::string{"tracefs is "} + (is_closed ? "for root" : "not mounted") + ": `" + command + '`', command};
}

} // namespace

bool disk_rings::read_formats() {
  if (formats_)
    return true;
  for (const auto* place : tracefs_places) {
    const auto folder = std::string{place} + "/events";
    if (const owned_descriptor known{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
        known.get() < 0) {
      const bool is_closed = errno == EACCES || errno == EPERM;
      if (refused_.why.empty() || is_closed)
        refused_ = refusal_of_tracefs(is_closed);
      continue;
    }
    disk_formats found;
    std::string room;
    bool is_whole = true;
    for (std::size_t i = 0; i < found.size(); ++i) {
      auto format = parse_tracepoint(
        kept_file{folder + "/block/" + disk_tracepoints[i] + "/format"}.read_all(room));
      is_whole = is_whole && format;
      if (format)
        found[i] = std::move(*format);
    }
    if (is_whole && is_usable(found)) {
      formats_ = std::move(found);
      return true;
    }
    refused_ = {"this kernel does not record its disks' requests"};
    return false;
  }
  return false;
}

void disk_rings::follow(const std::vector<std::uint32_t>& online, std::size_t size) {
  refused_ = {};
  for (auto i = rings_.begin(); i != rings_.end();) {
    const bool is_gone = std::find(online.begin(), online.end(), i->first) == online.end();
    if (!is_gone && i->second.is_recording()) {
      ++i;
      continue;
    }
    i = rings_.erase(i);
    since_ = read_clock(awake_clock); // with it went the begins of requests
  }
  if (!read_formats())
    return;
  if (const auto files = file_limit(); !has_files_for_disks(online.size(), files)) {
    refused_ = {"3 files for each CPU are too many of " + std::to_string(files)
                + "; raise LimitNOFILE= of the unit, or `ulimit -n`"};
    rings_.clear();
    return;
  }
  std::vector<std::uint64_t> ids;
  for (const auto& x : *formats_)
    ids.push_back(x.id);
  for (const auto cpu : online)
    if (rings_.count(cpu) == 0)
      try {
        rings_.emplace(cpu, perf_ring{cpu, std::max(size, page_size()), ids});
        since_ = read_clock(awake_clock);
      } catch (const std::system_error& e) {
        if (e.code().value() == ENODEV) // it went offline just now
          continue;
        refused_ = explain_refusal(e);
        rings_.clear(); // of a part of the requests nothing follows
        return;
      }
  if (rings_.empty())
    refused_ = {no_cpu_answers};
}

std::size_t disk_rings::bytes() const {
  std::size_t result = 0;
  for (const auto& [cpu, ring] : rings_)
    result += ring.size();
  return result;
}

void disk_rings::take(const log_request& asked, std::vector<std::byte>& copy, recorded_names& names,
                      switch_log& log) const {
  if (rings_.empty())
    return;
  disk_records records;
  records.covers_from = since_;
  bool has_wrapped = false;
  for (const auto& [cpu, ring] : rings_) {
    if (copy.size() < ring.size())
      copy.resize(ring.size());
    const bool is_full = ring.has_wrapped();
    has_wrapped = has_wrapped || is_full;
    const auto size = ring.copy(copy.data());
    read_disk_records(copy.data(), size, is_full, *formats_, records, names);
  }
  log.lost += records.lost;
  if (has_wrapped)
    log.disk_reach = std::max(nanoseconds{}, asked.taken - records.covers_from);
  log.disks = compose_disks(std::move(records), asked);
  for (auto& x : log.disks)
    x.name = disk_name(x.number);
}

} // namespace pmactor
