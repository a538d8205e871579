// All operations on tensors for JavaScript: the one place that lists them. generate.mjs makes the
// binding to C++, the TypeScript types and the reference page from this table.
//
// A row: [signature, what it computes in C++, what it does].
//   - Signatures are like TypeScript's. The types of parameters are the keys of `kinds` in
//     generate.mjs; with `?` a parameter may be left out, or it has a default. What is in braces are
//     options, an object at the end of the call. The result is a tensor where none is named.
//   - In C++ parameters have their own names, in odin::autograd with tensors as Variables. An
//     `operand` is a tensor or a number, which becomes a tensor of the other operands' dtype.
//   - Operations whose first parameter is a tensor are methods too: add(a, b) is a.add(b).

export const families = [
  {
    title: 'Arithmetic',
    text: 'Operands are tensors or numbers and broadcast as in NumPy.',
    operations: [
      ['add(a: operand, b: operand)', 'plus(a_, b_)', 'a + b'],
      ['sub(a: operand, b: operand)', 'minus(a_, b_)', 'a − b'],
      ['mul(a: operand, b: operand)', 'times(a_, b_)', 'a · b'],
      ['div(a: operand, b: operand)', 'div(a, b)', 'a / b'],
      [
        'pow(a: operand, b: operand)',
        'b_.number && !a_.number ? pow(a, *b_.number) : pow(a, b)',
        'a to the power of b. A number as exponent is cheaper, and allows negative a if it is whole.',
      ],
      [
        'maximum(a: operand, b: operand)',
        'maximum(a, b)',
        'The larger one, element by element. Where both are equal, each gets half of the gradient.',
      ],
      ['minimum(a: operand, b: operand)', 'minimum(a, b)', 'The smaller one, likewise.'],
      [
        'affine(x: tensor, factor: number, summand: number = 0)',
        'affine(x, factor, summand)',
        'factor · x + summand',
      ],
      ['neg(x: tensor)', 'neg(x)', '−x'],
      ['abs(x: tensor)', 'abs(x)', '|x|; the gradient at 0 is 0.'],
      ['square(x: tensor)', 'square(x)', 'x²'],
      ['sqrt(x: tensor)', 'sqrt(x)', 'The square root.'],
      ['exp(x: tensor)', 'exp(x)', 'e to the power of x.'],
      ['log(x: tensor)', 'log(x)', 'The natural logarithm.'],
      ['sin(x: tensor)', 'sin(x)', 'The sine.'],
      ['cos(x: tensor)', 'cos(x)', 'The cosine.'],
      ['tanh(x: tensor)', 'tanh(x)', 'The hyperbolic tangent.'],
      ['erf(x: tensor)', 'erf(x)', 'The error function.'],
      ['floor(x: tensor)', 'floor(x)', 'Rounded down. Without gradient, as ceil, round and sign.'],
      ['ceil(x: tensor)', 'ceil(x)', 'Rounded up.'],
      ['round(x: tensor)', 'round(x)', 'The nearest whole number, halves to the even one.'],
      ['sign(x: tensor)', 'sign(x)', '−1, 0 or 1.'],
      [
        'stepSign(x: tensor)',
        'tensor::step_sign(x.value())',
        '1 where x ≥ 0, else −1: the sign of ODIN’s step.',
      ],
    ],
  },
  {
    title: 'Comparisons',
    text: '1 where they hold, else 0, in the operands’ dtype; of integers as float32. Without gradient.',
    operations: [
      ['lt(a: operand, b: operand)', 'compared(less, a, b)', 'a < b'],
      ['le(a: operand, b: operand)', 'compared(less_equal, a, b)', 'a ≤ b'],
      ['gt(a: operand, b: operand)', 'compared(less, b, a)', 'a > b'],
      ['ge(a: operand, b: operand)', 'compared(less_equal, b, a)', 'a ≥ b'],
      ['eq(a: operand, b: operand)', 'compared(equal, a, b)', 'a = b'],
      [
        'where(condition: tensor, a: operand, b: operand)',
        'where(condition, a, b)',
        'a where the condition is not 0, else b. a and b have gradients.',
      ],
      [
        'allFinite(x: tensor): boolean',
        'tensor::all_finite(x.value())',
        'Whether there is neither NaN nor an infinity.',
      ],
    ],
  },
  {
    title: 'Activations',
    text: 'Element by element. Derivatives at kinks are those of the negative side, at the bounds of clamp and hardsigmoid 0.',
    operations: [
      ['relu(x: tensor)', 'relu(x)', 'max(x, 0)'],
      [
        'leakyRelu(x: tensor, { negativeSlope: number = 0.01 })',
        'leaky_relu(x, negativeSlope)',
        'x, or negativeSlope · x where x < 0.',
      ],
      [
        'prelu(x: tensor, weight: tensor)',
        'prelu(x, weight)',
        'x, or weight · x where x < 0; weight broadcasts to x.',
      ],
      [
        'clamp(x: tensor, min: number, max: number)',
        'clip(x, min, max)',
        'min(max(x, min), max); ReLU6 is clamp(0, 6).',
      ],
      ['sigmoid(x: tensor)', 'sigmoid(x)', '1 / (1 + exp(−x))'],
      ['silu(x: tensor)', 'silu(x)', 'x · sigmoid(x)'],
      [
        'gelu(x: tensor, { approximate: gelu = "none" })',
        'gelu(x, approximate == 1)',
        'x (1 + erf(x / √2)) / 2, or its approximation by tanh.',
      ],
      ['hardsigmoid(x: tensor)', 'hard_sigmoid(x)', 'min(max(x / 6 + 1/2, 0), 1)'],
      ['hardswish(x: tensor)', 'hard_swish(x)', 'x · hardsigmoid(x)'],
      ['softplus(x: tensor)', 'softplus(x)', 'log(1 + exp(x))'],
      [
        'elu(x: tensor, { alpha: number = 1 })',
        'elu(x, alpha)',
        'x, or alpha (exp(x) − 1) where x < 0.',
      ],
      [
        'softmax(x: tensor, dim: int = -1)',
        'softmax(x, dim)',
        'exp(x) divided by its sum along a dimension.',
      ],
      [
        'logSoftmax(x: tensor, dim: int = -1)',
        'log_softmax(x, dim)',
        'The logarithm of softmax, without overflow.',
      ],
      [
        'dropout(x: tensor, p: number = 0.5, { training: boolean = true })',
        'training ? dropout(x, p, next_random()) : x',
        'In training each element is 0 with probability p, and the others are divided by 1 − p. manualSeed() makes it repeatable.',
      ],
    ],
  },
  {
    title: 'Sums and extremes',
    text: 'Over one dimension, a list of them, or all. With keepdim they stay in the result, with size 1.',
    operations: [
      [
        'sum(x: tensor, dim: dims = [], { keepdim: boolean = false })',
        'sum(x, dim, keepdim)',
        'The sum.',
      ],
      [
        'mean(x: tensor, dim: dims = [], { keepdim: boolean = false })',
        'mean(x, dim, keepdim)',
        'The mean.',
      ],
      [
        'max(x: tensor, dim?: int, { keepdim: boolean = false })',
        'largest(x, dim, keepdim)',
        'The largest element along one dimension, or of all. The first of equal ones gets the gradient.',
      ],
      [
        'min(x: tensor, dim?: int, { keepdim: boolean = false })',
        'neg(largest(neg(x), dim, keepdim))',
        'The smallest, likewise.',
      ],
      [
        'argmax(x: tensor, dim: int = -1)',
        'tensor::argmax(x.value(), dim)',
        'The position (int64) of the largest element, of the first of equal ones.',
      ],
      [
        'sumToSize(x: tensor, size: dims)',
        'sum_to(x, size)',
        'Undoes broadcasting: the sum over the dimensions that were added or repeated.',
      ],
    ],
  },
  {
    title: 'Matrices',
    text: '',
    operations: [
      [
        'matmul(a: tensor, b: tensor)',
        'matmul(a, b)',
        'The matrix product, [...,m,k] and [...,k,n] to [...,m,n]. The dimensions before are batches and broadcast.',
      ],
      [
        'linear(x: tensor, weight: tensor, bias?: tensor)',
        'linear(x, weight, bias)',
        'x weightᵀ + bias: x [...,in], weight [out,in], bias [out].',
      ],
    ],
  },
  {
    title: 'Shapes',
    text: 'Views share the elements of their tensor where its strides allow it.',
    operations: [
      [
        'reshape(x: tensor, shape: dims)',
        'reshape(x, shape)',
        'A view of another shape; one size may be −1.',
      ],
      [
        'flatten(x: tensor, { startDim: int = 1 })',
        'flattened(x, startDim)',
        'The dimensions from startDim on as one.',
      ],
      [
        'permute(x: tensor, dims: dims)',
        'permute(x, dims)',
        'A view with the dimensions in this order.',
      ],
      [
        'transpose(x: tensor, dim0: int, dim1: int)',
        'transpose(x, dim0, dim1)',
        'A view with two dimensions exchanged.',
      ],
      [
        'expand(x: tensor, shape: dims)',
        'expand(x, shape)',
        'A view that repeats dimensions of size 1.',
      ],
      [
        'unsqueeze(x: tensor, dim: int)',
        'unsqueezed(x, dim)',
        'A view with a dimension of size 1 more.',
      ],
      [
        'squeeze(x: tensor, dim: int)',
        'squeezed(x, dim)',
        'A view without this dimension, of size 1.',
      ],
      [
        'slice(x: tensor, dim: int, start: int, end?: int, { step: int = 1 })',
        'slice(x, dim, start, end.value_or(kEnd), step)',
        'A view of the positions start, start + step, … below end of a dimension. Negative positions count from the end.',
      ],
      [
        'select(x: tensor, dim: int, index: int)',
        'selected(x, dim, index)',
        'A view of one position of a dimension, without that dimension.',
      ],
      [
        'indexSelect(x: tensor, dim: int, index: indices)',
        'gathered(x, static_cast<int>(dim), index)',
        'The slices at these positions of a dimension.',
      ],
      [
        'cat(tensors: tensors, dim: int = 0)',
        'concat(tensors, dim)',
        'The tensors one after another along a dimension.',
      ],
      [
        'stack(tensors: tensors, dim: int = 0)',
        'stack(tensors, dim)',
        'The tensors, all of one shape, along a new dimension.',
      ],
      [
        'split(x: tensor, sizes: ints, dim: int = 0): tensors',
        'parts(x, sizes, dim)',
        'Parts of these sizes of a dimension; a number alone is the size of each, and the last has what is left.',
      ],
      ['flip(x: tensor, dim: int)', 'flip(x, dim)', 'A dimension in reverse order.'],
      [
        'pad(x: tensor, before: dims, after: dims, { mode: padMode = "constant", value: number = 0 })',
        'pad(x, before, after, static_cast<PadMode>(mode), value)',
        'So many elements more at both ends of every dimension: a value, mirrored or the edge repeated. Negative numbers cut off.',
      ],
      ['clone(x: tensor)', 'cloned(x)', 'A copy of the elements; the gradient passes.'],
      [
        'contiguous(x: tensor)',
        'x.value().is_contiguous() ? x : cloned(x)',
        'Itself, or a copy whose elements lie in order.',
      ],
      [
        'to(x: tensor, dtype: dtype)',
        'Variable(x.value().to(dtype))',
        'In another dtype: a constant, through which no gradient passes.',
      ],
      ['detach(x: tensor)', 'x.detach()', 'The same elements as a constant.'],
    ],
  },
  {
    title: 'Pictures',
    text: 'Batches of pictures are [N,C,H,W]. A size is a number or [rows, columns]; padding may be [top, left, bottom, right] too.',
    operations: [
      [
        'conv2d(x: tensor, weight: tensor, bias?: tensor, { stride: size = 1, padding: padding = 0, dilation: size = 1, groups: int = 1 })',
        'conv2d(x, weight, {stride, padding, dilation, groups}, bias)',
        'Convolution (cross-correlation) with weight [O,C/groups,KH,KW] and bias [O].',
      ],
      [
        'maxPool2d(x: tensor, kernelSize: size, { stride?: size, padding: padding = 0, dilation: size = 1, ceilMode: boolean = false })',
        'max_pool2d(x, {kernelSize, stride.value_or(kernelSize), padding, dilation, ceilMode})',
        'The largest pixel of each window; the windows lie side by side where there is no stride.',
      ],
      [
        'avgPool2d(x: tensor, kernelSize: size, { stride?: size, padding: padding = 0, ceilMode: boolean = false, countIncludePad: boolean = true })',
        'avg_pool2d(x, {kernelSize, stride.value_or(kernelSize), padding, 1, ceilMode, countIncludePad})',
        'The mean of each window.',
      ],
      [
        'adaptiveAvgPool2d(x: tensor, outputSize: size)',
        'adaptive_avg_pool2d(x, outputSize)',
        'The mean of each of so many parts of the picture.',
      ],
      [
        'globalAvgPool(x: tensor)',
        'global_avg_pool(x)',
        'The mean over all pixels: [N,C,H,W] to [N,C].',
      ],
    ],
  },
  {
    title: 'Normalizations',
    text: '',
    operations: [
      [
        'batchNorm(x: tensor, weight: tensor, bias: tensor, runningMean: tensor, runningVar: tensor, { training: boolean = false, momentum: number = 0.1, eps: number = 1e-5, relu: boolean = false })',
        'batch_norm(x, weight, bias, {runningMean.value(), runningVar.value()}, {training, momentum, eps, relu})',
        'Of each channel of x [N,C,H,W]. In training with the batch’s statistics, and the running ones are changed in place.',
      ],
      [
        'layerNorm(x: tensor, dims: int, weight: tensor, bias?: tensor, { eps: number = 1e-5 })',
        'layer_norm(x, dims, weight, bias, eps)',
        'Over the last `dims` dimensions, whose shape weight and bias have.',
      ],
      [
        'groupNorm(x: tensor, numGroups: int, weight: tensor, bias: tensor, { eps: number = 1e-5 })',
        'group_norm(x, numGroups, weight, bias, eps)',
        'Over the pixels of each group of channels of x [N,C,H,W]; weight and bias [C].',
      ],
    ],
  },
  {
    title: 'Losses',
    text: 'Scalars, the mean or the sum over the rows or elements. Labels are an int64 tensor or a list of numbers.',
    operations: [
      [
        'crossEntropy(logits: tensor, labels: indices, { reduction: reduction = "mean", labelSmoothing: number = 0 })',
        'cross_entropy(logits, labels, static_cast<Reduction>(reduction), labelSmoothing)',
        '−log softmax(logits)[label] of logits [rows, classes].',
      ],
      [
        'mseLoss(x: tensor, target: tensor, { reduction: reduction = "mean" })',
        'mean_square_error(x, target.value(), static_cast<Reduction>(reduction))',
        '(x − target)²',
      ],
      [
        'binaryCrossEntropyWithLogits(logits: tensor, target: tensor, { reduction: reduction = "mean" })',
        'binary_cross_entropy(logits, target.value(), static_cast<Reduction>(reduction))',
        '−(t log p + (1 − t) log(1 − p)) with p = sigmoid(logits) and targets t in [0, 1].',
      ],
      [
        'multiMarginLoss(scores: tensor, labels: indices, { margin: number = 1, reduction: reduction = "mean" })',
        'hinge(scores, labels, margin, static_cast<Reduction>(reduction))',
        'The hinge loss of several classes.',
      ],
      [
        'oneHot(labels: indices, numClasses: int): tensor',
        'tensor::one_hot(labels, numClasses)',
        'Rows with 1 at the label and 0 elsewhere, float32.',
      ],
    ],
  },
  {
    title: 'Making tensors',
    text: 'Random numbers follow the seed given to manualSeed() or load(), one stream a call.',
    operations: [
      ['zeros(shape: dims, { dtype: dtype = "float32" })', 'Tensor::zeros(shape, dtype)', 'Zeros.'],
      ['ones(shape: dims, { dtype: dtype = "float32" })', 'Tensor::full(shape, 1, dtype)', 'Ones.'],
      [
        'full(shape: dims, value: number, { dtype: dtype = "float32" })',
        'Tensor::full(shape, value, dtype)',
        'One value everywhere.',
      ],
      ['arange(end: int, { dtype: dtype = "int64" })', 'counted(end, dtype)', '0, 1, … below end.'],
      [
        'rand(shape: dims, { dtype: dtype = "float32" })',
        'next_random().uniform(shape).to(dtype)',
        'Uniform in [0, 1).',
      ],
      [
        'randn(shape: dims, { dtype: dtype = "float32" })',
        'next_random().normal(shape).to(dtype)',
        'Normal, with mean 0 and standard deviation 1.',
      ],
      ['randperm(n: int)', 'permutation(n)', 'The numbers below n in random order (int64).'],
    ],
  },
  {
    title: 'In place',
    text: 'They overwrite the elements of x, which every view of them sees. Not for what the tape needs: between noGrad(), or for tensors without gradient.',
    operations: [
      ['add_(x: target, y: tensor): void', 'tensor::add_(x, y.value())', 'x += y'],
      ['mul_(x: target, y: tensor): void', 'tensor::mul_(x, y.value())', 'x *= y'],
      [
        'affine_(x: target, factor: number, summand: number = 0): void',
        'tensor::affine_(x, factor, summand)',
        'x = factor · x + summand',
      ],
      [
        'copy_(x: target, from: tensor): void',
        'tensor::copy_(x, from.value())',
        'The elements of another tensor, which broadcasts.',
      ],
      ['fill_(x: target, value: number): void', 'tensor::fill_(x, value)', 'One value everywhere.'],
      [
        'uniform_(x: target, bound: number): void',
        'nn::Initial::uniform(bound).fill(x, next_random())',
        'Random numbers, uniform in [−bound, bound).',
      ],
      [
        'normal_(x: target, deviation: number = 1): void',
        'nn::Initial::normal(deviation).fill(x, next_random())',
        'Random numbers, normal with mean 0.',
      ],
    ],
  },
  {
    title: 'Gradients of operations',
    text: 'What the rules of other operations use, for operations of one’s own.',
    operations: [
      ['reluGrad(dy: tensor, y: tensor)', 'relu_grad(dy, y)', 'dy where y > 0, else 0.'],
      [
        'conv2dInputGrad(dy: tensor, weight: tensor, shape: dims, { stride: size = 1, padding: padding = 0, dilation: size = 1, groups: int = 1 })',
        'conv2d_input_grad(dy, weight, shape, {stride, padding, dilation, groups})',
        'Of conv2d with respect to x of this shape: a transposed convolution.',
      ],
      [
        'conv2dWeightGrad(x: tensor, dy: tensor, shape: dims, { stride: size = 1, padding: padding = 0, dilation: size = 1, groups: int = 1 })',
        'conv2d_weight_grad(x, dy, shape, {stride, padding, dilation, groups})',
        'Of conv2d with respect to a weight of this shape.',
      ],
      [
        'maxPool2dGrad(x: tensor, dy: tensor, kernelSize: size, { stride?: size, padding: padding = 0, dilation: size = 1, ceilMode: boolean = false })',
        'max_pool2d_grad(x, dy, {kernelSize, stride.value_or(kernelSize), padding, dilation, ceilMode})',
        'Of maxPool2d.',
      ],
      [
        'avgPool2dGrad(dy: tensor, shape: dims, kernelSize: size, { stride?: size, padding: padding = 0, ceilMode: boolean = false, countIncludePad: boolean = true })',
        'avg_pool2d_grad(dy, shape, {kernelSize, stride.value_or(kernelSize), padding, 1, ceilMode, countIncludePad})',
        'Of avgPool2d of x of this shape.',
      ],
      [
        'sliceGrad(dy: tensor, shape: dims, dim: int, start: int, end: int, { step: int = 1 })',
        'slice_grad(dy, shape, dim, start, end, step)',
        'Of slice of x of this shape.',
      ],
      [
        'indexSelectGrad(dy: tensor, dim: int, index: indices, shape: dims)',
        'gather_grad(dy, dim, index, shape)',
        'Of indexSelect of x of this shape: slices of equal positions are summed.',
      ],
    ],
  },
];
