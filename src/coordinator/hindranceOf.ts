import type { ListenerDefinition } from '../contracts/ListenerDefinition';
import { NotRunningError } from '../errors/taskErrors';
import type { Blocked, Disabled, ListenerRuntime } from './ListenerRuntime';

const NONE: ListenerDefinition['edges'] = [];

/**
 * The condition that a listener goes to instead of being started: `blocked` when a listener that it needs does not run,
 * `disabled` when it is switched off, or a listener that it needs is. Undefined when nothing is in its way.
 *
 * @param runtimes - by name; during the boot everything the listener goes after is decided. Undefined while nothing has
 * failed, and nothing is disabled but what the plan has disabled, with whatever needs that: no edge has to be looked at then.
 */
export function hindranceOf(
  definition: ListenerDefinition,
  runtimes: ReadonlyMap<string, ListenerRuntime> | undefined,
): Blocked | Disabled | undefined {
  const { disabledReason } = definition;
  let disabled: Disabled | undefined;
  for (const { on, soft } of runtimes === undefined ? NONE : definition.edges) {
    const runtime = soft ? undefined : runtimes?.get(on);
    const needed = runtime?.current;
    if (runtime === undefined || needed === undefined || needed.state === 'running') continue;
    if (needed.state === 'blocked') return needed;
    if (needed.state !== 'disabled') {
      return { state: 'blocked', blockedBy: on, error: runtime.error ?? new NotRunningError(on, needed.state) };
    }
    disabled ??= needing(on, needed.reason);
  }
  return disabledReason === undefined ? disabled : { state: 'disabled', reason: disabledReason };
}

/** The condition of a listener that needs a disabled one, which has that reason. */
export function needing(name: string, reason: string): Disabled {
  return { state: 'disabled', reason: `it needs "${name}", which is disabled: ${reason}`, needed: { name, reason } };
}
