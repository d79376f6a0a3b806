import { defineModule, type ModuleDefinition } from 'daemonry';
import type { Registry } from 'prom-client';

import { WebRoutes } from '../web/WebRoutes';
import { GIVEN_REGISTRY, Metrics } from './Metrics';
import { MetricsRoutes } from './MetricsRoutes';
import { findPromClient } from './exposition';

/** Options of {@link metricsModule}. */
export interface MetricsModuleOptions {
  /**
   * A registry of prom-client to add the metrics to, beside those that are in it. They leave it when the application stops.
   * Applications that are given one registry share it.
   * @defaultValue a registry of the application's own
   */
  readonly registry?: Registry;
}

const define = ({ registry }: MetricsModuleOptions): ModuleDefinition =>
  defineModule('metrics', {
    packages: () => [findPromClient],
    bind: ({ bind }) => {
      bind(Metrics).toSelf();
      bind(MetricsRoutes).toSelf();
      bind(WebRoutes).toService(MetricsRoutes);
      if (registry !== undefined) bind(GIVEN_REGISTRY).toConstantValue(registry);
    },
  });

const metrics = define({});

/** The metrics of the application in the formats of Prometheus and OpenMetrics, and the daemon `metrics` that counts. */
export const metricsModule = (options: MetricsModuleOptions = {}): ModuleDefinition =>
  options.registry === undefined ? metrics : define(options);
