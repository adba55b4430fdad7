// Writes a YAML document as JSON: yaml_to_json IN OUT. Runs while the program is built, so that the program itself has
// no need to read YAML. Aliases are written out; scalars mean what YAML's core schema says.
#include <yaml-cpp/yaml.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cstdio>
#include <exception>
#include <fstream>
#include <regex>

namespace {

namespace json = boost::json;

json::value scalar(const YAML::Node& node) {
  const std::string& text = node.Scalar();
  static const std::regex plain("null|true|false|-?(0|[1-9][0-9]*)([.][0-9]+)?([eE][-+]?[0-9]+)?");
  const bool quoted = node.Tag() == "!";
  return !quoted && std::regex_match(text, plain) ? json::parse(text) : json::value(text);
}

json::value convert(const YAML::Node& node) {
  if (node.IsMap()) {
    json::object object;
    for (const auto& member : node)
      if (!object.emplace(member.first.Scalar(), convert(member.second)).second)
        throw YAML::Exception(member.first.Mark(), "a second \"" + member.first.Scalar() + "\"");
    return object;
  }
  if (node.IsSequence()) {
    json::array array;
    for (const auto& element : node) array.push_back(convert(element));
    return array;
  }
  return node.IsNull() ? json::value(nullptr) : scalar(node);
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 3) return std::fputs("yaml_to_json IN OUT\n", stderr), 2;
  const json::value document = convert(YAML::LoadFile(argv[1]));
  std::ofstream out(argv[2]);
  out << json::serialize(document) << '\n';
  return out.flush() ? 0 : 1;
} catch (const std::exception& error) {
  std::fprintf(stderr, "%s: %s\n", argv[1], error.what());
  return 1;
}
