// What is handed over of an event: bundles, and a text for a ticket.
#define CAF_SUITE hand_over

#include "support/daemon.hpp"
#include "support/example_machine.hpp"

#include <nlohmann/json.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sys/wait.h>
#include <unistd.h>

#include "support/test.hpp"

using namespace pmactor;

namespace {

using fixture = example_machine;

} // namespace

CAF_TEST_FIXTURE_SCOPE(tests, fixture)

CAF_TEST(a bundle is written and opened and keeps nothing that it should not ) {
  const auto file = [this](const char* name) { return (home.folder.path / name).string(); };
  for (const auto* name : {"x.tar.zst", "x.zip"}) {
    const auto said = run({"export", "1", "-o", file(name)});
    CAF_CHECK_EQUAL(said.exit_code, 0);
    CAF_CHECK(contains(said.out, "homes and secrets are hidden in it"));
    const auto shown = run_program({"events", "show", "--bundle", file(name)});
    CAF_CHECK_EQUAL(shown.exit_code, 0);
    CAF_CHECK(contains(shown.out, "Pause 1, ") && contains(shown.out, "rsync"));
    CAF_CHECK(nlohmann::json::accept(
      run_program({"events", "show", "--bundle", file(name), "--json"}).out));
    CAF_CHECK(contains(run_program({"events", "show", "--bundle", file(name), "--plain"}).out,
                       "Suspects, the likeliest first"));
    const auto page = run_program({"report", "--bundle", file(name), "-o", "-"});
    CAF_CHECK_EQUAL(page.exit_code, 0);
    CAF_CHECK(contains(page.out, "<h1>Froze 8.00\u00a0s"));
  }
  const auto kept = run({"export", "1", "-o", file("x.zip")});
  CAF_CHECK_EQUAL(kept.exit_code, 1);
  CAF_CHECK(contains(kept.err, "--force"));
  CAF_CHECK_EQUAL(run({"export", "1", "--force", "-o", file("x.zip")}).exit_code, 0);
  const auto refused = run({"export", "1", "-o", file("x.tar.gz")});
  CAF_CHECK_EQUAL(refused.exit_code, 2);
  CAF_CHECK(contains(refused.err, ".zip"));
  // All of it is shown before it goes out, and does not go without a word.
  const auto asked = run({"export", "1", "--keep-all", "-o", file("all.zip")});
  CAF_CHECK_EQUAL(asked.exit_code, 1);
  for (const auto* part : {"README.txt", "event-1/trace.json", "machine.json", "--yes"})
    CAF_CHECK(contains(asked.err, part));
  CAF_CHECK(!std::filesystem::exists(file("all.zip")));
  CAF_CHECK_EQUAL(run({"export", "1", "--keep-all", "--yes", "-o", file("all.zip")}).exit_code, 0);
  CAF_CHECK(std::filesystem::exists(file("all.zip")));
  CAF_CHECK_EQUAL(run({"export", "77", "-o", file("none.zip")}).exit_code, 1);
  CAF_CHECK_EQUAL(run({"export"}).exit_code, 2);
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define PMACTOR_NEEDS_PROC
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define PMACTOR_NEEDS_PROC
#endif
#endif

#if defined(__linux__) && !defined(PMACTOR_NEEDS_PROC)
CAF_TEST(a bundle is opened where there is nothing but the program) {
  const auto folder = home.folder.path.string();
  for (const auto* name : {"x.zip", "x.tar.zst"})
    CAF_REQUIRE_EQUAL(run({"export", "1", "--force", "-o", folder + '/' + name}).exit_code, 0);
  // A root with the program and its libraries, also the one for archives, which it loads when it needs it, and no /proc,
  // /etc or home.
  const auto script = folder + "/bare";
  std::ofstream{script} << R"sh(set -e
PATH=/usr/sbin:/usr/bin:/sbin:/bin
program=$1 folder=$2 root=$2/root
chroot=$(command -v chroot)
$chroot / true 2>/dev/null || { echo no rights; exit 0; }
late=$(ldconfig -p | grep -o '/[^ ]*/libarchive\.so\.13$' | head -n 1)
for file in "$program" "$late" $(ldd "$program" "$late" | grep -o '/[^ ):]*' | sort -u); do
  mkdir -p "$root$(dirname "$file")"
  cp -lL "$file" "$root$file" 2>/dev/null || cp -L "$file" "$root$file"
done
cp "$folder/x.zip" "$folder/x.tar.zst" "$root/"
for bundle in /x.zip /x.tar.zst; do
  env -i "$chroot" "$root" "$program" events show --bundle "$bundle"
  env -i "$chroot" "$root" "$program" events show --plain --bundle "$bundle"
  env -i "$chroot" "$root" "$program" report -o - --bundle "$bundle"
done
)sh";
  const auto out = folder + "/said";
  const auto command =
    "sh " + script + " '" + PMACTOR_PROGRAM + "' '" + folder + "' >" + out + " 2>&1";
  CAF_CHECK_EQUAL(std::system(command.c_str()), 0);
  std::ifstream from{out};
  const std::string said{std::istreambuf_iterator<char>{from}, {}};
  if (said.starts_with("no rights")) {
    CAF_MESSAGE("another root takes rights that are not there");
    return;
  }
  const auto count = [&said](const std::string& part) {
    std::size_t result = 0;
    for (auto at = said.find(part); at != said.npos; at = said.find(part, at + 1))
      ++result;
    return result;
  };
  for (const auto* part : {"\nWhere the time went\n  - io", "<h1>Froze 8.00\u00a0s", "</html>"})
    CAF_CHECK_EQUAL(count(part), 2u);
  CAF_CHECK_EQUAL(count("Pause 1, Tuesday"), 2u);
}
#endif

CAF_TEST(a plain text of an event is for a ticket) {
  ::setenv("LOGNAME", "kim", 1);
  const auto said = run({"events", "note", "1", "see 192.168.17.23 --password=Zauberwort1"});
  CAF_CHECK_EQUAL(said.exit_code, 0);
  const auto plain = run({"events", "show", "1", "--plain"});
  CAF_CHECK_EQUAL(plain.exit_code, 0);
  CAF_CHECK(contains(plain.out, "Suspects, the likeliest first"));
  CAF_CHECK(contains(plain.out, "see address-1"));
  for (const auto* part : {"Zauberwort1", "192.168.17.23", "\x1b"})
    CAF_CHECK(!contains(plain.out, part));
  ::unsetenv("LOGNAME");
}

CAF_TEST_FIXTURE_SCOPE_END()
