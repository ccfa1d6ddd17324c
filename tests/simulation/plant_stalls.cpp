// What is wrong with stalls.
#include "simulation/plant_tools.hpp"

namespace pmactor::simulation {

using namespace std::chrono_literals;

void add_bugs_of_stalls(std::vector<bug>& to) {
  const auto add = [&to](std::string_view name, std::string_view what, std::vector<std::string_view> breaks) -> bug& {
    return add_bug(to, name, what, std::move(breaks));
  };
  add("stalls-lost", "no stall is stored", {"stall-missed", "event-lost"}).seams = lose_events(event_kind::stall);
  add("stalls-doubled", "each stall is stored as two", {"stall-twice"}).seams = double_events(event_kind::stall);
  add("stall-invented", "a second of stress is a stall of the CPUs", {"stall-invented"}).seams
    = change_rows([](rows& xs) {
        for (std::size_t i = 0, n = xs.size(); i < n; ++i)
          if (const auto* sample = std::get_if<scored_sample>(&xs[i]);
              sample != nullptr && sample->stress.load.value_or(0) > 30) {
            event_record x;
            x.event.kind = event_kind::stall;
            x.event.before = x.event.after = sample->system.at;
            x.event.started = x.event.ended = sample->system.at.wall;
            x.event.id = mint_event_id(x.event.kind, x.event.started);
            stall_facts facts;
            facts.resource = stall_resource::cpu;
            explain_stall(x.event, facts);
            xs.emplace_back(x);
          }
      });
  add("stall-of-another", "what stalls is said to be memory", {"stall-resource"}).seams
    = change_events(event_kind::stall, [](pause_event& x) {
        auto facts = *x.stall;
        facts.resource = stall_resource::memory;
        facts.name = "swap";
        explain_stall(x, facts);
      });
  add("stall-begins-late", "a stall begins when it is noticed", {"stall-time"}).seams
    = change_events(event_kind::stall, [](pause_event& x) { x.before.awake += 1s; });
  add("stall-never-ends", "the end of a stall is lost", {"stall-open"}).seams
    = change_rows([](rows& xs) {
        std::erase_if(xs, [](const history_row& x) {
          const auto* amendment = std::get_if<event_amendment>(&x);
          return amendment != nullptr && (amendment->over || amendment->lasts) && kind_of(amendment->id) == event_kind::stall;
        });
      });
}

} // namespace pmactor::simulation
