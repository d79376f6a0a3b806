import { types } from 'node:util';

import { DAEMON_DECORATOR_RULES, isName, PERIODIC_TASK_RULES, readDecorator, taskName } from '../configuration';
import type { PluginDaemon, PluginPeriodicTask } from '../contracts/Plugin';
import { type Problems, showValue } from '../errors/Problem';
import { didYouMean } from '../errors/suggest';
import type { Class } from '../container/Class';
import { writeListenerMetadata, writeTaskMetadata } from '../contracts/metadata';

const PLUGIN_HOOKS = ['startup', 'ready', 'run', 'health', 'shutdown'] as const;
const { name, startupTimeout, shutdownTimeout, essential, restart } = DAEMON_DECORATOR_RULES;
const { fatalOnStartupFailure, dependsOn, wants, tags, scope } = DAEMON_DECORATOR_RULES;
const RULES = {
  name,
  startupTimeout,
  shutdownTimeout,
  essential,
  fatalOnStartupFailure,
  dependsOn,
  wants,
  tags,
  restart,
  scope,
};
const KNOWN = [...Object.keys(RULES), ...PLUGIN_HOOKS, 'periodicTasks'];

/** The plugin that registers, for problems. */
export interface Registrant {
  readonly plugin: string;
  /** The plugin's file; for a plugin given in code, a text that says so. */
  readonly location: string;
}

/** Checks a daemon made of plain functions. Everything wrong is reported; true if nothing is. */
export function checkDaemon(
  given: unknown,
  { plugin, location }: Registrant,
  problems: Problems,
): given is PluginDaemon {
  const before = problems.list.length;
  const report = (what: string, value: unknown, fix: string): void => {
    const facts = { plugin, file: location, value: value === undefined ? undefined : showValue(value) };
    problems.add('PLUGIN_INVALID_REGISTRATION', { what, facts, fix });
  };
  if (!isObject(given)) {
    report('A background daemon is registered that is not an object.', given, 'give { name, startup, … }.');
    return false;
  }
  const daemon = `the background daemon ${typeof given['name'] === 'string' ? `"${given['name']}"` : 'without a name'}`;
  if (typeof given['name'] !== 'string' || !isName(given['name'])) {
    report(
      given['name'] === undefined
        ? 'A background daemon is registered without a name.'
        : `${showValue(given['name'])} cannot be the name of a background daemon.`,
      given['name'],
      'give it a `name` of lower-case words with one underscore between them, such as "order_sync".',
    );
  }
  for (const hook of PLUGIN_HOOKS) {
    if (given[hook] === undefined || typeof given[hook] === 'function') continue;
    report(`"${hook}" of ${daemon} is not a function.`, given[hook], `give a function, or leave "${hook}" out.`);
  }
  for (const hook of PLUGIN_HOOKS) checkGenerator(given[hook], `"${hook}" of ${daemon}`);
  for (const key of Object.keys(given)) {
    if (KNOWN.includes(key)) continue;
    const ofTask = key === 'tick' || Object.hasOwn(PERIODIC_TASK_RULES, key);
    report(
      `"${key}" is not known of ${daemon}.${ofTask ? '' : didYouMean(key, KNOWN)}`,
      undefined,
      ofTask
        ? `put it into a periodic task: periodicTasks: [{ interval, tick }].`
        : `remove it; known are ${KNOWN.join(', ')}.`,
    );
  }
  checkTasks(given['periodicTasks']);
  const options = Object.fromEntries(Object.entries(given).filter(([key]) => key !== 'name' && key in RULES));
  readDecorator(options, RULES, daemon, sourceOf(daemon), problems);
  return problems.list.length === before;

  function checkTasks(tasks: unknown): void {
    if (tasks === undefined) return;
    if (!Array.isArray(tasks)) {
      report(`"periodicTasks" of ${daemon} is not a list.`, tasks, 'give a list of { name, interval, tick }.');
      return;
    }
    const names = new Set<string>();
    for (const [index, task] of (tasks as unknown[]).entries())
      checkTask(task, `periodicTasks[${index}] of ${daemon}`, names);
  }

  function checkTask(task: unknown, what: string, names: Set<string>): void {
    if (!isObject(task)) {
      report(`${what} is not an object.`, task, 'give { name, interval, tick }.');
      return;
    }
    const { tick, ...policy } = task;
    readDecorator(policy, PERIODIC_TASK_RULES, what, sourceOf(daemon), problems);
    if (typeof tick !== 'function') {
      report(`"tick" of ${what} is not a function.`, tick, 'give the function that does the work of one due moment.');
      return;
    }
    checkGenerator(tick, `"tick" of ${what}`);
    const taskName = pluginTaskName(task as unknown as PluginPeriodicTask);
    if (!isName(taskName)) {
      report(`"${taskName}" cannot be the name of ${what}.`, undefined, 'give it a `name`, such as "clean_up".');
    } else if (names.has(taskName)) {
      report(
        `Two periodic tasks of ${daemon} are called "${taskName}".`,
        undefined,
        'give one of them another `name`.',
      );
    }
    names.add(taskName);
  }

  function checkGenerator(fn: unknown, what: string): void {
    if (!types.isGeneratorFunction(fn)) return;
    const fix = 'make it an async function, and await in it.';
    report(`${what} is a generator function: calling it would run nothing of it.`, undefined, fix);
  }

  function sourceOf(what: string): string {
    return `${what} of the plugin "${plugin}" (${location})`;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The name of a task: its option, else the name of its function in snake_case. */
const pluginTaskName = ({ tick, ...options }: PluginPeriodicTask): string => taskName({ method: tick.name, options });

/** Makes a listener class from the functions of a checked daemon. It is bound, started and scheduled like any other. */
export function daemonClass(daemon: PluginDaemon, location: string): Class {
  const { name, periodicTasks = [] } = daemon;
  const target = { [name]: class {} }[name] as Class;
  const prototype = target.prototype as object;
  const define = (method: string, value: unknown): void => {
    Object.defineProperty(prototype, method, { value, configurable: true, writable: true });
  };
  const { startup, ready, run, health, shutdown, periodicTasks: _, ...options } = daemon;
  const hooks = { startup, ready, run, health, shutdown };
  for (const [hook, fn] of Object.entries(hooks)) {
    // The functions may be methods, which need their object as `this`.
    if (fn !== undefined) define(hook, (fn as (context: unknown) => unknown).bind(daemon));
  }
  for (const [index, task] of periodicTasks.entries()) {
    const { tick, ...policy } = task;
    const method = `periodicTasks[${index}]`;
    define(method, tick.bind(task));
    writeTaskMetadata(prototype, { method, options: { ...policy, name: pluginTaskName(task) } });
  }
  writeListenerMetadata(target, { kind: 'daemon', options, location: () => location });
  return target;
}
