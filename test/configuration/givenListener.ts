import { defineListener } from '../../src/configuration/options/defineListener';
import type { ListenerConfiguration } from '../../src/configuration/options/readOptions';
import type { ConfiguredValue } from '../../src/configuration/tree/ConfigTree';
import { listenerName } from '../../src/configuration/tree/names';
import type { DiscoveredListener } from '../../src/contracts/DiscoveredListener';
import { isDaemon } from '../../src/contracts/ListenerDefinition';
import {
  type AnyClass,
  type ListenerMetadata,
  type TaskMetadata,
  writeListenerMetadata,
  writeTaskMetadata,
} from '../../src/contracts/metadata';
import { Problems } from '../../src/errors/Problem';
import { codesOf } from './given';

const file = 'src/OrderSync.ts';
export const source = `OrderSync (${file})`;

export interface Given {
  readonly options?: unknown;
  readonly tasks?: Readonly<Record<string, unknown>>;
  readonly hasTick?: boolean;
  readonly kind?: 'daemon' | 'listener';
  readonly className?: string;
  readonly configured?: Readonly<Record<string, unknown>>;
  readonly configuredTasks?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Options come unchecked from JavaScript; so they do here. */
export function decorated({
  options = {},
  tasks = {},
  hasTick = true,
  kind = 'daemon',
  className = 'OrderSync',
}: Given) {
  const target = { [className]: class {} }[className] as AnyClass;
  const metadata = { kind, options, location: () => file } as ListenerMetadata;
  writeListenerMetadata(target, metadata);
  const prototype = target.prototype as object;
  if (hasTick) Object.assign(prototype, { tick: () => undefined });
  for (const [method, taskOptions] of Object.entries(tasks)) {
    writeTaskMetadata(prototype, { method, options: taskOptions } as TaskMetadata);
  }
  return {
    index: 0,
    name: listenerName(className, metadata),
    target,
    id: className,
    bindingId: 1,
    origin: { kind: 'listeners', index: 0 },
    hooks: prototype,
  } as DiscoveredListener;
}

const valuesOf = (values: Readonly<Record<string, unknown>>): ReadonlyMap<string, ConfiguredValue> =>
  new Map(Object.entries(values).map(([option, value]) => [option, { value, origin: 'config/default.yaml' }]));

export function resolve(given: Given) {
  const problems = new Problems();
  const configuration: ListenerConfiguration = {
    options: valuesOf(given.configured ?? {}),
    tasks: new Map(Object.entries(given.configuredTasks ?? {}).map(([name, values]) => [name, valuesOf(values)])),
  };
  const listener = defineListener(decorated(given), configuration, problems);
  const tasks = isDaemon(listener) ? listener.tasks : [];
  const task = (name: string) => tasks.find((known) => known.name === name);
  return { listener, tasks, task, tick: task('tick'), problems: problems.list, codes: codesOf(problems.list) };
}
