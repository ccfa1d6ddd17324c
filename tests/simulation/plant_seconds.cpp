// What is wrong with the seconds that are stored.
#include "simulation/plant_tools.hpp"

#include <algorithm>
#include <utility>

namespace pmactor::simulation {

using namespace std::chrono_literals;

void add_bugs_of_seconds(std::vector<bug>& to) {
  const auto add = [&to](std::string_view name, std::string_view what, std::vector<std::string_view> breaks) -> bug& {
    return add_bug(to, name, what, std::move(breaks));
  };
  add("latency-elevates", "B1: the latency that it measures has it watch more closely", {"watched-without-stress"})
    .change = change_messages<scored_sample>("sample-policy", [](scored_sample& x) {
      x.stress.thermal = x.stress.latency;
      return true;
    });
  add("spike-never-scored", "B2: the I/O baseline has learned the spike before it is compared", {"spike-not-scored"})
    .change = change_messages<scored_sample>("sample-policy", [](scored_sample& x) {
      x.stress.io = x.stress.io ? std::optional{0.0} : std::nullopt;
      return true;
    });
  add("second-dropped", "one second in a hundred is lost between two actors", {"coverage"}).change
    = change_messages<system_sample>("stress-scorer", [](system_sample& x) { return x.tick % 100 != 0; });
  add("second-given-up", "one second in a hundred is counted as lost", {"second-lost"}).change
    = [](supervisor_setup& setup, caf::actor_system& system) {
        change_messages<system_sample>("stress-scorer", [page = setup.page](system_sample& x) {
          if (x.tick % 100 != 0)
            return true;
          page->samples_lost.fetch_add(1);
          return false;
        })(setup, system);
      };
  add("second-restamped", "a second is stamped when it is scored", {"row-invented"}).change
    = change_messages<system_sample>("stress-scorer", [](system_sample& x) {
        x.at.awake += 1ms;
        return true;
      });
  add("row-dropped", "one row in a hundred is acknowledged and not stored", {"coverage"}).seams
    = change_rows([turn = 0](rows& xs) mutable {
        std::erase_if(xs, [&](const history_row& x) {
          return std::holds_alternative<scored_sample>(x) && ++turn % 100 == 0;
        });
      });
  add("row-twice", "a row is stored again under the next number", {"row-twice"}).seams
    = change_rows([](rows& xs) {
        for (std::size_t i = 0, n = xs.size(); i < n; ++i)
          if (const auto* sample = std::get_if<scored_sample>(&xs[i]); sample != nullptr && sample->system.tick % 100 == 0) {
            auto again = *sample;
            ++again.system.tick;
            xs.emplace_back(std::move(again));
          }
      });
  add("score-off", "the load scores a point too much", {"wrong-score"}).change
    = change_messages<scored_sample>("sample-policy", [](scored_sample& x) {
        x.stress.load = x.stress.load.value_or(0) + 1;
        return true;
      });
  add("row-refused", "a row in a hundred is held to be unfit", {"message-set-aside", "second-lost"}).seams
    = change_rows([turn = 0](rows&) mutable {
        if (++turn % 100 == 0)
          throw storage_problem{storage_failure::refused, "It is unfit."};
      });
  add("seconds-missed", "a second is missed now and then", {"second-missed"}).seams
    = [](topology_seams& x, health_page& page) {
        x.on_pulse = [next = x.on_pulse, &page] {
          next();
          page.samples_missed.store(1);
        };
      };
  add("end-not-marked", "the last run looks as if it had been killed", {"end-not-marked"}).seams
    = [](topology_seams& x, health_page&) {
        x.open = [next = x.open](damaged_file what) {
          auto port = std::make_unique<bugged_history>(next(what), [](rows&) {});
          port->marks_end = false;
          return port;
        };
      };
  add("rows-left-behind", "what could not be stored before the end is forgotten", {"left-behind"}).unstored
    = [](std::vector<history_row>& x) { x.clear(); };
  add("commit-forgotten", "the database lacks one sample in fifty that it says it has", {"history-differs"}).file
    = [](std::unique_ptr<history_port> next) -> std::unique_ptr<history_port> {
        return std::make_unique<bugged_history>(std::move(next), [turn = 0](rows& xs) mutable {
          for (auto& x : xs)
            if (auto* sample = std::get_if<scored_sample>(&x); sample != nullptr && ++turn % 50 == 0)
              sample->system.at.wall += 1ms;
        });
      };
  add("past-looks-calm", "of the past all is taken for recorded and calm", {"wrong-answer"}).answers
    = [](span_record& x) {
        x.events.clear();
        x.holes.clear();
      };
}

} // namespace pmactor::simulation
