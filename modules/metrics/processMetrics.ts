import type * as PerfHooks from 'node:perf_hooks';

import type { Gauge, Registry } from 'prom-client';

import { loadPromClient } from './exposition';

/** The time between two samples of the event loop, in milliseconds. Each wakes the process, also one that has nothing to do. */
const SAMPLE_MS = 20;
/** The same of prom-client, whose numbers include it: an idle loop has a lag of 10 ms, here as in any other process. */
const INCLUDED_MS = 10;
/** A time between two samples that does not pass: prom-client takes some of its own in any case. */
const NEVER_MS = 2 ** 31 - 1;

const MISNAMED = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'];

const LAG = 'nodejs_eventloop_lag_seconds';
const NAMES = ['min', 'max', 'mean', 'stddev', 'p50', 'p90', 'p99'];

/** A gauge of prom-client that is written when it is read. */
interface Collected extends Pick<Gauge, 'set'> {
  collect: () => void;
}

/**
 * Adds what prom-client knows of the process to a registry, unless it is there. The event loop is sampled here, until the
 * returned function is called: less often than prom-client does it, and written as it is written there.
 */
export function addProcessMetrics(registry: Registry): () => void {
  if (registry.getSingleMetric(LAG) !== undefined) return () => undefined;
  loadPromClient().collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: NEVER_MS });
  // Gauges whose names end as those of counters, which readers object to. The same numbers are there by type.
  for (const name of MISNAMED) registry.removeSingleMetric(name);

  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded with prom-client, when the boot is over
  const { monitorEventLoopDelay } = require('node:perf_hooks') as typeof PerfHooks;
  const delays = monitorEventLoopDelay({ resolution: SAMPLE_MS });
  delays.enable();

  let newest = new Map<string, number>();
  const gauge = registry.getSingleMetric(LAG) as unknown as Collected;
  const { collect } = gauge;
  gauge.collect = () => {
    // Its own number is how long the loop takes to turn now; the others it writes anew, from no samples.
    collect();
    // Two scrapes may come between two samples.
    if (delays.count > 0) newest = lagsOf(delays);
    delays.reset();
    for (const name of NAMES) {
      const each = registry.getSingleMetric(`nodejs_eventloop_lag_${name}_seconds`) as unknown as Collected | undefined;
      each?.set(newest.get(name) ?? 0);
    }
  };
  return () => {
    delays.disable();
  };
}

/** The lags since the last scrape, in seconds. */
function lagsOf(delays: PerfHooks.IntervalHistogram): Map<string, number> {
  // The sample after a late one may come earlier than it was asked for.
  const lagOf = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e9 - (SAMPLE_MS - INCLUDED_MS) / 1_000);
  return new Map([
    ['min', lagOf(delays.min)],
    ['max', lagOf(delays.max)],
    ['mean', lagOf(delays.mean)],
    ['stddev', delays.stddev / 1e9],
    ['p50', lagOf(delays.percentile(50))],
    ['p90', lagOf(delays.percentile(90))],
    ['p99', lagOf(delays.percentile(99))],
  ]);
}
