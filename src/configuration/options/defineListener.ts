import { type DiscoveredListener, pluginOf } from '../../contracts/DiscoveredListener';
import type { DaemonDefinition, ListenerDefinition, PlainListenerDefinition } from '../../contracts/ListenerDefinition';
import { describeClass } from '../../errors/describeClass';
import type { Problems } from '../../errors/Problem';
import { isName } from '../tree/names';
import { defineTasks } from './defineTasks';
import {
  CONFIGURED_DAEMON_RULES,
  CONFIGURED_LISTENER_RULES,
  DAEMON_DECORATOR_RULES,
  LISTENER_DECORATOR_RULES,
  OPTION_DEFAULTS,
} from './optionTable';
import { decide, type ListenerConfiguration, type OptionLevel, readConfigured, readDecorator } from './readOptions';

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
  const tasks = defineTasks(listener, configured, operator, author, problems);
  const origins: Record<string, string> = {};
  const fatal = operator.fatalOnStartupFailure ?? author.fatalOnStartupFailure;
  return Object.assign(defineCommon(listener, operator, author, origins), {
    fatalOnStartupFailure: decide('fatalOnStartupFailure', fatal, OPTION_DEFAULTS.fatalOnStartupFailure, origins),
    tags: decide('tags', operator.tags ?? author.tags, OPTION_DEFAULTS.tags, origins),
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

/** The options that both kinds of listener have. */
function defineCommon(
  { name, id, target, origin }: DiscoveredListener,
  operator: OptionLevel<typeof CONFIGURED_LISTENER_RULES>,
  author: OptionLevel<typeof LISTENER_DECORATOR_RULES>,
  origins: Record<string, string>,
): PlainListenerDefinition {
  const startupTimeout = operator.startupTimeout ?? author.startupTimeout;
  const shutdownTimeout = operator.shutdownTimeout ?? author.shutdownTimeout;
  return {
    name,
    id,
    enabled: decide('enabled', operator.enabled, OPTION_DEFAULTS.enabled, origins),
    startupTimeout: decide('startupTimeout', startupTimeout, OPTION_DEFAULTS.startupTimeout, origins),
    shutdownTimeout: decide('shutdownTimeout', shutdownTimeout, OPTION_DEFAULTS.shutdownTimeout, origins),
    dependsOn: decide('dependsOn', author.dependsOn, OPTION_DEFAULTS.dependsOn, origins),
    wants: decide('wants', author.wants, OPTION_DEFAULTS.wants, origins),
    tags: OPTION_DEFAULTS.tags,
    origins,
    edges: [],
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
