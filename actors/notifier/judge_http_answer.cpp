#include "actors/notifier/judge_http_answer.hpp"

#include "messages/quote.hpp"
#include "messages/utf8.hpp"

#include <algorithm>

namespace pmactor {
namespace {

constexpr std::size_t longest_word = 160;

/// @returns the begin of what the receiver says, in one clean line behind a colon; empty if it says nothing.
std::string words_of(const std::string& body) {
  std::string text{cut_text(body, longest_word)};
  std::replace_if(text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
  text = harmless(text);
  while (!text.empty() && text.back() == ' ')
    text.pop_back();
  return text.empty() ? "" : ": " + text;
}

send_outcome outcome_of(int status) {
  if (status >= 200 && status < 300)
    return send_outcome::taken;
  if (status == 408 || status == 429 || status >= 500)
    return send_outcome::later;
  if (status == 413)
    return send_outcome::too_large;
  if (status == 400 || status == 422)
    return send_outcome::refused;
  return send_outcome::misplaced;
}

} // namespace

send_verdict judge_http_answer(const http_answer& x) {
  if (x.status == 0)
    return {send_outcome::later, "gave no answer: " + words_of(x.problem).substr(x.problem.empty() ? 0 : 2)};
  const auto what = outcome_of(x.status);
  if (what == send_outcome::taken)
    return {};
  return {what, "answered " + std::to_string(x.status) + words_of(x.body)};
}

} // namespace pmactor
