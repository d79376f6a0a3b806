import { appendFileSync, readFileSync } from 'node:fs';

import {
  BackgroundDaemon,
  createApplication,
  PeriodicTask,
  runMain,
  type RunContext,
  type TickContext,
} from 'daemonry';
import { clusterModule } from '@daemonry/modules/cluster';

import { monotonicMs, type StormNote, type StormRun, type StormTask } from '../Journal';
import type { MemberScript } from '../Member';

// A process of a storm: runs the tasks of its script in a cluster, and writes what happens into its journal.

const script = JSON.parse(readFileSync(process.env['STORM'] ?? '', 'utf8')) as MemberScript;
const EFFECT_EVERY_MS = 100;
const LOOK_MS = 50;
const DELAYED_MS = 50;

const note = (fact: StormNote): void => {
  appendFileSync(script.journal, `${JSON.stringify({ at: monotonicMs(), ...fact })}\n`);
};

/** Writes whenever the event loop was late, so that a busy machine is not taken for a defect. */
function watchLoop(): void {
  let expected = monotonicMs() + LOOK_MS;
  setInterval(() => {
    const ms = monotonicMs() - expected;
    if (ms > DELAYED_MS) note({ fact: 'delay', ms });
    expected = monotonicMs() + LOOK_MS;
  }, LOOK_MS).unref();
}

interface Fenced {
  readonly signal: AbortSignal;
  readonly sleep: (ms: number) => Promise<void>;
  readonly commit: <T>(fn: () => T) => T;
}

/** Works for a while, with an effect every 100 ms and one at its end. */
async function work({ works = 0, deaf = false }: StormTask, run: StormRun, context: Fenced): Promise<void> {
  note({ fact: 'began', run });
  const effect = (): void => {
    try {
      context.commit(() => {
        note({ fact: 'effect', run });
      });
    } catch (error) {
      note({ fact: 'refused', run });
      if (!deaf) throw error;
    }
  };
  const wait = deaf ? (ms: number) => new Promise<void>((wake) => void setTimeout(wake, ms)) : context.sleep;
  try {
    for (const end = monotonicMs() + works; monotonicMs() < end; effect()) {
      await wait(Math.min(EFFECT_EVERY_MS, Math.max(1, end - monotonicMs())));
    }
    if (works === 0) effect();
  } finally {
    note({ fact: 'ended', run });
  }
}

function runOf(task: StormTask, context: TickContext): StormRun {
  const { tickId, runId, scheduledAt, trigger, fencingToken = 0n } = context;
  const name = `${task.listener}.${task.task}`;
  return { task: name, tickId, runId, trigger, scheduledAt: scheduledAt.getTime(), token: String(fencingToken) };
}

let bodies = 0;

/** A listener with all of its tasks. */
function listenerOf(name: string, tasks: readonly StormTask[]): new () => object {
  const { [name]: listener } = { [name]: class {} } as Record<string, new () => object>;
  if (listener === undefined) throw new Error(name);
  for (const task of tasks) {
    if (task.task === 'run') {
      Object.defineProperty(listener.prototype, 'run', {
        value: async (context: RunContext) => {
          const id = `${name}.run@${script.name}:${++bodies}`;
          const run = { task: `${name}.run`, tickId: id, runId: id, trigger: 'body', scheduledAt: Date.now() };
          const commit = <T>(fn: () => T): T => {
            context.signal.throwIfAborted();
            return fn();
          };
          await work(
            { ...task, works: Infinity },
            { ...run, token: String(context.fencingToken ?? 0n) },
            { signal: context.signal, sleep: context.sleep, commit },
          ).catch((error: unknown) => {
            if (!context.signal.aborted) throw error;
          });
        },
      });
      continue;
    }
    const value = (context: TickContext): Promise<void> => work(task, runOf(task, context), context);
    Object.defineProperty(listener.prototype, task.task, { value, configurable: true });
    if (task.task === 'tick') continue;
    const descriptor = Object.getOwnPropertyDescriptor(listener.prototype, task.task);
    if (descriptor !== undefined) PeriodicTask(optionsOf(task))(listener.prototype as object, task.task, descriptor);
  }
  const tick = tasks.find(({ task }) => task === 'tick');
  const policy = { name, scope: 'cluster', drainTimeout: '3s' } as const;
  BackgroundDaemon(tick === undefined ? policy : { ...optionsOf(tick), ...policy })(listener);
  return listener;
}

function optionsOf({ every, cron, overlap, misfire, delivery, maxStarts }: StormTask) {
  const policy = {
    scope: 'cluster' as const,
    ...(overlap === undefined ? {} : { overlap }),
    ...(misfire === undefined ? {} : { misfire }),
    ...(delivery === undefined ? {} : { delivery }),
    ...(maxStarts === undefined ? {} : { maxStarts }),
  };
  return cron === undefined ? { ...policy, interval: every ?? 1_000 } : { ...policy, cron };
}

const byListener = new Map<string, StormTask[]>();
for (const task of script.tasks) byListener.set(task.listener, [...(byListener.get(task.listener) ?? []), task]);
const listeners = [...byListener].map(([name, tasks]) => listenerOf(name, tasks));

watchLoop();
void runMain(
  async () => {
    const app = await createApplication({
      name: 'storm',
      listeners,
      modules: [clusterModule()],
      config: {
        directory: false,
        values: { cluster: { redis: { url: script.redis }, prefix: script.prefix, lease: script.lease } },
      },
    });
    app.events.on('application.started', () => {
      note({ fact: 'opened' });
    });
    app.events.on('application.stopping', () => {
      note({ fact: 'stopping' });
    });
    app.events.on('application.stopped', () => {
      note({ fact: 'stopped' });
    });
    for (const event of ['run.finished', 'run.skipped'] as const) {
      app.events.on(event, ({ listener, task, record }) => {
        const { runId, tickId, scheduledAt, trigger, outcome, reason, missed } = record;
        const kept = { runId, tickId, scheduledAt, trigger, outcome, reason, missed };
        note({ fact: 'record', task: `${listener}.${task}`, record: kept });
      });
    }
    process.on('message', ({ act, listener, task }: MemberOrder) => {
      const answer = (text: string): void => {
        note({ fact: 'answer', text });
      };
      const acting: Promise<unknown> =
        act === 'trigger'
          ? app.trigger(listener, task)
          : app[act](listener, { task, by: 'storm', reason: 'the storm asks', kind: 'human' });
      acting.then(
        (result) => {
          answer(`${act} ${JSON.stringify(result) ?? 'done'}`);
        },
        (error: unknown) => {
          answer(`${act} failed: ${String(error)}`);
        },
      );
    });
    process.channel?.unref();
    return app;
  },
  { printPlan: false },
);

interface MemberOrder {
  readonly act: 'trigger' | 'pause' | 'resume';
  readonly listener: string;
  readonly task: string;
}
