import type { RunRecord } from '../../src';
import type { ExploredRun } from '../../src/testing/explore/ExploredRun';
import type { SyntheticTask } from '../../src/testing/explore/SyntheticApplication';
import { callsOf, DECIDED, eventOf, hold, listenersOf, tickCalls } from './observed';

const ms = (text: string | undefined): number => (text === undefined ? NaN : Date.parse(text));

const orderOf = ({ order }: { readonly order: number }): number => order;

function recordsOf(run: ExploredRun, listener: string, task: string): readonly RunRecord[] {
  return run.runs(listener).filter((record) => record.task === task);
}

export function ticksWithinTheLife(run: ExploredRun): void {
  const started = eventOf(run, 'application.started');
  // A pause from before the boot takes effect, with its event, as ticks open: just before `application.started`.
  const opened =
    started === undefined
      ? Infinity
      : Math.max(...run.events.filter(({ name, order }) => DECIDED.has(name) && order < started.order).map(orderOf));
  const stopping = eventOf(run, 'application.stopping')?.order ?? Infinity;
  for (const begun of run.events.filter(({ name }) => name === 'run.started')) {
    const where = `${begun.listener ?? ''}.${begun.task ?? ''}`;
    hold(begun.order > opened, () => `${where} begins before the boot is decided`);
    hold(begun.order < stopping, () => `${where} begins after the stop has`);
    const alive = eventOf(run, 'listener.started', begun.listener);
    hold(alive !== undefined, () => `${where} begins, and its listener has not started`);
    const died = eventOf(run, 'listener.died', begun.listener)?.order ?? Infinity;
    hold(begun.order < died, () => `${where} begins after its listener has died`);
  }
}

export function recordsEveryRunOnce(run: ExploredRun): void {
  const records = listenersOf(run).flatMap(({ name }) => run.runs(name));
  const ids = new Set(records.map(({ tickId }) => tickId));
  hold(ids.size === records.length, () => 'a tickId occurs twice');
  for (const record of records) {
    hold(record.outcome !== undefined, () => `${record.tickId} has no outcome`);
    const calls = tickCalls(run).filter(({ runId }) => runId === record.runId).length;
    const expected = record.startedAt === undefined ? 0 : 1;
    hold(calls === expected, () => `${record.tickId} is ${record.outcome ?? ''}, and was called ${calls} times`);
  }
  const started = records.filter(({ startedAt }) => startedAt !== undefined).length;
  hold(started === tickCalls(run).length, () => `${started} runs are recorded, ${tickCalls(run).length} were made`);
}

export function recordsEveryDueMoment(run: ExploredRun): void {
  const opened = eventOf(run, 'application.started');
  const stopping = eventOf(run, 'application.stopping');
  if (opened === undefined || stopping === undefined) return;
  for (const { name, tasks = [] } of listenersOf(run)) {
    const started = eventOf(run, 'listener.started', name);
    const died = eventOf(run, 'listener.died', name);
    if (started === undefined || (died !== undefined && died.order < opened.order)) continue;
    const end = Math.min(stopping.at, died?.at ?? Infinity);
    for (const task of tasks) {
      const due = recordsOf(run, name, task.name).filter(({ trigger }) => trigger !== 'manual');
      if (task.mode === 'fixed-delay') holdsFixedDelay(run, due, task, opened.at, end);
      else holdsFixedRate(due, task, opened.at, end, `${name}.${task.name}`);
    }
  }
}

function holdsFixedRate(
  due: readonly RunRecord[],
  task: SyntheticTask,
  anchor: number,
  end: number,
  what: string,
): void {
  const { interval, initialDelay = interval } = task;
  const recorded = due.map(({ scheduledAt }) => ms(scheduledAt));
  hold(
    due.every(({ missed }) => missed === undefined),
    () => `${what} has missed a due moment, and nothing blocked`,
  );
  hold(new Set(recorded).size === recorded.length, () => `${what} has recorded a due moment twice`);
  const expected: number[] = [];
  for (let at = anchor + initialDelay; at < end; at += interval) expected.push(at);
  const lost = expected.find((at) => !recorded.includes(at));
  hold(lost === undefined, () => `${what} was due ${(lost ?? 0) - anchor} ms after the boot, and left no record`);
  for (const record of due) {
    const after = ms(record.scheduledAt) - anchor - initialDelay;
    hold(after >= 0 && after % interval === 0, () => `${what} was not due at ${record.scheduledAt}`);
    if (ms(record.scheduledAt) > end) hold(record.reason === 'draining', () => `${what} ran after the stop`);
  }
}

/** The next moment is due one interval after a run has ended, or at the next multiple after one was skipped. */
function holdsFixedDelay(
  run: ExploredRun,
  due: readonly RunRecord[],
  { interval, initialDelay = interval }: SyntheticTask,
  anchor: number,
  end: number,
): void {
  let next = anchor + initialDelay;
  for (const record of due) {
    const at = ms(record.scheduledAt);
    hold(at === next, () => `${record.tickId} was due at ${isoText(next)}`);
    const skipped = run.events.find(({ name, runId }) => name === 'run.skipped' && runId === record.runId);
    const periods = Math.max(Math.floor(((skipped?.at ?? 0) - at) / interval) + 1, 1);
    next = skipped === undefined ? ms(record.finishedAt) + interval : at + periods * interval;
  }
  hold(!(next < end), () => `a fixed-delay task was due at ${isoText(next)}, before the end, and left no record`);
}

const isoText = (at: number): string => (Number.isNaN(at) ? 'never' : new Date(at).toISOString());

export function keepsOverlap(run: ExploredRun): void {
  for (const { name, tasks = [] } of listenersOf(run)) {
    for (const { name: task, overlap = 'skip' } of tasks) {
      const calls = callsOf(run, name, task);
      for (const [index, call] of calls.entries()) {
        const before = calls[index - 1];
        if (overlap === 'allow' || before === undefined) continue;
        hold(
          before.ended !== undefined && before.ended < call.began,
          () => `${name}.${task} runs twice at once under ${overlap}`,
        );
      }
      const reasons = recordsOf(run, name, task).map(({ reason }) => reason);
      if (overlap === 'allow') hold(!reasons.includes('overlap'), () => `${name}.${task} skips although it is allowed`);
    }
  }
}

export function obeysPauses(run: ExploredRun): void {
  const paused = new Set<string>();
  const due = new Set(
    listenersOf(run).flatMap(({ name }) =>
      run.runs(name).flatMap(({ trigger, runId }) => (trigger === 'manual' ? [] : [runId])),
    ),
  );
  for (const { name, listener = '', task, runId = '' } of run.events) {
    const key = `${listener}.${task ?? ''}`;
    if (name === 'operator.paused') paused.add(key);
    if (name === 'operator.resumed') paused.delete(key);
    if (name === 'run.started') hold(!(paused.has(key) && due.has(runId)), () => `${key} runs during its pause`);
  }
}

export function answersEveryTrigger(run: ExploredRun): void {
  for (const record of run.triggered) {
    hold(record?.outcome !== undefined, () => 'a triggered run was never decided');
  }
}
