#include <algorithm>
#include <string_view>

#include "odin/native/commands/command_description.h"
#include "odin/nn/io/quote.h"
#include "odin/tensor/error.h"

namespace odin::native {
namespace {

std::vector<std::string> flags_of(const CommandDescription& command) {
  std::vector<std::string> all;
  for (const OptionDescription& option : command.options)
    if (!option.is_positional) all.insert(all.end(), option.names.begin(), option.names.end());
  return all;
}

/// The command without the options that the program has too, such as --help.
CommandDescription without_common(CommandDescription command, const CommandDescription& program) {
  std::erase_if(command.options, [&](const OptionDescription& option) {
    return std::any_of(program.options.begin(), program.options.end(),
                       [&](const OptionDescription& o) { return o.names == option.names; });
  });
  return command;
}

std::vector<std::string> commands_of(const CommandDescription& program) {
  std::vector<std::string> all;
  for (const CommandDescription& command : program.commands) all.push_back(command.name);
  return all;
}

/// A text without what would end it within quotes of a shell, and of one line.
std::string without_quotes(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n')
      out += ' ';
    else if (std::string_view("'\"`\\$[]").find(c) == std::string_view::npos)
      out += c;
  }
  return out;
}

/// What is offered for an option's value, in a bash of the words after `case`.
std::string bash_values(const CommandDescription& command) {
  std::string text;
  for (const OptionDescription& option : command.options) {
    if (option.is_positional || option.value.empty()) continue;
    text += "    " + joined(option.names, "|") + ") ";
    text += option.choices.empty()
                ? "COMPREPLY=($(compgen -f -- \"$word\"))"
                : "COMPREPLY=($(compgen -W '" + joined(option.choices, " ") + "' -- \"$word\"))";
    text += "; return ;;\n";
  }
  return text;
}

std::string bash(const CommandDescription& program) {
  const std::string& name = program.name;
  std::string text = "# Completion of " + name + " for bash, made by " + name + " itself.\n";
  for (const CommandDescription& command : program.commands)
    text += "_" + name + "_" + command.name + "() {\n  case $before in\n" + bash_values(command) +
            "  esac\n  flags='" + joined(flags_of(command), " ") + "'\n}\n";
  text += "_" + name +
          "() {\n"
          "  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command= "
          "flags= i\n"
          "  COMPREPLY=()\n"
          "  for ((i = 1; i < COMP_CWORD; ++i)); do\n"
          "    case ${COMP_WORDS[i]} in\n"
          "      " +
          joined(commands_of(program), "|") +
          ") command=${COMP_WORDS[i]}; break ;;\n"
          "    esac\n"
          "  done\n"
          "  case $before in\n" +
          bash_values(program) +
          "  esac\n"
          "  if [ -n \"$command\" ]; then\n"
          "    _" +
          name +
          "_$command\n"
          "    [ ${#COMPREPLY[@]} = 0 ] || return\n"
          "  fi\n"
          "  case $word in\n"
          "    -*) COMPREPLY=($(compgen -W \"$flags " +
          joined(flags_of(program), " ") +
          "\" -- \"$word\")) ;;\n"
          "    *) if [ -n \"$command\" ]; then COMPREPLY=($(compgen -f -- \"$word\"))\n"
          "       else COMPREPLY=($(compgen -W '" +
          joined(commands_of(program), " ") +
          "' -- \"$word\")); fi ;;\n"
          "  esac\n"
          "}\n"
          "complete -o filenames -F _" +
          name + " " + name + "\n";
  return text;
}

/// The arguments of zsh's _arguments for the options of a command.
std::string zsh_arguments(const CommandDescription& command, const std::string& indent) {
  std::string text;
  for (const OptionDescription& option : command.options) {
    if (option.is_positional) continue;
    for (const std::string& name : option.names) {
      std::string of_value;
      if (!option.value.empty()) {
        of_value = ":" + option.value + ":";
        of_value += option.choices.empty() ? "_files" : "(" + joined(option.choices, " ") + ")";
      }
      text += indent + "'*" + name + "[" + without_quotes(option.help) + "]" + of_value + "' \\\n";
    }
  }
  return text;
}

std::string zsh(const CommandDescription& program) {
  const std::string& name = program.name;
  std::string text = "#compdef " + name + "\n# Completion of " + name + " for zsh, made by " +
                     name + " itself.\n_" + name + "() {\n  local state\n  local -a commands=(\n";
  for (const CommandDescription& c : program.commands)
    text += "    '" + c.name + ":" + without_quotes(c.description) + "'\n";
  text += "  )\n  _arguments -C \\\n" + zsh_arguments(program, "    ") +
          "    '1: :->command' '*:: :->arguments'\n"
          "  case $state in\n"
          "    command) _describe command commands ;;\n"
          "    arguments)\n"
          "      case $words[1] in\n";
  for (const CommandDescription& c : program.commands)
    text += "        " + c.name + ") _arguments \\\n" + zsh_arguments(c, "          ") +
            zsh_arguments(program, "          ") + "          '*:file:_files' ;;\n";
  return text + "      esac ;;\n  esac\n}\n_" + name + " \"$@\"\n";
}

std::string fish_options(const CommandDescription& command, const std::string& start) {
  std::string text;
  for (const OptionDescription& option : command.options) {
    if (option.is_positional) continue;
    text += start;
    for (const std::string& flag : option.names)
      text += flag.starts_with("--") ? " -l " + flag.substr(2) : " -s " + flag.substr(1);
    if (!option.value.empty())
      text += option.choices.empty() ? " -r" : " -x -a '" + joined(option.choices, " ") + "'";
    text += " -d '" + without_quotes(option.help) + "'\n";
  }
  return text;
}

std::string fish(const CommandDescription& program) {
  const std::string& name = program.name;
  const std::string none = "complete -c " + name + " -n __fish_use_subcommand";
  std::string text = "# Completion of " + name + " for fish, made by " + name + " itself.\n";
  text += fish_options(program, "complete -c " + name);
  for (const CommandDescription& c : program.commands) {
    text += none + " -f -a " + c.name + " -d '" + without_quotes(c.description) + "'\n";
    text +=
        fish_options(c, "complete -c " + name + " -n '__fish_seen_subcommand_from " + c.name + "'");
  }
  return text;
}

}  // namespace

std::string shell_completion(const CommandDescription& whole, const std::string& shell) {
  CommandDescription program = whole;
  for (CommandDescription& command : program.commands) command = without_common(command, whole);
  if (shell == "bash") return bash(program);
  if (shell == "zsh") return zsh(program);
  if (shell == "fish") return fish(program);
  fail("document: expected bash, zsh or fish, got ", nn::quote(shell));
}

}  // namespace odin::native
