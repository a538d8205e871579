// Tensors in safetensors files.

import type { StateDict } from './modules.ts';
import { decode, engine, handlesOf, Tensor } from './tensor.ts';

/** The bytes of a safetensors file with these tensors. */
export function writeSafetensors(
  tensors: StateDict,
  metadata: Record<string, string> = {},
): Uint8Array {
  const handles = handlesOf('writeSafetensors', Object.values(tensors));
  const text = JSON.stringify({ names: Object.keys(tensors), metadata });
  return engine().run('writeSafetensors', [handles], text).text;
}

/** The tensors of a safetensors file. float16 and bfloat16 become float32, integers int64. */
export function readSafetensors(bytes: Uint8Array): {
  tensors: StateDict;
  metadata: Record<string, string>;
} {
  const { tensors, text } = engine().run('readSafetensors', [], bytes);
  const { names, metadata } = JSON.parse(decode(text)) as {
    names: string[];
    metadata: Record<string, string>;
  };
  return {
    tensors: Object.fromEntries(tensors.map((t, i) => [names[i]!, new Tensor(t)])),
    metadata,
  };
}
