import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { loadDriver } from '../../../src/state/driver';
import { SqliteState } from '../../../src/state/SqliteState';
import { SystemClock } from '../../../src/time/SystemClock';
import type { Subject } from './buildSubject';
import { firstCreation, type Life, readFacts, type Trial } from './Life';
import { DEFAULT_GRACE_MS, type DrawnLife, type ProcessScript, type TrialScript } from './ProcessScript';

/** How long a busy machine may take for a step that should be over at once. */
const PATIENCE_MS = 15_000;
/** The most that a stop takes beyond its grace: hooks that are cut get single seconds, a creation five. */
const LAST_SECONDS_MS = 7_000;
const LOOK_MS = 20;
/** How long an application is left alone that is to be stopped a second time. */
const UNASKED_MS = 500;

const pause = (ms: number): Promise<void> => new Promise((wake) => setTimeout(wake, ms));

/** Lives the lives of an application, in a folder of its own. */
export async function runTrial(script: ProcessScript, subject: Subject): Promise<Trial> {
  const folder = mkdtempSync(join(tmpdir(), 'daemonry-processes-'));
  const stateDirectory = join(folder, 'state');
  const lives: Life[] = [];
  try {
    for (const [index, drawn] of script.lives.entries()) {
      const journal = join(folder, `journal-${index}.jsonl`);
      const trial: TrialScript = { ...script, began: firstCreation(lives), stateDirectory, journal };
      if (drawn.unwritable === true) await refuseMoments(stateDirectory, true);
      lives.push(await live(drawn, trial, join(folder, `script-${index}.json`), subject));
      if (drawn.unwritable === true) await refuseMoments(stateDirectory, false);
      await pause(drawn.pause ?? 0);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return { script, began: firstCreation(lives), lives };
}

async function live(drawn: DrawnLife, script: TrialScript, scriptFile: string, subject: Subject): Promise<Life> {
  writeFileSync(scriptFile, JSON.stringify(script));
  const spawned = Date.now();
  const { child, output } = start(script, scriptFile, subject);
  const sent: string[] = [];
  const send = (signal: NodeJS.Signals): void => {
    if (child.kill(signal)) sent.push(signal);
  };
  let isOver = false;
  const exit = new Promise<{ code: number | null; signal: string | null }>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      isOver = true;
      resolve({ code, signal });
    });
  });
  const until = async (holds: () => boolean, ms: number): Promise<void> => {
    for (const end = Date.now() + ms; !isOver && Date.now() < end && !holds();) await pause(LOOK_MS);
  };
  const has = (event: string): boolean => readFacts(script.journal).some(({ name }) => name === `application.${event}`);

  if (drawn.after === 'created' || script.creation === 'never') {
    const fact = script.creation === 'never' ? 'creating' : 'created';
    await until(() => readFacts(script.journal).some((one) => one.fact === fact), PATIENCE_MS);
  } else if (drawn.after !== 'spawned' || drawn.frozen !== undefined) {
    await until(() => has('started') || has('stopped'), PATIENCE_MS);
  }
  if (drawn.frozen !== undefined && !isOver) {
    child.kill('SIGSTOP');
    await pause(drawn.frozen);
    child.kill('SIGCONT');
  }
  if (drawn.after === 'stopping' || drawn.after === 'stopped') {
    // If nothing of its own stops it, a signal does.
    await until(() => has('stopping'), UNASKED_MS);
    if (!has('stopping')) send('SIGTERM');
    await until(() => has(drawn.after), PATIENCE_MS);
  }
  await until(() => false, drawn.ms);
  send(drawn.signal);
  if (drawn.again !== undefined) {
    await until(() => false, drawn.again);
    send(drawn.signal);
  }
  const limit = (script.grace ?? DEFAULT_GRACE_MS) + (script.delay ?? 0) + LAST_SECONDS_MS + PATIENCE_MS;
  await until(() => false, limit);
  const hangs = !isOver;
  if (hangs) child.kill('SIGKILL');
  const { code, signal } = await exit;
  const ended = Date.now();
  await Promise.race([output.read, pause(500)]);
  return {
    drawn,
    script,
    spawned,
    ended,
    facts: readFacts(script.journal),
    sent,
    code: code ?? undefined,
    signal: signal ?? undefined,
    hangs,
    stdout: output.stdout,
    stderr: output.stderr,
    remembered: await rememberedIn(script.stateDirectory),
  };
}

interface Output {
  stdout: string;
  stderr: string;
  /** Resolves when everything is read. */
  read: Promise<unknown>;
}

function start(script: ProcessScript, scriptFile: string, subject: Subject): { child: ChildProcess; output: Output } {
  const full = script.stdout === 'full' || script.stderr === 'full' ? openSync('/dev/full', 'w') : undefined;
  const child = spawn(process.execPath, [subject.entry], {
    cwd: join(scriptFile, '..'),
    env: { PATH: process.env['PATH'], SCRIPT: scriptFile, PACKAGE: subject.package },
    stdio: [
      'ignore',
      script.stdout === 'full' && full !== undefined ? full : 'pipe',
      script.stderr === 'full' && full !== undefined ? full : 'pipe',
    ],
  });
  if (full !== undefined) closeSync(full);
  const output: Output = { stdout: '', stderr: '', read: Promise.resolve() };
  const closed: Promise<unknown>[] = [];
  for (const name of ['stdout', 'stderr'] as const) {
    const stream = child[name];
    if (stream === null) continue;
    if (script[name] === 'closed') stream.destroy();
    if (script[name] === 'stops') stream.once('data', () => stream.pause());
    if (script[name] !== undefined) continue;
    closed.push(new Promise((resolve) => stream.once('close', resolve)));
    stream.setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
    });
  }
  output.read = Promise.all(closed);
  return { child, output };
}

async function rememberedIn(directory: string): Promise<Life['remembered']> {
  const rows = await inMoments(directory, (state) =>
    state.all<{ task: string; next_due: number }>('SELECT task, next_due FROM daemonry_due_moments'),
  );
  return new Map(rows?.map(({ task, next_due: nextDue }) => [task, nextDue]));
}

/** Has every statement refused that would change what is remembered; a mode of the file would not stop root. */
async function refuseMoments(directory: string, isRefused: boolean): Promise<void> {
  await inMoments(directory, async (state) => {
    for (const change of ['INSERT', 'UPDATE'])
      await state.run(
        isRefused
          ? `CREATE TRIGGER refuse_${change} BEFORE ${change} ON daemonry_due_moments ` +
              "BEGIN SELECT RAISE(ABORT, 'attempt to write a readonly database'); END"
          : `DROP TRIGGER IF EXISTS refuse_${change}`,
      );
  });
}

/** Works with the database of an application if it remembers due moments. */
async function inMoments<T>(directory: string, work: (state: SqliteState) => Promise<T>): Promise<T | undefined> {
  const file = join(directory, 'subject.db');
  if (!existsSync(file)) return undefined;
  const state = new SqliteState(loadDriver, file, new SystemClock());
  state.open();
  try {
    const hasAny = await state.get("SELECT 1 FROM sqlite_schema WHERE name = 'daemonry_due_moments'");
    return hasAny === undefined ? undefined : await work(state);
  } finally {
    await state.close();
  }
}
