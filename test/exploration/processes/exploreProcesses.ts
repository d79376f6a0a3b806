import fc from 'fast-check';

import type { Subject } from './buildSubject';
import { processScripts } from './drawScript';
import * as due from './dueProperties';
import * as ends from './endProperties';
import type { Life, Trial } from './Life';
import * as order from './orderProperties';
import type { ProcessScript } from './ProcessScript';
import { runTrial } from './runTrial';

const LIFE_PROPERTIES: Readonly<Record<string, (life: Life) => void>> = { ...ends, ...order };
const TRIAL_PROPERTIES: Readonly<Record<string, (trial: Trial) => void>> = due;

/** The longest time for looking for a smaller application that fails in the same way. */
const SHRINKING_MS = 90_000;
/** The number of the last facts that a failure shows. */
const TAIL = 25;

/** The applications to explore; the one with number `n` is drawn from the seed `seed + n`, so each can be drawn alone. */
export interface ProcessExploration {
  readonly subject: Subject;
  readonly seed: number;
  readonly applications: number;
  /** The number of applications that live at the same time: most of them wait. */
  readonly atOnce: number;
}

/** Tries the applications; returns a text for each that fails, with the smallest one found that fails as well. */
export async function exploreProcesses({ subject, seed, applications, atOnce }: ProcessExploration): Promise<string[]> {
  const seeds = Array.from({ length: applications }, (_, index) => seed + index);
  const failed: { readonly seed: number; readonly failure: Failure }[] = [];
  const work = async (): Promise<void> => {
    for (let next = seeds.shift(); next !== undefined; next = seeds.shift()) {
      const trial = await runTrial(drawn(next), subject);
      const violations = violationsOf(trial);
      if (violations.length > 0) failed.push({ seed: next, failure: { trial, violations } });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  const texts: string[] = [];
  const limit = SHRINKING_MS / Math.max(failed.length, 1);
  for (const one of failed.toSorted((a, b) => a.seed - b.seed)) {
    texts.push(describeFailure(one.seed, await smallest(one.seed, subject, limit), one.failure));
  }
  return texts;
}

/** An application's script, always the same for a seed. */
const drawn = (seed: number): ProcessScript =>
  fc.sample(processScripts, { seed, numRuns: 1, unbiased: true })[0] as ProcessScript;

/** What does not hold in a trial. */
export function violationsOf(trial: Trial): string[] {
  const texts: string[] = [];
  const check = <T>(name: string, property: (subject: T) => void, subject: T, where: string): void => {
    try {
      property(subject);
    } catch (error) {
      texts.push(`${name}${where}: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  for (const [index, life] of trial.lives.entries()) {
    const where = trial.lives.length === 1 ? '' : `, life ${index + 1}`;
    for (const [name, property] of Object.entries(LIFE_PROPERTIES)) check(name, property, life, where);
  }
  for (const [name, property] of Object.entries(TRIAL_PROPERTIES)) check(name, property, trial, '');
  return texts;
}

interface Failure {
  readonly trial: Trial;
  readonly violations: readonly string[];
}

/** Makes a failing application smaller for as long as it fails; undefined when it does not fail again. */
async function smallest(seed: number, subject: Subject, timeLimit: number): Promise<Failure | undefined> {
  let found: Failure | undefined;
  const holds = async (script: ProcessScript): Promise<boolean> => {
    const trial = await runTrial(script, subject);
    const violations = violationsOf(trial);
    if (violations.length > 0) found = { trial, violations };
    return violations.length === 0;
  };
  await fc.check(fc.asyncProperty(processScripts, holds), {
    seed,
    path: '0',
    numRuns: 1,
    unbiased: true,
    interruptAfterTimeLimit: timeLimit,
    markInterruptAsFailure: false,
  });
  return found;
}

function describeFailure(seed: number, smaller: Failure | undefined, first: Failure): string {
  const { trial, violations } = smaller ?? first;
  const lives = trial.lives.map(({ code, signal, facts, stderr }, index) => {
    const tail = facts.slice(-TAIL).map((fact) => `  ${JSON.stringify(fact)}`);
    return [`life ${index + 1} ended with ${code ?? signal ?? ''}`, ...tail, `  stderr: ${stderr.slice(-2_000)}`].join(
      '\n',
    );
  });
  return [
    `SEED=${seed} APPLICATIONS=1 npm run test:processes${smaller === undefined ? ' (it has failed once, and not again)' : ''}`,
    ...violations,
    JSON.stringify(trial.script),
    ...lives,
  ].join('\n');
}
