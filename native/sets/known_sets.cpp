#include "odin/native/sets/known_sets.h"

#include <algorithm>

#include "odin/native/system/digest.h"
#include "odin/tensor/error.h"

namespace odin::native {
namespace {

const char* const kAuthors = "https://github.com/facebookresearch/odin";

std::vector<KnownSet> make_known_sets() {
  return {
      {.name = "cifar10",
       .title =
           "CIFAR-10: 32x32 photographs of 10 kinds of things, 50,000 to train on, 10,000 to test",
       .homepage = "https://www.cs.toronto.edu/~kriz/cifar.html",
       .layout = "data_batch_1.bin to data_batch_5.bin, test_batch.bin: records of 1 label and "
                 "3,072 pixel bytes",
       .usage = "cifar10:DIR, cifar10:DIR#train",
       .url = "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
       .folder = "cifar-10-batches-bin",
       .bytes = 170052171,
       .md5 = "c32a1d4ab5d03f1284b67883e8d87530",
       .images = {{"test split", 10000,
                   "f72c9f40d8298ab84be545be2599e450e859fba31733e410b95783c11207d32e"},
                  {"training split", 50000,
                   "c184bacd98362262b137a81143464df1ec411af501e82a5e407fe8e0b2b7ae86"}}},
      {.name = "cifar100",
       .title = "CIFAR-100: the same with 100 kinds of things",
       .homepage = "https://www.cs.toronto.edu/~kriz/cifar.html",
       .layout = "train.bin, test.bin: records of 2 label (coarse, fine) and 3,072 pixel bytes; "
                 "fine_label_names.txt",
       .usage = "cifar100:DIR, cifar100:DIR#train",
       .url = "https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz",
       .folder = "cifar-100-binary",
       .bytes = 168513733,
       .md5 = "03b5dce01913d631647c71ecec9e9cb8",
       .images = {{"test split", 10000,
                   "12e589a2e846e40f6ea630e04d2f8e0b77f7cd90a7f5b3d00b3ec79910398326"},
                  {"training split", 50000, ""}}},
      {.name = "cifar10-python",
       .title = "CIFAR-10 as Python pickles: the same images",
       .homepage = "https://www.cs.toronto.edu/~kriz/cifar.html",
       .layout = "data_batch_1 to data_batch_5, test_batch, batches.meta",
       .usage = "cifar10:DIR, cifar10:DIR#train",
       .url = "https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz",
       .folder = "cifar-10-batches-py",
       .bytes = 170498071,
       .md5 = "c58f30108f718f92721af3b95e74349a"},
      {.name = "cifar100-python",
       .title = "CIFAR-100 as Python pickles: the same images",
       .homepage = "https://www.cs.toronto.edu/~kriz/cifar.html",
       .layout = "train, test, meta",
       .usage = "cifar100:DIR, cifar100:DIR#train",
       .url = "https://www.cs.toronto.edu/~kriz/cifar-100-python.tar.gz",
       .folder = "cifar-100-python",
       .bytes = 169001437,
       .md5 = "eb9058c3a382ffc7106e4002c42a8d85"},
      {.name = "svhn",
       .title = "SVHN: 32x32 photographs of house numbers, 26,032 to test",
       .homepage = "http://ufldl.stanford.edu/housenumbers/",
       .layout = "test_32x32.mat; train_32x32.mat for #train",
       .usage = "svhn:DIR",
       .folder = "svhn",
       .files = {{"http://ufldl.stanford.edu/housenumbers/test_32x32.mat", 64275384,
                  "eb5a983be6a315427106f1b164d9cef3"}}},
      {.name = "mnist",
       .title = "MNIST: 28x28 handwritten digits, gray, 60,000 to train on, 10,000 to test",
       .homepage = "http://yann.lecun.com/exdb/mnist/",
       .layout = "train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte, "
                 "t10k-labels-idx1-ubyte, also with .gz",
       .usage = "mnist:DIR, mnist:DIR#train",
       .folder = "mnist",
       .files = {{"https://ossci-datasets.s3.amazonaws.com/mnist/t10k-images-idx3-ubyte.gz",
                  1648877, "9fb629c4189551a2d022fa330f9573f3"},
                 {"https://ossci-datasets.s3.amazonaws.com/mnist/t10k-labels-idx1-ubyte.gz", 4542,
                  "ec29112dd5afa0611ce80d1b7f02629c"},
                 {"https://ossci-datasets.s3.amazonaws.com/mnist/train-images-idx3-ubyte.gz",
                  9912422, "f68b3c2dcbeaaa9fbdd348bbdeb94873"},
                 {"https://ossci-datasets.s3.amazonaws.com/mnist/train-labels-idx1-ubyte.gz", 28881,
                  "d53e105ee54ea40749a09fcbcd1e9432"}}},
      {.name = "textures",
       .title = "Textures (DTD): 5,640 photographs of 47 kinds of surfaces, of many sizes",
       .homepage = "https://www.robots.ox.ac.uk/~vgg/data/dtd/",
       .layout = "images: a folder of JPEG files for each kind",
       .usage = "folder:DIR/images@resize",
       .url = "https://www.robots.ox.ac.uk/~vgg/data/dtd/download/dtd-r1.0.1.tar.gz",
       .folder = "dtd",
       .bytes = 625239812,
       .md5 = "fff73e5086ae6bdbea199a49dfb8a4c1"},
      {.name = "places365",
       .title = "Places365: the 36,500 validation photographs of 365 kinds of scenes, 256x256; "
                "comparisons use some of them",
       .homepage = "http://places2.csail.mit.edu/download.html",
       .layout = "Places365_val_00000001.jpg to Places365_val_00036500.jpg; OpenOOD's choice is a "
                 "list of files",
       .usage = "folder:DIR@resize, list:FILE@ROOT@resize",
       .url = "http://data.csail.mit.edu/places/places365/val_256.tar",
       .folder = "val_256",
       .bytes = 525158400,
       .md5 = "e27b17d8d44f4af9a78502beb927f808"},
      {.name = "tiny-imagenet",
       .title = "TinyImageNet: 64x64 photographs of 200 kinds of things, 10,000 to test",
       .homepage = "http://cs231n.stanford.edu/tiny-imagenet-200.zip",
       .layout = "test/images: test_0.JPEG to test_9999.JPEG",
       .usage = "folder:DIR/test/images@crop, or @resize, @resize-box, @resize-aliased",
       .url = "http://cs231n.stanford.edu/tiny-imagenet-200.zip",
       .folder = "tiny-imagenet-200",
       .bytes = 248100043,
       .md5 = "90528d7ca1a48142e341f4ef8d21d0de",
       .images = {{"test images", 10000,
                   "506343e5230c5f9945e94bd35dec9b37385d94581ff71048c73b611b5c8dac49"}}},
      {.name = "lsun",
       .title = "LSUN: photographs of 10 kinds of scenes, 10,000 to test",
       .homepage =
           "https://github.com/fyu/lsun (its download.py and data.py export the test images)",
       .layout = "a folder of images",
       .usage = "folder:DIR@crop, or @resize, @resize-box, @resize-aliased"},
      {.name = "odin-sets",
       .title = "TinyImageNet, LSUN and iSUN, cropped or resized to 32x32 by the method's authors "
                "(resized without a low-pass filter)",
       .homepage = kAuthors,
       .layout = "a folder of PNG files: Imagenet, Imagenet_resize, LSUN, LSUN_resize, iSUN",
       .usage = "folder:DIR"},
  };
}

}  // namespace

const std::vector<KnownSet>& known_sets() {
  static const std::vector<KnownSet> sets = make_known_sets();
  return sets;
}

const KnownSet& known_set(const std::string& name) {
  std::string names;
  for (const KnownSet& set : known_sets()) {
    if (set.name == name) return set;
    names += (names.empty() ? "" : ", ") + set.name;
  }
  fail("data: no set is called '", name, "' (known: ", names, ")");
}

std::string digest_of_images(std::vector<std::string> digests) {
  std::sort(digests.begin(), digests.end());
  std::string text;
  for (const std::string& digest : digests) text += digest;
  return sha256_hex(std::as_bytes(std::span(text)));
}

}  // namespace odin::native
