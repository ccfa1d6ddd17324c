#define CAF_SUITE render_report

#include "app/bundle/redact_identity.hpp"
#include "app/report/draw_timeline.hpp"
#include "app/report/read_evidence.hpp"
#include "app/report/render_period.hpp"
#include "app/report/render_report.hpp"

#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sys/stat.h>
#include <unistd.h>

#include "support/example_report.hpp"
#include "support/hostile_names.hpp"
#include "support/temporary_folder.hpp"
#include "support/test.hpp"

using namespace pmactor;

namespace {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// Reads the page as a browser does. @returns what it holds that no report has; empty if all is well.
std::string strangers(const std::string& page) {
  static const std::set<std::string> tags{
    "html", "head", "meta", "title", "style", "body", "header", "main", "footer", "section", "p", "b", "bdi", "h1",
    "h2", "h3", "small", "time", "dl", "dt", "dd", "div", "ol", "ul", "li", "i", "span", "figure", "figcaption", "svg",
    "path", "rect", "details", "summary", "pre", "code", "table", "thead", "tbody", "tr", "th", "td", "!DOCTYPE"};
  static const std::set<std::string> attributes{
    "lang", "charset", "http-equiv", "content", "name", "class", "id", "style", "role", "aria-label",
    "aria-labelledby", "aria-hidden", "viewBox", "preserveAspectRatio", "d", "fill", "fill-opacity", "stroke", "x",
    "y", "width", "height", "tabindex", "scope", "html"};
  std::string result;
  for (const char c : page)
    if ((static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == 0x7f)
      result += "control character; ";
  static const std::regex tag{R"(^<(/?)([A-Za-z!0-9]+)((?:\s+[A-Za-z-]+(?:="[^"<>]*")?)*)\s*/?>)"};
  static const std::regex attribute{R"(\s+([A-Za-z-]+)(="[^"]*")?)"};
  std::size_t at = page.find("</style>"); // what is before it is constant but for the title
  const auto head = page.substr(0, page.find("<style>"));
  for (const auto& text : {head, page.substr(at)})
    for (std::size_t i = text.find('<'); i != text.npos; i = text.find('<', i + 1)) {
      std::smatch found;
      const auto end = std::min(text.size(), text.find('>', i) + 1);
      const auto piece = text.substr(i, end - i);
      if (!std::regex_match(piece, found, tag) || tags.count(found[2]) == 0) {
        result += piece.substr(0, 80) + "; ";
        continue;
      }
      const auto inside = found[3].str();
      for (std::sregex_iterator one{inside.begin(), inside.end(), attribute}, none; one != none; ++one)
        if (attributes.count((*one)[1]) == 0)
          result += (*one)[1].str() + " in " + piece.substr(0, 80) + "; ";
    }
  return result;
}

} // namespace

CAF_TEST(a report says what happened and which processes are suspected) {
  const auto page = render_report(example_report());
  CAF_CHECK(contains(page, "<h1>Froze 12.3\u00a0s, stalled on I/O</h1>"));
  CAF_CHECK(contains(page, "The likeliest suspect: <b><bdi>rsync</bdi></b>, which wrote 298 MB/s."));
  CAF_CHECK(contains(page, "Waited for a disk"));
  CAF_CHECK(contains(page, "76\u202F%")); // 9.3 of 12.3 s
  CAF_CHECK(contains(page, "Two processes waited"));
  CAF_CHECK(contains(page, "there is no journal"));
  CAF_CHECK(contains(page, "1.20 s, 50 ms of CPU time, 123 kB on disk."));
  CAF_CHECK(contains(page, "io_schedule"));
  CAF_CHECK(contains(page, "Only its beginning; all 90 kB are in the file."));
  CAF_CHECK_EQUAL(strangers(page), "");
}

CAF_TEST(a busy process is not suspected where it is not known why) {
  auto x = example_report();
  x.event.cause = "unexplained";
  const auto page = render_report(x);
  CAF_CHECK(contains(page, "Busy at the time: <b><bdi>rsync</bdi></b>, which wrote 298 MB/s."));
  CAF_CHECK(!contains(page, "likeliest"));
}

CAF_TEST(the report of a time names a doer only where one is accused) {
  event_row x;
  x.id = 8;
  x.kind = "outage";
  x.started = 1'700'000'000;
  x.ended = 1'700'000'005;
  x.duration = 5;
  x.cause = "killed";
  x.facts = R"x({"title":"pmactor was killed (SIGKILL)","of":"daemon"})x";
  x.culprits = R"([{"pid":1,"name":"qemu-system-x86","reason":"used 110 % CPU"}])";
  const auto page = [&x] {
    period_facts facts;
    facts.events = {x};
    facts.now = 1'700'000'100;
    return render_period(facts);
  };
  CAF_CHECK(contains(page(), "pmactor was killed (SIGKILL)"));
  CAF_CHECK(!contains(page(), "qemu-system-x86"));
  x.kind = "pause";
  x.cause = "cpu_wait";
  CAF_CHECK(contains(page(), "qemu-system-x86"));
}

CAF_TEST(the report of an outage says what ended the machine and what speaks for it) {
  auto x = example_report();
  auto& event = x.event;
  event.kind = "outage";
  event.cause = "power_loss";
  event.confidence = "medium";
  event.ledger.clear();
  event.facts = R"({"cause":"power_loss","title":"the power was lost","of":"machine","length_known":true,)"
                R"("last_minute":"memory pressure 96 %, then nothing","last_record":1700000000.25,"up_for":90000,)"
                R"x("kernel":["nvme0: I/O timeout (3 s before)","sda: <b>error"],)x"
                R"("handlers":[{"actor":"storage-writer","message":"scored_sample"}]})";
  event.evidence = R"([{"says":"the power was lost"},{"says":"the last minute: memory pressure 96 %, then nothing"},)"
                   R"({"says":"the drive SSD 1 was given power anew"}])";
  const auto page = render_report(x);
  CAF_CHECK(contains(page, "<h1>The power was lost</h1>"));
  CAF_CHECK(contains(page, "memory pressure 96 %, then nothing"));
  CAF_CHECK(contains(page, "nvme0: I/O timeout (3 s before)"));
  CAF_CHECK(contains(page, "sda: &lt;b&gt;error"));
  CAF_CHECK(contains(page, "last at work: storage-writer with scored_sample"));
  CAF_CHECK(contains(page, "What speaks for it, the strongest first"));
  CAF_CHECK(contains(page, "<li>the drive SSD 1 was given power anew</li>"));
  CAF_CHECK(!contains(page, "<li>the power was lost</li>")); // the headline says it
  CAF_CHECK(!contains(page, "likeliest")); // who was busy is not accused
  CAF_CHECK_EQUAL(strangers(page), "");
}

CAF_TEST(what a suspect is charged with is no deed) {
  auto x = example_report();
  x.suspects.at(0).reason = "55 % of the wait for the CPUs";
  CAF_CHECK(contains(render_report(x), "<b><bdi>rsync</bdi></b>: 55 % of the wait for the CPUs."));
}

CAF_TEST(numbers of the evidence are shown as what they are) {
  auto x = example_report();
  x.capture = R"({"status":"complete","artifacts":[{"name":"counters","file":"counters.json","status":"ok"},)"
              R"({"name":"pressure","file":"pressure.json","status":"ok"},)"
              R"({"name":"mounts","file":"mounts.json","status":"ok"}]})";
  x.files = {{"counters.json",
              R"({"before":1795946288.339847,"after":1795946294.900560,"elapsed":6.5,)"
              R"("memory":{"numa_hit":{"before":1795946288,"after":1795946294}},)"
              R"("disks":{"vda":{"reads":1234,"read_bytes":5358964,"busy":0.5}}})",
              300},
             {"pressure.json",
              R"([{"cgroup":null,"resource":"cpu","some":{"avg10":4.16,"total":151765207}}])", 80},
             {"mounts.json", R"([{"target":"/","size":270553174016,"files":16777216}])", 50}};
  const auto page = render_report(x);
  for (const auto* shown : {"<th scope=\"row\">before</th><td>2026-11-", "before 1,795,946,288",
                            "reads 1,234", "read bytes 5.4 MB", "busy 500 ms", "avg10 4.16\u202F%",
                            "total 2 min 32 s", "<td>271 GB</td>", "<td>16,777,216</td>"})
    CAF_CHECK_EQUAL(contains(page, shown) ? "" : shown, std::string{});
  CAF_CHECK(!contains(page, "e+09"));
  CAF_CHECK(!contains(page, "151765207"));
}

CAF_TEST(a page that names the machine says so and a redacted one does not) {
  auto x = example_report();
  x.names_machine = true;
  CAF_CHECK(contains(render_report(x), "pmactor report --redact"));
  redact(x, hide_secrets());
  CAF_CHECK(contains(render_report(x), "pmactor report --redact"));
  identity_redactor redactor{{{"ann"}, {"example"}, {"/home/ann"}}};
  redact(x, redactor.as_redaction());
  CAF_CHECK(!contains(render_report(x), "pmactor report --redact"));
  CAF_CHECK(!contains(render_report(x), "<bdi>example</bdi>"));
}

CAF_TEST(a report needs nothing beside it) {
  const auto page = render_report(example_report());
  for (const auto* word : {"<script", "<link", "<img", "<iframe", " src=", " href=", "url(", "@import", "http://", "https://"})
    CAF_CHECK(!contains(page, word));
  CAF_CHECK(contains(page, "default-src 'none'"));
}

CAF_TEST(charts have words for who does not see them) {
  const auto page = render_report(example_report());
  std::size_t charts = 0, titled = 0;
  for (auto i = page.find("<svg"); i != page.npos; i = page.find("<svg", i + 1)) {
    ++charts;
    titled += page.compare(i, 300, page.substr(i, 300)) == 0
            && page.substr(i, 300).find("role=\"img\" aria-label=\"") != std::string::npos;
  }
  CAF_CHECK_EQUAL(charts, 5u);
  CAF_CHECK_EQUAL(titled, charts);
  CAF_CHECK(contains(page, "aria-label=\"Disk. written up to "));
}

CAF_TEST(a curve breaks at the pause) {
  const auto page = render_report(example_report());
  // The figure of the processors: its line, in two pieces, none of which crosses the shaded
  // stretch.
  const auto figure = page.substr(page.find("<b>Processors</b>"),
                                  page.find("<b>Pressure</b>") - page.find("<b>Processors</b>"));
  std::smatch shaded;
  CAF_REQUIRE(std::regex_search(
    figure, shaded, std::regex{R"re(<rect class="p" x="([0-9.]+)" y="0" width="([0-9.]+)")re"}));
  const auto begin = std::stod(shaded[1]), end = begin + std::stod(shaded[2]);
  const std::regex line{R"re(<path class="l" d="M([^"]+)")re"}, point{R"(([0-9.]+),[0-9.]+)"};
  int before = 0, after = 0;
  for (std::sregex_iterator one{figure.begin(), figure.end(), line}, none; one != none; ++one) {
    const auto path = (*one)[1].str();
    bool lies_before = false, lies_after = false;
    for (std::sregex_iterator at{path.begin(), path.end(), point}, no_more; at != no_more; ++at) {
      const auto x = std::stod((*at)[1]);
      lies_before = lies_before || x < (begin + end) / 2;
      lies_after = lies_after || x > (begin + end) / 2;
    }
    CAF_CHECK(lies_before != lies_after);
    before += lies_before ? 1 : 0;
    after += lies_after ? 1 : 0;
  }
  CAF_CHECK_EQUAL(before, 1);
  CAF_CHECK_EQUAL(after, 1);
}

CAF_TEST(the axis has the time of the day beside the seconds) {
  ::setenv("TZ", "UTC", 1);
  ::tzset();
  const auto page = render_report(example_report());
  CAF_CHECK(contains(page, ">0<small>22:13:20</small>"));
  CAF_CHECK(contains(page, ">−20\u202Fs<small>22:13:00</small>"));
}

CAF_TEST(a legend names only what has data) {
  const auto page = render_report(example_report());
  const auto pressure = page.substr(page.find("<b>Pressure</b>"),
                                    page.find("<b>Disk</b>") - page.find("<b>Pressure</b>"));
  CAF_CHECK(contains(pressure, "</i>disk, some</li>"));
  CAF_CHECK(!contains(pressure, "</i>memory"));
  CAF_CHECK(!contains(pressure, "</i>CPU"));
  const auto stress = page.substr(page.find("<b>Stress</b>"),
                                  page.find("<b>Processors</b>") - page.find("<b>Stress</b>"));
  CAF_CHECK(contains(stress, "</i>load</li>"));
  CAF_CHECK(!contains(stress, "thermal"));
  CAF_CHECK(!contains(stress, "late timers")); // measured, and never above zero
}

CAF_TEST(one cause has one bar) {
  auto x = example_report();
  const auto bars = [&x] {
    const auto page = render_report(x);
    const auto ledger = page.substr(page.find("Where the time went"));
    const auto section = ledger.substr(0, ledger.find("</section>"));
    return std::pair{contains(section, "class=\"stack\""),
                     section.find("class=\"bar\"") != section.rfind("class=\"bar\"")};
  };
  CAF_CHECK((bars() == std::pair{true, true}));
  x.event.ledger = R"({"io":12.3})";
  CAF_CHECK((bars() == std::pair{false, false}));
}

CAF_TEST(a report says which machine it is about) {
  const auto page = render_report(example_report());
  CAF_CHECK(contains(page, " on <bdi>example</bdi>, Linux 6.1.0, x86_64"));
  CAF_CHECK(contains(page, "<dt>Processors</dt><dd>8</dd>"));
  CAF_CHECK(contains(page, "<dt>Memory</dt><dd>16"));
  CAF_CHECK(contains(page, "<dt>Up for</dt><dd>"));
}

CAF_TEST(a short stretch has its milliseconds) {
  ::setenv("TZ", "UTC", 1);
  ::tzset();
  auto x = example_report();
  CAF_CHECK(contains(render_report(x), "<time>22:13:20</time> to <time>22:13:32</time>"));
  x.event.ended = *x.event.started + 0.5;
  x.event.duration = 0.5;
  CAF_CHECK(contains(render_report(x), "<time>22:13:20.250</time> to <time>22:13:20.750</time>"));
}

CAF_TEST(what a suspect did is said of the samples around it and of no other time) {
  const auto page = render_report(example_report());
  CAF_CHECK(contains(page, "In the samples around it: CPU up to "));
}

CAF_TEST(a curve is joined where samples lie regularly and broken where one is missing) {
  const report::time_axis axis{0, 200, 20, 21, {}};
  report_suspect x;
  for (const double at : {18.0, 19.0, 20.0, 21.0, 31.0, 41.0, 51.0, 61.0})
    x.curve.push_back({at, 50.0, {}, {}});
  const auto curves = [&] {
    const auto drawn = report::spark(x, axis);
    std::size_t count = 0;
    for (auto at = drawn.find("<path class=\"l"); at != drawn.npos; at = drawn.find("<path class=\"l", at + 1))
      ++count;
    return count;
  };
  CAF_CHECK_EQUAL(curves(), 2u); // before the event, and after it
  x.curve.push_back({120.0, 50.0, {}, {}});
  CAF_CHECK_EQUAL(curves(), 3u);
}

CAF_TEST(hostile names are harmless in a report) {
  for (const auto& name : hostile_names()) {
    const auto page = render_report(example_report(name));
    CAF_CHECK_EQUAL(strangers(page), "");
    CAF_CHECK_LESS(page.size(), 150'000u);
  }
}

CAF_TEST(a report bears whatever a database holds) {
  report_facts x;
  CAF_CHECK_EQUAL(strangers(render_report(x)), "");
  for (const std::string text : {"{", "[]", "null", "[[[[1]]]]", "{\"io\":1e999}", "{\"io\":-5,\"x\":\"y\"}", "7",
                                 "[1,\"a\",null,{}]", "{\"findings\":{},\"artifacts\":[1,{}],\"bill\":[]}"}) {
    x = example_report();
    x.event.ledger = x.event.evidence = x.event.culprits = x.capture = text;
    x.suspects = suspects_of(x.event);
    x.files[0].text = text;
    CAF_CHECK_EQUAL(strangers(render_report(x)), "");
  }
  for (const double odd : {0.0, -1e300, 1e300, -5.0, 1e12}) {
    x = example_report();
    x.event.started = x.event.duration = x.event.stress_total = odd;
    x.event.ended = odd - 1;
    for (auto& second : x.seconds)
      second[sample_column::io_write] = second[sample_column::stress_load] = odd;
    const auto page = render_report(x);
    CAF_CHECK_EQUAL(strangers(page), "");
    CAF_CHECK(!contains(page, "nan") && !contains(page, ">inf"));
  }
  x = example_report();
  for (int i = 0; i < 100'000; ++i)
    x.seconds.push_back(x.seconds.back());
  CAF_CHECK_LESS(render_report(x).size(), 400'000u);
}

CAF_TEST(every kind of event has its headline) {
  auto x = example_report();
  x.event.kind = "sleep";
  x.event.duration = 8 * 3600;
  CAF_CHECK(contains(render_report(x), "<h1>Asleep for 8\u00a0h</h1>"));
  x.event.kind = "critical";
  x.event.duration = 95;
  CAF_CHECK(contains(render_report(x), "<h1>Critical stress for 1\u00a0min 35\u00a0s</h1>"));
  x.event.duration = 8.99;
  CAF_CHECK(contains(render_report(x), "<h1>Critical stress for 8.99\u00a0s</h1>"));
}

CAF_TEST(only ordinary files of the events folder are read) {
  const temporary_folder data;
  const auto folder = data.path / "events" / "a";
  std::filesystem::create_directories(folder);
  std::ofstream{folder / "stacks.txt"} << "0123456789";
  std::ofstream{data.path / "secret"} << "secret";
  std::filesystem::create_symlink(data.path / "secret", folder / "link.txt");
  std::filesystem::create_directory_symlink(data.path, data.path / "events" / "elsewhere");
  ::mkfifo((folder / "fifo.txt").c_str(), 0600);
  const auto read = [&](const std::string& where, const std::string& name) {
    return read_evidence(data.path, where, name, 4);
  };
  CAF_REQUIRE(read("events/a", "stacks.txt").has_value());
  CAF_CHECK_EQUAL(read("events/a", "stacks.txt")->text, "0123");
  CAF_CHECK_EQUAL(read("events/a", "stacks.txt")->bytes, 10u);
  for (const auto* name : {"link.txt", "fifo.txt", "../../secret", "..", ".", "", "none.txt"})
    CAF_CHECK(!read("events/a", name));
  for (const auto* where : {"", "events/", "events/..", "events/elsewhere", "/etc", "events/a/../..", "../events/a"})
    CAF_CHECK(!read(where, "secret"));
}
