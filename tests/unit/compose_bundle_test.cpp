#define CAF_SUITE compose_bundle

#include "app/bundle/compose_bundle.hpp"
#include "app/bundle/facts_document.hpp"
#include "app/bundle/redact_identity.hpp"
#include "app/report/render_report.hpp"
#include "app/views/terminal.hpp"
#include "messages/quote.hpp"
#include "messages/words.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <sstream>

#include "support/example_report.hpp"
#include "support/hostile_names.hpp"
#include "support/planted_secrets.hpp"
#include "support/test.hpp"

using namespace pmactor;

namespace {

/// Whose machine it was, in all the ways in which it shows.
const machine_identity owner{{"kim", "Kim Example", "Example", "pat.doe"},
                             {"obelix", "obelix.gaul.example"},
                             {"/data/people/kim"}};

/// What must not be in a bundle, and where it is planted.
const std::vector<std::pair<std::string, std::string>> giveaways{
  {"rsync -a /home/kim/Diary 2026.odt box:/", "Diary"},
  {"vim /home/kim/affairs/taxes.txt", "affairs"},
  {"open /Users/kim/Affairs.key", "Affairs"},
  {"less /data/people/kim/affairs2", "affairs2"},
  {"file:///home/pat.doe/affairs3", "affairs3"},
  {"mount /media/kim/WeddingStick", "WeddingStick"},
  {"--profile=/home/kim/.mozilla/x8affairs4.default", "affairs4"},
  {"user kim of obelix", "kim"},
  {"on Obelix.gaul.example at noon", "gaul"},
  {"Kim Example wrote", "Kim Example"},
  {"mail to kim.private@mail.example.org", "kim.private"},
  {"ssh kim@backup.example.com", "backup.example"},
  {"from 192.168.17.23 port 22", "192.168.17.23"},
  {"from 2001:db8:17::23 port 22", "2001:db8:17"},
  {"from fe80::1ff:fe23:4567:890a%eth0", "fe23:4567"},
  {"ether 52:54:00:ab:cd:ef up", "52:54:00:ab:cd:ef"},
  {"https://intranet.acme.example/wiki", "acme"},
  {"nas17.acme.example:/export/home on /mnt", "nas17"},
  {"fileserver:/export on /mnt type nfs", "fileserver"},
  {"//smbserver/share on /mnt", "smbserver"},
  {"machine id 0123456789abcdef0123456789abcdef", "0123456789abcdef"},
  {"disk 6f1ed002-ab57-4e3f-9f0a-c1d2e3f4a5b6", "6f1ed002"},
};

/// An event with all of it in every place that takes a text.
report_facts example() {
  auto facts = example_report();
  std::string lines, documents = "[";
  const auto plant = [&](const std::vector<std::string>& words, const std::string& line) {
    lines += line + '\n';
    nlohmann::json one{{"pid", 1}, {"words", words}, {"says", line}};
    documents += (documents.size() == 1 ? "\n" : ",\n") + one.dump();
  };
  for (const auto& x : planted_arguments_list()) {
    std::string line;
    for (const auto& word : x.words)
      line += (line.empty() ? "" : " ") + (word.find(' ') == word.npos ? word : '"' + word + '"');
    plant(x.words, line);
  }
  for (const auto& [line, secret] : giveaways)
    plant({"tool", line}, line);
  facts.files = {{"command_lines.json", documents + "\n]\n", 0},
                 {"journal.txt", lines, 0},
                 {"trace.bin", std::string("kim\0", 4), 4}};
  facts.event.notes =
    "Seen by kim on obelix with --password=Zauberwort1, see " + giveaways[1].first;
  facts.event.evidence =
    R"([{"line":"io","says":"the disk of kim@backup.example.com was busy, PGPASSWORD=Zauberwort15"}])";
  facts.event.stall =
    R"({"resource":"mount","name":"/home/kim/affairs","felt_by":["statfs of nas17.acme.example:/x"]})";
  facts.event.culprits = R"([{"pid":1,"name":"kim-backup","reason":"wrote to /home/kim/affairs"}])";
  facts.event.blame =
    R"({"source":"recorded","resource":"disk of kim","victim":"kim","harm":2,"doers":[{"name":"kim-backup",)"
    R"("unit":"kim@obelix.service","held":1}],"timeline":{"began":1700000000.25,"length":1,)"
    R"("tasks":[[1,1,"kim-backup"]],"cpus":[{"cpu":0,"covers_from":0,"slices":[[0,1000,0]]}]}})";
  facts.suspects = suspects_of(facts.event);
  facts.capture = R"({"findings":["kim (pid 1) read /home/kim/affairs"],"artifacts":[]})";
  facts.host.name = "obelix";
  return facts;
}

std::string all_of(const std::vector<bundle_file>& files) {
  std::string result;
  for (const auto& x : files)
    result += "\n== " + x.name + '\n' + x.content;
  return result;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::vector<bundle_file> bundle_of(report_facts facts) {
  identity_redactor redactor{owner};
  bundle_content content;
  auto pause = facts.event;
  pause.id = 8;
  pause.stall.clear();
  pause.blame =
    R"({"source":"deltas","harm":1,"doers":[{"name":"kim --token=Zauberwort1","held":1}]})";
  content.pauses = {{std::move(pause)}};
  content.events.push_back(std::move(facts));
  content.settings.emplace_back("notifications.command",
                                "command = [\"curl\", \"-u\", \"kim:Zauberwort6\"]\n");
  return compose_bundle(std::move(content), redactor.as_redaction());
}

} // namespace

CAF_TEST(nothing of what was planted is left in a bundle) {
  const auto text = all_of(bundle_of(example()));
  std::string found;
  std::size_t count = 0;
  const auto look_for = [&](const std::string& secret) {
    ++count;
    for (auto at = text.find(secret); at != text.npos && found.size() < 4000;
         at = text.find(secret, at + 1))
      found += secret + " in: " + text.substr(at < 60 ? 0 : at - 60, 120) + "\n----\n";
  };
  for (const auto& x : planted_arguments_list())
    for (const auto& secret : x.secrets)
      look_for(secret);
  for (const auto& [line, secret] : giveaways)
    look_for(secret);
  look_for("obelix");
  look_for("\"kim");
  CAF_CHECK(count >= 60);
  CAF_CHECK_EQUAL(found, "");
}

CAF_TEST(an environment in a command line is hidden whole) {
  identity_redactor redactor{owner};
  const auto shown = [&redactor](const std::vector<std::string>& words) { return joined(redactor.arguments(words), "|"); };
  CAF_CHECK_EQUAL(shown({"env", "CONTAINER_NAME=blue", "_X1=a b", "run"}), "env|CONTAINER_NAME=[hidden]|_X1=[hidden]|run");
  CAF_CHECK_EQUAL(shown({"docker", "-e", "STAGE=blue", "-eTIER=blue", "--env=ZONE=blue"}),
                  "docker|-e|STAGE=[hidden]|-eTIER=[hidden]|--env=ZONE=[hidden]");
  CAF_CHECK_EQUAL(shown({"tool", R"({"CONTAINER_NAME":"blue"})", R"( [{"name": "blue")", R"(--config={"a":"blue"})",
                         R"(spec={"a":"blue"})"}),
                  "tool|[hidden]|[hidden]|--config=[hidden]|spec=[hidden]");
  // What a program does is not its environment.
  const std::vector<std::string> stays{"dd", "if=/dev/sda", "bs=1M", "--size=4", "-O2", "-DLEVEL=2", "[", "{}", "{1..9}"};
  CAF_CHECK_EQUAL(shown(stays), joined(stays, "|"));
}

CAF_TEST(the first page of a bundle counts its events and fits a terminal) {
  bundle_content content;
  for (std::int64_t id : {8, 9, 110}) {
    content.events.push_back(example());
    content.events.back().event.id = id;
  }
  for (const bool keeps_all : {false, true}) {
    content.keeps_all = keeps_all;
    const auto text = compose_bundle(content, hide_secrets()).front().content;
    CAF_CHECK(contains(text, "3 events"));
    for (const auto* folder : {"  event-8/ ", "  event-9/ ", "  event-110/ "})
      CAF_CHECK(contains(text, folder));
    std::istringstream in{text};
    for (std::string line; std::getline(in, line);)
      CAF_CHECK(width_of(line) <= 80);
  }
}

CAF_TEST(a bundle without a name is called after its events) {
  std::vector<event_row> events(1);
  events[0].id = 7;
  CAF_CHECK_EQUAL(bundle_name(events), "pmactor-event-7.tar.zst");
  events.resize(3);
  events[1].id = 9;
  events[2].id = 8;
  CAF_CHECK_EQUAL(bundle_name(events), "pmactor-events-7-9-8.tar.zst");
  events.resize(20);
  events.back().id = 40;
  CAF_CHECK_EQUAL(bundle_name(events), "pmactor-events-7-to-40.tar.zst");
}

CAF_TEST(what explains the event is still there) {
  const auto text = all_of(bundle_of(example()));
  for (const auto* word :
       {"mysqldump", "Zauberwort", "user-1", "host-1", "address-1", "~/…", "the disk of", "rsync"})
    CAF_CHECK_EQUAL(contains(text, word), std::string{word} != "Zauberwort");
  CAF_CHECK(contains(text, "trace.bin")); // said to be left out
  CAF_CHECK(!contains(text, "== event-7/evidence/trace.bin"));
}

CAF_TEST(the trace of an event is in its bundle and says who ran) {
  const auto files = bundle_of(example());
  const auto trace = std::find_if(files.begin(), files.end(),
                                  [](const auto& x) { return x.name == "event-7/trace.json"; });
  CAF_REQUIRE(trace != files.end());
  const auto document = nlohmann::json::parse(trace->content);
  std::string names;
  for (const auto& x : document["traceEvents"])
    names += x["name"].get<std::string>() + '\n';
  for (const auto* part : {"user-1-backup", "Pause 8", "CPU busy, %"})
    CAF_CHECK(contains(names, part));
  CAF_CHECK(contains(files.front().content, "  trace.json "));
}

CAF_TEST(the same name has the same alias everywhere) {
  identity_redactor redactor{owner};
  CAF_CHECK_EQUAL(redactor.text("kim and pat.doe on obelix"), "user-1 and user-2 on host-1");
  CAF_CHECK_EQUAL(redactor.text("OBELIX: session of kim; kimono, kim_backup"),
                  "host-1: session of user-1; kimono, user-1_backup");
  CAF_CHECK_EQUAL(redactor.text("10.0.0.7 asked 10.0.0.9, 10.0.0.7 again"),
                  "address-1 asked address-2, address-1 again");
}

CAF_TEST(what only looks like a name or an address stays) {
  identity_redactor redactor{owner};
  for (const std::string text :
       {"at 09:08:55 for 12.3 s", "kernel 6.1.0-28-amd64", "user@1000.service",
        "io_schedule+0x46/0x80", "libc.so.6", "/usr/lib/x86_64-linux-gnu/libfoo.so.1.2.3",
        "127.0.0.1:80 and ::1", "https://localhost:8080/", "std::string a::b",
        "org.freedesktop.systemd1", "/sys/fs/cgroup/system.slice/cron.service", "1.5 MB/s",
        "nvme0n1", "8:0"})
    CAF_CHECK_EQUAL(redactor.text(text), text);
}

CAF_TEST(an event comes out of a bundle as it went in) {
  auto facts = example_report();
  facts.lead_up = 3;
  facts.event.event_id = 1'700'000'000'250'000'001;
  bundle_content content;
  content.events.push_back(facts);
  const auto files = compose_bundle(content, hide_secrets());
  const auto back = parse_bundle(unpack_archive(pack_archive(files, 1.7e9)));
  CAF_REQUIRE_EQUAL(back.size(), 1u);
  const auto& x = find_bundled(back, "7");
  CAF_CHECK_EQUAL(find_bundled(back, "last").event.id, x.event.id);
  CAF_CHECK_EQUAL(facts_document(x), facts_document(facts));
  CAF_CHECK_EQUAL(x.likeness.words, facts.likeness.words);
  CAF_CHECK_EQUAL(x.likeness.others, 12u);
  CAF_CHECK_EQUAL(x.lead_up, 3u);
  CAF_CHECK_EQUAL(*x.event.event_id, 1'700'000'000'250'000'001);
  CAF_CHECK_EQUAL(x.files.size(), 2u);
  for (const auto* form : {"summary.txt", "report.html"})
    for (const auto& file : files)
      if (file.name.ends_with(form))
        CAF_CHECK(contains(file.content, "ike 12 others, the last before it 2023-11-13"));
  CAF_CHECK(contains(render_report(x), "Froze 12.3 s, stalled on I/O"));
}

CAF_TEST(hostile names are kept as they are in a bundle and harm nothing) {
  for (const auto& name : hostile_names()) {
    const auto files = bundle_of(example_report(name));
    for (const auto& file : files)
      CAF_CHECK(is_plain_path(file.name));
    CAF_CHECK_EQUAL(parse_bundle(files).size(), 1u);
  }
}

CAF_TEST(what is no bundle is refused in a sentence) {
  const auto refused = [](const std::vector<bundle_file>& files) {
    try {
      parse_bundle(files);
    } catch (const std::runtime_error&) {
      return true;
    }
    return false;
  };
  CAF_CHECK(refused({}));
  CAF_CHECK(refused({{"event-1/facts.json", "[]"}}));
  CAF_CHECK(refused({{"event-1/facts.json", "{\"event\":7}"}}));
  CAF_CHECK(refused({{"event-1/facts.json", std::string(100'000, '[')}}));
  CAF_CHECK(!refused(
    {{"event-1/facts.json",
      R"({"event":{"id":-1e300,"started":"x","kind":[]},"seconds":{"columns":[1],"rows":[[1],7]},"lead_up":9})"}}));
}
