#include <filesystem>
#include <iostream>
#include <span>

#include "odin/native/commands/command_description.h"
#include "odin/native/commands/commands.h"
#include "odin/nn/io/atomic_file.h"

namespace odin::native {
namespace {

void write_text(const std::filesystem::path& path, const std::string& text) {
  std::filesystem::create_directories(path.parent_path());
  nn::write_file_atomically(path, std::as_bytes(std::span(text)), "document");
}

/// All of them, under the names that they are installed by.
void write_documents(const CommandDescription& program, const std::string& version,
                     const std::filesystem::path& folder) {
  const std::string& name = program.name;
  write_text(folder / "man1" / (name + ".1"), man_page(program, version, ""));
  for (const CommandDescription& c : program.commands)
    write_text(folder / "man1" / (name + "-" + c.name + ".1"), man_page(program, version, c.name));
  write_text(folder / "bash" / name, shell_completion(program, "bash"));
  write_text(folder / "zsh" / ("_" + name), shell_completion(program, "zsh"));
  write_text(folder / "fish" / (name + ".fish"), shell_completion(program, "fish"));
}

}  // namespace

void add_document(Command program, const CommandLine& line, Action& action) {
  struct Options {
    std::string kind, subject;
  };
  const auto options = std::make_shared<Options>();
  Command command = program.add_command(
      "document", "Print a manual page or a shell's completion, made of the help texts");
  command.hide();
  command.add_option("KIND", options->kind, "What is printed; files: all are written to a folder")
      .required()
      .one_of({"man", "bash", "zsh", "fish", "files"});
  command.add_option("SUBJECT", options->subject, "man: of this command; files: the folder");
  command.callback([options, &line, &action] {
    if (options->kind == "files" && options->subject.empty()) fail_for_missing("SUBJECT");
    action = [options, &line] {
      const CommandDescription described = line.describe();
      const auto& [kind, subject] = *options;
      if (kind == "files")
        write_documents(described, line.version(), subject);
      else if (kind == "man")
        std::cout << man_page(described, line.version(), subject);
      else
        std::cout << shell_completion(described, kind);
      return 0;
    };
  });
}

}  // namespace odin::native
