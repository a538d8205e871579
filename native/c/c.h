/* odin in C: load a model, judge pictures. <odin/c.h>, and -lodin.
 *
 * Every function that can fail returns an odin_status; odin_last_error() then says in one line what
 * was wrong with what. Nothing here exits, prints or throws. On failure results are left as they
 * were.
 *
 * Handles (odin_model, odin_picture) are opaque. One that was freed, or never was one, is refused
 * with ODIN_ERROR_HANDLE, as NULL is with ODIN_ERROR_ARGUMENT.
 *
 * Thread-safe: any number of threads may call every function at once, with the same model too. A
 * handle that one thread frees stays valid for calls of other threads that have begun.
 *
 * Texts are UTF-8 and end with a zero byte. Numbers are of the machine's byte order.
 *
 * ABI: structures begin with their size, struct_size, which the caller sets to sizeof. Later
 * versions of odin add fields at the ends and functions, and change nothing else while
 * odin_abi_version() and the library's SONAME stay the same: programs need not be compiled anew.
 * docs/versions.md has the rules.
 */
#ifndef ODIN_C_H
#define ODIN_C_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define ODIN_API __attribute__((visibility("default")))
#else
#define ODIN_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Of this header. A program that runs with a library of another ABI version must not go on. */
#define ODIN_ABI_VERSION 1
ODIN_API uint32_t odin_abi_version(void);
/* "0.1.0" */
ODIN_API const char* odin_version(void);

typedef int32_t odin_status;
enum {
  ODIN_OK = 0,
  ODIN_ERROR_ARGUMENT = 1, /* NULL, a wrong size, a number or a name that is not allowed */
  ODIN_ERROR_HANDLE = 2,   /* freed, or no handle of this kind */
  ODIN_ERROR_FILE = 3,     /* a model or a picture that cannot be read or is damaged */
  ODIN_ERROR_RESOURCE = 4, /* no memory, thread or file descriptor to be had now */
  ODIN_ERROR_INTERNAL = 5  /* a fault of odin */
};
/* "ODIN_ERROR_FILE"; "unknown" for other numbers. */
ODIN_API const char* odin_status_name(odin_status status);
/* Of the calling thread's last call that failed, "" before the first. Valid until its next one. */
ODIN_API const char* odin_last_error(void);

/* How many threads each call computes with, 0 for one for each processor (the default). */
ODIN_API odin_status odin_set_threads(int32_t threads);

/* ---- Models ---- */

typedef struct odin_model odin_model;

/* From a .safetensors file of odin, or from the bytes of one, which may be freed afterwards; `name`
 * stands for the file in error messages and may be NULL. */
ODIN_API odin_status odin_model_load(const char* path, odin_model** model);
ODIN_API odin_status odin_model_load_memory(const void* bytes, size_t size, const char* name,
                                            odin_model** model);
/* NULL is allowed. */
ODIN_API odin_status odin_model_free(odin_model* model);

typedef struct odin_model_info {
  size_t struct_size;
  const char* architecture;         /* "densenet-bc-40-12"; valid while the model is */
  int64_t classes;                  /* labels are 0 to classes - 1 */
  int64_t channels, height, width;  /* of the input; height and width 0 where any is taken */
  int64_t parameters;
  double temperature, epsilon;      /* what odin_detect() uses by default */
  double threshold;                 /* NaN: the model has none */
} odin_model_info;
ODIN_API odin_status odin_model_get_info(const odin_model* model, odin_model_info* info);
/* The name of a class, valid while the model is. */
ODIN_API odin_status odin_model_class_name(const odin_model* model, int64_t label,
                                           const char** name);

/* ---- Pictures ---- */

enum { ODIN_U8 = 0, ODIN_F32 = 1 };   /* 0 to 255; 0 to 1 */
enum { ODIN_HWC = 0, ODIN_CHW = 1 };  /* RGBRGB..., as decoders leave it; one plane a channel */

/* Pixels of any height and width; the model's own preprocessing makes them as large as its input.
 * channels: 1 gray, 3 RGB, 2 and 4 the same with alpha as the last (put over white), or as many as
 * the model's input has. */
typedef struct odin_image {
  size_t struct_size;
  const void* pixels;
  int32_t type;    /* ODIN_U8 or ODIN_F32 */
  int32_t layout;  /* ODIN_HWC or ODIN_CHW */
  int64_t channels, height, width;
  int64_t row_bytes;  /* from one row to the next; 0 if there is nothing between them */
} odin_image;

typedef struct odin_picture odin_picture;

/* Decodes a PNG, JPEG, WebP or BMP file as `odin detect` does: upright, and in color. */
ODIN_API odin_status odin_picture_load(const char* path, odin_picture** picture);
ODIN_API odin_status odin_picture_decode(const void* bytes, size_t size, const char* name,
                                         odin_picture** picture);
/* Its pixels: ODIN_F32, ODIN_CHW, three channels; valid while the picture is. */
ODIN_API odin_status odin_picture_image(const odin_picture* picture, odin_image* image);
/* NULL is allowed. */
ODIN_API odin_status odin_picture_free(odin_picture* picture);

/* ---- Judging ---- */

/* NaN stands for the model's own value, or else the method's (T = 1000, epsilon = 0.0014). A model's
 * threshold belongs to its own temperature and epsilon: with others there is none unless given. */
typedef struct odin_options {
  size_t struct_size;
  double temperature, epsilon, threshold;
} odin_options;
/* Sets struct_size as given, and everything else to NaN. */
ODIN_API odin_status odin_options_init(odin_options* options, size_t struct_size);

enum { ODIN_VERDICT_NONE = -1, ODIN_VERDICT_OUT = 0, ODIN_VERDICT_IN = 1 };

typedef struct odin_detection {
  size_t struct_size;
  int64_t label;    /* the class that the network sees */
  double msp;       /* the baseline: maximum softmax probability */
  double odin;      /* ODIN's score; higher means in-distribution */
  int32_t verdict;  /* ODIN_VERDICT_IN where odin > threshold; ODIN_VERDICT_NONE without one */
  int32_t reserved; /* 0 */
} odin_detection;

/* `options` may be NULL in all of these. */
ODIN_API odin_status odin_detect(const odin_model* model, const odin_image* image,
                                 const odin_options* options, odin_detection* detection);
/* `count` images at once, which is faster; the results are those of one by one. The struct_size of
 * the first image and of the first detection hold for all. */
ODIN_API odin_status odin_detect_many(const odin_model* model, const odin_image* images,
                                      size_t count, const odin_options* options,
                                      odin_detection* detections);
/* Of a picture's file, which takes less memory for large photographs than odin_picture_load(). */
ODIN_API odin_status odin_detect_file(const odin_model* model, const char* path,
                                      const odin_options* options, odin_detection* detection);
ODIN_API odin_status odin_detect_encoded(const odin_model* model, const void* bytes, size_t size,
                                         const char* name, const odin_options* options,
                                         odin_detection* detection);

/* Scores by other methods: "msp", "energy", "gradnorm:t=2", ... (docs/scores.md). All together cost
 * one forward pass, and "odin" its two more. Some need a model that `odin fit` has completed. Higher
 * means in-distribution. scores[i] is methods[i]'s. */
ODIN_API odin_status odin_scores(const odin_model* model, const odin_image* image,
                                 const odin_options* options, const char* const* methods,
                                 size_t count, double* scores);
/* The names of all methods; NULL from the last one on. */
ODIN_API const char* odin_method_name(size_t number);

/* The sizes of what the network gets of this image: channels, height, width. */
ODIN_API odin_status odin_input_size(const odin_model* model, const odin_image* image,
                                     int64_t sizes[3]);
/* The gradient of -log softmax_label(x; T) with respect to the normalized input x, by which ODIN
 * takes its step: [channels, height, width] of odin_input_size(). `count` is the number of floats
 * that `gradient` has room for; it must be that of the input. */
ODIN_API odin_status odin_gradient(const odin_model* model, const odin_image* image,
                                   const odin_options* options, float* gradient, size_t count);

/* The largest threshold that accepts the fraction `accepted` (0.95) of these scores of
 * in-distribution images. */
ODIN_API odin_status odin_threshold(const double* scores, size_t count, double accepted,
                                    double* threshold);

#ifdef __cplusplus
}
#endif

#endif
