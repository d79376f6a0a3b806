import type { ListenerDefinition } from '../contracts/ListenerDefinition';
import type { Blocked, Disabled, ListenerRuntime } from './ListenerRuntime';

const NONE: ListenerDefinition['edges'] = [];

/**
 * The condition that a listener goes to instead of being started: `blocked` when a listener that it needs has failed,
 * `disabled` when it is switched off, or a listener that it needs is. Undefined when nothing is in its way.
 *
 * @param runtimes - by name; everything the listener goes after is decided. Undefined while nothing has failed, and nothing
 * is disabled but what the plan has disabled, with whatever needs that: no edge has to be looked at then.
 */
export function hindranceOf(
  definition: ListenerDefinition,
  runtimes: ReadonlyMap<string, ListenerRuntime> | undefined,
): Blocked | Disabled | undefined {
  const { disabledReason } = definition;
  let disabled: Disabled | undefined;
  for (const { on, soft } of runtimes === undefined ? NONE : definition.edges) {
    const needed = soft ? undefined : runtimes?.get(on)?.current;
    if (needed?.state === 'blocked') return needed;
    if (needed?.state === 'startup_failed' || needed?.state === 'died') {
      return { state: 'blocked', blockedBy: on, error: needed.error };
    }
    if (needed?.state !== 'disabled') continue;
    disabled ??= {
      state: 'disabled',
      reason: `it needs "${on}", which is disabled: ${needed.reason}`,
      needed: { name: on, reason: needed.reason },
    };
  }
  return disabledReason === undefined ? disabled : { state: 'disabled', reason: disabledReason };
}
