// The history of a machine that stood still once, and the program that is asked about it.
#pragma once

#include "actors/storage_writer/history_sqlite.hpp"

#include "support/daemon.hpp"
#include "support/sample_maker.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace pmactor {

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// Ten minutes of samples with a pause of the machine after five.
struct example_machine {
  static constexpr std::int64_t begin = 1'700'000'000;

  test_home home;

  example_machine() {
    history aut{history_place{home.where().database(), "run-1"}};
    std::vector<history_row> rows;
    for (std::uint64_t i = 0; i < 600; i += 5)
      if (i < 300 || i >= 310) {
        auto x = make_sample(i + 1);
        x.system.at.wall = std::chrono::seconds{begin} + std::chrono::seconds{i};
        rows.emplace_back(x);
      }
    event_record pause;
    auto& event = pause.event;
    event.started = std::chrono::seconds{begin + 300};
    event.ended = std::chrono::seconds{begin + 308};
    event.duration = std::chrono::seconds{8};
    event.uncertainty = std::chrono::milliseconds{50};
    event.cause = pause_cause::io;
    event.sure = confidence::high;
    event.scope = pause_scope::system;
    event.book[event.cause].length = event.duration;
    event.id = mint_event_id(event.kind, event.started);
    pause.culprits = {{4711, {}, "rsync", "wrote 298 MB/s"}};
    rows.emplace_back(pause);
    aut.store(rows);
    aut.end();
  }
  program_result run(std::vector<std::string> words) {
    words.insert(words.end(), {"--data", home.data.string()});
    return run_program(words);
  }
  static std::string at(std::int64_t seconds) {
    return "@" + std::to_string(begin + seconds);
  }
};

} // namespace pmactor
