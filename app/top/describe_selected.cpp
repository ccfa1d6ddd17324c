#include "app/top/describe_selected.hpp"

#include "app/views/escape.hpp"
#include "app/views/event_values.hpp"
#include "app/views/render_samples.hpp"
#include "app/views/terminal.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <cmath>

namespace pmactor {
namespace {

constexpr std::size_t label_width = 12;

void add(std::string& to, const char* label, const std::string& text) {
  if (!text.empty())
    to += '\n' + padded(label, label_width) + text;
}

std::string bytes(const std::optional<double>& x, const char* behind = "") {
  constexpr double most = 1e18;
  return x ? bytes_in_words(static_cast<std::uint64_t>(std::llround(std::clamp(*x, 0.0, most)))) + behind : std::string{};
}

std::string percent(const std::optional<double>& x, const char* behind) {
  return x ? printed("%.1f %%", *x) + behind : std::string{};
}

} // namespace

std::string describe_process(const top_process& x, const std::optional<double>& seen_at) {
  const auto& s = x.sample;
  auto result = s.pid > 0 ? escaped(s.name) + ", process " + std::to_string(s.pid)
                          : std::string{"Processes that have ended, together"};
  add(result, "Seen", moment_words(seen_at, "%F %T"));
  add(result, "Runs since", s.start_time ? moment_words(s.start_time, "%F %T") : "");
  add(result, "Unit", escaped(x.unit));
  add(result, "State", s.state ? escaped(std::string(1, *s.state)) : "");
  add(result, "Waits in", escaped(s.waits_in));
  add(result, "CPU", percent(s.cpu_pct, " of one core"));
  add(result, "Memory", bytes(s.mem_bytes));
  add(result, "Reads", bytes(s.io_read, "/s"));
  add(result, "Writes", bytes(s.io_write, "/s"));
  add(result, "Harm", printed("%.1f %% of the time others waited, by its share", x.harm));
  if (x.is_suspected)
    add(result, "Suspected", "by an event of that moment");
  if (is_worth_suspicion(s))
    add(result, "Named", "in [suspects] of the settings");
  return result;
}

std::string describe_actor(const top_actor& x) {
  auto result = escaped(x.name);
  add(result, "State", escaped(x.state));
  add(result, x.is_degraded ? "Degraded" : "Note", escaped(x.note));
  return result;
}

} // namespace pmactor
