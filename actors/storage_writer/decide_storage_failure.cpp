#include "actors/storage_writer/decide_storage_failure.hpp"

#include "actors/host/back_off.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <cstdio>

namespace pmactor {
namespace {

/// How often something unforeseen is tried again before the row is held to be the reason.
constexpr std::size_t patience = 3;

/// A disk that damages one file after the other must not fill up with them.
constexpr std::chrono::nanoseconds last_set_aside = std::chrono::hours{1};

constexpr std::size_t smallest_batch = 4;
constexpr std::size_t largest_batch = 256;

} // namespace

std::string to_string(storage_failure x) {
  switch (x) {
    case storage_failure::busy:
      return "busy";
    case storage_failure::full:
      return "full";
    case storage_failure::io:
      return "io";
    case storage_failure::denied:
      return "denied";
    case storage_failure::moved:
      return "moved";
    case storage_failure::corrupt:
      return "corrupt";
    case storage_failure::newer:
      return "newer";
    case storage_failure::foreign:
      return "foreign";
    case storage_failure::refused:
      return "refused";
    case storage_failure::other:
      return "other";
  }
  return "?";
}

std::string to_string(const storage_step& x) {
  static constexpr const char* names[] = {"wait", "reopen", "set_file_aside", "set_row_aside"};
  return std::string{names[static_cast<std::size_t>(x.what)]} + " after "
         + std::to_string(x.delay.count() / 1'000'000) + " ms";
}

storage_step decide_storage_failure(storage_failure failure, std::size_t attempts,
                            const storage_writer_policy& policy) {
  using act = storage_step::act;
  const auto delay = back_off(attempts, policy.first_retry, policy.last_retry);
  switch (failure) {
    case storage_failure::busy:
    case storage_failure::full:
      return {act::wait, delay};
    case storage_failure::io:
    case storage_failure::denied:
    case storage_failure::newer:
    case storage_failure::foreign:
      return {act::reopen, delay};
    case storage_failure::moved:
      return {act::reopen, attempts == 0 ? std::chrono::nanoseconds{} : delay};
    case storage_failure::corrupt:
      return {act::set_file_aside,
              attempts == 0 ? std::chrono::nanoseconds{}
                            : back_off(attempts - 1, policy.last_retry, last_set_aside)};
    case storage_failure::refused:
      return {act::set_row_aside, {}};
    case storage_failure::other:
      if (attempts < patience)
        return {act::reopen, delay};
      return {act::set_row_aside, {}};
  }
  return {act::reopen, policy.last_retry};
}

std::size_t note_damage(damage_record& record, std::chrono::nanoseconds now,
                        const storage_writer_policy& policy) {
  if (record.count > 0 && now - record.last >= policy.damage_remembered)
    record.count = 0;
  record.last = now;
  return record.count++;
}

std::string describe_damage(damage_record record, std::chrono::nanoseconds now,
                            const storage_writer_policy& policy) {
  if (record.count < 2 || now - record.last >= policy.damage_remembered)
    return {};
  return "The history was found damaged " + std::to_string(record.count)
         + " times lately, and begun anew; the disk or the memory of this machine may be failing.";
}

std::string describe_trouble(storage_failure failure, std::size_t waiting,
                             const std::string& sentence) {
  auto result = failure == storage_failure::busy ? "The database is locked by another program."
                                                 : sentence;
  if (waiting == 0)
    return result;
  const auto rows = waiting == 1 ? std::string{"1 row waits"} : grouped(waiting) + " rows wait";
  return rows + " to be stored: " + result;
}

std::string describe_history(std::uint64_t samples, std::uint64_t bytes) {
  return grouped(samples) + (samples == 1 ? " sample, " : " samples, ")
         + printed("%.1f MB", static_cast<double>(bytes) / 1e6);
}

std::size_t size_batch(std::size_t last, std::chrono::nanoseconds took, const storage_writer_policy& policy) {
  if (took > policy.prune_limit)
    return std::max(last / 2, smallest_batch);
  if (took < policy.prune_limit / 4)
    return std::min(last * 2, largest_batch);
  return last;
}

} // namespace pmactor
