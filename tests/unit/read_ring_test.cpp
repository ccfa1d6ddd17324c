#define CAF_SUITE read_ring

#include "actors/black_box/read_ring.hpp"

#include "support/box_records.hpp"
#include "support/test.hpp"

#include <random>

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

/// A ring as a file holds it.
struct ring {
  std::string bytes = std::string(box_bytes, '\0');
  void put(const box_record& x) {
    bytes.replace(place_of(x.sequence), box_slot_bytes, encode_record(x));
  }
};

box_record with_length(std::uint64_t sequence, std::size_t processes) {
  auto x = full_record(sequence, 100s + sequence * 1s);
  x.processes.assign(processes, x.processes.front());
  return x;
}

} // namespace

CAF_TEST(what was encoded is decoded as it was) {
  auto x = full_record(12, 500s);
  x.end = box_end{true, "gave up", box_course::restarts, true};
  const box_debt debt{{99},
                      1s,
                      3s,
                      2s,
                      1s,
                      confidence::medium,
                      {"the power was lost", "no marker"},
                      R"({"cause":"power_loss"})"};
  x.debts = {debt, debt};
  x.debts[1].id.value = 98;
  x.kernel_lines = {"eth0: link down", "sda: I/O error"};
  const auto slot = encode_record(x);
  CAF_CHECK_EQUAL(slot.size(), box_slot_bytes);
  const auto found = decode_record(slot);
  CAF_REQUIRE(found.has_value());
  CAF_CHECK(*found == x);
}

CAF_TEST(what does not fit is left out and the newest seconds and the debt stay) {
  auto x = full_record(5, 500s);
  x.seconds.clear();
  for (int i = 0; i < 24; ++i)
    x.seconds.push_back(box_second_at(400s + i * 1s));
  x.processes.assign(60, x.processes.front());
  x.kernel_lines.assign(40, std::string(300, 'k'));
  const box_debt debt{{99},
                      1s,
                      3s,
                      2s,
                      1s,
                      confidence::low,
                      std::vector<std::string>(3, std::string(500, 'e')),
                      std::string(2000, 'f')};
  x.debts = {debt, debt};
  const auto found = decode_record(encode_record(x));
  CAF_REQUIRE(found.has_value());
  CAF_REQUIRE_EQUAL(found->debts.size(), 1u);
  CAF_CHECK_EQUAL(found->debts[0].facts, debt.facts);
  CAF_REQUIRE(found->seconds.size() >= 6);
  CAF_CHECK(found->seconds.back() == x.seconds.back());
  CAF_CHECK(found->seconds.front().awake > x.seconds.front().awake);
  CAF_CHECK(found->run == x.run);
}

CAF_TEST(an empty file and noise hold no records) {
  CAF_CHECK(read_ring("").records.empty());
  CAF_CHECK_EQUAL(read_ring(std::string(box_bytes, '\0')).torn, 0u);
  std::minstd_rand random{7};
  std::string noise(box_bytes + 100, '\0');
  for (auto& c : noise)
    c = static_cast<char>(random());
  const auto found = read_ring(noise);
  CAF_CHECK(found.records.empty());
  CAF_CHECK_EQUAL(found.torn, box_slots);
}

CAF_TEST(the records of the newest run are found in order and older runs are not ) {
  ring x;
  for (std::uint64_t i = 1; i <= 300; ++i) {
    auto record = full_record(i, 100s + i * 1s);
    if (i < 200)
      record.run.pid = 1;
    x.put(record);
  }
  const auto found = read_ring(x.bytes);
  CAF_CHECK_EQUAL(found.newest, 300u);
  CAF_REQUIRE_EQUAL(found.records.size(), 101u);
  CAF_CHECK_EQUAL(found.records.front().sequence, 200u);
  CAF_CHECK_EQUAL(found.records.back().sequence, 300u);
}

CAF_TEST(a record in a place that is not its own is not believed) {
  ring x;
  x.put(full_record(4, 100s));
  x.bytes.replace(place_of(9), box_slot_bytes, encode_record(full_record(7, 200s)));
  const auto found = read_ring(x.bytes);
  CAF_CHECK_EQUAL(found.newest, 4u);
  CAF_CHECK_EQUAL(found.torn, 1u);
}

CAF_TEST(a crash at any byte of a write loses at most the newest record and none that is wrong is
           believed) {
  // At each of the 4096 bytes of a slot, forwards and backwards, over a slot with an older record
  // and an empty one.
  ring before;
  for (std::uint64_t i = 1; i <= 300; ++i)
    before.put(with_length(i, i % 7));
  const auto next = with_length(301, 5);
  const auto slot = encode_record(next);
  const auto at = place_of(301);
  std::size_t crashes = 0, lost = 0;
  for (const bool blank : {false, true})
    for (const bool backwards : {false, true})
      for (std::size_t written = 0; written <= box_slot_bytes; ++written) {
        auto bytes = before.bytes.substr(at, box_slot_bytes);
        if (blank)
          bytes.assign(box_slot_bytes, '\0');
        const auto from = backwards ? box_slot_bytes - written : 0;
        bytes.replace(from, written, slot.substr(from, written));
        ++crashes;
        const auto found = decode_record(bytes);
        const bool is_new = found && *found == next;
        const bool is_old =
          found && !blank && *found == with_length(301 - box_slots, (301 - box_slots) % 7);
        CAF_REQUIRE(!found || is_new || is_old);
        lost += is_new ? 0 : 1;
        if (written == box_slot_bytes)
          CAF_CHECK(is_new);
      }
  CAF_CHECK(crashes > 16'000u);
  CAF_CHECK(lost > 0u);
  // All others stay what they were.
  auto torn = before.bytes;
  torn.replace(at, 300, slot.substr(0, 300));
  const auto found = read_ring(torn);
  CAF_CHECK_EQUAL(found.newest, 300u);
  CAF_CHECK_EQUAL(found.records.size(), box_slots - 1);
}

CAF_TEST(sectors that are written in any order are recognised) {
  std::minstd_rand random{11};
  const auto old_slot = encode_record(with_length(301 - box_slots, 2)),
             new_slot = encode_record(with_length(301, 5));
  for (int i = 0; i < 10'000; ++i) {
    auto bytes = old_slot;
    for (std::size_t sector = 0; sector < box_slot_bytes; sector += 512)
      if (random() % 2 == 0)
        bytes.replace(sector, 512, new_slot.substr(sector, 512));
    const auto found = decode_record(bytes);
    CAF_REQUIRE(!found
                || bytes.substr(0, new_slot.find_last_not_of('\0') + 1)
                     == new_slot.substr(0, new_slot.find_last_not_of('\0') + 1)
                || *found == with_length(301 - box_slots, 2));
  }
}

CAF_TEST(a single bit that differs is recognised at every byte that says something) {
  const auto slot = encode_record(full_record(3, 100s));
  const auto said = slot.find_last_not_of('\0') + 1;
  for (std::size_t i = 0; i < said; ++i) {
    auto bytes = slot;
    bytes[i] = static_cast<char>(bytes[i] ^ (1 << (i % 8)));
    CAF_REQUIRE(!decode_record(bytes));
  }
}

CAF_TEST(the newest record of a run is found in a copy that begins anywhere) {
  std::string copy = "garbage";
  for (std::uint64_t i = 1; i <= 5; ++i)
    copy += encode_record(full_record(i, 100s + i * 1s));
  auto other = full_record(9, 900s);
  other.run.pid = 3;
  copy += encode_record(other);
  const auto run = full_record(1, 1s).run;
  const auto found = find_record(std::string_view{copy}.substr(2000), run);
  CAF_REQUIRE(found.has_value());
  CAF_CHECK_EQUAL(found->sequence, 5u);
  CAF_CHECK(!find_record("pmbox\x01\r\n", run));
}
