import type { ClusterIntentChange, ClusterIntents, ClusterState, ClusterTask } from 'daemonry';

import type { TaskFields } from './ClusterStore';

const isoText = (ms: number): string => new Date(Math.floor(ms)).toISOString();

/** The state of a task or body, read from its fields in the store. */
export function stateIn(fields: TaskFields, leaseUntil: number | undefined): ClusterState {
  const { runStarted, runEnded, holder, newest, dead } = fields;
  const isRunning = runStarted !== undefined && runEnded === undefined;
  return {
    ...(isRunning && holder !== undefined ? { holder, since: isoText(Number(runStarted)) } : {}),
    ...(isRunning && leaseUntil !== undefined ? { leaseUntil: isoText(leaseUntil) } : {}),
    ...(newest === undefined ? {} : { newestStarted: isoText(Number(newest)) }),
    ...(dead === undefined || dead === '0' ? {} : { deadLetters: Number(dead) }),
  };
}

/** The wishes of operators, read from the fields of a task. A pause whose time is over is none. */
export function intentsIn({ pause, pausedUntil, skipNext, schedule }: TaskFields, now: number): ClusterIntents {
  const isPaused = pause !== undefined && (pausedUntil === 'inf' || Number(pausedUntil) > now);
  return {
    ...(isPaused ? { pause: JSON.parse(pause) as NonNullable<ClusterIntents['pause']> } : {}),
    ...(skipNext === undefined ? {} : { skipNext: true }),
    ...(schedule === undefined ? {} : { schedule: JSON.parse(schedule) as NonNullable<ClusterIntents['schedule']> }),
  };
}

/** The fields that a change of wishes sets, or removes where they are undefined. */
export function fieldsFor(change: ClusterIntentChange): Readonly<Record<string, string | undefined>> {
  const fields: Record<string, string | undefined> = {};
  if ('pause' in change) {
    const { pause } = change;
    fields['pause'] = pause && JSON.stringify(pause);
    fields['pausedUntil'] = pause && (pause.until === undefined ? 'inf' : String(Date.parse(pause.until)));
  }
  if ('skipNext' in change) fields['skipNext'] = change.skipNext === true ? '1' : undefined;
  if ('schedule' in change) fields['schedule'] = change.schedule && JSON.stringify(change.schedule);
  return fields;
}

/** True if a process that is there has opened a task later, with another schedule. */
export function isSuperseded(
  fields: TaskFields,
  { scheduleKey, startedAt }: Pick<ClusterTask, 'scheduleKey' | 'startedAt'>,
  processes: readonly string[],
): boolean {
  return processes.some((process) => {
    const joined = fields[`p:${process}`];
    const space = joined?.indexOf(' ') ?? -1;
    if (joined === undefined || space < 0) return false;
    return joined.slice(space + 1) !== scheduleKey && Number(joined.slice(0, space)) > startedAt;
  });
}
