import type { ListenerReference } from '../../contracts/options';
import type { Problems } from '../../errors/Problem';
import type { ConfiguredValue } from '../tree/ConfigTree';
import type { DecoratedListener } from './DecoratedListener';
import type { ListenerConfiguration } from './ListenerConfiguration';
import { isName, listenerName } from '../tree/names';
import {
  CONFIGURED_DAEMON_RULES,
  CONFIGURED_LISTENER_RULES,
  DAEMON_DECORATOR_RULES,
  LISTENER_DECORATOR_RULES,
} from './optionTable';
import { decide, type Decided } from './OptionLevel';
import { readConfigured } from './readConfigured';
import { readDecorator } from './readDecorator';
import { type ResolvedTask, resolveTasks } from './resolveTasks';

export type { DecoratedListener } from './DecoratedListener';
export { listenerName, taskName } from '../tree/names';

/** Every option of a listener, decided, and where each comes from. Durations are milliseconds. */
export interface ResolvedListenerOptions {
  readonly name: string;
  readonly enabled: boolean;
  /** Where `enabled: false` comes from. */
  readonly disabledBy?: string;
  readonly startupTimeout: number;
  readonly shutdownTimeout: number;
  readonly fatalOnStartupFailure: boolean;
  readonly dependsOn: readonly ListenerReference[];
  readonly wants: readonly ListenerReference[];
  readonly tags: readonly string[];
  /** `tick` first, then the `@PeriodicTask` methods as they are declared. A `@Listener` has none. */
  readonly tasks: readonly ResolvedTask[];
  readonly origins: Readonly<Record<string, string>>;
}

const NOTHING: ReadonlyMap<string, ConfiguredValue> = new Map();

/**
 * What the author wrote, what operators configured, and the defaults, decided. Of an option the first place that says it
 * counts: the task's own configuration, its decorator, the configuration of the class, its decorator.
 *
 * Everything that is wrong is reported, and counts as not said. A cron pattern is not parsed here.
 */
export function resolveListenerOptions(
  listener: DecoratedListener,
  configured: ListenerConfiguration | undefined,
  problems: Problems,
): ResolvedListenerOptions {
  const name = listenerName(listener.className, listener.metadata);
  if (!isName(name)) reportName(name, listener, problems);
  return listener.metadata.kind === 'daemon'
    ? resolveDaemon(name, listener, configured, problems)
    : resolvePlainListener(name, listener, configured, problems);
}

function resolveDaemon(
  name: string,
  listener: DecoratedListener,
  configured: ListenerConfiguration | undefined,
  problems: Problems,
): ResolvedListenerOptions {
  const path = `listeners.${name}`;
  const place = { what: `@BackgroundDaemon of ${listener.className}`, listener };
  const author = readDecorator(listener.metadata.options, DAEMON_DECORATOR_RULES, place, problems);
  const operator = readConfigured(configured?.options ?? NOTHING, CONFIGURED_DAEMON_RULES, path, problems);
  const levels = { configuration: operator, decorator: author };
  const tasks = resolveTasks(listener, path, configured, levels, problems);
  const origins: Record<string, string> = {};
  const fatal = operator.fatalOnStartupFailure ?? author.fatalOnStartupFailure;
  return complete(name, operator, author, {
    fatalOnStartupFailure: decide('fatalOnStartupFailure', fatal, false, origins),
    tags: decide('tags', operator.tags ?? author.tags, [], origins),
    tasks,
    origins,
  });
}

function resolvePlainListener(
  name: string,
  listener: DecoratedListener,
  configured: ListenerConfiguration | undefined,
  problems: Problems,
): ResolvedListenerOptions {
  const place = { what: `@Listener of ${listener.className}`, listener };
  const author = readDecorator(listener.metadata.options, LISTENER_DECORATOR_RULES, place, problems);
  const operator = readConfigured(
    configured?.options ?? NOTHING,
    CONFIGURED_LISTENER_RULES,
    `listeners.${name}`,
    problems,
  );
  return complete(name, operator, author, { fatalOnStartupFailure: true, tags: [], tasks: [], origins: {} });
}

interface OperatorLevel {
  readonly enabled?: Decided<boolean>;
  readonly startupTimeout?: Decided<number>;
  readonly shutdownTimeout?: Decided<number>;
}

interface AuthorLevel {
  readonly startupTimeout?: Decided<number>;
  readonly shutdownTimeout?: Decided<number>;
  readonly dependsOn?: Decided<readonly ListenerReference[]>;
  readonly wants?: Decided<readonly ListenerReference[]>;
}

interface Own extends Pick<ResolvedListenerOptions, 'fatalOnStartupFailure' | 'tags' | 'tasks'> {
  readonly origins: Record<string, string>;
}

/** Adds to what is its own what both kinds of listener have. */
function complete(name: string, operator: OperatorLevel, author: AuthorLevel, own: Own): ResolvedListenerOptions {
  const { fatalOnStartupFailure, tags, tasks, origins } = own;
  const enabled = decide('enabled', operator.enabled, true, origins);
  return {
    name,
    enabled,
    disabledBy: enabled ? undefined : origins['enabled'],
    startupTimeout: decide('startupTimeout', operator.startupTimeout ?? author.startupTimeout, 30_000, origins),
    shutdownTimeout: decide('shutdownTimeout', operator.shutdownTimeout ?? author.shutdownTimeout, 10_000, origins),
    fatalOnStartupFailure,
    dependsOn: decide('dependsOn', author.dependsOn, [], origins),
    wants: decide('wants', author.wants, [], origins),
    tags,
    tasks,
    origins,
  };
}

function reportName(name: string, listener: DecoratedListener, problems: Problems): void {
  problems.add('INVALID_NAME', {
    what: `"${name}" cannot be the name of the listener ${listener.className}.`,
    facts: { class: listener.source },
    fix: 'give it a `name` of lower-case words with one underscore between them, such as "order_sync".',
  });
}
