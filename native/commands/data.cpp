#include <cstdio>
#include <memory>

#include "odin/native/commands/commands.h"
#include "odin/native/sets/download.h"
#include "odin/native/sets/known_sets.h"
#include "odin/native/sets/set_check.h"
#include "odin/native/system/console.h"
#include "odin/nn/io/quote.h"
#include "odin/tensor/error.h"

namespace odin::native {
namespace {

struct DataOptions {
  std::vector<std::string> download;
  std::string to = "data", check;
};

void field(const char* name, const std::string& value) {
  if (!value.empty()) std::printf("  %-9s %s\n", name, value.c_str());
}

void list_sets() {
  for (const KnownSet& set : known_sets()) {
    std::printf("%s\n", set.name.c_str());
    field("", set.title);
    field("from", set.homepage);
    field("layout", set.layout);
    field("as a SET", set.usage);
    if (!set.url.empty()) {
      field("archive", set.url);
      field("",
            std::to_string(set.bytes) + " bytes, MD5 " + set.md5 + ", unpacks to " + set.folder);
    }
    for (const KnownFile& file : set.files) {
      field("file", file.url);
      field("",
            std::to_string(file.bytes) + " bytes, MD5 " + file.md5 + ", goes into " + set.folder);
    }
    for (const KnownImages& images : set.images)
      field("images", images.what + ": " + std::to_string(images.count) +
                          (images.digest.empty() ? "" : ", digest " + images.digest));
  }
  std::printf(
      "\nThe digest of images does not depend on their order: the SHA-256 of their sorted SHA-256\n"
      "digests. `odin data check SET` compares a folder with it; `odin data --download NAME` "
      "fetches\n"
      "what has an address and a digest here.\n");
}

int check(const std::string& name) {
  const SetCheck result = check_set(parse_set(name));
  show(name);
  for (const std::string& line : result.found) show("  ", line);
  for (const std::string& fault : result.faults) tell("odin: ", nn::quote(name), ": ", fault);
  if (result.faults.empty()) std::printf("  no faults found\n");
  return result.faults.empty() ? 0 : 1;
}

int download(const DataOptions& options, bool quiet) {
  for (const std::string& name : options.download) known_set(name);  // check all names first
  int status = 0;
  for (const std::string& name : options.download) {
    try {
      const auto folder = download_set(known_set(name), options.to, quiet);
      show(name, ": ", folder.string());
    } catch (const std::exception& e) {
      tell("odin: ", error_text(e));
      status = 1;
    }
  }
  return status;
}

}  // namespace

void add_data(Command program, const CommonOptions& common, Action& action) {
  const auto options = std::make_shared<DataOptions>();
  Command command =
      program.add_command("data",
                          "The known sets of images: where they come from, and whether "
                          "they are as published");
  command
      .add_option("--download", options->download,
                  "Fetch a set from its publisher, verify and unpack it; an interrupted one is "
                  "gone on with (needs curl, and tar or unzip)")
      .type_name("NAME")
      .expected(1)
      .take_all();
  command.add_option("--to", options->to, "Folder for --download").show_default();
  Command checked =
      command.add_command("check",
                          "Compare a set with what was published: layout, number, "
                          "labels and a digest that the images' order does not change");
  checked.add_option("SET", options->check, "cifar10:DIR, cifar100:DIR (#train), folder:DIR")
      .required();
  command.callback([options, checked, &common, &action] {
    action = [options, checked, &common] {
      if (checked.chosen()) return check(options->check);
      if (!options->download.empty()) return download(*options, common.quiet);
      list_sets();
      return 0;
    };
  });
}

}  // namespace odin::native
