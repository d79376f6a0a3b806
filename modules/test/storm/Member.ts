import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { monotonicMs, readJournal, type StormFact, type StormLife, type StormTask } from './Journal';

/** Everything that a process of a storm is told. */
export interface MemberScript {
  /** Its name in the journals. */
  readonly name: string;
  readonly journal: string;
  readonly redis: string;
  readonly prefix: string;
  readonly lease: string;
  readonly tasks: readonly StormTask[];
}

/** How a process is started. */
export interface MemberStart {
  readonly script: Omit<MemberScript, 'journal'>;
  readonly entry: string;
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
}

const LOOK_MS = 20;

/** A process of a storm. */
export class Member {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #journal: string;
  readonly #exit: Promise<unknown>;
  #ended: number | undefined;
  #killed = false;
  #output = '';

  constructor({ script, entry, folder, env }: MemberStart) {
    this.name = script.name;
    this.#journal = join(folder, `${script.name}.jsonl`);
    const file = join(folder, `${script.name}.json`);
    writeFileSync(file, JSON.stringify({ ...script, journal: this.#journal }));
    this.#child = fork(entry, {
      cwd: folder,
      env: { ...env, STORM: file },
      execArgv: [],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (this.#output += text));
    }
    this.#exit = once(this.#child, 'exit').then(() => (this.#ended = monotonicMs()));
  }

  get output(): string {
    return this.#output;
  }

  get lives(): boolean {
    return this.#ended === undefined;
  }

  get facts(): StormFact[] {
    return readJournal(this.#journal);
  }

  /** True while a run of the task is in flight in it, by its journal. */
  isBusyWith(task: string): boolean {
    let busy = false;
    for (const fact of this.facts) {
      if ((fact.fact === 'began' || fact.fact === 'ended') && fact.run.task === task) busy = fact.fact === 'began';
    }
    return busy && this.lives;
  }

  /** Resolves when it keeps due moments. @throws when it ends before. */
  async opened(patienceMs = 60_000): Promise<void> {
    const end = monotonicMs() + patienceMs;
    while (!this.facts.some(({ fact }) => fact === 'opened')) {
      if (!this.lives || monotonicMs() > end) throw new Error(`${this.name} did not start:\n${this.#output}`);
      await new Promise((wake) => setTimeout(wake, LOOK_MS));
    }
  }

  order(act: 'trigger' | 'pause' | 'resume', listener: string, task: string): void {
    this.#child.send({ act, listener, task });
  }

  signal(name: NodeJS.Signals): void {
    if (name === 'SIGKILL') this.#killed = true;
    this.#child.kill(name);
  }

  /** Resolves when it has ended; after `patienceMs` it is killed, which its exit code then tells. */
  async end(patienceMs = 60_000): Promise<void> {
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), patienceMs);
    await this.#exit;
    clearTimeout(timer);
  }

  get life(): StormLife {
    return {
      name: this.name,
      ended: this.#ended ?? monotonicMs(),
      killed: this.#killed,
      code: this.#child.exitCode ?? undefined,
      facts: this.facts,
    };
  }
}
