#include "app/bundle/describe_machine.hpp"

#include "messages/words.hpp"

#include <nlohmann/json.hpp>

namespace pmactor {

std::string machine_document(const machine_facts& x) {
  using json = nlohmann::ordered_json;
  const auto text = [](const std::string& value) { return value.empty() ? json() : json(value); };
  auto disks = json::array();
  for (const auto& one : x.disks)
    disks.push_back({{"name", one.name},
                     {"model", text(one.model)},
                     {"bytes", one.bytes ? json(*one.bytes) : json()},
                     {"rotates", one.rotates ? json(*one.rotates) : json()}});
  const json result{{"system", text(x.system)},
                    {"kernel", text(x.kernel)},
                    {"architecture", text(x.architecture)},
                    {"cpu", text(x.cpu)},
                    {"cpus", x.cpus > 0 ? json(x.cpus) : json()},
                    {"memory", x.memory ? json(*x.memory) : json()},
                    {"disks", std::move(disks)}};
  return result.dump(2, ' ', false, json::error_handler_t::replace) + '\n';
}

std::string machine_words(const machine_facts& x) {
  std::vector<std::string> parts;
  for (const auto& one : {x.system, x.kernel.empty() ? "" : "kernel " + x.kernel, x.architecture})
    if (!one.empty())
      parts.push_back(one);
  if (x.cpus > 0)
    parts.push_back(std::to_string(x.cpus) + (x.cpus == 1 ? " CPU" : " CPUs")
                    + (x.cpu.empty() ? "" : " (" + x.cpu + ')'));
  if (x.memory)
    parts.push_back(bytes_in_words(*x.memory) + " of memory");
  for (const auto& disk : x.disks)
    parts.push_back(disk.name + (disk.model.empty() ? "" : " (" + disk.model + ')')
                    + (disk.bytes ? ", " + bytes_in_words(*disk.bytes) : ""));
  return joined(parts, "; ");
}

} // namespace pmactor
