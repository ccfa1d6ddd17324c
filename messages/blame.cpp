#include "messages/blame.hpp"

#include "messages/quote.hpp"
#include "messages/time.hpp"
#include "messages/words.hpp"

#include <array>

namespace pmactor {
namespace {

constexpr std::array<std::string_view, 4> source_names{"recorded", "sampled", "deltas", "weak"};
constexpr std::size_t longest_json = 48 << 10;

std::string seconds(std::chrono::nanoseconds x) {
  return printed("%.6f", to_seconds(x));
}

std::string doer_json(const doer& x) {
  std::string result = "{\"pid\":" + std::to_string(x.pid);
  if (x.start_time)
    result += ",\"start_time\":" + printed("%.3f", *x.start_time);
  result += ",\"name\":" + json_quoted(x.name);
  if (!x.parent.empty())
    result += ",\"parent\":" + json_quoted(x.parent);
  if (!x.unit.empty())
    result += ",\"unit\":" + json_quoted(x.unit);
  if (x.kind == doer_kind::kernel_thread)
    result += ",\"kernel\":true";
  result += ",\"processes\":" + std::to_string(x.processes) + ",\"held\":" + seconds(x.held);
  if (x.bytes)
    result += ",\"bytes\":" + printed("%.0f", *x.bytes);
  return result + '}';
}

/// Slices as [began, length, task] in microseconds, by CPU; of a task that was preempted a 1
/// follows.
std::string timeline_json(const cpu_timeline& x) {
  std::string result = "{\"began\":" + printed("%.6f", to_seconds(x.began))
                       + ",\"length\":" + seconds(x.length) + ",\"tasks\":[";
  for (std::size_t i = 0; i < x.tasks.size(); ++i)
    result += (i > 0 ? ",[" : "[") + std::to_string(x.tasks[i].pid) + ','
              + std::to_string(x.tasks[i].tid) + ',' + json_quoted(x.tasks[i].name) + ']';
  result += "],\"cpus\":[";
  const auto micros = [](std::chrono::nanoseconds t) {
    return std::to_string(std::chrono::duration_cast<std::chrono::microseconds>(t).count());
  };
  for (std::size_t i = 0; i < x.cpus.size(); ++i) {
    result += (i > 0 ? ",{\"cpu\":" : "{\"cpu\":") + std::to_string(x.cpus[i].number)
              + ",\"covers_from\":" + seconds(x.cpus[i].covers_from) + ",\"slices\":[";
    bool is_first = true;
    for (const auto& slice : x.slices)
      if (slice.cpu == x.cpus[i].number) {
        result += (is_first ? "[" : ",[") + micros(slice.began) + ',' + micros(slice.length) + ','
                  + std::to_string(slice.task) + (slice.left_ready ? ",1]" : "]");
        is_first = false;
      }
    result += "]}";
  }
  return result + "]}";
}

} // namespace

std::string to_string(blame_source x) {
  return std::string{source_names[static_cast<std::size_t>(x)]};
}

std::optional<blame_source> blame_source_from(std::string_view name) {
  for (std::size_t i = 0; i < source_names.size(); ++i)
    if (source_names[i] == name)
      return static_cast<blame_source>(i);
  return std::nullopt;
}

std::string to_string(const doer& x) {
  return "doer{" + in_words(x) + " held " + spelled(x.held) + '}';
}

std::string to_string(const blame_facts& x) {
  return "blame_facts{" + to_string(x.source) + ", " + x.resource + ", " + spelled(x.harm) + ", "
         + std::to_string(x.doers.size()) + " doers"
         + (x.doers.empty() ? "" : ", first " + to_string(x.doers[0])) + '}';
}

std::string in_words(const doer& x) {
  auto result = x.name.empty() ? std::string{"an unnamed process"} : x.name;
  if (x.processes > 1)
    result += " ×" + std::to_string(x.processes) + (x.parent.empty() ? "" : " of " + x.parent);
  else if (x.pid > 0)
    result += " (" + std::to_string(x.pid) + ')';
  return result;
}

std::string to_json(const blame_facts& x) {
  std::string result =
    "{\"source\":\"" + to_string(x.source) + "\",\"resource\":" + json_quoted(x.resource)
    + ",\"victim\":" + json_quoted(x.victim) + ",\"harm\":" + seconds(x.harm) + ",\"doers\":[";
  for (std::size_t i = 0; i < x.doers.size(); ++i)
    result += (i > 0 ? "," : "") + doer_json(x.doers[i]);
  result += "],\"others\":" + seconds(x.others) + ",\"other_processes\":"
            + std::to_string(x.other_processes) + ",\"nobody\":" + seconds(x.uncharged)
            + ",\"unknown\":" + seconds(x.unknown) + ",\"remarks\":[";
  for (std::size_t i = 0; i < x.remarks.size(); ++i)
    result += (i > 0 ? "," : "") + json_quoted(x.remarks[i]);
  result += ']';
  if (x.timeline)
    if (auto timeline = timeline_json(*x.timeline);
        result.size() + timeline.size() + 16 <= longest_json)
      result += ",\"timeline\":" + std::move(timeline);
  return result + '}';
}

} // namespace pmactor
