#include "app/service/plan_installation.hpp"

#include "app/views/shell_words.hpp"
#include "messages/quote.hpp"

#include <algorithm>
#include <initializer_list>
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
        "Cannot install: a path or value with control characters in it cannot be written "
        "in a service's file.");
}

std::string replaced(std::string text, std::string_view what, const std::string& by) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
    text.replace(at, what.size(), by);
  return text;
}

bool is_below(const fs::path& file, std::initializer_list<const char*> folders) {
  const auto& name = file.native();
  return std::any_of(folders.begin(), folders.end(), [&name](const std::string& folder) {
    return name.starts_with(folder) && (name.size() == folder.size() || name[folder.size()] == '/');
  });
}

/// @returns those of the folders that the unit's StateDirectory= and so on do not make and leave
/// writable.
std::vector<fs::path> unusual_folders(const install_request& request) {
  std::vector<fs::path> result;
  for (const auto& x : request.written)
    if (!is_below(x, {"/var/lib/pmactor", "/var/log/pmactor", "/run/pmactor"}))
      result.push_back(x);
  return result;
}

/// Sections that follow what was asked of `install`; what stands later in a unit counts.
std::string unit_follows(const install_request& request) {
  std::string unit, service;
  const auto folders = request.system ? unusual_folders(request) : std::vector<fs::path>{};
  const auto add = [](std::string& to, const char* why, const std::string& lines) {
    to.append("# ").append(why).append("\n").append(lines);
  };
  std::string mounts, writable;
  for (const auto& x : folders) {
    mounts += "RequiresMountsFor=" + systemd_word(x.string()) + '\n';
    writable += "ReadWritePaths=" + systemd_word(x.string()) + '\n';
  }
  if (!folders.empty()) {
    add(unit, "What it writes to may lie on a disk of its own.", mounts);
    add(service, "It writes to other folders than those of a service.", writable);
  }
  std::string variables;
  for (const auto& [name, value] : request.environment)
    variables += "Environment=" + systemd_word(name + '=' + value) + '\n';
  if (!variables.empty())
    add(service, "As it was where `pmactor install` was run.", variables);
  const std::string network_of_the_machine =
    request.system ? "IPAddressDeny=\nPrivateNetwork=no\n" : "";
  if (request.runs_a_command)
    add(service,
        "notifications.command is a program of its own, which may use the network or make code as "
        "it runs.",
        "RestrictAddressFamilies=\n" + network_of_the_machine + "MemoryDenyWriteExecute=no\n");
  else if (request.reaches_network)
    add(service, "Events or messages go to a receiver on the network, as its settings say.",
        "RestrictAddressFamilies=AF_INET AF_INET6 AF_NETLINK\n" + network_of_the_machine);
  if (request.system && !request.textfile_folder.empty())
    add(service, "It writes its metrics to a folder of others.",
        "ReadWritePaths=" + systemd_word(request.textfile_folder.string()) + '\n');
  if (request.system) {
    auto used = folders;
    used.insert(used.end(), {request.program, request.settings});
    const auto lies_in = [&used](std::initializer_list<const char*> where) {
      return std::any_of(used.begin(), used.end(),
                         [where](const auto& x) { return is_below(x, where); });
    };
    if (lies_in({"/tmp", "/var/tmp"}))
      add(service, "What it needs lies where it would have a folder of its own.",
          "PrivateTmp=no\n");
    if (lies_in({"/home", "/root", "/run/user"}))
      add(service, "What it needs lies in a home; others stay read-only by ProtectSystem=.",
          "ProtectHome=no\n");
  }
  return (unit.empty() ? "" : "\n[Unit]\n" + unit)
         + (service.empty() ? "" : "\n[Service]\n" + service);
}

/// @returns the text with each name between two @ replaced by its value.
std::string filled(std::string text,
                   std::initializer_list<std::pair<std::string_view, std::string>> values) {
  for (const auto& [name, value] : values)
    text = replaced(std::move(text), '@' + std::string{name} + '@', value);
  return text;
}

std::string unit(const install_request& request) {
  std::string options, data;
  for (const auto& x : request.places)
    options += ' ' + systemd_argument(x);
  for (std::size_t i = 0; i + 1 < request.places.size(); i += 2)
    if (request.places[i] == "--data")
      data = " --data " + systemd_argument(request.places[i + 1]);
  return filled(std::string{conf_file(request.system ? "pmactor.service" : "pmactor-user.service")},
                {{"program", systemd_word(request.program.string())},
                 {"options", options},
                 {"data", data}})
         + unit_follows(request);
}

/// @returns the word as a shell has it.
std::string checked_word(const std::string& word) {
  check_plain(word);
  return shell_quoted(word);
}

/// Says at a login what ended the machine.
std::string greeting(const install_request& request) {
  std::string data;
  for (std::size_t i = 0; i + 1 < request.places.size(); i += 2)
    if (request.places[i] == "--data")
      data = " --data " + checked_word(request.places[i + 1]);
  return filled(std::string{conf_file("pmactor.motd")},
                {{"program", checked_word(request.program.string())}, {"data", data}});
}

constexpr const char* greeting_file = "/etc/update-motd.d/60-pmactor";
/// journalctl reads catalogs here and in /usr/lib, which is the packages'; this one stands above a packaged one.
constexpr const char* catalog_file = "/usr/local/lib/systemd/catalog/pmactor.catalog";

std::string property_list(const install_request& request) {
  std::string options, variables;
  for (const auto& x : request.places)
    options += "    <string>" + xml_text(x) + "</string>\n";
  for (const auto& [name, value] : request.environment)
    variables +=
      "    <key>" + xml_text(name) + "</key>\n    <string>" + xml_text(value) + "</string>\n";
  if (!variables.empty())
    variables = "  <!-- As it was where `pmactor install` was run. -->\n  "
                "<key>EnvironmentVariables</key>\n  <dict>\n"
                + variables + "  </dict>\n";
  return filled(std::string{conf_file("pmactor.plist")},
                {{"program", xml_text(request.program.string())},
                 {"options", options},
                 {"environment", variables}});
}

/// Where the rules are written and checked: sudo does not read them there, so a mistake locks no
/// one out.
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

install_step at(install_step::act what, fs::path file) {
  install_step result;
  result.what = what;
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

fs::path service_file(const install_request& request) {
  if (request.manager == service_manager::launchd)
    return (request.system ? fs::path{"/Library/LaunchDaemons"}
                           : request.home / "Library/LaunchAgents")
           / (std::string{label} + ".plist");
  return (request.system ? fs::path{"/etc/systemd/system"} : request.config / "systemd/user")
         / "pmactor.service";
}

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
    if (c == '%')
      result += c; // doubled, it is itself
    if (c == '\\' || c == '"')
      result += '\\';
    quote = quote || c == ' ' || c == ';' || c == '\'' || c == '"' || c == '\\';
    result += c;
  }
  return quote ? '"' + result + '"' : result;
}

std::string systemd_argument(const std::string& word) {
  return replaced(systemd_word(word), "$", "$$");
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
  // A unit cannot leave writable what is not there.
  if (request.system)
    for (const auto& x : unusual_folders(request))
      result.push_back(at(install_step::act::make_folder, x));
  if (request.manager == service_manager::systemd) {
    result.push_back(writing(file, unit(request)));
    if (request.system && request.greets_logins)
      result.push_back(writing(greeting_file, greeting(request), 0755));
    if (request.start) {
      result.push_back(running(systemctl(request, {"daemon-reload"})));
      result.push_back(running(systemctl(request, {"enable", "--now", "pmactor.service"})));
    }
    if (request.system && request.explains_journal) {
      // Last: the service runs as well where /usr cannot be written to.
      auto catalog = writing(catalog_file, std::string{conf_file("pmactor.catalog")});
      catalog.may_fail = catalog.is_for_all = true;
      result.push_back(std::move(catalog));
      if (request.start)
        result.push_back(running({"journalctl", "--update-catalog"}, true));
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
  result.push_back(writing(file, property_list(request)));
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
    if (request.is_installed)
      result.push_back(running(systemctl(request, {"disable", "--now", "pmactor.service"}), true));
    result.push_back(at(install_step::act::remove, file));
    if (request.system && request.greets_logins)
      result.push_back(at(install_step::act::remove, greeting_file));
    if (request.system && request.explains_journal) {
      result.push_back(at(install_step::act::remove, catalog_file));
      result.back().may_fail = true;
      result.push_back(running({"journalctl", "--update-catalog"}, true));
    }
    if (request.is_installed)
      result.push_back(running(systemctl(request, {"daemon-reload"}), true));
    return result;
  }
  if (request.is_installed)
    result.push_back(running({"launchctl", "bootout", domain(request) + '/' + label}, true));
  result.push_back(at(install_step::act::remove, file));
  if (needs_sudoers(request)) {
    result.push_back(running({"/usr/bin/sudo", "/bin/rm", "-f", sudoers_file(request).string()}, true));
    result.push_back(at(install_step::act::remove, sudoers_draft(request)));
  }
  return result;
}

std::string manager_warning(const install_request& request, bool removing) {
  if (request.manager_runs)
    return {};
  const std::string name = request.manager == service_manager::systemd ? "systemd" : "launchd";
  return removing ? name + " does not run here: what it is asked to do fails, and only files are removed."
         : request.start
           ? name + " does not run here: what it is asked to do fails after the files are written. `pmactor start` starts "
                    "the daemon without it, --no-start writes the files alone."
           : name + " does not run here: the service starts once it does.";
}

std::vector<std::string> list_warnings(const install_request& request) {
  std::vector<std::string> result;
  if (auto idle = manager_warning(request, false); !idle.empty())
    result.push_back(std::move(idle));
  const auto program = request.program.string();
  const std::string elsewhere = request.system
                                  ? "`sudo install -m 755 " + program
                                      + " /usr/local/bin/pmactor` puts a copy where it stays; run "
                                        "`sudo /usr/local/bin/pmactor install --system`."
                                  : "copy it to where programs stay, such as ~/.local/bin, and run "
                                    "`pmactor install` from there.";
  const auto warn = [&](const std::string& why) {
    result.push_back(program + ' ' + why + " Better: " + elsewhere);
  };
  if (request.lies.is_temporary)
    warn("lies in a folder for temporary files: once that is emptied, at the latest at the next "
         "boot, the service "
         "does not start any more.");
  else if (!request.lies.build_folder.empty())
    warn("lies in the build folder " + request.lies.build_folder.string()
         + ": the next build replaces it under the service, and cleaning up removes it.");
  else if (request.system && is_below(request.program, {"/home", "/root", "/run/user", "/Users"}))
    warn("lies in a home, which may be mounted later than the service starts, or not at all.");
  if (request.system && !request.lies.replaceable_by.empty())
    warn("can be replaced by " + request.lies.replaceable_by
         + ", and root would run what they put there.");
  auto kept = request.written;
  kept.push_back(request.settings);
  for (const auto& x : kept)
    if (is_below(x, {"/tmp", "/var/tmp", "/dev/shm", "/private/tmp"})) {
      result.push_back(
        x.string()
        + " is for temporary files and emptied at boot: what the daemon keeps there is "
          "lost with it. Name another folder with --data, or file with --config.");
      break;
    }
  return result;
}

} // namespace pmactor
