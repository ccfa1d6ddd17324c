// The DELIVERY with real programs: stand-ins for notify-send and for a user's command that hang, fail, flood,
// leave others behind, or do not listen.
#define CAF_SUITE delivery_thread

#include "actors/notifier/delivery_thread.hpp"
#include "actors/notifier/test_message.hpp"

#include "support/daemon.hpp"
#include "support/hostile_names.hpp"

#include <condition_variable>
#include <csignal>
#include <fstream>
#include <iterator>
#include <mutex>
#include <nlohmann/json.hpp>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "support/test.hpp"

using namespace pmactor;
using namespace std::chrono_literals;
using outcome = sink_result::outcome;

namespace {

std::string content(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

struct fixture {
  temporary_folder folder;
  delivery_policy policy;
  desktop_places places;
  std::vector<sink_result> results;
  cancellation cancel;

  fixture() {
    policy.desktop = false;
    policy.command_timeout = 300ms;
    places.run_user = folder.path / "run-user";
    places.path = folder.path.string();
    // The stand-ins of other users' programs lie here.
    std::filesystem::permissions(folder.path, std::filesystem::perms{0755});
  }

  std::string script(const std::string& name, const std::string& text) {
    const auto file = folder.path / name;
    std::ofstream{file} << "#!/bin/bash\n" << text << '\n';
    ::chmod(file.c_str(), 0755);
    return file.string();
  }

  sink_result run(const std::string& text, const notice_message& x = test_message(notice_kind::pause)) {
    policy.command = {script("command", text)};
    results.clear();
    carry_out(x, policy, places, cancel, [this](const sink_result& r) { results.push_back(r); });
    return results.empty() ? sink_result{} : results.front();
  }

  std::string path(const std::string& name) {
    return (folder.path / name).string();
  }

  /// @returns whether the process that left its number in this file is gone.
  bool is_gone(const std::string& name) {
    const auto pid = std::atoi(content(folder.path / name).c_str());
    return pid > 0 && soon([pid] { return ::kill(pid, 0) != 0; });
  }
};

/// A socket that belongs to this user, where a session bus would be.
void make_bus(const std::filesystem::path& folder, unsigned user) {
  std::filesystem::create_directories(folder);
  const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const auto name = (folder / "bus").string();
  name.copy(address.sun_path, sizeof address.sun_path - 1);
  if (::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
    throw std::runtime_error("cannot make a socket");
  ::close(fd);
  (void)!::lchown(name.c_str(), user, user);
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(delivery_thread_tests, fixture)

CAF_TEST(a command has the facts as variables and as JSON) {
  const auto result = run("cat > " + path("json") + "; printf %s \"$PMACTOR_MESSAGE\" > " + path("message"));
  CAF_CHECK_EQUAL(result.what, outcome::delivered);
  CAF_CHECK_EQUAL(content(folder.path / "message"),
                  "Test: Froze 12.3 s, stalled on I/O; suspect: rsync, 298 MB/s");
  CAF_CHECK_EQUAL(nlohmann::json::parse(content(folder.path / "json"))["suspect"].get<std::string>(), "rsync");
}

CAF_TEST(a command that hangs is ended with all that it started) {
  const auto result = run("sleep 1000 & echo $! > " + path("child") + "; echo waiting; wait");
  CAF_CHECK_EQUAL(result.what, outcome::failed);
  CAF_CHECK(result.says.find("took too long and was ended") != std::string::npos);
  CAF_CHECK(result.says.find("waiting") != std::string::npos);
  CAF_CHECK(is_gone("child"));
}

CAF_TEST(a command that ignores SIGTERM is ended by force) {
  const auto result = run("trap '' TERM; echo $$ > " + path("self") + "; while :; do sleep 0.05; done");
  CAF_CHECK_EQUAL(result.what, outcome::failed);
  CAF_CHECK(is_gone("self"));
}

CAF_TEST(a command that is stopped is ended as well) {
  const auto result = run("echo $$ > " + path("self") + "; kill -STOP $$");
  CAF_CHECK_EQUAL(result.what, outcome::failed);
  CAF_CHECK(is_gone("self"));
}

CAF_TEST(a command that floods neither fills the memory nor hides its end) {
  const auto result = run("while :; do echo flood flood flood flood flood flood flood flood flood; done");
  CAF_CHECK_EQUAL(result.what, outcome::failed);
  CAF_CHECK_LESS(result.says.size(), 700u);
}

CAF_TEST(a command that fails says why) {
  const auto result = run("echo 'no network' >&2; exit 3");
  CAF_CHECK_EQUAL(result.what, outcome::failed);
  CAF_CHECK(result.says.find("ended with exit code 3: no network") != std::string::npos);
  CAF_CHECK(run("kill -SEGV $$").says.find("signal 11") != std::string::npos);
}

CAF_TEST(a command that leaves processes behind is done and they are ended) {
  const auto result = run("sleep 1000 & echo $! > " + path("child") + "; exit 0");
  CAF_CHECK_EQUAL(result.what, outcome::delivered);
  CAF_CHECK(is_gone("child"));
}

CAF_TEST(a command that reads nothing is done) {
  CAF_CHECK_EQUAL(run("exec <&-; exit 0").what, outcome::delivered);
}

CAF_TEST(a command that is not there is reported) {
  policy.command = {"no-such-program-as-this"};
  carry_out(test_message(notice_kind::pause), policy, places, cancel,
            [this](const sink_result& r) { results.push_back(r); });
  CAF_REQUIRE_EQUAL(results.size(), 1u);
  CAF_CHECK_EQUAL(results[0].what, outcome::failed);
  CAF_CHECK(results[0].says.find("notifications.command") != std::string::npos);
  policy.command = {script("broken", "")};
  std::ofstream{folder.path / "broken"} << "#!/no/such/interpreter\n";
  carry_out(test_message(notice_kind::pause), policy, places, cancel,
            [this](const sink_result& r) { results.push_back(r); });
  CAF_CHECK(results.back().says.find("could not be started") != std::string::npos);
}

CAF_TEST(hostile names reach a command as they are and do nothing) {
  for (const auto& name : hostile_names()) {
    notice x;
    x.pauses = 1;
    event_record longest;
    longest.event.duration = 3s;
    longest.culprits = {{1, std::nullopt, name, name}};
    x.longest = longest;
    const auto message = compose_notice(x);
    const auto result = run("printf %s \"$PMACTOR_BODY\" > " + path("body") + "; cat > " + path("json"), message);
    CAF_CHECK_EQUAL(result.what, outcome::delivered);
    CAF_CHECK_EQUAL(content(folder.path / "body"), message.body);
    CAF_CHECK(nlohmann::json::accept(content(folder.path / "json")));
  }
  CAF_CHECK(!std::filesystem::exists("/tmp/pmactor-was-here"));
}

CAF_TEST(each user at a desktop is reported as that user) {
  policy.desktop = true;
  policy.command.clear();
  const auto said = path("said");
  std::ofstream{said};
  ::chmod(said.c_str(), 0666);
  script("notify-send", "{ id -u; echo \"$DBUS_SESSION_BUS_ADDRESS\"; printf '%s\\n' \"$@\"; } >> " + said);
  const bool is_root = ::geteuid() == 0;
  const auto user = is_root ? 65534u : ::geteuid();
  const auto home = places.run_user / std::to_string(user);
  make_bus(home, user);
  make_bus(places.run_user / "12345", user);      // not theirs: no message is shown
  std::filesystem::create_directories(places.run_user / "4711"); // without a bus
  ::unsetenv("DBUS_SESSION_BUS_ADDRESS");
  carry_out(test_message(notice_kind::pause), policy, places, cancel,
            [this](const sink_result& r) { results.push_back(r); });
  CAF_REQUIRE_EQUAL(results.size(), 1u);
  CAF_CHECK_EQUAL(results[0].what, outcome::delivered);
  const auto text = content(said);
  CAF_CHECK_EQUAL(text.substr(0, text.find("--app-name")),
                  std::to_string(user) + "\nunix:path=" + home.string() + "/bus\n");
  CAF_CHECK(text.find("\n--\nTest: Froze 12.3 s, stalled on I/O\n") != std::string::npos);
}

CAF_TEST(a desktop that is not there is no failure and a missing program is reported with its remedy) {
  policy.desktop = true;
  policy.command.clear();
  carry_out({}, policy, places, cancel, [this](const sink_result& r) { results.push_back(r); });
  CAF_REQUIRE_EQUAL(results.size(), 1u);
  CAF_CHECK_EQUAL(results[0].what, outcome::unavailable);
  CAF_CHECK(results[0].is_remedied);
  CAF_CHECK(results[0].says.find("libnotify-bin") != std::string::npos);
  script("notify-send", "exit 1");
  ::unsetenv("DBUS_SESSION_BUS_ADDRESS");
  carry_out({}, policy, places, cancel, [this](const sink_result& r) { results.push_back(r); });
  CAF_CHECK_EQUAL(results.back().what, outcome::unavailable);
  CAF_CHECK(!results.back().is_remedied);
}

CAF_TEST(what ended the machine is shown to the user who logs in later and once) {
  policy.desktop = true;
  policy.command.clear();
  places.look_again = 100ms;
  const auto said = path("said");
  std::ofstream{said};
  ::chmod(said.c_str(), 0666);
  script("notify-send", "echo shown >> " + said);
  ::unsetenv("DBUS_SESSION_BUS_ADDRESS");
  const auto user = ::geteuid() == 0 ? 65534u : ::geteuid();
  auto delivery = start_delivery_thread(policy, places);
  delivery->deliver(test_message(notice_kind::outage));
  delivery->deliver(test_message(notice_kind::pause)); // of no use later
  std::this_thread::sleep_for(300ms);
  CAF_CHECK_EQUAL(content(said), "");
  make_bus(places.run_user / std::to_string(user), user);
  CAF_CHECK(soon([&] { return content(said) == "shown\n"; }));
  std::this_thread::sleep_for(500ms);
  CAF_CHECK_EQUAL(content(said), "shown\n");
}

CAF_TEST(a delivery never makes its caller wait and says what it lost) {
  policy.command = {script("command", "echo $$ > " + path("self") + "; sleep 1000")};
  policy.command_timeout = 1000s;
  policy.most_waiting = 3;
  std::mutex mutex;
  std::vector<sink_result> received;
  auto delivery = start_delivery_thread(policy, places);
  delivery->listen([&](const sink_result& x) {
    std::lock_guard guard{mutex};
    received.push_back(x);
  });
  auto message = test_message(notice_kind::pause);
  delivery->deliver(message);
  CAF_REQUIRE(soon([this] { return !content(folder.path / "self").empty(); }));
  const auto began = std::chrono::steady_clock::now();
  for (std::uint64_t i = 1; i <= 10; ++i) {
    message.number = i;
    delivery->deliver(message);
  }
  CAF_CHECK(std::chrono::steady_clock::now() - began < 1s);
  {
    std::lock_guard guard{mutex};
    CAF_REQUIRE_EQUAL(received.size(), 7u);
    CAF_CHECK_EQUAL(received[0].what, outcome::lost);
    CAF_CHECK_EQUAL(received[0].number, 1u);
  }
  const auto ends = std::chrono::steady_clock::now();
  delivery.reset();
  CAF_CHECK(std::chrono::steady_clock::now() - ends < 1s);
  CAF_CHECK(is_gone("self"));
}

CAF_TEST_FIXTURE_SCOPE_END()
