#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "odin/native/commands/command_description.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace odin::native {

// How commands declare their options. A wrapper of CLI11, which only command_line.cpp includes: it
// takes seconds to compile in every source file that includes it.

/// One option of a command. Each function sets one property and returns the same option.
class Option {
 public:
  explicit Option(CLI::Option* option) : option_(option) {}

  Option required();
  /// A finite number above 0.
  Option positive();
  /// A finite number of 0 or more.
  Option not_negative();
  /// A whole number of [first, last].
  Option between(int first, int last);
  Option one_of(std::vector<std::string> values);
  /// The number of values after the option's name.
  Option expected(int least, int most);
  Option expected(int count) { return expected(count, count); }
  /// May be given several times.
  Option take_all();
  /// A list is one argument whose values are separated by this character.
  Option separated_by(char delimiter);
  /// May not be given together with `other`.
  Option excludes(const Option& other);
  /// The name of the value in the help.
  Option type_name(const std::string& name);
  /// The help shows the variable's present value as the default.
  Option show_default();

 private:
  CLI::Option* option_;
};

/// A command. Its options are stored in the caller's variables, which must outlive parse().
class Command {
 public:
  explicit Command(CLI::App* app) : app_(app) {}

  Command add_command(const std::string& name, const std::string& description);

  /// T is std::string, int, std::int64_t, std::uint64_t, double, std::optional of std::int64_t or
  /// double, or std::vector of std::string, std::filesystem::path or double. A name without dashes
  /// is a positional argument.
  template <class T>
  Option add_option(const std::string& name, T& value, const std::string& help);
  Option add_flag(const std::string& name, bool& value, const std::string& help);

  /// Calls `take` with the value instead; T is std::string, std::int64_t, double or
  /// std::vector<double>.
  template <class T>
  Option add_option(const std::string& name, std::function<void(const T&)> take,
                    const std::string& help);
  Option add_flag(const std::string& name, std::function<void()> take, const std::string& help);

  /// Leaves the command out of the help and of descriptions.
  void hide();
  /// Text at the end of the command's help.
  void footer(const std::string& text);
  /// Called after parsing if the command was given.
  void callback(std::function<void()> done);

  /// How often an option was given.
  std::size_t count(const std::string& name) const;
  /// Whether the command was given.
  bool chosen() const;

 private:
  friend class CommandLine;
  CLI::App* app_;
};

/// The command line of a program with several commands, one of which is given in each call.
class CommandLine {
 public:
  CommandLine(const std::string& program, const std::string& description,
              const std::string& version);
  ~CommandLine();

  /// The program itself, to add commands and the options common to all commands.
  Command program();

  /// Adds this text at the end of every command's help.
  void end_help_with(const std::string& text);

  /// The commands and options as they are declared.
  CommandDescription describe() const;
  /// "odin 0.1.0"
  const std::string& version() const { return version_; }

  /// Parses the arguments, then calls the command's callback. Returns an exit status if the program
  /// should end: 0 after --help and --version, 2 after an error, which is printed on stderr.
  std::optional<int> parse(int argc, const char* const* argv);
  /// The command that was given: "train".
  std::string command_given() const;

 private:
  std::unique_ptr<CLI::App> app_;
  std::string version_;
};

// Errors on the command line that callbacks find.

/// A required option was not given.
[[noreturn]] void fail_for_missing(const std::string& option);
/// The value of an option is not allowed.
[[noreturn]] void fail_for_wrong(const std::string& option, const std::string& what);

}  // namespace odin::native
