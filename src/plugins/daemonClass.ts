import { taskName } from '../configuration/tree/names';
import type { Class } from '../container/Class';
import { writeListenerMetadata, writeTaskMetadata } from '../contracts/metadata';
import type { PluginDaemon, PluginPeriodicTask } from '../contracts/Plugin';

export const PLUGIN_HOOKS = ['startup', 'ready', 'run', 'health', 'shutdown'] as const;

/** Its option, else the name of its function in snake_case. */
export const pluginTaskName = ({ tick, ...options }: PluginPeriodicTask): string =>
  taskName({ method: tick.name, options });

/** A listener class of the functions of a daemon that has been checked: it is bound, started and driven as any other. */
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
    // The author may have written methods, which need their object.
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
