// The manual pages and what shells complete: made from the tree of commands, so nothing of it is left out.
#define CAF_SUITE manual

#include "app/command_line/command_line.hpp"
#include "app/manual/complete_line.hpp"
#include "app/manual/roff.hpp"
#include "app/manual/compose_manual.hpp"
#include "app/settings/settings.hpp"

#include <algorithm>

#include "support/test.hpp"

using namespace pmactor;

namespace {

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

struct fixture {
  CLI::App program;
  command chosen;
  completion_sources sources;

  fixture() {
    add_commands(program, chosen);
    sources.events = [] { return std::vector<completion>{{"12", "a pause"}, {"7", "a stall"}}; };
    sources.roles = [] { return std::vector<completion>{{"storage-writer", ""}}; };
  }

  std::string page(const std::string& file) {
    for (const auto& x : compose_manual(program, "2026-01-20", R"({"properties":{"id":{"description":"Its number."}}})"))
      if (x.file == file)
        return x.text;
    return {};
  }

  /// @returns the words that may follow, with blanks between.
  std::string after(const std::vector<std::string>& words) {
    std::string result;
    for (const auto& x : complete_line(program, words, sources))
      result += (result.empty() ? "" : " ") + x.word;
    return result;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(manual_tests, fixture)

CAF_TEST(every command that people use has a page with every option of it) {
  for (const auto* app : program.get_subcommands([](const CLI::App* x) { return !x->get_group().empty(); })) {
    const auto text = page("man1/pmactor-" + app->get_name() + ".1");
    CAF_CHECK(has(text, ".SH NAME\npmactor\\-" + app->get_name()));
    for (const auto* option : app->get_options())
      for (const auto& name : option->get_lnames())
        CAF_CHECK(has(text, roff("--" + name)));
    for (const auto* part : app->get_subcommands({}))
      CAF_CHECK(has(text, ".SS pmactor " + app->get_name() + ' ' + part->get_name() + '\n'));
  }
  CAF_CHECK_EQUAL(page("man1/pmactor-witness.1"), "");
  CAF_CHECK(has(page("man1/pmactor.1"), "\\fBevents\\fR\n"));
}

CAF_TEST(every setting and kind and cause and member has its line) {
  const auto settings = page("man5/pmactor.toml.5");
  for (const auto& x : all_settings())
    CAF_CHECK(has(settings, "\\fB" + roff(x.key.substr(x.key.rfind('.') + 1)) + "\\fR\n"));
  const auto events = page("man7/pmactor-events.7");
  for (const char* word : {"pause", "stall", "sleep", "io", "memory", "unexplained", "id"})
    CAF_CHECK(has(events, "\\fB" + std::string{word} + "\\fR\n"));
}

CAF_TEST(text is no order to the formatter) {
  CAF_CHECK_EQUAL(roff("a\\b -n 'x' `y` \x01"), "a\\eb \\-n \\(aqx\\(aq \\(gay\\(ga ");
  CAF_CHECK_EQUAL(roff("é…"), "\\[u00E9]\\[u2026]");
  roff_page page{"x", 1, "", "y"};
  page.heading("Z").paragraph(".so /etc/passwd\n'br");
  CAF_CHECK(has(page.text(), "\n\\&.so /etc/passwd\n\\(aqbr\n"));
}

CAF_TEST(a line is completed from the tree and from the data) {
  CAF_CHECK_EQUAL(after({"eve"}), "events");
  CAF_CHECK(has(after({""}), "status") && !has(after({""}), "witness"));
  CAF_CHECK_EQUAL(after({"events", "sh"}), "show");
  CAF_CHECK_EQUAL(after({"events", "show", ""}), "12 7");
  CAF_CHECK_EQUAL(after({"events", "show", "1"}), "12");
  CAF_CHECK_EQUAL(after({"events", "mark", "12", "p"}), "pinned");
  CAF_CHECK_EQUAL(after({"events", "--cau"}), "--cause");
  CAF_CHECK(has(after({"events", "--cause", ""}), "memory"));
  CAF_CHECK_EQUAL(after({"events", "--cause=mem"}), "--cause=memory");
  CAF_CHECK_EQUAL(after({"events", "--json", "sh"}), "show");
  CAF_CHECK(has(after({"events", "show", "--"}), "--data"));
  CAF_CHECK_EQUAL(after({"logs", "--component", ""}), "storage-writer");
  CAF_CHECK_EQUAL(after({"history", "--data", ""}), ":folder");
  CAF_CHECK_EQUAL(after({"replay", ""}), ":file");
  CAF_CHECK_EQUAL(after({"run", "--set", "log.lev"}), "log.level=");
  CAF_CHECK_EQUAL(after({"config", "get", "log.lev"}), "log.level");
  CAF_CHECK(has(after({"help", "ev"}), "events"));
  CAF_CHECK(has(after({"manual", "ev"}), "events"));
  CAF_CHECK_EQUAL(after({"config", "unset", "log.lev"}), "log.level");
  CAF_CHECK_EQUAL(after({"stop", ""}), "");
  CAF_CHECK_EQUAL(after({"xyzzy", "--"}), after({"--"}));
}

CAF_TEST_FIXTURE_SCOPE_END()
