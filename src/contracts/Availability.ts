/** Where a listener stands, as far as its consumers are concerned. Until its startup is decided it is `stopped`. */
export type AvailabilityState<T> =
  | { readonly state: 'ready'; readonly instance: T }
  | { readonly state: 'disabled'; readonly reason: string }
  | { readonly state: 'failed'; readonly error: Error }
  | { readonly state: 'stopped' };

/**
 * A listener that may not be there. Injected with `@Available(X)`; never null, and never a half-started instance. Ask
 * again for each use: the answer changes when the listener dies or stops.
 */
export interface Availability<T> {
  current(): AvailabilityState<T>;
}
