#include "actors/notifier/compose_desktop.hpp"

#include "actors/notifier/clean_text.hpp"
#include "messages/quote.hpp"

namespace pmactor {
namespace {

constexpr std::size_t longest_title = 120;
constexpr std::size_t longest_body = 600;

} // namespace

std::vector<std::string> notify_send_command(const std::string& program, const notice_message& x,
                                             bool sound) {
  std::vector<std::string> result{program, "--app-name=pmactor",
                                  x.is_urgent ? "--urgency=critical" : "--urgency=normal",
                                  "--expire-time=15000", "--icon=dialog-warning"};
  if (!x.is_urgent)
    result.back() = "--icon=dialog-information";
  // A later one of the same kind takes the place of the earlier; an all-clear closes its alarm.
  const bool stress = x.kind == notice_kind::critical || x.kind == notice_kind::all_clear;
  const bool own = x.kind == notice_kind::degraded || x.kind == notice_kind::recovered;
  result.push_back("--hint=string:x-canonical-private-synchronous:pmactor-"
                   + (stress ? "stress" : own ? "own" : to_string(x.kind)));
  if (!sound)
    result.push_back("--hint=boolean:suppress-sound:true");
  else if (x.is_urgent)
    result.push_back("--hint=string:sound-name:dialog-warning");
  // What follows is no option, whatever it starts with.
  result.push_back("--");
  result.push_back(clean_text(x.title, longest_title));
  result.push_back(without_markup(clean_text(x.body, longest_body)));
  return result;
}

std::vector<std::string> osascript_command(const notice_message& x, bool sound,
                                           std::optional<std::uint32_t> user) {
  std::vector<std::string> result;
  if (user) { // root is in another session; the user's own is entered as that user
    const auto id = std::to_string(*user);
    result = {"/bin/launchctl", "asuser", id, "/usr/bin/sudo", "-n", "-u", "#" + id};
  }
  result.insert(result.end(),
                {"/usr/bin/osascript", "-e", "on run {theTitle, theText}", "-e",
                 sound && x.is_urgent
                   ? "display notification theText with title theTitle sound name \"Submarine\""
                   : "display notification theText with title theTitle",
                 "-e", "end run", clean_text(x.title, longest_title)});
  // Neither may look like an option: the title starts with a word of ours, and so does the text.
  const auto body = clean_text(x.body, longest_body);
  result.push_back(body.empty() || body[0] == '-' ? "pmactor: " + body : body);
  return result;
}

std::vector<std::string> session_environment(const std::string& runtime_folder, const std::string& bus) {
  // A locale that knows UTF-8: notify-send takes its arguments by it.
  return {"PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C.UTF-8", "XDG_RUNTIME_DIR=" + runtime_folder,
          "DBUS_SESSION_BUS_ADDRESS=" + bus};
}

} // namespace pmactor
