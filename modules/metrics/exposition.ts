import type { Metric, Registry } from 'prom-client';
import type * as PromClient from 'prom-client';

import { loadOptional } from '../shared/packages';

/**
 * Finds prom-client, and does not load it.
 *
 * @param find - throws if there is no such package.
 * @throws PackageMissingError
 */
export function findPromClient(find = (): unknown => require.resolve('prom-client')): void {
  try {
    find();
  } catch {
    // In a bundle there is no package to be found, but its code.
    loadPromClient();
  }
}

/** @throws PackageMissingError */
export const loadPromClient = (): typeof PromClient =>
  loadOptional(
    { name: 'prom-client', major: 15, neededBy: 'The metrics module', otherwise: 'leave metricsModule() out' },
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded only when it is used
    () => require('prom-client') as typeof PromClient,
  );

/** The metrics as text, in the format that the reader asks for. */
export interface Exposition {
  /** The value of the header `Content-Type`. */
  readonly contentType: string;
  /** The metrics, as it says. */
  readonly body: string;
}

/** Writes the metrics of a registry. @param accept - the header `Accept` of the request. */
export async function expose(registry: Registry, accept: string | undefined): Promise<Exposition> {
  const client = loadPromClient();
  if (!prefersOpenMetrics(accept))
    return { contentType: client.Registry.PROMETHEUS_CONTENT_TYPE, body: await registry.metrics() };
  const view: Registry<PromClient.OpenMetricsContentType> = new client.Registry();
  view.setContentType(client.Registry.OPENMETRICS_CONTENT_TYPE);
  for (const metric of registry.getMetricsAsArray()) view.registerMetric(viewOf(metric as unknown as ReadMetric));
  return { contentType: view.contentType, body: await view.metrics() };
}

interface ReadMetric {
  readonly name: string;
  readonly type: string;
  get(): { readonly name: string } | Promise<{ readonly name: string }>;
}

/**
 * A metric to be written as OpenMetrics. A registry of prom-client takes `_total` off the names of the counters that it writes so,
 * for good: another one would then lack it in the format of Prometheus.
 */
function viewOf(metric: ReadMetric): Metric {
  const { type } = metric;
  const view = {
    name: metric.name,
    type,
    get: async () => {
      const read = await metric.get();
      return { ...read, name: type === 'counter' ? read.name.replace(/_total$/, '') : read.name };
    },
  };
  return view as unknown as Metric;
}

/** True if the header names OpenMetrics, and nothing that it likes better. */
function prefersOpenMetrics(accept = ''): boolean {
  let [open, plain] = [0, 0];
  for (const range of accept.split(',')) {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const given = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
    const quality = given === undefined ? 1 : Number(given);
    if (!(quality > 0)) continue;
    if (type === 'application/openmetrics-text') open = Math.max(open, quality);
    else if (type === 'text/plain') plain = Math.max(plain, quality);
  }
  return open > 0 && open >= plain;
}
