#include "app/export/compose_journal_entry.hpp"

#include "messages/utf8.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <utility>

namespace pmactor {
namespace {

constexpr std::size_t longest_field = 2048, longest_entry = 16384;

constexpr std::array<std::pair<std::string_view, std::string_view>, 8> message_ids = {{
  {"pause", "6f2ec11a4d7b4c0b9a5d1c5ee1a60001"},
  {"sleep", "6f2ec11a4d7b4c0b9a5d1c5ee1a60002"},
  {"critical", "6f2ec11a4d7b4c0b9a5d1c5ee1a60003"},
  {"stall", "6f2ec11a4d7b4c0b9a5d1c5ee1a60004"},
  {"outage", "6f2ec11a4d7b4c0b9a5d1c5ee1a60005"},
  {"incident", "6f2ec11a4d7b4c0b9a5d1c5ee1a60006"},
  {"slowed", "6f2ec11a4d7b4c0b9a5d1c5ee1a60007"},
  {"clock", "6f2ec11a4d7b4c0b9a5d1c5ee1a60008"},
}};
constexpr std::string_view other_message_id = "6f2ec11a4d7b4c0b9a5d1c5ee1a60000";

/// Appends a field; one that the entry has no room for is left out.
void add(std::string& entry, std::string_view name, std::string_view value) {
  value = cut_text(value, longest_field);
  if (value.empty() || entry.size() + name.size() + value.size() + 16 > longest_entry)
    return;
  entry += name;
  if (value.find('\n') == std::string_view::npos) {
    entry.append("=").append(value);
  } else { // its length in 8 bytes, the least significant first
    entry += '\n';
    for (std::uint64_t size = value.size(), i = 0; i < 8; ++i, size >>= 8)
      entry += static_cast<char>(static_cast<unsigned char>(size));
    entry.append(value);
  }
  entry += '\n';
}

/// @returns the name of a field of the journal: capitals, digits and _.
std::string field(std::string name) {
  std::transform(name.begin(), name.end(), name.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A')
           : (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ? c : '_';
  });
  return "PMACTOR_" + name;
}

std::string microseconds(double seconds) {
  const double bounded = std::isfinite(seconds) ? std::clamp(seconds, 0.0, 9e9) : 0;
  return std::to_string(static_cast<std::uint64_t>(std::llround(bounded * 1e6)));
}

} // namespace

std::string_view message_id_of(std::string_view kind) {
  const auto found = std::find_if(message_ids.begin(), message_ids.end(),
                                  [kind](const auto& x) { return x.first == kind; });
  return found == message_ids.end() ? other_message_id : found->second;
}

std::string compose_journal_entry(const export_origin& origin, const exported_event& x) {
  std::string entry;
  add(entry, "MESSAGE", x.summary);
  add(entry, "MESSAGE_ID", message_id_of(x.kind));
  add(entry, "PRIORITY", x.is_urgent ? "4" : "6"); // warning, info
  add(entry, "SYSLOG_IDENTIFIER", "pmactor");
  add(entry, "PMACTOR_EVENT", std::to_string(x.id));
  add(entry, "PMACTOR_EVENT_ID", x.event_id);
  add(entry, "PMACTOR_KIND", x.kind);
  add(entry, "PMACTOR_PHASE", x.lasts ? "begun" : "over");
  add(entry, "PMACTOR_STARTED_USEC", microseconds(x.started));
  if (x.ended)
    add(entry, "PMACTOR_ENDED_USEC", microseconds(*x.ended));
  if (x.duration)
    add(entry, "PMACTOR_DURATION_USEC", microseconds(*x.duration));
  for (const auto& [name, value] : x.facts)
    add(entry, field(name), value);
  add(entry, "PMACTOR_MACHINE", origin.host.machine_id);
  for (const auto& [name, value] : origin.labels)
    add(entry, field("label_" + name), value);
  return entry;
}

} // namespace pmactor
