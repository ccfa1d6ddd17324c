// Holds JSON documents to the schemas in conf/schema, and to the form that all of them have. Knows of JSON Schema what
// those use; what is not described is a fault, so that no member is added without a word on it.
#pragma once

#include <nlohmann/json.hpp>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <string>

namespace pmactor {

class schema_check {
public:
  explicit schema_check(std::filesystem::path folder) : folder_(std::move(folder)) {
  }

  /// @param name of the schema, "events-show".
  /// @returns what is wrong with the document, a line each; empty if nothing is.
  std::string faults(const std::string& name, const nlohmann::json& document) {
    faults_.clear();
    against(load(name + ".json"), document, "");
    form(document, "");
    return faults_;
  }

  nlohmann::json load(const std::string& file) const {
    std::ifstream in{folder_ / file};
    return nlohmann::json::parse(std::string{std::istreambuf_iterator<char>{in}, {}});
  }

private:
  using json = nlohmann::json;

  void fault(const std::string& where, const std::string& what) {
    faults_ += (where.empty() ? "the document" : where) + ' ' + what + '\n';
  }

  static bool is_of(const json& x, const std::string& type) {
    return type == "null"      ? x.is_null()
           : type == "boolean" ? x.is_boolean()
           : type == "number"  ? x.is_number()
           : type == "integer" ? x.is_number_integer()
           : type == "string"  ? x.is_string()
           : type == "array"   ? x.is_array()
                               : x.is_object();
  }

  bool fits(const json& schema, const json& x) {
    schema_check other{folder_};
    other.against(schema, x, "");
    return other.faults_.empty();
  }

  void against(const json& schema, const json& x, const std::string& where) {
    if (schema.contains("$ref"))
      return against(load(schema["$ref"].get<std::string>()), x, where);
    if (schema.contains("anyOf")) {
      for (const auto& one : schema["anyOf"])
        if (fits(one, x))
          return;
      return fault(where, "is none of what it may be");
    }
    if (schema.contains("const") && schema["const"] != x)
      fault(where, "is not " + schema["const"].dump());
    if (schema.contains("type")) {
      bool fine = false;
      for (const auto& type : schema["type"].is_array() ? schema["type"] : json::array({schema["type"]}))
        fine = fine || is_of(x, type.get<std::string>());
      if (!fine)
        fault(where, "is " + x.dump().substr(0, 60) + ", not " + schema["type"].dump());
    }
    if (schema.contains("enum") && std::find(schema["enum"].begin(), schema["enum"].end(), x) == schema["enum"].end())
      fault(where, "is none of " + schema["enum"].dump());
    if (x.is_object() && schema.contains("properties")) {
      for (const auto& name : schema.value("required", json::array()))
        if (!x.contains(name.get<std::string>()))
          fault(where + '.' + name.get<std::string>(), "is missing");
      for (const auto& [name, value] : x.items())
        if (schema["properties"].contains(name))
          against(schema["properties"][name], value, where + '.' + name);
        else
          fault(where + '.' + name, "is not described");
    }
    if (x.is_array() && schema.contains("items"))
      for (const auto& one : x)
        against(schema["items"], one, where + "[]");
  }

  /// The rules of every document: see app/views/json_form.hpp.
  void form(const json& x, const std::string& where) {
    static const std::regex iso{R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d)"};
    if (x.is_array())
      for (const auto& one : x)
        form(one, where + "[]");
    if (!x.is_object())
      return;
    for (const auto& [name, value] : x.items()) {
      const auto here = where + '.' + name;
      const bool is_moment = name.ends_with("_iso");
      if (value.is_string() && std::regex_match(value.get<std::string>(), iso) != is_moment)
        fault(here, "is a moment and is not called so, or the other way round");
      if (is_moment && (!x.contains(name.substr(0, name.size() - 4))
                        || x[name.substr(0, name.size() - 4)].is_null() != value.is_null()))
        fault(here, "has no Unix seconds beside it");
      // Of this century, and nothing else is so large and a fraction.
      if (value.is_number_float() && value.get<double>() > 1e9 && value.get<double>() < 4e9 && !x.contains(name + "_iso")
          && name.find("bytes") == name.npos && name.find("mem_") == name.npos && name.find("swap") == name.npos)
        fault(here, "is a moment and has no text beside it");
      for (const char* unit : {"_s", "_sec", "_secs", "_seconds", "_ms"})
        if (name.ends_with(unit))
          fault(here, "is a span and has its unit in its name");
      form(value, here);
    }
  }

  std::filesystem::path folder_;
  std::string faults_;
};

} // namespace pmactor
