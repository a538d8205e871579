import { expect, it } from 'vitest';
import { parse } from '../expression/parse.ts';
import { layOut } from './layout.ts';

const { steps } = parse('x*y - exp(x/2)', { x: 2, y: 3 });

it('the graph has a box a step and an edge an operand', () => {
  for (const direction of ['LR', 'TB'] as const) {
    const { boxes, edges, width, height } = layOut(steps, direction);
    expect(boxes).toHaveLength(steps.length);
    expect(edges).toHaveLength(7);
    for (const box of boxes) {
      expect(box.x).toBeGreaterThanOrEqual(0);
      expect(box.x + box.width).toBeLessThanOrEqual(width);
      expect(box.y + box.height).toBeLessThanOrEqual(height);
    }
  }
});
