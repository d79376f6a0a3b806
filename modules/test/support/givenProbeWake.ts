import { type AuditDetails, AuditLog } from '@daemonry/modules/audit_log';
import { type ProbeWake, probeWakeModule } from '@daemonry/modules/probe_wake';

import type { DataOptions, givenApplication } from './givenData';
import { givenTelling, type Operator } from './givenOperator';

type App = Awaited<ReturnType<typeof givenApplication>>;
type Requested = AuditDetails['probe.wake_requested'];

/** A running application that investigates what probes find, and tells `operator`. */
export async function givenProbeWake(
  operator: Operator,
  {
    settings = {},
    folder,
    modules = [],
    overrides = [],
    settleMs,
  }: DataOptions & { settings?: object; folder?: string } = {},
) {
  const options = {
    modules: [probeWakeModule(), ...modules],
    overrides,
    values: { probe_wake: settings },
    ...(settleMs === undefined ? {} : { settleMs }),
  };
  const given = await givenTelling(operator, options, folder);
  const { app } = given;
  const wake = app.listeners.resolve<ProbeWake>('probe_wake');
  const tick = async () => {
    expect(await app.tick('probe_wake')).toMatchObject({ outcome: 'succeeded' });
    return wake.outcomes;
  };
  return { ...given, wake, tick };
}

/** Waits, in real time, until the engine has been asked `count` questions: from then on only its answer is outstanding. */
export async function untilAsked({ questions }: { readonly questions: readonly unknown[] }, count = 1): Promise<void> {
  while (questions.length < count) await new Promise((resolve) => setImmediate(resolve));
}

/** Appends a request as the probes do. */
export const request = (app: App, details: Partial<Requested> = {}) =>
  app.container.get(AuditLog).append(
    'probe.wake_requested',
    {
      probe: 'billing',
      category: 'unexpected_answer',
      severity: 'warning',
      summary: 'billing is unhealthy: Answered 500.',
      envelopeEnabled: false,
      ...details,
    },
    { source: 'heartbeat_probes' },
  );
