import type { ListenerSection, SnapshotDocument } from '../snapshot/SnapshotDocument';
import { type Answer, refusal } from './Answer';

export const HELP = [
  'I answer from the latest snapshot. Ask for:',
  '  the status of the application;',
  '  one listener, by its name;',
  '  the uptime;',
  '  the probes;',
  '  the alerts.',
].join('\n');

type Describe = (snapshot: SnapshotDocument) => string;

/** Topics of questions. The first one with a word that occurs in the question counts. */
const TOPICS: readonly { readonly words: RegExp; readonly describe: Describe }[] = [
  { words: /\bprobes?\b|\bendpoints?\b/i, describe: describeProbes },
  { words: /\balerts?\b|\bproblems?\b|\bwrong\b|\bbroken\b|\berrors?\b/i, describe: describeAlerts },
  { words: /\buptime\b|\bhow long\b|\bup for\b|\bsince when\b/i, describe: describeUptime },
  { words: /\blisteners?\b|\bdaemons?\b/i, describe: describeListeners },
  {
    words: /\bstatus\b|\bhealth\w*\b|\bstate\b|\bhow are (you|things)\b|\bok(ay)?\b|\brunning\b/i,
    describe: describeStatus,
  },
];

/** Answers a question from the content of a snapshot; the text ends with the snapshot's age. */
export function answerFromSnapshot(snapshot: SnapshotDocument, question: string, now: number): Answer {
  const listener = findListener(snapshot, question);
  const unknown =
    listener === undefined ? /\b(?:listener|daemon)\s+["'`]?([a-z]\w*_\w+)/i.exec(question)?.[1] : undefined;
  if (unknown !== undefined)
    return refusal('unknown_listener', `There is no listener named "${unknown}". ${listenerNames(snapshot)}`);

  const topic = TOPICS.find(({ words }) => words.test(question));
  if (listener === undefined && topic === undefined) {
    return refusal('not_understood', `I do not know what is asked for. ${HELP}`);
  }
  const text = listener === undefined ? topic?.describe(snapshot) : describeListener(listener);
  const age = describeSpan(now - Date.parse(snapshot.computedAt));
  return {
    ok: true,
    text: `${text ?? ''}\n(as of ${snapshot.computedAt}, ${age} ago)`,
    source: 'snapshot',
    toolCalls: 0,
  };
}

/** The listener whose name the question holds, with spaces or underscores; the longest name wins. */
function findListener({ listeners }: SnapshotDocument, question: string): ListenerSection | undefined {
  if (listeners === 'unknown') return undefined;
  const spoken = ` ${question.toLowerCase().replace(/[^a-z0-9]+/g, ' ')} `;
  return listeners
    .filter(({ name }) => spoken.includes(` ${name.replaceAll('_', ' ')} `))
    .sort((a, b) => b.name.length - a.name.length)[0];
}

function listenerNames({ listeners }: SnapshotDocument): string {
  return listeners === 'unknown' ? '' : `There are ${listeners.map(({ name }) => name).join(', ')}.`;
}

function describeStatus(snapshot: SnapshotDocument): string {
  const { overall, application, alerts } = snapshot;
  const name = application === 'unknown' ? 'The application' : application.name;
  const state = application === 'unknown' ? '' : ` (${application.state})`;
  return [`${name} is ${overall}${state}.`, ...alerts.map(({ text }) => `- ${text}`)].join('\n');
}

function describeUptime({ application, process }: SnapshotDocument): string {
  if (application !== 'unknown' && application.uptimeMs !== undefined) {
    return `${application.name} has been up for ${describeSpan(application.uptimeMs)}.`;
  }
  if (process === 'unknown') return 'How long the application has been up is unknown.';
  return `The process has been up for ${describeSpan(process.uptimeMs)}.`;
}

function describeProbes({ probes }: SnapshotDocument): string {
  if (probes === 'unknown') return 'What the probes found is unknown.';
  if (probes.absent !== undefined) return `There are no probes: ${probes.absent}.`;
  const probed = probes.findings.filter(({ status }) => status !== 'not_configured');
  if (probed.length === 0) return 'No endpoint has been probed yet.';
  return probed
    .map(({ name, status, latencyMs, error }) => {
      const latency = latencyMs === undefined ? '' : ` after ${latencyMs} ms`;
      return `- ${name} is ${status}${latency}${error === undefined ? '' : `: ${error}`}`;
    })
    .join('\n');
}

function describeAlerts({ alerts }: SnapshotDocument): string {
  if (alerts.length === 0) return 'There are no alerts.';
  return alerts.map(({ severity, text }) => `- ${severity}: ${text}`).join('\n');
}

function describeListeners({ listeners }: SnapshotDocument): string {
  if (listeners === 'unknown') return 'The state of the listeners is unknown.';
  return listeners.map(({ name, state }) => `- ${name} is ${state}`).join('\n');
}

function describeListener({
  name,
  state,
  startedAt,
  error,
  blockedBy,
  disabledReason,
  tasks,
}: ListenerSection): string {
  const details = [
    startedAt === undefined ? undefined : `started at ${startedAt}`,
    blockedBy === undefined ? undefined : `blocked by ${blockedBy}`,
    disabledReason,
    error?.message.split('\n', 1)[0],
  ].filter((detail) => detail !== undefined);
  const head = `${name} is ${state}${details.length === 0 ? '' : `: ${details.join('; ')}`}.`;
  return [head, ...tasks.map(describeTask)].join('\n');
}

function describeTask({ name, lastRun, nextRunAt }: ListenerSection['tasks'][number]): string {
  const last =
    lastRun === undefined
      ? 'has not run yet'
      : `last run ${lastRun.outcome ?? 'in flight'}${lastRun.startedAt === undefined ? '' : `, begun at ${lastRun.startedAt}`}`;
  return `- ${name}: ${last}${nextRunAt === undefined ? '' : `; next at ${nextRunAt}`}`;
}

const UNITS = [
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
  ['s', 1],
] as const;

/** Formats milliseconds by their two largest units: `3d 4h`, `5m 2s`, `0s`. */
export function describeSpan(ms: number): string {
  let seconds = Math.max(0, Math.floor(ms / 1_000));
  const parts = UNITS.map(([unit, size]) => {
    const count = Math.floor(seconds / size);
    seconds -= count * size;
    return { count, text: `${count}${unit}` };
  });
  const first = parts.findIndex(({ count }) => count > 0);
  if (first === -1) return '0s';
  return parts
    .slice(first, first + 2)
    .filter(({ count }) => count > 0)
    .map(({ text }) => text)
    .join(' ');
}
