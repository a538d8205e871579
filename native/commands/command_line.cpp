#include "odin/native/commands/command_line.h"

#include <CLI/CLI.hpp>
#include <cmath>
#include <filesystem>
#include <type_traits>

#include "odin/native/system/console.h"

namespace odin::native {
namespace {

/// In place of CLI11's own checks, which print the bounds of double with 300 digits.
template <class Holds>
CLI::Validator number_that(const std::string& expected, const char* kind, Holds holds) {
  const auto error = [=](const std::string& text) {
    double value = 0;
    const bool right =
        CLI::detail::lexical_cast(text, value) && std::isfinite(value) && holds(value);
    return right ? "" : "expected a number " + expected + ", got " + text;
  };
  return CLI::Validator(error, kind);
}

/// CLI11 takes "" as 0 and "-1" as the largest unsigned number, and does not say what it expects.
template <class T>
CLI::Validator plain_number() {
  const auto error = [](const std::string& text) -> std::string {
    if (text.empty()) return "expected a number, got nothing";
    T value;
    if (CLI::detail::lexical_cast(text, value) && (!std::is_unsigned_v<T> || text.front() != '-'))
      return "";
    return std::string("expected a ") + (std::is_integral_v<T> ? "whole number" : "number") +
           (std::is_unsigned_v<T> ? " of 0 or more" : "") + ", got " + text;
  };
  return CLI::Validator(error, "");
}

/// The number type of an option's values; void for text.
template <class T>
struct NumberOf {
  using Type = std::conditional_t<std::is_arithmetic_v<T>, T, void>;
};
template <class T>
struct NumberOf<std::optional<T>> : NumberOf<T> {};
template <class T>
struct NumberOf<std::vector<T>> : NumberOf<T> {};

template <class T>
Option checked(CLI::Option* option) {
  using Number = typename NumberOf<T>::Type;
  if constexpr (!std::is_void_v<Number>) option->check(plain_number<Number>());
  return Option(option);
}

/// "TEXT:{cpu,cuda}" is a value of the type TEXT with the choices cpu and cuda.
void describe_value(std::string type, OptionDescription& described) {
  const std::size_t brace = type.find('{'), end = type.find('}');
  if (brace != type.npos && end != type.npos) {
    std::string choice;
    for (std::size_t i = brace + 1; i <= end; ++i) {
      if (type[i] != ',' && type[i] != '}') {
        choice += type[i];
      } else {
        described.choices.push_back(choice);
        choice.clear();
      }
    }
  }
  described.value = type.substr(0, type.find(':'));
}

OptionDescription description_of(const CLI::Option& option) {
  OptionDescription described;
  described.is_positional = option.get_positional();
  described.is_required = option.get_required();
  described.is_list = option.get_items_expected_max() > 1;
  described.help = option.get_description();
  if (described.is_positional) {
    described.names = {option.get_name(true)};
  } else {
    for (const std::string& name : option.get_lnames()) described.names.push_back("--" + name);
    for (const std::string& name : option.get_snames()) described.names.push_back("-" + name);
  }
  if (option.get_items_expected_max() > 0) describe_value(option.get_type_name(), described);
  return described;
}

CommandDescription description_of(const CLI::App& app) {
  CommandDescription described{app.get_name(), app.get_description(), app.get_footer(), {}, {}};
  for (const CLI::Option* option : app.get_options())
    if (!option->get_group().empty()) described.options.push_back(description_of(*option));
  for (const CLI::App* command : app.get_subcommands({}))
    if (!command->get_group().empty()) described.commands.push_back(description_of(*command));
  return described;
}

}  // namespace

Option Option::required() { return Option(option_->required()); }

Option Option::positive() {
  return Option(option_->check(number_that("above 0", "POSITIVE", [](double v) { return v > 0; })));
}

Option Option::not_negative() {
  return Option(
      option_->check(number_that("of 0 or more", "NONNEGATIVE", [](double v) { return v >= 0; })));
}

Option Option::between(int first, int last) {
  return Option(option_->check(CLI::Range(first, last)));
}

Option Option::one_of(std::vector<std::string> values) {
  return Option(option_->check(CLI::IsMember(std::move(values))));
}

Option Option::expected(int least, int most) {
  return Option(least == most ? option_->expected(least) : option_->expected(least, most));
}

Option Option::take_all() { return Option(option_->take_all()); }

Option Option::separated_by(char delimiter) { return Option(option_->delimiter(delimiter)); }

Option Option::excludes(const Option& other) { return Option(option_->excludes(other.option_)); }

Option Option::type_name(const std::string& name) { return Option(option_->type_name(name)); }

Option Option::show_default() { return Option(option_->capture_default_str()); }

Command Command::add_command(const std::string& name, const std::string& description) {
  return Command(app_->add_subcommand(name, description));
}

template <class T>
Option Command::add_option(const std::string& name, T& value, const std::string& help) {
  return checked<T>(app_->add_option(name, value, help));
}
template Option Command::add_option(const std::string&, std::string&, const std::string&);
template Option Command::add_option(const std::string&, int&, const std::string&);
template Option Command::add_option(const std::string&, std::int64_t&, const std::string&);
template Option Command::add_option(const std::string&, std::uint64_t&, const std::string&);
template Option Command::add_option(const std::string&, double&, const std::string&);
template Option Command::add_option(const std::string&, std::optional<std::int64_t>&,
                                    const std::string&);
template Option Command::add_option(const std::string&, std::optional<double>&, const std::string&);
template Option Command::add_option(const std::string&, std::vector<std::string>&,
                                    const std::string&);
template Option Command::add_option(const std::string&, std::vector<double>&, const std::string&);
template Option Command::add_option(const std::string&, std::vector<std::filesystem::path>&,
                                    const std::string&);

Option Command::add_flag(const std::string& name, bool& value, const std::string& help) {
  return Option(app_->add_flag(name, value, help));
}

template <class T>
Option Command::add_option(const std::string& name, std::function<void(const T&)> take,
                           const std::string& help) {
  return checked<T>(app_->add_option_function<T>(name, take, help));
}
template Option Command::add_option(const std::string&, std::function<void(const std::string&)>,
                                    const std::string&);
template Option Command::add_option(const std::string&, std::function<void(const std::int64_t&)>,
                                    const std::string&);
template Option Command::add_option(const std::string&, std::function<void(const double&)>,
                                    const std::string&);
template Option Command::add_option(const std::string&,
                                    std::function<void(const std::vector<double>&)>,
                                    const std::string&);

Option Command::add_flag(const std::string& name, std::function<void()> take,
                         const std::string& help) {
  return Option(app_->add_flag_callback(name, std::move(take), help));
}

void Command::hide() { app_->group(""); }

void Command::footer(const std::string& text) { app_->footer(text); }

void Command::callback(std::function<void()> done) { app_->callback(std::move(done)); }

std::size_t Command::count(const std::string& name) const { return app_->count(name); }

bool Command::chosen() const { return app_->parsed(); }

CommandLine::CommandLine(const std::string& program, const std::string& description,
                         const std::string& version)
    : app_(std::make_unique<CLI::App>(description, program)), version_(version) {
  app_->set_version_flag("--version", version);
  app_->require_subcommand(1);
  app_->fallthrough();
  app_->allow_windows_style_options(false);  // which it takes names such as /home/me for on Windows
}

CommandLine::~CommandLine() = default;

Command CommandLine::program() { return Command(app_.get()); }

void CommandLine::end_help_with(const std::string& text) {
  for (CLI::App* command : app_->get_subcommands({})) {
    const std::string footer = command->get_footer();
    command->footer(footer + (footer.empty() ? "" : "\n\n") + text);
  }
}

CommandDescription CommandLine::describe() const { return description_of(*app_); }

std::optional<int> CommandLine::parse(int argc, const char* const* argv) {
  try {
    app_->parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    if (e.get_exit_code() == 0) return app_->exit(e);  // --help, --version
    tell(app_->get_name(), ": ", e.what(), " (", app_->get_name(), " --help)");
    return 2;
  }
  return std::nullopt;
}

std::string CommandLine::command_given() const {
  const auto given = app_->get_subcommands();
  return given.empty() ? "" : given.front()->get_name();
}

void fail_for_missing(const std::string& option) { throw CLI::RequiredError(option); }

void fail_for_wrong(const std::string& option, const std::string& what) {
  throw CLI::ValidationError(option, what);
}

}  // namespace odin::native
