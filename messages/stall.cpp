#include "messages/stall.hpp"

#include "messages/quote.hpp"
#include "messages/time.hpp"
#include "messages/words.hpp"

#include <array>

namespace pmactor {
namespace {

constexpr std::array<std::string_view, stall_resources> resource_names{
  "memory", "disk", "mount", "cpu", "desktop", "task", "program", "quota", "freezer"};
constexpr std::array<std::string_view, stall_senses> sense_names{
  "timer",    "read",   "write", "completion", "memory_use",
  "pressure", "statfs", "spawn", "round_trip", "blocked_task", "work", "group_counts"};

std::string with_name(std::string_view text, std::string_view name) {
  return std::string{text} + (name.empty() ? "" : " " + std::string{name});
}

} // namespace

std::string to_string(stall_resource x) {
  return std::string{resource_names[static_cast<std::size_t>(x)]};
}

std::optional<stall_resource> stall_resource_from(std::string_view name) {
  for (std::size_t i = 0; i < stall_resources; ++i)
    if (resource_names[i] == name)
      return static_cast<stall_resource>(i);
  return std::nullopt;
}

std::string to_string(stall_sense x) {
  return std::string{sense_names[static_cast<std::size_t>(x)]};
}

std::string to_string(const felt_stretch& x) {
  return "felt_stretch{" + with_name(to_string(x.resource), x.name) + " by " + to_string(x.sense) + ", "
         + printed("%.3f", to_seconds(x.began))
         + (x.ended ? printed(" to %.3f", to_seconds(*x.ended)) : std::string{" on"}) + " ± "
         + spelled(x.uncertainty) + '}';
}

std::string to_string(const waiting_process& x) {
  return "waiting_process{" + std::to_string(x.pid) + ' ' + x.name + " in " + x.waits_in + '}';
}

std::string to_string(const stall_facts& x) {
  return "stall_facts{" + with_name(to_string(x.resource), x.name) + ", felt by "
         + std::to_string(x.felt_by.size()) + ", " + std::to_string(x.waiting.size()) + " waiting, "
         + (x.is_over ? "over}" : "lasts}");
}

std::string in_words(stall_resource resource, std::string_view name) {
  switch (resource) {
    case stall_resource::memory:
      return "memory";
    case stall_resource::disk:
      return name.empty() ? "a disk" : with_name("disk", name);
    case stall_resource::mount:
      return name.empty() ? "a file system" : with_name("the file system", name);
    case stall_resource::cpu:
      return "the CPUs";
    case stall_resource::desktop:
      return with_name("the desktop", name);
    case stall_resource::task:
      return name.empty() ? "a process" : with_name("process", name);
    case stall_resource::quota:
      return (name.empty() ? "a control group" : std::string{name}) + ", held up by its CPU quota,";
    case stall_resource::freezer:
      return (name.empty() ? "a control group" : std::string{name}) + ", which is frozen,";
    case stall_resource::program:
      break;
  }
  return "the start of programs";
}

std::string in_words(stall_sense sense, std::string_view name) {
  switch (sense) {
    case stall_sense::work:
      return "work of ordinary priority";
    case stall_sense::timer:
      return "a timer of ordinary priority";
    case stall_sense::read:
      return "a direct read of " + std::string{name};
    case stall_sense::write:
      return "a small write to " + std::string{name};
    case stall_sense::completion:
      return "requests in flight on " + std::string{name};
    case stall_sense::memory_use:
      return "touching pages of memory";
    case stall_sense::pressure:
      return with_name("the kernel's pressure totals", name);
    case stall_sense::statfs:
      return "a question to " + std::string{name};
    case stall_sense::spawn:
      return "starting a program";
    case stall_sense::round_trip:
      return with_name("a round trip to the desktop", name);
    case stall_sense::group_counts:
      return "what the kernel counts of the group";
    case stall_sense::blocked_task:
      break;
  }
  return name.empty() ? "processes in uninterruptible sleep" : "uninterruptible sleep of " + std::string{name};
}

std::string to_json(const std::vector<waiting_process>& x) {
  std::string result = "[";
  for (const auto& one : x) {
    result += result.size() > 1 ? ",{" : "{";
    result += "\"pid\":" + std::to_string(one.pid);
    if (one.start_time)
      result += ",\"start_time\":" + printed("%.3f", *one.start_time);
    result += ",\"name\":" + json_quoted(one.name);
    if (!one.waits_in.empty())
      result += ",\"waits_in\":" + json_quoted(one.waits_in);
    result += '}';
  }
  return result += ']';
}

std::string to_json(const stall_facts& x) {
  std::string felt;
  for (const auto& one : x.felt_by)
    felt += (felt.empty() ? "" : ",") + json_quoted(one);
  return "{\"resource\":\"" + to_string(x.resource) + "\",\"name\":" + json_quoted(x.name)
         + ",\"felt_by\":[" + felt + "],\"waiting\":" + to_json(x.waiting)
         + ",\"over\":" + (x.is_over ? "true}" : "false}");
}

} // namespace pmactor
