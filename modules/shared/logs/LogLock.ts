import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';

import { DaemonryError, codeOf, messageOf } from 'daemonry';

interface Holder {
  readonly pid: number;
  /** When the process began, as the kernel counts it: tells it from a later one of the same id. */
  readonly began?: string | undefined;
}

const ATTEMPTS = 5;

/**
 * Makes sure that one writer at a time has a log: a file with the writer's process id. The lock of a process that is gone is
 * taken over. It guards the processes of one machine, not several machines that share a folder.
 */
export class LogLock {
  #text: string | undefined;

  constructor(private readonly path: string) {}

  /** Does nothing when it is held already. @throws LogLockedError; what the file system says */
  async acquire(): Promise<void> {
    if (this.#text !== undefined) return;
    const text = JSON.stringify({ pid: process.pid, began: await beganAt(process.pid), id: randomUUID() });
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (await this.#create(text)) {
        this.#text = text;
        return;
      }
      await this.#removeStale();
    }
    throw new LogLockedError(this.path, parseHolder(await readIfThere(this.path))?.pid ?? 0);
  }

  async release(): Promise<void> {
    const mine = this.#text;
    this.#text = undefined;
    if (mine !== undefined && (await readIfThere(this.path)) === mine) await rm(this.path, { force: true });
  }

  /** In one step with its text, so that nobody ever reads an empty lock. */
  async #create(text: string): Promise<boolean> {
    const written = `${this.path}.${randomUUID()}.tmp`;
    await writeFile(written, text, { flag: 'wx', mode: 0o600 });
    try {
      await link(written, this.path);
      return true;
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return false;
      throw error;
    } finally {
      await rm(written, { force: true });
    }
  }

  async #removeStale(): Promise<void> {
    const text = await readIfThere(this.path);
    if (text === undefined) return;
    const holder = parseHolder(text);
    if (holder !== undefined && (await isAlive(holder))) throw new LogLockedError(this.path, holder.pid);
    // Somebody else may take the stale lock over at this moment: whoever moves away a fresh one puts it back.
    const aside = `${this.path}.${randomUUID()}.stale`;
    try {
      await rename(this.path, aside);
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return;
      throw error;
    }
    if ((await readIfThere(aside)) === text) await rm(aside, { force: true });
    else await rename(aside, this.path);
  }
}

function parseHolder(text: string | undefined): Holder | undefined {
  try {
    const { pid, began } = JSON.parse(text ?? '') as Partial<Holder>;
    return Number.isSafeInteger(pid) && (pid as number) > 0 ? { pid: pid as number, began } : undefined;
  } catch {
    // No writer leaves such a text: it holds nothing.
    return undefined;
  }
}

async function isAlive({ pid, began }: Holder): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return false;
  }
  const now = await beganAt(pid);
  return began === undefined || now === undefined || began === now;
}

/** `undefined` where there is no `/proc`. */
async function beganAt(pid: number): Promise<string | undefined> {
  const stat = await readIfThere(`/proc/${pid}/stat`).catch(() => undefined);
  // The name, in parentheses, may hold spaces; the start is the 22nd field.
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Another writer holds the log. */
class LogLockedError extends DaemonryError<'LOG_LOCKED'> {
  constructor(
    readonly path: string,
    readonly pid: number,
  ) {
    super('LOG_LOCKED', {
      what: 'It is written by somebody else already, and only one may.',
      facts: { lock: path, pid },
      fix: 'stop the other application, or give this one a data.directory of its own.',
    });
  }
}

const FIXES: Readonly<Record<string, string>> = {
  ENOSPC: 'free space on the disk, or lower what the logs may keep.',
  EDQUOT: 'free space in the quota of the user, or lower what the logs may keep.',
  EACCES: 'let the user of this process own the folder and its files.',
  EPERM: 'let the user of this process own the folder and its files.',
  EROFS: 'point data.directory to a folder that may be written.',
  ENOTDIR: 'move away the file that stands where a folder is needed, or set data.directory.',
  EEXIST: 'move away the file that stands where a folder is needed, or set data.directory.',
  EISDIR: 'move away the folder that stands where a file is needed.',
};

/** Something could not be put into a log, or a place in it could not be stored. */
export class LogWriteError extends DaemonryError<'LOG_LOCKED' | 'LOG_WRITE_FAILED'> {
  /** Error code of the operating system: `ENOSPC`, `EACCES` … */
  readonly errno?: string;

  /** @param attempt - what was attempted: `append to the log in /srv/data/audit`. */
  constructor(attempt: string, cause: unknown) {
    const code = codeOf(cause);
    const locked = cause instanceof LogLockedError;
    super(locked ? 'LOG_LOCKED' : 'LOG_WRITE_FAILED', {
      what: `Could not ${attempt}: ${locked ? cause.what : messageOf(cause)}`,
      ...(locked ? { facts: cause.facts } : {}),
      fix: locked ? cause.fix : (FIXES[code ?? ''] ?? 'remove the cause; what was to be written is not in the log.'),
      cause,
    });
    if (!locked && code !== undefined) this.errno = code;
  }
}
