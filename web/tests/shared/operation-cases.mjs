// What every operation of odin-ood/tensor has to give, for Node.js and browsers: PyTorch's values and
// gradients in float64 (tests/golden/ops.py), which the tests of C++ read too, or finite differences.

const reduced = (p) => ({ reduction: p.reduction });
const pool = (p) => [
  p.kernel,
  { stride: p.stride, padding: p.padding ?? 0, ceilMode: p.ceil ?? false },
];
const atTemperature = (x, p) => x.mul(1 / p.temperature);

const activations = {
  identity: (x) => x.affine(1, 0),
  relu: (x) => x.relu(),
  leaky_relu: (x, p) => x.leakyRelu({ negativeSlope: p.a }),
  clip: (x, p) => x.clamp(p.a, p.b),
  sigmoid: (x) => x.sigmoid(),
  silu: (x) => x.silu(),
  gelu: (x) => x.gelu(),
  gelu_tanh: (x) => x.gelu({ approximate: 'tanh' }),
  hard_sigmoid: (x) => x.hardsigmoid(),
  hard_swish: (x) => x.hardswish(),
  softplus: (x) => x.softplus(),
  elu: (x, p) => x.elu({ alpha: p.a }),
};

function batchNorm({ x, w, b, running_mean, running_var }, p, relu) {
  const { training, momentum, eps } = p;
  return x.batchNorm(w, b, running_mean, running_var, { training, momentum, eps, relu });
}

/** How each case of the golden file is computed: inputs and constants by name, parameters. */
const goldenOf = (t) => ({
  add: ({ a, b }) => t.add(a, b),
  sub: ({ a, b }) => a.sub(b),
  mul: ({ a, b }) => a.mul(b),
  div: ({ a, b }) => a.div(b),
  pow: ({ a, b }) => a.pow(b),
  maximum: ({ a, b }) => a.maximum(b),
  minimum: ({ a, b }) => a.minimum(b),
  where: ({ a, b }) => t.where(a.lt(b), a, b.square()),
  affine: ({ x }, p) => x.affine(p.factor, p.summand),
  activation: ({ x }, p) => activations[p.kind](x.mul(p.scale), p),
  prelu: ({ x, w }) => x.prelu(w.reshape([-1, 1, 1])),
  layer_norm: ({ x, w, b }) => x.layerNorm(2, w, b),
  group_norm: ({ x, w, b }, p) => x.groupNorm(p.groups, w, b),
  mean_square_error: ({ x, target }, p) => x.mseLoss(target, reduced(p)),
  binary_cross_entropy: ({ x, target }, p) => x.binaryCrossEntropyWithLogits(target, reduced(p)),
  hinge: ({ x, labels }, p) => x.multiMarginLoss(labels, reduced(p)),
  sum: ({ x }, p) => x.sum(p.dims, { keepdim: p.keepdim }),
  mean: ({ x }, p) => x.mean(p.dims, { keepdim: p.keepdim }),
  max: ({ x }, p) => x.max(p.dim, { keepdim: p.keepdim }),
  matmul: ({ a, b }) => a.matmul(b),
  linear: ({ x, w, b }) => x.linear(w, b),
  conv2d: ({ x, w, b }, { stride, padding }) => x.conv2d(w, b, { stride, padding }),
  conv2d_general: ({ x, w, b }, { stride, padding, dilation, groups }) =>
    x.conv2d(w, b, { stride, padding, dilation, groups }),
  batch_norm: (v, p) => batchNorm(v, p, false),
  batch_norm_relu: (v, p) => batchNorm(v, p, true),
  avg_pool2d: ({ x }, p) => {
    const [kernel, options] = pool(p);
    return x.avgPool2d(kernel, { ...options, countIncludePad: p.count_padding ?? true });
  },
  max_pool2d: ({ x }, p) => x.maxPool2d(...pool(p)),
  adaptive_avg_pool2d: ({ x }, p) => x.adaptiveAvgPool2d(p.size),
  global_avg_pool: ({ x }) => x.globalAvgPool(),
  softmax: ({ x }, p) => atTemperature(x, p).softmax(),
  log_softmax: ({ x }, p) => atTemperature(x, p).logSoftmax(),
  cross_entropy: ({ x, labels }, p) =>
    atTemperature(x, p).crossEntropy(labels, { ...reduced(p), labelSmoothing: p.label_smoothing }),
  cat: ({ a, b, c }, p) => t.cat([a, b, c], p.dim),
  gather: ({ x }, p) => x.indexSelect(p.dim, p.positions),
  pad: ({ x }, p) => x.pad(p.before, p.after, { mode: p.mode ?? 'constant' }),
  expand: ({ x }, p) => x.expand(p.shape).square(),
  reshape: ({ x }, p) => x.reshape(p.shape),
  slice: ({ x }, p) => x.slice(p.dim, p.start, p.stop, { step: p.step }),
  permute: ({ x, w }, p) => x.permute(p.dims).mul(w),
  transpose: ({ x, w }) => x.transpose(0, 1).matmul(w),
  ...Object.fromEntries(
    'neg exp log sqrt square relu tanh abs erf sin cos'
      .split(' ')
      .map((name) => [name, ({ x }) => x[name]()]),
  ),
});

/** Operations whose golden cases have other names. */
const inGolden = [
  ...['leakyRelu', 'prelu', 'clamp', 'sigmoid', 'silu', 'gelu', 'hardsigmoid', 'hardswish'],
  ...['softplus', 'elu', 'mseLoss', 'binaryCrossEntropyWithLogits', 'multiMarginLoss'],
  ...['crossEntropy', 'logSoftmax', 'indexSelect', 'layerNorm', 'groupNorm', 'batchNorm'],
  ...['avgPool2d', 'maxPool2d', 'adaptiveAvgPool2d', 'globalAvgPool'],
];

/** Those without golden values: a function, and the shapes of its inputs. */
const differencesOf = (t) => ({
  min: [(x) => x.min(1), [3, 4]],
  flatten: [(x) => x.flatten().square(), [2, 3, 2]],
  unsqueeze: [(x) => x.unsqueeze(1).square(), [2, 3]],
  squeeze: [(x) => x.squeeze(-1).square(), [2, 3, 1]],
  select: [(x) => x.select(1, -1).square(), [2, 3]],
  stack: [(a, b) => t.stack([a, b], 1).square(), [2, 3], [2, 3]],
  split: [
    (x) =>
      t
        .cat(
          x.split(2, 1).map((part, i) => part.mul(i + 1)),
          1,
        )
        .square(),
    [2, 5],
  ],
  flip: [(x) => x.flip(1).square(), [2, 3]],
  clone: [(x) => x.clone().square(), [2, 3]],
  contiguous: [(x) => x.transpose(0, 1).contiguous().square(), [2, 3]],
  sumToSize: [(x) => x.sumToSize([3, 1]).square(), [2, 3, 4]],
  reluGrad: [(dy) => dy.reluGrad(t.tensor(Float64Array.of(1, -1, 2))).square(), [3]],
  conv2dInputGrad: [
    (dy, w) => dy.conv2dInputGrad(w, [1, 2, 5, 4], { padding: 1 }),
    [1, 3, 5, 4],
    [3, 2, 3, 3],
  ],
  conv2dWeightGrad: [
    (x, dy) => x.conv2dWeightGrad(dy, [3, 2, 3, 3], { padding: 1 }),
    [1, 2, 5, 4],
    [1, 3, 5, 4],
  ],
  avgPool2dGrad: [(dy) => dy.avgPool2dGrad([1, 1, 4, 4], 2), [1, 1, 2, 2]],
  sliceGrad: [(dy) => dy.sliceGrad([2, 5], 1, 1, 5, { step: 2 }), [2, 2]],
  indexSelectGrad: [(dy) => dy.indexSelectGrad(0, [1, 1], [3, 2]), [2, 2]],
});

const list = (x) => Array.from(x.data(), Number);

/** Those without a gradient: what they give and what they should. */
const valuesOf = (t) => ({
  floor: () => [list(t.tensor([1.5, -1.5]).floor()), [1, -2]],
  ceil: () => [list(t.tensor([1.5, -1.2]).ceil()), [2, -1]],
  round: () => [list(t.tensor([0.5, 1.5, -2.6]).round()), [0, 2, -3]],
  sign: () => [list(t.tensor([0, 3, -2]).sign()), [0, 1, -1]],
  stepSign: () => [list(t.tensor([0, 3, -2]).stepSign()), [1, 1, -1]],
  lt: () => [list(t.tensor([1, 2, 3]).lt(2)), [1, 0, 0]],
  le: () => [list(t.tensor([1, 2, 3]).le(2)), [1, 1, 0]],
  gt: () => [list(t.tensor([1, 2, 3]).gt(2)), [0, 0, 1]],
  ge: () => [list(t.tensor(Int32Array.of(1, 2, 3)).ge(2)), [0, 1, 1]],
  eq: () => [list(t.eq(2, t.tensor([1, 2, 3]))), [0, 1, 0]],
  allFinite: () => [
    [t.tensor([1, 2]).allFinite(), t.tensor([1, NaN]).allFinite()],
    [true, false],
  ],
  // prettier-ignore
  argmax: () => [list(t.tensor([[1, 3, 2], [5, 5, 0]]).argmax()), [1, 0]],
  oneHot: () => [list(t.oneHot([1, 0], 3)), [0, 1, 0, 1, 0, 0]],
  to: () => [list(t.tensor([1.5, -2]).to('int64')), [1, -2]],
  detach: () => [t.variable([1]).detach().requiresGrad, false],
  zeros: () => [list(t.zeros([2])), [0, 0]],
  ones: () => [list(t.ones(2, { dtype: 'int64' })), [1, 1]],
  full: () => [list(t.full([2], 1.5)), [1.5, 1.5]],
  arange: () => [list(t.arange(3)), [0, 1, 2]],
  randperm: () => [list(t.randperm(9)).sort(), [0, 1, 2, 3, 4, 5, 6, 7, 8]],
  maxPool2dGrad: () => [
    list(t.tensor([1, 3, 2, 0], { shape: [1, 1, 2, 2] }).maxPool2dGrad(t.full([1, 1, 1, 1], 7), 2)),
    [0, 7, 0, 0],
  ],
  rand: () => {
    const drawn = list(t.rand([10_000]));
    const mean = drawn.reduce((a, b) => a + b) / drawn.length;
    return [drawn.every((v) => v >= 0 && v < 1) && Math.abs(mean - 0.5) < 0.02, true];
  },
  randn: () => {
    const drawn = t.randn([10_000]);
    const [mean, square] = [drawn.mean().item(), drawn.square().mean().item()];
    return [Math.abs(mean) < 0.05 && Math.abs(square - 1) < 0.05, true];
  },
  dropout: () => {
    const x = t.variable(t.ones([1000]));
    const y = x.dropout(0.25);
    y.sum().backward();
    const kept = list(y).filter((v) => v !== 0);
    return [
      [
        String(list(x.grad)) === String(list(y)), // of ones
        kept.every((v) => Math.abs(v - 1 / 0.75) < 1e-6) && Math.abs(kept.length - 750) < 60,
        x.dropout(0.5, { training: false }).sum().item(),
      ],
      [true, true, 1000],
    ];
  },
  add_: () => [list(t.tensor([1, 2]).add_(t.tensor([10]))), [11, 12]],
  mul_: () => [list(t.tensor([1, 2]).mul_(t.tensor([10]))), [10, 20]],
  affine_: () => [list(t.tensor([1, 2]).affine_(2, 1)), [3, 5]],
  copy_: () => [list(t.tensor([1, 2]).copy_(t.tensor([3]))), [3, 3]],
  fill_: () => [list(t.tensor([1, 2]).fill_(7)), [7, 7]],
  uniform_: () => [list(t.zeros([1000]).uniform_(0.5)).every((v) => v >= -0.5 && v < 0.5), true],
  normal_: () => {
    const square = t.zeros([10_000]).normal_(3).square().mean().item();
    return [Math.abs(square - 9) < 0.5, true];
  },
});

/** The names of all operations that are checked here. */
export function checked(t) {
  const some = [goldenOf(t), differencesOf(t), valuesOf(t)].flatMap((cases) => Object.keys(cases));
  return new Set([...some, ...inGolden]);
}

function requireClose(found, expected, tolerance, what) {
  if (String(found.shape) !== String(expected.shape))
    throw new Error(`${what}: shape [${found.shape}], expected [${expected.shape}]`);
  const [a, b] = [found.data(), expected.data()];
  const largest = b.reduce((m, v) => Math.max(m, Math.abs(v)), 1e-3);
  for (let i = 0; i < b.length; ++i)
    if (!(Math.abs(a[i] - b[i]) <= tolerance * largest))
      throw new Error(`${what}, element ${i}: ${a[i]}, expected ${b[i]}`);
}

function checkGoldenCase(t, { tensors, metadata }, key, dtype, tolerance) {
  const parameters = JSON.parse(metadata[key]);
  const own = Object.entries(tensors).filter(([name]) => name.startsWith(`${key}/`));
  const given = Object.fromEntries(own.map(([name, v]) => [name.slice(key.length + 1), v]));
  const inputs = Object.keys(given).filter((name) => /^[xwabc]$/.test(name));
  const values = { ...given };
  for (const [name, v] of Object.entries(given))
    if (v.dtype === 'float64') values[name] = v.to(dtype).clone();
  for (const name of inputs) values[name] = t.variable(values[name], { name });
  const y = goldenOf(t)[key.split('/')[0]](values, parameters);
  requireClose(y, given.y, tolerance, `${key}, value`);
  const leaves = inputs.map((name) => values[name]);
  const gradients = t.grad(y, leaves, { gradient: values.dy });
  for (const [i, name] of inputs.entries())
    requireClose(gradients[i], given[`d${name}`], tolerance, `${key}, gradient of ${name}`);
  for (const leaf of leaves) leaf.dispose();
  if (!given.new_running_mean) return;
  requireClose(values.running_mean, given.new_running_mean, tolerance, `${key}, running mean`);
  requireClose(values.running_var, given.new_running_var, tolerance, `${key}, running variance`);
}

/** All cases of the golden file, in float64 and in float32; returns how many. */
export function checkGolden(t, bytes) {
  const file = t.readSafetensors(bytes);
  const keys = Object.keys(file.metadata);
  for (const key of keys)
    t.tidy(() => {
      checkGoldenCase(t, file, key, 'float64', 1e-12);
      // Conversion to float32 rounds logits near 1000 to multiples of 6e-5.
      checkGoldenCase(t, file, key, 'float32', key.endsWith('/large') ? 1e-4 : 1e-5);
    });
  for (const tensor of Object.values(file.tensors)) tensor.dispose();
  return keys.length;
}

/** The gradient of f by central differences, with fixed weights for the elements of its result. */
function checkDifferences(t, name, f, shapes) {
  const weighted = (y) =>
    y.mul(t.arange(y.size, { dtype: 'float64' }).mul(0.7).cos().reshape(y.shape)).sum();
  const inputs = shapes.map((shape) => t.randn(shape, { dtype: 'float64' }));
  const leaves = inputs.map((x) => t.variable(x));
  const found = t.grad(weighted(f(...leaves)), leaves);
  const step = 1e-5;
  for (const [k, x] of inputs.entries()) {
    const [base, gradient] = [x.data(), found[k].data()];
    const at = (i, value) =>
      t.tidy(() => {
        const changed = t.tensor(base.with(i, value), { shape: x.shape });
        return weighted(f(...inputs.map((other, j) => (j === k ? changed : other)))).item();
      });
    for (let i = 0; i < base.length; ++i) {
      const expected = (at(i, base[i] + step) - at(i, base[i] - step)) / (2 * step);
      if (!(Math.abs(gradient[i] - expected) < 1e-6 * Math.max(1, Math.abs(expected))))
        throw new Error(`${name}, gradient of input ${k}, ${i}: ${gradient[i]}, not ${expected}`);
    }
  }
  for (const leaf of leaves) leaf.dispose();
}

export function checkOthers(t) {
  t.manualSeed(1);
  for (const [name, [f, ...shapes]] of Object.entries(differencesOf(t)))
    t.tidy(() => checkDifferences(t, name, f, shapes));
  for (const [name, f] of Object.entries(valuesOf(t))) {
    const [found, expected] = t.tidy(f);
    if (JSON.stringify(found) !== JSON.stringify(expected))
      throw new Error(`${name}: ${JSON.stringify(found)}, expected ${JSON.stringify(expected)}`);
  }
}
