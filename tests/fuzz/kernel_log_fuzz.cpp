// What /dev/kmsg gives, and what is made of it: any bytes.
#include "fuzz/fuzz.hpp"

#include "actors/host/parse_kernel_record.hpp"
#include "actors/kernel_log/group_incidents.hpp"
#include "actors/kernel_log/log_clock.hpp"
#include "messages/event_facts.hpp"
#include "messages/match_incident.hpp"

#include <nlohmann/json.hpp>

#include <variant>

using namespace pmactor;
using namespace pmactor::fuzz;

namespace {

void check_facts(const std::optional<std::string>& facts) {
  must(facts.has_value(), "an incident has facts");
  const auto json = nlohmann::json::parse(*facts, nullptr, false);
  must(json.is_object(), "facts are an object of JSON");
  must(!head_of(*facts).title.empty(), "an incident has a title");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  input in{data, size};
  incident_groups groups;
  log_clock clock;
  const kernel_log_policy policy;
  auto now = std::chrono::nanoseconds{std::chrono::hours{1}};
  while (!in.empty()) {
    now += std::chrono::milliseconds{in.byte() * 8};
    const auto record = in.text(1 + in.byte() * 4u);
    const auto line = parse_kernel_record(record);
    const std::string text = line ? line->text : std::string{record};
    const auto at = clock.place(line ? line->at : now, now);
    must(at <= now, "nothing is logged after it was read");
    for (const auto source : {log_source::kernel, log_source::program})
      if (const auto is = match_incident(text, source)) {
        must(is->process.size() <= 64 && is->device.size() <= 256, "what a line names is short");
        groups.add({*is, {at, at, at}, text, "kernel"}, policy);
      }
    for (const auto& x : groups.look({now, now, now}, policy)) {
      if (const auto* event = std::get_if<pause_event>(&x.news))
        check_facts(event->facts);
      else
        check_facts(std::get<event_amendment>(x.news).facts);
    }
  }
  return 0;
}
