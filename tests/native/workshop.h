#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "odin/native/pictures/image.h"
#include "odin/nn/io/model_file.h"
#include "odin/nn/models/make_model.h"
#include "odin/tensor/random.h"
#include "odin/tests/native/program.h"
#include "odin/tests/native/temp_dir.h"

namespace odin::tests {

/// The result of a run of the program.
struct Result {
  int status;
  std::string out, err;

  int error_lines() const { return static_cast<int>(std::count(err.begin(), err.end(), '\n')); }
};

inline std::string read_text(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// A temporary folder with a small random model and an image, in which the program is run.
class Workshop {
 public:
  Workshop() {
    save_small_model("m.safetensors", {"a", "b", "c"});
    native::save_png(path("p.png"), tensor::Random(1).uniform({3, 32, 32}));
  }

  /// A DenseNet of these classes with random weights and settings for detect.
  void save_small_model(const std::string& name, const std::vector<std::string>& classes) const {
    const auto network = nn::make_model("densenet-bc-10-2", std::ssize(classes));
    nn::initialize(*network, 1);
    const nn::ModelInfo info{
        "densenet-bc-10-2", classes, {0.5, 0.5, 0.5}, {0.25, 0.25, 0.25}, 500, 0.002, 0.1, ""};
    nn::write_safetensors(path(name), nn::to_safetensors(*network, info));
  }

  std::string path(const std::string& name) const { return (dir_.path() / name).string(); }
  const std::filesystem::path& folder() const { return dir_.path(); }

  /// A link to a file that exists but can not be replaced, since no file can be made in its folder.
  /// Only root comes as far as trying: see can_try_unwritable().
  void link_to_unwritable(const std::string& name) const {
    std::filesystem::create_symlink("/proc/version", path(name));
  }
  static bool can_try_unwritable() { return geteuid() == 0; }

  Result run(const std::string& arguments) const {
    const std::string command =
        "cd '" + dir_.path().string() + "' && " + call_of_odin(arguments) + " >out.txt 2>err.txt";
    const int status = std::system(command.c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, read_text(path("out.txt")),
            read_text(path("err.txt"))};
  }

 private:
  TempDir dir_;
};

}  // namespace odin::tests
