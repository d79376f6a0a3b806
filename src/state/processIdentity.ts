import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

import { codeOf } from '../errors/serializeError';
import { native } from '../time/native';

/** A process, told apart from every other one: numbers of processes are used again. */
export interface ProcessIdentity {
  readonly host: string;
  readonly pid: number;
  /** When it started, in epoch milliseconds, as it knew itself. */
  readonly startedAt: number;
  /** On Linux the boot of the machine, the space of process numbers, and the start in ticks since that boot. */
  readonly birth?: string;
}

/** `unseen`: it cannot be looked at from here, as in another container or on another machine. */
export type Fate = 'lives' | 'ended' | 'unseen';

/** The identity of this process. */
export function thisProcess(): ProcessIdentity {
  const birth = birthOf('self');
  return {
    host: hostname(),
    pid: process.pid,
    startedAt: Math.round(native.now() - process.uptime() * 1_000),
    ...(birth === undefined ? {} : { birth }),
  };
}

/** Whether a process still lives. One that has ended, and waits for its parent to take notice, does not. */
export function fateOf({ host, pid, startedAt, birth }: ProcessIdentity): Fate {
  if (!Number.isSafeInteger(pid) || pid < 1) return 'ended';
  if (birth !== undefined) {
    if (!isSeenFrom(birthOf('self'), birth)) return 'unseen';
    const found = birthOf(pid);
    if (found !== undefined) return found === birth ? 'lives' : 'ended';
    return mayBeThere(pid) && stateOf(pid) === undefined ? 'unseen' : 'ended';
  }
  if (host !== hostname()) return 'unseen';
  if (!mayBeThere(pid)) return 'ended';
  const started = process.platform === 'win32' ? undefined : startedAtOf(pid);
  if (started === undefined) return process.platform === 'win32' ? 'lives' : 'unseen';
  return Math.abs(started - startedAt) <= START_TOLERANCE_MS ? 'lives' : 'ended';
}

/** `ps` tells whole seconds. */
const START_TOLERANCE_MS = 2_000;

/** True if both are of one boot of one machine, and number their processes together. */
const isSeenFrom = (own: string | undefined, birth: string): boolean =>
  own?.split(' ').slice(0, 2).join(' ') === birth.split(' ').slice(0, 2).join(' ');

function birthOf(pid: number | 'self'): string | undefined {
  try {
    const [state, start] = statOf(pid);
    if (state === 'Z' || state === 'X') return undefined;
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot} ${readlinkSync('/proc/self/ns/pid')} ${start}`;
  } catch {
    return undefined;
  }
}

function stateOf(pid: number): string | undefined {
  try {
    return statOf(pid)[0];
  } catch {
    return undefined;
  }
}

/** The state of a process, and its start in ticks since the boot. @throws where there is no /proc, or no such process. */
function statOf(pid: number | 'self'): readonly [string | undefined, string | undefined] {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name before them may hold blanks and brackets.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return [fields[0], fields[19]];
}

function mayBeThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Another user's process.
    return codeOf(error) === 'EPERM';
  }
}

function startedAtOf(pid: number): number | undefined {
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- needed by few starts, on few systems
    const { execFileSync } = require('node:child_process') as typeof import('node:child_process');
    const told = execFileSync('/bin/ps', ['-o', 'lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      timeout: 2_000,
      env: { LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const started = Date.parse(told.trim());
    return Number.isNaN(started) ? undefined : started;
  } catch {
    return undefined;
  }
}
