import type { ProbeFinding } from '../ProbeSnapshot';
import type { Ask } from './askVendor';

/** The vendors that are probed, in this order. */
export const VENDORS = ['vercel', 'sentry', 'doppler', 'supabase', 'fly'] as const;

/** How one vendor is probed. */
export interface VendorProbe {
  readonly name: (typeof VENDORS)[number];
  /** Where its API is; absent when that is not configured. */
  readonly baseUrl?: string;
  /** The settings that it cannot do without, by name; `undefined` for those that are missing. */
  readonly needs: Readonly<Record<string, string | undefined>>;
  /** Sent with every request, as the bearer. */
  readonly token: string | undefined;
  /** Sent as well. @defaultValue none */
  readonly headers?: Readonly<Record<string, string>>;
  /** Called only when nothing is missing; may throw what `ask` throws. */
  readonly check: (ask: Ask) => Promise<ProbeFinding>;
}
