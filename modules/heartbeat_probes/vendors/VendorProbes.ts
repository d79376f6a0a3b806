import { Clock, withDeadline, messageOf } from 'daemonry';
import { injectable } from 'inversify';

import { SecretRemover } from '../../shared/text';
import { HeartbeatProbesSettings } from '../HeartbeatProbesSettings';
import type { ProbeFinding, ProbeSnapshot } from '../ProbeFindings';
import { dopplerProbe, supabaseProbe } from './answeringProbes';
import { flyProbe } from './flyProbe';
import { sentryProbe } from './sentryProbe';
import { askVendor, UnexpectedStatus, type VendorProbe } from './VendorProbe';
import { vercelProbe } from './vercelProbe';

const TIMEOUT = '10s';

/** Probes the vendors. A failure is a finding, never an error. */
@injectable()
export class VendorProbes {
  readonly #secrets = new SecretRemover();

  constructor(
    private readonly settings: HeartbeatProbesSettings,
    private readonly clock: Clock,
  ) {}

  /** The probes of all vendors. */
  all(): readonly VendorProbe[] {
    const { vercel, sentry, doppler, supabase, fly } = this.settings;
    return [
      vercelProbe(vercel, this.clock),
      sentryProbe(sentry),
      dopplerProbe(doppler),
      supabaseProbe(supabase),
      flyProbe(fly),
    ];
  }

  /** Probes one vendor, within 10 s. @throws the signal's reason after it aborts. */
  async probe(vendor: VendorProbe, signal: AbortSignal): Promise<ProbeSnapshot> {
    const finding = unasked(vendor) ?? (await this.#ask(vendor, signal));
    signal.throwIfAborted();
    return {
      name: vendor.name,
      ...(vendor.baseUrl === undefined ? {} : { url: vendor.baseUrl }),
      checkedAt: new Date(this.clock.now()).toISOString(),
      ...finding,
    };
  }

  async #ask({ baseUrl = '', token = '', headers, check }: VendorProbe, outer: AbortSignal): Promise<ProbeFinding> {
    const late = new Error(`No answer within ${TIMEOUT}.`);
    const since = performance.now();
    const ask = (signal: AbortSignal) =>
      check(askVendor(baseUrl, { authorization: `Bearer ${token}`, ...headers }, signal));
    try {
      const finding = await withDeadline(TIMEOUT, ask, { clock: this.clock, signal: outer, expired: () => late });
      const { error } = finding;
      const latencyMs = Math.round(performance.now() - since);
      return { ...finding, latencyMs, ...(error === undefined ? {} : { error: this.#secrets.redact(error, [token]) }) };
    } catch (error) {
      if (outer.aborted || error === late) return { status: 'unknown', error: messageOf(error) };
      const text = messageOf(error, (said) => this.#secrets.redact(said, [token]));
      if (!(error instanceof UnexpectedStatus)) return { status: 'unknown', error: text };
      return { status: 'unhealthy', category: 'unexpected_answer', httpStatus: error.status, error: text };
    }
  }
}

/** The finding about a vendor that cannot be probed because settings are missing; else `undefined`. */
function unasked({ needs }: VendorProbe): ProbeFinding | undefined {
  const names = Object.keys(needs);
  const missing = names.filter((name) => needs[name] === undefined);
  if (missing.length === 0) return undefined;
  const error = `Not set: ${missing.join(', ')}.`;
  return { status: missing.length === names.length ? 'not_configured' : 'unknown', error };
}
