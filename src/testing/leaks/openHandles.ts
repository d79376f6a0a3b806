/** The types of Node's async resources that can keep a process alive, each with the name shown in messages. */
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

/** The name for messages of a type of async resource; undefined when it need not be watched. */
export const kindOfResource = (type: string): string | undefined =>
  Object.hasOwn(KINDS, type) ? KINDS[type] : undefined;

/** The properties that tell whether a resource is open. Timers have no public one for having fired. */
interface Resource {
  readonly _destroyed?: boolean;
  readonly fd?: number;
  hasRef?(): boolean;
}

/** True while the resource is open and keeps the process alive; one that was `unref`ed does not. */
export function holdsProcess(resource: object): boolean {
  const handle: Resource = resource;
  if (handle._destroyed === true) return false;
  if (typeof handle.hasRef === 'function') return handle.hasRef();
  return handle.fd !== undefined && handle.fd >= 0;
}
