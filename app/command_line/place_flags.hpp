// The options that say which daemon a command is about.
#pragma once

#include "app/instance/places.hpp"

#include <CLI/CLI.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace pmactor {

/// As given on the command line; empty where nothing was.
struct place_flags {
  std::string data, settings;
  std::vector<std::string> set; ///< "KEY=VALUE", over what the settings file says.

  /// @returns the places that they mean.
  /// @throws std::runtime_error as find_places().
  places find() const;
  /// @returns the options with which another pmactor means the same places, wherever it is started.
  std::vector<std::string> arguments() const;
};

/// Adds `--data DIR` to the command.
std::shared_ptr<place_flags> add_data_flag(CLI::App& verb);
/// Adds `--data DIR`, `--config FILE` and `--set KEY=VALUE` to the command.
std::shared_ptr<place_flags> add_place_flags(CLI::App& verb);

/// Adds `--timeout S` to the command. @param timeout holds the default.
void add_timeout_flag(CLI::App& verb, std::chrono::milliseconds& timeout, const char* about);

} // namespace pmactor
