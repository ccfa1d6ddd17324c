#define CAF_SUITE witness_page

#include "actors/witness_keeper/witness_page.hpp"

#include "support/test.hpp"

#include <cstring>
#include <memory>
#include <random>
#include <vector>

using namespace pmactor;
using namespace std::chrono_literals;

namespace {

struct fixture {
  std::unique_ptr<witness_page> page = std::make_unique<witness_page>();
  witness_cursor cursor;
  char state = 'S';
  owned_slot slot = claim_slot(*page, stall_resource::disk, "sda", stall_sense::read);

  fixture() {
    page->mark = witness_page::magic;
  }
  witness_words read(std::chrono::nanoseconds now) {
    return read_witness_page(*page, cursor, now, 500ms, [this](std::int64_t) { return state; });
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(witness_page_tests, fixture)

CAF_TEST(what lasts is read at each look and what ended is read once) {
  slot->since_ns = std::chrono::nanoseconds{9s}.count();
  CAF_REQUIRE_EQUAL(read(10s).felt.size(), 1u);
  const auto again = read(10s).felt;
  CAF_REQUIRE_EQUAL(again.size(), 1u);
  const felt_stretch expected{stall_resource::disk, "sda", stall_sense::read, 9s, std::nullopt, 0ns};
  CAF_CHECK_EQUAL(again[0], expected);
  slot->since_ns = 0;
  note_stretch(*slot, 9s, 10500ms, 50ms);
  CAF_CHECK_EQUAL(read(11s).felt.size(), 1u);
  CAF_CHECK(read(11s).felt.empty());
}

CAF_TEST(short stretches are left out) {
  note_stretch(*slot, 9s, 9400ms, 0ns);
  slot->since_ns = std::chrono::nanoseconds{9900ms}.count();
  CAF_CHECK(read(10s).felt.empty());
}

CAF_TEST(stretches that fell off are counted) {
  for (int i = 0; i < 20; ++i)
    note_stretch(*slot, 1s, 2s, 0ns);
  const auto words = read(10s);
  CAF_CHECK_EQUAL(words.felt.size(), witness_slot::remembered);
  CAF_CHECK_EQUAL(words.missed, 20u - witness_slot::remembered);
}

CAF_TEST(what is caught in flight for a moment is no stretch however uncertain its begin) {
  slot->uncertainty_ns = std::chrono::nanoseconds{500ms}.count();
  slot->since_ns = std::chrono::nanoseconds{9400ms}.count();
  CAF_CHECK(read(10s).felt.empty()); // it was asked at 9.9 s
  CAF_CHECK_EQUAL(read(10600ms).felt.size(), 1u);
}

CAF_TEST(a thread that was ready to run and did not felt the CPUs) {
  note_stretch(*slot, 3s, 5s, 0ns, true);
  slot->since_ns = std::chrono::nanoseconds{8s}.count();
  slot->thread = 17;
  state = 'R';
  const auto felt = read(10s).felt;
  CAF_REQUIRE_EQUAL(felt.size(), 2u);
  for (const auto& x : felt) {
    CAF_CHECK(x.resource == stall_resource::cpu);
    CAF_CHECK(x.sense == stall_sense::work);
    CAF_CHECK(x.name.empty());
  }
}

CAF_TEST(a start that took long as its process waited for a CPU felt the CPUs) {
  slot = claim_slot(*page, stall_resource::program, "", stall_sense::spawn);
  note_stretch(*slot, 3s, 5s, 0ns, true);
  note_stretch(*slot, 5s, 5500ms, 0ns, true); // a busy machine does that
  note_stretch(*slot, 6s, 6500ms, 0ns);
  slot->since_ns = std::chrono::nanoseconds{8s}.count();
  slot->thread = 17;
  state = 'R';
  const auto early = read(8500ms);
  CAF_REQUIRE(early.rising.has_value());
  CAF_CHECK_EQUAL(early.rising->began, 8s);
  CAF_CHECK_EQUAL(early.rising->certain, 8s + least_start_wait);
  CAF_REQUIRE_EQUAL(early.felt.size(), 2u);
  CAF_CHECK(early.felt[0].resource == stall_resource::cpu);
  CAF_CHECK(early.felt[1].resource == stall_resource::program); // it waited for something else
  const auto felt = read(10s).felt;
  CAF_REQUIRE_EQUAL(felt.size(), 1u);
  CAF_CHECK(felt[0].resource == stall_resource::cpu);
  CAF_CHECK(felt[0].sense == stall_sense::spawn);
}

CAF_TEST(what a thread that is stopped or traced seems to wait for says nothing) {
  slot->since_ns = std::chrono::nanoseconds{8s}.count();
  slot->thread = 17;
  for (const char held : {'T', 't'}) {
    state = held;
    CAF_CHECK(read(10s).felt.empty());
  }
}

CAF_TEST(a page that is not filled in says nothing) {
  page->mark = 0;
  slot->since_ns = 1;
  CAF_CHECK(!read(10s).is_alive);
}

CAF_TEST(a slot that was given back is taken again and its words are not those of the one before) {
  std::vector<owned_slot> all;
  while (auto next = claim_slot(*page, stall_resource::disk, "x", stall_sense::read))
    all.push_back(std::move(next));
  CAF_CHECK_EQUAL(all.size(), witness_page::max_slots - 1);
  note_stretch(*slot, 1s, 3s, 0ns);
  CAF_CHECK_EQUAL(read(10s).felt.size(), 1u);
  note_stretch(*slot, 4s, 6s, 0ns);
  slot->since_ns = std::chrono::nanoseconds{8s}.count();
  slot.reset();
  CAF_CHECK_EQUAL(read(10s).felt.size(), 1u); // the last one that ended, and none that lasts
  slot = claim_slot(*page, stall_resource::mount, "/mnt", stall_sense::statfs);
  CAF_REQUIRE(slot != nullptr);
  CAF_CHECK(read(10s).felt.empty());
  note_stretch(*slot, 7s, 9s, 0ns);
  const auto felt = read(10s).felt;
  CAF_REQUIRE_EQUAL(felt.size(), 1u);
  CAF_CHECK_EQUAL(felt[0].name, "/mnt");
}

CAF_TEST(a slot that is being filled in says nothing) {
  note_stretch(*slot, 1s, 3s, 0ns);
  ++slot->tenure;
  CAF_CHECK(read(10s).felt.empty());
}

CAF_TEST(slow acts before a stretch lead up to it) {
  note_stretch(*slot, 8s, 9s, 100ms, true, 7s);
  const auto words = read(10s);
  CAF_REQUIRE_EQUAL(words.leads.size(), 1u);
  const stall_lead expected{stall_resource::cpu, 7s, 8s, 100ms};
  CAF_CHECK(words.leads[0] == expected);
}

CAF_TEST(what was slow for long before leads up to nothing) {
  note_stretch(*slot, 8s, 9s, 100ms, true, 5s);
  note_stretch(*slot, 8s, 9s, 100ms, true, 8500ms);
  note_stretch(*slot, 8s, 9s, 100ms, false, 7s); // nor does a disk that is slow now and then
  CAF_CHECK(read(10s).leads.empty());
}

CAF_TEST(what is at something since just now is known to be) {
  CAF_CHECK(!read(10s).rising);
  slot->since_ns = std::chrono::nanoseconds{9900ms}.count();
  const auto words = read(10s);
  CAF_CHECK(words.felt.empty());
  CAF_REQUIRE(words.rising.has_value());
  CAF_CHECK_EQUAL(words.rising->began, 9900ms);
}

CAF_TEST(what is not dated well may have begun earlier and counts later) {
  slot->uncertainty_ns = std::chrono::nanoseconds{300ms}.count();
  slot->since_ns = std::chrono::nanoseconds{9500ms}.count();
  const auto words = read(10s);
  CAF_CHECK(words.felt.empty());
  CAF_REQUIRE(words.rising.has_value());
  CAF_CHECK_EQUAL(words.rising->began, 9200ms);
  CAF_CHECK_EQUAL(read(words.rising->certain).felt.size(), 1u);
  CAF_CHECK(read(words.rising->certain - 1ms).felt.empty());
}

CAF_TEST(how late each operation was is read once however short it was) {
  note_act(*slot, 3ms);
  note_act(*slot, 1ms);
  auto words = read(10s);
  CAF_CHECK_EQUAL(words.late[late_part::disk].value_or(-1), static_cast<double>(0.003F));
  CAF_CHECK(!words.late[late_part::cpu]);
  CAF_CHECK(!read(11s).late[late_part::disk]);
  for (int i = 0; i < 20; ++i) // the last ones are remembered
    note_act(*slot, std::chrono::milliseconds{20 - i});
  CAF_CHECK_EQUAL(read(12s).late[late_part::disk].value_or(-1), static_cast<double>(0.004F));
}

CAF_TEST(what waited for a CPU is the lateness of the CPUs) {
  note_act(*slot, 40ms, true);
  const auto words = read(10s);
  CAF_CHECK_EQUAL(words.late[late_part::cpu].value_or(-1), static_cast<double>(0.04F));
  CAF_CHECK(!words.late[late_part::disk]);
}

CAF_TEST(what is not done yet is late by what is certain of it) {
  slot->uncertainty_ns = std::chrono::nanoseconds{500ms}.count();
  slot->since_ns = std::chrono::nanoseconds{8s}.count();
  CAF_CHECK_EQUAL(read(10s).in_hand[late_part::disk].value_or(-1), 1.5);
  slot->thread = 17;
  state = 'T'; // stopped: it says nothing
  CAF_CHECK(!read(11s).in_hand[late_part::disk]);
}

CAF_TEST(times that cannot be give nothing) {
  note_stretch(*slot, 12s, 13s, 0ns); // ahead of now
  note_stretch(*slot, 5s, 3s, 0ns);   // ends before it begins
  note_stretch(*slot, -5s, 3s, 0ns);
  note_stretch(*slot, 1s, 3s, -1s);
  slot->since_ns = std::chrono::nanoseconds{11s}.count();
  CAF_CHECK(read(10s).felt.empty());
}

CAF_TEST(garbage is read without harm) {
  std::mt19937_64 random{7};
  for (int round = 0; round < 200; ++round) {
    auto* bytes = reinterpret_cast<unsigned char*>(page.get());
    for (std::size_t i = 0; i < sizeof(witness_page); i += 8) {
      const auto word = random() % 3 == 0 ? random() % 64 : random();
      std::memcpy(bytes + i, &word, 8);
    }
    page->mark = witness_page::magic;
    for (const auto& x : read(1000s).felt) {
      CAF_CHECK(x.began <= x.ended.value_or(1000s));
      CAF_CHECK(x.name.size() <= 64);
    }
  }
}

CAF_TEST_FIXTURE_SCOPE_END()
