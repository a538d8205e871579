/**
 * Tensors, gradients and training in JavaScript: a synchronous interface to odin's own engine, for
 * Node.js, workers and, on one thread, pages. web/docs/tensor.md explains it.
 *
 *   import { load, tensor, nn, optim } from 'odin-ood/tensor';
 *   await load();
 */
export * from './tensor/detector.ts';
export type { LoadOptions, TensorEngineInfo } from './tensor/engine.ts';
export * from './tensor/files.ts';
export * from './tensor/fit.ts';
export { tensor, variable, type TensorOptions } from './tensor/make.ts';
export * as nn from './tensor/layers.ts';
export * from './tensor/operations.ts';
export * as optim from './tensor/optim.ts';
export {
  grad,
  keep,
  load,
  manualSeed,
  memory,
  noGrad,
  operation,
  tape,
  tapeGraphviz,
  tapeText,
  Tensor,
  tidy,
  type DType,
  type GradOptions,
  type Nested,
  type OwnOperation,
  type Padding,
  type RuleContext,
  type Size,
  type TapeNode,
  type TypedArray,
} from './tensor/tensor.ts';
