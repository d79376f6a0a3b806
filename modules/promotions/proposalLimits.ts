/** How long, in characters, and how many. */
export const LIMITS = {
  key: 4_096,
  title: 200,
  bodyBytes: 16_384,
  samples: 5,
  sample: 500,
  by: 100,
  reason: 500,
} as const;
