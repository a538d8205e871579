#include <algorithm>
#include <string_view>

#include "odin/native/commands/command_description.h"
#include "odin/tensor/error.h"

namespace odin::native {
namespace {

std::string in_capitals(std::string text) {
  for (char& c : text)
    if (c >= 'a' && c <= 'z') c += 'A' - 'a';
  return text;
}

/// Text as roff shows it: no line is taken for a request, no hyphen for a minus that may be copied.
std::string roff(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if ((out.empty() || out.back() == '\n') && (c == '.' || c == '\'')) out += "\\&";
    if (c == '\\')
      out += "\\e";
    else if (c == '-')
      out += "\\-";
    else
      out += c;
  }
  return out;
}

std::string names_of(const OptionDescription& option) {
  std::string text;
  for (const std::string& name : option.names)
    text += (text.empty() ? "" : ", ") + ("\\fB" + roff(name) + "\\fR");
  if (option.is_positional || option.value.empty()) return text;
  const std::string value = option.choices.empty() ? option.value : joined(option.choices, "|");
  return text + " \\fI" + roff(value) + "\\fR" + (option.is_list ? " ..." : "");
}

std::string heading(const std::string& title) { return ".SH " + title + "\n"; }

std::string options_section(const CommandDescription& command, bool positional) {
  std::string text;
  for (const OptionDescription& option : command.options) {
    if (option.is_positional != positional) continue;
    text += ".TP\n" + names_of(option) + "\n" + roff(option.help) + "\n";
  }
  return text.empty() ? "" : heading(positional ? "ARGUMENTS" : "OPTIONS") + text;
}

std::string synopsis(const std::string& name, const CommandDescription& command) {
  std::string text = heading("SYNOPSIS") + "\\fB" + roff(name) + "\\fR [\\fIOPTIONS\\fR]";
  if (!command.commands.empty()) text += " \\fICOMMAND\\fR ...";
  for (const OptionDescription& option : command.options) {
    if (!option.is_positional) continue;
    const std::string shown =
        "\\fI" + roff(option.names.front()) + "\\fR" + (option.is_list ? "..." : "");
    text += option.is_required ? " " + shown : " [" + shown + "]";
  }
  return text + "\n";
}

constexpr const char* kExitStatus =
    ".SH EXIT STATUS\n"
    "0 done; 1 the input was bad or the work failed; 2 the command line was wrong; 130 and 143 "
    "after "
    "SIGINT\nand SIGTERM. Errors go to the standard error as one line.\n";

}  // namespace

std::string joined(const std::vector<std::string>& words, const std::string& separator) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : separator) + word;
  return text;
}

std::string man_page(const CommandDescription& program, const std::string& version,
                     const std::string& wanted) {
  const CommandDescription* command = &program;
  if (!wanted.empty()) {
    const auto& all = program.commands;
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const auto& c) { return c.name == wanted; });
    require(found != all.end(), "document: ", program.name, " has no command '", wanted, "'");
    command = &*found;
  }
  const std::string page = wanted.empty() ? program.name : program.name + "-" + wanted;
  const std::string typed = wanted.empty() ? program.name : program.name + " " + wanted;
  const std::string first_line = command->description.substr(0, command->description.find('\n'));
  std::string text = ".TH " + in_capitals(page) + " 1 \"\" \"" + version + "\"\n";
  text += heading("NAME") + roff(page) + " \\- " + roff(first_line) + "\n";
  text += synopsis(typed, *command);
  text += heading("DESCRIPTION") + roff(command->description) + "\n";
  text += options_section(*command, true) + options_section(*command, false);
  if (!command->commands.empty()) {
    text += heading("COMMANDS");
    for (const CommandDescription& c : command->commands)
      text += ".TP\n\\fB" + roff(program.name + "-" + c.name) + "\\fR(1)\n" + roff(c.description) +
              "\n";
  }
  if (!command->footer.empty())
    text += heading("NOTES") + ".nf\n" + roff(command->footer) + "\n.fi\n";
  text += kExitStatus;
  if (!wanted.empty()) text += heading("SEE ALSO") + "\\fB" + roff(program.name) + "\\fR(1)\n";
  return text;
}

}  // namespace odin::native
