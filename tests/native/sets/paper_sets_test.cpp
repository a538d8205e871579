#include "odin/native/sets/paper_sets.h"

#include <doctest/doctest.h>

using namespace odin::native;

namespace {

std::string name_of_set(const char* text) { return paper_name(parse_set(text)); }

}  // namespace

TEST_SUITE("native") {
  TEST_CASE("sets of the paper's table are known by their kind") {
    CHECK(name_of_set("cifar10:d#train") == "CIFAR-10");
    CHECK(name_of_set("cifar100:d") == "CIFAR-100");
    CHECK(name_of_set("uniform:3") == "Uniform");
    CHECK(name_of_set("gaussian:3") == "Gaussian");
  }

  TEST_CASE("folders of the paper's table are known by the innermost name and by the transform") {
    CHECK(name_of_set("folder:/d/tiny-imagenet/test/images@crop") == "TinyImageNet (crop)");
    CHECK(name_of_set("folder:/d/tiny-imagenet/test@resize-aliased") == "TinyImageNet (resize)");
    CHECK(name_of_set("folder:Imagenet") == "TinyImageNet (crop)");
    CHECK(name_of_set("folder:Imagenet_resize/") == "TinyImageNet (resize)");
    CHECK(name_of_set("folder:/imagenet/LSUN_resize@crop") == "LSUN (crop)");
    CHECK(name_of_set("folder:iSUN") == "iSUN");
    CHECK(name_of_set("folder:/resize/holiday@resize") == "");
    CHECK(name_of_set("folder:LSUN") == "LSUN (crop)");
    CHECK(name_of_set("folder:LSUN_fix") == "");  // filtered, unlike the paper's
    CHECK(name_of_set("folder:Imagenet_resize_fix") == "");
    CHECK(name_of_set("folder:lsun_church") == "");  // unknown how it was reduced to 32x32
    CHECK(name_of_set("folder:/d/imagenet/places365@resize") == "");
  }
}
