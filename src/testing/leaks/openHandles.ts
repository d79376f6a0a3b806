/** What Node's async hooks call a thing that can hold a process, and what people call it. */
const KINDS: Readonly<Record<string, string>> = {
  Timeout: 'timer',
  TCPWRAP: 'socket',
  TCPSERVERWRAP: 'server',
  UDPWRAP: 'UDP socket',
  PIPEWRAP: 'pipe',
  PIPESERVERWRAP: 'server on a pipe',
  PROCESSWRAP: 'child process',
  MESSAGEPORT: 'message port',
  FSEVENTWRAP: 'file watcher',
  STATWATCHER: 'file watcher',
  FILEHANDLE: 'open file',
};

/** The people's name of a resource that is to be watched, or undefined. */
export const kindOfResource = (type: string): string | undefined =>
  Object.hasOwn(KINDS, type) ? KINDS[type] : undefined;

/** What of a resource tells whether it is open. Timers keep no public record of having fired. */
interface Resource {
  readonly _destroyed?: boolean;
  readonly fd?: number;
  hasRef?(): boolean;
}

/** It is open and holds the process: what is `unref`ed does not. */
export function holdsProcess(resource: object): boolean {
  const handle: Resource = resource;
  if (handle._destroyed === true) return false;
  if (typeof handle.hasRef === 'function') return handle.hasRef();
  return handle.fd !== undefined && handle.fd >= 0;
}
