import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as t from '../../dist/tensor/index.js';

const { nn, optim } = t;
const info = await t.load({ threads: 2 });
const close = (a, b, tolerance = 1e-6) => Math.abs(a - b) <= tolerance;

test('load says what runs, and gives the same again', async () => {
  assert.match(info.variant, /^(scalar|simd|simd-threads|relaxed-threads)$/);
  assert.deepEqual(await t.load(), info);
});

test('tensors of numbers, lists and typed arrays, and back', () => {
  t.tidy(() => {
    assert.equal(t.tensor(3).item(), 3);
    assert.deepEqual(
      t
        .tensor([
          [1, 2],
          [3, 4.5],
        ])
        .toArray(),
      [
        [1, 2],
        [3, 4.5],
      ],
    );
    assert.deepEqual(t.tensor([]).shape, [0]);
    assert.deepEqual(t.tensor([[], []]).toArray(), [[], []]);
    const doubles = t.tensor(Float64Array.of(1, 2, 3, 4), { shape: [2, 1, 2] });
    assert.equal(doubles.dtype, 'float64');
    assert.deepEqual(doubles.toArray(), [[[1, 2]], [[3, 4]]]);
    assert.deepEqual(t.tensor(Uint8Array.of(1, 255)).data(), BigInt64Array.of(1n, 255n));
    assert.deepEqual(
      t.tensor(Uint8Array.of(1, 255), { dtype: 'float32' }).data(),
      Float32Array.of(1, 255),
    );
    assert.deepEqual(t.tensor(BigInt64Array.of(2n ** 40n)).toArray(), [2 ** 40]);
    assert.deepEqual(t.tensor([true, false]).toArray(), [1, 0]);
    assert.match(t.tensor([1, 2]).toString(), /tensor \[2\] float32 cpu\n\[1., 2.\]/);
    const view = t
      .tensor([
        [1, 2, 3],
        [4, 5, 6],
      ])
      .transpose(0, 1);
    assert.deepEqual(view.toArray(), [
      [1, 4],
      [2, 5],
      [3, 6],
    ]);
    assert.equal(view.size, 6);
  });
});

test('numbers beside tensors take their dtype', () => {
  const x = t.tensor(Float64Array.of(0.1));
  for (const y of [x.add(0.2), x.mul(2), t.sub(1, x), t.div(1, x), x.pow(2), x.maximum(0)])
    assert.equal(y.dtype, 'float64');
  assert.equal(x.add(0.2).item(), 0.1 + 0.2);
  assert.equal(t.div(1, x).item(), 1 / 0.1);
});

test('views share elements, and what is in place is seen through them', () => {
  const x = t.zeros([2, 3]);
  x.select(0, 1).fill_(7);
  assert.deepEqual(x.toArray(), [
    [0, 0, 0],
    [7, 7, 7],
  ]);
});

test('backward adds up gradients of leaves; grad gives those asked for', () => {
  const x = t.variable([1, 2, 3], { name: 'x' });
  for (let i = 0; i < 2; ++i) x.square().sum().backward();
  assert.deepEqual(x.grad.toArray(), [4, 8, 12]);
  x.zeroGrad();
  assert.equal(x.grad, null);
  const y = x.square();
  const z = y.mul(2).sum();
  assert.deepEqual(
    t.grad(z, [y, x], { retainGraph: true }).map((g) => g.toArray()),
    [
      [2, 2, 2],
      [4, 8, 12],
    ],
  );
  assert.deepEqual(t.grad(z, x).toArray(), [4, 8, 12]);
  assert.throws(() => z.backward(), /freed|retain/);
  assert.equal(x.grad, null);
  const weighted = t.tensor([1, 0, -1]);
  assert.deepEqual(t.grad(x.square(), x, { gradient: weighted }).toArray(), [2, 0, -6]);
});

test('noGrad records nothing, also when it throws', () => {
  const x = t.variable([1]);
  assert.equal(t.noGrad(() => x.mul(2)).requiresGrad, false);
  assert.throws(
    () =>
      t.noGrad(() =>
        t.noGrad(() => {
          throw new Error('inner');
        }),
      ),
    /inner/,
  );
  assert.equal(x.mul(2).requiresGrad, true);
  assert.throws(() => x.add_(t.tensor([1])), /in place: a tensor \[1\].*noGrad/);
  t.noGrad(() => x.add_(t.tensor([1])));
  assert.equal(x.item(), 2);
});

test('the tape as objects, text and Graphviz', () => {
  const x = t.variable([1, 2], { name: 'x' });
  const y = x.mul(3).sum();
  const nodes = t.tape(y);
  assert.deepEqual(
    nodes.map((n) => n.op),
    ['x', 'affine', 'sum'],
  );
  assert.deepEqual(nodes[1], { id: 1, op: 'affine', shape: [2], inputs: [0], leaf: false });
  assert.match(t.tapeText(y), /%3 = sum\(%2\) \[\]/);
  assert.match(t.tapeGraphviz(y), /^digraph/);
});

test('misuse is an Error with what was expected, and shapes', () => {
  const x = t.tensor([[1, 2]]);
  assert.throws(() => x.add(t.zeros([3, 3, 5])), /add: .*\[1,2\].*\[3,3,5\]/);
  assert.throws(() => x.add(t.zeros([2], { dtype: 'float64' })), /float64/);
  assert.throws(() => x.matmul(t.zeros([3, 4])), /\[1,2\].*\[3,4\]/);
  assert.throws(
    () => x.conv2d(x, { strides: 2 }),
    /there is no option 'strides'; expected conv2d\(x, weight, bias\?, \{ stride/,
  );
  assert.throws(() => x.conv2d(), /expected conv2d\(x, weight/);
  assert.throws(() => x.sum(1.5), /whole number.*'dim', got 1.5/);
  assert.throws(() => x.sum('rows'), /'dim', got rows/);
  assert.throws(() => x.add('2'), /expected a tensor or a number as 'b', got 2/);
  assert.throws(() => t.add(1, 2), /add: expected a tensor among the operands/);
  assert.throws(() => x.matmul([1]), /expected a tensor as 'b', got \[1\]/);
  assert.throws(() => x.gelu({ approximate: 'no' }), /expected 'none' or 'tanh'/);
  assert.throws(() => t.zeros([2], { dtype: 'float16' }), /'float32' or 'float64' or 'int64'/);
  assert.throws(() => t.zeros([1, 1, 1, 1, 1, 1, 1]), /dimensions/);
  assert.throws(() => t.zeros([-1]), /-1/);
  assert.throws(() => t.tensor([[1], [2, 3]]), /rows of different shapes, \[1\] and \[2\]/);
  assert.throws(() => t.tensor([1, 2, 3], { shape: [2] }), /3 numbers do not fill the shape \[2\]/);
  assert.throws(() => x.backward(), /gradient|scalar/);
  assert.throws(() => t.variable(t.tensor(Int32Array.of(1))), /int64/);
  assert.throws(() => t.crossEntropy(x, [2]), /label/i);
  assert.throws(() => x.item(), /one element|\[1,2\]/);
  assert.throws(() => t.tensor('abc'), /expected numbers or lists of them, got abc/);
  assert.throws(() => t.tensor([1, 'a']), /expected numbers or lists of them, got a/);
  assert.throws(() => t.manualSeed('x'), /whole number of 0 or more, got x/);
  assert.throws(() => new optim.SGD([3], { lr: 1 }), /SGD: expected a tensor, got 3/);
  assert.throws(() => new optim.Adam(x), /Adam: expected a module or a list of tensors/);
  assert.throws(() => new optim.SGD([t.variable([1])]).step(), /learning rate lr, got NaN/);
  assert.throws(() => new nn.Sequential(5), /Sequential: expected modules and functions, got 5/);
  assert.throws(() => nn.Network.make(), /Network: expected a name and whole numbers/);
  assert.throws(() => t.writeSafetensors({ a: 3 }), /writeSafetensors: expected a tensor, got 3/);
  assert.throws(() => t.odinScores((z) => z, x, { temperature: 0 }), /temperature above 0/);
  const gone = t.zeros([4, 5]);
  gone.dispose();
  gone.dispose();
  assert.ok(gone.isDisposed);
  assert.throws(() => gone.relu(), /relu: a tensor \[4,5\] has been disposed of/);
  assert.throws(() => gone.data(), /data: a tensor \[4,5\] has been disposed of/);
  assert.match(gone.toString(), /disposed of/);
  assert.throws(() => t.zeros([100_000, 100_000]), /memory|too/);
  assert.equal(x.sum().item(), 3); // and all still works
});

test('tidy frees all but what it returns, leaves and what is kept', () => {
  const before = t.memory().tensors;
  let leaf, kept;
  const {
    list: [a],
    b,
  } = t.tidy(() => {
    leaf = t.variable([1]);
    kept = t.keep(t.zeros([2]));
    t.zeros([3]).add(1);
    return { list: [t.tidy(() => t.ones([1]).add(1))], b: t.ones([2]) };
  });
  assert.equal(t.memory().tensors, before + 4);
  assert.equal(a.item(), 2);
  assert.throws(
    () =>
      t.tidy(() => {
        t.zeros([1]);
        throw new Error('inner');
      }),
    /inner/,
  );
  assert.throws(() => t.tidy(async () => {}), /not async/);
  for (const made of [a, b, leaf, kept]) made.dispose();
  assert.equal(t.memory().tensors, before);
});

test('what nobody can reach is freed in time', async (context) => {
  if (!globalThis.gc) return context.skip('node runs without --expose-gc');
  const before = t.memory().tensors;
  (() => t.zeros([10]))();
  for (let i = 0; i < 50 && t.memory().tensors > before; ++i) {
    globalThis.gc();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.ok(t.memory().tensors <= before);
});

test('an operation of one’s own has values, gradients and a place on the tape', () => {
  const seen = [];
  const scaled = t.operation('scaled_product', {
    forward: (a, b) => a.mul(b).mul(3),
    backward: (dy, { inputs: [a, b], output, wants }) => {
      seen.push(wants, output.toArray());
      return [dy.mul(b).mul(3), wants[1] ? dy.mul(a).mul(3) : null];
    },
  });
  const before = t.memory().tensors;
  t.tidy(() => {
    const a = t.variable([1, 2], { name: 'a' });
    const y = scaled(a, t.tensor([4, 5]));
    assert.deepEqual(y.toArray(), [12, 30]);
    assert.equal(t.tape(y)[1].op, 'scaled_product');
    y.sum().backward();
    assert.deepEqual(a.grad.toArray(), [12, 15]);
    assert.deepEqual(seen, [
      [true, false],
      [12, 30],
    ]);
    const twice = scaled(a, a).sum();
    assert.deepEqual(t.grad(twice, a).toArray(), [6, 12]);
    a.dispose();
  });
  assert.equal(t.memory().tensors, before);
  const x = t.variable([1]);
  const failing = t.operation('failing', {
    forward: (v) => v.mul(1),
    backward: () => {
      throw new RangeError('mine');
    },
  });
  assert.throws(
    () => failing(x).backward(),
    (e) => e instanceof RangeError && e.message === 'mine',
  );
  const wrong = t.operation('wrong', { forward: (v) => v.mul(1), backward: () => [t.zeros([3])] });
  assert.throws(
    () => wrong(x).backward(),
    /wrong: gradient of input 0 has shape \[3\], expected \[1\]/,
  );
  const few = t.operation('few', { forward: (v) => v.mul(1), backward: () => [] });
  assert.throws(() => few(x).backward(), /few: its backward gave 0 gradients/);
  const none = t.operation('none', { forward: () => 3, backward: () => 7 });
  assert.throws(() => none(x), /none, forward: expected a tensor, got 3/);
  const no_list = t.operation('no_list', { forward: (v) => v.mul(1), backward: () => 7 });
  assert.throws(() => no_list(x).backward(), /no_list, backward: expected a list.*got 7/);
  x.mul(2).backward();
  assert.deepEqual(x.grad.toArray(), [2]);
});

test('seeds: the same numbers again, another stream each call', () => {
  const draw = () => {
    t.manualSeed(5);
    return [t.rand([3]).toArray(), t.rand([3]).toArray(), t.randperm(5).toArray()];
  };
  const first = draw();
  assert.deepEqual(draw(), first);
  assert.notDeepEqual(first[0], first[1]);
});

test('modules find parameters, buffers and parts by themselves', () => {
  class Block extends nn.Module {
    norm = new nn.BatchNorm2d(4);
    scale = nn.parameter([2]);
    convolutions = [new nn.Conv2d(4, 4, 1, { bias: false })];
    forward(x) {
      return this.convolutions[0].forward(this.norm.forward(x)).mul(this.scale);
    }
  }
  const net = new nn.Sequential(
    new nn.Conv2d(3, 4, 3),
    new Block(),
    (x) => x.relu(),
    new nn.GlobalAvgPool(),
  );
  assert.deepEqual(
    net.namedParameters().map(([name]) => name),
    ['0.weight', '0.bias', '1.scale', '1.norm.weight', '1.norm.bias', '1.convolutions.0.weight'],
  );
  assert.ok('1.norm.running_var' in net.stateDict());
  assert.deepEqual(net.forward(t.ones([2, 3, 5, 5])).shape, [2, 4]);
  assert.match(t.tapeText(net.forward(t.ones([2, 3, 5, 5]))), /1\.convolutions\.0\.weight/);
  assert.equal(net.parameterCount(), 3 * 4 * 9 + 4 + 1 + 8 + 16);
  net.eval();
  const x = t.randn([2, 3, 5, 5]);
  const expected = net.forward(x).toArray();
  const copy = new nn.Sequential(
    new nn.Conv2d(3, 4, 3),
    new Block(),
    (v) => v.relu(),
    new nn.GlobalAvgPool(),
  ).eval();
  const bytes = t.writeSafetensors(net.stateDict(), { made: 'here' });
  const { tensors, metadata } = t.readSafetensors(bytes);
  assert.deepEqual(metadata, { made: 'here' });
  copy.loadStateDict(tensors);
  assert.deepEqual(copy.forward(x).toArray(), expected);
  delete tensors['0.bias'];
  assert.throws(() => copy.loadStateDict(tensors), /loadStateDict: .*missing.*0\.bias/);
  assert.throws(() => t.readSafetensors(bytes.subarray(0, 50)), /safetensors/);
});

test('SGD and Adam take the steps of their formulas', () => {
  const steps = (make, count) => {
    const w = t.variable([1]);
    const optimizer = make([w]);
    for (let i = 0; i < count; ++i)
      t.tidy(() => {
        optimizer.zeroGrad();
        w.square().sum().backward();
        optimizer.step();
      });
    return w.item();
  };
  assert.ok(
    close(
      steps((p) => new optim.SGD(p, { lr: 0.1 }), 2),
      0.64,
    ),
  );
  // v = 2; w = 0.8; v = 0.9 · 2 + 1.6 = 3.4; w = 0.46
  assert.ok(
    close(
      steps((p) => new optim.SGD(p, { lr: 0.1, momentum: 0.9 }), 2),
      0.46,
    ),
  );
  assert.ok(
    close(
      steps((p) => new optim.Adam(p, { lr: 0.1 }), 1),
      0.9,
    ),
  );
  assert.ok(
    close(
      steps((p) => new optim.AdamW(p, { lr: 0.1, weightDecay: 0.5 }), 1),
      0.85,
    ),
  );
  assert.throws(() => new optim.SGD([t.zeros([2])], { lr: 1 }), /requires? a gradient/);
  const w = t.variable([3, 4]);
  w.square().sum().backward();
  assert.ok(close(optim.clipGradNorm([w], 1), 10, 1e-5));
  assert.ok(close(w.grad.square().sum().item(), 1, 1e-4));
});

test('schedules of the learning rate', () => {
  const cosine = optim.cosineSchedule({ lr: 1, total: 10, warmup: 2 });
  assert.deepEqual([cosine(0), cosine(1), cosine(2)], [0.5, 1, 1]);
  assert.ok(close(cosine(6), 0.5));
  const steps = optim.stepSchedule({ lr: 1, total: 10 });
  assert.deepEqual(
    [0, 5, 8].map((s) => +steps(s).toFixed(6)),
    [1, 0.1, 0.01],
  );
  const cycle = optim.oneCycleSchedule({ lr: 1, total: 100 });
  assert.ok(close(cycle(0), 0.04) && close(cycle(29), 1) && cycle(99) < 1e-5);
});

test('networks with a name train, and go to files that detect reads and back', async () => {
  const options = { classes: 3, channels: 3, height: 16, width: 16, seed: 4 };
  const network = nn.Network.make('convnet-4-8', options);
  assert.ok(network.namedParameters().some(([name]) => name === 'fc.weight'));
  const optimizer = new optim.SGD(network, { lr: 0.1, momentum: 0.9 });
  const x = t.randn([12, 3, 16, 16]);
  const labels = Array.from({ length: 12 }, (_, i) => i % 3);
  const losses = [];
  for (let step = 0; step < 30; ++step)
    t.tidy(() => {
      const loss = network.forward(x).crossEntropy(labels);
      optimizer.zeroGrad();
      loss.backward();
      optimizer.step();
      losses.push(loss.item());
    });
  assert.ok(losses.at(-1) < 0.5 * losses[0], `${losses[0]} to ${losses.at(-1)}`);
  network.eval();
  const metadata = {
    classes: ['a', 'b', 'c'],
    mean: [0.5, 0.5, 0.5],
    std: [0.25, 0.25, 0.25],
    temperature: 10,
    epsilon: 0.01,
    threshold: 0.4,
  };
  const bytes = network.write(metadata);
  const again = nn.Network.read(bytes);
  assert.equal(again.architecture, 'convnet-4-8');
  assert.equal(JSON.parse(again.metadata.threshold), 0.4);
  assert.deepEqual(again.forward(x).toArray(), network.forward(x).toArray());

  const { load } = await import('../../dist/odin.js');
  const odin = await load({ threads: 1 });
  const model = await odin.model(bytes);
  const picture = t.rand([1, 3, 16, 16]);
  const found = await model.detect(picture.data());
  const normalized = picture.sub(0.5).div(0.25);
  const {
    labels: [label],
    msp,
    odin: scores,
  } = t.odinScores(again, normalized, { temperature: 10, epsilon: 0.01 / 0.25 });
  assert.equal(found.label, label);
  assert.ok(
    close(found.msp, msp[0], 1e-5) && close(found.odin, scores[0], 1e-5),
    `${found.odin} ${scores[0]}`,
  );
  assert.equal(found.threshold, 0.4);
  odin.dispose();
  assert.throws(() => nn.Network.make('vgg-16'), /expected densenet-bc-L-k/);
  assert.throws(
    () => network.write({ ...metadata, mean: [0.5] }),
    /expected mean and std of 3 channels/,
  );
  again.dispose();
  assert.throws(() => again.forward(x), /disposed of/);
});

test('a threshold has the interval that its sample leaves', () => {
  const scores = Array.from({ length: 1000 }, (_, i) => i);
  const { threshold, low, high, standardError } = t.estimateThreshold(scores);
  assert.ok(threshold >= 49 && threshold <= 50);
  assert.ok(low < threshold && threshold < high && standardError > 0);
  assert.throws(() => t.estimateThreshold([]), /scores/);
});

test('memory is flat over 10,000 training steps', () => {
  const network = new nn.Sequential(new nn.Linear(2, 8), new nn.ReLU(), new nn.Linear(8, 2));
  const optimizer = new optim.Adam(network, { lr: 1e-3 });
  const x = t.randn([16, 2]);
  const labels = t.randperm(16).to('float32').lt(8).to('int64');
  const step = () =>
    t.tidy(() => {
      optimizer.zeroGrad();
      network.forward(x).crossEntropy(labels).backward();
      optimizer.step();
    });
  for (let i = 0; i < 100; ++i) step();
  const before = t.memory();
  for (let i = 0; i < 10_000; ++i) step();
  assert.deepEqual(t.memory(), before);
});
