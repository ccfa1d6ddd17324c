#include "app/service/take_steps.hpp"

#include "actors/host/start_process.hpp"
#include "app/instance/write_file.hpp"
#include "app/views/escape.hpp"
#include "messages/words.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>

namespace pmactor {
namespace fs = std::filesystem;
namespace {

[[noreturn]] void refuse(const std::string& sentence) {
  throw std::runtime_error(sentence);
}

/// @returns what the file holds; nothing if there is none.
std::optional<std::string> content_of(const fs::path& file) {
  std::ifstream in{file, std::ios::binary};
  if (!in)
    return std::nullopt;
  return std::string{std::istreambuf_iterator<char>{in}, {}};
}

/// Makes the folder and those above it. What fails is reported as the file is written.
void make_open_folder(const fs::path& folder) {
  std::error_code failed;
  if (!folder.has_relative_path() || fs::exists(folder, failed))
    return;
  make_open_folder(folder.parent_path());
  constexpr mode_t mode = 0755;
  if (::mkdir(folder.c_str(), mode) == 0)
    ::chmod(folder.c_str(), mode);
}

void try_step(const install_step& step) {
  switch (step.what) {
    case install_step::act::write:
      if (content_of(step.file) == step.content)
        return;
      if (step.is_for_all)
        make_open_folder(step.file.parent_path());
      write_file(step.file, step.content, step.mode);
      std::cout << "wrote " << escaped(step.file.string()) << '\n';
      return;
    case install_step::act::check: {
      if (content_of(step.file) == step.content)
        return;
      const auto draft = step.file.string() + ".draft";
      write_file(draft, step.content, step.mode);
      auto command = step.command;
      command.back() = draft;
      if (run_in_foreground(command) != 0) {
        ::unlink(draft.c_str());
        refuse("The rule for sudo is not what visudo takes; nothing was installed.");
      }
      if (::rename(draft.c_str(), step.file.c_str()) != 0)
        refuse("Cannot write " + step.file.string() + ": " + std::strerror(errno) + '.');
      std::cout << "wrote " << escaped(step.file.string()) << '\n';
      return;
    }
    case install_step::act::make_folder:
      if (std::error_code there; !fs::exists(step.file, there)) {
        make_private_folder(step.file);
        std::cout << "made " << escaped(step.file.string()) << '\n';
      }
      return;
    case install_step::act::remove:
      if (::unlink(step.file.c_str()) == 0)
        std::cout << "removed " << escaped(step.file.string()) << '\n';
      else if (errno != ENOENT)
        refuse("Cannot remove " + step.file.string() + ": " + std::strerror(errno) + '.');
      return;
    case install_step::act::run: {
      std::cout << "running " << escaped(joined(step.command, " ")) << std::endl;
      auto code = run_in_foreground(step.command);
      for (auto tries = step.tries; code != 0 && code != 127 && tries > 1; --tries) {
        ::sleep(1);
        code = run_in_foreground(step.command);
      }
      if (code != 0 && !step.may_fail)
        refuse("`" + joined(step.command, " ") + "` failed"
               + (code == 127 ? ": there is no such program here"
                              : " with exit code " + std::to_string(code))
               + "; what was written before it stays. `pmactor uninstall` takes it back.");
      return;
    }
  }
}

} // namespace

std::string shown_step(const install_step& step) {
  switch (step.what) {
    case install_step::act::remove: {
      std::error_code unknown; // what cannot be looked at may be there
      const auto kind = fs::symlink_status(step.file, unknown).type();
      return kind == fs::file_type::not_found ? "skip   " + step.file.string() + ", which is not there\n"
                                              : "remove " + step.file.string() + '\n';
    }
    case install_step::act::run:
      return "run    " + joined(step.command, " ") + '\n';
    case install_step::act::make_folder:
      return (fs::exists(step.file) ? "keep   " : "make   ") + step.file.string() + '\n';
    case install_step::act::check:
    case install_step::act::write:
      break;
  }
  if (content_of(step.file) == step.content)
    return "keep   " + step.file.string() + ", which is as it should be\n";
  std::error_code unknown; // what cannot be looked at may be there
  const bool replaces = fs::symlink_status(step.file, unknown).type() != fs::file_type::not_found;
  return "write  " + step.file.string() + (replaces ? ", in place of what is there" : "")
         + (step.what == install_step::act::check ? ", checked by " + joined(step.command, " ") : "") + '\n';
}

std::string shown_content(const install_step& step) {
  const bool is_file = step.what == install_step::act::write || step.what == install_step::act::check;
  if (!is_file || content_of(step.file) == step.content)
    return {};
  auto result = step.file.string() + ":\n";
  std::string_view text = step.content;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    result.append("  | ").append(text.substr(0, end)).append("\n");
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return result;
}

void take_step(const install_step& step) {
  try {
    try_step(step);
  } catch (const std::runtime_error& e) {
    if (!step.may_fail)
      throw;
    std::cerr << "pmactor: Warning: " << escaped(e.what()) << '\n';
  }
}

} // namespace pmactor
