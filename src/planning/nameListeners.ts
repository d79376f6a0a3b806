import { listenerName } from '../configuration/options/resolveListenerOptions';
import type { BoundListener } from '../container/BoundListener';
import { describeClass } from '../container/classLocation';
import { taskMetadata } from '../contracts/metadata';
import type { Problems } from '../errors/Problem';

import type { NamedListener } from './ListenerPlan';

/** Gives each listener its number and name. A name that is taken is reported, with both owners. */
export function nameListeners(bound: readonly BoundListener[], problems: Problems): readonly NamedListener[] {
  const owners = new Map<string, NamedListener>();
  const named: NamedListener[] = [];
  for (const listener of bound) {
    const { target, metadata, pluginName } = listener;
    const name = listenerName(target.name, metadata);
    const entry: NamedListener = {
      target,
      metadata,
      bound: listener.bound,
      origin: listener.origin,
      hooks: listener.hooks,
      ...(pluginName === undefined ? {} : { pluginName }),
      index: named.length,
      name,
      tasks: taskMetadata(target),
      hasTick: typeof (target.prototype as { tick?: unknown }).tick === 'function',
    };
    named.push(entry);
    const owner = owners.get(name);
    if (owner === undefined) owners.set(name, entry);
    else reportTaken(name, owner, entry, problems);
  }
  return named;
}

function reportTaken(name: string, first: NamedListener, second: NamedListener, problems: Problems): void {
  const twice = first.target.name === second.target.name;
  problems.add('DUPLICATE_NAME', {
    what: `Two listeners are named "${name}".`,
    facts: { first: describeOwner(first), second: describeOwner(second) },
    fix: twice
      ? "if it is one class that was loaded from two copies of its file, keep one copy; else give one of the two another name: @BackgroundDaemon({ name: '…' })."
      : "give one of the two another name: @BackgroundDaemon({ name: '…' }).",
  });
}

const describeOwner = ({ target, origin }: NamedListener): string => `${describeClass(target)}, ${origin}`;
