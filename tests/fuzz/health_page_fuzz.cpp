// A health page of any bytes: read, judged and shown.
#include "fuzz/fuzz.hpp"

#include "app/views/health_json.hpp"
#include "app/views/render_health.hpp"

#include <nlohmann/json.hpp>

#include <cstring>
#include <memory>

using namespace pmactor;
using namespace pmactor::fuzz;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto page = std::make_unique<health_page>();
  // Some texts and slots in the first bytes do more than a page that is nearly all zeros: the input is
  // repeated through it.
  auto* bytes = reinterpret_cast<unsigned char*>(page.get());
  for (std::size_t i = 0; size > 0 && i < sizeof(health_page); i += size)
    std::memcpy(bytes + i, data, std::min(size, sizeof(health_page) - i));
  input in{data, size};
  const clock_sample at{std::chrono::nanoseconds{static_cast<std::int64_t>(in.number() >> 1)},
                        std::chrono::nanoseconds{static_cast<std::int64_t>(in.number() >> 1)},
                        std::chrono::nanoseconds{static_cast<std::int64_t>(in.number() >> 1)}};
  health_view view;
  view.now_wall = at.wall;
  view.report = read_health(*page, size % 2 == 0 ? at : last_pulse(*page));
  must(view.report->actors.size() <= health_page::max_slots, "there are no more actors than slots");
  std::optional<process_facts> facts;
  if (size % 3 == 0) {
    facts.emplace();
    facts->start = view.report->daemon.start;
  }
  view.verdict = judge_health(*view.report, facts, view.report->daemon.boot_id);
  view.facts = facts;
  must(is_tame(render_health(view, text_style{})), "what is shown is safe for a terminal");
  must(nlohmann::json::accept(dumped(health_json(view), size % 5 == 0)), "the JSON is valid");
  return 0;
}
