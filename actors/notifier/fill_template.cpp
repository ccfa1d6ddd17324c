#include "actors/notifier/fill_template.hpp"

#include "actors/notifier/encode_notice.hpp"
#include "messages/quote.hpp"

#include <algorithm>
#include <optional>

namespace pmactor {
namespace {

std::optional<std::string> value_of(std::string_view name, const notice_message& x) {
  if (name == "facts")
    return encode_notice_json(x);
  std::optional<std::string> text;
  if (name == "title")
    text = x.title;
  else if (name == "body")
    text = x.body;
  else if (name == "line")
    text = x.line;
  else if (const auto found = std::find_if(x.facts.begin(), x.facts.end(), [name](const auto& y) { return y.name == name; });
           found != x.facts.end())
    text = found->value;
  if (!text)
    return std::nullopt;
  const auto quoted = json_quoted(*text);
  return quoted.substr(1, quoted.size() - 2);
}

} // namespace

void add_identity(notice_message& x, const host_identity& host, const std::vector<std::string>& labels) {
  const auto add = [&x](const std::string& name, const std::string& value) {
    if (!value.empty())
      x.facts.push_back({name, value, false});
  };
  add("host", host.name);
  add("machine_id", host.machine_id);
  add("boot_id", host.boot_id);
  for (const auto& label : labels)
    if (const auto sign = label.find('='); sign != std::string::npos)
      add("label_" + label.substr(0, sign), label.substr(sign + 1));
}

std::string fill_template(std::string_view form, const notice_message& x) {
  if (form.empty())
    return encode_notice_json(x);
  std::string result;
  while (!form.empty()) {
    const auto brace = std::min(form.find('{'), form.size());
    result += form.substr(0, brace);
    form.remove_prefix(brace);
    if (form.empty())
      break;
    const auto end = form.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_", 1);
    const auto value = end != std::string_view::npos && form[end] == '}' ? value_of(form.substr(1, end - 1), x)
                                                                          : std::nullopt;
    if (value)
      result += *value;
    else
      result += '{';
    form.remove_prefix(value ? end + 1 : 1);
  }
  return result;
}

} // namespace pmactor
