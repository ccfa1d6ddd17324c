#define CAF_SUITE decode_plist_tasks

#include "actors/powermetrics_reader/decode_plist_sample.hpp"

#include <cstdint>
#include <string>

#include "support/powermetrics_stream.hpp"
#include "support/test.hpp"

#include "support/decoded_sample.hpp"

// What a document says of processes; all else of it is in decode_plist_sample_test.cpp.

using namespace pmactor;

CAF_TEST(a task is reported with its rates and its birth) {
  const auto sample = sample_of(
    plist_integer("kern_boottime", 1'768'975'932)
    + plist_array("tasks", plist_task(55249, "2.1.15", "630.672",
                                      plist_integer("started_abstime_ns", 3'255'466'108'566)
                                        + plist_real("diskio_bytesread_per_s", "1.5")
                                        + plist_real("diskio_byteswritten_per_s", "16004.2")
                                        + plist_real("pageins_per_s", "3"))));
  const auto& task = sample.tasks.at(0);
  CAF_CHECK_EQUAL(task.pid, 55249);
  CAF_CHECK_EQUAL(task.name, "2.1.15");
  CAF_CHECK(near(task.cpu_pct, 63.0672));
  CAF_CHECK(near(task.started, 1'768'979'187.466108566)); // boot + 3255.466…
  CAF_CHECK(near(task.io_read, 1.5));
  CAF_CHECK(near(task.io_write, 16004.2));
  CAF_CHECK(near(task.pageins, 3));
  CAF_CHECK(!task.mem_bytes);
  CAF_CHECK(!task.state);
}

CAF_TEST(what a process did that was born in the window is spread over the window) {
  const auto rates = [](std::int64_t interval_ns) {
    return task_of(plist_integer("interval_ns", interval_ns) + plist_real("cputime_ms_per_s", "900")
                   + plist_real("diskio_bytesread_per_s", "1000") + plist_real("diskio_byteswritten_per_s", "2000")
                   + plist_real("pageins_per_s", "30"));
  };
  const auto young = rates(100'000'000); // of 1 s
  CAF_CHECK(near(young.cpu_pct, 9));
  CAF_CHECK(near(young.io_read, 100));
  CAF_CHECK(near(young.io_write, 200));
  CAF_CHECK(near(young.pageins, 3));
  CAF_CHECK(near(rates(1'000'000'000).cpu_pct, 90));
  CAF_CHECK(near(rates(1'200'000'000).cpu_pct, 90)); // asked late: it could do that much in that time only
}

CAF_TEST(a birth without the boot time is absent) {
  CAF_CHECK(!task_of(plist_integer("started_abstime_ns", 5)).started);
  CAF_CHECK(!task_of(plist_integer("started_ns", 1'356'207'876'255'000)).started);
}

CAF_TEST(the dead are one task without a birth) {
  const auto sample = sample_of(
    plist_array("tasks", plist_task(-1, "DEAD_TASKS", "12", plist_integer("started_abstime_ns", 0)))
    + plist_integer("kern_boottime", 1000));
  CAF_CHECK_EQUAL(sample.tasks.at(0).pid, -1);
  CAF_CHECK(!sample.tasks.at(0).started);
}

CAF_TEST(the sum of all tasks stands apart wherever it comes) {
  for (const auto& entries :
       {"<key>all_tasks</key>" + plist_task(-2, "ALL_TASKS", "2055.87") + plist_array("tasks", ""),
        plist_array("tasks", plist_task(-2, "ALL_TASKS", "2055.87"))}) {
    const auto sample = sample_of(entries);
    CAF_CHECK(sample.tasks.empty());
    CAF_REQUIRE(sample.all_tasks.has_value());
    CAF_CHECK(near(sample.all_tasks->cpu_pct, 205.587));
  }
}

CAF_TEST(our own sampler reports memory and state and cgroup) {
  const auto own = plist_array(
    "tasks", plist_task(1, "init", "1",
                        plist_integer("pmactor_rss_bytes", 4096) + plist_string("pmactor_state", "D")
                          + plist_string("pmactor_wchan", "io_schedule")
                          + plist_string("pmactor_cgroup", "/init.scope")));
  // Whether the mark stands before the tasks or behind them.
  for (const auto& entries : {own + plist_integer("pmactor_awake_ns", 1),
                              plist_integer("pmactor_awake_ns", 1) + own}) {
    const auto sample = sample_of(entries);
    const auto& task = sample.tasks.at(0);
    CAF_CHECK(near(task.mem_bytes, 4096));
    CAF_CHECK(task.state == 'D');
    CAF_CHECK_EQUAL(task.waits_in, "io_schedule");
    CAF_CHECK_EQUAL(task.coalition, "/init.scope");
  }
}

CAF_TEST(coalitions are flattened and each task bears their name) {
  const auto sample = sample_of(plist_array(
    "coalitions",
    plist_dict(plist_string("name", "com.apple.WindowServer")
               + plist_array("tasks", plist_task(180, "WindowServer", "10")))
      + plist_dict(plist_array("tasks", plist_task(9, "powermetrics", "20") + plist_task(8, "sh", "5"))
                   + plist_string("name", "com.googlecode.iterm2"))));
  CAF_REQUIRE_EQUAL(sample.tasks.size(), 3u);
  CAF_CHECK_EQUAL(sample.tasks[0].pid, 9); // busiest first
  CAF_CHECK_EQUAL(sample.tasks[0].coalition, "com.googlecode.iterm2");
  CAF_CHECK_EQUAL(sample.tasks[1].coalition, "com.apple.WindowServer");
  CAF_CHECK_EQUAL(sample.tasks[2].coalition, "com.googlecode.iterm2");
}

CAF_TEST(a task without a pid that can be is left out) {
  for (const auto* pid : {"", "x", "-3", "1.5", "1e12", "nan", "99999999999999999999999"})
    CAF_CHECK(sample_of(plist_array("tasks", plist_dict(plist_real("pid", pid)))).tasks.empty());
  CAF_CHECK(sample_of(plist_array("tasks", plist_dict(plist_string("name", "x")))).tasks.empty());
  CAF_CHECK(sample_of(plist_array("tasks", "<string>x</string>" + plist_task(1, "a", "1"))).tasks.size()
            == 1);
}

CAF_TEST(hostile rates are absent) {
  for (const auto* rate : {"-1", "nan", "1e19", "inf"}) {
    CAF_CHECK(!task_of(plist_real("cputime_ms_per_s", rate)).cpu_pct);
    CAF_CHECK(!task_of(plist_real("diskio_bytesread_per_s", rate)).io_read);
    CAF_CHECK(!task_of(plist_real("pageins_per_s", rate)).pageins);
  }
}

CAF_TEST(a name keeps what is meant and loses what is no text) {
  const auto name = [](const std::string& text) { return task_of(plist_string("name", text)).name; };
  CAF_CHECK_EQUAL(name("a &amp; b &lt;c&gt; &#233;"), "a & b <c> \xc3\xa9");
  CAF_CHECK_EQUAL(name("&quot;&apos;&#x1F600;&#65;"), "\"'\xf0\x9f\x98\x80" "A");
  CAF_CHECK_EQUAL(name("R&D & co &amp"), "R&D & co &amp");
  CAF_CHECK_EQUAL(name("&#; &#x; &#12 &#xd800;&#0;&#99999999999;&bogus;"),
                  "&#; &#x; &#12 &#99999999999;&bogus;");
  CAF_CHECK_EQUAL(name("<![CDATA[a&amp;b]]>"), "a&amp;b");
  CAF_CHECK_EQUAL(name("<![CDATA[x]]>"), "x");
  CAF_CHECK_EQUAL(name("\xff|\xc3(|\xe2\x82|\xed\xa0\x80"),
                  "\xef\xbf\xbd|\xef\xbf\xbd(|\xef\xbf\xbd\xef\xbf\xbd|\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
  CAF_CHECK_EQUAL(name("\xf0\x9f\x98\x80 \xe7\x94\xbb"), "\xf0\x9f\x98\x80 \xe7\x94\xbb");
  CAF_CHECK_EQUAL(name(""), "");
  CAF_CHECK_EQUAL(name(std::string(300, 'x')), std::string(256, 'x'));
  std::string long_accents;
  for (int i = 0; i < 200; ++i)
    long_accents += "x\xc3\xa9";
  CAF_CHECK_EQUAL(name(long_accents), long_accents.substr(0, 256)); // never half a character
}

CAF_TEST(a name with a bare bracket does not cost the document) {
  CAF_CHECK_EQUAL(task_of(plist_string("name", "a<b && c>d </x>")).name, "a<b && c>d </x>");
}

CAF_TEST(of too many tasks the busiest are kept) {
  std::string tasks;
  for (int i = 0; i < 10'000; ++i)
    tasks += plist_task(i, "x", std::to_string(i));
  const auto sample = sample_of(plist_array("tasks", tasks));
  CAF_REQUIRE_EQUAL(sample.tasks.size(), sample_decoder::most_tasks);
  CAF_CHECK_EQUAL(sample.tasks.front().pid, 9999);
  CAF_CHECK_EQUAL(sample.tasks.back().pid, 10'000 - 4096);
}
