// What is wrong with the house: restarts, hangs, the health page, the end.
#include "simulation/plant_tools.hpp"

#include <algorithm>
#include <utility>

namespace pmactor::simulation {

using namespace std::chrono_literals;

namespace {

/// A child that ignores the order to end.
caf::behavior deaf(caf::event_based_actor* self) {
  self->set_default_handler(caf::drop);
  self->set_exit_handler([](const caf::exit_msg&) {});
  return {[](tick) {}};
}

void add_deaf_child(supervisor_setup& setup, caf::actor_system&) {
  auto& x = setup.children.emplace_back();
  x.id = "deaf";
  x.shutdown = 2s;
  x.start = [](caf::local_actor& parent, const actor_slot_ref&) {
    return caf::actor_cast<caf::strong_actor_ptr>(parent.spawn<caf::monitored>(deaf));
  };
}

} // namespace

void add_bugs_of_the_house(std::vector<bug>& to) {
  const auto add = [&to](std::string_view name, std::string_view what, std::vector<std::string_view> breaks) -> bug& {
    return add_bug(to, name, what, std::move(breaks));
  };
  add("restarts-for-ever", "there is no limit to restarts", {"restart-limit"}).change
    = [](supervisor_setup& x, caf::actor_system&) { x.policy.intensity = 100'000; };
  add("gives-up-early", "the daemon ends with the third failure within a minute", {"restart-limit"}).change
    = [](supervisor_setup& x, caf::actor_system&) { x.policy.intensity = 2; };
  add("fails-unasked", "an actor fails now and then", {"restart-without-crash"}).change
    = [](supervisor_setup& x, caf::actor_system&) { x.drill_every = 10min; };
  add("child-blamed", "a sampler child that is a little late is ended", {"blamed-for-a-pause"}).conf
    = [](settings& x) {
        x.powermetrics.silent_intervals = 1;
        x.powermetrics.least_silence = 1100ms;
      };
  add("hang-blamed-early", "a handler that takes two seconds is called a hang", {"blamed-for-a-pause"}).change
    = [](supervisor_setup& setup, caf::actor_system&) {
        for (auto& x : setup.children)
          x.hang_limit = 2s;
      };
  add("hang-overlooked", "the check for handlers that hang is missing", {"hang-unnoticed"}).change
    = [](supervisor_setup& setup, caf::actor_system&) {
        for (auto& x : setup.children)
          x.hang_limit = 1h;
      };
  add("hang-reported-again", "B22: a hang is reported as long as it lasts", {"hang-reported-twice"}).log
    = [](log_level level, std::string_view component, std::string_view event, std::string_view sentence, log_sink next) {
        next(level, component, event, sentence);
        if (event == "handler-hangs")
          next(level, component, event, sentence);
      };
  add("stop-waits", "an actor ignores the order to end", {"stop-late"}).change = add_deaf_child;
  add("mailbox-grows", "a mailbox grows by 300 messages a second", {"mailbox-bound"}).seams
    = [](topology_seams& x, health_page& page) {
        x.on_pulse = [next = x.on_pulse, &page] {
          next();
          page.slots[1].enqueued.fetch_add(300);
        };
      };
  add("pulse-stands-still", "the health page is stamped once only", {"health-page"}).seams
    = [](topology_seams& x, health_page&) {
        x.on_pulse = [next = x.on_pulse, first = true]() mutable {
          if (std::exchange(first, false))
            next();
        };
      };
  add("trouble-hidden", "the health page does not show that the disk fails", {"health-page"}).seams
    = [](topology_seams& x, health_page& page) {
        x.on_pulse = [next = x.on_pulse, &page] {
          next();
          page.slots[0].degraded.write("");
        };
      };
}

} // namespace pmactor::simulation
