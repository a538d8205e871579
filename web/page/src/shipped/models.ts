export interface ShippedModel {
  /** Its file is models/<name>.safetensors. */
  name: string;
  title: string;
  megabytes: number;
}

/** What the page starts with. */
export const firstModel = 'densenet-bc-40-12-cifar10';

/** All but the first are fetched when they are chosen. */
export const shippedModels: readonly ShippedModel[] = [
  { name: firstModel, title: 'DenseNet-BC-40-12', megabytes: 0.4 },
  { name: 'wrn-16-4-cifar10', title: 'WRN-16-4', megabytes: 5.5 },
  { name: 'densenet-bc-100-12-cifar10', title: 'DenseNet-BC-100-12', megabytes: 1.6 },
];

export const isShipped = (name: string): boolean =>
  shippedModels.some((shipped) => shipped.name === name);
