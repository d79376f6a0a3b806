import { hold } from '../observed';
import type { Fact } from './Fact';
import { eventOf, indexOf, isEvent, type Life } from './Life';
import { DEFAULT_GRACE_MS, type ProcessScript } from './ProcessScript';

const NUMBERS: Readonly<Record<string, number>> = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };

const isFact =
  (kind: Fact['fact']) =>
  (fact: Fact): boolean =>
    fact.fact === kind;
const isStopped = isEvent('application.stopped');

export function endsInTime({ hangs, sent }: Life): void {
  hold(!hangs, () => `the process had not ended long after its grace; sent: ${sent.join()}`);
}

/** The most that is left to the last lines when the grace is used up, and to handles that are still open. */
const LAST_WORDS_MS = 1_000;
const OPEN_HANDLES_MS = 1_000;
/** How late a busy machine may be. */
const BUSY_MS = 5_000;

/** Whoever takes the last lines does not hold the process up for longer than its grace. */
export function endsSoonAfterItsReport({ facts, ended, script }: Life): void {
  const stopping = facts.find(isEvent('application.stopping'))?.at;
  const stopped = facts.find(isStopped)?.at;
  if (stopping === undefined || stopped === undefined) return;
  const grace = stopping + (script.delay ?? 0) + (script.grace ?? DEFAULT_GRACE_MS);
  const limit = Math.max(grace, stopped + LAST_WORDS_MS) + OPEN_HANDLES_MS + BUSY_MS;
  hold(ended < limit, () => `the process ended ${ended - stopped} ms after its report`);
}

/** No process ends with 0 unless it was stopped, and its report says 0. */
export function endsWithZeroOnlyAfterAStop(life: Life): void {
  if (life.code !== 0 || isStoppedUnstarted(life)) return;
  const report = eventOf(life, 'application.stopped')?.report;
  hold(report !== undefined, () => 'the process ended with 0, and was not stopped');
  hold(report?.code === 0, () => `the process ended with 0, and its report says ${report?.code ?? ''}`);
}

/** A process ends by a signal only when that cannot be caught, or came before there was anything to catch it. */
export function endsByASignalOnlyWhenKilled(life: Life): void {
  const { signal, sent, facts, hangs } = life;
  if (signal === undefined || hangs) return;
  hold(sent.includes(signal), () => `the process was ended by ${signal}, which nobody has sent`);
  hold(signal === 'SIGKILL' || !facts.some(isFact('installed')), () => `${signal} ended the process unhandled`);
}

/** True if the first signal came while the application was created: there is nothing to stop, and no event of it. */
const isStoppedUnstarted = ({ facts }: Life): boolean =>
  facts.some(isFact('signal')) && !facts.some(isEvent('application.starting'));

export function endsWithTheRightCode(life: Life): void {
  const { code, hangs } = life;
  if (code === undefined || hangs) return;
  const expected = codesOf(life);
  hold(expected.has(code), () => `the process ended with ${code}, expected ${[...expected].join(' or ')}`);
}

/** The exit codes that are true after the facts; several where causes come at the same time. */
function codesOf(life: Life): ReadonlySet<number> {
  const { facts, script } = life;
  const stopped = indexOf(life, isStopped);
  const report = facts[stopped]?.report;
  const exited = facts.find(isFact('exits'));
  const crashed = facts.some(isFact('crashes'));
  const signals = facts.filter(isFact('signal'));
  const codes = new Set<number>();
  if (exited !== undefined) {
    codes.add((exited.code ?? 0) === 0 ? 1 : (exited.code ?? 1));
    if (report !== undefined) codes.add(report.code);
    if (crashed) codes.add(1);
    return codes;
  }
  if (signals[1] !== undefined) {
    codes.add(128 + (NUMBERS[signals[1].signal ?? ''] ?? 0));
    // Before the report, nothing else can come of it; an application that was stopped before its start has none.
    if (report === undefined && eventOf(life, 'application.starting') !== undefined) return codes;
  }
  if (isStoppedUnstarted(life)) codes.add(0);
  if (crashed) codes.add(1);
  else if (report !== undefined) codes.add(report.code);
  else if (script.creation === 'throws' || script.creation === 'never') codes.add(1);
  else if (script.creation === 'invalid' || cannotBePlanned(script)) codes.add(2);
  return codes;
}

/** True if a fatal listener needs one that is disabled, directly or through others. */
function cannotBePlanned({ listeners }: ProcessScript): boolean {
  const off = new Set<string>();
  // A listener needs only those before it.
  for (const { name, disabled, needs = [], fatal, mount } of listeners) {
    const isLost = needs.some((need) => off.has(need));
    if (isLost && disabled !== true && (fatal === true || mount === true)) return true;
    if (isLost || disabled === true) off.add(name);
  }
  return false;
}

/** The code in the report follows from the facts before it. */
export function reportsTheTruth(life: Life): void {
  const { facts, script } = life;
  const stopped = indexOf(life, isStopped);
  const report = facts[stopped]?.report;
  if (report === undefined) return;
  const before = facts.slice(0, stopped);
  const opened = indexOf(life, isEvent('application.started'));
  const failed = before.findIndex(
    (fact, index) =>
      (isEvent('listener.startup_failed')(fact) && fact.fatal === true) ||
      (isEvent('listener.died')(fact) && fact.fatal === true) ||
      (index < opened && isEvent('listener.blocked')(fact) && isFatal(life, fact.listener)),
  );
  const asked = before.findIndex(({ fact }) => fact === 'signal' || fact === 'asks');
  const crash = before.findLast(isFact('crashes'));
  const unclean = report.listeners.some(({ state, cut }) => state === 'shutdown_failed' || cut === true);
  const expected = new Set<number>();
  // A boot that is being cancelled fails no more, and an error that comes with the report may be late for it.
  const isDoubtful =
    (failed < opened && asked >= 0 && asked < failed) ||
    (crash !== undefined && (facts[stopped]?.at ?? 0) - crash.at < 200);
  if (failed >= 0 || crash !== undefined) expected.add(1);
  if (expected.size === 0 || isDoubtful) expected.add(unclean ? 3 : 0);
  // A need that is disabled makes a fatal listener fail without an event of that.
  if (script.listeners.some(({ needs = [] }) => needs.length > 0) && opened === Infinity) expected.add(1);
  hold(expected.has(report.code), () => `the report says ${report.code}, expected ${[...expected].join(' or ')}`);
}

function isFatal({ script }: Life, name: string | undefined): boolean {
  const listener = script.listeners.find((one) => one.name === name);
  return listener?.mount === true || listener?.fatal === true;
}

/** A stop has a cause: somebody asked for it, or something failed that must not. */
export function stopsForACause(life: Life): void {
  const stopping = indexOf(life, isEvent('application.stopping'));
  if (stopping === Infinity) return;
  const before = life.facts.slice(0, stopping);
  const cause = before.some(
    (fact) =>
      ['signal', 'asks', 'crashes'].includes(fact.fact) ||
      fact.fatal === true ||
      isEvent('listener.blocked')(fact) ||
      isEvent('listener.disabled')(fact),
  );
  hold(cause, () => `the application stops, and nobody has asked for it: ${life.facts[stopping]?.reason ?? ''}`);
}

/** The last lines say why, where there is somebody to read them. */
export function saysWhy(life: Life): void {
  const { facts, code, script, stderr, stdout } = life;
  if (code === undefined || life.hangs) return;
  const stopped = indexOf(life, isStopped);
  const report = facts[stopped]?.report;
  if (script.stderr === undefined) {
    const told = (text: string): void => {
      hold(stderr.includes(text), () => `stderr does not say "${text}"`);
    };
    if (facts.some(isFact('exits')) && stopped === Infinity) told('process.exit(');
    else if (report === undefined && code !== 0)
      hold(stderr.trim() !== '', () => `code ${code}, and not a word on stderr`);
    else if (report !== undefined && report.code !== code && code < 128) told(`the process ends with code ${code}`);
    if (code > 128) told('again, ending at once');
    if (report !== undefined && code < 128 && losesLines(life)) {
      // A second signal ends the wait for them before its time.
      if (!stderr.includes('ending before the last log lines are written')) told('the last log lines may be lost');
    }
  }
  if (script.sink !== undefined || script.stdout !== undefined || report === undefined || code > 128) return;
  if (facts.some(isFact('exits'))) return;
  hold(
    stdout.includes(`"Stopped with code ${report.code}: `),
    () => `the report says ${report.code}, and the log does not`,
  );
}

/** True if somebody has taken lines and does not pass them on, or nobody reads more of them than a pipe holds. */
function losesLines({ facts, script: { sink, stdout, listeners } }: Life): boolean {
  if (sink !== undefined) return sink === 'pends' || sink === 'flush-hangs';
  if (stdout !== 'unread' && stdout !== 'stops') return false;
  return listeners.some(({ name, ready }) => {
    return (
      ready?.do === 'talk' &&
      facts.some((fact) => isFact('ended')(fact) && fact.listener === name && fact.hook === 'ready')
    );
  });
}

/** The most that an application of a few listeners may write in a life of a few seconds, in characters. */
const MOST_OUTPUT = 300_000;

export function writesWithinBounds({ stdout, stderr, script }: Life): void {
  const hooks = script.listeners.flatMap(({ startup, ready, run, tick, shutdown }) => [
    startup,
    ready,
    run,
    tick,
    shutdown,
  ]);
  // What the application itself writes is not the question.
  if (hooks.some((hook) => hook?.do === 'talk' || hook?.do === 'chat')) return;
  const written = stdout.length + stderr.length;
  hold(written <= MOST_OUTPUT, () => `${written} characters were written`);
}
