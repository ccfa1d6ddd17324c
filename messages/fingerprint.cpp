#include "messages/fingerprint.hpp"

#include "messages/words.hpp"

#include <cstdint>

namespace pmactor {

std::string common_name(const std::string& process) {
  // The kernel numbers its workers behind a slash: by CPU, pool, or device.
  const auto slash = process.find('/');
  if (slash != std::string::npos && slash > 0)
    return process.substr(0, slash);
  return process;
}

event_traits traits_of(const event_record& x) {
  event_traits result;
  const auto& event = x.event;
  result.kind = to_string(event.kind);
  if (event.kind != event_kind::critical)
    result.cause = to_string(event.cause);
  if (event.stall) {
    result.resource = to_string(event.stall->resource);
    result.name = event.stall->name;
  }
  if (accuses(event) && !x.culprits.empty())
    result.doer = common_name(x.culprits.front().name);
  return result;
}

std::string fingerprint_of(const event_traits& x) {
  // FNV-1a, 64 bits, folded to 32; each trait ends with a byte that no name has.
  std::uint64_t hash = 0xcbf29ce484222325u;
  const auto mix = [&hash](unsigned char byte) { hash = (hash ^ byte) * 0x100000001b3u; };
  for (const auto* trait : {&x.kind, &x.cause, &x.resource, &x.name, &x.doer}) {
    for (const char c : *trait)
      mix(static_cast<unsigned char>(c));
    mix(0);
  }
  return printed("%08x", static_cast<unsigned>((hash ^ (hash >> 32)) & 0xffffffffu));
}

} // namespace pmactor
