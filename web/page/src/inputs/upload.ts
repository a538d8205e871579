import { signal } from '@preact/signals';
import { loadOwnModel } from '../engine/engine.ts';
import { notice, noticeOf, type Place } from '../state/notices.ts';
import { decodeFully } from '../pictures/decode.ts';
import { originalOf, takePart } from './crop.ts';

export async function takeFile(file: File, place: Place = 'page'): Promise<void> {
  const name = file.name || 'clipboard';
  try {
    const { image, animated, transparent } = await decodeFully(file);
    await takePart(originalOf(image, name));
    notice.value =
      animated || transparent ? { kind: 'picture', name, animated, transparent, place } : null;
  } catch (error) {
    notice.value = noticeOf(error, name, place);
  }
}

/** Who takes files that are dropped or pasted on another tab, and what it says meanwhile. */
export const otherTaker = signal<{ says: string; take: (files: File[]) => void } | null>(null);

/** A model's file is one whatever way it comes. */
async function takeAny(file: File): Promise<void> {
  if (/\.(safetensors|onnx|pth?)$/i.test(file.name)) await loadOwnModel(file);
  else await takeFile(file);
}

function takeAll(list: FileList | undefined): void {
  const files = [...(list ?? [])];
  if (files.length === 0) return;
  if (otherTaker.value) otherTaker.value.take(files);
  else void takeAny(files[0]!);
}

/** Pictures and models may be dropped anywhere, and pasted. `over` is told while one hangs above the page. */
export function acceptFiles(over: (hovering: boolean) => void): () => void {
  const carriesFile = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;
  const onDragOver = (event: DragEvent) => {
    if (!carriesFile(event)) return;
    event.preventDefault();
    over(true);
  };
  const onLeave = (event: DragEvent) => {
    if (!event.relatedTarget) over(false);
  };
  const onDrop = (event: DragEvent) => {
    if (!carriesFile(event)) return;
    event.preventDefault();
    over(false);
    takeAll(event.dataTransfer?.files);
  };
  const onPaste = (event: ClipboardEvent) => takeAll(event.clipboardData?.files);
  addEventListener('dragover', onDragOver);
  addEventListener('dragleave', onLeave);
  addEventListener('drop', onDrop);
  addEventListener('paste', onPaste);
  return () => {
    removeEventListener('dragover', onDragOver);
    removeEventListener('dragleave', onLeave);
    removeEventListener('drop', onDrop);
    removeEventListener('paste', onPaste);
  };
}
