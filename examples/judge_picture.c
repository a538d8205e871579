/* Tells whether a picture is in-distribution for a network, in C:
 *   judge_picture_c MODEL.safetensors PICTURE.png
 */
#include <odin/c.h>

#include <stdio.h>

static int failed(void) { return fprintf(stderr, "%s\n", odin_last_error()), 1; }

int main(int argc, char** argv) {
  if (argc != 3) return fprintf(stderr, "usage: judge_picture_c MODEL PICTURE\n"), 2;

  odin_model* model;
  if (odin_model_load(argv[1], &model)) return failed();
  odin_detection found = {.struct_size = sizeof found};
  if (odin_detect_file(model, argv[2], NULL, &found)) return failed();

  const char* name;
  if (odin_model_class_name(model, found.label, &name)) return failed();
  const char* verdict = found.verdict == ODIN_VERDICT_NONE
                            ? "no verdict: the model has no threshold"
                        : found.verdict == ODIN_VERDICT_IN ? "in-distribution"
                                                           : "out-of-distribution";
  printf("%s, score %.10f, %s\n", name, found.odin, verdict);
  odin_model_free(model);
  return 0;
}
