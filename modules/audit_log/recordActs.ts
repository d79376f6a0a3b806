import type { ApplicationEventMap, ApplicationEvents } from 'daemonry';

import type { AuditDetails } from './auditEvents';

type Acted = ApplicationEventMap['operator.acted'];

const SOURCE = { source: 'operator' };
/** The name for code of the application that triggers or pauses without saying for whom. No operator of `web` can have it. */
const ITSELF = 'the application';

/** The log, as far as acts are told to it. */
interface Told {
  tell<T extends 'operator.acted' | 'operator.refused'>(
    type: T,
    details: AuditDetails[T],
    options: { readonly source: string },
  ): Promise<void>;
}

/** Tells the log what operators do, and what they are refused. Returns a function that ends it. */
export function recordActs(events: ApplicationEvents, log: Told): () => void {
  const ends = [
    events.on('operator.acted', (event) => {
      if (event.by !== ITSELF) void log.tell('operator.acted', detailsOf(event), SOURCE);
    }),
    events.on('operator.refused', ({ error, ...event }) => {
      if (event.by === ITSELF) return;
      const code = error.code ?? error.name;
      void log.tell('operator.refused', { ...detailsOf(event), code, error: error.message }, SOURCE);
    }),
  ];
  return () => ends.forEach((end) => end());
}

const detailsOf = ({
  action,
  listener,
  task,
  by,
  kind,
  reason,
  until,
  key,
  value,
}: Acted): AuditDetails['operator.acted'] => ({
  action,
  by,
  kind,
  ...(listener === undefined ? {} : { listener }),
  ...(task === undefined ? {} : { task }),
  ...(reason === undefined ? {} : { reason }),
  ...(until === undefined ? {} : { until }),
  ...(key === undefined ? {} : { key }),
  ...(value === undefined ? {} : { value }),
});
