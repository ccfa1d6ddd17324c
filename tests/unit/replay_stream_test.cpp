#define CAF_SUITE replay_stream

#include "app/replay/replay_stream.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "support/powermetrics_stream.hpp"
#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;
using namespace std::string_literals;

namespace {

struct fixture {
  std::vector<scored_sample> stored;

  /// Replays the streams, and returns what it came to.
  replay_summary replay(const std::vector<std::string>& streams, bool all = true) {
    stream_replay work{{{}, {}, all}, [this](scored_sample&& x) { stored.push_back(std::move(x)); }};
    int number = 0;
    for (const auto& stream : streams) {
      work.begin("stream " + std::to_string(++number));
      for (std::size_t at = 0; at < stream.size();) {
        const auto room = work.room();
        const auto count = std::min(room.size(), stream.size() - at);
        std::memcpy(room.data(), stream.data() + at, count);
        work.arrived(count);
        at += count;
      }
      work.end();
    }
    return work.summary();
  }

  /// The document of a window of this length that ended at this second of an hour.
  static std::string document(int minute, int second, double seconds, const std::string& more = {}) {
    char date[32];
    std::snprintf(date, sizeof date, "2026-01-22T21:%02d:%02dZ", minute, second);
    return bare_document("<key>is_delta</key><true/>\n"
                         + plist_integer("elapsed_ns", std::llround(seconds * 1e9))
                         + plist_entry("timestamp", "date", date) + more);
  }

  static std::string busy(double share) {
    return plist_dict(
      "processor",
      plist_array("clusters",
                  plist_dict(plist_array("cpus", plist_dict(plist_real("idle_ratio",
                                                                       std::to_string(1 - share)))))));
  }

  static constexpr std::chrono::nanoseconds hour = 1'769'115'600s; // 2026-01-22T21:00:00Z
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(replaying, fixture)

CAF_TEST(time is the first date and the windows after it) {
  // The dates are cut to whole seconds: two windows of 0.7 s may carry the same one.
  const auto sum = replay({document(0, 10, 0.7) + document(0, 10, 0.7) + document(0, 11, 0.7)});
  CAF_REQUIRE_EQUAL(stored.size(), 3u);
  CAF_CHECK(stored[0].system.at.wall == hour + 10s);
  CAF_CHECK(stored[1].system.at.wall == hour + 10700ms);
  CAF_CHECK(stored[2].system.at.wall == hour + 11400ms);
  CAF_CHECK(stored[2].system.interval == 700ms);
  CAF_CHECK(sum.span == 2100ms);
  CAF_CHECK(sum.begin == hour + 9300ms);
  CAF_CHECK(sum.end == hour + 11400ms);
}

CAF_TEST(what is missing between two windows shows in the date) {
  replay({document(0, 10, 1) + document(5, 0, 1) + document(5, 1, 1)});
  CAF_CHECK(stored.at(1).system.at.wall == hour + 5min);
  CAF_CHECK(stored.at(2).system.at.wall == hour + 5min + 1s);
}

CAF_TEST(a clock that steps back moves no sample) {
  replay({document(5, 0, 1) + document(0, 1, 1)});
  CAF_CHECK(stored.at(1).system.at.wall == hour + 5min + 1s);
}

CAF_TEST(each stream has its own time and no sample is a repeat of another) {
  const auto sum = replay({document(5, 0, 1), document(0, 0, 1)});
  CAF_CHECK(stored.at(1).system.at.wall == hour);
  CAF_CHECK(stored.at(0).system.tick != stored.at(1).system.tick);
  CAF_CHECK_EQUAL(sum.documents, 2u);
}

CAF_TEST(a stream without dates begins at zero) {
  replay({bare_document(plist_integer("elapsed_ns", 1'000'000'000))});
  CAF_CHECK(stored.at(0).system.at.wall == 1s);
}

CAF_TEST(windows of a year without end never make time go back) {
  std::string years;
  for (int i = 0; i < 300; ++i)
    years += bare_document(plist_integer("elapsed_ns", 31'500'000'000'000'000)
                           + plist_entry("timestamp", "date", "2199-12-31T23:59:59Z"));
  const auto sum = replay({years});
  CAF_CHECK_EQUAL(sum.documents, 300u);
  CAF_CHECK(sum.span > 200 * std::chrono::years{1});
  CAF_CHECK(std::is_sorted(stored.begin(), stored.end(), [](const auto& a, const auto& b) {
    return a.system.at.wall < b.system.at.wall;
  }));
}

CAF_TEST(means are weighed by the length of the windows) {
  const auto sum = replay({document(0, 0, 1, busy(0.9)) + document(0, 9, 9, busy(0.1))
                           + document(0, 10, 1)});
  CAF_CHECK_LESS(std::abs(*sum.cpu_mean() - 18), 1e-9); // (90 × 1 + 10 × 9) / 10
  CAF_CHECK_LESS(std::abs(*sum.cpu_max - 90), 1e-9);
  CAF_CHECK(!stored.at(2).system.cpu_pct);
}

CAF_TEST(damaged documents are counted and placed and cost no other) {
  const auto good = document(0, 10, 1);
  const auto cut = good.substr(0, 200);
  const auto bad = "<?xml?><plist><dict></plist>"s;
  const auto sum = replay({good + cut + good + "noise\n" + bad + good + cut});
  CAF_CHECK_EQUAL(sum.documents, 3u);
  CAF_CHECK_EQUAL(sum.damaged, 2u);
  CAF_REQUIRE_EQUAL(sum.skipped.size(), 4u);
  CAF_CHECK_EQUAL(sum.skipped[0].offset, good.size());
  CAF_CHECK_EQUAL(sum.skipped[0].length, 200u);
  CAF_CHECK_EQUAL(sum.skipped[1].offset, 2 * good.size() + 200);
  CAF_CHECK_EQUAL(sum.skipped[1].length, 5u);
  CAF_CHECK_EQUAL(sum.skipped[2].offset, 2 * good.size() + 206);
  CAF_CHECK_EQUAL(sum.skipped[2].length, bad.size());
  CAF_CHECK_EQUAL(sum.skipped[3].why, "the stream ends within it"); // which is no damage
}

CAF_TEST(offsets are those of their own stream) {
  const auto sum = replay({document(0, 10, 1), "\n" + document(0, 10, 1).substr(0, 50)});
  CAF_REQUIRE_EQUAL(sum.skipped.size(), 1u);
  CAF_CHECK_EQUAL(sum.skipped[0].stream, "stream 2");
  CAF_CHECK_EQUAL(sum.skipped[0].offset, 1u);
}

CAF_TEST(the list of damages is bounded and their count is not) {
  std::string stream;
  for (int i = 0; i < 1000; ++i)
    stream += "<?xml?><plist></plist>";
  const auto sum = replay({stream});
  CAF_CHECK_EQUAL(sum.damaged, 1000u);
  CAF_CHECK_EQUAL(sum.skipped.size(), replay_summary::most_skipped);
}

CAF_TEST(a summary since boot is no sample) {
  const auto sum = replay({bare_document("<key>is_delta</key><false/>" + plist_integer("elapsed_ns", 9))});
  CAF_CHECK_EQUAL(sum.summaries, 1u);
  CAF_CHECK_EQUAL(sum.documents, 0u);
  CAF_CHECK_EQUAL(sum.damaged, 0u);
}

CAF_TEST(the policy stores every fifth second while all is calm) {
  std::string stream;
  for (int i = 0; i < 60; ++i)
    stream += document(0, i, 1);
  const auto sum = replay({stream}, false);
  CAF_CHECK_EQUAL(stored.size(), 12u);
  CAF_CHECK_EQUAL(sum.to_store, 12u);
  CAF_CHECK_EQUAL(sum.elevated, 0u);
}

CAF_TEST(windows of five seconds are no pauses) {
  std::string stream;
  for (int i = 0; i < 12; ++i)
    stream += document(0, 5 * i, 5);
  replay({stream}, false);
  CAF_CHECK_EQUAL(stored.size(), 12u);
}

CAF_TEST(the stress is what the scorer makes of it) {
  const auto hot = plist_string("thermal_pressure", "Heavy")
                   + plist_dict("disk", plist_real("rbytes_per_s", "3e8"));
  const auto sum = replay({document(0, 0, 1, hot)});
  CAF_CHECK(stored.at(0).stress.thermal == 20);
  CAF_CHECK(stored.at(0).stress.io == 20);
  CAF_CHECK(sum.stress_max == 40);
  CAF_CHECK_EQUAL(sum.elevated, 1u);
}

CAF_TEST(every recording gives one sample a document) {
  const std::pair<const char*, std::size_t> known[] = {{intel_recording, 9},
                                                       {m1_pro_recording, 29},
                                                       {m4_gpu_recording, 5},
                                                       {m1_recording, 1},
                                                       {m4_max_recording, 1}};
  for (const auto& [name, documents] : known) {
    PMACTOR_WITH_RECORDING(name) {
      stored.clear();
      const auto sum = replay({*stream});
      CAF_CHECK_EQUAL(sum.documents, documents);
      CAF_CHECK_EQUAL(stored.size(), documents);
      CAF_CHECK(sum.skipped.empty());
    }
  }
}

CAF_TEST_FIXTURE_SCOPE_END()
