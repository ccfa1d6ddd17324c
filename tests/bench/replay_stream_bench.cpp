// What a replayed stream costs beside its parsing alone: framing, decoding, scoring, choosing. The counter
// `of_pugixml` is the replay's speed as a share of pugixml's at its best: in place, documents already cut,
// memory warm. A program that uses pugixml in the plain way gives each tree's pages back to the kernel, and
// is half as fast as the replay. All run in turns, so that a busy machine slows them alike, and the best of
// each counts.
#include "actors/powermetrics_reader/decode_plist_sample.hpp"
#include "actors/powermetrics_reader/frame_documents.hpp"
#include "app/replay/replay_stream.hpp"

#include "support/powermetrics_stream.hpp"

#include <benchmark/benchmark.h>
#include <pugixml.hpp>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <string>
#include <vector>

#ifdef __GLIBC__
#  include <malloc.h>
#endif

using namespace pmactor;

namespace {

/// A document with as many tasks as a busy Mac lists, with all the keys that powermetrics gives them.
std::string full_document(int tasks) {
  std::string list;
  for (int i = 0; i < tasks; ++i) {
    std::string more = plist_integer("started_abstime_ns", 3'255'466'108'566 + i)
                       + plist_integer("interval_ns", 1'023'728'125)
                       + plist_real("cputime_sample_ms_per_s", "630.698")
                       + plist_real("cputime_userland_ratio", "0.981574")
                       + plist_integer("intr_wakeups", 81) + plist_real("intr_wakeups_per_s", "79.12")
                       + plist_integer("idle_wakeups", 0) + plist_real("idle_wakeups_per_s", "0");
    for (const auto* key : {"diskio_bytesread", "diskio_byteswritten", "pageins"})
      more += plist_integer(key, 16384) + plist_real(std::string{key} + "_per_s", "16004.2");
    for (const auto* level : {"disabled", "maintenance", "background", "utility", "default",
                              "user_initiated", "user_interactive"})
      more += plist_integer(std::string{"qos_"} + level + "_ns", 645'636'291)
              + plist_real(std::string{"qos_"} + level + "_ms_per_s", "630.672");
    list += plist_task(1000 + i, "com.example.helper", std::to_string(100 - i % 100), more);
  }
  return second_document(plist_array("tasks", list)) + std::string(1, '\0');
}

/// The stream of a recording where there is one, else one of our own making; some 20 MB.
std::string stream_of(const char* recording) {
  auto one = read_recording(recording);
  if (!one)
    one = full_document(100);
  if (one->back() != '\0')
    one->push_back('\0');
  std::string result;
  while (result.size() < std::size_t{20} << 20)
    result += *one;
  return result;
}

double cpu_seconds() {
  timespec t{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) / 1e9;
}

/// pugixml alone, at its best: in place, document after document, on bytes that are at hand.
double parse_alone(const std::string& stream) {
  std::vector<char> bytes(stream.begin(), stream.end());
  std::vector<std::pair<char*, std::size_t>> documents;
  const std::string_view view{bytes.data(), bytes.size()};
  for (std::size_t at = 0;;) {
    const auto start = view.find('<', at), end = view.find("</plist>", at);
    if (end == view.npos)
      break;
    at = end + 8;
    documents.emplace_back(bytes.data() + start, at - start);
  }
  const auto begin = cpu_seconds();
  for (const auto& [text, size] : documents) {
    pugi::xml_document tree;
    benchmark::DoNotOptimize(tree.load_buffer_inplace(text, size));
  }
  return cpu_seconds() - begin;
}

template <class Room, class Arrived>
void feed(const std::string& stream, Room room, Arrived arrived) {
  for (std::size_t at = 0; at < stream.size();) {
    const auto target = room();
    const auto count = std::min(target.size(), stream.size() - at);
    std::memcpy(target.data(), stream.data() + at, count);
    at += count;
    arrived(count);
  }
}

double frame_and_decode(const std::string& stream) {
  const auto begin = cpu_seconds();
  document_framer framer;
  sample_decoder decoder;
  feed(stream, [&] { return framer.room(256 << 10); },
       [&](std::size_t count) {
         framer.arrived(count);
         while (const auto piece = framer.next())
           benchmark::DoNotOptimize(decoder.decode(piece->document));
       });
  return cpu_seconds() - begin;
}

double replay(const std::string& stream) {
  const auto begin = cpu_seconds();
  stream_replay work{{{}, {}, true}, [](scored_sample&& x) { benchmark::DoNotOptimize(x); }};
  work.begin("bench");
  feed(stream, [&] { return work.room(); }, [&](std::size_t count) { work.arrived(count); });
  work.end();
  return cpu_seconds() - begin;
}

void compare(benchmark::State& state, const char* recording) {
#ifdef __GLIBC__
  ::mallopt(M_TRIM_THRESHOLD, 32 << 20); // for all alike, as `pmactor replay` sets it
#endif
  const auto stream = stream_of(recording);
  double alone = 1e9, decoded = 1e9, replayed = 1e9;
  for (auto _ : state) {
    alone = std::min(alone, parse_alone(stream));
    decoded = std::min(decoded, frame_and_decode(stream));
    replayed = std::min(replayed, replay(stream));
  }
  const auto bytes = static_cast<double>(stream.size());
  state.counters["pugixml_GB_s"] = bytes / alone / 1e9;
  state.counters["decode_GB_s"] = bytes / decoded / 1e9;
  state.counters["replay_GB_s"] = bytes / replayed / 1e9;
  state.counters["decode_of_pugixml"] = alone / decoded;
  state.counters["of_pugixml"] = alone / replayed;
}

BENCHMARK_CAPTURE(compare, m4_max, m4_max_recording)->Iterations(20)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(compare, m1_pro, m1_pro_recording)->Iterations(20)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(compare, intel, intel_recording)->Iterations(20)->Unit(benchmark::kMillisecond);

} // namespace
