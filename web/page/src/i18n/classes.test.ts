import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { shippedModels } from '../shipped/models.ts';
import { ko } from './ko.ts';

const weights = join(import.meta.dirname, '../../../../weights');

function classesOf(name: string): string[] {
  const bytes = readFileSync(join(weights, `${name}.safetensors`));
  const header = bytes.subarray(8, 8 + Number(bytes.readBigUInt64LE(0))).toString();
  return JSON.parse(JSON.parse(header).__metadata__.classes);
}

test.each(shippedModels)('every kind that $name knows has a Korean name of its own', (network) => {
  const classes = classesOf(network.name);
  expect(classes).toHaveLength(network.kinds);
  const names = classes.map((name) => ko.classes[name]);
  expect(names).not.toContain(undefined);
  expect(new Set(names).size).toBe(network.kinds);
});
