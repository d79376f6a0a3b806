import { type DiscoveredListener, pluginOf } from '../../contracts/DiscoveredListener';
import type { DaemonDefinition, ListenerDefinition, PlainListenerDefinition } from '../../contracts/ListenerDefinition';
import { DEFAULT_SHUTDOWN_TIMEOUT_MS, DEFAULT_STARTUP_TIMEOUT_MS } from '../../contracts/options';
import { describeClass } from '../../errors/describeClass';
import type { Problems } from '../../errors/Problem';
import { isName } from '../tree/names';
import { defineTasks } from './defineTasks';
import type { ListenerConfiguration } from './ListenerConfiguration';
import {
  CONFIGURED_DAEMON_RULES,
  CONFIGURED_LISTENER_RULES,
  DAEMON_DECORATOR_RULES,
  LISTENER_DECORATOR_RULES,
} from './optionTable';
import { decide, type OptionLevel, readConfigured, readDecorator } from './readOptions';

/**
 * Decides every option of a listener. The first place that gives an option wins: the configuration of the task, the
 * decorator of the task, the configuration of the listener, the decorator of the class, the default.
 *
 * Everything that does not fit is reported and treated as not given. A cron pattern is not parsed here.
 */
export function defineListener(
  listener: DiscoveredListener,
  configured: ListenerConfiguration | undefined,
  problems: Problems,
): ListenerDefinition {
  if (!isName(listener.name)) reportName(listener, problems);
  return listener.metadata.kind === 'daemon'
    ? defineDaemon(listener, configured, problems)
    : definePlainListener(listener, configured, problems);
}

function defineDaemon(
  listener: DiscoveredListener,
  configured: ListenerConfiguration | undefined,
  problems: Problems,
): DaemonDefinition {
  const { name, target, metadata } = listener;
  const path = `listeners.${name}`;
  const what = `@BackgroundDaemon of ${target.name}`;
  const author = readDecorator(metadata.options, DAEMON_DECORATOR_RULES, what, target, problems);
  const operator = readConfigured(configured?.options, CONFIGURED_DAEMON_RULES, path, problems);
  const tasks = defineTasks(listener, configured, { configuration: operator, decorator: author }, problems);
  const origins: Record<string, string> = {};
  const fatal = operator.fatalOnStartupFailure ?? author.fatalOnStartupFailure;
  return Object.assign(defineCommon(listener, operator, author, origins), {
    fatalOnStartupFailure: decide('fatalOnStartupFailure', fatal, false, origins),
    tags: decide('tags', operator.tags ?? author.tags, NONE, origins),
    tasks,
  });
}

function definePlainListener(
  listener: DiscoveredListener,
  configured: ListenerConfiguration | undefined,
  problems: Problems,
): PlainListenerDefinition {
  const { name, target, metadata } = listener;
  const what = `@Listener of ${target.name}`;
  const author = readDecorator(metadata.options, LISTENER_DECORATOR_RULES, what, target, problems);
  const operator = readConfigured(configured?.options, CONFIGURED_LISTENER_RULES, `listeners.${name}`, problems);
  return defineCommon(listener, operator, author, {});
}

const NONE: readonly never[] = [];

/** The options that both kinds of listener have. */
function defineCommon(
  { name, id, target, origin }: DiscoveredListener,
  operator: OptionLevel<typeof CONFIGURED_LISTENER_RULES>,
  author: OptionLevel<typeof LISTENER_DECORATOR_RULES>,
  origins: Record<string, string>,
): PlainListenerDefinition {
  return {
    name,
    id,
    enabled: decide('enabled', operator.enabled, true, origins),
    startupTimeout: decide(
      'startupTimeout',
      operator.startupTimeout ?? author.startupTimeout,
      DEFAULT_STARTUP_TIMEOUT_MS,
      origins,
    ),
    shutdownTimeout: decide(
      'shutdownTimeout',
      operator.shutdownTimeout ?? author.shutdownTimeout,
      DEFAULT_SHUTDOWN_TIMEOUT_MS,
      origins,
    ),
    dependsOn: decide('dependsOn', author.dependsOn, NONE, origins),
    wants: decide('wants', author.wants, NONE, origins),
    tags: NONE,
    origins,
    edges: NONE,
    disabledReason: undefined,
    pluginName: pluginOf(origin),
    // Looking up the file is costly, and most boots never ask for it.
    get source() {
      return describeClass(target);
    },
  };
}

function reportName({ name, target }: DiscoveredListener, problems: Problems): void {
  problems.add('INVALID_NAME', {
    what: `"${name}" cannot be the name of the listener ${target.name}.`,
    facts: { class: describeClass(target) },
    fix: 'give it a `name` of lower-case words with one underscore between them, such as "order_sync".',
  });
}
