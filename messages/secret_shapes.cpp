#include "messages/secret_shapes.hpp"

#include "messages/redact_secrets.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace pmactor {
namespace {

bool is_alphanumeric(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0;
}

/// Of what tokens are made.
bool is_of_token(char c) {
  return is_alphanumeric(c) || c == '_' || c == '-' || c == '+' || c == '=';
}

struct token_shape {
  std::string_view begin;
  std::size_t least; ///< Characters behind it.
};
constexpr std::array<token_shape, 46> token_shapes{{
  {"AKIA", 12},
  {"ASIA", 12},
  {"ABIA", 12},
  {"AIza", 20},
  {"ya29.", 10},
  {"ghp_", 16},
  {"gho_", 16},
  {"ghu_", 16},
  {"ghs_", 16},
  {"ghr_", 16},
  {"github_pat_", 16},
  {"glpat-", 12},
  {"gldt-", 12},
  {"glrt-", 12},
  {"xoxb-", 8},
  {"xoxp-", 8},
  {"xoxa-", 8},
  {"xoxs-", 8},
  {"xapp-", 8},
  {"sk-", 16},
  {"sk_live_", 8},
  {"sk_test_", 8},
  {"rk_live_", 8},
  {"pk_live_", 8},
  {"whsec_", 8},
  {"npm_", 16},
  {"pypi-", 16},
  {"hf_", 16},
  {"dop_v1_", 16},
  {"SG.", 16},
  {"shpat_", 16},
  {"hvs.", 12},
  {"hvb.", 12},
  {"tskey-", 10},
  {"figd_", 12},
  {"lin_api_", 12},
  {"ATATT", 12},
  {"dckr_pat_", 12},
  {"rubygems_", 16},
  {"sntrys_", 12},
  {"AGE-SECRET-KEY-1", 12},
  {"eyJ", 16},
  {"LTAI", 12},
  {"sbp_", 12},
  {"pscale_", 12},
  {"vercel_", 12},
}};

bool has_known_begin(std::string_view run) {
  return std::any_of(token_shapes.begin(), token_shapes.end(), [run](const token_shape& x) {
    return run.starts_with(x.begin) && run.size() >= x.begin.size() + x.least;
  });
}

/// Letters of both cases with digits strewn in: no name that a person gave looks like that.
bool is_random(std::string_view run) {
  if (run.size() < 20)
    return false;
  bool upper = false, lower = false, before = false;
  int groups = 0;
  for (const char c : run) {
    const bool digit = c >= '0' && c <= '9';
    groups += digit && !before ? 1 : 0;
    before = digit;
    upper |= std::isupper(static_cast<unsigned char>(c)) != 0;
    lower |= std::islower(static_cast<unsigned char>(c)) != 0;
  }
  return upper && lower && groups >= 3;
}

/// Behind these the path itself is the secret.
constexpr std::array<std::string_view, 5> secret_paths{
  "hooks.slack.com/services/", "discord.com/api/webhooks/", "discordapp.com/api/webhooks/",
  "outlook.office.com/webhook/", "api.telegram.org/bot"};

} // namespace

std::string redact_urls(std::string_view word) {
  std::string result{word};
  for (const auto path : secret_paths)
    if (const auto at = result.find(path); at != result.npos)
      result = result.substr(0, at + path.size()) + std::string{hidden_secret};
  for (std::size_t at = 0; (at = result.find("://", at)) != result.npos; at += 3) {
    const auto begin = at + 3;
    const auto end = std::min(result.find_first_of("/?#\"'<> ", begin), result.size());
    // A password may hold any sign, also those that end it for a browser: ://user:pa/ss@host
    auto last = result.rfind('@', end);
    if (const auto late = result.find('@', end);
        (last == result.npos || last <= begin) && late != result.npos
        && result.find(':', begin) < end && result.find_first_of("?# ", begin) > late)
      last = result.rfind('@');
    if (last != result.npos && last > begin)
      result.replace(begin, last - begin, hidden_secret);
  }
  return result;
}

std::string redact_shapes(std::string_view text) {
  std::string result;
  std::size_t at = 0;
  while (at < text.size()) {
    auto end = at;
    while (end < text.size() && is_of_token(text[end]))
      ++end;
    auto run = text.substr(at, end - at);
    // Dots join the parts of some tokens, as slashes do those of paths.
    auto dotted = end;
    while (dotted < text.size() && (is_of_token(text[dotted]) || text[dotted] == '.'))
      ++dotted;
    const auto whole = text.substr(at, dotted - at);
    if (has_known_begin(whole)) {
      result += hidden_secret;
      at = dotted;
      continue;
    }
    // A chat bot's: a number, a colon, the secret.
    if (end < text.size() && text[end] == ':' && run.size() >= 8
        && std::all_of(run.begin(), run.end(), [](char c) { return c >= '0' && c <= '9'; })) {
      auto last = end + 1;
      while (last < text.size() && is_of_token(text[last]))
        ++last;
      if (last - end > 30) {
        result += hidden_secret;
        at = last;
        continue;
      }
    }
    result += is_random(run) ? hidden_secret : run;
    if (end < text.size())
      result += text[end++];
    at = end;
  }
  return result;
}

std::string redact_key_blocks(std::string_view text) {
  constexpr std::string_view begins = "-----BEGIN ", ends = "-----END ", dashes = "-----";
  std::string result;
  for (;;) {
    const auto begin = text.find(begins);
    const auto line_end = begin == text.npos ? begin : text.find(dashes, begin + begins.size());
    if (line_end == text.npos)
      return result += text;
    if (text.substr(begin, line_end - begin).find("PRIVATE") == text.npos) {
      result += text.substr(0, line_end + dashes.size());
      text.remove_prefix(line_end + dashes.size());
      continue;
    }
    result += text.substr(0, begin);
    result += hidden_secret;
    const auto end = text.find(ends, line_end);
    const auto last = end == text.npos ? end : text.find(dashes, end + ends.size());
    if (last == text.npos)
      return result;
    text.remove_prefix(last + dashes.size());
  }
}

} // namespace pmactor
