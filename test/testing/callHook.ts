import { HookCall } from '../../src/execution/CallContext';
import type { VirtualClock } from '../../src/testing/clock/VirtualClock';

const silent = { error: () => undefined, warn: () => undefined, info: () => undefined, debug: () => undefined };

/** Calls `callback` as a hook of `listener` is called. */
export function callHook(clock: VirtualClock, callback: (call: HookCall) => unknown, listener = 'sync'): HookCall {
  const host = { sessionId: 's', clock, logger: () => silent, requestShutdown: () => undefined, redact: String };
  const call = new HookCall(host, listener, 'startup');
  void call.execute(async () => {
    await callback(call);
  });
  return call;
}
