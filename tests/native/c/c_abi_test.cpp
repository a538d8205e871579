#include <doctest/doctest.h>
#include <odin/c.h>

#include <cstddef>
#include <type_traits>

// What programs that were compiled for ABI version 1 have in themselves (docs/versions.md). A line
// here is never changed while ODIN_ABI_VERSION is 1; what a later version adds becomes a new line.

// Functions keep their types.
static_assert(std::is_same_v<decltype(odin_abi_version), uint32_t()>);
static_assert(std::is_same_v<decltype(odin_version), const char*()>);
static_assert(std::is_same_v<decltype(odin_status_name), const char*(int32_t)>);
static_assert(std::is_same_v<decltype(odin_last_error), const char*()>);
static_assert(std::is_same_v<decltype(odin_set_threads), int32_t(int32_t)>);
static_assert(std::is_same_v<decltype(odin_model_load), int32_t(const char*, odin_model**)>);
static_assert(std::is_same_v<decltype(odin_model_load_memory),
                             int32_t(const void*, size_t, const char*, odin_model**)>);
static_assert(std::is_same_v<decltype(odin_model_free), int32_t(odin_model*)>);
static_assert(
    std::is_same_v<decltype(odin_model_get_info), int32_t(const odin_model*, odin_model_info*)>);
static_assert(std::is_same_v<decltype(odin_model_class_name),
                             int32_t(const odin_model*, int64_t, const char**)>);
static_assert(std::is_same_v<decltype(odin_picture_load), int32_t(const char*, odin_picture**)>);
static_assert(std::is_same_v<decltype(odin_picture_decode),
                             int32_t(const void*, size_t, const char*, odin_picture**)>);
static_assert(
    std::is_same_v<decltype(odin_picture_image), int32_t(const odin_picture*, odin_image*)>);
static_assert(std::is_same_v<decltype(odin_picture_free), int32_t(odin_picture*)>);
static_assert(std::is_same_v<decltype(odin_options_init), int32_t(odin_options*, size_t)>);
static_assert(std::is_same_v<decltype(odin_detect), int32_t(const odin_model*, const odin_image*,
                                                            const odin_options*, odin_detection*)>);
static_assert(
    std::is_same_v<decltype(odin_detect_many), int32_t(const odin_model*, const odin_image*, size_t,
                                                       const odin_options*, odin_detection*)>);
static_assert(
    std::is_same_v<decltype(odin_detect_file),
                   int32_t(const odin_model*, const char*, const odin_options*, odin_detection*)>);
static_assert(std::is_same_v<decltype(odin_detect_encoded),
                             int32_t(const odin_model*, const void*, size_t, const char*,
                                     const odin_options*, odin_detection*)>);
static_assert(std::is_same_v<decltype(odin_scores),
                             int32_t(const odin_model*, const odin_image*, const odin_options*,
                                     const char* const*, size_t, double*)>);
static_assert(std::is_same_v<decltype(odin_method_name), const char*(size_t)>);
static_assert(std::is_same_v<decltype(odin_input_size),
                             int32_t(const odin_model*, const odin_image*, int64_t*)>);
static_assert(
    std::is_same_v<decltype(odin_gradient), int32_t(const odin_model*, const odin_image*,
                                                    const odin_options*, float*, size_t)>);
static_assert(
    std::is_same_v<decltype(odin_threshold), int32_t(const double*, size_t, double, double*)>);

#define CHECK_FIELD(type, field, offset, size)                 \
  {                                                            \
    CAPTURE(#type "." #field);                                 \
    CHECK(offsetof(type, field) == offset);                    \
    CHECK(sizeof(static_cast<type*>(nullptr)->field) == size); \
  }

TEST_SUITE("native/c: ABI 1") {
  TEST_CASE("structures keep their layout where pointers have eight bytes") {
    static_assert(ODIN_ABI_VERSION == 1);
    if (sizeof(void*) != 8) return;
    CHECK_FIELD(odin_model_info, struct_size, 0, 8);
    CHECK_FIELD(odin_model_info, architecture, 8, 8);
    CHECK_FIELD(odin_model_info, classes, 16, 8);
    CHECK_FIELD(odin_model_info, channels, 24, 8);
    CHECK_FIELD(odin_model_info, height, 32, 8);
    CHECK_FIELD(odin_model_info, width, 40, 8);
    CHECK_FIELD(odin_model_info, parameters, 48, 8);
    CHECK_FIELD(odin_model_info, temperature, 56, 8);
    CHECK_FIELD(odin_model_info, epsilon, 64, 8);
    CHECK_FIELD(odin_model_info, threshold, 72, 8);

    CHECK_FIELD(odin_image, struct_size, 0, 8);
    CHECK_FIELD(odin_image, pixels, 8, 8);
    CHECK_FIELD(odin_image, type, 16, 4);
    CHECK_FIELD(odin_image, layout, 20, 4);
    CHECK_FIELD(odin_image, channels, 24, 8);
    CHECK_FIELD(odin_image, height, 32, 8);
    CHECK_FIELD(odin_image, width, 40, 8);
    CHECK_FIELD(odin_image, row_bytes, 48, 8);

    CHECK_FIELD(odin_options, struct_size, 0, 8);
    CHECK_FIELD(odin_options, temperature, 8, 8);
    CHECK_FIELD(odin_options, epsilon, 16, 8);
    CHECK_FIELD(odin_options, threshold, 24, 8);

    CHECK_FIELD(odin_detection, struct_size, 0, 8);
    CHECK_FIELD(odin_detection, label, 8, 8);
    CHECK_FIELD(odin_detection, msp, 16, 8);
    CHECK_FIELD(odin_detection, odin, 24, 8);
    CHECK_FIELD(odin_detection, verdict, 32, 4);
    CHECK_FIELD(odin_detection, reserved, 36, 4);
  }

  TEST_CASE("constants keep their values") {
    CHECK(ODIN_OK == 0);
    CHECK(ODIN_ERROR_ARGUMENT == 1);
    CHECK(ODIN_ERROR_HANDLE == 2);
    CHECK(ODIN_ERROR_FILE == 3);
    CHECK(ODIN_ERROR_RESOURCE == 4);
    CHECK(ODIN_ERROR_INTERNAL == 5);
    CHECK(ODIN_U8 == 0);
    CHECK(ODIN_F32 == 1);
    CHECK(ODIN_HWC == 0);
    CHECK(ODIN_CHW == 1);
    CHECK(ODIN_VERDICT_NONE == -1);
    CHECK(ODIN_VERDICT_OUT == 0);
    CHECK(ODIN_VERDICT_IN == 1);
  }
}

#undef CHECK_FIELD
