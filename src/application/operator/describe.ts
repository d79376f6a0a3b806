import type { OperationEvent } from '../../contracts/ApplicationEvents';
import type { FrameworkConfig } from '../../contracts/configuration';
import { OperationInvalidError } from '../../errors/operatorErrors';
import { messageOf, textOf } from '../../errors/serializeError';
import { isoText } from '../../time/instant';
import type { Intent } from './Intents';
import type { Act } from './readRequest';

/** The listener and the task, as far as they are given. */
export const subjectOf = ({
  listener,
  task,
}: Pick<Act, 'listener' | 'task'>): Pick<OperationEvent, 'listener' | 'task'> => ({
  ...(listener === undefined ? {} : { listener }),
  ...(task === undefined ? {} : { task }),
});

/** A task of cluster scope that an act has not reached. */
export interface Unreached {
  /** `<listener>.<task>`. */
  readonly path: string;
  readonly error: Error;
}

/** The payload of `operator.acted`. */
export function eventOf(act: Act, value?: string, unreached: readonly Unreached[] = []): OperationEvent {
  const { action, by, kind, reason, until, key, tickId } = act;
  return {
    action,
    ...subjectOf(act),
    by,
    kind,
    reason,
    ...(until === undefined ? {} : { until: isoText(until) }),
    ...(key === undefined ? {} : { key }),
    ...(value === undefined ? {} : { value }),
    ...(tickId === undefined ? {} : { tickId }),
    ...(unreached.length === 0 ? {} : { unreached: unreached.map(({ path }) => path) }),
  };
}

/** Sentences about tasks of cluster scope that an act has not reached. */
export function notesOn(unreached: readonly Unreached[]): readonly string[] {
  const [first] = unreached;
  if (first === undefined) return [];
  const paths = unreached.map(({ path }) => path).join(', ');
  const { error } = first;
  const why = error instanceof OperationInvalidError ? error.problems.join(' ') : messageOf(error).split('\n', 1)[0];
  return [
    `It has not reached ${paths} in the cluster: ${why} The rest is done. A pause of the whole application, or its end, follows when the cluster engine is back, if this process is still there; else ask again.`,
  ];
}

const LONGEST = 100;

/** The payload of `operator.refused` for a request that is not valid, and may be anything. */
export function guessedEvent(given: unknown, redact: (text: string) => string): OperationEvent {
  const fields: Readonly<Record<string, unknown>> = typeof given === 'object' && given !== null ? { ...given } : {};
  const told = ['action', 'listener', 'task', 'by', 'kind', 'reason', 'key', 'value', 'tickId'].flatMap((field) =>
    fields[field] === undefined ? [] : [[field, textOf(fields[field], redact).slice(0, LONGEST)] as const],
  );
  return {
    action: 'unknown',
    by: 'unknown',
    kind: 'unknown',
    ...Object.fromEntries(told),
  } as unknown as OperationEvent;
}

const WORDS: Readonly<Record<Intent['action'], string>> = {
  pause: 'The pause',
  resume: 'The end of the pause',
  reschedule: 'The schedule',
  'skip-next': 'The skipped due moment',
  'log-level': 'The log level',
};

/** The note on an intent of an application without a state database. */
export const UNKEPT = 'It lasts until the process ends: the application has no state database.';

/** The log levels of the configuration, with those of operators above them. */
export function levelsOf(config: FrameworkConfig['logging'], intents: readonly Intent[]): FrameworkConfig['logging'] {
  const levels = { ...config.levels };
  let { level } = config;
  for (const { listener, level: set } of intents) {
    if (set !== undefined && listener === undefined) level = set;
    else if (set !== undefined && listener !== undefined) levels[listener] = set;
  }
  return { ...config, level, levels };
}

/** An intent in words: `The schedule of order_sync.tick (every 5m) by kim`. */
export function describeIntent({ action, listener, task, value, by, until }: Intent): string {
  const subject = [listener ?? 'the application', task].filter((name) => name !== undefined).join('.');
  const detail = value === undefined ? '' : ` (${value})`;
  return `${WORDS[action]} of ${subject}${detail} by ${by}${until === undefined ? '' : `, until ${until}`}`;
}

/** An intent of an earlier session in words. @param isKnown - false if it concerns nothing that the application has */
export function describeRestored(intent: Intent, isKnown: boolean): string {
  const gone = isKnown ? '' : ' It concerns nothing that this application has, and is kept until it is reset or over.';
  return `${describeIntent(intent)} outranks the configuration, since ${intent.since}: ${intent.reason}.${gone}`;
}
