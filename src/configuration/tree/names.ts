import type { ListenerMetadata, TaskMetadata } from '../../contracts/metadata';
import { isForbiddenKey } from './buildTree';

const NAME = /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/;

/** True for the name of a listener or a task: it is a key of the configuration. */
export const isName = (text: string): boolean => NAME.test(text) && !isForbiddenKey(text);

/**
 * The name of a listener: its option, else its class in snake_case without a `Listener` or `Daemon` suffix.
 *
 * @param className - anything, if the class has a static member called `name`.
 */
export function listenerName(className: unknown, metadata: ListenerMetadata): string {
  const name = givenName(metadata.options);
  if (name !== undefined || typeof className !== 'string') return name ?? '';
  return snakeCase(className.replace(/(?<=.)(Listener|Daemon)$/, ''));
}

/** The name of a `@PeriodicTask`: its option, else its method in snake_case. */
export function taskName(task: TaskMetadata): string {
  return givenName(task.options) ?? snakeCase(task.method);
}

// Options may come from JavaScript, where they can be anything.
function givenName(options: unknown): string | undefined {
  const name = typeof options === 'object' && options !== null ? (options as { name?: unknown }).name : undefined;
  return typeof name === 'string' ? name : undefined;
}

/** Converts a name to snake_case: `HTTPServer2Go` becomes `http_server2_go`. */
function snakeCase(text: string): string {
  return text
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .replace(/[_$]+/g, '_')
    .replace(/^_|_$/g, '')
    .toLowerCase();
}
