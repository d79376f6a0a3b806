import type { ClusterIntent, ClusterIntentChange, ClusterIntents, ClusterState, ClusterTask } from 'daemonry';

import type { OverField, TaskFields } from './ClusterStore';

const isoText = (ms: number): string => new Date(Math.floor(ms)).toISOString();

/** The state of a task or body, read from its fields in the store. */
export function stateIn(fields: TaskFields, leaseUntil: number | undefined): ClusterState {
  const { runStarted, runEnded, holder, accounted, dead } = fields;
  const isRunning = runStarted !== undefined && runEnded === undefined;
  return {
    ...(isRunning && holder !== undefined ? { holder, since: isoText(Number(runStarted)) } : {}),
    ...(isRunning && leaseUntil !== undefined ? { leaseUntil: isoText(leaseUntil) } : {}),
    ...(accounted === undefined ? {} : { newestRecorded: isoText(Number(accounted)) }),
    ...(dead === undefined || dead === '0' ? {} : { deadLetters: Number(dead) }),
  };
}

/** Corrects a state, which is a second old at the most, by the run of this process, about which it knows. */
export function ownStateIn(known: ClusterState, processId: string, since: number | undefined): ClusterState {
  if (since !== undefined) return { ...known, holder: processId, since: isoText(since) };
  if (known.holder !== processId) return known;
  const { holder: _over, since: _since, leaseUntil: _until, ...state } = known;
  return state;
}

/** The names under which wishes are kept, as JSON. */
const WISHES = ['pause', 'applicationPause', 'skipNext', 'reschedule'] as const;

/** The names under which the end of a wish is kept beside it, for the atomic step. */
export const ENDS = { pause: 'pausedUntil', applicationPause: 'applicationPausedUntil' } as const;

const PAUSES = ['pause', 'applicationPause'] as const;

/**
 * The wishes of operators, read from the fields of a task.
 * @param after - leaves out those that are over by then.
 */
export function intentsIn(fields: TaskFields, after = -Infinity): ClusterIntents {
  const intents: { -readonly [K in keyof ClusterIntents]: ClusterIntents[K] } = {};
  for (const name of WISHES) {
    const text = fields[name];
    const intent = text === undefined ? undefined : (JSON.parse(text) as ClusterIntent);
    if (intent !== undefined && !(Date.parse(intent.until ?? '') <= after)) intents[name] = intent;
  }
  return intents;
}

/** The fields that a change of wishes sets, or removes where they are undefined. */
export function fieldsFor(change: ClusterIntentChange): Readonly<Record<string, string | undefined>> {
  const fields: Record<string, string | undefined> = {};
  for (const name of WISHES) {
    if (name in change) fields[name] = change[name] && JSON.stringify(change[name]);
  }
  if ('skipNext' in change) {
    const at = Date.parse(change.skipNext?.value ?? '');
    fields['skipsFrom'] = Number.isNaN(at) ? undefined : String(at);
  }
  for (const name of PAUSES) {
    const pause = change[name];
    if (name in change)
      fields[ENDS[name]] = pause && (pause.until === undefined ? 'inf' : String(Date.parse(pause.until)));
  }
  return fields;
}

/**
 * The fields of wishes that persons have set, that a change concerns, and that are not over.
 * @param now - as ISO text; undefined if none is spared.
 */
export function sparedIn(fields: TaskFields, change: object, now: string | undefined): TaskFields {
  const isSpared = (name: string): boolean => {
    const text = name in change ? fields[name] : undefined;
    const intent = text === undefined ? undefined : (JSON.parse(text) as ClusterIntent);
    return intent?.kind === 'human' && (intent.until === undefined || intent.until > (now ?? ''));
  };
  const spared = now === undefined ? [] : WISHES.filter(isSpared);
  return Object.fromEntries(spared.map((name) => [name, fields[name] ?? '']));
}

/** The wishes that are to be lifted where they still stand so; one without an end is never over. */
export function overIn(over: ClusterIntents): readonly OverField[] {
  return WISHES.flatMap((name) => {
    const { until } = over[name] ?? {};
    return until === undefined ? [] : [{ name, text: JSON.stringify(over[name]), until: Date.parse(until) }];
  });
}

/** True if a process that is there has opened a task later, with another schedule. */
export function isSuperseded(
  fields: TaskFields,
  { scheduleKey }: Pick<ClusterTask, 'scheduleKey'>,
  startedAt: number,
  processes: readonly string[],
): boolean {
  return processes.some((process) => {
    const joined = fields[`p:${process}`];
    const space = joined?.indexOf(' ') ?? -1;
    if (joined === undefined || space < 0) return false;
    return joined.slice(space + 1) !== scheduleKey && Number(joined.slice(0, space)) > startedAt;
  });
}
