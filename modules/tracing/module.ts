import { defineModule, type ModuleDefinition, RunInterceptor } from 'daemonry';

import { RunTraces } from '../shared/RunTraces';
import { loadOpenTelemetry, Tracing } from './Tracing';

const tracing = defineModule('tracing', {
  packages: () => [loadOpenTelemetry],
  bind: ({ bind }) => {
    bind(Tracing).toSelf();
    bind(RunInterceptor).toService(Tracing);
    bind(RunTraces).toService(Tracing);
  },
});

/** A span of OpenTelemetry for each run, active around its handler. */
export function tracingModule(): ModuleDefinition {
  return tracing;
}
