/** @import { BootPlan, ListenerStatus, PlannedEdge, PlannedListener, PlannedValue, RunRecord, TaskStatus } from 'daemonry' */
/** @import { ShownIntent } from './intents.mjs' */
import { outcomeOf } from './state.mjs';

/** @type {Readonly<Record<PlannedEdge['kind'], string>>} */
const KINDS = {
  constructor: 'injects it',
  property: 'injects it',
  dependsOn: 'depends on it',
  wants: 'wants it, if it runs',
  available: 'uses it when it is available',
  cluster: 'shares tasks through it',
};

/** Why one listener starts after another, in words. @param {PlannedEdge} edge */
export function reasonOf({ kind, path }) {
  const through = path.slice(1, -1);
  return through.length === 0 ? KINDS[kind] : `${KINDS[kind]} through ${through.join(', ')}`;
}

/** The listeners that one needs, and those that need it, each with the reason. @param {BootPlan} plan @param {string} name */
export function neighboursOf(plan, name) {
  const needs = (plan.listeners.find((each) => each.name === name)?.edges ?? []).map((edge) => ({
    name: edge.on,
    soft: edge.soft,
    reason: reasonOf(edge),
  }));
  const neededBy = plan.listeners.flatMap((other) =>
    other.edges
      .filter(({ on }) => on === name)
      .map((edge) => ({ name: other.name, soft: edge.soft, reason: reasonOf(edge) })),
  );
  return { needs, neededBy };
}

/** Whether a task has succeeded in time. @param {Pick<TaskStatus, 'stale' | 'paused'>} task */
export function freshnessText({ stale, paused }) {
  if (stale === true)
    return `stale: it ${paused ? 'had not succeeded in time when it was paused' : 'has not succeeded in time'}`;
  return paused ? 'fresh; the time stands still while it is paused' : 'fresh';
}

/**
 * The words before the due moments of a task; empty if there is nothing to say.
 *
 * @param {Pick<TaskStatus, 'paused'>} task
 * @param {string | undefined} blockedBy
 * @param {number} count The number of moments.
 */
export function dueText({ paused }, blockedBy, count) {
  if (count === 0) return paused ? 'No due moment is kept before it is resumed.' : 'No due moment ahead.';
  if (blockedBy !== undefined) return `Skipped while ${blockedBy} does not run:`;
  return paused ? 'After the pause:' : '';
}

/** The options of a listener and its tasks, each with the origin of its value. @param {readonly PlannedValue[]} values @param {string} name */
export function optionsOf(values, name) {
  const prefix = `listeners.${name}.`;
  return values
    .filter(({ path }) => path.startsWith(prefix))
    .map(({ path, value, origin }) => ({ path: path.slice(prefix.length).replace(/^tasks\./, ''), value, origin }));
}

/** States in which nothing is ahead of a listener that an operator could hold up. */
const OVER = ['disabled', 'stopping', 'stopped', 'shutdown_failed'];

/**
 * Everything that can be done with a listener now: the words of `POST /api/operate`.
 *
 * @param {ListenerStatus} listener
 * @param {readonly ShownIntent[]} [intents] What operators have set for it.
 * @returns {readonly ('trigger' | 'pause' | 'resume' | 'skip-next' | 'reschedule' | 'restart' | 'reset')[]}
 */
export function actionsOf({ name, state, tasks }, intents = []) {
  const canRestart = ['running', 'died', 'startup_failed', 'backing_off', 'stopped'].includes(state);
  const restart = [
    ...(canRestart ? /** @type {const} */ (['restart']) : []),
    ...(intents.some(({ listener, lift }) => listener === name && lift === 'reset')
      ? /** @type {const} */ (['reset'])
      : []),
  ];
  if (tasks.length === 0 || OVER.includes(state)) return restart;
  const isPausable = tasks.some(({ paused }) => !paused);
  const isResumable = tasks.some(({ paused }) => paused);
  const isDue = tasks.some(({ nextRunAt }) => nextRunAt !== undefined);
  return [
    ...(state === 'running' ? /** @type {const} */ (['trigger']) : []),
    ...(isPausable ? /** @type {const} */ (['pause']) : []),
    ...(isResumable ? /** @type {const} */ (['resume']) : []),
    ...(isDue ? /** @type {const} */ (['skip-next']) : []),
    'reschedule',
    ...restart,
  ];
}

/** The runs of a task. @param {readonly RunRecord[]} runs @param {{ readonly name: string }} task */
export const runsOf = (runs, { name }) => runs.filter((run) => run.task === name);

/**
 * Since when a task has failed without a break; undefined when its newest run did not fail. `isLeast` is true where there are
 * more runs than are known: then it is since the last success.
 *
 * @param {readonly RunRecord[]} runs Those of the task that are known, in any order.
 * @param {string | undefined} [lastSuccess] The last success before them.
 */
export function failingSince(runs, lastSuccess) {
  const ended = runs
    .filter(({ startedAt, outcome }) => startedAt !== undefined && outcome !== undefined && outcome !== 'cancelled')
    .sort((one, other) => other.scheduledAt.localeCompare(one.scheduledAt));
  const good = ended.findIndex(({ outcome }) => outcome === 'succeeded');
  const streak = good === -1 ? ended : ended.slice(0, good);
  const first = streak.at(-1);
  if (first === undefined) return undefined;
  const isLeast = good === -1;
  const success = isLeast ? lastSuccess : (ended[good]?.finishedAt ?? ended[good]?.scheduledAt);
  return { at: (isLeast ? success : undefined) ?? first.scheduledAt, runs: streak.length, isLeast, success };
}

/** @typedef {{ readonly task: string, readonly outcome: string }} RunFilter An empty text is any. */

/** The runs that fit, the newest first. @param {readonly RunRecord[]} runs @param {RunFilter} filter */
export function runsThatFit(runs, { task, outcome }) {
  return runs
    .filter((run) => (task === '' || run.task === task) && (outcome === '' || outcomeOf(run) === outcome))
    .sort((one, other) => other.scheduledAt.localeCompare(one.scheduledAt));
}

/** An error and its causes as one text, with the stack if it is known. @param {NonNullable<RunRecord['error']>} error @returns {string} */
export function errorText(error) {
  const head = error.stack ?? `${error.name}: ${error.message}`;
  const code = error.code === undefined ? '' : `\n  code: ${error.code}`;
  const cause = error.cause === undefined ? '' : `\ncaused by ${errorText(error.cause)}`;
  const others = (error.errors ?? []).map((each) => `\nand ${errorText(each)}`).join('');
  return `${head}${code}${cause}${others}`;
}

/** The file of the listener, without the folders that lead there, and its plugin. @param {PlannedListener} planned */
export function sourceOf({ source, pluginName }) {
  const path = /\((.*)\)$/.exec(source)?.[1] ?? source;
  const file = path.split(/[\\/]/).slice(-2).join('/');
  return pluginName === undefined ? file : `${file}, plugin ${pluginName}`;
}
