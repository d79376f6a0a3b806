import type { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';

/** Of the system's time: a program knows nothing of the application's clock. */
const UNTIL_TOLD_MS = 300;
const UNTIL_KILLED_MS = 900;
const UNTIL_LEFT_MS = 1_500;

/**
 * Returns what ends a program that a transport will start. One that goes on when its input has ended is told to end, and then
 * made to; it has ended when the returned promise resolves.
 */
export function watchProgram(transport: StdioClientTransport): () => Promise<void> {
  let pid: number | undefined;
  let hasEnded = (): void => undefined;
  const ended = new Promise<void>((resolve) => (hasEnded = resolve));
  const start = transport.start.bind(transport);
  // A connection that fails is closed by the library at once, which takes seconds, and then knows the process no more.
  transport.start = async () => {
    await start();
    pid = transport.pid ?? undefined;
  };
  transport.onclose = () => {
    pid = undefined;
    hasEnded();
  };
  const send = (signal: NodeJS.Signals): void => {
    try {
      if (pid !== undefined) process.kill(pid, signal);
    } catch {
      // it has ended
    }
  };
  return async () => {
    const left = new Promise<void>((resolve) => setTimeout(resolve, UNTIL_LEFT_MS).unref());
    const timers = [setTimeout(send, UNTIL_TOLD_MS, 'SIGTERM'), setTimeout(send, UNTIL_KILLED_MS, 'SIGKILL')];
    try {
      const gone = pid === undefined ? undefined : ended;
      // A child of its own may hold its output open: that is not waited for.
      await Promise.race([Promise.all([transport.close(), gone]), left]);
    } finally {
      timers.forEach(clearTimeout);
    }
  };
}
