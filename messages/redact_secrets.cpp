#include "messages/redact_secrets.hpp"

#include "messages/lowered.hpp"
#include "messages/secret_shapes.hpp"

#include <algorithm>
#include <array>
#include <bitset>
#include <cctype>
#include <optional>

namespace pmactor {
namespace {

constexpr std::size_t longest_word = 16 * 1024;

bool is_letter(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) != 0;
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f';
}
bool is_quote(char c) {
  return c == '"' || c == '\'' || c == '`';
}
bool is_of_key(char c) {
  return is_letter(c) || is_digit(c) || c == '_' || c == '-' || c == '.';
}

template <class List>
bool is_among(std::string_view word, const List& list) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

/// How much a name says of the value under it.
enum class key_kind {
  plain,
  weak,    ///< A secret if it looks like one: a key may be that of a keyboard.
  digits,  ///< A secret if it is a number.
  account, ///< A name, and behind a colon its password.
  secret,
  header, ///< Likewise, up to the end of the line.
};

/// @returns the parts of a name, in lower case: "AWS_SECRET_KEY", "aws-secret-key" and
/// "awsSecretKey" are one.
std::vector<std::string> parts_of(std::string_view key) {
  std::vector<std::string> result(1);
  for (std::size_t i = 0; i < key.size(); ++i) {
    const bool camel = i > 0 && std::isupper(static_cast<unsigned char>(key[i])) != 0
                       && std::islower(static_cast<unsigned char>(key[i - 1])) != 0;
    if ((!is_letter(key[i]) && !is_digit(key[i])) || camel)
      result.emplace_back();
    if (is_letter(key[i]) || is_digit(key[i]))
      result.back() += lowered(key[i]);
  }
  std::erase_if(result, [](const std::string& x) { return x.empty(); });
  return result;
}

key_kind kind_of(std::string_view key) {
  static constexpr std::array<std::string_view, 16> strong_ends{
    "password",  "passwords", "passwd",     "passphrase", "passcode",  "passwort",
    "secret",    "secrets",   "token",      "apikey",     "accesskey", "privatekey",
    "secretkey", "authkey",   "credential", "credentials"};
  static constexpr std::array<std::string_view, 10> strong{
    "pass", "pwd", "pw", "psk", "creds", "passw", "userpwd", "bearer", "authtok", "pat"};
  static constexpr std::array<std::string_view, 4> carriers{"secret", "password", "passwd",
                                                            "passphrase"};
  static constexpr std::array<std::string_view, 28> about_it{
    "file",  "path",    "dir",     "store",  "prompt",  "timeout", "length",
    "size",  "policy",  "age",     "type",   "name",    "id",      "url",
    "uri",   "host",    "port",    "user",   "count",   "enabled", "fd",
    "agent", "manager", "service", "helper", "command", "version", "stdin"};
  static constexpr std::array<std::string_view, 9> before_key{
    "api", "access", "private", "secret", "auth", "master", "signing", "encryption", "account"};
  static constexpr std::array<std::string_view, 10> weak{
    "key", "auth", "sid", "signature", "sig", "session", "sessid", "sessionid", "nonce", "hash"};
  const auto parts = parts_of(key);
  if (parts.empty())
    return key_kind::plain;
  const auto& last = parts.back();
  if (last == "authorization" || last == "cookie" || last == "cookies")
    return key_kind::header;
  for (const auto end : strong_ends)
    if (last.ends_with(end))
      return key_kind::secret;
  if (is_among(last, strong))
    return key_kind::secret;
  if (parts.size() > 1) {
    const auto& before = parts[parts.size() - 2];
    if ((last == "key" && is_among(before, before_key)) || (before == "key" && last == "data")
        || (before == "session" && last == "id"))
      return key_kind::secret;
  }
  for (const auto& x : parts)
    if (is_among(x, carriers) && !is_among(last, about_it))
      return key_kind::secret;
  if (last == "pin" || last == "otp" || last == "totp" || last == "cvv")
    return key_kind::digits;
  if (last == "user" || last == "login" || last == "account" || last == "username")
    return key_kind::account;
  return is_among(last, weak) ? key_kind::weak : key_kind::plain;
}

bool looks_random(std::string_view value) {
  return value.size() >= 8 && value.front() != '/' && value.front() != '~' && value.front() != '.'
         && std::any_of(value.begin(), value.end(), [](char c) {
              return is_digit(c) || c == '=' || std::isupper(static_cast<unsigned char>(c)) != 0;
            });
}

bool is_number(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

/// @returns what is shown of a value that stands under a name.
std::string shown_value(std::string_view key, key_kind kind, std::string_view value) {
  static constexpr std::array<std::string_view, 9> empty_words{
    "true", "false", "yes", "no", "none", "null", "0", "1", hidden_secret};
  const std::string hidden{hidden_secret};
  if (value.empty() || is_among(lowered(value), empty_words))
    return std::string{value};
  switch (kind) {
    case key_kind::secret:
      // The working folder, by its name in an environment.
      return value.front() == '/' && lowered(key).ends_with("pwd") ? std::string{value} : hidden;
    case key_kind::header:
      return hidden;
    case key_kind::weak:
      return looks_random(value) ? hidden : std::string{value};
    case key_kind::digits:
      return is_number(value) && value.size() >= 3 ? hidden : std::string{value};
    case key_kind::account: {
      const auto colon = value.find_first_of(":%");
      if (colon == value.npos || colon + 1 == value.size() || colon + 1 == value.find('/')
          || (is_number(value.substr(0, colon)) && is_number(value.substr(colon + 1))))
        return redact_shapes(value);
      return std::string{value.substr(0, colon + 1)} + hidden;
    }
    case key_kind::plain:
      break;
  }
  return std::string{value};
}

/// An option of one letter by which a program is given a secret.
struct short_option {
  std::string_view programs; ///< With a space around each.
  std::string_view option;
  bool attached, apart; ///< "-psecret", "-p secret".
};
constexpr std::array<short_option, 20> short_options{{
  {" mysql mysqldump mysqladmin mysqlimport mysqlcheck mysqlsh mariadb mariadb-dump mariadb-admin ",
   "-p", true, false},
  {" sshpass ", "-p", true, true},
  {" curl ", "-u", true, true},
  {" curl ", "-U", true, true},
  {" curl ", "-b", true, true},
  {" http https xh ", "-a", true, true},
  {" redis-cli ", "-a", true, true},
  {" smbclient rpcclient net ", "-U", true, true},
  {" ldapsearch ldapmodify ldapadd ldapdelete ldappasswd ldapwhoami ", "-w", true, true},
  {" mongo mongosh mongodump mongorestore mongoexport mongoimport ", "-p", true, true},
  {" 7z 7za 7zr 7zz rar unrar ", "-p", true, false},
  {" rar unrar ", "-hp", true, false},
  {" zip unzip ipmitool sqlcmd isql bcp ", "-P", true, true},
  {" snmpget snmpwalk snmpset snmpbulkwalk ", "-A", true, true},
  {" snmpget snmpwalk snmpset snmpbulkwalk ", "-X", true, true},
  {" snmpget snmpwalk snmpset snmpbulkwalk ", "-c", true, true},
  {" rdesktop lftp ncftp ", "-p", true, true},
  {" lftp ncftp ", "-u", true, true},
  {" openssl ", "-k", false, true},
  {" xfreerdp xfreerdp3 wlfreerdp ", "/p:", true, false},
}};

std::string_view base_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

/// Whether a word behind "password" goes on with a sentence about it.
bool is_common(std::string_view word) {
  static constexpr std::array<std::string_view, 34> words{"for",     "is",
                                                          "was",     "of",
                                                          "from",    "to",
                                                          "in",      "on",
                                                          "by",      "and",
                                                          "or",      "file",
                                                          "has",     "hash",
                                                          "must",    "may",
                                                          "check",   "check:",
                                                          "failed",  "incorrect",
                                                          "changed", "expired",
                                                          "prompt",  "manager",
                                                          "agent",   "entry",
                                                          "field",   "store",
                                                          "with",    "not",
                                                          "the",     "required",
                                                          "attempt", "authentication"};
  return is_among(lowered(word.substr(0, 32)), words);
}

/// The words of one command, or of one line of a text, in order.
class line_redactor {
public:
  /// @param is_command a bare word may be an option: `nmcli … password X`.
  explicit line_redactor(bool is_command) : is_command_(is_command) {
  }

  /// @param is_whole its begin and end are known, blanks within are its own.
  std::string next(std::string_view word, bool is_whole) {
    if (hides_rest_)
      return word.empty() ? std::string{} : std::string{hidden_secret};
    const bool only_signs = !word.empty() && std::none_of(word.begin(), word.end(), [](char c) {
      return is_letter(c) || is_digit(c) || (static_cast<unsigned char>(c) & 0x80) != 0;
    });
    if (pending_ && only_signs && word.size() <= 2 && !is_whole)
      return std::string{word}; // what stands between a name and its value
    if (candidate_ && (word == ":" || word == "=" || word == "=>" || word == ",")) {
      expect(*candidate_);
      candidate_.reset();
      return std::string{word};
    }
    candidate_.reset();
    if (is_bare_ && (is_common(word) || (only_signs && !is_whole)))
      pending_.reset();
    is_bare_ = false;
    if (pending_ && !word.starts_with("--")) {
      const auto kind = *pending_;
      pending_.reset();
      return is_whole || kind != key_kind::plain ? shown_pending(kind, word) : std::string{word};
    }
    pending_.reset();
    if (const auto found = by_short_option(word))
      return *found;
    note_program(word);
    if (is_whole && word.find_first_of(" \t\r\n\"'`") != word.npos) {
      const auto sign = word.find_first_of("=: \t\n");
      // A value with blanks under a name: "--passphrase=correct horse".
      const bool is_assigned = sign != word.npos && word[sign] == '=';
      if (!is_assigned && kind_of(word.substr(0, sign)) != key_kind::header)
        return redact_text(word, is_command_);
    }
    // No name and no path is that long, and what it is need not be found out.
    return word.size() > longest_word ? std::string{hidden_secret}
                                      : by_name(redact_urls(word), is_whole);
  }

  static std::string redact_text(std::string_view text, bool is_command);

private:
  void expect(key_kind kind) {
    if (kind == key_kind::header)
      hides_rest_ = true;
    else if (kind != key_kind::plain)
      pending_ = kind;
  }

  std::string shown_pending(key_kind kind, std::string_view value) {
    return shown_value({}, kind, value);
  }

  /// Notes the programs that are named, as it decides what a short option means.
  void note_program(std::string_view word) {
    const auto name = base_name(word);
    if (name.empty() || name.size() > 32)
      return;
    if (name == "wpa_passphrase")
      hides_rest_ = true;
    const auto spaced = ' ' + std::string{name} + ' ';
    for (std::size_t i = 0; i < short_options.size(); ++i)
      if (short_options[i].programs.find(spaced) != std::string_view::npos)
        of_programs_.set(i);
  }

  std::optional<std::string> by_short_option(std::string_view word) {
    if (word.size() < 2 || (word.front() != '-' && word.front() != '/'))
      return std::nullopt;
    for (std::size_t i = 0; i < short_options.size(); ++i) {
      const auto& x = short_options[i];
      if (!of_programs_.test(i) || !word.starts_with(x.option))
        continue;
      if (word == x.option && x.apart) {
        pending_ = key_kind::secret;
        return std::string{word};
      }
      if (word.size() > x.option.size() && x.attached)
        return std::string{x.option} + std::string{hidden_secret};
    }
    return std::nullopt;
  }

  std::string by_name(const std::string& given, bool is_whole) {
    const std::string_view word{given};
    // Each "name=value" and "name:value" in it; the first that is a secret takes all that follows.
    for (std::size_t at = 0; (at = word.find_first_of("=:", at)) != word.npos; ++at) {
      if (word[at] == ':' && word.substr(at).starts_with("://"))
        continue;
      auto begin = at;
      while (begin > 0 && is_of_key(word[begin - 1]))
        --begin;
      const auto key = word.substr(begin, at - begin);
      const auto kind = kind_of(key);
      if (kind == key_kind::plain)
        continue;
      const auto value = word.substr(at + 1);
      if (value.empty()) {
        expect(kind);
        return redact_shapes(word);
      }
      auto shown = shown_value(key, kind, value);
      if (kind == key_kind::header && !is_whole)
        hides_rest_ = true;
      if (shown != value)
        return redact_shapes(word.substr(0, at + 1)) + shown;
    }
    const auto small = lowered(word.substr(0, 64));
    if (small == "bearer" || small == "basic") {
      pending_ = key_kind::weak;
      return given;
    }
    const bool is_name = word.size() <= 64 && word.find_first_of("=:/[") == word.npos;
    const auto kind = is_name ? kind_of(word) : key_kind::plain;
    if (kind == key_kind::plain)
      return redact_shapes(word);
    const bool is_option = word.size() > 2 && word.front() == '-';
    if (is_option && kind != key_kind::weak)
      expect(kind);
    else if (is_option)
      pending_ = kind;
    else if (is_command_ && kind == key_kind::secret && word == small)
      pending_ = kind;
    else if (small == "password" || small == "passwd" || small == "passphrase") {
      pending_ = kind;
      is_bare_ = true;
    } else
      candidate_ = kind;
    return redact_shapes(word);
  }

  bool is_command_;
  bool hides_rest_ = false;
  bool is_bare_ = false;              ///< The name stood there as a word of a sentence may.
  std::optional<key_kind> pending_;   ///< The next word is what stands under such a name.
  std::optional<key_kind> candidate_; ///< It is if a sign comes first.
  std::bitset<short_options.size()> of_programs_;
};

/// What is piped into one of these from an `echo` is for its eyes only.
bool takes_secrets(std::string_view program) {
  static constexpr std::array<std::string_view, 9> those{
    "sudo", "su", "chpasswd", "passwd", "docker", "podman", "gh", "cryptsetup", "gpg"};
  return is_among(base_name(program), those);
}

std::string redact_line(std::string_view line, bool is_command) {
  line_redactor words{is_command};
  std::string result;
  std::size_t at = 0;
  std::size_t echoed = std::string::npos; ///< Where in the result the words of an `echo` begin.
  bool behind_pipe = false;
  while (at < line.size()) {
    if (is_blank(line[at]) || is_quote(line[at])
        || (line[at] == '\\' && at + 1 < line.size() && is_quote(line[at + 1]))) {
      const char quote = line[at];
      const bool begins = is_quote(quote) && (at == 0 || !is_letter(line[at - 1]));
      const auto end = begins ? line.find(quote, at + 1) : line.npos;
      if (begins && end != line.npos) {
        result += quote + words.next(line.substr(at + 1, end - at - 1), true) + quote;
        at = end + 1;
      } else {
        result += line[at++];
      }
      continue;
    }
    auto end = at;
    while (end < line.size() && !is_blank(line[end]) && !is_quote(line[end])
           && !(line[end] == '\\' && end + 1 < line.size() && is_quote(line[end + 1])))
      ++end;
    const auto word = line.substr(at, end - at);
    if (behind_pipe && echoed != result.npos && takes_secrets(word))
      result.replace(echoed, result.rfind('|') - echoed, " " + std::string{hidden_secret} + ' ');
    if (behind_pipe)
      echoed = result.npos;
    behind_pipe = word == "|";
    result += words.next(word, false);
    if (word == "echo" || word == "printf")
      echoed = result.size();
    at = end;
  }
  return result;
}

std::string line_redactor::redact_text(std::string_view text, bool is_command) {
  const auto whole = redact_key_blocks(text);
  std::string result;
  std::string_view rest = whole;
  for (;;) {
    const auto end = std::min(rest.find('\n'), rest.size());
    result += redact_line(rest.substr(0, end), is_command);
    if (end == rest.size())
      return result;
    result += '\n';
    rest.remove_prefix(end + 1);
  }
}

} // namespace

std::string redact_secrets(std::string_view text) {
  return line_redactor::redact_text(text, false);
}

std::vector<std::string> redact_arguments(std::vector<std::string> words) {
  line_redactor line{true};
  for (auto& word : words)
    word = line.next(redact_key_blocks(word), true);
  return words;
}

bool names_a_secret(std::string_view key) {
  const auto kind = kind_of(key);
  return kind == key_kind::secret || kind == key_kind::header;
}

} // namespace pmactor
