import type { Metric, Registry } from 'prom-client';

import { MetricsRegistryError } from './errors';
import { FAMILIES, type Family, type Sample, type Scraped } from './families';

/** Reads one application; the numbers of a scrape are read at once. */
export type Source = () => Scraped;

/** The registry keeps them under this key, so that several applications that are given one registry share it. */
const SOURCES = Symbol.for('daemonry.metrics.sources');

interface SharedRegistry extends Registry {
  [SOURCES]?: Set<Source>;
}

/**
 * Adds the metrics of an application to a registry, until the returned function is called. They are read from the application
 * at each scrape. Numbers of applications with the same names of listeners are added up.
 * @throws MetricsRegistryError
 */
export function addToRegistry(registry: Registry, source: Source): () => void {
  const shared: SharedRegistry = registry;
  const sources = (shared[SOURCES] ??= new Set());
  if (sources.size === 0) {
    const added: string[] = [];
    try {
      for (const family of FAMILIES) {
        registry.registerMetric(new ScrapedMetric(family, sources) as unknown as Metric);
        added.push(family.name);
      }
    } catch (error) {
      for (const name of added) registry.removeSingleMetric(name);
      throw new MetricsRegistryError(error);
    }
  }
  sources.add(source);
  return () => {
    if (!sources.delete(source) || sources.size > 0) return;
    for (const { name } of FAMILIES) registry.removeSingleMetric(name);
  };
}

/** A metric as a registry of prom-client asks for it. It holds no numbers. */
class ScrapedMetric {
  /** Writable: a registry of OpenMetrics takes `_total` off. */
  name: string;
  readonly help: string;
  readonly type: string;
  /** Over the processes of a cluster. */
  readonly aggregator = 'sum';
  readonly labelNames: readonly string[];
  readonly #family: Family;
  readonly #sources: ReadonlySet<Source>;

  constructor(family: Family, sources: ReadonlySet<Source>) {
    this.name = family.name;
    this.help = family.help;
    this.type = family.type;
    this.labelNames = family.labels;
    this.#family = family;
    this.#sources = sources;
  }

  get(): { name: string; help: string; type: string; aggregator: string; values: readonly Sample[] } {
    const { name, help, type, aggregator } = this;
    return { name, help, type, aggregator, values: this.#read() };
  }

  /** Does nothing: the numbers are those of the application. */
  reset(): void {}

  #read(): readonly Sample[] {
    if (this.#sources.size === 1) {
      const [source] = this.#sources;
      return source === undefined ? [] : [...this.#family.read(source())];
    }
    const sums = new Map<string, Sample>();
    for (const source of this.#sources) {
      for (const sample of this.#family.read(source())) {
        const key = JSON.stringify([sample.metricName, sample.labels]);
        const known = sums.get(key);
        sums.set(key, known === undefined ? sample : { ...sample, value: known.value + sample.value });
      }
    }
    return [...sums.values()];
  }
}
