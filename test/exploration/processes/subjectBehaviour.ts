import type { ListenerLogger } from 'daemonry';

import type { Note } from './Fact';
import type { Behaviour } from './ProcessScript';
import { ODD_VALUES } from './oddValues';

/** The parts of any hook's context. */
export interface AnyContext {
  readonly signal: AbortSignal;
  readonly log: ListenerLogger;
  readonly sleep: (duration: number) => Promise<void>;
  readonly requestShutdown: (reason: string) => void;
  readonly fail?: (error: unknown) => void;
  readonly disable?: (reason: string) => void;
}

/** Does in a hook what is drawn for it; `calls` is the number of this call. */
export function perform(
  behaviour: Behaviour | undefined,
  context: AnyContext,
  calls: number,
  note: (fact: Note) => void,
): unknown {
  if (behaviour === undefined || calls < (behaviour.from ?? 0)) return undefined;
  const { ms = 0 } = behaviour;
  switch (behaviour.do) {
    case 'sleep':
      return context.sleep(ms);
    case 'deaf':
      return new Promise((resolve) => setTimeout(resolve, ms));
    case 'wait':
      return new Promise<void>((resolve) => {
        if (context.signal.aborted) resolve();
        context.signal.addEventListener('abort', () => {
          resolve();
        });
      });
    case 'hang':
      return new Promise(() => undefined);
    case 'block':
      for (const until = Date.now() + ms; Date.now() < until;);
      return undefined;
    case 'throw':
      return later(ms, () => {
        throw new Error(`the service does not answer, call ${calls}`);
      });
    case 'odd':
      return later(ms, () => {
        throw ODD_VALUES[(behaviour.odd ?? 0) % ODD_VALUES.length]?.();
      });
    case 'fail':
      return later(ms, () => context.fail?.(new Error('declared failed')));
    case 'disable':
      return context.disable?.('not today');
    case 'ask':
      return later(ms, () => {
        note({ fact: 'asks' });
        context.requestShutdown('nothing left to do');
      });
    case 'lose':
      return later(ms, () => {
        note({ fact: 'crashes' });
        void Promise.reject(new Error('nobody awaits me'));
      });
    case 'crash':
      setTimeout(() => {
        note({ fact: 'crashes' });
        throw new Error('a client without a listener for errors');
      }, ms);
      return undefined;
    case 'exit':
      return later(ms, () => {
        note({ fact: 'exits', code: behaviour.code ?? 0 });
        process.exit(behaviour.code ?? 0);
      });
    case 'chat':
      process.stderr.write(`${'a line '.repeat(20)}\n`);
      process.stdout.write(`${'a line '.repeat(20)}\n`);
      return undefined;
    case 'talk':
      for (let line = 0; line < 3_000; line++) context.log.info('x'.repeat(200));
      return undefined;
  }
}

function later(ms: number, act: () => unknown): unknown {
  return ms === 0 ? act() : new Promise((resolve) => setTimeout(resolve, ms)).then(act);
}
