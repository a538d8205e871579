#pragma once

#include <string>
#include <vector>

namespace odin::native {

/// An option or a positional argument of a command, as it was declared.
struct OptionDescription {
  std::vector<std::string> names;    ///< "--model", "-h"; of a positional argument "PATH"
  std::string value;                 ///< the name of its value: "TEXT"; empty for a flag
  std::vector<std::string> choices;  ///< the only values it may have; empty: any
  std::string help;
  bool is_positional = false, is_required = false, is_list = false;
};

struct CommandDescription {
  std::string name, description, footer;
  std::vector<OptionDescription> options;
  std::vector<CommandDescription> commands;  ///< without hidden ones
};

/// "a|b" of a and b.
std::string joined(const std::vector<std::string>& words, const std::string& separator);

// What is made of these descriptions, so that nothing is written twice.

/// The manual page of the program, or of one of its commands, in the language of man(7). Throws Error
/// for an unknown command.
std::string man_page(const CommandDescription& program, const std::string& version,
                     const std::string& command);

/// Completion of the program's command line in bash, zsh or fish. Throws Error for other shells.
std::string shell_completion(const CommandDescription& program, const std::string& shell);

}  // namespace odin::native
