// How an entry of the table of settings is made, for each kind of value.
#pragma once

#include "app/settings/settings.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace pmactor {

template <class T>
struct is_duration : std::false_type {};
template <class Rep, class Period>
struct is_duration<std::chrono::duration<Rep, Period>> : std::true_type {};

/// @returns a policy's field as a number in the unit of the settings.
template <class T>
double to_number(const T& field, double scale) {
  if constexpr (is_duration<T>::value)
    return std::chrono::duration<double>(field).count() / scale;
  else
    return static_cast<double>(field) / scale;
}

template <class T>
void from_number(T& field, double value, double scale) {
  if constexpr (is_duration<T>::value)
    field = std::chrono::round<T>(std::chrono::duration<double>(value * scale));
  else if constexpr (std::is_floating_point_v<T>)
    field = value * scale;
  else
    field = static_cast<T>(std::llround(value * scale));
}

// The makers of table entries. *At* takes the settings, const or not, and returns the field.

/// @param scale what one of the unit is in the field: seconds for a duration.
template <class At>
setting number(std::string key, double least, double most, std::string unit, double scale, At at,
               std::string about) {
  setting result;
  result.key = std::move(key);
  result.kind = setting_kind::number;
  result.about = std::move(about);
  result.unit = std::move(unit);
  result.least = least;
  result.most = most;
  result.get = [at, scale](const settings& x) -> setting_value { return to_number(at(x), scale); };
  result.set = [at, scale](settings& x, const setting_value& value) {
    from_number(at(x), std::get<double>(value), scale);
  };
  return result;
}

template <class At>
setting seconds(std::string key, double least, double most, At at, std::string about) {
  return number(std::move(key), least, most, "seconds", 1, at, std::move(about));
}

template <class At>
setting count(std::string key, double least, double most, At at, std::string about) {
  auto result = number(std::move(key), least, most, "", 1, at, std::move(about));
  result.kind = setting_kind::whole;
  return result;
}

/// @tparam Value as the field has it.
template <class Value, class At>
setting as_it_is(setting_kind kind, std::string key, At at, std::string about) {
  setting result;
  result.key = std::move(key);
  result.kind = kind;
  result.about = std::move(about);
  result.get = [at](const settings& x) -> setting_value { return at(x); };
  result.set = [at](settings& x, const setting_value& value) { at(x) = std::get<Value>(value); };
  return result;
}

template <class At>
setting yes_no(std::string key, At at, std::string about) {
  return as_it_is<bool>(setting_kind::yes_no, std::move(key), at, std::move(about));
}

template <class At>
setting list(std::string key, double most, At at, std::string about) {
  auto result = as_it_is<std::vector<std::string>>(setting_kind::list, std::move(key), at, std::move(about));
  result.most = most;
  return result;
}

/// A text of the user's own; empty is none.
template <class At>
setting text(std::string key, double most, At at, std::string about) {
  auto result = as_it_is<std::string>(setting_kind::text, std::move(key), at, std::move(about));
  result.most = most;
  return result;
}

/// A word for each value of an enumeration, in the order of its values.
template <class At>
setting word(std::string key, std::vector<std::string> words, At at, std::string about) {
  setting result;
  result.key = std::move(key);
  result.kind = setting_kind::word;
  result.about = std::move(about);
  result.words = words;
  result.get = [at, words](const settings& x) -> setting_value {
    return words[static_cast<std::size_t>(at(x))];
  };
  result.set = [at, words](settings& x, const setting_value& value) {
    const auto found = std::find(words.begin(), words.end(), std::get<std::string>(value));
    auto& field = at(x);
    field = static_cast<std::remove_reference_t<decltype(field)>>(found - words.begin());
  };
  return result;
}

/// The entries of what goes to other systems.
std::vector<setting> export_settings();

} // namespace pmactor
