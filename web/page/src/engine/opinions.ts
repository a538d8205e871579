import { computed, effect, signal } from '@preact/signals';
import type { Model } from '../../../api/types.ts';
import { keptOpinion, type Opinion } from '../shipped/kept.ts';
import { bestModel, isShipped, shippedModel, shippedModels } from '../shipped/models.ts';
import type { PictureRef } from '../state/state.ts';
import { coalesced } from './coalesced.ts';
import { shown } from './detect.ts';
import { addressOf, engine, networkName } from './engine.ts';
import { verdict } from './judgement.ts';
import { picture } from './picture.ts';

// What the shipped networks that are not in use say of the picture, each at its own settings.

/** Whether the visitor has asked for the others, which are fetched for that. */
export const asking = signal<'no' | 'loading' | 'yes' | 'failed'>('no');

const others = signal<ReadonlyMap<string, Model>>(new Map());
const live = signal<{ ref: PictureRef; by: ReadonlyMap<string, Opinion> } | null>(null);

async function fetchOthers(): Promise<void> {
  const running = engine.peek();
  if (running.phase !== 'ready') return;
  asking.value = 'loading';
  try {
    const found = new Map(others.peek());
    for (const { name } of shippedModels)
      if (!found.has(name)) found.set(name, await running.odin.model(addressOf(name)));
    others.value = found;
    asking.value = 'yes';
  } catch {
    asking.value = 'failed';
  }
}

export const askOthers = (): void => void fetchOthers();

/** Another network after the one in use: the page's own picture comes first. */
async function judge(): Promise<void> {
  const input = picture.value;
  if (!input || asking.peek() !== 'yes') return;
  const by = new Map<string, Opinion>();
  for (const [name, model] of others.peek()) {
    const { className, msp, verdict } = await model.detect(input.data);
    by.set(name, { className, msp, verdict });
  }
  live.value = { ref: input.ref, by };
}

export function followOpinions(): void {
  const again = coalesced(() => judge().catch(() => undefined));
  effect(() => {
    if (asking.value === 'yes' && picture.value) void again();
  });
}

/** By the networks' names: of the picture shown, where it is known. */
export const opinions = computed<ReadonlyMap<string, Opinion>>(() => {
  const now = shown.value;
  const found = new Map<string, Opinion>();
  if (!now) return found;
  for (const { name } of shippedModels) {
    const kept = now.ref.kind === 'sample' ? keptOpinion(now.ref.name, name) : null;
    const said = live.value?.ref === now.ref ? live.value.by.get(name) : undefined;
    const opinion = said ?? kept;
    if (opinion) found.set(name, opinion);
  }
  const { className, msp } = now.result;
  const own = verdict.value === 'unknown' ? null : verdict.value;
  if (isShipped(now.model)) found.set(now.model, { className, msp, verdict: own });
  return found;
});

/** The network to ask where the one in use is wrong, and what it says if that is known. */
export const largerNetwork = computed(() => {
  const used = shippedModel(networkName.value);
  const best = used && bestModel(used.kinds);
  if (!best || used === best) return null;
  return { ...best, opinion: opinions.value.get(best.name) ?? null };
});
