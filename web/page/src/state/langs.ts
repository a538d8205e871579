export const langs = ['en', 'ko'] as const;
export type Lang = (typeof langs)[number];
