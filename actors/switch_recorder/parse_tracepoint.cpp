#include "actors/switch_recorder/parse_tracepoint.hpp"

#include "actors/host/parse_numbers.hpp"

#include <cstring>

namespace pmactor {
namespace {

constexpr std::size_t most_fields = 64, longest_record = 64U << 10;

/// @returns the number behind *key*, as in "offset:16;".
std::optional<std::uint64_t> number_of(std::string_view line, std::string_view key) {
  const auto at = line.find(key);
  if (at == std::string_view::npos)
    return std::nullopt;
  line.remove_prefix(at + key.size());
  std::uint64_t value = 0;
  return take_number(line, value) ? std::optional{value} : std::nullopt;
}

/// @param line "\tfield:char rwbs[10];\toffset:34;\tsize:10;\tsigned:0;"
void add_field(std::string_view line, tracepoint_format& to) {
  const auto offset = number_of(line, "\toffset:"), size = number_of(line, "\tsize:");
  if (!offset || !size || *offset >= longest_record || *size >= longest_record
      || to.fields.size() >= most_fields)
    return;
  auto declared = line.substr(0, line.find(';'));
  declared = declared.substr(0, declared.find('[', declared.rfind(' ') + 1));
  declared.remove_prefix(declared.rfind(' ') + 1); // from the begin if there is no blank
  if (!declared.empty())
    to.fields.try_emplace(std::string{declared}, tracepoint_field{*offset, *size});
}

template <class T>
std::uint64_t value_at(const std::byte* data) {
  T result;
  std::memcpy(&result, data, sizeof result);
  return result;
}

} // namespace

std::optional<std::uint64_t> tracepoint_format::number(const char* field, const std::byte* record,
                                                       std::size_t size) const {
  const auto found = fields.find(field);
  if (found == fields.end() || found->second.offset + found->second.size > size)
    return std::nullopt;
  const auto* at = record + found->second.offset;
  switch (found->second.size) {
    case 1:
      return value_at<std::uint8_t>(at);
    case 2:
      return value_at<std::uint16_t>(at);
    case 4:
      return value_at<std::uint32_t>(at);
    case 8:
      return value_at<std::uint64_t>(at);
    default:
      return std::nullopt;
  }
}

std::string_view tracepoint_format::text(const char* field, const std::byte* record,
                                         std::size_t size) const {
  const auto found = fields.find(field);
  if (found == fields.end() || found->second.offset + found->second.size > size)
    return {};
  const std::string_view all{reinterpret_cast<const char*>(record) + found->second.offset,
                             found->second.size};
  return all.substr(0, all.find('\0'));
}

std::optional<tracepoint_format> parse_tracepoint(std::string_view text) {
  constexpr std::string_view field = "\tfield:", id = "ID: ";
  tracepoint_format result;
  bool has_id = false;
  while (!text.empty()) {
    auto line = take_line(text);
    if (line.substr(0, field.size()) == field)
      add_field(line.substr(field.size()), result);
    else if (line.substr(0, id.size()) == id && !has_id) {
      line.remove_prefix(id.size());
      has_id = take_number(line, result.id);
    }
  }
  return has_id ? std::optional{std::move(result)} : std::nullopt;
}

} // namespace pmactor
