import { loadOwnModel } from '../engine/engine.ts';
import { take } from '../engine/picture.ts';
import { notice, noticeOf } from '../state/notices.ts';
import { decode } from '../pictures/decode.ts';

export async function takeFile(file: File): Promise<void> {
  try {
    await take('upload', await decode(file));
    notice.value = null;
  } catch (error) {
    notice.value = noticeOf(error, file.name || 'clipboard');
  }
}

/** A model's file is one whatever way it comes. */
async function takeAny(file: File): Promise<void> {
  if (file.name.endsWith('.safetensors')) await loadOwnModel(file);
  else await takeFile(file);
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
    const file = event.dataTransfer?.files[0];
    if (file) void takeAny(file);
  };
  const onPaste = (event: ClipboardEvent) => {
    const file = event.clipboardData?.files[0];
    if (file) void takeAny(file);
  };
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
