#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace odin::native {

// What commands say of their options. command_line.cpp alone includes CLI11, which takes seconds to
// compile in every source file that does.

/// One option of a command. Each function says one thing more of it and returns the same option.
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
  /// So many values after each mention of it.
  Option expected(int least, int most);
  Option expected(int count) { return expected(count, count); }
  /// May be given several times.
  Option take_all();
  /// The values of a list stand in one argument, with this character between them.
  Option separated_by(char delimiter);
  /// May not be given together with the other one.
  Option excludes(const Option& other);
  /// What the help calls its value.
  Option type_name(const std::string& name);
  /// The help says what the value is now.
  Option show_default();

 private:
  CLI::Option* option_;
};

/// A command, whose options are written into variables of the caller that must outlive the parsing.
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

  /// Calls a function with the value instead; T is std::string, std::int64_t, double or
  /// std::vector<double>.
  template <class T>
  Option add_option(const std::string& name, std::function<void(const T&)> take,
                    const std::string& help);
  Option add_flag(const std::string& name, std::function<void()> take, const std::string& help);

  /// The end of the command's help.
  void footer(const std::string& text);
  /// Called once the command line is read, if the command is on it.
  void callback(std::function<void()> done);

  /// How often an option was given.
  std::size_t count(const std::string& name) const;
  /// Whether the command line has this command.
  bool chosen() const;

 private:
  friend class CommandLine;
  CLI::App* app_;
};

/// The command line of a program of which each call is one of several commands.
class CommandLine {
 public:
  CommandLine(const std::string& program, const std::string& description,
              const std::string& version);
  ~CommandLine();

  /// The program itself: its commands, and the options that every command takes.
  Command program();

  /// Ends every command's help with this text.
  void end_help_with(const std::string& text);

  /// Reads the arguments, then calls the command's callback. The exit status, where there is nothing
  /// more to do: 0 after --help and --version, 2 after a fault, which stderr tells.
  std::optional<int> parse(int argc, const char* const* argv);

 private:
  std::unique_ptr<CLI::App> app_;
};

// Faults of the command line that callbacks find.

/// An option that is needed was not given.
[[noreturn]] void fail_for_missing(const std::string& option);
/// An option may not be what it is.
[[noreturn]] void fail_for_wrong(const std::string& option, const std::string& what);

}  // namespace odin::native
