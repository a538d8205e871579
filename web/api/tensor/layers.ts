// The layers that networks are made of. Their weights begin as those of C++'s layers do.

import { buffer, Module, parameter } from './modules.ts';
import * as f from './operations.ts';
import { tidy, type Tensor } from './tensor.ts';
import type { Padding, Size } from './types.ts';

export {
  buffer,
  type Features,
  Module,
  Network,
  parameter,
  Sequential,
  type InputSize,
  type Layer,
  type ModelMetadata,
  type NetworkOptions,
  type StateDict,
} from './modules.ts';

/** Uniform in ±1/√inputs, as linear layers and biases begin. */
function byInputs(shape: number[], inputs: number): Tensor {
  return tidy(() => {
    const value = f.zeros(shape);
    value.uniform_(1 / Math.sqrt(inputs));
    return parameter(value);
  });
}

/** x weightᵀ + bias: [...,in] to [...,out]. */
export class Linear extends Module {
  readonly weight: Tensor;
  readonly bias: Tensor | null;

  constructor(inFeatures: number, outFeatures: number, { bias = true } = {}) {
    super();
    this.weight = byInputs([outFeatures, inFeatures], inFeatures);
    this.bias = bias ? byInputs([outFeatures], inFeatures) : null;
  }

  forward(x: Tensor): Tensor {
    return f.linear(x, this.weight, this.bias ?? undefined);
  }
}

export interface Conv2dOptions {
  stride?: Size;
  padding?: Padding;
  dilation?: Size;
  groups?: number;
  bias?: boolean;
}

/** Convolution of [N,in,H,W]. */
export class Conv2d extends Module {
  readonly weight: Tensor;
  readonly bias: Tensor | null;
  private readonly options: Omit<Conv2dOptions, 'bias'>;

  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: Size,
    { bias = true, ...options }: Conv2dOptions = {},
  ) {
    super();
    const [h, w] = typeof kernelSize === 'number' ? [kernelSize, kernelSize] : kernelSize;
    const groups = options.groups ?? 1;
    if (inChannels % groups !== 0 || outChannels % groups !== 0)
      throw new Error(
        `Conv2d: ${inChannels} and ${outChannels} channels do not split into ${groups} groups`,
      );
    this.options = options;
    this.weight = tidy(() => {
      const value = f.zeros([outChannels, inChannels / groups, h, w]);
      value.normal_(Math.sqrt(2 / (outChannels * h * w))); // He et al. 2015, by the outputs
      return parameter(value);
    });
    this.bias = bias ? byInputs([outChannels], (inChannels / groups) * h * w) : null;
  }

  forward(x: Tensor): Tensor {
    return f.conv2d(x, this.weight, this.bias ?? undefined, this.options);
  }
}

/** Of the channels of [N,C,H,W]; its running statistics are for evaluation. */
export class BatchNorm2d extends Module {
  readonly weight: Tensor;
  readonly bias: Tensor;
  readonly running_mean: Tensor;
  readonly running_var: Tensor;

  constructor(
    numFeatures: number,
    private readonly options: { momentum?: number; eps?: number } = {},
  ) {
    super();
    const size = [numFeatures];
    [this.weight, this.bias] = tidy(() => [parameter(f.ones(size)), parameter(f.zeros(size))]);
    this.running_mean = buffer(f.zeros(size));
    this.running_var = buffer(f.ones(size));
  }

  forward(x: Tensor): Tensor {
    const { weight, bias, running_mean: mean, running_var: variance, training } = this;
    return f.batchNorm(x, weight, bias, mean, variance, { training, ...this.options });
  }
}

/** Over the last dimensions, which have this shape. */
export class LayerNorm extends Module {
  readonly weight: Tensor;
  readonly bias: Tensor;
  private readonly dims: number;

  constructor(
    normalizedShape: number | number[],
    private readonly options: { eps?: number } = {},
  ) {
    super();
    const shape = typeof normalizedShape === 'number' ? [normalizedShape] : normalizedShape;
    this.dims = shape.length;
    [this.weight, this.bias] = tidy(() => [parameter(f.ones(shape)), parameter(f.zeros(shape))]);
  }

  forward(x: Tensor): Tensor {
    return f.layerNorm(x, this.dims, this.weight, this.bias, this.options);
  }
}

/** Over groups of channels of [N,C,H,W]. */
export class GroupNorm extends Module {
  readonly weight: Tensor;
  readonly bias: Tensor;

  constructor(
    private readonly numGroups: number,
    numChannels: number,
    private readonly options: { eps?: number } = {},
  ) {
    super();
    const size = [numChannels];
    [this.weight, this.bias] = tidy(() => [parameter(f.ones(size)), parameter(f.zeros(size))]);
  }

  forward(x: Tensor): Tensor {
    return f.groupNorm(x, this.numGroups, this.weight, this.bias, this.options);
  }
}

export class Dropout extends Module {
  constructor(private readonly p = 0.5) {
    super();
  }
  forward(x: Tensor): Tensor {
    return f.dropout(x, this.p, { training: this.training });
  }
}

export class ReLU extends Module {
  forward(x: Tensor): Tensor {
    return f.relu(x);
  }
}

export class MaxPool2d extends Module {
  constructor(
    private readonly kernelSize: Size,
    private readonly options: { stride?: Size; padding?: Padding; ceilMode?: boolean } = {},
  ) {
    super();
  }
  forward(x: Tensor): Tensor {
    return f.maxPool2d(x, this.kernelSize, this.options);
  }
}

export class AvgPool2d extends Module {
  constructor(
    private readonly kernelSize: Size,
    private readonly options: { stride?: Size; padding?: Padding; ceilMode?: boolean } = {},
  ) {
    super();
  }
  forward(x: Tensor): Tensor {
    return f.avgPool2d(x, this.kernelSize, this.options);
  }
}

/** The mean over all pixels: [N,C,H,W] to [N,C]. */
export class GlobalAvgPool extends Module {
  forward(x: Tensor): Tensor {
    return f.globalAvgPool(x);
  }
}

/** [N,...] to [N,all of them]. */
export class Flatten extends Module {
  forward(x: Tensor): Tensor {
    return f.flatten(x);
  }
}

export class Identity extends Module {
  forward(x: Tensor): Tensor {
    return x;
  }
}
