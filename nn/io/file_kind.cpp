#include "odin/nn/io/file_kind.h"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <string_view>

namespace odin::nn {
namespace {

using namespace std::string_view_literals;

struct Kind {
  std::size_t at;
  std::string_view signature;
  const char* name;
};

constexpr const char* kCompressed = " (unpack it first)";

constexpr Kind kKinds[] = {
    {0, "\x89HDF\r\n\x1a\n"sv,
     "an HDF5 file, such as Keras writes (odin reads no models of Keras)"},
    {0, "GGUF"sv, "a GGUF file, a language model"},
    {0, "lmgg"sv, "a GGML file, a language model"},
    {4, "TFL3"sv, "a TensorFlow Lite model (odin reads no models of TensorFlow)"},
    {0, "\x93NUMPY"sv, "an array of NumPy"},
    {0, "\x1f\x8b"sv, "a gzip archive"},
    {0, "BZh"sv, "a bzip2 archive"},
    {0,
     "\xfd"
     "7zXZ\0"sv,
     "an xz archive"},
    {0, "\x28\xb5\x2f\xfd"sv, "a Zstandard archive"},
    {0, "7z\xbc\xaf\x27\x1c"sv, "a 7-Zip archive"},
    {0, "Rar!"sv, "a RAR archive"},
    {257, "ustar"sv, "a tar archive"},
    {0, "\x89PNG"sv, "a picture (PNG)"},
    {0, "\xff\xd8\xff"sv, "a picture (JPEG)"},
    {0, "GIF8"sv, "a picture (GIF)"},
    {8, "WEBP"sv, "a picture (WebP)"},
    {0, "%PDF"sv, "a PDF document"},
    {0,
     "\x7f"
     "ELF"sv,
     "a program"},
};

std::string_view as_text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

bool holds(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

/// The beginning in lower case, without white space and a byte order mark before it.
std::string first_words(std::string_view file) {
  if (file.starts_with("\xEF\xBB\xBF")) file.remove_prefix(3);
  file.remove_prefix(std::min(file.find_first_not_of(" \t\r\n"), file.size()));
  std::string out(file.substr(0, 64));
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

std::string kind_of_text(std::string_view file) {
  const std::string start = first_words(file);
  if (start.starts_with("version https://git-lfs"))
    return "a Git LFS pointer, not the file itself (git lfs pull fetches it)";
  for (const char* html : {"<!doctype html", "<html", "<head", "<!--"})
    if (start.starts_with(html))
      return "a web page (HTML), perhaps an error that was downloaded in its place";
  if (start.starts_with("<?xml")) return "an XML document";
  const std::string_view sample = file.substr(0, 4096);
  constexpr std::size_t kLeast = 16;  // fewer bytes can be anything
  const bool is_text =
      sample.size() >= kLeast && std::all_of(sample.begin(), sample.end(), [](char c) {
        const auto code = static_cast<unsigned char>(c);
        return code >= 0x20 ? code != 0x7f : code == '\n' || code == '\r' || code == '\t';
      });
  if (!is_text) return "";
  return start.starts_with('{') || start.starts_with('[') ? "JSON text" : "plain text";
}

}  // namespace

std::string describe_zip(std::string_view names) {
  if (holds(names, "/constants.pkl") && holds(names, "/code/"))
    return "a TorchScript program (save the network's state_dict() with torch.save in its place)";
  if (holds(names, "/data.pkl"))
    return "a PyTorch checkpoint, not a model file (odin convert makes one of it)";
  if (holds(names, "model.weights.h5")) return "a Keras model (odin reads no models of Keras)";
  if (holds(names, ".npy")) return "an archive of NumPy arrays (.npz)";
  return std::string("a zip archive") + kCompressed;
}

std::vector<std::byte> beginning_of(const std::filesystem::path& path) {
  constexpr std::size_t kEnough = std::size_t{1} << 16;
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(path, ignored)) return {};
  std::vector<std::byte> bytes(kEnough);
  std::ifstream file(path, std::ios::binary);
  file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  return bytes;
}

bool is_torch_zip(std::span<const std::byte> bytes) { return as_text(bytes).starts_with("PK\3\4"); }

bool is_torch_legacy(std::span<const std::byte> bytes) {
  const std::string_view file = as_text(bytes);
  return file.size() > 14 && file[0] == '\x80' &&
         file.substr(2).starts_with("\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19");
}

/// The first fields of its message are ir_version and names of the producer or the graph.
bool is_onnx(std::span<const std::byte> bytes) {
  const std::string_view file = as_text(bytes);
  if (file.size() < 16 || file[0] != 0x08 || file[1] < 1 || file[1] > 20) return false;
  const auto field = static_cast<unsigned char>(file[2]);
  return field == 0x12 || field == 0x1a || field == 0x22 || field == 0x3a || field == 0x42;
}

std::string describe_kind(std::span<const std::byte> bytes) {
  const std::string_view file = as_text(bytes);
  if (is_torch_zip(bytes)) return describe_zip(file);  // names in it are not compressed
  if (is_torch_legacy(bytes))
    return "a PyTorch checkpoint, not a model file (odin convert makes one of it)";
  for (const Kind& kind : kKinds)
    if (file.size() > kind.at && file.substr(kind.at).starts_with(kind.signature))
      return std::string(kind.name) + (holds(kind.name, "archive") ? kCompressed : "");
  if (file.starts_with("BM") && file.substr(0, 10).ends_with("\0\0\0\0"sv))
    return "a picture (BMP)";
  if (file.size() > 2 && file[0] == '\x80' && file[1] >= 2 && file[1] <= 5)
    return "a Python pickle, not a file of torch.save or safetensors";
  if (is_onnx(bytes)) return "an ONNX model, not a model file (odin convert makes one of it)";
  return kind_of_text(file);
}

}  // namespace odin::nn
