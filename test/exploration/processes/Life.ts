import { readFileSync } from 'node:fs';

import type { Fact } from './Fact';
import type { DrawnLife, ProcessScript } from './ProcessScript';

/** One process of an application, from its start to its end, as its journal and its parent saw it. */
export interface Life {
  readonly drawn: DrawnLife;
  readonly script: ProcessScript;
  /** Epoch milliseconds. */
  readonly spawned: number;
  readonly ended: number;
  readonly facts: readonly Fact[];
  /** The signals that the parent has sent. */
  readonly sent: readonly string[];
  /** The exit code; undefined when a signal ended it. */
  readonly code: number | undefined;
  readonly signal: string | undefined;
  /** True when it had to be killed, since it did not end in time. */
  readonly hangs: boolean;
  readonly stdout: string;
  readonly stderr: string;
  /** The next due moments that were on disk when it had ended, by task, in epoch milliseconds. */
  readonly remembered: ReadonlyMap<string, number>;
}

/** A trial of a script: the lives of its processes, one after the other. */
export interface Trial {
  readonly script: ProcessScript;
  /** The first creation, in epoch milliseconds; undefined when there was none. */
  readonly began: number | undefined;
  readonly lives: readonly Life[];
}

/** The time of the first creation in some lives. */
export const firstCreation = (lives: readonly Life[]): number | undefined =>
  lives.flatMap(({ facts }) => facts).find(({ fact }) => fact === 'creating')?.at;

/** The facts in a journal; a line that is not whole yet is left out. */
export function readFacts(path: string): Fact[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Fact);
}

export const isEvent =
  (name: string, listener?: string) =>
  (fact: Fact): boolean =>
    fact.fact === 'event' && fact.name === name && (listener === undefined || fact.listener === listener);

export const eventOf = ({ facts }: Life, name: string, listener?: string): Fact | undefined =>
  facts.find(isEvent(name, listener));

/** The index of the first such event among the facts; `Infinity` when there is none. */
export function indexOf({ facts }: Life, holds: (fact: Fact) => boolean): number {
  const index = facts.findIndex(holds);
  return index < 0 ? Infinity : index;
}
