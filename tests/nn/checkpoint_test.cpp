#include "odin/nn/io/checkpoint.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>

#include "odin/nn/io/atomic_file.h"
#include "odin/nn/io/pickle.h"
#include "odin/nn/io/safetensors.h"
#include "odin/tests/native/temp_dir.h"
#include "odin/tests/nn/io_fixtures.h"
#include "odin/tests/work_time.h"

using namespace odin;
using namespace odin::nn;
using namespace std::string_literals;
using odin::tensor::Tensor;
using odin::tests::as_bytes;
using odin::tests::Bytes;
using odin::tests::contains;
using odin::tests::error_of;
using odin::tests::raw;
using odin::tests::same;

namespace fs = std::filesystem;

namespace {

/// All checkpoints in tests/golden/checkpoints.
std::vector<fs::path> fixtures() {
  std::vector<fs::path> out;
  for (const auto& entry : fs::directory_iterator(tests::golden("checkpoints")))
    if (entry.path().extension() != ".safetensors") out.push_back(entry.path());
  std::sort(out.begin(), out.end());
  return out;
}

bool is_hostile(const fs::path& path) { return path.filename().string().starts_with("hostile"); }

StateDict parse(std::string_view file) { return parse_checkpoint(as_bytes(file), "x.pth"); }

// Pickles, written by hand.

std::string text(std::string_view value) {
  return "X" + raw(static_cast<std::uint32_t>(value.size())) + std::string(value);
}
std::string integer(std::int64_t value) { return "\x8a\x08" + raw(value); }
std::string global(const std::string& module, const std::string& name) {
  return "c" + module + "\n" + name + "\n";
}
std::string tuple(const std::string& items) { return "(" + items + "t"; }
std::string dict(const std::string& items) { return "}(" + items + "u"; }
std::string storage(const std::string& key, std::int64_t count, const std::string& view = "N") {
  return tuple(text("storage") + global("torch", "FloatStorage") + text(key) + text("cpu") +
               integer(count) + view) +
         "Q";
}
std::string tensor_of(const std::string& storage, std::int64_t offset, const std::string& size,
                      const std::string& stride) {
  return global("torch._utils", "_rebuild_tensor_v2") +
         tuple(storage + integer(offset) + tuple(size) + tuple(stride) + "\x89" + "}") + "R";
}
/// A tensor of the two floats of the storage "0".
std::string two_floats() { return tensor_of(storage("0", 2), 0, "K\2", "K\1"); }

const std::string kLegacyStart =
    "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19."
    "\x80\x02M\xe9\x03." +
    ("\x80\x02" + dict(text("little_endian") + "\x88") + ".");

/// A checkpoint of the older format: `object`, and a storage "0" of the floats 1 and 2.
std::string legacy(const std::string& object) {
  return kLegacyStart + "\x80\x02" + object + "." + "\x80\x02](" + text("0") + "e." +
         raw(std::int64_t{2}) + raw(1.0f) + raw(2.0f);
}
std::string legacy_without_storages(const std::string& object) {
  return kLegacyStart + "\x80\x02" + object + "." + "\x80\x02].";
}

std::string load_error(const std::string& pickle) {
  return error_of([&] { pickle::load(as_bytes(pickle), [](auto) { return false; }); });
}

}  // namespace

TEST_SUITE("nn") {
  TEST_CASE("checkpoint: PyTorch's files give PyTorch's tensors") {
    const auto expected = read_safetensors(tests::golden("checkpoints/expected.safetensors"));
    std::size_t compared = 0;
    for (const auto& path : fixtures()) {
      if (is_hostile(path)) continue;
      for (const auto& [name, tensor] : read_checkpoint(path)) {
        const auto full_name = path.filename().string() + "/" + name;
        CAPTURE(full_name);
        REQUIRE(expected.tensors.contains(full_name));
        CHECK(same(tensor, expected.tensors.at(full_name)));
        CHECK(tensor.is_contiguous());
        ++compared;
      }
    }
    CHECK(compared == expected.tensors.size());
  }

  TEST_CASE("checkpoint: hostile files are refused by name and execute nothing") {
    const std::pair<const char*, const char*> cases[] = {
        {"hostile_system.pth", "the pickle asks for 'posix.system', which is not allowed"},
        {"hostile_system_legacy.pth", "the pickle asks for 'posix.system', which is not allowed"},
        {"hostile_eval.pth", "the pickle asks for 'builtins.eval', which is not allowed"},
        {"hostile_size.pth", "reach outside the 6 stored elements"},
        {"hostile_size_legacy.pth", "reach outside the 6 stored elements"},
        {"hostile_stride.pth", "reach outside the 6 stored elements"},
        {"hostile_offset.pth", "offset 1 reach outside the 6 stored elements"},
        {"hostile_negative_offset.pth", "offset -1 reach outside"},
        {"hostile_negative_stride.pth", "strides [3,-1]"},
        {"hostile_overflow.pth", "too many elements"},
        {"hostile_missing_storage.pth", "has no record 'hostile_missing_storage/data/0'"},
        {"hostile_short_storage.pth", "storage '0' has 20 bytes, too few"},
    };
    for (const auto& [name, message] : cases) {
      const auto path = tests::golden(std::string("checkpoints/") + name);
      const std::string error = error_of([&] { read_checkpoint(path); });
      CAPTURE(error);
      CHECK(error.starts_with("checkpoint: '" + path.string() + "': "));
      CHECK(contains(error, message));
    }
    const auto files = fixtures();
    CHECK(std::size(cases) == std::count_if(files.begin(), files.end(), is_hostile));
    CHECK_FALSE(fs::exists("executed-by-unpickling"));
  }

  TEST_CASE("checkpoint: no beginning of a checkpoint is one") {
    for (const auto& path : fixtures()) {
      const Bytes file = read_file(path);
      std::size_t read = 0;
      for (std::size_t size = 0; size < file.size(); ++size)
        read += error_of([&] { parse_checkpoint(std::span(file).first(size), "x"); }) == "no error";
      CAPTURE(path);
      CHECK(read == 0);
    }
  }

  TEST_CASE("checkpoint: a changed byte is refused or gives another checkpoint") {
    std::size_t refused = 0, read = 0;
    for (const auto& path : fixtures()) {
      Bytes file = read_file(path);
      for (std::size_t at = 0; at < file.size(); ++at) {
        const auto change = static_cast<std::byte>(1 + at * 37 % 255);
        file[at] ^= change;
        const auto error = error_of([&] { parse_checkpoint(file, "x"); });
        ++(error == "no error" ? read : refused);
        file[at] ^= change;
      }
    }
    CHECK(refused > 1000);
    CHECK(read > 1000);
  }

  TEST_CASE("checkpoint: 'module.' is removed only where all names have it") {
    const auto two = [](const std::string& a, const std::string& b) {
      return parse(legacy(dict(text(a) + two_floats() + text(b) + two_floats())));
    };
    CHECK(two("module.a", "module.b").contains("a"));
    CHECK(two("module.module.a", "module.b").contains("module.a"));
    CHECK(two("module.a", "b").contains("module.a"));
    CHECK(two("module.module.a", "module.module.b").contains("a"));
    CHECK(two("_orig_mod.a", "module._orig_mod.b.c").contains("a"));
    CHECK(two("x._orig_mod.a", "b").contains("x.a"));
    CHECK(two("a", "_orig_mod.a").contains("_orig_mod.a"));  // would be one name for two
  }

  TEST_CASE("checkpoint: the only dictionary of tensors is found wherever it lies") {
    const std::string state = dict(text("a.weight") + two_floats());
    const std::string optimizer =
        dict(text("state") + dict("K\0"s + dict(text("momentum_buffer") + two_floats())) +
             text("param_groups") + "]");
    const std::string config = global("my.tool", "Config") + ")\x81" +
                               dict(text("path") + global("pathlib", "PosixPath") +
                                    tuple(text("/home")) + "R" + text("weights") + state) +
                               "b";
    for (const std::string& file :
         {dict(text("ema") + state), dict(text("optim") + optimizer + text("weights") + state),
          dict(text("run") + dict(text("best") + dict(text("network") + state))),
          tuple(state + "K\5"), "](" + optimizer + state + "e", dict(text("cfg") + config),
          config}) {
      CHECK(parse(legacy(file)).contains("a.weight"));
    }
    // Entries beside the tensors are left out, and said to be.
    std::vector<std::string> notes;
    const auto mixed = legacy(dict(text("a.weight") + two_floats() + text("a.bias") + two_floats() +
                                   text("epoch") + "K\5"));
    CHECK(parse_checkpoint(as_bytes(mixed), "x", "", &notes).size() == 2);
    REQUIRE(notes.size() == 1);
    CHECK(contains(notes[0], "1 entries beside the tensors are left out: 'epoch'"));
  }

  TEST_CASE("checkpoint: of several dictionaries of tensors one is named") {
    const std::string state = dict(text("w.weight") + two_floats());
    const auto file = legacy(dict(text("teacher") + dict(text("net_a") + state) + text("student") +
                                  dict(text("x.weight") + two_floats())));
    const std::string error = error_of([&] { parse(file); });
    CHECK(
        contains(error, "several dictionaries of tensors: 'student' (1 tensor), 'teacher.net_a'"));
    CHECK(contains(error, "--key"));
    CHECK(parse_checkpoint(as_bytes(file), "x", "teacher.net_a").contains("w.weight"));
    CHECK(parse_checkpoint(as_bytes(file), "x", "student.x").contains("weight"));
    CHECK(contains(error_of([&] { parse_checkpoint(as_bytes(file), "x", "nobody"); }),
                   "no tensors under 'nobody'; there are: 'student'"));
    // Statistics have no weights, and the usual names come first.
    const auto statistics = dict(text("mean") + two_floats() + text("std") + two_floats());
    CHECK(
        parse(legacy(dict(text("stats") + statistics + text("ema") + state))).contains("w.weight"));
    std::vector<std::string> notes;
    const auto usual = legacy(dict(text("ema") + state + text("model") + state));
    CHECK(parse_checkpoint(as_bytes(usual), "x", "", &notes).size() == 1);
    REQUIRE(notes.size() == 1);
    CHECK(contains(notes[0], "under 'model' are taken; there are others under 'ema'"));
  }

  TEST_CASE("checkpoint: a whole module gives the tensors of its state dict, and runs nothing") {
    const auto module = [](const std::string& name, const std::string& parts,
                           const std::string& tensors) {
      return global("__main__", name) + ")\x81" +
             dict(text("training") + "\x88" + text("_parameters") + dict(tensors) +
                  text("_buffers") +
                  dict(text("kept") + two_floats() + text("lost") + two_floats() + text("none") +
                       "N") +
                  text("_non_persistent_buffers_set") + global("__builtin__", "set") +
                  tuple("](" + text("lost") + "e") + "R" + text("_forward_hooks") +
                  global("collections", "OrderedDict") + ")R" + text("_modules") + dict(parts)) +
             "b";
    };
    const std::string inner = module("Layer", "", text("weight") + two_floats());
    const std::string outer = module("Net", text("conv") + inner, text("bias") + two_floats());
    for (const std::string& file : {outer, dict(text("model") + outer + text("epoch") + "K\5"),
                                    dict(text("anything") + outer)}) {
      const StateDict read = parse(legacy(file));
      CHECK(read.size() == 4);
      for (const char* name : {"bias", "kept", "conv.weight", "conv.kept"})
        CHECK(read.contains(name));
    }
    // In the oldest files classes are references with their source.
    const auto with_source =
        tuple(text("module") + global("__main__", "Net") + text("net.py") +
              text("class Net: ...")) +
        "Q)\x81" +
        dict(text("_parameters") + dict(text("w") + two_floats()) + text("_modules") + dict("")) +
        "b";
    CHECK(parse(legacy(with_source)).contains("w"));
    // Parts that are one module, whose dictionaries are long: more than can be walked.
    std::string many;
    for (int i = 0; i < 50'000; ++i) many += text(std::to_string(i)) + "N";
    std::string shared = "q\1";
    for (int i = 0; i < 50'000; ++i) shared += text(std::to_string(i)) + "h\2";
    const std::string wide = global("__main__", "Net") + ")\x81" +
                             dict(text("_parameters") + "}" + text("_modules") + "}(" + text("a") +
                                  module("Layer", "", many) + "q\2" + shared.substr(2) + "u") +
                             "b";
    const tests::WorkTime time;
    CHECK(contains(error_of([&] { parse(legacy_without_storages(wide)); }), "too many entries"));
    CHECK(time.seconds() < 2);
    // A part that contains itself.
    const std::string endless =
        global("__main__", "Net") + ")\x81q\1" +
        dict(text("_parameters") + dict("") + text("_modules") + dict(text("again") + "h\1")) + "b";
    CHECK(contains(error_of([&] { parse(legacy_without_storages(endless)); }), "too many parts"));
  }

  TEST_CASE("checkpoint: objects of unknown classes are harmless, calls that attack are refused") {
    const std::string state = text("state_dict") + dict(text("a") + two_floats());
    const std::string derived = global("collections", "deque") + ")R(K\1K\2e";
    const std::string made =
        global("builtins", "getattr") + tuple(global("my", "Enum") + text("member")) + "R" + ")R";
    const std::string named = global("my", "Point") + ")" + dict(text("x") + "K\1") + "\x92";
    CHECK(parse(legacy(dict(text("q") + derived + text("e") + made + text("p") + named + state)))
              .contains("a"));
    for (const auto& [module, name] : {std::pair{"posix", "system"},
                                       {"os", "popen"},
                                       {"subprocess", "Popen"},
                                       {"builtins", "exec"},
                                       {"__builtin__", "eval"},
                                       {"importlib", "import_module"}}) {
      const auto file = legacy(dict(text("x") + global(module, name) + ")R" + state));
      CHECK(contains(error_of([&] { parse(file); }), "which is not allowed"));
    }
    // A tensor of a derived class.
    const auto rebuilt =
        global("torch._tensor", "_rebuild_from_type_v2") +
        tuple(global("torch._utils", "_rebuild_tensor_v2") + global("my", "Tensor") +
              tuple(storage("0", 2) + integer(0) + tuple("K\2") + tuple("K\1") + "\x89" + "}") +
              "}") +
        "R";
    CHECK(same(parse(legacy(dict(text("a") + rebuilt))).at("a"), Tensor::from({1, 2}, {2})));
  }

  TEST_CASE("checkpoint: the state dict is found under its usual names, also two deep") {
    const std::string state = dict(text("a") + two_floats());
    const Tensor expected = Tensor::from({1, 2}, {2});
    for (const auto* name : {"state_dict", "model", "model_state_dict", "net", "module"}) {
      CAPTURE(name);
      const auto read = parse(legacy(dict(text("best") + two_floats() + text(name) + state)));
      REQUIRE(read.size() == 1);
      CHECK(same(read.at("a"), expected));
    }
    const auto nested = dict(text("model") + dict(text("state_dict") + state));
    CHECK(same(parse(legacy(nested)).at("a"), expected));
    // A usual name with another kind of value is skipped.
    CHECK(parse(legacy(dict(text("state_dict") + "N" + text("net") + state))).contains("a"));
  }

  TEST_CASE("checkpoint: without a state dict, the error says what is there") {
    const auto error = error_of(
        [] { parse(legacy(dict(text("epoch") + "K\5" + text("w") + two_floats() + "NN"))); });
    CHECK(error ==
          "checkpoint: 'x.pth': no state dict: expected a dictionary of tensors, or one under "
          "'state_dict', 'model_state_dict', 'model', 'net', 'module'; found 'epoch' (int), "
          "'w' (tensor), None (None)");
    CHECK(contains(error_of([] { parse(legacy_without_storages("}")); }), "found nothing"));
    CHECK(contains(error_of([] { parse(legacy_without_storages("]")); }),
                   "holds 'list', expected a dictionary"));
  }

  TEST_CASE("checkpoint: however long the names in it are, the error stays a readable line") {
    std::string entries, dictionaries;
    for (char c = 'a'; c < 'z'; ++c) {
      const std::string name(250, c);
      entries += text(name) + global(name, name) + ")R";
      dictionaries += text(name) + dict(text("w.weight") + two_floats());
    }
    const auto nothing = error_of([&] { parse(legacy_without_storages(dict(entries))); });
    CHECK(contains(nothing, " more"));
    CHECK(nothing.size() < 2000);
    const auto several = error_of([&] { parse(legacy(dict(dictionaries))); });
    CHECK(contains(several, "several dictionaries of tensors: 'aaa"));
    CHECK(several.size() < 2000);
  }

  TEST_CASE("checkpoint: what training scripts leave beside the model does not hinder") {
    const std::string space = global("argparse", "Namespace") + ")\x81" +
                              dict(text("lr") + "G?\xb9\x99\x99\x99\x99\x99\x9a") + "b";
    const std::string scalar =
        global("numpy.core.multiarray", "scalar") +
        tuple(global("numpy", "dtype") + tuple(text("f8") + "K\0K\1"s) + "R" + "N" + "b" +
              global("_codecs", "encode") + tuple(text("x") + text("latin1")) + "R") +
        "R";
    const std::string milestones = global("collections", "Counter") + tuple(dict("K\5K\1")) + "R";
    const auto read =
        parse(legacy(dict(text("args") + space + text("best") + scalar + text("schedule") +
                          milestones + text("state_dict") + dict(text("a") + two_floats()))));
    CHECK(same(read.at("a"), Tensor::from({1, 2}, {2})));
  }

  TEST_CASE("checkpoint: OrderedDict is read as Python 2 and 3 write it") {
    const std::string ordered = global("collections", "OrderedDict");
    const auto python3 = ordered + ")R(" + text("a") + two_floats() + "u" +
                         dict(text("_metadata") + ordered + ")R") + "b";
    CHECK(parse(legacy(python3)).contains("a"));
    // A list of lists, byte strings for text.
    const auto python2 = ordered + tuple("](](U\1a" + two_floats() + "ee") + "R";
    CHECK(parse(legacy(python2)).contains("a"));
  }

  TEST_CASE("checkpoint: a parameter, a view of a storage and the oldest call give their tensor") {
    const auto read = [](const std::string& value) {
      return parse(legacy(dict(text("a") + value))).at("a");
    };
    const auto parameter =
        global("torch._utils", "_rebuild_parameter") + tuple(two_floats() + "\x88" + "}") + "R";
    CHECK(same(read(parameter), Tensor::from({1, 2}, {2})));
    const auto oldest = global("torch._utils", "_rebuild_tensor") +
                        tuple(storage("0", 2) + "K\1" + tuple("K\1") + tuple("K\1")) + "R";
    CHECK(same(read(oldest), Tensor::from({2}, {1})));
    const auto view = storage("0", 2, tuple(text("1") + "K\1K\1"));
    CHECK(same(read(tensor_of(view, 0, "K\1", "K\1")), Tensor::from({2}, {1})));
    CHECK_THROWS_AS(read(tensor_of(view, 1, "K\1", "K\1")), Error);
    const auto too_long = storage("0", 2, tuple(text("1") + "K\1K\2"));
    CHECK_THROWS_AS(read(tensor_of(too_long, 0, "K\1", "K\1")), Error);
  }

  TEST_CASE("checkpoint: a small file cannot ask for much memory") {
    const auto huge = tensor_of(storage("0", 2), 0, integer(1 << 20) + integer(1 << 20), "K\0K\0"s);
    CHECK(contains(error_of([&] { parse(legacy(dict(text("a") + huge))); }),
                   "tensor 'a': it would take far more memory than its size warrants"));
    // 100 tensors of a million elements with stride 0: each is one element repeated.
    const auto large = tensor_of(storage("0", 2), 0, integer(1000000), "K\0"s);
    std::string items;
    for (int i = 0; i < 100; ++i) items += text(std::to_string(i)) + large;
    CHECK(contains(error_of([&] { parse(legacy(dict(items))); }), "far more memory"));
    const auto small = tensor_of(storage("0", 2), 1, integer(1000), "K\0"s);
    CHECK(parse(legacy(dict(text("a") + small))).at("a").data<float>()[999] == 2);
  }

  TEST_CASE("checkpoint: the older format's storages must be there, and be those referred to") {
    const auto with_count = [](std::int64_t in_object, std::int64_t in_file) {
      const auto tensor = tensor_of(storage("0", in_object), 0, "K\1", "K\1");
      return kLegacyStart + "\x80\x02" + dict(text("a") + tensor) + ".\x80\x02](" + text("0") +
             "e." + raw(in_file) + raw(1.0f) + raw(2.0f);
    };
    CHECK(parse(with_count(2, 2)).size() == 1);
    CHECK(contains(error_of([&] { parse(with_count(2, 1)); }), "has 1 elements"));
    CHECK(contains(error_of([&] { parse(with_count(3, 3)); }), "ends in the middle of a storage"));
    const auto most = std::int64_t{1} << 62;
    CHECK(contains(error_of([&] { parse(with_count(most, most)); }), "ends in the middle"));
    CHECK(contains(error_of([&] { parse(with_count(-1, -1)); }), "a storage's size is -1"));
    const auto other = tensor_of(storage("1", 2), 0, "K\1", "K\1");
    CHECK(contains(error_of([&] { parse(legacy(dict(text("a") + other))); }),
                   "a storage that its object does not use"));
    CHECK(contains(
        error_of([&] { parse(legacy(dict(text("a") + other + text("b") + two_floats()))); }),
        "tensor 'a': the file has no storage '1'"));
  }

  TEST_CASE("checkpoint: the content decides what a file is, not its name") {
    const tests::TempDir dir;
    Safetensors content;
    content.tensors["module.a"] = Tensor::from({1, 2}, {2});
    write_safetensors(dir.path() / "x.pth", content);
    CHECK(read_checkpoint(dir.path() / "x.pth").contains("a"));  // as of a .pth
    const auto zip = read_file(tests::golden("checkpoints/plain.pth"));
    CHECK(read_checkpoint(dir.write("x.safetensors", zip)).contains("conv1.weight"));
    CHECK(error_of([&] {
            read_checkpoint(dir.write("y.safetensors", std::string("abc")));
          }).starts_with("safetensors: "));
    for (const std::string other : {"abc", "\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "\x80\x02K\1.", "."})
      CHECK(contains(error_of([&] { parse(other); }),
                     "neither a PyTorch checkpoint nor a safetensors file"));
    CHECK(contains(error_of([&] { parse("PK\3\4 and nothing else"); }), "the zip archive"));
    CHECK(contains(error_of([&] { parse("cos\nsystem\n(X\2\0\0\0lstR."s); }),
                   "the pickle asks for 'os.system', which is not allowed"));
  }

  TEST_CASE("pickle: the values of every operation") {
    const auto load = [](const std::string& pickle) {
      return pickle::load(as_bytes(pickle), [](auto name) { return name == "a.b"; });
    };
    const auto integer_of = [&](const std::string& pickle) {
      const auto out = load(pickle);
      REQUIRE(out.root->as<std::int64_t>() != nullptr);
      return *out.root->as<std::int64_t>();
    };
    CHECK(integer_of("K\xff.") == 255);
    CHECK(integer_of("M\xff\xff.") == 65535);
    CHECK(integer_of("J\xfe\xff\xff\xff.") == -2);
    CHECK(integer_of("\x8a\0."s) == 0);
    CHECK(integer_of("\x8a\1\x80.") == -128);
    CHECK(integer_of("\x8a\2\x80\0."s) == 128);
    CHECK(integer_of("\x8b\2\0\0\0\0\x80."s) == -32768);
    CHECK(load("\x8a\x09\0\0\0\0\0\0\0\0\1."s).root->as<pickle::BigInteger>());
    CHECK(*load("G\xbf\xf8\0\0\0\0\0\0."s).root->as<double>() == -1.5);
    CHECK(*load("\x88.").root->as<bool>());
    CHECK_FALSE(*load("\x89.").root->as<bool>());
    CHECK(load("N.").root->as<pickle::None>());
    for (const auto& pickle :
         {"X\2\0\0\0hi."s, "\x8c\2hi."s, "\x8d\2\0\0\0\0\0\0\0hi."s, "U\2hi."s, "T\2\0\0\0hi."s})
      CHECK(*load(pickle).root->as<std::string>() == "hi");
    for (const auto& pickle :
         {"B\2\0\0\0hi."s, "C\2hi."s, "\x8e\2\0\0\0\0\0\0\0hi."s, "\x96\2\0\0\0\0\0\0\0hi."s})
      CHECK(load(pickle).root->as<pickle::Bytes>()->data == "hi");
    for (const auto* pickle : {")K\1\x85K\1K\2\x86K\1K\2K\3\x87(t\x87.", "(K\1NN\x91."})
      CHECK(load(pickle).root->as<pickle::Tuple>()->items.size() == 3);
    for (const auto* pickle : {"]NaNa.", "](NNe.", "(NNl.", "\x8f(NN\x90.", "N](NNe."})
      CHECK(load(pickle).root->as<pickle::List>()->items.size() == 2);
    for (const auto* pickle : {"}K\1NsK\2Ns.", "}(K\1NK\2Nu.", "(K\1NK\2Nd."})
      CHECK(load(pickle).root->as<pickle::Dict>()->items.size() == 2);
    for (const auto* pickle : {"K\7q\3h\3.", "K\7q\3N0h\3.", "K\7\x94(NN1h\0.",
                               "K\7"
                               "2."})
      CHECK(integer_of(std::string(
                pickle, std::string_view(pickle).size() + (pickle[2] == '\x94') * 2)) == 7);
    CHECK(integer_of("K\7r\1\0\0\1Nj\1\0\0\1."s) == 7);
    CHECK(load("ca\nb\n.").root->as<pickle::Symbol>()->name == "a.b");
    CHECK(load("\x80\4\x95\0\0\0\0\0\0\0\0\x8c\1a\x8c\1b\x93."s).root->as<pickle::Symbol>());
    const auto object = load("ca\nb\n)R}bK\1K\2s.");
    REQUIRE(object.root->as<pickle::Object>());
    CHECK(object.root->as<pickle::Object>()->callee == "a.b");
    CHECK(object.root->as<pickle::Object>()->state->as<pickle::Dict>());
    CHECK(object.root->as<pickle::Object>()->dict.items.size() == 1);
    CHECK(load("K\1Q.").root->as<pickle::Persistent>());
    CHECK(load("K\1.rest").size == 3);
    const auto circle = load("]q\0h\0a."s);
    CHECK(circle.root->as<pickle::List>()->items[0] == circle.root);
  }

  TEST_CASE("pickle: malformed ones are refused with the reason") {
    const std::pair<std::string, const char*> cases[] = {
        {"", "ends in the middle"},
        {"K", "ends in the middle"},
        {"X\xff\xff\xff\xff"
         "abc",
         "ends in the middle"},
        {"\x8d\xff\xff\xff\xff\xff\xff\xff\xff"
         "abc",
         "ends in the middle"},
        {"cos\nsystem", "ends in the middle"},
        {".", "takes a value where there is none"},
        {"0", "takes a value where there is none"},
        {"a", "takes a value where there is none"},
        {"N(a", "takes a value where there is none"},
        {"N(0", "takes a value where there is none"},
        {"N(.", "takes a value where there is none"},
        {"q\0"s, "takes a value where there is none"},
        {"t", "looks for a mark where there is none"},
        {"h\1", "refers to entry 1 of its memo"},
        {"NNa", "uses 'None' as a list"},
        {"]NNs", "uses 'list' as a dictionary"},
        {"}(Nu", "a dictionary key without a value"},
        {"NN\x93", "uses 'None' as a module's name"},
        {"N)R", "uses 'None' as something to call"},
        {"}Nb", "uses 'dict' as an object to give a state"},
        {"ca\nb\n", "the pickle asks for 'a.b', which is not allowed"},
        {"c\x1b[2J\nb\n", "the pickle asks for '?[2J.b'"},
        {"\x80\x06", "unknown pickle protocol 6"},
        {"Ia\n.", "unsupported operation 73 at byte 0"},
        {"N\xffN", "unsupported operation 255 at byte 1"},
        {std::string(5'000'000, 'N'), "more than 1500000 operations"},
    };
    for (const auto& bad : cases) {
      const std::string error = load_error(bad.first);
      CAPTURE(bad.second);
      CAPTURE(error);
      CHECK(contains(error, bad.second));
    }
  }

  TEST_CASE("pickle: what is called takes no memory of its own, and its name is not endless") {
    const auto load = [](const std::string& pickle) {
      return pickle::load(as_bytes(pickle), [](auto) { return true; });
    };
    CHECK(sizeof(pickle::Value) <= 64);
    // The result of a call is called, and so on: its name would grow with each of them.
    std::string calls = global("m", std::string(900, 'f'));
    for (int i = 0; i < 400'000; ++i) calls += ")R";
    const tests::WorkTime time;
    const auto read = load(calls + ".");
    CHECK(time.seconds() < 2);
    CHECK(read.root->as<pickle::Object>()->callee == "m." + std::string(900, 'f') + "()");
    CHECK(read.callees.size() == 1);
    CHECK(contains(error_of([&] { load(global("m", std::string(1000, 'f')) + "."); }),
                   "a name of 1002 characters, at most 1000"));
    CHECK(contains(error_of([&] { parse(kLegacyStart + "N." + std::string(300'000, 'N') + "."); }),
                   "more than 200000 operations"));
  }

  TEST_CASE("checkpoint: names that many entries share are not copied for each of them") {
    const std::string name = text(std::string(900'000, 'n')) + "q\1" + "0";
    std::string entries;
    for (int i = 0; i < 200'000; ++i) entries += "h\1}";
    const tests::WorkTime time;
    CHECK(contains(error_of([&] { parse(legacy_without_storages(name + dict(entries))); }),
                   "no state dict"));
    CHECK(time.seconds() < 2);
    CHECK(contains(
        error_of([&] { parse(legacy(dict(text(std::string(1001, 'n')) + two_floats()))); }),
        "a tensor's name has 1001 characters, at most 1000"));
  }

  TEST_CASE("pickle: deep nesting does not exhaust the stack") {
    std::string deep = "N";
    for (int i = 0; i < 1'000'000; ++i) deep += '\x85';  // a tuple of the previous value
    CHECK(load_error(deep + ".") == "no error");
    CHECK(contains(load_error(std::string(1'000'000, '(') + "."), "where there is none"));
  }
}
