/** Whose kinds of things a network was taught: the ten of CIFAR-10 or the hundred of CIFAR-100. */
export type Kinds = 10 | 100;

export interface ShippedModel {
  /** Its file is models/<name>.safetensors. */
  name: string;
  title: string;
  megabytes: number;
  kinds: Kinds;
}

/** What the page starts with. */
export const firstModel = 'densenet-bc-40-12-cifar10';

/** All but the first are fetched when they are chosen. */
export const shippedModels: readonly ShippedModel[] = [
  { name: firstModel, title: 'DenseNet-BC-40-12', megabytes: 0.4, kinds: 10 },
  { name: 'wrn-16-4-cifar10', title: 'WRN-16-4', megabytes: 5.5, kinds: 10 },
  { name: 'densenet-bc-100-12-cifar10', title: 'DenseNet-BC-100-12', megabytes: 1.6, kinds: 10 },
  { name: 'wrn-16-4-cifar100', title: 'WRN-16-4, CIFAR-100', megabytes: 5.6, kinds: 100 },
];

export const shippedModel = (name: string): ShippedModel | undefined =>
  shippedModels.find((shipped) => shipped.name === name);

export const isShipped = (name: string): boolean => shippedModel(name) !== undefined;

/** The best of those that were taught the same: the last. */
export const bestModel = (kinds: Kinds): ShippedModel =>
  shippedModels.filter((shipped) => shipped.kinds === kinds).at(-1)!;
