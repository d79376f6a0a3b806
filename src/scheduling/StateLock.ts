import { promises, readFileSync } from 'node:fs';
import { hostname } from 'node:os';

import type { ListenerLogger } from '../contracts/ListenerLogger';
import { StateInUseError } from '../errors/processErrors';
import { codeOf } from '../errors/serializeError';

/** The process that holds a lock, as it is written there. */
interface Holder {
  readonly pid: number;
  readonly host: string;
  /** When the process began, as the kernel counts it: tells it from a later one of the same id. */
  readonly began: string | undefined;
  /** ISO text. */
  readonly since: string;
}

const ATTEMPTS = 5;

/**
 * Makes sure that one process at a time has a state: a file that names it. The lock of a process of this machine that is
 * gone is taken over. That of another machine is taken over with a warning, since nobody can tell whether its holder lives.
 */
export class StateLock {
  readonly #log: Pick<ListenerLogger, 'warn'>;
  #text: string | undefined;

  constructor(log: Pick<ListenerLogger, 'warn'>) {
    this.#log = log;
  }

  /**
   * @param now - the time on the clock.
   * @throws StateInUseError when another process holds it. Error, of the file system, when it cannot be written.
   */
  async acquire(path: string, now: number): Promise<void> {
    const holder: Holder = {
      pid: process.pid,
      host: hostname(),
      began: beganAt(process.pid),
      since: new Date(now).toISOString(),
    };
    const text = `${JSON.stringify(holder)}\n`;
    for (let attempt = 1; !(await create(path, text)); attempt++) {
      await this.#removeStale(path);
      if (attempt === ATTEMPTS) throw new StateInUseError(path, {});
    }
    this.#text = text;
  }

  async release(path: string): Promise<void> {
    const mine = this.#text;
    this.#text = undefined;
    if (mine !== undefined && (await readIfThere(path)) === mine) await promises.rm(path, { force: true });
  }

  async #removeStale(path: string): Promise<void> {
    const text = await readIfThere(path);
    if (text === undefined) return;
    const holder = parseHolder(text);
    if (holder !== undefined && isAlive(holder)) throw new StateInUseError(path, holder);
    if (holder !== undefined && holder.host !== hostname()) {
      this.#log.warn(
        'The state was held by a process of another machine, and is taken over: if that still runs, stop one.',
        {
          file: path,
          ...holder,
        },
      );
    }
    // Somebody else may take the lock over at this moment: whoever moves a fresh one away puts it back.
    const aside = `${path}.${process.pid}.tmp`;
    await promises.rename(path, aside).catch(ignoreMissing);
    if ((await readIfThere(aside)) === text) await promises.rm(aside, { force: true });
    else await promises.rename(aside, path).catch(ignoreMissing);
  }
}

async function create(path: string, text: string): Promise<boolean> {
  try {
    await promises.writeFile(path, text, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Undefined for a text that no process has written whole: it was killed meanwhile, and holds nothing. */
function parseHolder(text: string): Holder | undefined {
  try {
    const { pid, host, began, since } = JSON.parse(text) as Partial<Holder>;
    if (!Number.isSafeInteger(pid) || (pid as number) <= 0 || typeof host !== 'string') return undefined;
    return { pid: pid as number, host, began, since: String(since) };
  } catch {
    return undefined;
  }
}

function isAlive({ pid, host, began }: Holder): boolean {
  if (host !== hostname()) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return false;
  }
  const now = beganAt(pid);
  return began === undefined || now === undefined || began === now;
}

/** Undefined where there is no `/proc`. The boot of the machine is part of it. */
function beganAt(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    // The name, in parentheses, may hold spaces; the start is the 22nd field.
    return `${boot} ${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`;
  } catch {
    return undefined;
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  return promises.readFile(path, 'utf8').catch(ignoreMissing);
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (codeOf(error) !== 'ENOENT') throw error;
}
