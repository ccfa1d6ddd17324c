#define CAF_SUITE replay

#include "actors/storage_writer/read_history_sqlite.hpp"
#include "app/instance/pid_file.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <sys/wait.h>

#include "support/powermetrics_stream.hpp"
#include "support/run_program.hpp"
#include "support/temporary_folder.hpp"
#include "support/test.hpp"

using namespace pmactor;

namespace {

struct outcome {
  int code = -1;
  std::string said; ///< What the command wrote.
};

struct fixture {
  temporary_folder folder;

  std::string path(const std::string& name) {
    return (folder.path / name).string();
  }

  void write(const std::string& name, const std::string& text) {
    std::ofstream{folder.path / name, std::ios::binary} << text;
  }

  outcome run(const std::string& arguments) {
    // Away from the settings of whoever runs the tests.
    const auto command = "HOME=" + folder.path.string() + " XDG_CONFIG_HOME=" + folder.path.string()
                         + " " PMACTOR_PROGRAM " replay " + arguments;
    outcome result;
    auto* const pipe = ::popen(command.c_str(), "r");
    CAF_REQUIRE(pipe != nullptr);
    std::array<char, 4096> bytes;
    while (const auto count = std::fread(bytes.data(), 1, bytes.size(), pipe))
      result.said.append(bytes.data(), count);
    const auto status = ::pclose(pipe);
    result.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return result;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(replaying, fixture)

CAF_TEST(a stream is reported and stores nothing) {
  write("a", second_document() + second_document());
  const auto x = run(path("a"));
  CAF_CHECK_EQUAL(x.code, 0);
  CAF_CHECK(x.said.starts_with("documents  2\n"));
  CAF_CHECK(x.said.find("stored     nothing") != std::string::npos);
}

CAF_TEST(standard input and files come one after the other) {
  write("a", second_document());
  const auto x = run("--json - " + path("a") + " < " + path("a"));
  CAF_CHECK_EQUAL(x.code, 0);
  const auto json = nlohmann::json::parse(x.said);
  CAF_CHECK_EQUAL(json["documents"].get<int>(), 2);
  CAF_CHECK(json["db"].is_null());
  CAF_CHECK(json["cpu_mean"].is_null());
}

CAF_TEST(damage is reported with its place and is no failure) {
  const auto document = second_document();
  write("a", document.substr(0, 100) + document + "<plist></plist>");
  const auto x = run("--json " + path("a") + " 2>" + path("err"));
  CAF_CHECK_EQUAL(x.code, 0);
  const auto json = nlohmann::json::parse(x.said);
  CAF_CHECK_EQUAL(json["documents"].get<int>(), 1);
  CAF_CHECK_EQUAL(json["damaged"].get<int>(), 2);
  CAF_CHECK_EQUAL(json["skipped"][0]["offset"].get<int>(), 0);
  CAF_CHECK_EQUAL(json["skipped"][0]["length"].get<int>(), 100);
  std::ifstream err{folder.path / "err"};
  std::string line;
  std::getline(err, line);
  CAF_CHECK_EQUAL(line, path("a") + ": skipped 100 bytes at byte 0: it breaks off where the next one "
                                    "starts.");
}

CAF_TEST(all stores each document as a row) {
  PMACTOR_WITH_RECORDING(m1_pro_recording) {
    const auto x = run("--all --json --db " + path("out.db") + " " PMACTOR_RECORDINGS "/"
                       + m1_pro_recording);
    CAF_CHECK_EQUAL(x.code, 0);
    CAF_CHECK_EQUAL(nlohmann::json::parse(x.said)["stored"].get<int>(), 29);
    history_reader reader{folder.path / "out.db"};
    std::vector<sample_row> rows;
    sample_range oldest_first;
    oldest_first.newest_first = false;
    reader.samples(oldest_first, [&](const sample_row& row) {
      rows.push_back(row);
      return true;
    });
    CAF_REQUIRE_EQUAL(rows.size(), 29u);
    const auto& first = rows[0];
    CAF_CHECK_LESS(std::abs(first[sample_column::cpu_pct].value_or(0) - 25.4219), 1e-6);
    CAF_CHECK_LESS(std::abs(first[sample_column::timestamp].value_or(0) - 1'735'220'024), 1e-6);
    CAF_CHECK_LESS(std::abs(first[sample_column::interval].value_or(0) - 0.132882041), 1e-9);
    CAF_CHECK_LESS(std::abs(first[sample_column::cpu_freq].value_or(0) - 2027.07875), 1e-6);
    CAF_CHECK(!first[sample_column::throttled]);
    CAF_CHECK(!first[sample_column::mem_total]);
    // 4.037661364 s altogether, less the first window
    CAF_CHECK_LESS(std::abs(*rows[28][sample_column::timestamp] - *first[sample_column::timestamp]
                            - (4.037661364 - 0.132882041)),
                   1e-5);
    const auto processes = reader.processes(first.id);
    CAF_REQUIRE(!processes.empty());
    CAF_CHECK_EQUAL(processes[0].name, "com.apple.Virtualization.VirtualMachine");
    CAF_CHECK_LESS(std::abs(processes[0].cpu_pct.value_or(0) - 101.115), 1e-6);
  }
}

CAF_TEST(a database takes one replay after the other) {
  write("a", second_document() + second_document());
  for (int i = 0; i < 2; ++i)
    CAF_CHECK_EQUAL(run("--all --db " + path("out.db") + " " + path("a")).code, 0);
  CAF_CHECK_EQUAL(history_reader{folder.path / "out.db"}.count({}), 4u);
}

CAF_TEST(what was replayed is read as any history) {
  write("a", second_document() + second_document());
  CAF_CHECK_EQUAL(run("--all --db " + path("out.db") + " " + path("a")).code, 0);
  const auto rows = run_program({"history", "--db", path("out.db"), "--json"});
  CAF_MESSAGE(rows.out + rows.err);
  CAF_CHECK_EQUAL(rows.exit_code, 0);
  CAF_CHECK_EQUAL(nlohmann::json::parse(rows.out).size(), 2u);
  CAF_CHECK_EQUAL(run_program({"history", "--db", path("none.db")}).exit_code, 1);
  CAF_CHECK_EQUAL(
    run_program({"history", "--db", path("out.db"), "--data", folder.path.string()}).exit_code, 2);
}

CAF_TEST(the history of a daemon that runs is left to it) {
  write("a", second_document());
  CAF_CHECK_EQUAL(run("--all --db " + path("pmactor.db") + " " + path("a")).code, 0);
  {
    const auto daemon = pid_file::claim(folder.path / "pmactor.lock");
    CAF_REQUIRE(daemon.has_value());
    CAF_CHECK_EQUAL(run("--all --db " + path("pmactor.db") + " " + path("a") + " 2>/dev/null").code, 1);
    CAF_CHECK_EQUAL(run("--all --db " + path("other.db") + " " + path("a")).code, 0);
  }
  CAF_CHECK_EQUAL(history_reader{folder.path / "pmactor.db"}.count({}), 1u);
}

CAF_TEST(what cannot be read or written is said and fails) {
  write("a", second_document());
  CAF_CHECK_EQUAL(run(path("none") + " 2>/dev/null").code, 1);
  CAF_CHECK_EQUAL(run(folder.path.string() + " 2>/dev/null").code, 1);
  CAF_CHECK_EQUAL(run("--db /proc/none/out.db " + path("a") + " 2>/dev/null").code, 1);
  CAF_CHECK_EQUAL(run("--db '/proc/none/\x1b[2J/out.db' " + path("a") + " 2>" + path("err")).code, 1);
  std::ifstream err{folder.path / "err"};
  const std::string said{std::istreambuf_iterator<char>{err}, {}};
  CAF_CHECK(said.find("\\x1b[2J") != std::string::npos);
  CAF_CHECK(said.find('\x1b') == std::string::npos);
  write("text", "*** Sampled system activity ***\n");
  CAF_CHECK_EQUAL(run(path("text") + " 2>/dev/null").code, 1);
  CAF_CHECK_EQUAL(run("2>/dev/null").code, 2);
  // The file that can be read still counts.
  CAF_CHECK(run(path("none") + " " + path("a") + " 2>/dev/null").said.starts_with("documents  1\n"));
}

CAF_TEST_FIXTURE_SCOPE_END()
