import { bar, barSub, frac, join, root, sub, sum, sup } from './math.tsx';

type Parts = Parameters<typeof join>;

/** What an operation computes, and what it makes of the gradient of its result (a bar over a name). */
export interface Rule {
  forward: Parts;
  backward: Parts[];
}

const indicator = join('[x>0]');

export const tapeRules: Record<string, Rule> = {
  image: { forward: ['x=', frac('pixel−μ', 'σ')], backward: [] },
  conv2d: {
    forward: [
      sub('y', 'o,i,j'),
      '=',
      sum('c,u,v'),
      sub('w', 'o,c,u,v'),
      sub('x', 'c,si+u−p,sj+v−p'),
    ],
    backward: [
      [
        barSub('x', 'c,m,n'),
        '=',
        sum('o,u,v'),
        sub('w', 'o,c,u,v'),
        sub(bar('y'), join('o,', frac('m+p−u', 's'), ',', frac('n+p−v', 's'))),
      ],
    ],
  },
  batch_norm: {
    forward: [
      sub('y', 'c'),
      '=',
      sub('γ', 'c'),
      frac(join(sub('x', 'c'), '−', sub('μ', 'c')), root(join(sup(sub('σ', 'c'), '2'), '+ε'))),
      '+',
      sub('β', 'c'),
    ],
    backward: [
      [
        barSub('x', 'c'),
        '=',
        frac(sub('γ', 'c'), root(join(sup(sub('σ', 'c'), '2'), '+ε'))),
        barSub('y', 'c'),
      ],
    ],
  },
  relu: { forward: ['y=max(x,0)'], backward: [[bar('x'), '=', bar('y'), '·', indicator]] },
  concat: {
    forward: ['y=(a;b)'],
    backward: [[bar('a'), '=', barSub('y', 'a'), ',', bar('b'), '=', barSub('y', 'b')]],
  },
  add: { forward: ['y=a+b'], backward: [[bar('a'), '=', bar('y'), ',', bar('b'), '=', bar('y')]] },
  avg_pool2d: {
    forward: [sub('y', 'i,j'), '=', frac('1', sup('k', '2')), sum('u,v<k'), sub('x', 'ki+u,kj+v')],
    backward: [[barSub('x', 'm,n'), '=', frac('1', sup('k', '2')), barSub('y', '⌊m/k⌋,⌊n/k⌋')]],
  },
  mean: {
    forward: [sub('y', 'c'), '=', frac('1', 'HW'), sum('i,j'), sub('x', 'c,i,j')],
    backward: [[barSub('x', 'c,i,j'), '=', frac('1', 'HW'), barSub('y', 'c')]],
  },
  matmul: { forward: ['y=x', sup('W', 'T')], backward: [[bar('x'), '=', bar('y'), 'W']] },
  affine: {
    forward: ['y=', frac('x', 'T')],
    backward: [[bar('x'), '=', frac(bar('y'), 'T')]],
  },
  log_softmax: {
    forward: [sub('y', 'i'), '=', sub('x', 'i'), '−log', sum('j'), sup('e', sub('x', 'j'))],
    backward: [
      [
        barSub('x', 'i'),
        '=',
        barSub('y', 'i'),
        '−',
        sup('e', sub('y', 'i')),
        sum('j'),
        barSub('y', 'j'),
      ],
    ],
  },
  mul: {
    forward: [sub('y', 'i'), '=−', sub('x', 'i'), '[i=label]'],
    backward: [[barSub('x', 'i'), '=−', barSub('y', 'i'), '[i=label]']],
  },
  sum: {
    forward: ['y=', sum('i'), sub('x', 'i')],
    backward: [[barSub('x', 'i'), '=', bar('y')]],
  },
};

export const scalarRules: Record<string, Rule> = {
  neg: { forward: ['y=−a'], backward: [[bar('a'), '=−', bar('y')]] },
  exp: { forward: ['y=', sup('e', 'a')], backward: [[bar('a'), '=', bar('y'), '·y']] },
  log: { forward: ['y=log a'], backward: [[bar('a'), '=', frac(bar('y'), 'a')]] },
  sqrt: { forward: ['y=', root('a')], backward: [[bar('a'), '=', frac(bar('y'), '2y')]] },
  square: { forward: ['y=', sup('a', '2')], backward: [[bar('a'), '=', bar('y'), '·2a']] },
  relu: { forward: ['y=max(a,0)'], backward: [[bar('a'), '=', bar('y'), '·[y>0]']] },
  add: {
    forward: ['y=a+b'],
    backward: [
      [bar('a'), '=', bar('y')],
      [bar('b'), '=', bar('y')],
    ],
  },
  sub: {
    forward: ['y=a−b'],
    backward: [
      [bar('a'), '=', bar('y')],
      [bar('b'), '=−', bar('y')],
    ],
  },
  mul: {
    forward: ['y=a·b'],
    backward: [
      [bar('a'), '=', bar('y'), '·b'],
      [bar('b'), '=', bar('y'), '·a'],
    ],
  },
  div: {
    forward: ['y=', frac('a', 'b')],
    backward: [
      [bar('a'), '=', frac(bar('y'), 'b')],
      [bar('b'), '=−', frac(join(bar('y'), '·y'), 'b')],
    ],
  },
};
