#define CAF_SUITE redact_secrets

#include "messages/redact_secrets.hpp"

#include "messages/words.hpp"

#include "support/hostile_names.hpp"
#include "support/planted_secrets.hpp"
#include "support/test.hpp"

using namespace pmactor;

namespace {

/// @returns what is left of the secrets; empty if nothing is.
std::string leaks(const std::string& shown, const planted_arguments& x) {
  std::string result;
  for (const auto& secret : x.secrets)
    if (shown.find(secret) != shown.npos)
      result += secret + " in: " + shown + '\n';
  return result;
}

} // namespace

CAF_TEST(no secret is left in the words of a command line) {
  const auto all = planted_arguments_list();
  CAF_CHECK(all.size() >= 50);
  std::string found;
  for (const auto& x : all)
    found += leaks(joined(redact_arguments(x.words), " "), x);
  CAF_CHECK_EQUAL(found, "");
}

CAF_TEST(most secrets are found in a text where words are not known) {
  std::string found;
  std::size_t missed = 0;
  for (const auto& x : planted_arguments_list()) {
    const auto left = leaks(redact_secrets(joined(x.words, " ")), x);
    missed += left.empty() ? 0 : 1;
    found += left;
  }
  // What a blank parts cannot be distinguished from what follows it.
  if (missed > 5)
    CAF_MESSAGE(found);
  CAF_CHECK(missed <= 5);
}

CAF_TEST(all else of a command line stays) {
  using words = std::vector<std::string>;
  const auto stays = [](const words& x) {
    CAF_CHECK_EQUAL(joined(redact_arguments(x), "|"), joined(x, "|"));
  };
  stays({"/usr/bin/rsync", "-aHAX", "--delete", "--exclude=*.tmp", "/srv/data/", "box:/backup/"});
  stays({"postgres:", "checkpointer"});
  stays({"/usr/lib/firefox/firefox", "-contentproc", "-childID", "12", "-isForBrowser", "-prefsLen",
         "31415", "tab"});
  stays({"gpg-agent", "--homedir", "/var/empty", "--use-standard-socket", "--daemon"});
  stays({"ssh-agent", "-a", "/run/agent.sock"});
  stays({"docker", "run", "-p", "8080:80", "-u", "1000:1000", "nginx"});
  stays({"mysqld", "--port=3306", "--socket=/run/mysqld/mysqld.sock"});
  stays(
    {"cc1plus", "-O2", "-D_FORTIFY_SOURCE=2", "-fstack-protector-strong", "-o", "/tmp/ccAbCd12.s"});
  stays({"llama", "--max-tokens=512", "--keyboard=us", "--sort-key=cpu"});
  stays({"env", "PWD=/srv/data", "SSH_AUTH_SOCK=/run/agent", "XAUTHORITY=/run/x",
         "GPG_TTY=/dev/pts/1"});
  stays({"tool", "--password-file=/etc/tool/password", "--token-file", "/etc/token"});
  stays({"kworker/u8:2-events_unbound"});
}

CAF_TEST(a text of the kernel or of ours stays as it is) {
  for (const std::string text : {"io_schedule+0x46/0x80\nblk_mq_get_tag+0x11e/0x2b0",
                                 "the disk was busy; 12 writes waited, 298 MB/s",
                                 "rsync (4711) waits in io_schedule for nvme0n1p2, see "
                                 "https://example.org/kernel?page=2#top",
                                 "systemd[1]: Started Session 12 of User root.",
                                 "x86_64-linux-gnu ThisIsALongCamelCaseName"})
    CAF_CHECK_EQUAL(redact_secrets(text), text);
}

CAF_TEST(redacting twice changes nothing more) {
  for (const auto& x : planted_arguments_list()) {
    const auto once = redact_secrets(joined(x.words, " "));
    CAF_CHECK_EQUAL(redact_secrets(once), once);
    const auto words = redact_arguments(x.words);
    CAF_CHECK_EQUAL(joined(redact_arguments(words), "|"), joined(words, "|"));
  }
}

CAF_TEST(hostile bytes are taken as they are) {
  for (const auto& name : hostile_names()) {
    redact_secrets("--password " + name);
    CAF_CHECK_EQUAL(redact_arguments({"x", "--password", name, "y"}).size(), 4u);
  }
  // A quoted word in which nothing separates a name from a value.
  CAF_CHECK_EQUAL(redact_arguments({"'"}).size(), 1u);
  // Nothing here may take longer than its length allows.
  std::string many;
  for (int i = 0; i < 100'000; ++i)
    many += "://";
  redact_secrets(many);
  redact_secrets(std::string(200'000, '"') + std::string(200'000, '='));
  redact_arguments(std::vector<std::string>(20'000, "-a"));
}
