export { MetricsListenError, MetricsRegistryError } from './errors';
export type { Exposition } from './exposition';
export { Metrics, MetricsSettings } from './Metrics';

export { metricsModule, type MetricsModuleOptions } from './module';
