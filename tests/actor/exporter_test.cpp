#define CAF_SUITE exporter

#include "actors/exporter/exporter.hpp"

#include "support/actor_fixture.hpp"

using namespace pmactor;

namespace {


memory_sink_actor::behavior_type keeper(memory_sink_actor::pointer, std::vector<remember>* kept) {
  return {[kept](const remember& x) { kept->push_back(x); }};
}

/// What the carrier was asked, and the road back.
struct carrier_script {
  int opened = 0, closed = 0, woken = 0;
  exporter_policy policy;
  std::function<void(const export_report&)> report;
  bool has_work = true;
};

class scripted_carrier final : public export_carrier {
public:
  explicit scripted_carrier(carrier_script& script) : script_(script) {
    ++script_.opened;
  }
  ~scripted_carrier() override {
    ++script_.closed;
  }
  void wake() override {
    ++script_.woken;
  }

private:
  carrier_script& script_;
};

struct fixture : actor_fixture {
  carrier_script script;
  std::vector<remember> kept;
  std::unique_ptr<health_page> page = std::make_unique<health_page>();
  std::shared_ptr<exporter_memory> memory = std::make_shared<exporter_memory>();
  exporter_actor aut;

  fixture() {
    start();
  }
  ~fixture() override {
    finish();
  }
  void start() {
    aut = spawn(exporter, actor_slot_ref{&page->slots[0], 0, 0, {}, &page->supplements[0]}, exporter_policy{}, memory,
                [this](const exporter_policy& policy, std::function<void(const export_report&)> report)
                  -> std::unique_ptr<export_carrier> {
                  script.policy = policy;
                  script.report = std::move(report);
                  if (!script.has_work)
                    return nullptr;
                  return std::make_unique<scripted_carrier>(script);
                });
    consume_messages();
  }
  void link() {
    caf::anon_send(aut, link_to{"storage-writer"}, spawn(keeper, &kept));
    consume_messages();
  }
  void report(const export_report& x) {
    script.report(x);
    consume_messages();
  }
  std::string note() {
    return page->slots[0].note.read();
  }
  std::string degraded() {
    return page->slots[0].degraded.read();
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(exporter_tests, fixture)

CAF_TEST(the carrier is woken when events are stored) {
  caf::anon_send(aut, events_stored{});
  consume_messages();
  CAF_CHECK_EQUAL(script.woken, 1);
}

CAF_TEST(how far a target has come is kept once it has changed) {
  link();
  report({"otlp", "12", "12 events sent", "", 0});
  report({"otlp", "12", "12 events sent", "", 0});
  report({"textfile", "", "written", "", 0});
  CAF_REQUIRE_EQUAL(kept.size(), 1u);
  CAF_CHECK_EQUAL(kept[0].key, "export-cursor-otlp");
  CAF_CHECK_EQUAL(kept[0].value, "12");
}

CAF_TEST(what could not be stored yet is kept over a restart) {
  report({"otlp", "12", "", "", 0});
  kill(aut);
  start();
  link();
  CAF_CHECK_EQUAL(kept.size(), 1u);
}

CAF_TEST(trouble with one target is shown until it is over) {
  report({"otlp", "", "0 events sent", "Events wait.", 3});
  report({"textfile", "", "written to x", "", 0});
  CAF_CHECK_EQUAL(degraded(), "Events wait.");
  CAF_CHECK_EQUAL(page->slots[0].errors.load(), 3u);
  CAF_CHECK_EQUAL(note(), "otlp: 0 events sent; textfile: written to x");
  report({"otlp", "", "1 event sent", "", 0});
  CAF_CHECK_EQUAL(degraded(), "");
}

CAF_TEST(of what is degraded the setting is named as long as it is) {
  const auto& setting = page->supplements[0].degraded_setting;
  report({"otlp", "", "", "Events wait.", 0});
  CAF_CHECK_EQUAL(setting.read(), "");
  report({"textfile", "", "", "Cannot write.", 1, textfile_setting});
  CAF_CHECK_EQUAL(setting.read(), "metrics.textfile");
  report({"textfile", "", "written", "", 0});
  CAF_CHECK_EQUAL(setting.read(), "");
  CAF_CHECK_EQUAL(degraded(), "Events wait.");
  report({"textfile", "", "", "Cannot write.", 1, textfile_setting});
  kill(aut);
  start(); // its successor knows of no trouble yet
  CAF_CHECK_EQUAL(setting.read(), "");
}

CAF_TEST(an actor that has ended receives no report) {
  auto late = script.report;
  kill(aut);
  late({"otlp", "", "", "", 0});
  CAF_CHECK_EQUAL(script.closed, 1);
}

CAF_TEST(with nothing to carry there is no timer and no carrier) {
  kill(aut);
  script.has_work = false;
  const auto opened = script.opened;
  start();
  CAF_CHECK_EQUAL(note(), "nothing is exported");
  caf::anon_send(aut, events_stored{});
  consume_messages();
  CAF_CHECK_EQUAL(script.opened, opened);
  CAF_CHECK(!sched.clock().trigger_timeout());
}

CAF_TEST_FIXTURE_SCOPE_END()
