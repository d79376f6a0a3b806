import type { ListenerHooks } from '../src/contracts/hooks';
import { writeListenerMetadata } from '../src/contracts/metadata';
import type { ListenerOptions } from '../src/contracts/options';
import { authorLocation } from './authorLocation';
import type { ListenerClass } from './BackgroundDaemon';
import { refuseMissingParentheses, requireClass } from './misuse';

/**
 * Marks a class as a listener without a daemon entry: it starts and stops like a daemon, has no tasks, and its failed
 * startup is always fatal. Meant for what the rest is useless without, such as an HTTP mount.
 */
export function Listener(options: ListenerOptions = {}) {
  refuseMissingParentheses('Listener', [options]);
  const location = authorLocation(Listener);
  return (target: ListenerClass<Omit<ListenerHooks, 'tick'>>): void => {
    requireClass('Listener', target);
    writeListenerMetadata(target, { kind: 'listener', options, location });
  };
}
