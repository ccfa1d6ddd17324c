// A ring of any bytes: read, and what it says judged and worded. Records with a right checksum and
// any content are made of the input as well, as a checksum keeps a fuzzer out.
#include "fuzz/fuzz.hpp"

#include "actors/black_box/compose_outage.hpp"
#include "actors/black_box/describe_last_minute.hpp"
#include "actors/black_box/drive_list.hpp"
#include "actors/black_box/read_mac_traces.hpp"
#include "actors/black_box/read_ring.hpp"
#include "actors/black_box/read_traces.hpp"

#include <nlohmann/json.hpp>

using namespace pmactor;
using namespace pmactor::fuzz;

namespace {

box_record record_of(input& in) {
  box_record x;
  x.sequence = in.number() | 1;
  x.run.boot_id = in.text(8);
  x.at = {std::chrono::nanoseconds{static_cast<std::int64_t>(in.number() >> 2)},
          std::chrono::nanoseconds{static_cast<std::int64_t>(in.number() >> 2)},
          std::chrono::nanoseconds{static_cast<std::int64_t>(in.number() >> 2)}};
  x.seconds.resize(in.byte() % 30);
  x.stalls.push_back({static_cast<stall_resource>(in.byte() % stall_resources),
                      std::string{in.text(100)},
                      std::chrono::nanoseconds{static_cast<std::int64_t>(in.number() >> 2)}});
  x.processes.resize(in.byte() % 8);
  for (auto& p : x.processes)
    p.name = in.text(80);
  if (in.byte() % 2 == 0)
    x.end = box_end{in.byte() % 2 == 0, std::string{in.text(300)}, box_course::unknown};
  return x;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  const auto ring = read_ring(bytes);
  for (std::size_t i = 1; i < ring.records.size(); ++i)
    must(ring.records[i - 1].sequence < ring.records[i].sequence, "records are in order");
  find_kernel_death(bytes, "f");
  read_journal_end(bytes);
  find_service_result(bytes);
  parse_nvme_health(bytes, "d");
  parse_ata_attributes(bytes, "d");
  parse_drive_list(bytes, "b");
  parse_drive_list("boot b\n" + std::string{bytes}, "b");
  find_panic_reason("panic(cpu " + std::string{bytes});
  find_shutdown_cause(bytes);
  input in{data, size};
  const auto made = record_of(in);
  const auto slot = encode_record(made);
  must(slot.size() == box_slot_bytes, "a record fills its slot");
  const auto back = decode_record(slot);
  must(back.has_value() && back->sequence == made.sequence, "what was encoded is decoded");
  start_traces now;
  now.run.boot_id = in.text(8);
  now.now.wall = std::chrono::nanoseconds{static_cast<std::int64_t>(in.number() >> 2)};
  const std::vector<box_record> records{*back};
  const auto event = compose_outage(decide_outage(*back, now), records, now, {});
  must(event.event.ended >= event.event.started, "an outage does not end before it begins");
  must(nlohmann::json::accept(*event.event.facts), "the facts are JSON");
  return 0;
}
