#include "app/service/plan_installation.hpp"

#include "messages/quote.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

namespace pmactor {
namespace fs = std::filesystem;
namespace {

constexpr std::pair<std::string_view, std::string_view> conf_files[] = {
#include <conf_files.inc>
};

constexpr const char* label = "org.pmactor";

void check_plain(const std::string& text) {
  for (const char c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      throw std::runtime_error(
        "Cannot install: a path with control characters in it cannot be written "
        "in a service's file.");
}

std::string replaced(std::string text, std::string_view what, const std::string& by) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
  return text;
}

/// @returns the service's file with this program in it.
std::string filled_in(const install_request& request, const char* name) {
  std::string text{conf_file(name)};
  std::string options, data;
  if (request.manager == service_manager::launchd) {
    for (const auto& x : request.places)
      options += "    <string>" + xml_text(x) + "</string>\n";
    text = replaced(std::move(text), "@program@", xml_text(request.program.string()));
  } else {
    for (const auto& x : request.places)
      options += ' ' + systemd_word(x);
    for (std::size_t i = 0; i + 1 < request.places.size(); i += 2)
      if (request.places[i] == "--data")
        data = " --data " + systemd_word(request.places[i + 1]);
    text = replaced(std::move(text), "@program@", systemd_word(request.program.string()));
  }
  return replaced(replaced(std::move(text), "@options@", options), "@data@", data);
}

fs::path service_file(const install_request& request) {
  if (request.manager == service_manager::launchd)
    return (request.system ? fs::path{"/Library/LaunchDaemons"}
                           : request.home / "Library/LaunchAgents")
           / (std::string{label} + ".plist");
  return (request.system ? fs::path{"/etc/systemd/system"} : request.config / "systemd/user")
         / "pmactor.service";
}

/// Where the rules are written and checked: sudo does not read them there, so a mistake locks nobody out.
fs::path sudoers_draft(const install_request& request) {
  return request.config / "pmactor/sudoers";
}

fs::path sudoers_file(const install_request& request) {
  // sudo reads no file with a dot in its name.
  return "/etc/sudoers.d/pmactor-" + replaced(request.user, ".", "_");
}

install_step running(std::vector<std::string> command, bool may_fail = false) {
  install_step result;
  result.what = install_step::act::run;
  result.command = std::move(command);
  result.may_fail = may_fail;
  return result;
}

install_step writing(fs::path file, std::string content, unsigned mode = 0644) {
  install_step result;
  result.file = std::move(file);
  result.content = std::move(content);
  result.mode = mode;
  return result;
}

install_step removing(fs::path file) {
  install_step result;
  result.what = install_step::act::remove;
  result.file = std::move(file);
  return result;
}

/// @returns a systemctl for this kind of service.
std::vector<std::string> systemctl(const install_request& request, std::vector<std::string> words) {
  std::vector<std::string> result{"systemctl"};
  if (!request.system)
    result.emplace_back("--user");
  result.insert(result.end(), std::make_move_iterator(words.begin()),
                std::make_move_iterator(words.end()));
  return result;
}

std::string domain(const install_request& request) {
  return request.system ? "system" : "gui/" + std::to_string(request.uid);
}

bool needs_sudoers(const install_request& request) {
  return !request.system && !request.privileged.empty();
}

} // namespace

std::string_view conf_file(std::string_view name) {
  for (const auto& [file, content] : conf_files)
    if (file == name)
      return content;
  throw std::logic_error("no such file in conf/");
}

std::string systemd_word(const std::string& word) {
  check_plain(word);
  std::string result;
  bool quote = word.empty();
  for (const char c : word) {
    if (c == '%' || c == '$')
      result += c; // doubled, it is itself
    if (c == '\\' || c == '"')
      result += '\\';
    quote = quote || c == ' ' || c == ';' || c == '\'' || c == '"' || c == '\\';
    result += c;
  }
  return quote ? '"' + result + '"' : result;
}

std::string xml_text(const std::string& text) {
  check_plain(text);
  return without_markup(text);
}

std::string sudoers_rule(const std::string& user, const std::vector<std::string>& command) {
  const auto refuse = [](const std::string& word) {
    throw std::runtime_error("Cannot write a sudoers rule: '" + word
                             + "' would mean more than itself there.");
  };
  const auto is_name = [](const std::string& x) {
    return !x.empty()
           && std::all_of(x.begin(), x.end(),
                          [](char c) {
                            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
                                   || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
                          })
           && x[0] != '-' && x != "ALL";
  };
  if (!is_name(user))
    refuse(user);
  if (command.empty() || command[0].empty() || command[0][0] != '/')
    refuse(command.empty() ? "" : command[0]);
  std::string result = user + " ALL=(root) NOPASSWD: ";
  for (std::size_t i = 0; i < command.size(); ++i) {
    const auto& word = command[i];
    // Blanks part arguments, wildcards match anything, also blanks and slashes; the rest is syntax.
    if (word.empty() || word.find_first_of(" \t*?[]!\"'\\#()^$~") != std::string::npos)
      refuse(word);
    for (const char c : word) {
      if (static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) >= 0x7f)
        refuse(word);
      if (c == ',' || c == ':' || c == '=')
        result += '\\';
      result += c;
    }
    if (i + 1 < command.size())
      result += ' ';
  }
  // Without arguments, any would be allowed.
  if (command.size() == 1)
    result += " \"\"";
  return result + '\n';
}

std::string sudoers_file_for(const std::string& user,
                             const std::vector<std::vector<std::string>>& commands) {
  std::string result = "# Lets pmactor's daemon of this user measure, and nothing else.\n";
  for (const auto& command : commands)
    result += sudoers_rule(user, command);
  return result;
}

std::vector<install_step> plan_installation(const install_request& request) {
  std::vector<install_step> result;
  const auto file = service_file(request);
  if (request.manager == service_manager::systemd) {
    result.push_back(writing(
      file, filled_in(request, request.system ? "pmactor.service" : "pmactor-user.service")));
    if (request.start) {
      result.push_back(running(systemctl(request, {"daemon-reload"})));
      result.push_back(running(systemctl(request, {"enable", "--now", "pmactor.service"})));
    }
    return result;
  }
  if (needs_sudoers(request)) {
    const auto draft = sudoers_draft(request);
    auto check = running({"/usr/sbin/visudo", "-cf", draft.string()});
    check.what = install_step::act::check;
    check.file = draft;
    check.content = sudoers_file_for(request.user, request.privileged);
    check.mode = 0600;
    result.push_back(std::move(check));
    // This asks for the password, once.
    result.push_back(running({"/usr/bin/sudo", "/usr/bin/install", "-o", "root", "-g", "wheel", "-m", "0440",
                              draft.string(), sudoers_file(request).string()}));
  }
  result.push_back(writing(file, filled_in(request, "pmactor.plist")));
  if (request.start) {
    result.push_back(running({"launchctl", "bootout", domain(request) + '/' + label}, true));
    // launchctl does not wait until a former one has ended, and launchd takes no second one before.
    result.push_back(running({"launchctl", "bootstrap", domain(request), file.string()}));
    result.back().tries = 5;
  }
  return result;
}

std::vector<install_step> plan_removal(const install_request& request) {
  std::vector<install_step> result;
  const auto file = service_file(request);
  if (request.manager == service_manager::systemd) {
    result.push_back(running(systemctl(request, {"disable", "--now", "pmactor.service"}), true));
    result.push_back(removing(file));
    result.push_back(running(systemctl(request, {"daemon-reload"}), true));
    return result;
  }
  result.push_back(running({"launchctl", "bootout", domain(request) + '/' + label}, true));
  result.push_back(removing(file));
  if (needs_sudoers(request)) {
    result.push_back(running({"/usr/bin/sudo", "/bin/rm", "-f", sudoers_file(request).string()}, true));
    result.push_back(removing(sudoers_draft(request)));
  }
  return result;
}

} // namespace pmactor
