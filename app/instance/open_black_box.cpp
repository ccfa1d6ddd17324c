#include "app/instance/open_black_box.hpp"

#include "actors/black_box/black_box.hpp"
#include "actors/host/find_hypervisor.hpp"
#include "actors/host/process_facts.hpp"
#include "actors/supervision/map_health_page.hpp"
#include "actors/supervision/read_health.hpp"
#include "app/instance/deadline.hpp"
#include "app/instance/note_drives.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <exception>
#include <utility>

namespace pmactor {
namespace {

using std::chrono::nanoseconds;

constexpr std::size_t most_handlers = 3;

/// Actors that have a message in hand; or else the one that had one last.
std::vector<box_handler> handlers_left(const health_page& page, const health_report& report) {
  std::vector<box_handler> result;
  const auto died = page.fatal_thread.load();
  for (const auto& x : report.actors) {
    if (!x.handling_for)
      continue;
    const bool is_it = died != 0 && x.handler_thread == died;
    result.insert(is_it ? result.begin() : result.end(), {x.name, x.handler, *x.handling_for});
  }
  if (result.size() > most_handlers)
    result.resize(most_handlers);
  if (!result.empty())
    return result;
  const actor_report* newest = nullptr;
  for (const auto& x : report.actors)
    if (x.last_message_age && !x.handler.empty()
        && (newest == nullptr || *x.last_message_age < *newest->last_message_age))
      newest = &x;
  if (newest != nullptr)
    result.push_back({newest->name, newest->handler, {}});
  return result;
}

std::string signal_name(int x) {
  constexpr std::array<std::pair<int, const char*>, 9> names{{{SIGSEGV, "SIGSEGV"},
                                                              {SIGABRT, "SIGABRT"},
                                                              {SIGBUS, "SIGBUS"},
                                                              {SIGFPE, "SIGFPE"},
                                                              {SIGILL, "SIGILL"},
                                                              {SIGQUIT, "SIGQUIT"},
                                                              {SIGSYS, "SIGSYS"},
                                                              {SIGTRAP, "SIGTRAP"},
                                                              {SIGXCPU, "SIGXCPU"}}};
  for (const auto& [number, name] : names)
    if (number == x)
      return name;
  return "signal " + std::to_string(x);
}

} // namespace

std::optional<daemon_trace> find_daemon_trace(const places& where) {
  try {
    const auto page = open_health_page(find_health_page(where));
    const auto report = read_health(*page, last_pulse(*page));
    daemon_trace result;
    result.run = {report.daemon.pid, report.daemon.start, report.daemon.boot_id};
    result.pulse = last_pulse(*page);
    result.has_failed = report.phase == daemon_phase::failed;
    result.is_over = report.phase == daemon_phase::stopped || result.has_failed;
    result.last_words = report.last_words;
    result.was_asked = result.has_failed && result.last_words == forced_end;
    if (const auto signal = page->fatal_signal.load(); signal > 0 && signal < 128)
      result.signal = signal_name(signal);
    if (!result.is_over)
      result.handlers = handlers_left(*page, report);
    return result;
  } catch (
    const std::exception&) { // there is none, or it is none of this version: then it holds nothing
    return std::nullopt;
  }
}

std::vector<box_handler> handlers_in_hand(const health_page& page, nanoseconds now,
                                          std::string_view but) {
  std::vector<box_handler> result;
  const auto used = std::min<std::size_t>(page.slots_used.load(), health_page::max_slots);
  for (std::size_t i = 0; i < used; ++i) {
    const auto& slot = page.slots[i];
    const auto since = slot.handler_since_ns.load();
    if (since == 0)
      continue;
    if (auto name = slot.name.as_it_is(); name != but)
      result.push_back({std::move(name), slot.handler.as_it_is(),
                        std::max(nanoseconds{}, now - nanoseconds{since})});
  }
  std::sort(result.begin(), result.end(),
            [](const auto& a, const auto& b) { return a.since > b.since; });
  if (result.size() > most_handlers)
    result.resize(most_handlers);
  return result;
}

std::shared_ptr<ring_host> open_black_box(const places& where, const health_page& page,
                                          std::optional<daemon_trace> before, const black_box_policy& policy) {
  ring_setup setup;
  setup.file = where.data / "black_box.ring";
  setup.drives = noted_drives;
  setup.version = PMACTOR_VERSION;
  setup.hypervisor = find_hypervisor(read_machine_signs());
  setup.left_behind = std::move(before);
  setup.policy = policy;
  setup.handlers = [&page] {
    return handlers_in_hand(page, std::chrono::steady_clock::now().time_since_epoch(),
                            black_box_state::name);
  };
  return make_ring_host(std::move(setup));
}

} // namespace pmactor
