#include "actors/kernel_log/sleep_reasons.hpp"

#include <array>

namespace pmactor {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

/// logind waits for up to half a minute before it acts on a lid, and then for programs that asked
/// it to.
constexpr nanoseconds asked_before = 60s;
/// It logs what woke the machine once the machine runs again.
constexpr nanoseconds noted_after = 5s;
constexpr nanoseconds clock_error = 2s;

struct rule {
  std::string_view text; ///< Of a line behind the name of the program.
  const char* says;
  bool is_reason, is_wake;
};

/// After systemd's own format strings; what a line begins with.
constexpr std::array<rule, 11> of_logind{{
  {"Lid closed", "the lid was closed", true, false},
  {"Lid opened", "the lid was opened", false, true},
  {"Power key pressed", "the power key was pressed", true, true},
  {"Suspend key pressed", "the sleep key was pressed", true, true},
  {"Sleep key pressed", "the sleep key was pressed", true, true},
  {"Hibernate key pressed", "the hibernation key was pressed", true, true},
  {"System idle. ", "none had used it for a while", true, false},
  {"Suspending", "a program or a person asked for it", false, false},
  {"Hibernating", "a program or a person asked for it", false, false},
  {"The system will suspend", "a program or a person asked for it", false, false},
  {"The system will hibernate", "a program or a person asked for it", false, false},
}};

/// What a line of macOS' power log holds. The first that it holds counts.
constexpr std::array<rule, 10> of_pmset{{
  {"due to 'Clamshell Sleep", "the lid was closed", true, false},
  {"due to 'Idle Sleep", "none had used it for a while", true, false},
  {"due to 'Low Power Sleep", "its battery was nearly empty", true, false},
  {"due to 'Thermal", "it was too hot", true, false},
  {"due to 'Power Button", "the power key was pressed", true, false},
  {"due to 'Software Sleep", "a program or a person asked for it", false, false},
  {"due to 'Maintenance Sleep", "a short wake of its own had ended", false, false},
  {"due to 'Sleep Service Back to Sleep", "a short wake of its own had ended", false, false},
  {"EC.LidOpen", "the lid was opened", false, true},
  {"UserActivity", "a person used it", false, true},
}};

const rule* rule_for(std::string_view line) {
  const auto at = line.find(": ");
  if (at == std::string_view::npos)
    return nullptr;
  const auto text = line.substr(at + 2);
  if (line.starts_with("systemd-logind")) {
    for (const auto& x : of_logind)
      if (text.starts_with(x.text))
        return &x;
  } else if (text.starts_with("Sleep: ") || text.starts_with("Wake: ")
             || text.starts_with("DarkWake: ")) {
    for (const auto& x : of_pmset)
      if (line.starts_with("pmset: ") && text.find(x.text) != std::string_view::npos
          && x.is_wake != text.starts_with("Sleep: "))
        return &x;
  }
  return nullptr;
}

} // namespace

void sleep_reasons::add(nanoseconds wall, std::string_view line) {
  if (const auto* x = rule_for(line))
    signs_.push_back({wall, x->says, line.starts_with("pmset") ? "pmset" : "systemd-logind",
                      x->is_reason, x->is_wake});
  if (signs_.size() > most_kept)
    signs_.pop_front();
}

std::vector<std::string> sleep_reasons::words(nanoseconds began, nanoseconds ended) const {
  const sign *reason = nullptr, *asked = nullptr, *woke = nullptr;
  for (const auto& x : signs_) {
    if (x.is_wake && x.wall > began + clock_error && x.wall >= ended - clock_error
        && x.wall <= ended + noted_after) {
      woke = woke == nullptr ? &x : woke;
    } else if (x.wall >= began - asked_before && x.wall <= began + clock_error) {
      if (x.is_reason)
        reason = &x;
      else if (x.is_wake) // the lid was opened again before it slept
        reason = nullptr;
      else
        asked = &x;
    }
  }
  std::vector<std::string> result;
  if (const auto* x = reason != nullptr ? reason : asked)
    result.push_back("it was put to sleep because " + x->says + " (" + x->by + ')');
  if (woke != nullptr)
    result.push_back(woke->says + " as it woke (" + woke->by + ')');
  return result;
}

} // namespace pmactor
