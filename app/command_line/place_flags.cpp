#include "app/command_line/place_flags.hpp"

#include "app/command_line/numbers.hpp"

namespace pmactor {

places place_flags::find() const {
  place_options named;
  if (!data.empty())
    named.data = canonical_folder(data);
  if (!settings.empty())
    named.settings = std::filesystem::absolute(settings);
  return find_places(look_around(), named);
}

std::vector<std::string> place_flags::arguments() const {
  std::vector<std::string> result;
  if (!data.empty())
    result.insert(result.end(), {"--data", canonical_folder(data).string()});
  if (!settings.empty())
    result.insert(result.end(), {"--config", std::filesystem::absolute(settings).string()});
  for (const auto& x : set)
    result.insert(result.end(), {"--set", x});
  return result;
}

std::shared_ptr<place_flags> add_data_flag(CLI::App& verb) {
  auto flags = std::make_shared<place_flags>();
  verb.add_option("--data", flags->data, "The daemon's data folder")->type_name("DIR");
  return flags;
}

std::shared_ptr<place_flags> add_place_flags(CLI::App& verb) {
  auto flags = add_data_flag(verb);
  verb.add_option("--config", flags->settings, "The settings file")->type_name("FILE");
  verb
    .add_option("--set", flags->set, "Set a key of the settings, over the file and the environment")
    ->type_name("KEY=VALUE")
    ->allow_extra_args(false);
  return flags;
}

void add_timeout_flag(CLI::App& verb, std::chrono::milliseconds& timeout, const char* about) {
  const auto take = [&timeout](double seconds) {
    timeout = std::chrono::round<std::chrono::milliseconds>(std::chrono::duration<double>(seconds));
  };
  verb.add_option_function<double>("--timeout", take, about)
    ->type_name("S")
    ->check(real_number(0, 3600))
    ->default_str(std::to_string(std::chrono::round<std::chrono::seconds>(timeout).count()));
}

} // namespace pmactor
