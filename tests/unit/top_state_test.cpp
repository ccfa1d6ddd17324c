#define CAF_SUITE top_state

#include "app/top/top_state.hpp"

#include <cstdlib>
#include <ctime>
#include <initializer_list>

#include "support/test.hpp"

using namespace pmactor;

namespace {

constexpr double now = 1'700'000'000;

struct fixture {
  top_state state;
  std::vector<top_event> events;
  top_surroundings around;

  fixture() {
    ::setenv("TZ", "UTC", 1);
    ::tzset();
    for (int i = 0; i < 3; ++i)
      events.push_back(
        {i + 1, "pause", now - 3000 + i * 1000, now - 2990 + i * 1000, false, "an event"});
    around.now = now;
    around.oldest = now - 30 * 86400;
    around.columns = 60;
    around.list_size = 20;
    around.list_rows = 6;
    around.events = &events;
  }
  void press(std::initializer_list<top_key> keys) {
    for (const auto x : keys)
      apply_input(state, {x, {}}, around);
  }
  void write(const char* keys) {
    for (; *keys != '\0'; ++keys)
      press({static_cast<top_key>(*keys)});
  }
  /// Whether the cursor is among the columns that are seen.
  bool sees_cursor() const {
    return !state.cursor
           || (*state.cursor <= state.right && *state.cursor > state.right - 60 * state.step());
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(tests, fixture)

CAF_TEST(an arrow leaves the present and the end brings it back) {
  press({top_key::left});
  CAF_CHECK_EQUAL(*state.cursor, now - 1);
  press({top_key::left, top_key::right, top_key::right});
  CAF_CHECK_EQUAL(*state.cursor, now);
  press({top_key::right});
  CAF_CHECK(!state.cursor);
  write("[[");
  CAF_CHECK_EQUAL(*state.cursor, now - 60);
  press({top_key::end});
  CAF_CHECK(!state.cursor);
}

CAF_TEST(the cursor is always seen) {
  for (const char* keys : {"[[[[[", "-[-[-[", "pppp", "+++", "]]", "n", "----------", "[[[[[[[[[[",
                           "++++++++++", "g30d\n"}) {
    write(keys);
    if (*keys == 'g')
      press({top_key::enter});
    CAF_CHECK(sees_cursor());
  }
}

CAF_TEST(the view goes neither behind the oldest sample nor beyond the present) {
  write("---------");
  for (int i = 0; i < 200; ++i)
    write("[");
  CAF_CHECK_EQUAL(*state.cursor, around.oldest);
  for (int i = 0; i < 300; ++i)
    write("]");
  CAF_CHECK(!state.cursor);
}

CAF_TEST(n and p go from event to event) {
  write("p");
  CAF_CHECK_EQUAL(*state.cursor, now - 1000);
  write("pp");
  CAF_CHECK_EQUAL(*state.cursor, now - 3000);
  write("p");
  CAF_CHECK_EQUAL(state.complaint, "no earlier event");
  CAF_CHECK_EQUAL(*state.cursor, now - 3000);
  write("n");
  CAF_CHECK_EQUAL(*state.cursor, now - 2000);
  CAF_CHECK_EQUAL(state.complaint, "");
}

CAF_TEST(events of one column have their turns and it is said that the cursor stays) {
  events = {{1, "stop", now - 3000, now - 2990, false, "a stop"},
            {2, "outage", now - 2999, now - 2990, false, "an outage"},
            {3, "critical", now - 2999, now - 2995, false, "critical stress"}};
  write("---"); // a column is a minute
  write("p");
  CAF_CHECK_EQUAL(state.chosen.value_or(0), 3);
  CAF_CHECK_EQUAL(state.complaint, "");
  write("p"); // it began at the same moment
  CAF_CHECK_EQUAL(state.chosen.value_or(0), 2);
  CAF_CHECK_EQUAL(state.complaint, "the cursor stays: event 2 began in the same 1 min; + parts them");
  CAF_CHECK_EQUAL(event_in_view(state, events, now)->id, 2);
  CAF_CHECK((place_in_column(events, events[1], 60) == std::pair<std::size_t, std::size_t>{2, 3}));
  press({top_key::enter});
  CAF_CHECK_EQUAL(state.opened.value_or(0), 2);
  write("q");
  press({top_key::left});
  CAF_CHECK(!state.chosen);
}

CAF_TEST(live the event in view is one that is not over) {
  CAF_CHECK(event_in_view(state, events, now) == nullptr);
  events.push_back({9, "stall", now - 5, 1e300, true, "a stall"});
  CAF_REQUIRE(event_in_view(state, events, now) != nullptr);
  CAF_CHECK_EQUAL(event_in_view(state, events, now)->id, 9);
}

CAF_TEST(a zoom that goes no further is said) {
  write("+");
  CAF_CHECK_EQUAL(state.complaint, "finest zoom: a column is 1 s");
  write("---------");
  CAF_CHECK_EQUAL(state.complaint, "");
  write("-");
  CAF_CHECK_EQUAL(state.complaint, "coarsest zoom: a column is 12 h");
}

CAF_TEST(the view is held still while time goes on) {
  write(" ");
  CAF_CHECK(state.is_held);
  around.now += 100;
  CAF_CHECK_EQUAL(moment_of(state, around.now), now);
  CAF_CHECK_EQUAL(last_column_of(state, around.now), static_cast<std::int64_t>(now));
  write(" ");
  CAF_CHECK(!state.cursor);
  CAF_CHECK(!state.is_held);
}

CAF_TEST(Enter opens the event at the cursor and closes it again) {
  press({top_key::enter});
  CAF_CHECK(!state.opened);
  CAF_CHECK(!state.complaint.empty());
  write("p");
  press({top_key::enter});
  CAF_CHECK_EQUAL(*state.opened, 3);
  around.opened_size = 100;
  press({top_key::page_down, top_key::down});
  CAF_CHECK_EQUAL(state.scrolled, 20u);
  press({top_key::end});
  CAF_CHECK_EQUAL(state.scrolled, 80u);
  write("p");
  CAF_CHECK_EQUAL(*state.opened, 2);
  CAF_CHECK_EQUAL(state.scrolled, 0u);
  write("q");
  CAF_CHECK(!state.opened);
  CAF_CHECK(!state.wants_end);
  write("q");
  CAF_CHECK(state.wants_end);
}

CAF_TEST(the selected event of the list is opened) {
  press({top_key::tab, top_key::tab});
  CAF_CHECK(state.list == top_list::events);
  around.selected_event = 2;
  press({top_key::enter});
  CAF_CHECK_EQUAL(*state.opened, 2);
}

CAF_TEST(what is typed filters at once and may hold any letter) {
  write("/q\xff");
  CAF_CHECK_EQUAL(state.filter, "q");
  press({static_cast<top_key>(0xe4)});
  CAF_CHECK_EQUAL(state.filter, "q\u00e4");
  press({top_key::backspace});
  CAF_CHECK_EQUAL(state.filter, "q");
  press({top_key::left}); // an arrow is no letter
  press({top_key::enter});
  CAF_CHECK_EQUAL(state.filter, "q");
  CAF_CHECK(!state.wants_end);
  press({top_key::escape});
  CAF_CHECK_EQUAL(state.filter, "");
}

CAF_TEST(one goes to a moment by typing it) {
  write("g2h");
  press({top_key::enter});
  CAF_CHECK_EQUAL(*state.cursor, now - 7200);
  CAF_CHECK(sees_cursor());
  write("gnonsense");
  press({top_key::enter});
  CAF_CHECK_EQUAL(*state.cursor, now - 7200);
  CAF_CHECK(!state.complaint.empty());
}

CAF_TEST(a move to before the history says where it begins) {
  write("g60d");
  press({top_key::enter});
  CAF_CHECK_EQUAL(*state.cursor, around.oldest);
  CAF_CHECK_EQUAL(state.complaint,
                  "2023-09-15 22:13:20 is before the history, which begins 2023-10-15 22:13:20");
  around.oldest = now - 60;
  write("g2h");
  press({top_key::enter});
  CAF_CHECK_EQUAL(state.complaint, "20:13:20 is before the history, which begins 22:12:20");
  CAF_CHECK_EQUAL(*state.cursor, now - 60);
  write("g30s");
  press({top_key::enter});
  CAF_CHECK_EQUAL(state.complaint, "");
}

CAF_TEST(a time of the day that is yet to come is said to be that of yesterday) {
  write("g22:30");
  press({top_key::enter});
  CAF_CHECK_EQUAL(*state.cursor, now + 1000 - 86'400);
  CAF_CHECK_EQUAL(state.complaint, "this is yesterday 22:30:00");
  around.oldest = now - 3600;
  write("g22:30");
  press({top_key::enter});
  CAF_CHECK_EQUAL(state.complaint, "yesterday 22:30:00 is before the history, which begins 21:13:20");
  write("g21:30");
  press({top_key::enter});
  CAF_CHECK_EQUAL(state.complaint, "");
}

CAF_TEST(what is said of an input goes once it was read) {
  write("+");
  expire_complaint(state, now);
  expire_complaint(state, now + 3);
  CAF_CHECK_EQUAL(state.complaint, "finest zoom: a column is 1 s");
  expire_complaint(state, now + 4);
  CAF_CHECK_EQUAL(state.complaint, "");
  write("+"); // it has its own time
  expire_complaint(state, now + 5);
  expire_complaint(state, now + 7);
  CAF_CHECK_EQUAL(state.complaint, "finest zoom: a column is 1 s");
}

CAF_TEST(Enter shows what is known of the selected process where there is no event) {
  around.selected_detail = "rsync";
  press({top_key::enter});
  CAF_CHECK_EQUAL(state.detail, "rsync");
  press({top_key::escape});
  CAF_CHECK_EQUAL(state.detail, "");
  CAF_CHECK(!state.wants_end);
  write("p");
  press({top_key::enter}); // the event at the cursor comes first
  CAF_CHECK_EQUAL(state.detail, "");
  CAF_CHECK_EQUAL(state.opened.value_or(0), 3);
  write("q");
  state.list = top_list::actors; // which are of the present
  press({top_key::enter});
  CAF_CHECK_EQUAL(state.detail, "rsync");
}

CAF_TEST(the selection stays within the list) {
  press({top_key::up});
  CAF_CHECK_EQUAL(state.selected, 0u);
  press({top_key::page_down, top_key::page_down, top_key::page_down, top_key::page_down});
  CAF_CHECK_EQUAL(state.selected, 19u);
  write("d");
  CAF_CHECK(state.order == top_order::disk);
  CAF_CHECK_EQUAL(state.selected, 0u);
}

CAF_TEST(a click sets the cursor) {
  apply_input(state, {top_key::none, 59}, around);
  CAF_CHECK(!state.cursor); // the column of the present goes on
  apply_input(state, {top_key::none, 49}, around);
  CAF_CHECK_EQUAL(static_cast<std::int64_t>(*state.cursor), static_cast<std::int64_t>(now) - 10);
  apply_input(state, {top_key::none, 600}, around);
  CAF_CHECK_EQUAL(static_cast<std::int64_t>(*state.cursor), static_cast<std::int64_t>(now) - 10);
}

CAF_TEST(no key breaks anything) {
  std::uint64_t random = 2026;
  for (int i = 0; i < 20000; ++i) {
    random = random * 6364136223846793005u + 1442695040888963407u;
    const auto code = static_cast<int>((random >> 33) % 0x110010);
    const auto key = i % 3 == 0 ? code : i % 3 == 1 ? code % 128 : 0x110000 + code % 14;
    apply_input(state, {static_cast<top_key>(key), {}}, around);
    CAF_REQUIRE(sees_cursor());
    around.now += 0.25;
    state.wants_end = false;
  }
}

CAF_TEST_FIXTURE_SCOPE_END()
